"""Writes preprocessing.json: drawings and the images that they become.

Python and JavaScript are both tested against this file. Make it again after a deliberate change of
docs/preprocessing.md with `PYTHONPATH=backend python tests/golden/make_preprocessing.py` from the
project's folder, and look at what changed: each case is one line of the file. Inputs come from
arithmetic alone, so that they are the same on every machine.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from mnist_recognizer.vision.preprocessing import preprocess_raster
from mnist_recognizer.vision.strokes import render_strokes

FILE = Path(__file__).with_name("preprocessing.json")

Stroke = list[list[float]]

DIGITS: dict[str, list[Stroke]] = {
    "zero": [[[14, 4], [8, 8], [7, 16], [11, 23], [17, 22], [20, 14], [18, 6], [13, 4]]],
    "one": [[[14, 3], [14, 24]]],
    "flagged one on a foot": [[[9, 9], [15, 4], [15, 23]], [[10, 23], [20, 23]]],
    "two": [[[8, 8], [12, 4], [18, 6], [18, 11], [8, 23], [20, 23]]],
    "three": [[[8, 5], [18, 5], [12, 12], [18, 16], [16, 22], [8, 22]]],
    "open four": [[[10, 4], [7, 14], [19, 14]], [[16, 9], [15, 24]]],
    "five": [[[10, 5], [9, 12], [15, 11], [19, 16], [15, 22], [8, 21]], [[10, 5], [19, 5]]],
    "six": [[[17, 4], [10, 10], [8, 18], [13, 23], [18, 18], [13, 14], [9, 17]]],
    "crossed seven": [[[8, 5], [20, 5], [12, 24]], [[10, 14], [18, 14]]],
    "eight": [[[14, 13], [9, 8], [14, 4], [19, 8], [9, 18], [14, 23], [19, 18], [14, 13]]],
    "hooked nine": [[[18, 9], [13, 4], [9, 9], [13, 13], [18, 9], [18, 20], [12, 24], [8, 21]]],
}


def scattered(count: int, most: int, seed: int) -> list[int]:
    """Return whole numbers from 0 to `most`, from a linear congruential generator."""
    values = []
    for _ in range(count):
        seed = (1664525 * seed + 1013904223) % 2**32
        values.append((seed >> 8) % (most + 1))
    return values


def pairs(values: list[int], divisor: float = 1.0) -> Stroke:
    """Make points from an even number of values."""
    return [[x / divisor, y / divisor] for x, y in zip(values[::2], values[1::2], strict=True)]


def stroke_cases() -> dict[str, tuple[list[Stroke], float]]:
    """Return strokes and the size of a dot by name."""
    seven = DIGITS["crossed seven"]
    cases = {name: (strokes, 0.0) for name, strokes in DIGITS.items()}
    cases |= {
        "a tap": ([[[17.5, 3.25]]], 0.0),
        "a tap that shook": ([[[17, 3], [17.4, 3.1], [17.2, 3.3]]], 3.0),
        "a digit as small as a dot": (
            [[[x / 10, y / 10] for x, y in stroke] for stroke in seven],
            3.0,
        ),
        "the same point again and again": ([[[5, 5]] * 9, [[5, 5]]], 0.0),
        "repeated points within a line": ([[[3, 3], [3, 3], [9, 20], [9, 20], [9, 20]]], 0.0),
        "strokes without points": ([[], [[2, 2], [8, 20]], []], 0.0),
        "two dots": ([[[2, 2]], [[2, 30]]], 0.0),
        "a level line": ([[[-40, 7], [300, 7]]], 0.0),
        "negative and fractional": (
            [[[-x / 7, -y / 7] for x, y in stroke] for stroke in seven],
            0.0,
        ),
        "far away and large": (
            [[[9e8 + x * 1e6, y * 1e6 - 9e8] for x, y in stroke] for stroke in seven],
            0.0,
        ),
        "tiny units": ([[[x * 1e-5, y * 1e-5] for x, y in stroke] for stroke in seven], 0.0),
        "heavy head, long tail": (
            [pairs(scattered(80, 300, seed=5), 100.0), [[1, 1], [40, 2]]],
            0.0,
        ),
        "a scribble of 600 points": ([pairs(scattered(1200, 9999, seed=1), 100.0)], 0.0),
        "eight scribbles": (
            [pairs(scattered(2 * n, 2800, seed=n), 100.0) for n in range(3, 11)],
            0.0,
        ),
    }
    return cases


def raster_cases() -> dict[str, np.ndarray]:
    """Return grey images, uint8, by name."""
    three = render_strokes(DIGITS["three"])
    four = render_strokes(DIGITS["open four"])
    tight = four[four.any(axis=1)][:, four.any(axis=0)]
    enlarged = np.kron(four, np.ones((3, 3), np.uint8))
    shade = np.arange(120)[:, None] // 4 + np.arange(150)[None, :] // 3  # 0 to 78
    photo = 240 - shade - np.array(scattered(120 * 150, 9, seed=3)).reshape(120, 150)
    photo[20:104, 40:124] -= enlarged // 3
    tiny = np.zeros((28, 28), np.uint8)
    tiny[20:23, 5:7] = [[9, 200], [255, 255], [0, 30]]
    corner = np.zeros((40, 33), np.uint8)
    corner[-20:, -13:] = np.array(scattered(260, 255, seed=7)).reshape(20, 13)
    return {
        "MNIST's geometry already": three,
        "off centre": np.pad(three, ((9, 1), (0, 20))),
        "dark on light": 255 - three,
        "grey on grey": (90 + three // 6).astype(np.uint8),
        "twenty pixels in a corner": corner,
        "cropped to the ink": tight,
        "enlarged three times": enlarged,
        "a small digit": np.ascontiguousarray(enlarged[::5, ::5]),
        "a speck": tiny,
        "one pixel in many": np.pad(np.array([[255]], np.uint8), ((3, 90), (50, 8))),
        "two pixels in all": np.array([[0, 255]], np.uint8),
        "a wide line": np.pad(np.full((5, 200), 40, np.uint8), 9, constant_values=230),
        "an unevenly lit photograph": photo.astype(np.uint8),
        "noise": np.array(scattered(31 * 47, 255, seed=11), np.uint8).reshape(31, 47),
    }


def hex_rows(image: np.ndarray) -> list[str]:
    """Write each row of a uint8 image as hexadecimal digits."""
    return [row.tobytes().hex() for row in image]


def golden_vectors() -> dict[str, Any]:
    """Return the content of preprocessing.json."""
    return {
        "strokes": [
            {
                "name": name,
                "strokes": strokes,
                "dot_size": dot_size,
                "image": hex_rows(render_strokes(strokes, dot_size)),
            }
            for name, (strokes, dot_size) in stroke_cases().items()
        ],
        "rasters": [
            {
                "name": name,
                "width": grey.shape[1],
                "height": grey.shape[0],
                "grey": hex_rows(grey),
                "image": hex_rows(preprocess_raster(grey)),
            }
            for name, grey in raster_cases().items()
        ],
    }


def as_lines(groups: dict[str, list[dict[str, Any]]]) -> str:
    """Return groups of cases as JSON, one line a case."""
    lines = (
        f'"{group}": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]"
        for group, cases in groups.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def golden_file() -> str:
    """Return the text of preprocessing.json."""
    return as_lines(golden_vectors())


if __name__ == "__main__":
    FILE.write_text(golden_file(), encoding="utf-8")
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes")
