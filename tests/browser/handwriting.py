"""Digits as people write them: strokes for the browser tests to draw.

Each style is a list of strokes, each stroke a list of (x, y) in a box of width 1 and height 1, y
downwards, in the order in which a hand writes them. Below, points are written in hundredths.
"""

from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]
Strokes = list[list[Point]]


def points(text: str) -> list[Point]:
    """Read points: ``"50 10, 49 90"`` is (0.50, 0.10) and (0.49, 0.90)."""
    pairs = (pair.split() for pair in text.split(","))
    return [(int(x) / 100, int(y) / 100) for x, y in pairs]


def lines(text: str, steps: int = 4) -> list[Point]:
    """Draw straight lines from point to point."""
    corners = points(text)
    line = corners[:1]
    for (x0, y0), (x1, y1) in pairwise(corners):
        for step in range(1, steps + 1):
            t = step / steps
            line.append((x0 + t * (x1 - x0), y0 + t * (y1 - y0)))
    return line


def curve(text: str, steps: int = 3) -> list[Point]:
    """Draw a smooth line through points (Catmull and Rom, 1974)."""
    knots = points(text)
    padded = [knots[0], *knots, knots[-1]]
    line = knots[:1]
    for i in range(len(knots) - 1):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = padded[i : i + 4]
        for step in range(1, steps + 1):
            t = step / steps
            line.append((_between(x0, x1, x2, x3, t), _between(y0, y1, y2, y3, t)))
    return line


def _between(p0: float, p1: float, p2: float, p3: float, t: float) -> float:
    """Return one coordinate of the curve from p1 (t = 0) to p2 (t = 1)."""
    quadratic = 2 * p0 - 5 * p1 + 4 * p2 - p3
    cubic = 3 * p1 - p0 - 3 * p2 + p3
    return 0.5 * (2 * p1 + (p2 - p0) * t + quadratic * t**2 + cubic * t**3)


STYLES: dict[int, dict[str, Strokes]] = {
    0: {
        "round": [curve("55 10, 33 20, 24 50, 33 80, 52 90, 70 78, 77 48, 70 20, 53 10")],
        "slanted and not quite closed": [
            curve("66 14, 46 22, 30 52, 30 80, 44 88, 62 74, 74 46, 74 22, 60 16")
        ],
    },
    1: {
        "upright": [lines("50 10, 49 90")],
        "slanted": [lines("60 12, 42 88")],
    },
    2: {
        "flat foot": [
            curve("28 28, 38 13, 58 11, 70 26, 64 46, 46 66, 28 87") + lines("28 87, 76 86")
        ],
        "looped foot": [
            curve("28 30, 40 13, 60 12, 70 28, 60 52, 40 78, 26 84, 27 72, 40 74, 58 88, 78 84")
        ],
    },
    3: {
        "round": [curve("30 20, 46 10, 66 18, 66 36, 46 47, 68 56, 72 76, 52 90, 28 82")],
        "flat top": [lines("28 13, 70 12, 46 42") + curve("46 42, 68 52, 72 72, 54 89, 28 83")],
    },
    4: {
        "open": [
            lines("34 12, 26 54, 76 52"),
            lines("66 14, 62 90"),
        ],
        "closed": [
            lines("60 90, 62 10, 24 60, 80 60"),
        ],
    },
    5: {
        "bar last": [
            lines("36 14, 33 44") + curve("33 44, 52 40, 70 56, 66 80, 46 90, 26 82"),
            lines("36 14, 72 12"),
        ],
        "one stroke": [
            lines("74 12, 36 14, 33 46") + curve("33 46, 54 40, 72 58, 64 82, 42 90, 24 80")
        ],
    },
    6: {
        "round": [curve("64 10, 44 24, 31 52, 32 80, 50 90, 68 78, 66 60, 50 53, 34 66")],
        "straight back": [
            lines("56 10, 36 56") + curve("36 56, 32 76, 46 90, 64 84, 68 68, 54 58, 35 68")
        ],
    },
    7: {
        "angular": [lines("26 14, 74 13, 44 90")],
        "curved": [lines("26 18, 72 15") + curve("72 15, 60 36, 50 60, 46 90")],
    },
    8: {
        "one stroke": [
            curve(
                "66 18, 48 10, 33 22, 40 40, 60 54, 70 74, 52 90, 32 76, 40 56, 60 40, 68 22, 62 15"
            )
        ],
        "two rings": [
            curve("50 10, 34 20, 37 40, 52 47, 66 38, 66 18, 50 10"),
            curve("52 47, 32 60, 32 80, 50 90, 70 80, 70 58, 52 47"),
        ],
    },
    9: {
        "straight stem": [
            curve("68 24, 54 11, 36 18, 32 36, 46 47, 62 40, 68 24") + lines("68 24, 62 90")
        ],
        "bent tail": [
            curve("66 22, 50 11, 33 22, 36 42, 54 46, 66 34, 68 22, 68 46, 62 74, 50 90")
        ],
    },
}


def placed(
    strokes: Sequence[Sequence[Point]], size: float, x: float = 0.5, y: float = 0.5
) -> Strokes:
    """Scale strokes to a share of the pad, with their box's middle at (x, y), shares of the pad."""
    return [
        [(x + size * (px - 0.5), y + size * (py - 0.5)) for px, py in stroke] for stroke in strokes
    ]


def number(digits: str) -> Strokes:
    """Write a number over the middle of the pad, each digit in the first of its styles."""
    room = 1 / len(digits)
    return [
        stroke
        for place, digit in enumerate(digits)
        for stroke in placed(
            next(iter(STYLES[int(digit)].values())), 1.15 * room, (place + 0.5) * room
        )
    ]
