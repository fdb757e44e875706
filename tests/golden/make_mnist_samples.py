"""Write frontend/js/data/mnist-samples.js: a hundred of MNIST's digits for the page to show.

    python tests/golden/make_mnist_samples.py

They are the first ten of each digit among the last 10,000 training images, which training never
saw. Needs MNIST, which it fetches, and Pillow.
"""

import base64
import io
from pathlib import Path

import numpy as np
from PIL import Image

from mnist_recognizer.data.mnist import load_mnist

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "frontend" / "js" / "data" / "mnist-samples.js"
VALIDATION = 10_000
LINE = 96

HEAD = """\
/**
 * A hundred of MNIST's handwritten digits, one row of ten for each digit from 0 to 9: a PNG image
 * of 280 × 280 grey values. They are the first of their kind among the images that the network was
 * validated on, and never trained on. Written by tests/golden/make_mnist_samples.py.
 */
"""


def main() -> None:
    """Write the script."""
    mnist = load_mnist()
    images, labels = mnist.train_images[-VALIDATION:], mnist.train_labels[-VALIDATION:]
    rows = [np.hstack(images[labels == digit][:10]) for digit in range(10)]
    png = io.BytesIO()
    Image.fromarray(np.vstack(rows)).save(png, "PNG", optimize=True)
    text = base64.b64encode(png.getvalue()).decode()
    lines = [text[start : start + LINE] for start in range(0, len(text), LINE)]
    quoted = " +\n".join(f"    '{line}'" for line in ["data:image/png;base64,", *lines])
    script = f"{HEAD}MNIST.add('data', {{\n  SAMPLES:\n{quoted},\n}});\n"
    TARGET.write_text(script, encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
