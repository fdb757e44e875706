"""How much memory and time the worst pictures take that /predict/image accepts. Linux only.

Each is read in a process of its own, as the route reads it. The peak is what the kernel says the
process held at most, beyond what it held before (with the decoders loaded).

    python benchmarks/picture_memory.py
"""

import io
import multiprocessing
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_recognizer.api.image_file import decode_picture
from mnist_recognizer.data.segmentation import find_digits


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
