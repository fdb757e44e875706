"""Writes segmentation.json: drawings and images of several digits, and the digits in them.

Python and JavaScript are both tested against this file. Make it again after a deliberate change of
docs/preprocessing.md with `PYTHONPATH=backend python tests/golden/make_segmentation.py` from the
project's folder, and look at what changed: each case is one line of the file.
"""

from pathlib import Path
from typing import Any

import numpy as np
from make_preprocessing import DIGITS, Stroke, as_lines, hex_rows, pairs, scattered

from mnist_recognizer.vision.grouping import group_strokes
from mnist_recognizer.vision.segmentation import find_digits
from mnist_recognizer.vision.strokes import render_strokes

FILE = Path(__file__).with_name("segmentation.json")

TWO, ZERO, SIX = DIGITS["two"], DIGITS["zero"], DIGITS["six"]
FOUR, FIVE, SEVEN = DIGITS["open four"], DIGITS["five"], DIGITS["crossed seven"]
ONE, FOOTED = DIGITS["one"], DIGITS["flagged one on a foot"]


def moved(strokes: list[Stroke], right: float, down: float = 0.0) -> list[Stroke]:
    """Return strokes somewhere else."""
    return [[[x + right, y + down] for x, y in stroke] for stroke in strokes]


def row(*digits: list[Stroke], gap: float = 18.0, climb: float = 0.0) -> list[Stroke]:
    """Write digits beside each other, each `gap` to the right of the one before."""
    return [
        stroke
        for place, digit in enumerate(digits)
        for stroke in moved(digit, place * gap, -place * climb)
    ]


def stroke_cases() -> dict[str, list[Stroke]]:
    """Return strokes by name."""
    return {
        **{f"one digit: {name}": strokes for name, strokes in DIGITS.items()},
        "2026": row(TWO, ZERO, TWO, SIX),
        "2026 written closely": row(TWO, ZERO, TWO, SIX, gap=13.5),
        "written closely, of unequal heights": [
            *ZERO,
            *moved([[[x * 0.85, y * 0.85] for x, y in stroke] for stroke in SIX], 14.0, 1.5),
        ],
        "2026 that climbs": row(TWO, ZERO, TWO, SIX, climb=7.0),
        "digits of several strokes": row(FOUR, FIVE, SEVEN, FOOTED, FIVE, gap=20.0),
        "from right to left": row(SEVEN, FOUR)[::-1] + moved(FIVE, -20.0),
        "two lines": row(ONE, TWO, FIVE) + moved(row(FOUR, SEVEN), 3.0, 30.0),
        "a flag apart from its five": [FIVE[0], [[12.0, 2.0], [21.0, 1.0]]],
        "a zero in two halves": [
            [[14, 4], [8, 8], [7, 16], [11, 23]],
            [[14.5, 4], [19, 8], [20, 16], [12, 23.5]],
        ],
        "two zeros that touch": row(ZERO, ZERO, gap=13.0),
        "a dot, a dash, and a dot far away": [
            [[5, 5]],
            [[40, 5], [48, 5]],
            [[90, 5]],
        ],
        "nothing": [],
        "strokes without points": [[], *FOUR, []],
        "the same stroke twice": [*TWO, *TWO],
        "scribbles": [pairs(scattered(2 * n, 2800, seed=n), 20.0) for n in range(2, 12)],
        "one long scribble over a number": [
            *row(TWO, ZERO, TWO, SIX),
            pairs(scattered(4000, 6000, seed=4), 100.0),
        ],
        "far away and large": [
            [[9e8 + x * 1e5, y * 1e5 - 9e8] for x, y in stroke] for stroke in row(FIVE, FOUR)
        ],
    }


def inked(strokes: list[Stroke], times: int) -> np.ndarray:
    """Draw one digit, enlarged."""
    return np.kron(render_strokes(strokes), np.ones((times, times), np.uint8)).astype(np.int64)


def raster_cases() -> dict[str, np.ndarray]:
    """Return grey images, uint8, by name."""
    number = np.concatenate([inked(digit, 2) for digit in (TWO, ZERO, TWO, SIX)], axis=1)
    lines = np.concatenate([number[:, :112], np.zeros((12, 112), np.int64), number[:, 112:]])
    tall, wide = number.shape
    shade = np.arange(tall)[:, None] // 4 + np.arange(wide)[None, :] // 8
    noise = np.array(scattered(tall * wide, 7, seed=3)).reshape(tall, wide)
    ruled = np.zeros((tall, wide), np.int64)
    ruled[::14] = 25
    specks = number.copy()
    specks[2::17, 3::19] = 255
    broken = number.copy()
    broken[27:29] = 0
    blot = np.zeros((tall, wide + 60), np.int64)
    blot[30:38, -30:-22] = 255
    long = np.zeros((24, 2100), np.int64)
    long[4:20, 40:44] = long[4:20, 2060:2066] = 200
    return {
        "MNIST's geometry already": render_strokes(SEVEN).astype(np.int64),
        "one digit, enlarged": inked(FOUR, 5),
        "2026": number,
        "2026 on two lines": lines,
        "dark on light": 255 - number,
        "unevenly lit, with noise": 235 - shade - noise - number // 2,
        "on ruled paper": 240 - ruled - number * 3 // 4,
        "with specks": specks,
        "with broken strokes": broken,
        "with a blot beside": np.pad(number, ((0, 0), (0, 60))) + blot,
        "shrunk three times": long,
        "noise": np.array(scattered(50 * 41, 255, seed=11)).reshape(41, 50),
        "blank": np.full((30, 40), 200, np.int64),
    }


def found_in(grey: np.ndarray) -> list[dict[str, Any]]:
    """Return the digits of an image; none if it is blank."""
    try:
        digits = find_digits(grey)
    except ValueError:
        return []
    return [{"box": list(box), "pixels": hex_rows(pixels)} for box, pixels in digits]


def golden_vectors() -> dict[str, Any]:
    """Return the content of segmentation.json."""
    images = {name: grey.astype(np.uint8) for name, grey in raster_cases().items()}
    return {
        "strokes": [
            {"name": name, "strokes": strokes, "groups": group_strokes(strokes)}
            for name, strokes in stroke_cases().items()
        ],
        "images": [
            {
                "name": name,
                "width": grey.shape[1],
                "height": grey.shape[0],
                "grey": hex_rows(grey),
                "digits": found_in(grey),
            }
            for name, grey in images.items()
        ],
    }


if __name__ == "__main__":
    FILE.write_text(as_lines(golden_vectors()), encoding="utf-8")
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes")
