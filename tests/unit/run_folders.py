"""Runs for the tests of their folders: small ones, and ones that stop as a process does."""

from pathlib import Path
from typing import Any

import numpy as np
from fitting import network

from mnist_recognizer.nn.weights import load_arrays
from mnist_recognizer.training.config import Config
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.run import Run
from mnist_recognizer.training.teacher_run import train_teacher

Data = tuple[np.ndarray, np.ndarray]
CLASSIC = {"epochs": 4, "batch_size": 32, "learning_rate": 0.1}
EVERYTHING = {
    **CLASSIC,
    "optimizer": "adam",
    "learning_rate": 0.003,
    "schedule": "cosine",
    "ema": 0.9,
    "augment": True,
    "augment_decay": 0.5,
    "dropout": 0.1,
}


def config(**settings: Any) -> Config:
    return Config.from_dict({**CLASSIC, **settings})


def train(run: Run, digits: Data, more_digits: Data, until: int = 1000) -> None:
    """Train a held run up to an epoch, as a process does that then stops."""
    for stats in fit(run.model, digits, more_digits, run.config, run.state):
        run.record(stats)
        if stats.epoch == until:
            break


def stopped_run(tmp_path: Path, data: tuple[Data, Data], until: int, **settings: Any) -> Path:
    with Run.start(tmp_path / "runs", config(**settings), network()).lock() as run:
        train(run, *data, until=until)
    return run.folder


def learn(
    run: Run, data: tuple[Data, Data], until: int = 1000, teacher_until: int | None = None
) -> None:
    """Train a held run and its teacher up to an epoch of either, as a process that then stops."""
    if teacher_until:
        with run.open_teacher().lock() as lessons:
            return train(lessons, *data, until=teacher_until)
    teacher = train_teacher(run, *data)
    for stats in fit(run.model, *data, run.config, run.state, teacher):
        run.record(stats)
        if stats.epoch == until:
            break
    return None


def assert_same_files(one: Path, other: Path) -> None:
    """Two runs ended in the same weights and the same checkpoint, bit for bit."""
    assert (one / "weights.pkl").read_bytes() == (other / "weights.pkl").read_bytes()
    (arrays, numbers), (others, other_numbers) = (
        load_arrays(folder / "checkpoint.npz") for folder in (one, other)
    )
    assert arrays.keys() == others.keys()
    assert all(arrays[name].tobytes() == others[name].tobytes() for name in arrays)
    assert {**numbers, "seconds": 0} == {**other_numbers, "seconds": 0}
