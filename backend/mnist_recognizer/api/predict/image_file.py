"""Decoding a picture that anybody may have sent: in little memory, and never by surprise.

How large a picture is stands in its first bytes. They are looked at before a decoder is, so that a
few bytes cannot make it reserve gigabytes. Large pictures are shrunk while they are decoded (JPEG)
or strip by strip (PNG, WebP).
"""

import io
import struct
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.api.problems import FieldError, ProblemError
from mnist_recognizer.vision.segmentation import MOST_SIDE

MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 8_000_000, "WebP": 2_000_000}
"""By format: what a decoder needs for so many pixels stays below 40 MB."""
LONGEST_SIDE = 16_384
"""Pixels, enough for panoramas and long receipts. Decoders keep whole rows, however few."""
MOST_MEMORY = 40_000_000
"""Bytes for the coefficients of a progressive JPEG, which must all be kept."""

_STRIP = 1 << 18  # pixels
_METADATA = 1 << 20  # bytes of a PNG's texts, unpacked
_MOST_PARTS = 10_000  # chunks or segments of a file: a decoder takes time for each, even if empty


class Picture(NamedTuple):
    """A decoded picture, turned as its EXIF orientation says.

    Attributes
    ----------
    grey : ndarray of uint8, shape (rows, columns)
        Shrunk to about 1,024 pixels on the longest side, if it was larger.
    width, height : int
        Of the whole picture.
    """

    grey: NDArray[np.uint8]
    width: int
    height: int


def decode_picture(data: bytes) -> Picture:
    """Decode a PNG, JPEG or WebP.

    What is transparent is white paper; if all would be white then, black.

    Parameters
    ----------
    data : bytes
        The file; its first bytes tell the format, whatever it was said to be.

    Raises
    ------
    ProblemError
        413 when it has too many pixels, or a side has; 415 when it is of another format; 422 when
        it is damaged or has several frames.
    """
    name, size = _size_of(data)
    if size[0] * size[1] > MOST_PIXELS[name]:
        raise _too_large(size, f"more than this server decodes of a {name}")
    if max(size) > LONGEST_SIDE:
        raise _too_large(size, f"and a side may have {LONGEST_SIDE:,}")
    from PIL import Image, PngImagePlugin  # takes 30 ms: not at the start

    PngImagePlugin.MAX_TEXT_MEMORY = _METADATA
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata is no reason to refuse a picture
            with Image.open(io.BytesIO(data), formats=(name.upper(),)) as image:
                return _read(image, size, name)
    except ProblemError:
        raise
    except Exception as error:  # whatever a hostile file provokes in a decoder, it is a bad file
        raise _unreadable(f"is a damaged {name}") from error


def _size_of(data: bytes) -> tuple[str, tuple[int, int]]:
    """Return a picture's format and its width and height, from its first bytes."""
    if not data:
        raise ProblemError(
            422,
            "The body is empty; send the bytes of a PNG, JPEG or WebP.",
            [FieldError(field="body", message="is empty")],
        )
    name = next((name for name, is_it in _FORMATS.items() if is_it(data)), None)
    if name is None:
        raise ProblemError(
            415,
            "The body is no PNG, JPEG or WebP; save the picture as one of these.",
            [FieldError(field="body", message="must be a PNG, JPEG or WebP")],
        )
    try:
        width, height = _SIZES[name](data)
    except (struct.error, IndexError, ValueError) as error:
        raise _unreadable(f"is a damaged {name}") from error
    if not width or not height:
        raise _unreadable(f"is a damaged {name}")
    return name, (width, height)


def _size_of_png(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">4xII", data, 12)
    at = 8
    for _ in range(_MOST_PARTS):
        if at + 8 > len(data):
            return width, height
        (length,) = struct.unpack_from(">I", data, at)
        at += 12 + length  # with its type and its checksum
    raise ValueError("too many chunks")


