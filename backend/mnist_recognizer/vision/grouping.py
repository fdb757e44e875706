"""Which parts of a drawing or image belong to one digit, and in which order digits are read.

The parts are pen strokes (:func:`group_strokes`) or pieces of connected ink
(:mod:`~mnist_recognizer.vision.segmentation`). The rule knows only their extents and distances.
``docs/preprocessing.md`` numbers the steps and says what they were measured with; the page's
``frontend/js/vision/grouping.js`` follows them too, with the same arithmetic in the same order.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_recognizer.vision.strokes import as_polyline

# Which two groups of parts belong to one digit. Distances and heights are fractions: of the taller
# group's height, or of the joint height, from the upper group's top to the lower group's bottom.
MAX_SMALL_PART_HEIGHT = 0.35
"""A group of at most this joint height is a small part, such as the flag of a one ..."""
SMALL_PART_DISTANCE = 0.45
"""... and joins a group within this distance."""
MAX_SHARED_HEIGHT = 0.2
"""One group is above the other if they share at most this fraction of the smaller height ..."""
MIN_SHARED_WIDTH = 0.5
"""... and at least this fraction of the smaller width ..."""
ABOVE_DISTANCE = 0.3
"""... and they join within this distance; two lines of digits are farther apart."""
MAX_PART_HEIGHT = 0.7
"""A group of at most this joint height is a part; a taller one may be a digit of its own."""
PART_DISTANCE = 0.22
"""A part joins a group within this distance: the two strokes of a four."""
DIGIT_DISTANCE = 0.1
"""Two groups that may be digits join within this distance if they share `MIN_SHARED_WIDTH` ..."""
ENDS_DISTANCE = 0.15
"""... or if both ends of one are within this distance of the other's: the halves of a zero."""
SAME_LINE_WIDTH = 0.25
"""Digits of one line share at most this fraction of the smaller width."""

_THINNED = 1 / 32  # of a stroke's longest side: points closer to the one before are left out
_MIN_STEP = 1 / 1024  # of the length of all strokes together: the same

Polyline = NDArray[np.float64]


class Extent(NamedTuple):
    """The smallest upright box around something."""

    left: float
    top: float
    right: float
    bottom: float


class Link(NamedTuple):
    """Two parts that may be joined.

    Attributes
    ----------
    distance : float
        The smallest between them.
    first, second : int
        Their indices, the smaller first.
    ends : float
        The greater distance between the ends that two strokes have nearest together.
    """

    distance: float
    first: int
    second: int
    ends: float = math.inf


def group_strokes(strokes: Iterable[ArrayLike]) -> list[list[int]]:
    """Tell which strokes belong to one digit.

    Parameters
    ----------
    strokes : iterable of array_like, shape (points, 2)
        One polyline of x and y for each stroke, y growing downwards, in any unit. They are not
        changed.

    Returns
    -------
    list of list of int
        The strokes' indices, ascending, one list for each digit, in reading order: line by line,
        from left to right. Strokes without points are in none.

    Raises
    ------
    ValueError
        A stroke is not a list of points, or a coordinate is not a number within ±1e9.
    """
    polylines = [as_polyline(i, stroke) for i, stroke in enumerate(strokes)]
    drawn = [i for i, polyline in enumerate(polylines) if len(polyline) > 0]
    extents = [_extent_of(polylines[i]) for i in drawn]
    steps = [_lengths(polylines[i][1:] - polylines[i][:-1]) for i in drawn]
    path = float(np.concatenate([np.zeros(1), *steps]).cumsum()[-1])
    lines = []
    for i, extent in zip(drawn, extents, strict=True):
        longest = max(extent.right - extent.left, extent.bottom - extent.top)
        lines.append(_thin(polylines[i], max(longest * _THINNED, path * _MIN_STEP)))
    links = [
        Link(_distance(lines[i], lines[j]), i, j, _ends_distance(lines[i], lines[j]))
        for i, j in near_pairs(extents)
    ]
    return [[drawn[part] for part in parts] for parts in group_parts(extents, links)]


