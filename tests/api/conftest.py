"""A small network, the app around it, and a client of that app."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from clients import start
from fastapi import FastAPI
from fastapi.testclient import TestClient
from live import serving

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.model import weights_file as model_file
from mnist_recognizer.api.settings import Settings
from mnist_recognizer.nn import MLP


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever the developer's own environment and .env say is not these tests' business."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MNIST_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def a_look_for_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that a test has written is seen by the very next request."""
    monkeypatch.setattr(model_file, "SECONDS_BETWEEN_LOOKS", 0.0)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """The file of an untrained network, 784 -> 16 -> 10."""
    path = tmp_path / "weights.pkl"
    MLP(hidden_sizes=(16,), seed=0).save(path)
    return path


@pytest.fixture
def app(weights: Path) -> FastAPI:
    return create_app(Settings(weights=weights))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of such an app, for tests of what is on the wire."""
    path = tmp_path_factory.mktemp("server") / "weights.pkl"
    MLP(hidden_sizes=(16,), seed=0).save(path)
    with serving(create_app(Settings(weights=path))) as address:
        yield address


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Callable[..., tuple[TestClient, MLP]]]:
    """Start the service with an untrained network and this metadata in its file."""
    with contextlib.ExitStack() as clients:

        def start_with(**metadata: Any) -> tuple[TestClient, MLP]:
            model = MLP(hidden_sizes=(16,), seed=0)
            model.metadata.update(metadata)
            model.save(tmp_path / "weights.pkl")
            return clients.enter_context(start(tmp_path / "weights.pkl")), model

        yield start_with


@pytest.fixture
def overflowing_weights(tmp_path: Path) -> Path:
    """The file of a network whose numbers are finite and whose sums are not."""
    model = MLP(hidden_sizes=(16,), seed=0)
    for array in (*model.weights, *model.biases):
        array[...] = 3e38
    model.save(tmp_path / "weights.pkl")
    return tmp_path / "weights.pkl"
