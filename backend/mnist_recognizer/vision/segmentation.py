"""The digits in an image that may hold several: a photographed number.

Ink is told from its background as for one digit (:mod:`mnist_recognizer.vision.preprocessing`), its
connected components are joined to digits by the rule for strokes
(:mod:`mnist_recognizer.vision.grouping`), and each digit is brought to MNIST's geometry.
``docs/preprocessing.md`` numbers the steps; the page's ``frontend/js/vision/segmentation.js``
follows them bit for bit.
"""

import math
from enum import IntEnum
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_recognizer.vision.grouping import Extent, Link, group_parts, near_pairs, unite
from mnist_recognizer.vision.preprocessing import (
    SIZE,
    ink_box,
    normalise_ink,
    separate_ink,
    whole_levels,
)

Number = TypeVar("Number", bound=np.generic)

SEARCH_SIDE = 1024
"""An image with more pixels on its longest side is shrunk first."""
MAX_COMPONENTS = 100
"""Only the largest connected components of ink are used, at most this many."""
SPECK = 1 / 20
"""A component with less area than the square of this share of the tallest height is dust."""
MIN_DIGIT_SIZE = 0.3
"""A digit whose longest side is shorter than this share of the tallest one's height is none."""

_EDGE_PIXELS = 128  # distances are measured between so many pixels of each component's edge


class DigitBox(NamedTuple):
    """Where a digit is, in pixels of the image."""

    x: int
    y: int
    width: int
    height: int


class FoundDigit(NamedTuple):
    """A digit of an image.

    Attributes
    ----------
    box : DigitBox
        Around its ink.
    pixels : ndarray of uint8, shape (28, 28)
        In MNIST's geometry, light ink on black.
    """

    box: DigitBox
    pixels: NDArray[np.uint8]


class DigitInk(NamedTuple):
    """The ink of one digit.

    Attributes
    ----------
    extent : Extent
        Its first and last columns and rows.
    ink : ndarray of float64
        Of this extent, without other digits.
    """

    extent: Extent
    ink: NDArray[np.float64]


class _Components(NamedTuple):
    """The connected components of ink, in the order of their first pixels, row by row.

    Attributes
    ----------
    labels : ndarray of int32, shape (height, width)
        The component that each pixel belongs to, or -1.
    extents : ndarray of int64, shape (components, 4)
        The first and last columns and rows, as in :class:`Extent`.
    areas : ndarray of int64, shape (components,)
        Their numbers of pixels.
    """

    labels: NDArray[np.int32]
    extents: NDArray[np.int64]
    areas: NDArray[np.int64]


def find_digits(grey: ArrayLike) -> list[FoundDigit]:
    """Find the digits in a grey image: dark ink on light or light on dark, any size.

    One digit alone gives what :func:`~mnist_recognizer.vision.preprocessing.preprocess_raster`
    makes of it.

    Parameters
    ----------
    grey : array_like, shape (height, width)
        Integers from 0 (black) to 255, or floats from 0 (black) to 1. It is not changed.

    Returns
    -------
    list of FoundDigit
        At least one, in reading order: line by line, from left to right.

    Raises
    ------
    ValueError
        The image is blank, is not two-dimensional, or holds a value out of range.
    """
    levels, times = shrink(whole_levels(grey))
    ink = separate_ink(levels)
    del levels
    return [found_digit(digit, times) for digit in take_apart_plainly(ink)]


def take_apart_plainly(ink: NDArray[np.float64]) -> list[DigitInk]:
    """Take ink apart into digits, without strips at the border unless there is nothing else."""
    return take_apart(ink, Border.NO_STRIPS) or take_apart(ink)


class Border(IntEnum):
    """Which components at the image's border are not digits."""

    ALL_COUNT = 0
    NO_STRIPS = 1
    """Strips along one side and into a corner: a table, a gutter, a frame."""
    NONE_LONG = 2
    """Also what touches two sides, lies along one, or is longer than a third of the image."""


