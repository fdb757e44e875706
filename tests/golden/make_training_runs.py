"""Write tests/golden/training-runs.json: what 100 steps of training in Python make of the weights.

    python tests/golden/make_training_runs.py

The page's nn/training must come to the same weights from the same initial weights and the same
batches: those of training-digits.js, 32 at a time and in order. All weights of four runs would make
a file of 2 MB. So it has every eleventh, and projections of all on fixed vectors of signs, in which
a single wrong weight shows. Python computes in double precision, so that only the page's rounding
is measured. Needs MNIST, which it fetches.
"""

import base64
import json
import zlib
from pathlib import Path

import numpy as np
from make_gradients import signs
from make_learn_data import LEVEL, TRAINING

from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.optimizers import make_optimizer
from mnist_recognizer.vision.geometry import to_geometry

FOLDER = Path(__file__).resolve().parent
STEPS, BATCH, STRIDE, PROJECTIONS = 100, 32, 11, 4
RUNS: dict[str, tuple[float, dict[str, float]]] = {
    "sgd": (0.1, {}),
    "momentum": (0.02, {}),
    "adam": (0.001, {}),
    "adamw": (0.001, {"weight_decay": 0.1}),
}


def initial_weights(model: MLP) -> None:
    """Set weights that JavaScript makes as easily: He's spread, and evenly distributed."""
    for number, W in enumerate(model.weights):
        k = np.arange(W.size, dtype=np.uint64) + np.uint64(1_000_003 * number)
        mixed = (k * np.uint64(2654435761)) & np.uint64(0xFFFFFFFF)
        mixed = ((mixed ^ (mixed >> np.uint64(15))) * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
        uniform = (mixed >> np.uint64(8)).astype(np.float64) / 2**23 - 1  # −1 to 1
        W[:] = (np.sqrt(6 / W.shape[0]) * uniform).astype(np.float32).reshape(W.shape)


def packed(array: np.ndarray) -> str:
    """Return an array's deflated bytes in base64."""
    return base64.b64encode(zlib.compress(array.astype("<f4").tobytes(), 9)).decode()


def main() -> None:
    """Write the file."""
    mnist = load_mnist()
    chosen = slice(TRAINING, TRAINING + STEPS * BATCH)
    images = to_geometry(MLP.load(default_weights()), mnist.train_images[chosen]).reshape(-1, 784)
    x = np.rint(images / LEVEL) * LEVEL / 255
    y = mnist.train_labels[chosen]
    runs = {}
    for name, (rate, options) in RUNS.items():
        model = MLP(dtype=np.float64)
        initial_weights(model)
        optimizer = make_optimizer(name, model, **options)
        losses = []
        for step in range(STEPS):
            rows = slice(step * BATCH, (step + 1) * BATCH)
            loss, gradient = model.backward(model.forward(x[rows]), y[rows])
            optimizer.step(model.parameters, gradient, rate)
            losses.append(loss)
        theta = model.parameters
        vectors = [signs(theta.size, number) for number in range(PROJECTIONS)]
        runs[name] = {
            "rate": rate,
            **options,
            "losses": losses,
            "weights": packed(theta[::STRIDE]),
            "projections": [float(theta @ vector) for vector in vectors],
        }
    text = json.dumps({"steps": STEPS, "batch": BATCH, "stride": STRIDE, "runs": runs})
    (FOLDER / "training-runs.json").write_text(text + "\n", encoding="utf-8")
    print(f"{len(text):,} bytes")


if __name__ == "__main__":
    main()
