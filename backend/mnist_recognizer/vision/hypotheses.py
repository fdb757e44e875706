"""Try several ways to find the digits of a photo, and keep the one whose digits are read surely.

The plain way (:func:`~mnist_recognizer.vision.segmentation.find_digits`) is enough for scans,
drawings and evenly lit photos, and is kept whenever its digits are sure. Otherwise the paper's
brightness is estimated locally, at two scales, ruled lines are removed, and the image is turned.
``docs/preprocessing.md`` numbers the steps (H1 to H5); the page's
``frontend/js/vision/hypotheses.js`` follows them.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_recognizer.vision.background import PEAK_SHARE, black_hat, threshold_hat
from mnist_recognizer.vision.errors import BlankImageError
from mnist_recognizer.vision.preprocessing import (
    SIZE,
    ink_box,
    normalise_ink,
    separate_ink,
    whole_levels,
)
from mnist_recognizer.vision.rulings import remove_rulings
from mnist_recognizer.vision.segmentation import (
    Border,
    DigitBox,
    DigitInk,
    FoundDigit,
    shrink,
    take_apart,
    take_apart_plainly,
)
from mnist_recognizer.vision.touching import split_touching

Sureness = Callable[[NDArray[np.uint8]], Sequence[float]]
"""Says of each of (n, 28, 28) images how surely it is a digit, from 0 to 1."""

UNEVEN_LIGHT = "The light is uneven."
CUT_AT_EDGE = "A digit is cut at the image's edge."
ENOUGH = 0.95
"""If each digit is as sure as this, no other way is tried."""
DOUBT = 0.5
"""A digit counts for a way of finding it by as much as it is surer than this."""
BETTER = 0.05
"""Another way must be better by at least this much, """
TURNED_BETTER = 0.5
"""and by this much if the image is turned for it."""
SAME_PLACE = 0.1
"""Digits are in the same place if their sides differ by at most this share of the longest side."""
TURNED_WAYS = 2
"""So many of the best ways are tried turned, too."""
SCALES = (16, 4)
"""The windows of the black hat reach over a share of the longest side: one part in so many."""
SHARES = (0.25, 0.5)


class Finding(NamedTuple):
    """What was found in an image, and how.

    Attributes
    ----------
    digits : list of FoundDigit
        In reading order; their boxes are in pixels of the image as it was given.
    background : str
        How the paper's brightness was found: "plane", "local" (at one of two scales).
    rotation : int
        By how many degrees the image was turned clockwise to be read: 0, 90 or 270.
    rulings : bool
        Whether ruled lines were removed.
    warnings : tuple of str
        What in the image may be why a digit is not read surely.
    """

    digits: list[FoundDigit]
    background: str = "plane"
    rotation: int = 0
    rulings: bool = False
    warnings: tuple[str, ...] = ()


class _Way(NamedTuple):
    """One way to find the ink, and what came of it."""

    ink: NDArray[np.float64]
    background: str
    rulings: bool
    rotation: int
    digits: list[DigitInk]
    scores: tuple[float, ...] = ()
    """How sure each digit is."""

    @property
    def score(self) -> float:
        """The sum of what each digit is surer than DOUBT."""
        return sum(score - DOUBT for score in self.scores)


def find_surest_digits(grey: ArrayLike, sureness: Sureness) -> Finding:
    """Find the digits in a grey image in the way whose digits are surest.

    Parameters
    ----------
    grey : array_like, shape (height, width)
        As for :func:`~mnist_recognizer.vision.segmentation.find_digits`.
    sureness : callable
        See :data:`Sureness`.

    Raises
    ------
    ValueError
        The image is blank, is not two-dimensional, or holds a value out of range.
    """
    levels, times = shrink(whole_levels(grey))
    ways: list[_Way] = []
    try:
        ink = separate_ink(levels.copy())
    except BlankImageError:
        if max(levels.shape) <= SIZE:
            raise
    else:
        plain = _scored(_Way(ink, "plane", False, 0, take_apart_plainly(ink)), sureness)
        box = ink_box(ink)
        is_small = max(box.right - box.left, box.bottom - box.top) <= SIZE
        is_sure = min(plain.scores) >= ENOUGH and not _touch_border(plain)
        if is_small or is_sure:
            return _finding(plain, times, levels.shape)
        ways.append(plain)
    ways += [
        _scored(_Way(ink, name, ruled, 0, digits), sureness)
        for ink, name, ruled in _other_inks(levels, ways[0].ink if ways else None)
        if (digits := take_apart(ink, Border.NONE_LONG))
    ]
    if not ways:
        raise BlankImageError
    best = ways[0]
    for way in ways[1:]:
        if way.score > best.score + BETTER and not _in_same_places(way, ways[0]):
            best = way
    upright = max(best.score, 0)
    for way in sorted(ways, key=lambda way: -way.score)[:TURNED_WAYS]:
        for rotation in (90, 270):
            ink = np.ascontiguousarray(np.rot90(way.ink, -rotation // 90))
            digits = take_apart(ink, Border.NONE_LONG)
            if len(digits) < 2:  # one sideways digit may be many things
                continue
            turned = _scored(way._replace(ink=ink, rotation=rotation, digits=digits), sureness)
            if turned.score > upright + TURNED_BETTER and turned.score > best.score:
                best = turned
    return _finding(_split(best, sureness), times, levels.shape)


def _in_same_places(way: _Way, plain: _Way) -> bool:
    """Tell whether two ways find the same digits: then the first verdict counts."""
    return len(way.digits) == len(plain.digits) and all(
        max(abs(one - other) for one, other in zip(a.extent, b.extent, strict=True))
        <= SAME_PLACE * max(b.ink.shape)
        for a, b in zip(way.digits, plain.digits, strict=True)
    )


def _touch_border(way: _Way) -> bool:
    """Tell whether ink that reaches the image's border was taken for a digit."""
    height, width = way.ink.shape
    return any(
        left == 0 or top == 0 or right == width - 1 or bottom == height - 1
        for (left, top, right, bottom), _ in way.digits
    )


