"""Image files become grey arrays, ready for :mod:`mnist_recognizer.vision.segmentation`.

The API and the command line decode images here, with the same limits and the same words. A file
may come from anybody: its size is read from its header before anything is decoded, large images are
shrunk while they are decoded (JPEG) or strip by strip, and whatever goes wrong in a decoder is an
:class:`~mnist_recognizer.vision.errors.ImageError`. ``docs/preprocessing.md`` numbers the steps.
"""

import io
import warnings
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.vision.errors import (
    ImageError,
    ImageTooLargeError,
    PillowMissingError,
    UnsupportedImageError,
)
from mnist_recognizer.vision.hypotheses import Finding, Sureness, find_surest_digits
from mnist_recognizer.vision.preprocessing import MIN_CONTRAST
from mnist_recognizer.vision.segmentation import SEARCH_SIDE, DigitBox, FoundDigit, find_digits

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WebP", "TIFF")
"""Those that Pillow reads by itself; it reads HEIC where pillow-heif is installed."""
MAX_FILE_BYTES = 64 * 2**20
MAX_SIDE = 16_384
"""Pixels, enough for panoramas and long receipts. Decoders keep whole rows."""
MAX_MEGAPIXELS = {
    "JPEG": 50,
    "progressive JPEG": 12,
    "PNG": 16,
    "BMP": 16,
    "TIFF": 10,
    "GIF": 4,
    "WebP": 5,
    "HEIC": 12.5,
}
"""By format, so that decoding needs at most about 110 MB."""

_MAX_FRAME_MEGAPIXELS = 5  # of a frame after the first one: Pillow keeps three of them
_MAX_TOTAL_MEGAPIXELS = 100  # of all frames: of blank ones, no more are decoded
_MAX_READS = 50_000  # a file of very many tiny parts would take a decoder seconds
_MAX_TEXT_BYTES = 2**20  # a PNG's texts, unpacked
_STRIP_PIXELS = 2**18
_ORIENTATION = 0x0112  # EXIF
_BIT_DEPTHS = (8, 10, 12, 14, 16)
_SIGNATURES = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"RIFF": "WebP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
}
_HEIC = (b"ftyphei", b"ftyphev", b"ftypmif1", b"ftypmsf1")
_UNSUPPORTED = {  # what people send all the same, and a mark near the beginning
    **dict.fromkeys(_HEIC, "a HEIC image"),  # without pillow-heif
    b"ftypavi": "an AVIF image",
    b"%PDF": "a PDF document",
    b"<svg": "an SVG image",
}


class DecodedImage(NamedTuple):
    """A decoded image, upright.

    Attributes
    ----------
    grey : ndarray of uint8, shape (rows, columns)
        0 is black. Shrunk to at most 1,024 pixels on the longest side if the file has more.
    width, height : int
        Size of the image in the file, in pixels.
    """

    grey: NDArray[np.uint8]
    width: int
    height: int


def decode_image(data: bytes) -> DecodedImage:
    """Decode a PNG, JPEG, GIF, BMP, WebP or TIFF file, and HEIC where pillow-heif is installed.

    The EXIF orientation is applied. Transparent pixels are white paper, or black if white paper
    would hide everything. Of several frames, the first one counts that is not blank.

    Parameters
    ----------
    data : bytes
        The file. Its first bytes tell the format.

    Raises
    ------
    ImageError
        The file is empty or damaged.
    ImageTooLargeError
        The file or the image is too large.
    UnsupportedImageError
        The file has another format.
    PillowMissingError
        Pillow is not installed.
    """
    if not data:
        raise ImageError("is empty")
    if len(data) > MAX_FILE_BYTES:
        raise ImageTooLargeError(f"is larger than {MAX_FILE_BYTES // 2**20} MiB; make it smaller")
    name = _format_of(data)
    try:
        from PIL import Image, PngImagePlugin  # takes 30 ms: not at the start
    except ModuleNotFoundError as error:
        raise PillowMissingError from error

    PngImagePlugin.MAX_TEXT_MEMORY = _MAX_TEXT_BYTES
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata, and Pillow's own limit of pixels
            # Pillow reads the header here, and decodes below.
            formats = ["HEIF" if name == "HEIC" else name.upper()]
            with Image.open(_FewReads(data), formats=formats) as image:
                return _decode(image, name, has_16_bits=name == "PNG" and data[24] == 16)
    except ImageError:
        raise
    except Image.DecompressionBombError as error:  # Pillow's own limit is above ours
        raise ImageTooLargeError("has too many pixels; make it smaller") from error
    except Exception as error:  # whatever a hostile file provokes in a decoder, it is a bad file
        raise ImageError(f"is a damaged {name} file") from error


