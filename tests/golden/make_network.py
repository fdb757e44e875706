"""Write tests/golden/network.json: a small network, and what Python computes with it.

    python tests/golden/make_network.py

The page's nn/weights-file.js and nn/network.js must read the same file and compute the same.
"""

import base64
import json
from pathlib import Path

import numpy as np

from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.weight_formats import encode_safetensors

FOLDER = Path(__file__).resolve().parent
IMAGES = 6


def main() -> None:
    """Write the file."""
    model = MLP(hidden_sizes=(7, 5), seed=4)
    model.metadata = {"recipe": {"epochs": 3}, "name": "größer"}
    for scale, b in enumerate(model.biases, start=1):
        b += np.linspace(-0.2, 0.2, b.size, dtype=np.float32) * scale
    golden = json.loads((FOLDER / "preprocessing.json").read_text(encoding="utf-8"))
    images = ["".join(case["image"]) for case in golden["strokes"][:IMAGES]]
    x = np.array([list(bytes.fromhex(image)) for image in images], dtype=np.float32) / 255
    hidden, a = [], x
    for W, b in zip(model.weights[:-1], model.biases[:-1], strict=True):
        a = np.maximum(a @ W + b, 0)
        hidden.append(a)
    cases = [
        {
            "image": image,
            "hidden": [layer[i].tolist() for layer in hidden],
            "probabilities": model.predict_proba(x[i])[0].tolist(),
        }
        for i, image in enumerate(images)
    ]
    arrays = {f"W{number}": W for number, W in enumerate(model.weights, start=1)}
    arrays |= {f"b{number}": b for number, b in enumerate(model.biases, start=1)}
    file = encode_safetensors(arrays, json.dumps(model.metadata))
    weights = base64.b64encode(file).decode()
    text = json.dumps({"weights": weights, "metadata": model.metadata, "cases": cases}, indent=1)
    (FOLDER / "network.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