def _size_of_jpeg(data: bytes) -> tuple[int, int]:
    """Walk from marker to marker up to the frame's header."""
    at = 2
    for _ in range(_MOST_PARTS):
        while data[at] != 0xFF:  # decoders pass over stray bytes
            at += 1
        while data[at] == 0xFF:
            at += 1
        marker = data[at]
        at += 1
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:  # these have no content
            continue
        if marker in {0xD9, 0xDA}:
            raise ValueError("no frame")
        (length,) = struct.unpack_from(">H", data, at)
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack_from(">3xHH", data, at)
            return width, height
        at += length
    raise ValueError("too many segments")


def _size_of_webp(data: bytes) -> tuple[int, int]:
    """Read the first chunk: the canvas of an extended file, or the frame of a simple one."""
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("no frame")


_FORMATS: dict[str, Callable[[bytes], bool]] = {
    "PNG": lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
    "JPEG": lambda data: data.startswith(b"\xff\xd8\xff"),
    "WebP": lambda data: data.startswith(b"RIFF") and data[8:12] == b"WEBP",
}
_SIZES = {"PNG": _size_of_png, "JPEG": _size_of_jpeg, "WebP": _size_of_webp}


def _read(image: Any, size: tuple[int, int], name: str) -> Picture:
    if image.size != size:  # the decoder sees another file than we do
        raise _unreadable(f"is a damaged {name}")
    if name != "JPEG" and getattr(image, "n_frames", 1) > 1:
        raise _unreadable("is animated; send one of its frames")
    if name == "JPEG":
        _prepare_jpeg(image, size)
    grey = _grey(image, "white")
    if image.has_transparency_data and np.ptp(grey) == 0:  # perhaps the ink is white
        grey = _grey(image, "black")
    turn = image.getexif().get(0x0112, 1)  # Orientation
    if turn in _TURNS:
        grey = _TURNS[turn](grey)
    width, height = size if turn < 5 else size[::-1]
    return Picture(np.ascontiguousarray(grey), width, height)


# What shows a picture upright that was stored with this orientation.
_TURNS: dict[int, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
    2: np.fliplr,
    3: lambda grey: np.rot90(grey, 2),
    4: np.flipud,
    5: np.transpose,
    6: lambda grey: np.rot90(grey, -1),
    7: lambda grey: np.rot90(grey, 2).T,
    8: np.rot90,
}


def _prepare_jpeg(image: Any, size: tuple[int, int]) -> None:
    """Let the decoder shrink the picture, which saves both time and memory."""
    if image.info.get("progressive"):
        blocks = [across * down for _, across, down, _ in image.layer]
        coefficients = size[0] * size[1] * sum(blocks) / max(blocks)
        if 2 * coefficients > MOST_MEMORY:
            raise _too_large(size, "more than this server decodes of a progressive JPEG")
    times = next(times for times in (8, 4, 2, 1) if times == 1 or max(size) >= times * MOST_SIDE)
    # Rounded down: Pillow divides by it, and what was rounded up would be shrunk half as much.
    image.draft("L", (max(size[0] // times, 1), max(size[1] // times, 1)))


def _grey(image: Any, paper: str) -> NDArray[np.uint8]:
    """Shrink a picture to about 1,024 pixels and return its grey levels.

    It goes strip by strip: a whole picture's colours converted would be a second picture.
    """
    from PIL import Image

    times = -(-max(image.size) // MOST_SIDE)
    rows = max(_STRIP // image.width // times, 1) * times
    strips = []
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        if image.has_transparency_data:
            strip = strip.convert("RGBA")
            sheet = Image.new("RGBA", strip.size, paper)
            sheet.alpha_composite(strip)
            strip = sheet
        if strip.mode.startswith("I"):  # 16 bits a pixel; Pillow would clip them to 8
            levels = (np.asarray(strip) >> 8).astype(np.uint8)
            strip = Image.fromarray(levels)
        strips.append(np.asarray(strip.convert("L").reduce(times)))
    return np.concatenate(strips)


def _too_large(size: tuple[int, int], why: str) -> ProblemError:
    message = f"has {size[0]:,} × {size[1]:,} pixels"
    return ProblemError(
        413,
        f"The picture {message}, {why}; make it smaller.",
        [FieldError(field="body", message=message)],
    )


def _unreadable(message: str) -> ProblemError:
    return ProblemError(422, f"The picture {message}.", [FieldError(field="body", message=message)])
