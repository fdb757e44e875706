"""How long an epoch takes whose images are distorted in the background, by cores of its products.

    PYTHONPATH=backend python benchmarks/background_cores.py

An epoch of the recipe `best`, with NumPy's matrix products on all cores but one, as `fit` has them,
and on all. The two take turns; what counts is the median of their epochs. Kept in
results/background_cores.txt.
"""

import statistics
from pathlib import Path

from environment import environment
from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.nn import MLP
from mnist_recognizer.training import fit as training
from mnist_recognizer.training.config import Config
from mnist_recognizer.training.recipes import RECIPES

RESULT = Path(__file__).parent / "results" / "background_cores.txt"
ROUNDS, EPOCHS = 4, 4
ONE_LESS = training._threads_beside_distortions


def no_limit(threads: object) -> None:
    """Set no limit."""


def main() -> None:
    config = Config.from_dict({**RECIPES["best"], "pen_digits": 0, "pen_period": 1})
    train_x, train_y, x, y = load_mnist().split(config.validation)
    seconds: dict[str, list[float]] = {"all but one": [], "all": []}
    for _ in range(ROUNDS):
        for name, times in seconds.items():
            training._threads_beside_distortions = ONE_LESS if name == "all but one" else no_limit
            epochs = training.fit(MLP(seed=0), (train_x, train_y), (x, y), config)
            next(epochs)  # it waits for the first images
            times += [next(epochs).seconds for _ in range(EPOCHS)]
            epochs.close()
    one, every = (statistics.median(times) for times in seconds.values())
    lines = [", ".join(f"{name} {value}" for name, value in environment().items()), ""]
    lines += [
        f"products on {name:<12} {statistics.median(t):5.2f} s" for name, t in seconds.items()
    ]
    lines += [
        "",
        f"an epoch of {len(train_x):,} images takes {every / one:.2f} times as long on all",
    ]
    text = "\n".join(lines) + "\n"
    print(text, end="")
    RESULT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
