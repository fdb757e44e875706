"""Any drawing or photo becomes MNIST's image: 28 × 28 grey values, light ink on black.

MNIST's makers scaled each digit's inked box to 20 pixels on its longest side and then moved the
centre of mass to the middle of a 28 × 28 image (Y. LeCun et al., "Gradient-based learning applied
to document recognition", Proc. IEEE, 1998). This module does the same to images;
:mod:`mnist_recognizer.vision.strokes` does it to pen strokes, which it can draw again.

``docs/preprocessing.md`` numbers the steps, and the page's ``frontend/js/vision/raster.js`` follows
them bit for bit: all arithmetic is float64 + − × ÷ √, floor and ceil, in the same order there and
here, and IEEE 754 rounds each of these the same way everywhere.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_recognizer.vision.errors import BlankImageError
from mnist_recognizer.vision.stroke_width import widen_thin_ink

SIZE = 28
"""Side of the image, in pixels."""
BOX = 20
"""Longest side of the inked box, in pixels."""
CENTRE = 14
"""The centre of mass comes to lie here, counted from 0, in both directions."""
MIN_CONTRAST = 16
"""An image whose ink differs less than this (of 255) from its background is blank."""
MAX_ENLARGEMENT = 4
"""An image is enlarged at most this many times."""


class InkBox(NamedTuple):
    """Rows and columns of an inked box, each from its first to behind its last."""

    top: int
    bottom: int
    left: int
    right: int


def preprocess_raster(grey: ArrayLike) -> NDArray[np.uint8]:
    """Bring a grey image to MNIST's geometry: dark ink on light or light on dark, any size.

    An image that is MNIST's already comes back unchanged, bit for bit.

    Parameters
    ----------
    grey : array_like, shape (height, width)
        Integers from 0 (black) to 255, or floats from 0 (black) to 1. It is not changed.

    Returns
    -------
    ndarray of uint8, shape (28, 28)
        Light ink on black.

    Raises
    ------
    ValueError
        The image is blank, is not two-dimensional, or holds a value out of range.
    """
    ink = separate_ink(whole_levels(grey))
    box = ink_box(ink)
    return normalise_ink(ink[box.top : box.bottom, box.left : box.right])


def normalise_ink(ink: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Bring the ink of one digit to MNIST's geometry, (28, 28).

    Parameters
    ----------
    ink : ndarray of float64, shape (height, width)
        Whole numbers, with ink on all four sides.
    """
    if max(ink.shape) > SIZE:
        ink = widen_thin_ink(ink, BOX)
    return centre_by_mass(resample_ink(ink))


