"""Write tests/golden/rejection.json: what tells digits from other images, and what Python says.

    python tests/golden/make_rejection.py

The page's rejection.js must read the same numbers and say the same.
"""

import base64
import json
from pathlib import Path

import numpy as np

from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.losses import softmax
from mnist_recognizer.nn.rejection import KEY, Rejection
from mnist_recognizer.nn.weight_formats import encode_safetensors

FOLDER = Path(__file__).resolve().parent
HIDDEN = 4


def main() -> None:
    """Write the file."""
    rng = np.random.default_rng(3)
    model = MLP(hidden_sizes=(7, 5), seed=4)
    golden = json.loads((FOLDER / "preprocessing.json").read_text(encoding="utf-8"))
    images = [bytes.fromhex("".join(case["image"])) for case in golden["strokes"]]
    images.append(bytes(784))
    x = np.array([list(image) for image in images], dtype=np.float32) / 255

    def draw(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype(np.float32)

    numbers = draw(7, HIDDEN), draw(5, HIDDEN), draw(HIDDEN), 0.2 * draw(HIDDEN), draw(HIDDEN)
    *layers, largest_logit, biases, output = numbers
    weights = np.vstack([*layers, largest_logit])
    activations = model.forward(x)
    probabilities = softmax(activations[-1])
    scores = Rejection(weights, biases, output, 0, 0).score(activations)
    best = np.sort(probabilities, axis=1)
    empty = float(scores[-1])
    min_score = float(max(np.quantile(scores, 0.4), empty + 0.01))
    min_margin = float(np.quantile((best[:, -1] - best[:, -2])[scores >= min_score], 0.5))
    rejection = Rejection(weights, biases, output, min_score, min_margin)
    model.metadata = {KEY: rejection.to_json()}
    cases = [
        {
            "image": image.hex(),
            "score": float(score),
            "reason": rejection.reason(float(score), row.tolist(), pixels),
        }
        for image, score, row, pixels in zip(images, scores, probabilities, x, strict=True)
    ]
    arrays = {f"W{number}": W for number, W in enumerate(model.weights, start=1)}
    arrays |= {f"b{number}": b for number, b in enumerate(model.biases, start=1)}
    file = encode_safetensors(arrays, json.dumps(model.metadata))
    text = json.dumps({"weights": base64.b64encode(file).decode(), "cases": cases}, indent=1)
    (FOLDER / "rejection.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