def find_digits_in_image(image: DecodedImage) -> list[FoundDigit]:
    """Find the digits in a decoded image, with boxes in pixels of the image in the file.

    Raises
    ------
    BlankImageError
        The image shows nothing.
    """
    return _in_file(find_digits(image.grey), image)


def find_surest_in_image(image: DecodedImage, sureness: Sureness) -> Finding:
    """Find the digits in a decoded photo in the way whose digits are surest.

    Parameters
    ----------
    image : DecodedImage
    sureness : callable
        See :data:`~mnist_recognizer.vision.hypotheses.Sureness`.

    Raises
    ------
    BlankImageError
        The image shows nothing.
    """
    finding = find_surest_digits(image.grey, sureness)
    return finding._replace(digits=_in_file(finding.digits, image))


def _in_file(digits: list[FoundDigit], image: DecodedImage) -> list[FoundDigit]:
    """Return digits with boxes in pixels of the image in the file."""
    rows, columns = image.grey.shape
    across, down = image.width / columns, image.height / rows

    def enlarged(box: DigitBox) -> DigitBox:
        left, top = round(box.x * across), round(box.y * down)
        right, bottom = round((box.x + box.width) * across), round((box.y + box.height) * down)
        return DigitBox(left, top, max(right - left, 1), max(bottom - top, 1))

    return [FoundDigit(enlarged(box), pixels) for box, pixels in digits]


class _FewReads(io.BytesIO):
    """A file that ends in an error when it is read in very many steps."""

    _reads_left = _MAX_READS

    def read(self, size: int | None = -1, /) -> bytes:
        self._reads_left -= 1
        if self._reads_left < 0:
            raise OSError("too many reads")
        return super().read(size)


def _format_of(data: bytes) -> str:
    """Return the name of an image file's format."""
    for signature, name in _SIGNATURES.items():
        if data.startswith(signature):
            return name
    if data[4:].startswith(_HEIC) and _reads_heic():
        return "HEIC"
    for mark, name in _UNSUPPORTED.items():
        if mark in data[:512]:
            raise UnsupportedImageError(
                f"is {name}, which is not supported; save it as a JPEG or PNG"
            )
    listed = f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}"
    raise UnsupportedImageError(f"is not a {listed} file; save it as one of these")


@cache
def _reads_heic() -> bool:
    """Teach Pillow to read HEIC, if pillow-heif is installed; return whether it is."""
    try:
        import pillow_heif
    except ModuleNotFoundError:
        return False
    pillow_heif.register_heif_opener(thumbnails=False)
    return True


def _decode(image: Any, name: str, *, has_16_bits: bool) -> DecodedImage:
    """Decode the first frame that is not blank, or the last one that may be decoded."""
    kind = "progressive JPEG" if image.info.get("progressive") else name
    pixels_left = _MAX_TOTAL_MEGAPIXELS * 1_000_000
    while True:
        _refuse_too_large(image.width, image.height, kind)
        decoded = _decode_frame(image, name, has_16_bits)
        pixels_left -= decoded.width * decoded.height
        frame_pixels = min(pixels_left, _MAX_FRAME_MEGAPIXELS * 1_000_000)
        is_blank = np.ptp(decoded.grey) < MIN_CONTRAST
        if not is_blank or decoded.width * decoded.height > frame_pixels:
            return decoded
        try:
            image.seek(image.tell() + 1)
        except EOFError:
            return decoded


