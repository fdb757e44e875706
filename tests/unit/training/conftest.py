"""Fixtures for the tests of training."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.nn import MLP
from mnist_recognizer.training import fit as fit_module
from mnist_recognizer.training.evaluate import Evaluation

Data = tuple[np.ndarray, np.ndarray]


def _digits(count: int, seed: int) -> Data:
    rng = np.random.default_rng(seed)
    y = (np.arange(count) % 10).astype(np.uint8)
    images = rng.integers(0, 60, (count, 28, 28)).astype(np.uint8)
    for image, label in zip(images, y, strict=True):
        row, column = divmod(int(label), 4)
        image[5 + 6 * row : 11 + 6 * row, 3 + 6 * column : 8 + 6 * column] += 150
    return images, y


@pytest.fixture(scope="session")
def digits() -> Data:
    """300 images of ten kinds that are easy to tell apart, and their labels."""
    return _digits(300, seed=1)


@pytest.fixture(scope="session")
def more_digits() -> Data:
    """200 more of them."""
    return _digits(200, seed=2)


@pytest.fixture
def data(digits: Data, more_digits: Data) -> tuple[Data, Data]:
    """The 300 to train on, and the 200 to validate on."""
    return digits, more_digits


@pytest.fixture
def mnist_of_easy_digits(
    data: tuple[Data, Data],
) -> Mnist:
    """The 300 as MNIST's training images, the 200 as its test images."""
    digits, more_digits = data
    return Mnist(*digits, *more_digits)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[bytes]]:
    """Let validation give these (loss, accuracy) pairs; remember the parameters at each."""

    def script(*results: tuple[float, float]) -> list[bytes]:
        seen: list[bytes] = []

        def evaluate(model: MLP, x: Any, y: Any) -> Evaluation:
            seen.append(model.parameters.tobytes())
            return Evaluation(*results[len(seen) - 1], dead_units=[0] * (len(model.weights) - 1))

        monkeypatch.setattr(fit_module, "evaluate", evaluate)
        return seen

    return script
