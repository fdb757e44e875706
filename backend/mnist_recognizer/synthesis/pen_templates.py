"""The tables of how people around the world write each digit, and letters that are none.

``pen_templates.txt`` and ``letter_templates.txt`` are these tables; the former says how both are
read.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_LIFTS = ("/", "~")


class Rule(NamedTuple):
    """A bound that a drawn sign keeps; see ``pen_templates.txt``."""

    measure: str
    start: int
    end: int
    low: float
    high: float


@dataclass(frozen=True)
class Template:
    """One way to write a digit, a letter or another sign.

    Attributes
    ----------
    sign : str
        What it says: one character.
    name : str
        What it looks like.
    weight : float
        How common it is compared with the sign's other templates.
    shapes : ndarray of float64, shape (extremes, points, 2)
        The control points of its extremes.
    corners : ndarray of bool, shape (points,)
        Where the path has a corner.
    strokes : ndarray of int, shape (points,)
        Which stroke each point belongs to.
    dragged : tuple of bool
        For each pen lift, whether a hurried hand leaves it out.
    rules : tuple of Rule
        What must hold for it to remain that sign.
    """

    sign: str
    name: str
    weight: float
    shapes: NDArray[np.float64]
    corners: NDArray[np.bool_]
    strokes: NDArray[np.intp]
    dragged: tuple[bool, ...]
    rules: tuple[Rule, ...]

    @property
    def digit(self) -> int:
        """What it says, of a digit."""
        return int(self.sign)


@cache
def templates() -> tuple[Template, ...]:
    """Return the digits' templates, those of each digit together, in the digits' order."""
    return _read("pen_templates.txt")


@cache
def letter_templates() -> tuple[Template, ...]:
    """Return the templates of letters and other signs, those of each sign together."""
    return _read("letter_templates.txt")


def _read(name: str) -> tuple[Template, ...]:
    """Read one of the tables next to this module."""
    table = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
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
        title[0],
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
