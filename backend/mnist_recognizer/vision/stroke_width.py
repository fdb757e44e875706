"""Widen thin ink to the width of MNIST's strokes, before a digit is scaled to 20 pixels.

A thin line on a large image would become faint and grey. The page's
``frontend/js/vision/stroke-width.js`` does the same arithmetic in the same order.
"""

import numpy as np
from numpy.typing import NDArray

THIN = 1.7
"""Ink that would be less wide than this in MNIST's geometry, in pixels, is widened. MNIST's strokes
are 1.7 to 3.9 pixels wide."""
PEN = 2.5
"""To this width: that of MNIST's median stroke."""
WORK = 80
"""Ink is widened at about this size, in pixels of the longest side."""


def widen_thin_ink(ink: NDArray[np.float64], box: int) -> NDArray[np.float64]:
    """Return the ink of one digit with strokes about as wide as MNIST's.

    Parameters
    ----------
    ink : ndarray of float64, shape (height, width)
        Whole numbers, with ink on all four sides.
    box : int
        Its longest side in MNIST's geometry, in pixels.

    Returns
    -------
    ndarray of float64
        The same array if its strokes are wide enough. Else a smaller one with wider strokes, with
        ink on all four sides.
    """
    longest = max(ink.shape)
    if stroke_width(ink) * box >= THIN * longest:
        return ink
    small = _block_maxima(ink, max(longest // WORK, 1))
    add = (PEN * max(small.shape) / box - stroke_width(small)) / 2
    # What is widened by r on each side becomes longer, too, and so smaller in MNIST's geometry.
    radius = add / (1 - PEN / box)
    return _dilate(small, radius) if radius >= 1 else small


def stroke_width(ink: NDArray[np.float64]) -> float:
    """Estimate how wide strokes are, in pixels: twice the area divided by the perimeter.

    The perimeter is π / 4 of the pixels' edges between ink and paper: that is what a line of any
    direction has on average (A. Rosenfeld, 1974).
    """
    mask = 2 * ink >= ink.max()
    padded = np.pad(mask, 1)
    edges = int((padded[1:] != padded[:-1]).sum()) + int((padded[:, 1:] != padded[:, :-1]).sum())
    return 2 * int(mask.sum()) / (0.7854 * edges)


def _block_maxima(ink: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """Shrink: each new pixel is the maximum of a square, so that thin strokes do not break."""
    if side == 1:
        return ink
    height, width = ink.shape
    padded = np.pad(ink, ((0, -height % side), (0, -width % side)))
    rows, columns = padded.shape
    maxima: NDArray[np.float64] = padded.reshape(rows // side, side, columns // side, side).max(
        axis=(1, 3)
    )
    return maxima


def _dilate(ink: NDArray[np.float64], radius: float) -> NDArray[np.float64]:
    """Replace each pixel by the maximum over a disc around it."""
    reach = int(radius)
    height, width = ink.shape
    padded = np.pad(ink, 2 * reach)
    wide = np.zeros((height + 2 * reach, width + 2 * reach))
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            if down * down + right * right <= radius * radius:
                top, left = reach + down, reach + right
                np.maximum(
                    wide, padded[top : top + wide.shape[0], left : left + wide.shape[1]], out=wide
                )
    return wide
