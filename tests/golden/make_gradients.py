"""Write tests/golden/gradients.json: the gradients that Python computes for a hundred digits.

    python tests/golden/make_gradients.py

The page's nn/backpropagation.js must compute the same 109,386 numbers for each. All of them would
make a file of 44 MB. So it has for each digit the gradient's projections on fixed vectors of signs,
its largest entries and the norm of each layer's part; for three digits, the whole gradient. The
targets include wrong ones, since a learner may choose any.
"""

import base64
import json
import zlib
from pathlib import Path

import numpy as np

from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP

FOLDER = Path(__file__).resolve().parent
COUNT, PROJECTIONS, LARGEST = 100, 4, 20
WHOLE = 0, 31, 62


def signs(size: int, number: int) -> np.ndarray:
    """Return a vector of +1 and −1 that JavaScript makes as easily: bits of a Weyl sequence."""
    k = np.arange(size, dtype=np.uint64)
    mixed = (k * np.uint64(2654435761) + np.uint64(number) * np.uint64(40503)) & np.uint64(
        0xFFFFFFFF
    )
    return np.where(mixed >> np.uint64(31), 1.0, -1.0)


def packed(array: np.ndarray) -> str:
    """Return an array's deflated bytes in base64."""
    return base64.b64encode(zlib.compress(array.tobytes(), 9)).decode()


def main() -> None:
    """Write the file."""
    shipped = MLP.load(default_weights())
    model = MLP(dtype=np.float64)
    model.parameters[:] = shipped.parameters
    images = load_mnist().train_images[:COUNT].reshape(COUNT, 784)
    labels = load_mnist().train_labels[:COUNT]
    vectors = [signs(model.parameter_count, number) for number in range(PROJECTIONS)]
    cases: list[dict[str, object]] = []
    whole: dict[int, str] = {}
    for n in range(COUNT):
        x = images[n : n + 1].astype(np.float64) / 255
        target = int(labels[n] + n) % 10  # every tenth digit has the right one
        activations = model.forward(x)
        loss, gradient = model.backward(activations, np.array([target]))
        largest = np.argsort(-np.abs(gradient), kind="stable")[:LARGEST]
        dW, db = model.views(gradient)
        cases.append(
            {
                "target": target,
                "loss": loss,
                "logits": activations[-1][0].tolist(),
                "projections": [float(gradient @ vector) for vector in vectors],
                "norms": [
                    float(np.linalg.norm(part))
                    for pair in zip(dW, db, strict=True)
                    for part in pair
                ],
                "largest": [[int(k), float(gradient[k])] for k in largest],
            }
        )
        if n in WHOLE:
            whole[n] = packed(gradient.astype("<f4"))
    text = json.dumps({"pixels": packed(images), "cases": cases, "whole": whole})
    (FOLDER / "gradients.json").write_text(text + "\n", encoding="utf-8")
    print(f"{len(text):,} bytes")


if __name__ == "__main__":
    main()
