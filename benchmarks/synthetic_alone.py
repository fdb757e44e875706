"""How well synthetic pen digits stand for real ones: train on them alone, read MNIST's.

    PYTHONPATH=backend python benchmarks/synthetic_alone.py

The network never sees a real digit in training. It is asked about MNIST's training images, whose
labels chose the styles and deformations of the generator; MNIST's test images take no part.
"""

import argparse
import json
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported

import numpy as np

from environment import environment
from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.data.pixels import to_pixels
from mnist_recognizer.nn import MLP
from mnist_recognizer.synthesis.pen_digits import draw_pen_digits
from mnist_recognizer.training.config import Config
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.state import TrainingState

DIGITS = 40_000
SETTINGS = {
    "epochs": 12,
    "batch_size": 256,
    "optimizer": "muon",
    "learning_rate": 0.03,
    "schedule": "cosine",
    "ema": 0.995,
    "augment": True,
    "thickness": 0.4,
    "shear": 0.2,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--seeds", type=int, default=5, help="networks to train")
    seeds = parser.parse_args().seeds
    mnist = load_mnist()
    x, y = mnist.train_images, mnist.train_labels
    accuracies, counts = [], np.zeros((10, 10), np.int64)
    for seed in range(seeds):
        train = draw_pen_digits(DIGITS, np.random.default_rng(seed), pen_radius=(0.9, 1.9))
        model = MLP(784, (128, 64), 10, seed=seed)
        config = Config.from_dict({**SETTINGS, "seed": seed})
        state = TrainingState(model, config)
        for epoch in fit(model, train, (x[:1000], y[:1000]), config, state):
            print(f"\rseed {seed}, epoch {epoch.epoch} of {config.epochs}", end="", flush=True)
        model.parameters[:] = state.average  # the last epoch's, so that MNIST chooses none
        read = model.predict(to_pixels(x))
        accuracies.append(np.mean(read == y))
        np.add.at(counts, (y, read), 1)
    print("\r", json.dumps(environment()), sep="")
    print(f"{DIGITS:,} synthetic pen digits, {seeds} networks, asked about {len(x):,} MNIST images")
    print(f"read right: {np.mean(accuracies):.2%} ± {np.std(accuracies, ddof=1):.2%}")
    print("digit  read right  most often taken for")
    for digit, row in enumerate(counts):
        wrong = np.where(np.arange(10) == digit, 0, row)
        worst = ", ".join(f"{i} ({wrong[i] / row.sum():.1%})" for i in np.argsort(-wrong)[:2])
        print(f"{digit:5}  {row[digit] / row.sum():10.1%}  {worst}")


if __name__ == "__main__":
    main()
