"""How much memory and time the worst pictures take that /predict/image accepts. Linux only.

Each is read in a process of its own, as the route reads it. The peak is what the kernel says the
process held at most, beyond what it held before (with the decoders loaded).

    python benchmarks/picture_memory.py
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

from mnist_recognizer.api.predict.image_file import LONGEST_SIDE, MOST_PIXELS, decode_picture
from mnist_recognizer.vision.segmentation import find_digits


def page(width: int, height: int) -> NDArray[np.uint8]:
    """Return a sheet of paper with four vertical strokes."""
    sheet = np.full((height, width), 235, np.uint8)
    for x in range(width // 10, width * 4 // 5, width // 5):
        sheet[height // 3 : height * 2 // 3, x : x + width // 40] = 30
    return sheet


def saved(grey: NDArray[np.uint8], mode: str, kind: str, **options: object) -> bytes:
    """Return a picture's file."""
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


def longest(kind: str, *, tall: bool = False) -> NDArray[np.uint8]:
    """Return the sheet with the longest side that a format may have."""
    side = LONGEST_SIDE - (kind == "WebP")  # which can have no more than 16,383
    sheet = page(side, MOST_PIXELS[kind] // side)
    return np.ascontiguousarray(sheet.T) if tall else sheet


PICTURES: dict[str, Callable[[], bytes]] = {
    "PNG, RGBA, 8 megapixels": lambda: saved(page(3000, 2660), "RGBA", "PNG"),
    "PNG, palette, 8 megapixels": lambda: saved(page(3000, 2660), "P", "PNG"),
    "PNG, 16 bits, 8 megapixels": lambda: saved(page(3000, 2660), "I;16", "PNG"),
    "PNG, noise, 1 megapixel": lambda: saved(noise(0.3), "L", "PNG"),
    "JPEG, RGB, 12 megapixels": lambda: saved(page(4000, 3000), "RGB", "JPEG"),
    "JPEG, RGB, 50 megapixels": lambda: saved(page(8000, 6200), "RGB", "JPEG"),
    "JPEG, CMYK, 50 megapixels": lambda: saved(page(8000, 6200), "CMYK", "JPEG"),
    "JPEG, progressive, 12 megapixels": lambda: saved(
        page(4000, 3000), "RGB", "JPEG", progressive=True
    ),
    "WebP, RGBA, 2 megapixels": lambda: saved(page(1600, 1200), "RGBA", "WebP", lossless=True),
    "WebP, RGB, 2 megapixels": lambda: saved(page(1600, 1200), "RGB", "WebP"),
    "JPEG, CMYK, 8,191 × 6,104": lambda: saved(page(8191, 6104), "CMYK", "JPEG"),
    "PNG, 1 bit, longest side": lambda: saved(longest("PNG"), "1", "PNG"),
    "PNG, grey, longest side": lambda: saved(longest("PNG"), "L", "PNG"),
    "PNG, RGB, longest side": lambda: saved(longest("PNG"), "RGB", "PNG"),
    "PNG, RGBA, longest side": lambda: saved(longest("PNG"), "RGBA", "PNG"),
    "PNG, RGBA of 16 bits, longest side": lambda: png_of_16_bits(longest("PNG")),
    "PNG, RGBA of 16 bits, tall": lambda: png_of_16_bits(longest("PNG", tall=True)),
    "PNG, transparent palette, longest": lambda: saved(
        longest("PNG"), "P", "PNG", transparency=b"\xc8" * 256
    ),
    "JPEG, RGB, longest side": lambda: saved(longest("JPEG"), "RGB", "JPEG"),
    "JPEG, CMYK, longest side": lambda: saved(longest("JPEG"), "CMYK", "JPEG"),
    "JPEG, progressive, 16,384 × 813": lambda: saved(
        page(LONGEST_SIDE, 813), "RGB", "JPEG", progressive=True
    ),
    "WebP, RGBA, longest side": lambda: saved(longest("WebP"), "RGBA", "WebP", lossless=True),
    "WebP, RGB, tall": lambda: saved(longest("WebP", tall=True), "RGB", "WebP"),
}


def memory(name: str) -> float:
    """Return one of the kernel's numbers about this process, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{name}:")[2].split()[0]) * 1024 / 1e6


def measure(data: bytes) -> tuple[float, float, int]:
    """Return the peak in MB, the seconds, and how many digits were found."""
    for kind in ("PNG", "JPEG", "WebP"):  # loads the decoders
        find_digits(decode_picture(saved(page(60, 60), "RGB", kind)).grey)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak so far
    before, start = memory("VmRSS"), time.perf_counter()
    found = find_digits(decode_picture(data).grey)
    return memory("VmHWM") - before, time.perf_counter() - start, len(found)


def main() -> None:
    if not sys.platform.startswith("linux"):
        print("Nothing to measure: only Linux tells a process's peak in this way.")
        return
    context = multiprocessing.get_context("spawn")
    print("picture                               peak   time  digits")
    for name, make in PICTURES.items():
        with context.Pool(1) as pool:
            peak, seconds, digits = pool.apply(measure, (make(),))
        print(f"{name:<34} {peak:5.1f} MB {seconds:5.2f} s  {digits:>6}")


if __name__ == "__main__":
    main()
