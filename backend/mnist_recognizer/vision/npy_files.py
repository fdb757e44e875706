"""NumPy's ``.npy`` files become grey arrays."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.vision.errors import ImageError

SIGNATURE = b"\x93NUMPY"


def decode_npy(data: bytes) -> list[NDArray[Any]]:
    """Return the images in an ``.npy`` file.

    Parameters
    ----------
    data : bytes
        An array of shape (height, width), (images, height, width), or (784,) for the pixels of one
        28 × 28 image row by row.

    Returns
    -------
    list of (height, width) arrays
        As they were stored: integers from 0 (black) to 255, or floats from 0 to 1.

    Raises
    ------
    ImageError
        The file is damaged, or the array has another shape.
    """
    try:
        array = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, MemoryError, OverflowError) as error:
        raise ImageError("is a damaged .npy file, or does not contain numbers") from error
    if array.shape == (784,):
        array = array.reshape(28, 28)
    if array.ndim == 2:
        return [array]
    if array.ndim == 3 and len(array) > 0:
        return list(array)
    raise ImageError(
        f"is an array of shape {array.shape}, which must be (height, width), "
        "(images, height, width) or (784,)"
    )
