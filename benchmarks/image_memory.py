"""How much memory and time the largest images take that the decoder accepts. Linux only.

Each is read in a process of its own, as the API and the command line read it. The peak is the
maximum resident size that the kernel reports, minus the size before (with the decoders loaded).

    python benchmarks/image_memory.py
"""

import io
import multiprocessing
import struct
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pillow_heif import register_heif_opener

from mnist_recognizer.vision.image_files import (
    FORMATS,
    MAX_MEGAPIXELS,
    MAX_SIDE,
    decode_image,
    find_digits_in_image,
)

register_heif_opener(thumbnails=False)  # so that HEIC files can be written too


def page(width: int, height: int) -> NDArray[np.uint8]:
    """Return a sheet of paper with four vertical strokes."""
    sheet = np.full((height, width), 235, np.uint8)
    for x in range(width // 10, width * 4 // 5, width // 5):
        sheet[height // 3 : height * 2 // 3, x : x + width // 40] = 30
    return sheet


def saved(grey: NDArray[np.uint8], mode: str, kind: str, **options: object) -> bytes:
    """Return an image's file."""
    buffer = io.BytesIO()
    if mode == "I;16":
        image = Image.fromarray(grey.astype(np.uint16) * 257)
    else:
        image = Image.fromarray(grey).convert(mode)
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def noise(share: float) -> NDArray[np.uint8]:
    """Return a megapixel of black and white noise."""
    light = np.random.default_rng(0).random((1024, 1024)) < share
    return light.astype(np.uint8) * 255


def png_of_16_bits(grey: NDArray[np.uint8]) -> bytes:
    """Return the file of a PNG of four channels with 16 bits each, which Pillow does not write."""
    height, width = grey.shape
    levels = np.full((height, width, 8), 255, np.uint8)
    levels[:, :, :6] = grey[:, :, None]
    rows = np.pad(levels.reshape(height, -1), ((0, 0), (1, 0)))  # each begins with its filter
    chunks = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 0),
        b"IDAT": zlib.compress(rows.tobytes()),
        b"IEND": b"",
    }
    file = b"\x89PNG\r\n\x1a\n"
    for kind, data in chunks.items():
        check = struct.pack(">I", zlib.crc32(kind + data))
        file += struct.pack(">I", len(data)) + kind + data + check
    return file


