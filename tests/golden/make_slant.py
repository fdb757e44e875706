"""Writes slant.json: images and what straightening makes of them.

Python and JavaScript are both tested against this file. Make it again after a deliberate change of
docs/preprocessing.md with `PYTHONPATH=backend python tests/golden/make_slant.py` from the project's
folder, and look at what changed.
"""

import json
from pathlib import Path

import numpy as np
from make_preprocessing import DIGITS, hex_rows, scattered

from mnist_recognizer.vision.slant import straighten
from mnist_recognizer.vision.strokes import render_strokes

FILE = Path(__file__).with_name("slant.json")


def lean(name: str, slant: float) -> np.ndarray:
    """Draw a digit whose top leans to the right by `slant` columns a row."""
    strokes = [[(x - slant * y, y) for x, y in stroke] for stroke in DIGITS[name]]
    return render_strokes(strokes)


def images() -> dict[str, np.ndarray]:
    """Return (28, 28) uint8 images by name."""
    cases = {name: lean(name, 0.0) for name in DIGITS}
    cases |= {f"{name}, leaning right": lean(name, 0.4) for name in ("one", "six", "eight")}
    cases |= {f"{name}, leaning left": lean(name, -0.6) for name in ("one", "open four")}
    row = np.zeros((28, 28), np.uint8)
    row[13, 4:24] = 200
    corners = np.zeros((28, 28), np.uint8)
    corners[0, 0] = corners[27, 27] = 255
    return cases | {
        "one, farther than 45 degrees": lean("one", 1.7),
        "no ink": np.zeros((28, 28), np.uint8),
        "one row": row,
        "two corners": corners,
        "all ink": np.full((28, 28), 255, np.uint8),
        "noise": np.array(scattered(784, 255, seed=13), np.uint8).reshape(28, 28),
    }


def golden_file() -> str:
    """Return the text of slant.json, one line a case."""
    cases = [
        json.dumps(
            {
                "name": name,
                "image": hex_rows(image),
                "upright": hex_rows(straighten(image[None])[0]),
            }
        )
        for name, image in images().items()
    ]
    return "[\n" + ",\n".join(cases) + "\n]\n"


if __name__ == "__main__":
    FILE.write_text(golden_file(), encoding="utf-8")
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes")