def _other_inks(
    levels: NDArray[np.float64], plain: NDArray[np.float64] | None
) -> Iterator[tuple[NDArray[np.float64], str, bool]]:
    """Find the ink in other ways than the plain one: ink, background, whether without rulings."""
    if plain is not None:
        yield plain, "plane", False  # but without what lies at the border
        without = remove_rulings(plain)
        if without is not None and without.any():
            yield without, "plane", True
    dark = levels.astype(np.uint8)
    # Paper is what there is most of; ink is darker if the darkest is farther from it.
    ordered = np.sort(dark, axis=None)
    paper = int(ordered[(ordered.size - 1) // 2])
    few = ordered.size // PEAK_SHARE
    if paper - int(ordered[few]) < int(ordered[-1 - few]) - paper:
        dark = 255 - dark
    for scale in SCALES:
        hat = black_hat(dark, max(max(levels.shape) // scale, 1))
        for share in SHARES:
            ink = threshold_hat(hat, share)
            if ink is None or not ink.any():
                continue
            yield ink, "local", False
            without = remove_rulings(ink)
            if without is not None and without.any():
                yield without, "local", True


def _scored(way: _Way, sureness: Sureness) -> _Way:
    """Read the digits of a way."""
    images = np.stack([normalise_ink(digit.ink) for digit in way.digits])
    return way._replace(scores=tuple(map(float, sureness(images))))


def _split(way: _Way, sureness: Sureness) -> _Way:
    """Take digits apart that touch."""
    digits: list[DigitInk] = []
    for digit, score in zip(way.digits, way.scores, strict=True):
        digits += [digit] if score >= ENOUGH else split_touching(digit, score, sureness)
    return way._replace(digits=digits)


def _finding(way: _Way, times: int, shape: tuple[int, ...]) -> Finding:
    """Return what was found, with boxes in pixels of the whole image before it was turned."""
    height, width = shape
    found = []
    for digit in way.digits:
        left, top, right, bottom = map(int, digit.extent)
        right, bottom = right + 1, bottom + 1
        if way.rotation == 90:
            left, top, right, bottom = top, height - right, bottom, height - left
        elif way.rotation == 270:
            left, top, right, bottom = width - bottom, left, width - top, right
        box = DigitBox(left * times, top * times, (right - left) * times, (bottom - top) * times)
        found.append(FoundDigit(box, normalise_ink(digit.ink)))
    warnings = []
    if min(way.scores) < ENOUGH:
        if way.background == "local":
            warnings.append(UNEVEN_LIGHT)
        if _touch_border(way):
            warnings.append(CUT_AT_EDGE)
    return Finding(found, way.background, way.rotation, way.rulings, tuple(warnings))