def largest(kind: str, *, side: int = 0, turned: bool = False) -> NDArray[np.uint8]:
    """Return the sheet with the most pixels that a format may have; `side` is its longest side."""
    pixels = int(MAX_MEGAPIXELS[kind] * 1_000_000)
    side = min(side or int((pixels * 1.3) ** 0.5), MAX_SIDE - (kind == "WebP"))
    sheet = page(side, pixels // side)
    return np.ascontiguousarray(sheet.T) if turned else sheet


def animation(kind: str) -> bytes:
    """Return an animation whose first frames are blank."""
    last = Image.fromarray(page(2500, 5_000_000 // 2500 if kind == "PNG" else 1600)).convert("RGB")
    blank = [Image.new("RGB", last.size, (level,) * 3) for level in range(240, 244)]
    buffer = io.BytesIO()
    blank[0].save(buffer, kind, save_all=True, append_images=[*blank[1:], last])
    return buffer.getvalue()


def turned(kind: str) -> bytes:
    """Return an image that its EXIF orientation turns by a quarter."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(largest(kind), "RGB", kind, exif=exif)


IMAGES: dict[str, Callable[[], bytes]] = {
    "PNG, RGBA": lambda: saved(largest("PNG"), "RGBA", "PNG"),
    "PNG, palette": lambda: saved(largest("PNG"), "P", "PNG"),
    "PNG, 16 bits": lambda: saved(largest("PNG"), "I;16", "PNG"),
    "PNG, noise, 1 megapixel": lambda: saved(noise(0.3), "L", "PNG"),
    "PNG, RGBA, longest side": lambda: saved(largest("PNG", side=MAX_SIDE), "RGBA", "PNG"),
    "PNG, RGBA of 16 bits, longest side": lambda: png_of_16_bits(largest("PNG", side=MAX_SIDE)),
    "PNG, RGBA of 16 bits, tall": lambda: png_of_16_bits(
        largest("PNG", side=MAX_SIDE, turned=True)
    ),
    "PNG, transparent palette, longest": lambda: saved(
        largest("PNG", side=MAX_SIDE), "P", "PNG", transparency=b"\xc8" * 256
    ),
    "PNG, animated": lambda: animation("PNG"),
    "JPEG, RGB, 12 megapixels": lambda: saved(page(4000, 3000), "RGB", "JPEG"),
    "JPEG, RGB": lambda: saved(largest("JPEG"), "RGB", "JPEG"),
    "JPEG, CMYK": lambda: saved(largest("JPEG"), "CMYK", "JPEG"),
    "JPEG, CMYK, 8,191 × 6,104": lambda: saved(page(8191, 6104), "CMYK", "JPEG"),
    "JPEG, RGB, longest side": lambda: saved(largest("JPEG", side=MAX_SIDE), "RGB", "JPEG"),
    "JPEG, progressive": lambda: saved(
        largest("progressive JPEG"), "RGB", "JPEG", progressive=True
    ),
    "JPEG, progressive, CMYK": lambda: saved(
        largest("progressive JPEG"), "CMYK", "JPEG", progressive=True
    ),
    "GIF": lambda: saved(largest("GIF"), "P", "GIF"),
    "GIF, animated": lambda: animation("GIF"),
    "BMP, RGBA": lambda: saved(largest("BMP"), "RGBA", "BMP"),
    "BMP, RGB, longest side": lambda: saved(largest("BMP", side=MAX_SIDE), "RGB", "BMP"),
    "TIFF, RGBA": lambda: saved(largest("TIFF"), "RGBA", "TIFF"),
    "TIFF, RGB, LZW": lambda: saved(largest("TIFF"), "RGB", "TIFF", compression="tiff_lzw"),
    "TIFF, 16 bits": lambda: saved(largest("TIFF"), "I;16", "TIFF"),
    "TIFF, float": lambda: saved(largest("TIFF"), "F", "TIFF"),
    "TIFF, RGB, turned": lambda: turned("TIFF"),
    "WebP, RGBA": lambda: saved(largest("WebP"), "RGBA", "WebP", lossless=True),
    "WebP, RGB, tall": lambda: saved(largest("WebP", side=MAX_SIDE, turned=True), "RGB", "WebP"),
    "WebP, animated": lambda: animation("WebP"),
    "HEIC, RGB": lambda: saved(largest("HEIC"), "RGB", "HEIF"),
}


def memory(name: str) -> float:
    """Return one of the kernel's numbers about this process, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{name}:")[2].split()[0]) * 1024 / 1e6


def measure(data: bytes) -> tuple[float, float, int]:
    """Return the peak in MB, the seconds, and how many digits were found."""
    for kind in (*FORMATS, "HEIF"):  # loads the decoders
        find_digits_in_image(decode_image(saved(page(60, 60), "RGB", kind)))
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak so far
    before, start = memory("VmRSS"), time.perf_counter()
    found = find_digits_in_image(decode_image(data))
    return memory("VmHWM") - before, time.perf_counter() - start, len(found)


def main() -> None:
    if not sys.platform.startswith("linux"):
        print("Nothing to measure: only Linux tells a process's peak in this way.")
        return
    context = multiprocessing.get_context("spawn")
    print("image                                 peak   time  digits")
    for name, make in IMAGES.items():
        with context.Pool(1) as pool:
            peak, seconds, digits = pool.apply(measure, (make(),))
        print(f"{name:<34} {peak:5.1f} MB {seconds:5.2f} s  {digits:>6}")


if __name__ == "__main__":
    main()
