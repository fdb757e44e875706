"""Tell ink from paper that is unevenly lit: the black-hat transform.

A closing (the minimum of the maxima over a square window) fills in dark strokes that are narrower
than the window, and keeps the edges of shadows where they are. What it has filled in is the ink
(F. Meyer, "Contrast features extraction", 1979; J. Serra, "Image Analysis and Mathematical
Morphology", 1982). All values are whole numbers, so the page's
``frontend/js/vision/background.js`` finds the same ink.
"""

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.vision.preprocessing import MIN_CONTRAST

PEAK_SHARE = 5000
"""One in so many pixels is at least as dark as the peak: a few darker ones are specks."""


def black_hat(levels: NDArray[np.uint8], reach: int) -> NDArray[np.uint8]:
    """Return how much darker each pixel is than paper, for strokes narrower than the window.

    Parameters
    ----------
    levels : ndarray of uint8, shape (height, width)
        Dark ink on light paper.
    reach : int
        The window is 2·reach + 1 pixels wide and high.

    Returns
    -------
    ndarray of uint8, shape (height, width)
    """
    smooth = _smooth(levels)
    paper = smooth
    for axis in (0, 1):
        paper = _running_max(paper, reach, axis)
    paper = 255 - paper
    for axis in (0, 1):
        paper = _running_max(paper, reach, axis)
    hat: NDArray[np.uint8] = (255 - paper) - smooth
    return hat


def threshold_hat(hat: NDArray[np.uint8], share: float) -> NDArray[np.float64] | None:
    """Return the ink that stands out in a black hat; None if nothing does.

    Parameters
    ----------
    hat : ndarray of uint8, shape (height, width)
    share : float
        Ink is what is darker than this share of the way from paper to the darkest ink.
    """
    counts = np.bincount(hat.ravel(), minlength=256)
    at_most = counts.cumsum()
    paper = int(np.searchsorted(at_most, hat.size / 2))
    noise = int(np.searchsorted(at_most, hat.size * 0.75)) - paper
    peak = int(np.searchsorted(at_most, hat.size - hat.size / PEAK_SHARE))
    if peak - paper < MIN_CONTRAST:
        return None
    faint = paper + np.floor(max((peak - paper) * share, min(4 * noise, (peak - paper) / 2)))
    ink: NDArray[np.float64] = hat.astype(np.float64) - faint
    np.clip(ink, 0, np.floor((peak - faint) * 0.75), out=ink)
    return ink


def _smooth(levels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the rounded means over 3 × 3 pixels, so that noise does not lift the paper."""
    padded = np.pad(levels, 1, mode="edge").astype(np.uint16)
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    sums = rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]
    means: NDArray[np.uint8] = ((sums + 4) // 9).astype(np.uint8)
    return means


def _running_max(levels: NDArray[np.uint8], reach: int, axis: int) -> NDArray[np.uint8]:
    """Return the maxima over windows of 2·reach + 1 pixels along an axis."""
    width = 2 * reach + 1
    padding = [(0, 0), (0, 0)]
    padding[axis] = (reach, reach)
    maxima = np.pad(levels, padding)
    covered = 1
    while covered < width:  # doubling
        step = min(covered, width - covered)
        length = maxima.shape[axis] - step
        first = maxima[:length] if axis == 0 else maxima[:, :length]
        second = maxima[step:] if axis == 0 else maxima[:, step:]
        maxima = np.maximum(first, second)
        covered += step
    return maxima
