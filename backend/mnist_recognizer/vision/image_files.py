"""Picture files become grey arrays, ready for :mod:`mnist_recognizer.vision.preprocessing`.

NumPy reads ``.npy``; PNG and every other picture format need Pillow. What kind of file it is shows
in its bytes, so that it may come through a pipe, and a wrong suffix does no harm.
"""

import importlib
import io
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_BYTES = 64 * 2**20
MAX_PIXELS = 50_000_000  # a large camera's
_NPY = b"\x93NUMPY"


class PictureError(ValueError):
    """A file that holds no picture; the message is one sentence that says why."""


class PillowMissingError(PictureError):
    """A picture that only Pillow could read."""


def decode_pictures(data: bytes) -> list[NDArray[Any]]:
    """Decode a file's bytes.

    Parameters
    ----------
    data : bytes
        A picture file; or an ``.npy`` file of shape (height, width), (pictures, height, width), or
        (784,) for the pixels of one 28 × 28 picture row by row.

    Returns
    -------
    list of (height, width) arrays
        Grey levels: integers from 0 (black) to 255, or floats from 0 to 1, as they were stored.

    Raises
    ------
    PictureError
        The file is not a picture, is damaged, or is too large.
    PillowMissingError
        It takes Pillow to tell.
    """
    if not data:
        raise PictureError("it is empty")
    if len(data) > MAX_BYTES:
        raise PictureError(f"it is larger than {MAX_BYTES // 2**20} MiB")
    return _decode_npy(data) if data.startswith(_NPY) else [_decode_picture(data)]


def _decode_npy(data: bytes) -> list[NDArray[Any]]:
    try:
        array = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, MemoryError, OverflowError) as error:
        raise PictureError("it is not an .npy file of numbers, or it is damaged") from error
    if array.shape == (784,):
        array = array.reshape(28, 28)
    if array.ndim == 2:
        return [array]
    if array.ndim == 3 and len(array) > 0:
        return list(array)
    raise PictureError(
        f"it holds an array of shape {array.shape}, but a picture is (height, width), and several "
        "are (pictures, height, width)"
    )


def _decode_picture(data: bytes) -> NDArray[Any]:
    try:
        image_module = importlib.import_module("PIL.Image")
        image_ops = importlib.import_module("PIL.ImageOps")
    except ModuleNotFoundError as error:
        raise PillowMissingError("only .npy files can be read without Pillow") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own size limit; there is one below
            image = image_module.open(io.BytesIO(data))
            small = image.width * image.height <= MAX_PIXELS
            grey = _grey(image_module, image_ops.exif_transpose(image)) if small else None
    except Exception as error:  # whatever a hostile file provokes in a decoder, it is a bad file
        raise PictureError("it is not a picture, or it is damaged") from error
    if grey is None:
        raise PictureError(f"it has more than {MAX_PIXELS:,} pixels")
    return grey


def _grey(image_module: Any, image: Any) -> NDArray[Any]:
    if image.mode.startswith("I"):  # 16 bits a pixel; Pillow would clip them to 8
        return np.asarray(image).astype(np.float64) / 65535
    if not image.has_transparency_data:
        return np.asarray(image.convert("L"))
    image = image.convert("RGBA")
    for paper in ("white", "black"):  # the ink may be of the first one's colour
        sheet = image_module.new("RGBA", image.size, paper)
        sheet.alpha_composite(image)
        grey = np.asarray(sheet.convert("L"))
        if np.ptp(grey) > 0:
            break
    return grey