def take_apart(ink: NDArray[np.float64], border: Border = Border.ALL_COUNT) -> list[DigitInk]:
    """Take ink apart into digits.

    Parameters
    ----------
    ink : ndarray of float64, shape (height, width)
        How much ink there is in each pixel, from 0; somewhere there must be some.
    border : Border
        Which components at the image's border are not digits.

    Returns
    -------
    list of DigitInk
        In reading order. It may be empty, unless all count.
    """
    box = ink_box(ink)
    all_ink = Extent(box.left, box.top, box.right - 1, box.bottom - 1)
    # Ink that fits into one of MNIST's images is one digit, even in pieces.
    if max(box.right - box.left, box.bottom - box.top) <= SIZE:
        return [DigitInk(all_ink, _inside(ink, all_ink))]

    components = _connected_components(ink > 0)
    largest = np.argsort(-components.areas, kind="stable")
    if border != Border.ALL_COUNT:
        largest = largest[~_at_border(components, border)[largest]]
        if not largest.size:
            return []
    largest = largest[:MAX_COMPONENTS]
    tallest = int((components.extents[largest, 3] - components.extents[largest, 1]).max()) + 1
    kept = np.sort(largest[components.areas[largest] >= (tallest * SPECK) * (tallest * SPECK)])
    extents = [Extent(*row) for row in components.extents[kept].tolist()]
    edges = _edges(components.labels, kept)
    links = [Link(_nearest(edges[i], edges[j]), i, j) for i, j in near_pairs(extents)]
    digits = []
    for parts in group_parts(extents, links):
        whole = extents[parts[0]]
        for part in parts[1:]:
            whole = unite(whole, extents[part])
        digits.append((kept[parts], whole))
    highest = max(whole.bottom - whole.top for _, whole in digits) + 1
    found = []
    for own, whole in digits:
        longest = max(whole.right - whole.left, whole.bottom - whole.top) + 1
        if longest >= MIN_DIGIT_SIZE * highest:
            alone = np.where(
                np.isin(_inside(components.labels, whole), own), _inside(ink, whole), 0
            )
            found.append(DigitInk(whole, alone))
    return found


def found_digit(digit: DigitInk, times: int) -> FoundDigit:
    """Bring the ink of one digit to MNIST's geometry.

    Parameters
    ----------
    digit : DigitInk
    times : int
        How many times the image was shrunk: the box is in pixels of the image before.
    """
    left, top, right, bottom = map(int, digit.extent)
    box = DigitBox(
        left * times, top * times, (right - left + 1) * times, (bottom - top + 1) * times
    )
    return FoundDigit(box, normalise_ink(digit.ink))


def _at_border(components: _Components, border: Border) -> NDArray[np.bool_]:
    """Tell which components are table edges, gutters or shadows at the border, and not digits.

    A piece lies along a side if more than half of its length touches it.
    """
    height, width = components.labels.shape
    left, top, right, bottom = components.extents.T
    across, down = right - left + 1, bottom - top + 1
    labels = components.labels
    sides = ((labels[0], across), (labels[-1], across), (labels[:, 0], down), (labels[:, -1], down))
    touched = np.zeros(len(across), np.int64)
    lies_along = np.zeros(len(across), np.bool_)
    for side, span in sides:
        count = np.bincount(side[side >= 0], minlength=len(across))
        touched += count > 0
        lies_along |= 2 * count > span
    if border == Border.NO_STRIPS:
        strips: NDArray[np.bool_] = lies_along & (touched > 1)
        return strips
    is_long = (3 * across > width) | (3 * down > height)
    not_ink: NDArray[np.bool_] = (touched > 1) | ((touched > 0) & (lies_along | is_long))
    return not_ink