def _refuse_too_large(width: int, height: int, kind: str) -> None:
    size = f"has {width:,} × {height:,} pixels"
    if max(width, height) > MAX_SIDE:
        raise ImageTooLargeError(f"{size}, and a side may have at most {MAX_SIDE:,}; shrink it")
    if width * height > MAX_MEGAPIXELS[kind] * 1_000_000:
        advice = "shrink it" if "JPEG" in kind else "shrink it or save it as a JPEG"
        raise ImageTooLargeError(
            f"{size}, and a {kind} may have at most {MAX_MEGAPIXELS[kind]:g} million; {advice}"
        )


def _decode_frame(image: Any, name: str, has_16_bits: bool) -> DecodedImage:
    from PIL import Image, ImageOps

    width, height = image.size
    if name == "JPEG":  # lets the decoder shrink it, which saves time and memory
        times = next(t for t in (8, 4, 2, 1) if t == 1 or max(width, height) >= t * SEARCH_SIDE)
        # Rounded down: Pillow divides by it, and what was rounded up would be shrunk half as much.
        image.draft("L", (max(width // times, 1), max(height // times, 1)))
    image.load()
    if name != "JPEG" and sorted(image.size) != sorted((width, height)):
        raise ImageError(f"is a damaged {name} file")  # a second header gave another size
    if name == "TIFF":  # Pillow has turned it
        width, height = image.size
    grey = _grey_levels(image, "white", has_16_bits)
    if image.has_transparency_data and np.ptp(grey) < MIN_CONTRAST:  # perhaps the ink is white
        grey = _grey_levels(image, "black", has_16_bits)
    orientation = image.getexif().get(_ORIENTATION, 1)
    if orientation in range(2, 9):
        shrunk = Image.fromarray(grey)
        shrunk.getexif()[_ORIENTATION] = orientation
        grey = np.asarray(ImageOps.exif_transpose(shrunk))
        if orientation >= 5:
            width, height = height, width
    return DecodedImage(np.ascontiguousarray(grey), width, height)


def _grey_levels(image: Any, paper: str, has_16_bits: bool) -> NDArray[np.uint8]:
    """Shrink an image to at most 1,024 pixels a side and return its grey levels.

    It goes strip by strip: the colours of a whole image, converted, would be a second image.
    """
    from PIL import Image

    times = -(-max(image.size) // SEARCH_SIDE)
    rows = max(_STRIP_PIXELS // image.width // times, 1) * times
    range_of_levels = _range_of_levels(image)
    strips = []
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        if image.has_transparency_data:
            strip = strip.convert("RGBA")
            sheet = Image.new("RGBA", strip.size, paper)
            sheet.alpha_composite(strip)
            strip = sheet
        if range_of_levels is not None:  # Pillow would clip these to 8 bits
            levels = np.nan_to_num(np.asarray(strip) * (255 / range_of_levels))
            strip = Image.fromarray(levels.clip(0, 255).astype(np.uint8))
        strips.append(np.asarray(strip.convert("L").reduce(times)))
    grey = np.concatenate(strips)
    if has_16_bits and range_of_levels is None:  # colours, of which Pillow gives the upper 8 bits
        used = next(bits for bits in _BIT_DEPTHS if int(grey.max()) << 8 < 1 << bits)
        grey = grey << (16 - used) if used > 8 else grey
    return grey


def _range_of_levels(image: Any) -> float | None:
    """Return which level is white in an image of 16 or 32 bits a pixel; None in one of 8 bits.

    A file of 16 bits may hold levels of 10, 12 or 14, as cameras and scanners give them.
    """
    if not image.mode.startswith(("I", "F")):
        return None
    brightest = float(image.getextrema()[1])
    if image.mode == "F" and brightest <= 1:
        return 1.0
    return next((2.0**bits - 1 for bits in _BIT_DEPTHS if brightest < 2**bits), brightest)