def centre_by_mass(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Shift an image by whole pixels until its centre of mass is nearest to (14, 14).

    It never moves so far that ink would leave the image.

    Parameters
    ----------
    image : ndarray of uint8, shape (28, 28)
        With some ink in it.

    Returns
    -------
    ndarray of uint8, shape (28, 28)
        A new array.
    """
    box = ink_box(image)
    rows = image.sum(axis=1, dtype=np.int64)
    columns = image.sum(axis=0, dtype=np.int64)
    down = _shift(rows, box.top, box.bottom)
    right = _shift(columns, box.left, box.right)
    centred = np.zeros_like(image)
    centred[box.top + down : box.bottom + down, box.left + right : box.right + right] = image[
        box.top : box.bottom, box.left : box.right
    ]
    return centred


def _shift(profile: NDArray[np.int64], first: int, end: int) -> int:
    """Return by how many pixels to move ink that lies in ``first:end`` of one axis."""
    positions = np.arange(SIZE)
    # Python's integers divide as JavaScript's numbers do. MNIST's own centres of mass lie in
    # [13.5, 14.5), so a half rounds down.
    centre_of_mass = int(profile @ positions) / int(profile.sum())
    wanted = int(np.ceil(CENTRE - 0.5 - centre_of_mass))
    return min(max(wanted, -first), SIZE - end)


def whole_levels(grey: ArrayLike) -> NDArray[np.float64]:
    """Check an image and return its grey levels as whole numbers from 0 to 255, float64."""
    levels: NDArray[np.float64] = np.asarray(grey)
    if levels.ndim != 2 or levels.size == 0:
        raise ValueError(
            f"a grey image has the shape (height, width), not {levels.shape}: "
            "average the colours of a coloured one first"
        )
    if levels.dtype.kind not in "buif":
        raise ValueError(f"grey levels are numbers, not {levels.dtype}")
    largest = 255 if levels.dtype.kind in "ui" else 1
    levels = levels.astype(np.float64)
    if not (levels.min() >= 0 and levels.max() <= largest):  # NaN compares false
        kind = "whole" if largest == 255 else "fractional"
        raise ValueError(f"{kind} grey levels must be numbers from 0 to {largest}")
    # In place, here and below: a photo of a megapixel takes 8 MB each time.
    levels *= 255 // largest
    levels += 0.5
    return np.floor(levels, out=levels)


def separate_ink(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tell ink from its background by the image's border.

    Parameters
    ----------
    levels : ndarray of float64, shape (height, width)
        Whole numbers from 0 to 255.

    Returns
    -------
    ndarray of float64, shape (height, width)
        How much ink there is in each pixel, from 0, in whole numbers.

    Raises
    ------
    ValueError
        Nothing stands out.
    """
    height, width = levels.shape
    sides = levels[:, 0], levels[:, -1], levels[0], levels[-1]
    background = _lower_median(np.concatenate(sides))
    darker = background - levels.min()
    lighter = levels.max() - background
    sign, contrast = (-1.0, darker) if darker > lighter else (1.0, lighter)

    # Light falls unevenly on a photographed page: a plane through what the four sides show of it.
    near = [2 * np.abs(side - background) < contrast for side in sides]
    papers = [side[here] for side, here in zip(sides, near, strict=True)]
    west, east, north, south = (_lower_median(p) if p.size else background for p in papers)
    mean = (west + east + north + south) / 4
    x = np.arange(width) - (width - 1) / 2
    y = np.arange(height) - (height - 1) / 2
    slope_x = (east - west) / max(width - 1, 1)
    slope_y = (south - north) / max(height - 1, 1)
    paper = (mean + slope_x * x) + (slope_y * y)[:, None]
    paper += 0.5
    np.floor(paper, out=paper)
    stands_out = np.subtract(levels, paper, out=paper)
    stands_out *= sign
    border = stands_out[:, 0], stands_out[:, -1], stands_out[0], stands_out[-1]
    unevenness = np.abs(np.concatenate(border)[np.concatenate(near)]).max(initial=0)
    ink: NDArray[np.float64] = np.maximum(stands_out, 0, out=stands_out)
    peak = ink.max()
    if peak < MIN_CONTRAST:
        raise BlankImageError

    # Up to MNIST's own size every grey counts. In a larger image faint ink is noise or shadow:
    # what is less than twice as strong as the unevenness that the border shows.
    box = ink_box(ink)
    if max(box.bottom - box.top, box.right - box.left) > SIZE:
        faint = np.floor(min(max(peak / 16, 2 * unevenness), peak / 2))
        ink -= faint
        np.clip(ink, 0, np.floor((peak - faint) * 0.75), out=ink)
    return ink


def _lower_median(values: NDArray[np.float64]) -> float:
    """Return the middle value, the lower of the two in the middle if their number is even."""
    return float(np.sort(values)[(values.size - 1) // 2])


def ink_box(ink: NDArray[np.float64] | NDArray[np.uint8]) -> InkBox:
    """Return the smallest box that holds all ink; there must be some."""
    rows = np.flatnonzero(ink.any(axis=1))
    columns = np.flatnonzero(ink.any(axis=0))
    return InkBox(int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)


def resample_ink(ink: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Scale an inked box to 20 pixels on its longest side, in the middle of a 28 × 28 image.

    Shrinking averages over areas, enlarging interpolates linearly, and 20 pixels are copied.

    Parameters
    ----------
    ink : ndarray of float64, shape (height, width)
        Whole numbers, with ink on all four sides.

    Returns
    -------
    ndarray of uint8, shape (28, 28)
        With a peak of 255, or of 254 if it is a copy.
    """
    height, width = ink.shape
    longest = max(height, width)
    if longest == BOX:
        copy = np.zeros((SIZE, SIZE))
        top, left = (SIZE - height) // 2, (SIZE - width) // 2
        copy[top : top + height, left : left + width] = ink
        # One in ten of MNIST's own images has a peak of 254.
        return copy.astype(np.uint8) if ink.max() >= 254 else _stretch(copy)
    # A pixel of the result takes the ink of a square of `reach` pixels of the box, every `step`
    # pixels. With this step the outermost inked ones are 20 apart, whether reach is step or 1.
    step = longest / BOX if longest > BOX else max((longest + 1) / (BOX + 1), 1 / MAX_ENLARGEMENT)
    reach = max(step, 1.0)
    # sums[y, x] is all ink above and to the left of the corner (x, y) of the box's pixels. These
    # are whole numbers, so exact; between the corners the sum is bilinear, so any area's ink is.
    sums = np.zeros((height + 1, width + 1))
    sums[1:, 1:] = ink.cumsum(axis=0).cumsum(axis=1)

    def sum_at(y: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
        return _interpolate(_interpolate(sums, x, axis=1), y, axis=0)

    from_middle = (np.arange(SIZE) - (SIZE - 1) / 2) * step
    y = from_middle + (height - reach) / 2  # where the squares begin
    x = from_middle + (width - reach) / 2
    return _stretch(
        (sum_at(y + reach, x + reach) - sum_at(y, x + reach))
        - (sum_at(y + reach, x) - sum_at(y, x))
    )


def _stretch(image: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Round an image to grey levels so that its peak is 255."""
    levels: NDArray[np.float64] = 255 * np.maximum(image, 0) / image.max()
    return (levels + 0.5).astype(np.uint8)  # the cast rounds down


def _interpolate(
    sums: NDArray[np.float64], positions: NDArray[np.float64], axis: int
) -> NDArray[np.float64]:
    """Read sums linearly between whole positions of one axis; beyond its ends they stay."""
    last = sums.shape[axis] - 1
    inside = np.clip(positions, 0, last)
    whole = np.minimum(np.floor(inside).astype(np.intp), last - 1)
    shape = (-1, 1) if axis == 0 else (1, -1)
    fraction = (inside - whole).reshape(shape)
    before, after = sums.take(whole, axis), sums.take(whole + 1, axis)
    between: NDArray[np.float64] = (1 - fraction) * before + fraction * after
    return between