def shrink(levels: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """Shrink a large image, and return how many times it became smaller.

    Each new pixel is the rounded mean of a square of pixels; what a last square would lack pixels
    for is left out.
    """
    height, width = levels.shape
    times = -(-max(height, width) // SEARCH_SIDE)
    if times == 1:
        return levels, 1
    rows, columns = max(height // times, 1), max(width // times, 1)
    down, across = min(times, height), min(times, width)
    squares = levels[: rows * down, : columns * across].reshape(rows, down, columns, across)
    return np.floor(squares.sum(axis=(1, 3)) / (down * across) + 0.5), times


def _inside(image: NDArray[Number], where: Extent) -> NDArray[Number]:
    left, top, right, bottom = map(int, where)
    return image[top : bottom + 1, left : right + 1]


def _connected_components(inked: NDArray[np.bool_]) -> _Components:
    """Find the connected components of ink: pixels that touch by a side or a corner (8-connected).

    Each row's runs of ink are joined to those that they touch in the row above. All runs are
    joined at once: each takes the smallest number among the runs it touches, until none changes (as
    in Y. Shiloach and U. Vishkin, "An O(log n) parallel connectivity algorithm", 1982).
    """
    height, width = inked.shape
    stride = width + 2  # between the rows lies paper
    padded = np.zeros((height, stride), np.int8)
    padded[:, 1:-1] = inked
    changes = np.diff(padded.ravel())
    # In int32, because noise may have half a million runs.
    starts = (np.flatnonzero(changes > 0) + 1).astype(np.int32)  # counted through all rows
    ends = (np.flatnonzero(changes < 0) + 1).astype(np.int32)  # behind them
    first = np.searchsorted(ends + stride, starts, side="left").astype(np.int32)
    behind = np.searchsorted(starts + stride, ends, side="right").astype(np.int32)
    touching = behind - first
    below = np.repeat(np.arange(len(starts), dtype=np.int32), touching)
    before = touching.cumsum(dtype=np.int32) - touching
    above = np.arange(len(below), dtype=np.int32) - np.repeat(before - first, touching)

    root = np.arange(len(starts), dtype=np.int32)
    while True:
        a, b = root[below], root[above]
        if np.array_equal(a, b):
            break
        np.minimum.at(root, np.maximum(a, b), np.minimum(a, b))
        while not np.array_equal(root, root[root]):
            root = root[root]
    roots, component = np.unique(root, return_inverse=True)

    lengths = ends - starts
    labels = np.full(inked.shape, -1, np.int32)
    labels[inked] = np.repeat(component, lengths)
    rows, columns = starts // stride, starts % stride - 1
    extents = np.empty((len(roots), 4), np.int64)
    extents[:, :2], extents[:, 2:] = max(inked.shape), -1
    for side, values in enumerate((columns, rows)):
        np.minimum.at(extents[:, side], component, values)
    for side, values in enumerate((columns + lengths - 1, rows), start=2):
        np.maximum.at(extents[:, side], component, values)
    areas = np.zeros(len(roots), np.int64)
    np.add.at(areas, component, lengths)
    return _Components(labels, extents, areas)


def _edges(labels: NDArray[np.int32], kept: NDArray[np.intp]) -> list[NDArray[np.int64]]:
    """List pixels of the edges of some components, x and y, shape (pixels, 2) each.

    They have a neighbour to the left, right, above or below that is not of the component. Of many,
    a regular sample is taken.
    """
    padded = np.pad(labels, 1, constant_values=-1)
    inner = np.ones(labels.shape, np.bool_)
    for near in (padded[1:-1, :-2], padded[1:-1, 2:], padded[:-2, 1:-1], padded[2:, 1:-1]):
        inner &= near == labels
    y, x = np.nonzero(~inner & (labels >= 0))
    owner = labels[y, x]
    order = np.argsort(owner, kind="stable")
    points = np.stack([x, y], axis=1)[order]
    first, behind = (np.searchsorted(owner[order], kept, side) for side in ("left", "right"))
    edges = []
    for start, stop in zip(first.tolist(), behind.tolist(), strict=True):
        every = math.ceil((stop - start) / _EDGE_PIXELS)
        edges.append(points[start:stop:every])
    return edges


def _nearest(some: NDArray[np.int64], others: NDArray[np.int64]) -> float:
    """Return the smallest distance between two points."""
    x = some[:, :1] - others[:, 0]
    y = some[:, 1:] - others[:, 1]
    return math.sqrt(int((x * x + y * y).min()))
