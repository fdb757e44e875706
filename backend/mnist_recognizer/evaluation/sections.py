"""The report's sections, each a function from what was measured to HTML."""

import math
from collections.abc import Mapping
from html import escape

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.evaluation.assessment import ERROR_BUDGET, Assessment
from mnist_recognizer.evaluation.charts import Axis, interval_strip, round_ticks
from mnist_recognizer.evaluation.image_sheets import Sheet, weights_sheet
from mnist_recognizer.evaluation.metrics import Share

WORST_SHOWN = 24
CELL_SHOWN = 40
UNITS_SHOWN = 512


def percent(value: float, decimals: int = 2) -> str:
    """Write a share as a percentage; a dash where there is none."""
    return f"{value:.{decimals}%}" if math.isfinite(value) else "–"


def arrows(architecture: str) -> str:
    """Write 784 -> 10 as typographers do."""
    return architecture.replace("->", "→")


def section(title: str, content: str, *about: str) -> str:
    """Return a section: its title, its content of HTML, and paragraphs of plain text about it."""
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in about)
    return (
        f'<section class="section"><div class="about"><h2>{escape(title)}</h2>{paragraphs}</div>'
        f"<div>{content}</div></section>"
    )


def result(assessment: Assessment) -> str:
    """Return the opening: the accuracy, what it is worth, and the other numbers in short."""
    share, after, chosen = assessment.accuracy, assessment.after, assessment.chosen_acceptance
    low, high = share.interval
    strip = interval_strip(share, Axis(low, high, ()))
    temperature = (
        f"with temperature {after.temperature:.3f}; "
        f"{percent(assessment.before.expected_error)} without"
    )
    accepted = (
        f"of the test images, {chosen.errors.count} of them wrong; "
        "validation images chose the threshold"
    )
    figures = [
        (
            "Validation accuracy",
            percent(assessment.validation_accuracy.value),
            f"of the {assessment.validation_accuracy.total:,} images kept apart from training",
        ),
        (
            "Log loss",
            f"{assessment.before.log_loss:.4f}",
            "nats a test image: how surprised the network is by the right answer",
        ),
        ("Calibration error", percent(after.expected_error), temperature),
        (
            f"Accepted at {percent(ERROR_BUDGET, 1)} errors",
            percent(chosen.accepted.value, 1),
            accepted,
        ),
    ]
    cells = "".join(
        f'<div><dt>{name}</dt><dd class="value">{value}</dd><dd class="about">{about}</dd></div>'
        for name, value, about in figures
    )
    return (
        f'<div class="result"><div><h1><em>{share.count:,}</em> of {share.total:,} digits '
        f'read right.</h1><p class="lead">{arrows(assessment.architecture)}, '
        f"{assessment.parameters:,} parameters, on MNIST’s test images, "
        "which neither trained nor chose anything.</p></div>"
        f'<div class="ruler"><h2>{percent(share.value)}</h2>{strip}'
        f'<p class="ends"><span>{percent(low)}</span><span>{percent(high)}</span></p>'
        "<p>Test images are a sample. On all digits of their kind, the accuracy lies in this range "
        "with 95% confidence.</p></div></div>"
        f'<dl class="figures">{cells}</dl>'
    )


def confusion(assessment: Assessment) -> str:
    """Return the confusion matrix, its cells buttons that open the images behind them."""
    counts = assessment.confusion
    wrong = counts * ~np.eye(len(counts), dtype=bool)
    most = max(1, int(wrong.max()))
    rows = []
    for true, row in enumerate(counts):
        cells = "".join(_cell(true, read, int(n), most) for read, n in enumerate(row))
        rows.append(f'<tr><th scope="row">{true}</th>{cells}</tr>')
    head = "".join(f'<th scope="col">{read}</th>' for read in range(len(counts)))
    often = [
        f"{n} {_times(n)} {_a(true)} was read as {_a(read)}"
        for true, read, n in assessment.confusions()[:3]
    ]
    return section(
        "What was read as what",
        f'<table class="matrix" id="matrix"><caption>Read as</caption><thead><tr><td></td>{head}'
        f"</tr></thead><tbody>{''.join(rows)}</tbody></table>",
        "Each row is a digit, each column what it was read as. Choose a cell to see its "
        "images; arrow keys move between cells.",
        "; ".join(often).capitalize() + "." if often else "There is no mistake.",
    )


def _times(count: int) -> str:
    return "time" if count == 1 else "times"


def _a(digit: int) -> str:
    return f"an {digit}" if digit == 8 else f"a {digit}"


def _cell(true: int, read: int, count: int, most: int) -> str:
    if count == 0:
        return '<td><span class="cell"></span></td>'
    strength = round(100 * (0.15 + 0.85 * (count / most) ** 0.5))
    shade = " strong" if strength > 90 else " mid" if strength > 65 else ""
    kind = "right" if true == read else "wrong" + shade
    return (
        f'<td class="{kind}" style="--strength:{strength}%"><button class="cell" '
        f'data-cell="{true}-{read}" aria-label="{count} {_times(count)}, {true} read as {read}">'
        f"{count}</button></td>"
    )


