"""One self-contained HTML page that shows how good a network is and where it goes wrong.

It needs no server and asks for nothing: images, styles and script are inside, and its
content-security policy forbids every request.
"""

import json
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.evaluation import graphs, sections
from mnist_recognizer.evaluation.assessment import Assessment, Bytes
from mnist_recognizer.evaluation.history import History
from mnist_recognizer.evaluation.image_sheets import INK, Sheet, make_sheet
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.weights import write_atomically

_TEMPLATE = files("mnist_recognizer.evaluation") / "template"
STYLES = tuple(f"report/{name}.css" for name in ("page", "digits", "charts", "environment"))
"""The style sheets of a report, in the template's folder; later rules win."""
_SAMPLE_DIGIT = 4  # it looks different whichever way it is turned


def write_report(
    path: Path,
    assessment: Assessment,
    model: MLP,
    images: Bytes,
    environment: Mapping[str, str],
    history: History | None = None,
) -> None:
    """Write the report, as a whole or not at all.

    Parameters
    ----------
    path : Path
        The HTML file.
    assessment : Assessment
        What was measured.
    model : MLP
        The network, for the weights of its first layer.
    images : (n, 28, 28) uint8 array
        The test images.
    environment : mapping of str to str
        What it was measured on; must have "Date".
    history : History, optional
        The run that trained the network.

    Raises
    ------
    OSError
        When the disk does not take it.
    """
    html = build_report(assessment, model, images, environment, history)
    write_atomically(path, html.encode())


def build_report(
    assessment: Assessment,
    model: MLP,
    images: Bytes,
    environment: Mapping[str, str],
    history: History | None = None,
) -> str:
    """Return the report as text; see :func:`write_report`."""
    cells = sections.choose_images(assessment)
    shown = np.unique(
        np.concatenate([*cells.values(), assessment.mistakes[: sections.WORST_SHOWN]])
    )
    sheet = make_sheet(images[shown], INK)
    places = {int(i): place for place, i in enumerate(shown)}
    parts = [
        sections.result(assessment),
        sections.confusion(assessment),
        sections.worst(assessment, sheet, places),
        sections.digits(assessment),
        graphs.confidence(assessment),
    ]
    if assessment.robustness:
        sample = int(np.flatnonzero(assessment.labels == _SAMPLE_DIGIT)[0])
        parts.append(graphs.robustness(assessment, images[sample]))
    parts.append(sections.first_layer(model.weights[0]))
    if history:
        parts.append(graphs.training(history))
    parts.append(sections.environment(environment))
    style = "\n".join(map(_read, STYLES)) + (
        f"\n.digit {{ --sheet-image: url({sheet.uri}); --sheet-columns: {sheet.columns}; "
        f"--sheet-rows: {sheet.rows}; }}"
    )
    return Template(_read("report.html")).substitute(
        accuracy=sections.percent(assessment.accuracy.value),
        architecture=sections.arrows(assessment.architecture),
        date=escape(environment["Date"]),
        style=style,
        sections="\n".join(parts),
        cells=json.dumps(_describe_cells(assessment, cells, sheet, places)),
        script=_read("report.js"),
    )


def _read(name: str) -> str:
    return (_TEMPLATE / name).read_text(encoding="utf-8")


def _describe_cells(
    assessment: Assessment,
    cells: Mapping[str, NDArray[np.int64]],
    sheet: Sheet,
    places: Mapping[int, int],
) -> dict[str, Any]:
    """Return what the page's script shows when a cell is chosen: numbers, and words without <."""
    described = {}
    for name, chosen in cells.items():
        true, read = map(int, name.split("-"))
        count = int(assessment.confusion[true, read])
        right = true == read
        images = "image" if count == 1 else "images"
        note = f"{count:,} {images} of the test set"
        if count > len(chosen):
            note += f"; the {len(chosen)} {'least sure' if right else 'worst'} are shown"
        described[name] = {
            "title": f"{true}, read right" if right else f"{true}, read as {read}",
            "note": note + ", with the confidence of each answer.",
            "images": [
                [
                    *sheet.place(places[int(i)]),
                    int(i),
                    sections.percent(float(assessment.before.confidence[i]), 1),
                ]
                for i in chosen
            ],
        }
    return described
