"""Which geometry a network was trained in, and what it reads of an image.

A weights file says in its metadata which geometry its network knows:

1   MNIST's: 20 pixels on the longest side, the centre of mass in the middle. Files that say nothing
    are older than geometry 2, and mean this.
2   upright: the same, then sheared until it stands upright (:mod:`~mnist_recognizer.vision.slant`).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.nn import MLP
from mnist_recognizer.vision.fast_slant import straighten_one
from mnist_recognizer.vision.slant import straighten

KEY = "geometry"
"""The key of a network's metadata."""
MNIST = 1
UPRIGHT = 2
_BLACK, _WHITE = np.float32(0), np.float32(255)


def geometry_of(model: MLP) -> int:
    """Return the geometry that a network was trained in.

    Raises
    ------
    ValueError
        When its metadata names one that this version does not know.
    """
    geometry = model.metadata.get(KEY, MNIST)
    if geometry not in (MNIST, UPRIGHT):
        raise ValueError(
            f"it was trained with geometry {str(geometry)[:20]}, and this version knows "
            f"{MNIST} and {UPRIGHT}"
        )
    return int(geometry)


def to_geometry(model: MLP, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return (n, 28, 28) or (n, 784) images in MNIST's geometry as a network is to read them."""
    return straighten(images) if geometry_of(model) == UPRIGHT else images


def network_input(model: MLP, images: NDArray[Any]) -> NDArray[np.float32]:
    """Return what a network reads of images in MNIST's geometry.

    Parameters
    ----------
    model : MLP
        Its metadata says whether it reads straightened images.
    images : (n, 28, 28) or (n, 784) array
        uint8 from 0 to 255, or floats from 0 to 1. To be straightened, floats are rounded to 255ths
        first, and what is beyond 0 or 1 is clipped.

    Returns
    -------
    (n, 784) float32 array
        From 0 to 1.
    """
    pixels = images.reshape(len(images), -1)
    if pixels.dtype != np.uint8:
        if geometry_of(model) == MNIST:
            return pixels.astype(np.float32, copy=False)
        levels = np.rint(pixels * _WHITE)
        np.minimum(np.maximum(levels, _BLACK, out=levels), _WHITE, out=levels)
        if len(levels) == 1:
            return straighten_one(levels[0].astype(np.float32, copy=False))[None] / _WHITE
        pixels = levels.astype(np.uint8)
    return to_geometry(model, pixels).astype(np.float32) / _WHITE
