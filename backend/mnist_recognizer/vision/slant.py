"""The last step of the geometry: a slanted digit is sheared until it stands upright.

People's hands lean by up to 45°, most of them to the right. A network that never sees a slant does
not need to learn it.

The slant is how far the ink moves to the right with every row downwards, by least squares. With the
grey value v of each pixel (x, y) as its mass,

    slant = Σ v·(x − x̄)·(y − ȳ) / Σ v·(y − ȳ)²

When each row y is shifted by −slant·(y − ȳ), the second moment Σ v·(x − x̄)·(y − ȳ) becomes 0.

``docs/preprocessing.md`` numbers the steps, U1 to U3. ``frontend/js/vision/slant.js`` follows them
too, bit for bit.

Source: Y. LeCun et al., "Gradient-based learning applied to document recognition", Proc. IEEE,
1998 (the "deslanted" images).
"""

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.vision.preprocessing import SIZE

MAX_SLANT = 1.0
"""Columns per row: what leans farther than 45° is sheared by 45°."""

ONE = 256
"""Shifts are counted in parts of a pixel: they have 8 bits of fraction."""
_CHUNK = 128  # images at a time: what is computed on the way stays in the cache
_MARGIN = SIZE  # columns of paper on either side: more than the longest shift
_WIDTH = _MARGIN + SIZE + _MARGIN
_ROW = np.dtype("V32")  # a row of 28 pixels and its right neighbour, read with one look-up


def _moments() -> NDArray[np.float64]:
    """Return 1, x, y, xy and y² of each pixel, counted from pixel (14, 14)."""
    y, x = (axis.ravel() for axis in np.indices((SIZE, SIZE)) - SIZE // 2)
    return np.stack([np.ones_like(x), x, y, x * y, y * y], axis=1).astype(np.float64)


MOMENTS = _moments()
"""What pixels are multiplied with for Σv, Σvx, Σvy, Σvxy and Σvy²: (784, 5) float64."""
ROWS = np.arange(SIZE) - SIZE // 2
"""y of each row."""
_FIRST = np.arange(_CHUNK * SIZE).reshape(_CHUNK, SIZE) * _WIDTH + _MARGIN


def straighten(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Shear each image so that its ink stands upright.

    Parameters
    ----------
    images : (n, 28, 28) or (n, 784) uint8 array
        In MNIST's geometry: light ink on black.

    Returns
    -------
    uint8 array of the same shape
        A new array. An image without a slant, or without ink, comes back unchanged.
    """
    upright = np.empty((len(images), SIZE, SIZE), np.uint8)
    flat = images.reshape(len(images), SIZE * SIZE)
    for start in range(0, len(flat), _CHUNK):
        part = slice(start, start + _CHUNK)
        _shear(flat[part], upright[part])
    return upright.reshape(images.shape)


def row_shifts(images: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return how far each row of (n, 784) images moves to the left: (n, 28), 256ths of a pixel."""
    mass, x, y, xy, yy = (images.astype(np.float64) @ MOMENTS).T
    spread = mass * yy - y * y  # mass · Σ v·(y − ȳ)²; whole numbers, so all of this is exact
    lean = mass * xy - x * y
    slant = lean / np.maximum(spread, 1)  # without spread the lean is 0 too
    slant = np.minimum(np.maximum(slant, -MAX_SLANT), MAX_SLANT)
    middle = y / np.maximum(mass, 1)
    shifts = (ONE * slant)[:, None] * (ROWS - middle[:, None])
    shifts += 0.5
    whole: NDArray[np.intp] = np.floor(shifts, out=shifts).astype(np.intp)
    return whole


def _shear(images: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    """Shift the rows of (n, 784) images, reading linearly between pixels, into (n, 28, 28)."""
    count = len(images)
    shifts = row_shifts(images)
    paper = np.zeros(count * SIZE * _WIDTH + _ROW.itemsize, np.uint8)
    paper[: -_ROW.itemsize].reshape(count, SIZE, _WIDTH)[:, :, _MARGIN:-_MARGIN] = images.reshape(
        out.shape
    )
    # rows[i] are the 32 bytes from byte i on
    rows = np.ndarray(len(paper) - _ROW.itemsize, _ROW, paper.data, strides=(1,))
    found = rows[_FIRST[:count] + (shifts >> 8)].view(np.uint8).reshape(count, SIZE, -1)
    fraction = (shifts & (ONE - 1)).astype(np.uint16)[:, :, None]
    blend = found[:, :, :SIZE] * (ONE - fraction)
    blend += found[:, :, 1 : SIZE + 1] * fraction
    blend += ONE // 2
    blend >>= 8
    out[:] = blend
