""":mod:`~mnist_recognizer.vision.slant` for one image: the same grey values, in fewer calls.

To straighten one image takes some thirty NumPy calls, and each costs more than what it computes.
Here the five sums become Python's own numbers, which are as exact, and the grey values stay the
floats that the network reads: whole numbers up to 255·256 + 128 fit into a float32.
"""

import threading

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.vision.preprocessing import SIZE
from mnist_recognizer.vision.slant import MAX_SLANT, MOMENTS, ONE, ROWS

_MARGIN = SIZE  # columns of paper on either side: more than the longest shift
_WIDTH = _MARGIN + SIZE + _MARGIN
_FIRST = np.arange(SIZE) * _WIDTH + _MARGIN
_MOMENTS = np.ascontiguousarray(MOMENTS.T)
_ROWS = ROWS.astype(np.float64)
_ROW = np.dtype((np.void, 4 * (SIZE + 1)))  # a row and its right neighbour, read with one look-up
_ONE, _HALF, _LEVEL = np.float32(ONE), np.float32(ONE / 2), np.float32(1 / ONE)


class _Paper(threading.local):
    """A thread's own paper, the place in its middle for the image, and every row of 29 on it."""

    def __init__(self) -> None:
        memory = np.zeros(SIZE * _WIDTH + SIZE + 1, np.float32)
        self.image = memory[: SIZE * _WIDTH].reshape(SIZE, _WIDTH)[:, _MARGIN:-_MARGIN]
        self.rows = np.ndarray(SIZE * _WIDTH, _ROW, memory.data, strides=(4,))


_paper = _Paper()


def straighten_one(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shear one image so that its ink stands upright.

    Parameters
    ----------
    levels : (784,) float32 array
        Grey values, whole numbers from 0 to 255.

    Returns
    -------
    (784,) float32 array
        Grey values: what :func:`~mnist_recognizer.vision.slant.straighten` returns.
    """
    mass, x, y, xy, yy = _MOMENTS.dot(levels).tolist()
    slant = (mass * xy - x * y) / max(mass * yy - y * y, 1.0)
    slant = min(max(slant, -MAX_SLANT), MAX_SLANT)
    shifts = _ROWS - y / max(mass, 1.0)
    shifts *= ONE * slant
    shifts += 0.5
    whole = np.floor(shifts, out=shifts).astype(np.intp)
    _paper.image[...] = levels.reshape(SIZE, SIZE)
    columns = whole >> 8
    columns += _FIRST
    found = _paper.rows[columns].view(np.float32).reshape(SIZE, SIZE + 1)
    whole &= ONE - 1
    left = found[:, :-1]
    upright: NDArray[np.float32] = found[:, 1:] - left
    upright *= whole.astype(np.float32).reshape(SIZE, 1)
    left *= _ONE
    left += _HALF
    upright += left
    upright *= _LEVEL
    return np.floor(upright, out=upright).reshape(SIZE * SIZE)
