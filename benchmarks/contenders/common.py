"""What every contender of training_speed.py shares: the data, the order, and how it is asked.

A contender is a process of its own that reads the name of one of its variants from standard input,
trains that variant for one epoch, and answers with one line of JSON. What it computes is the same
for all: 60,000 images in batches of 128, in the order of the epoch's generator, from the same
initial weights, with the mean loss and the number of right answers.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

BATCH = 128
RATES = {"sgd": 0.01, "adam": 0.001}


class Problem(NamedTuple):
    """The folder's arrays; `pixels` as bytes and `x` as floats are mapped, not read."""

    pixels: np.ndarray  # (n, 784) uint8
    x: np.ndarray  # (n, 784) float32, 0..1
    y: np.ndarray  # (n,) uint8
    layers: list[tuple[np.ndarray, np.ndarray]]  # the initial (W, b) of each layer

    @classmethod
    def read(cls) -> "Problem":
        """Read the folder that the command line names."""
        folder = Path(sys.argv[1])
        pixels, x, y = (
            np.load(folder / f"{name}.npy", mmap_mode="c") for name in ("pixels", "x", "y")
        )
        start = np.load(folder / "start.npz")
        layers = [(start[f"W{i}"], start[f"b{i}"]) for i in range(1, len(start.files) // 2 + 1)]
        return cls(pixels, x, y, layers)


class Variant(Protocol):
    """One way to train."""

    def reset(self) -> None:
        """Go back to the initial weights, and forget the moments."""

    def run(self, epoch: int) -> Mapping[str, float]:
        """Train for one epoch; return the mean loss and the number of right answers."""


def generator(epoch: int) -> np.random.Generator:
    """Return what draws an epoch's order, as the project's own training does."""
    return np.random.default_rng([0, epoch])


def serve(variants: Mapping[str, Callable[[], Variant]], **versions: Any) -> None:
    """Answer the parent until it closes the pipe. A variant's first epoch ever is not timed."""
    print(json.dumps({"variants": list(variants), **versions}), flush=True)
    running: dict[str, tuple[Variant, list[int]]] = {}
    for line in sys.stdin:
        name = line.strip()
        if name not in running:
            variant = variants[name]()
            variant.run(0)  # compiles, allocates, fills the caches
            variant.reset()
            running[name] = variant, [0]
        variant, epochs = running[name]
        started = time.perf_counter()
        result = variant.run(epochs[0])
        seconds = time.perf_counter() - started
        epochs[0] += 1
        print(json.dumps({"seconds": seconds, **result}), flush=True)