def group_parts(extents: Sequence[Extent], links: Iterable[Link]) -> list[list[int]]:
    """Join parts of digits, the nearest first, and put the digits in reading order.

    Parameters
    ----------
    extents : sequence of Extent
        Of the parts.
    links : iterable of Link
        Of those pairs of parts that may be joined.

    Returns
    -------
    list of list of int
        The parts of each digit, ascending.
    """
    nearest_first = sorted(links)
    joined = list(extents)
    members = [[part] for part in range(len(joined))]
    group_of = list(range(len(joined)))
    again = True
    while again:
        again = False
        for distance, first, second, ends in nearest_first:
            low, high = sorted((group_of[first], group_of[second]))
            if low == high or not _belong_together(joined[low], joined[high], distance, ends):
                continue
            joined[low] = unite(joined[low], joined[high])
            for part in members[high]:
                group_of[part] = low
            members[low] += members[high]
            members[high] = []
            again = True
    groups = [group for group, parts in enumerate(members) if parts]
    order = _reading_order([joined[group] for group in groups])
    return [sorted(members[groups[i]]) for i in order]


def near_pairs(extents: Sequence[Extent]) -> list[tuple[int, int]]:
    """List the pairs that may be joined: those no farther apart than the tallest is high."""
    if not extents:
        return []
    left, top, right, bottom = np.array(extents, np.float64).T
    tallest = (bottom - top).max()
    across = np.maximum(left[:, None], left) - np.minimum(right[:, None], right)
    down = np.maximum(top[:, None], top) - np.minimum(bottom[:, None], bottom)
    first, second = np.nonzero(np.triu((across <= tallest) & (down <= tallest), k=1))
    return list(zip(first.tolist(), second.tolist(), strict=True))


def unite(a: Extent, b: Extent) -> Extent:
    """Return what holds both."""
    return Extent(
        min(a.left, b.left), min(a.top, b.top), max(a.right, b.right), max(a.bottom, b.bottom)
    )


def _belong_together(a: Extent, b: Extent, distance: float, ends: float) -> bool:
    """Tell whether two groups belong to one digit; see :class:`Link`."""
    together = max(a.bottom, b.bottom) - min(a.top, b.top)
    lower, taller = sorted((a.bottom - a.top, b.bottom - b.top))
    if lower <= MAX_SMALL_PART_HEIGHT * together:
        return distance <= SMALL_PART_DISTANCE * taller
    narrower = min(a.right - a.left, b.right - b.left)
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    same_column = across >= MIN_SHARED_WIDTH * narrower
    if same_column and down <= MAX_SHARED_HEIGHT * lower:
        return distance <= ABOVE_DISTANCE * taller
    if lower <= MAX_PART_HEIGHT * together:
        return distance <= PART_DISTANCE * taller
    return (same_column and distance <= DIGIT_DISTANCE * taller) or ends <= ENDS_DISTANCE * taller


def _reading_order(extents: Sequence[Extent]) -> list[int]:
    """Sort digits line by line, from left to right, and return their indices.

    A digit belongs to the line whose last digit so far is at its height, so that lines may climb
    or fall.
    Lines that are not one above the other are one line with an uneven baseline.
    """
    lines: list[list[int]] = []
    for i in sorted(range(len(extents)), key=lambda i: (extents[i].left, extents[i].top)):
        own: list[int] | None = None
        most = -math.inf
        for line in lines:
            this, last = extents[i], extents[line[-1]]
            shared = min(this.bottom, last.bottom) - max(this.top, last.top)
            needed = min(this.bottom - this.top, last.bottom - last.top) / 2
            if shared >= needed and shared > most:
                own, most = line, shared
        if own is None:
            lines.append([i])
        else:
            own.append(i)

    def middle(line: list[int]) -> float:
        return sum(extents[i].top + extents[i].bottom for i in line) / len(line)

    def from_left(i: int) -> tuple[float, float, int]:
        return extents[i].left, extents[i].top, i

    merged: list[list[int]] = []
    for line in sorted(lines, key=middle):
        if merged and _are_one_line(extents, merged[-1], line):
            merged[-1] = sorted(merged[-1] + line, key=from_left)
        else:
            merged.append(line)
    return [i for line in merged for i in line]


