"""The report's sections that are charts: confidence, robustness, and how training went."""

from collections.abc import Sequence
from html import escape

import numpy as np

from mnist_recognizer.data.pixels import to_pixels
from mnist_recognizer.evaluation.assessment import (
    ERROR_BUDGET,
    Assessment,
    Bytes,
    Calibration,
)
from mnist_recognizer.evaluation.charts import Axis, Chart, Series, log_axis, round_ticks
from mnist_recognizer.evaluation.history import History
from mnist_recognizer.evaluation.image_sheets import INK, data_uri, encode_png
from mnist_recognizer.evaluation.robustness import CORRUPTIONS, Corruption, Measurement
from mnist_recognizer.evaluation.sections import percent, section

_MOST_POINTS = 300  # of a curve; more could not be seen
_FEW_EPOCHS = 20  # so few get a dot each


def confidence(assessment: Assessment) -> str:
    """Return reliability diagrams before and after temperature, and risk against coverage."""
    before, after = assessment.before, assessment.after
    best, chosen = assessment.acceptance, assessment.chosen_acceptance
    accepted = (
        f"At most {percent(ERROR_BUDGET, 1)} wrong: {percent(best.accepted.value, 1)} can be "
        f"accepted. With the threshold that validation images chose "
        f"({percent(chosen.threshold, 1)} sure), {percent(chosen.accepted.value, 1)} are, and "
        f"{percent(chosen.errors.value)} of these are wrong."
    )
    charts = [
        ("As the network is", _reliability(before), _expected(before)),
        (f"With temperature {after.temperature:.3f}", _reliability(after), _expected(after)),
        ("Accepting only the surest", _risk(assessment), accepted),
    ]
    return section(
        "Is it as sure as it should be?",
        _grid(charts),
        "Of the answers given with 80% confidence, 80% should be right: on the dashed line. "
        "Dots are as large as many answers they stand for, and have 95% intervals.",
        "The temperature divides the logits. It is fitted on validation images and changes "
        "no answer, only how sure it sounds.",
    )


def robustness(assessment: Assessment, sample: Bytes) -> str:
    """Return the accuracy under each corruption, with one digit, (28, 28), to show it on."""
    charts = [
        (corruption.name.capitalize(), _curve(assessment.robustness, corruption, sample), "")
        for corruption in CORRUPTIONS
    ]
    return section(
        "What it withstands",
        _grid(charts),
        "All test images, changed in one way, more and more. A network that learnt the digits "
        "rather than their places and sizes falls gently.",
        "The digits below each curve are what the network is given.",
    )


def training(history: History) -> str:
    """Return the curves of a run."""
    epochs = [epoch["epoch"] for epoch in history]
    whole = [tick for tick in round_ticks(epochs[0], epochs[-1]) if tick == round(tick)]
    x = Axis(epochs[0], epochs[-1], whole, "epoch")
    best = max(history, key=lambda e: (e["validation_accuracy"], -e["validation_loss"]))

    def plot(name: str, y: Axis, *lines: tuple[str, list[float]]) -> tuple[str, Chart, str]:
        series = [
            Series(
                list(zip(epochs, values, strict=True)),
                style,
                radii=[3.0] * len(epochs) if len(epochs) <= _FEW_EPOCHS else (),
                notes=[f"epoch {e:g}: {v:.4g}" for e, v in zip(epochs, values, strict=True)],
            )
            for style, values in lines
        ]
        guide = ((best["epoch"], y.low), (best["epoch"], y.high))
        return name, Chart(f"{name} by epoch", x, y, series, [guide]), ""

    def column(field: str) -> list[float]:
        return [epoch[field] for epoch in history]

    losses = column("train_loss"), column("validation_loss")
    errors = [[1 - a for a in column(f)] for f in ("train_accuracy", "validation_accuracy")]
    rates, norms = column("learning_rate"), column("gradient_norm")
    ticks = round_ticks(0, max(rates), 4)
    charts = [
        plot(
            "Loss",
            log_axis([*losses[0], *losses[1]], "{:g}".format),
            ("soft", losses[0]),
            ("accent", losses[1]),
        ),
        plot(
            "Error rate",
            log_axis([*errors[0], *errors[1]], _percent_tick),
            ("soft", errors[0]),
            ("accent", errors[1]),
        ),
        plot("Learning rate", Axis(0, max(rates), ticks), ("accent", rates)),
        plot("Gradient norm", log_axis(norms, "{:g}".format), ("accent", norms)),
    ]
    both = '<p class="key"><span class="soft">training</span><span class="accent">validation</span>'
    return section(
        "How it was trained",
        both + "</p>" + _grid(charts),
        f"{len(history)} {'epoch' if len(history) == 1 else 'epochs'}. The dashed line marks epoch "
        f"{best['epoch']:g}, whose validation accuracy was the best: "
        f"{percent(best['validation_accuracy'])}.",
        "Where training distorts its images, they are harder than the validation images, and "
        "training looks worse than validation.",
    )


