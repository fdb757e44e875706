"""Write what learn.html loads on demand: digits, and what each neuron responds to.

    python tests/golden/make_learn_data.py

frontend/js/data/digits.js    1,000 of MNIST's test digits, and 500 of its training digits
frontend/js/data/neurons.js   for each of the 202 neurons the nine training digits that excite it
                              most, and the pattern it responds to

The pattern of a neuron is the covariance of each pixel with the neuron's z over the training images
(C·w in the first layer; Haufe et al., "On the interpretation of weight vectors of linear models in
multivariate neuroimaging", NeuroImage 87, 2014). Images are stored as the network reads them, with
16 grey levels. Needs MNIST, which it fetches. Run it again when the weights change.
"""

import base64
import hashlib
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP
from mnist_recognizer.vision.geometry import network_input, to_geometry

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "frontend" / "js" / "data"
TEST, TRAINING, EXEMPLARS = 1000, 500, 9
LINE = 96
LEVEL = 17  # 16 grey levels: 0, 17 … 255
LICENCE = """\
 * The digits are from MNIST by Yann LeCun, Corinna Cortes and Christopher J. C. Burges, licensed
 * CC BY-SA 3.0 (https://creativecommons.org/licenses/by-sa/3.0/), reduced to 16 grey levels.
"""


def quoted(data: bytes) -> str:
    """Return deflated base64 as the lines of a JavaScript text."""
    text = base64.b64encode(zlib.compress(data, 9)).decode()
    lines = [text[start : start + LINE] for start in range(0, len(text), LINE)]
    return " +\n".join(f"      '{line}'" for line in lines)


def packed(images: NDArray[np.uint8]) -> bytes:
    """Return 4 bits a pixel, two pixels a byte, the first in the upper half."""
    levels = np.rint(images.reshape(-1, 2) / LEVEL).astype(np.uint8)
    return (levels[:, 0] << 4 | levels[:, 1]).tobytes()


def digits_script(model: MLP) -> str:
    """Return the script of the test and training digits."""
    mnist = load_mnist()
    sets = {
        "testDigits": (mnist.test_images[:TEST], mnist.test_labels[:TEST]),
        "trainingDigits": (mnist.train_images[:TRAINING], mnist.train_labels[:TRAINING]),
    }
    parts = []
    for name, (images, labels) in sets.items():
        text = "".join(map(str, labels))
        pixels = quoted(packed(to_geometry(model, images)))
        parts.append(f"  {name}: {{\n    labels: '{text}',\n    pixels:\n{pixels},\n  }},\n")
    return (
        f"/**\n * The first {TEST:,} of MNIST's test digits and {TRAINING} of its training digits,"
        "\n * as the network reads them.\n *\n"
        f"{LICENCE} * Written by tests/golden/make_learn_data.py.\n */\n"
        f"MNIST.add('data', {{\n{''.join(parts)}}});\n"
    )


def neurons_script(model: MLP) -> str:
    """Return the script of the neurons' favourite digits and patterns."""
    mnist = load_mnist()
    images = to_geometry(model, mnist.train_images).reshape(-1, 784)
    x = network_input(model, mnist.train_images)
    *hidden, logits = model.forward(x)
    sums = [a @ W + b for a, W, b in zip(hidden, model.weights, model.biases, strict=True)]
    assert np.array_equal(sums[-1], logits)
    centred = x - x.mean(axis=0)
    chosen: dict[int, int] = {}
    indices, patterns = [], []
    for z in sums:
        best = np.argsort(-z, axis=0, kind="stable")[:EXEMPLARS].T  # (neurons, 9)
        indices.append([[chosen.setdefault(int(n), len(chosen)) for n in row] for row in best])
        covariance = (centred.T @ (z - z.mean(axis=0)) / len(x)).T  # (neurons, 784)
        scale = np.abs(covariance).max(axis=1, keepdims=True)
        patterns.append(np.rint(covariance / scale * 127).astype(np.int8))
    order = list(chosen)
    labels = "".join(str(mnist.train_labels[n]) for n in order)
    rows = ",\n".join(f"    {layer}".replace(" ", "") for layer in indices)
    digest = hashlib.sha256(model.parameters.tobytes()).hexdigest()[:16]
    return (
        f"/**\n * For each neuron: the {EXEMPLARS} training digits for which its z is largest, as"
        " indices into\n * `exemplars`, and the pattern it responds to, 784 numbers from −127 to"
        f" 127. For the weights\n * whose SHA-256 begins with {digest}.\n *\n"
        f"{LICENCE} * Written by tests/golden/make_learn_data.py.\n */\n"
        "MNIST.add('data', {\n"
        f"  exemplars: {{\n    labels: '{labels}',\n"
        f"    pixels:\n{quoted(packed(images[order]))},\n  }},\n"
        f"  exemplarsOf: [\n{rows},\n  ],\n"
        f"  patterns:\n{quoted(np.concatenate(patterns).tobytes())},\n"
        "});\n"
    )


def main() -> None:
    """Write the scripts."""
    model = MLP.load(default_weights())
    for name, script in (("digits", digits_script(model)), ("neurons", neurons_script(model))):
        target = FOLDER / f"{name}.js"
        target.write_text(script, encoding="utf-8")
        print(f"{target.relative_to(ROOT)}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
