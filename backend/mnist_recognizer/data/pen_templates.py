"""The table of how people around the world write each digit.

``pen_templates.txt`` is that table, and says how it is read.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_LIFTS = ("/", "~")


class Rule(NamedTuple):
    """A bound that a drawn digit keeps; see ``pen_templates.txt``."""

    measure: str
    start: int
    end: int
    low: float
    high: float


@dataclass(frozen=True)
class Template:
    """One way to write a digit.

    Attributes
    ----------
    digit : int
        What it says.
    name : str
        What it looks like.
    weight : float
        How common it is beside the digit's other templates.
    shapes : ndarray of float64, shape (extremes, points, 2)
        The control points of its extremes.
    corners : ndarray of bool, shape (points,)
        Where the path has a corner.
    strokes : ndarray of int, shape (points,)
        Which stroke each point belongs to.
    dragged : tuple of bool
        For each pen lift, whether a hurried hand leaves it out.
    rules : tuple of Rule
        What must hold for it to remain that digit.
    """

    digit: int
    name: str
    weight: float
    shapes: NDArray[np.float64]
    corners: NDArray[np.bool_]
    strokes: NDArray[np.intp]
    dragged: tuple[bool, ...]
    rules: tuple[Rule, ...]


@cache
def templates() -> tuple[Template, ...]:
    """Return all templates, those of each digit together, in the digits' order."""
    table = resources.files(__package__).joinpath("pen_templates.txt").read_text(encoding="utf-8")
    lines = [line for line in table.splitlines() if line and not line.startswith("#")]
    starts = [i for i, line in enumerate(lines) if not line.startswith(" ")]
    ends = [*starts[1:], len(lines)]
    return tuple(_template(lines[i], lines[i + 1 : j]) for i, j in zip(starts, ends, strict=True))


def _template(title: str, body: list[str]) -> Template:
    """Read one template's lines."""
    name, _, weight = title[2:].rpartition(": ")
    paths = [line.split() for line in body if not line.startswith("  keep ")]
    shapes = [[_point(word) for word in path if word not in _LIFTS] for path in paths]
    corners, strokes, dragged = [], [], []
    for word in paths[0]:
        if word in _LIFTS:
            dragged.append(word == "~")
        else:
            corners.append(word.endswith("!"))
            strokes.append(len(dragged))
    rules = [
        _rule(words, len(strokes))
        for line in body
        if line.startswith("  keep ")
        for words in line.removeprefix("  keep ").split(", ")
    ]
    return Template(
        int(title[0]),
        name,
        float(weight),
        np.array(shapes),
        np.array(corners),
        np.array(strokes),
        tuple(dragged),
        tuple(rules),
    )


def _point(word: str) -> tuple[float, float]:
    x, _, y = word.rstrip("!").partition(",")
    return float(x), float(y)


def _rule(words: str, points: int) -> Rule:
    measure, start, end, low, high = words.split()
    return Rule(measure, int(start) % points, int(end) % points, float(low), float(high))
