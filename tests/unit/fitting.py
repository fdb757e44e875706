"""Short trainings for the tests of the training loop."""

from typing import Any

import numpy as np

from mnist_recognizer.nn import MLP
from mnist_recognizer.training.config import Config
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.state import EpochStats

Data = tuple[np.ndarray, np.ndarray]
ADAM = {"optimizer": "adam", "learning_rate": 0.003}
EVERYTHING = {
    **ADAM,
    "schedule": "cosine",
    "ema": 0.9,
    "augment": True,
    "reuse": 2,
    "augment_decay": 0.5,
    "label_smoothing": 0.1,
    "dropout": 0.1,
    "l2": 1e-4,
    "clip_norm": 5.0,
}


def config(**settings: Any) -> Config:
    return Config.from_dict({"epochs": 3, "batch_size": 32, **settings})


def network(seed: int = 0) -> MLP:
    return MLP(784, [16], 10, seed=seed)


def run(
    train: Data, validation: Data, model: MLP | None = None, **settings: Any
) -> tuple[MLP, list[EpochStats]]:
    model = model or network()
    return model, list(fit(model, train, validation, config(**settings)))