def worst(assessment: Assessment, sheet: Sheet, places: Mapping[int, int]) -> str:
    """Return the mistakes with the highest loss.

    Parameters
    ----------
    assessment : Assessment
    sheet : Sheet
        Holds the digits.
    places : mapping of int to int
        Where in the sheet each test image is.
    """
    mistakes = [int(i) for i in assessment.mistakes[:WORST_SHOWN]]
    figures = []
    for i in mistakes:
        column, row = sheet.place(places[i])
        true, read = assessment.labels[i], assessment.predicted[i]
        figures.append(
            f'<figure title="Test image {i}"><span class="digit" role="img" '
            f'aria-label="test image {i}" style="--column:{column};--row:{row}"></span>'
            f"<figcaption><b>{true}, read as <em>{read}</em></b>"
            f"{percent(float(assessment.before.confidence[i]), 1)} sure</figcaption></figure>"
        )
    return section(
        "The worst mistakes",
        f'<div class="digits worst">{"".join(figures)}</div>'
        if figures
        else "<p>There is no mistake.</p>",
        "The test images whose right answer surprised the network most.",
        "Some could be read either way, and some of MNIST’s labels are disputed.",
    )


def digits(assessment: Assessment) -> str:
    """Return a table of each digit's recall and precision, with their intervals."""
    shares = [share for d in assessment.digits for share in (d.recall, d.precision)]
    lowest = min(share.interval[0] for share in shares)
    axis = Axis(round_ticks(0, lowest, 20)[-1], 1.0, ())

    def measured(share: Share) -> str:
        return (
            f'<td class="measured"><span class="with-strip"><span>{percent(share.value)}</span>'
            f"{interval_strip(share, axis)}</span></td>"
        )

    rows = "".join(
        f'<tr><th scope="row">{d.digit}</th>{measured(d.recall)}{measured(d.precision)}'
        f"<td>{percent(d.f1)}</td></tr>"
        for d in assessment.digits
    )
    return section(
        "Digit by digit",
        '<table class="scores"><thead><tr><th scope="col">Digit</th><th scope="col">Recall</th>'
        '<th scope="col">Precision</th><th scope="col">F1</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>",
        "Recall: of the images of a digit, the share that is read as it. Precision: of the "
        "images that are read as a digit, the share that is it. F1 is their harmonic mean.",
        f"The strips run from {percent(axis.low, 0)} to 100%, with 95% confidence intervals.",
    )


def first_layer(weights: NDArray[np.floating]) -> str:
    """Return the weights of the first layer, (784, units), as one image a unit."""
    units = weights.shape[1]
    sheet = weights_sheet(weights[:, :UNITS_SHOWN])
    images = []
    for unit in range(min(units, UNITS_SHOWN)):
        column, row = sheet.place(unit)
        images.append(
            f'<span class="digit unit" title="Unit {unit}" style="--column:{column};--row:{row}">'
            "</span>"
        )
    shown = f"the first {UNITS_SHOWN} of {units:,}" if units > UNITS_SHOWN else f"{units}"
    return section(
        "What the first layer looks for",
        f'<div class="units" role="img" aria-label="{units} images of weights" '
        f'style="--units-image:url({sheet.uri});--units-columns:{sheet.columns};'
        f'--units-rows:{sheet.rows}">{"".join(images)}</div>',
        f"The weights of {shown} units, each as an image: ink on a red pixel speaks for the "
        "unit, ink on a blue one against it.",
        "Each image has its own scale. At the border, where there is hardly any ink, weights "
        "stay near the random values that training began with.",
    )


def environment(entries: Mapping[str, str]) -> str:
    """Return what the evaluation ran on."""
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{_entry(name, value)}</dd>" for name, value in entries.items()
    )
    content = f'<dl class="environment">{rows}</dl>'
    return section("How this was measured", content, "What it takes to measure it again.")


def _entry(name: str, value: str) -> str:
    return f"<code>{escape(value)}</code>" if "SHA-256" in name else escape(value)


def choose_images(assessment: Assessment) -> dict[str, NDArray[np.int64]]:
    """Choose which test images each cell of the matrix opens.

    Returns
    -------
    dict of str to (k,) int64 array
        By "true-read". The worst mistakes first; of the right answers, the least sure first; at
        most `CELL_SHOWN` each.
    """
    order = np.argsort(-assessment.losses, kind="stable")
    cells: dict[str, NDArray[np.int64]] = {}
    for true, read in np.argwhere(assessment.confusion):
        inside = (assessment.labels[order] == true) & (assessment.predicted[order] == read)
        cells[f"{true}-{read}"] = order[inside][:CELL_SHOWN]
    return cells