def _are_one_line(extents: Sequence[Extent], upper: list[int], lower: list[int]) -> bool:
    """Tell whether no digit stands above another, and all are within twice the tallest's height."""
    for i in upper:
        for j in lower:
            a, b = extents[i], extents[j]
            shared = min(a.right, b.right) - max(a.left, b.left)
            if shared > min(a.right - a.left, b.right - b.left) * SAME_LINE_WIDTH:
                return False
    both = [extents[i] for i in upper + lower]
    tallest = max(extent.bottom - extent.top for extent in both)
    together = max(extent.bottom for extent in both) - min(extent.top for extent in both)
    return together <= 2 * tallest


def _extent_of(points: Polyline) -> Extent:
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return Extent(left, top, right, bottom)


def _lengths(ways: Polyline) -> NDArray[np.float64]:
    """Return the length of each of some vectors, shape (n,)."""
    lengths: NDArray[np.float64] = np.sqrt(ways[:, 0] * ways[:, 0] + ways[:, 1] * ways[:, 1])
    return lengths


def _thin(points: Polyline, step: float) -> Polyline:
    """Leave out what is nearer than a step to the last point kept; keep both ends."""
    kept = [0]
    x, y = points.T.tolist()
    for i in range(len(x)):
        dx, dy = x[i] - x[kept[-1]], y[i] - y[kept[-1]]
        if math.sqrt(dx * dx + dy * dy) > step:
            kept.append(i)
    if x[kept[-1]] != x[-1] or y[kept[-1]] != y[-1]:
        kept.append(len(x) - 1)
    return points[kept]


def _distance(one: Polyline, other: Polyline) -> float:
    """Return the smallest distance between two strokes; 0 if they cross."""
    if _cross(one, other):
        return 0.0
    return math.sqrt(min(_nearest_squared(one, other), _nearest_squared(other, one)))


def _nearest_squared(points: Polyline, line: Polyline) -> float:
    """Return the square of the smallest distance of a point from a line."""
    a = np.concatenate([line[:1], line[:-1]])  # so that a dot is a line too
    ab_x, ab_y = (line - a).T
    length_squared = ab_x * ab_x + ab_y * ab_y
    ap_x = points[:, :1] - a[:, 0]  # (points, segments)
    ap_y = points[:, 1:] - a[:, 1]
    along = ap_x * ab_x + ap_y * ab_y
    np.divide(along, length_squared, out=along, where=length_squared > 0)
    t = np.clip(np.where(length_squared > 0, along, 0), 0, 1)
    away_x, away_y = ap_x - t * ab_x, ap_y - t * ab_y
    return float((away_x * away_x + away_y * away_y).min())


def _cross(one: Polyline, other: Polyline) -> bool:
    """Tell whether a segment of one passes through a segment of the other."""
    own, others = _sides(other, one), _sides(one, other)
    return bool(np.any((own < 0) & (others.T < 0)))


def _sides(line: Polyline, points: Polyline) -> NDArray[np.float64]:
    """Tell on which sides of a line's segments points lie.

    Returns
    -------
    ndarray of float64, shape (points - 1, segments)
        The products of the signs of two points that follow each other: −1 if the segment's line
        runs between them.
    """
    a, ab = line[:-1], line[1:] - line[:-1]
    x = points[:, :1] - a[:, 0]  # (points, segments)
    y = points[:, 1:] - a[:, 1]
    side = np.sign(ab[:, 0] * y - ab[:, 1] * x)
    product: NDArray[np.float64] = side[:-1] * side[1:]
    return product


def _ends_distance(one: Polyline, other: Polyline) -> float:
    """Return the greater distance between the ends that two strokes have nearest together."""
    a, b, c, d = one[0], one[-1], other[0], other[-1]
    to_c, to_d, swapped_d, swapped_c = _lengths(np.stack([a - c, b - d, a - d, b - c])).tolist()
    return float(min(max(to_c, to_d), max(swapped_d, swapped_c)))
