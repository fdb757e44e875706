"""Digits and weights as PNG images that stand inside an HTML page.

Many small images are packed side by side into one, so that a page with hundreds of digits holds a
single PNG. Ink is stored as opacity: the same image is dark on a light page and, inverted, light
on a dark one. PNG: ISO/IEC 15948:2004.
"""

import base64
import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

SIDE = 28
_COLUMNS = 32
_POSITIVE, _NEGATIVE = (0xD6, 0x45, 0x2B), (0x2B, 0x78, 0xC4)

INK: Bytes = np.zeros((256, 4), np.uint8)  # black, as opaque as the level says
INK[:, 3] = np.arange(256)

DIVERGING: Bytes = np.zeros((256, 4), np.uint8)  # 128 is nothing, above is one colour, below other
DIVERGING[128:, :3] = _POSITIVE
DIVERGING[:128, :3] = _NEGATIVE
DIVERGING[:, 3] = np.minimum(np.abs(np.arange(256) - 128) * 2, 255)


def encode_png(levels: Bytes, palette: Bytes) -> bytes:
    """Encode an image whose pixels are places in a palette.

    Parameters
    ----------
    levels : (height, width) uint8 array
    palette : (256, 4) uint8 array
        Red, green, blue and opacity of each level.

    Returns
    -------
    bytes
        A PNG file.
    """
    height, width = levels.shape
    rows = np.zeros((height, width + 1), np.uint8)  # each row begins with its filter, 0 for none
    rows[:, 1:] = levels
    indexed_8_bit = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", indexed_8_bit),
            _chunk(b"PLTE", palette[:, :3].tobytes()),
            _chunk(b"tRNS", palette[:, 3].tobytes()),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def data_uri(png: bytes) -> str:
    """Return a PNG as an address that holds the image itself."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


@dataclass(frozen=True)
class Sheet:
    """Many 28 × 28 images in one, row by row.

    Attributes
    ----------
    uri : str
        The image.
    columns, rows : int
        How many there are beside and below each other.
    """

    uri: str
    columns: int
    rows: int

    def place(self, number: int) -> tuple[int, int]:
        """Return the column and the row of an image."""
        return number % self.columns, number // self.columns


def make_sheet(images: Bytes, palette: Bytes, blank: int = 0) -> Sheet:
    """Pack images into one.

    Parameters
    ----------
    images : (n, 28, 28) uint8 array
    palette : (256, 4) uint8 array
        See :func:`encode_png`.
    blank : int
        The level of the places that are left over.
    """
    columns = max(1, min(_COLUMNS, len(images)))
    rows = max(1, -(-len(images) // columns))
    padded = np.full((rows * columns, SIDE, SIDE), blank, np.uint8)
    padded[: len(images)] = images
    joined = padded.reshape(rows, columns, SIDE, SIDE).swapaxes(1, 2)
    return Sheet(
        data_uri(encode_png(joined.reshape(rows * SIDE, -1), palette)), columns=columns, rows=rows
    )


def weights_sheet(weights: NDArray[np.floating]) -> Sheet:
    """Show what each unit of the first layer looks for: 28 × 28 weights, one image a unit.

    Each image is as strong in colour as can be, so their colours cannot be compared.

    Parameters
    ----------
    weights : (784, units) float array
    """
    images = weights.T.reshape(-1, SIDE, SIDE)
    largest = np.abs(images).max(axis=(1, 2), keepdims=True)
    scaled = np.divide(images, largest, out=np.zeros_like(images), where=largest > 0)
    return make_sheet((128 + np.round(scaled * 127)).astype(np.uint8), DIVERGING, blank=128)
