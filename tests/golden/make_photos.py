"""Writes photos.json: simulated photos, and the digits that several ways of finding them choose.

Python and JavaScript are both tested against this file. Make it again after a deliberate change of
docs/preprocessing.md with `PYTHONPATH=backend python tests/golden/make_photos.py` from the
project's folder. A network's weights change more often than these rules, so digits are judged by
their amount of ink instead: see `ink_sureness`.
"""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_recognizer.synthesis.pen_digits import draw_pen_digits
from mnist_recognizer.synthesis.photos import simulate_photo
from mnist_recognizer.vision.hypotheses import find_surest_digits

FILE = Path(__file__).with_name("photos.json")
CASES = (
    ("none", 3),
    ("vignette", 3),
    ("shadow", 2),
    ("ruled", 3),
    ("squared", 2),
    ("thin", 2),
    ("light on dark", 3),
    ("table edge", 3),
    ("touching", 3),
    ("uneven baseline", 4),
    ("sideways", 4),
)
"""Kinds of damage, and how many digits are written."""
MAX_SIDE = 180


def ink_sureness(images: NDArray[np.uint8]) -> list[float]:
    """Judge images by how far their inked area is from that of MNIST's median digit."""
    areas = np.count_nonzero(images > 127, axis=(1, 2)).tolist()
    return [max(0.0, 1 - abs(area - 100) / 100) for area in areas]


def photo(damage: str, digits: int, seed: int) -> NDArray[np.uint8]:
    """Simulate a small photo."""
    rng = np.random.default_rng(seed)
    grey = simulate_photo(*draw_pen_digits(20, rng), rng, damage, digits).grey
    image = Image.fromarray(grey)
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    return np.asarray(image)


def found_in(grey: NDArray[np.uint8]) -> dict[str, Any]:
    """Return what is found in a photo."""
    finding = find_surest_digits(grey, ink_sureness)
    return {
        "background": finding.background,
        "rotation": finding.rotation,
        "rulings": finding.rulings,
        "digits": [
            {"box": list(box), "pixels": base64.b64encode(pixels.tobytes()).decode()}
            for box, pixels in finding.digits
        ],
    }


def golden_file() -> str:
    """Return the text of photos.json, one line a case."""
    cases = []
    for seed, (damage, digits) in enumerate(CASES):
        grey = photo(damage, digits, seed)
        case = {"name": damage, "width": grey.shape[1], "height": grey.shape[0]}
        pixels = base64.b64encode(grey.tobytes()).decode()
        cases.append(json.dumps({**case, "grey": pixels, **found_in(grey)}))
    return "[\n" + ",\n".join(cases) + "\n]\n"


if __name__ == "__main__":
    FILE.write_text(golden_file(), encoding="utf-8")
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes")