def _grid(charts: Sequence[tuple[str, Chart, str]]) -> str:
    """Put charts, each with its title and a sentence or none, side by side where there is room."""
    figures = []
    for title, chart, text in charts:
        sentence = f"<p>{escape(text)}</p>" if text else ""
        figures.append(f"<figure><h3>{escape(title)}</h3>{chart.svg()}{sentence}</figure>")
    return f'<div class="charts">{"".join(figures)}</div>'


def _expected(calibration: Calibration) -> str:
    return (
        f"Expected calibration error {percent(calibration.expected_error)}, "
        f"log loss {calibration.log_loss:.4f}."
    )


def _reliability(calibration: Calibration) -> Chart:
    total = sum(b.accuracy.total for b in calibration.bins)
    ticks = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    return Chart(
        f"Accuracy by confidence at temperature {calibration.temperature:.3f}",
        Axis(0, 1, ticks, "confidence", "{:.0%}".format),
        Axis(0, 1, ticks, form="{:.0%}".format),
        [
            Series(
                [(b.confidence, b.accuracy.value) for b in calibration.bins],
                radii=[3 + 5 * (b.accuracy.total / total) ** 0.5 for b in calibration.bins],
                intervals=[b.accuracy.interval for b in calibration.bins],
                notes=[
                    f"{b.accuracy.count} of {b.accuracy.total} right at "
                    f"{percent(b.confidence, 1)} confidence"
                    for b in calibration.bins
                ],
                joined=False,
            )
        ],
        guides=[((0, 0), (1, 1))],
    )


def _risk(assessment: Assessment) -> Chart:
    coverage, risk = assessment.risk
    from_half = np.flatnonzero(coverage >= 0.5)
    some = from_half[np.unique(np.linspace(0, len(from_half) - 1, _MOST_POINTS).astype(int))]
    highest = max(2 * ERROR_BUDGET, float(risk[some].max()))
    return Chart(
        "Share of wrong answers by share of accepted answers",
        Axis(0.5, 1, (0.5, 0.6, 0.7, 0.8, 0.9, 1), "accepted", "{:.0%}".format),
        Axis(0, highest, round_ticks(0, highest, 4), form=_percent_tick),
        [Series([(float(c), float(r)) for c, r in zip(coverage[some], risk[some], strict=True)])],
        guides=[((0.5, ERROR_BUDGET), (1, ERROR_BUDGET))],
    )


def _percent_tick(value: float) -> str:
    return f"{100 * value:g}%"


def _curve(measurements: Sequence[Measurement], corruption: Corruption, sample: Bytes) -> Chart:
    measured = [m for m in measurements if m.corruption is corruption]
    levels = corruption.levels
    ticks = levels if len(levels) <= 7 else levels[::2]
    points = [(m.level, m.accuracy.value) for m in measured]
    images = []
    for tick in ticks:
        changed = corruption.apply(to_pixels(sample[None]), tick, np.random.default_rng(0))
        image = (changed.reshape(28, 28) * 255).round().clip(0, 255).astype(np.uint8)
        images.append((tick, data_uri(encode_png(image, INK))))
    return Chart(
        f"Accuracy by {corruption.name}",
        Axis(levels[0], levels[-1], ticks, corruption.unit),
        Axis(0, 1, (0, 0.25, 0.5, 0.75, 1), form="{:.0%}".format),
        [
            Series(
                points,
                radii=[3.0] * len(points),
                notes=[f"{m.level:g}: {percent(m.accuracy.value)}" for m in measured],
            )
        ],
        guides=[((corruption.unchanged, 0), (corruption.unchanged, 1))],
        images=images,
    )
