"""A server for the Python client, and the client in both forms."""

from collections.abc import Iterator

import pytest
from live import serving
from python_client import KEY, Ask, Both

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.settings import Settings
from mnist_recognizer.client import (
    AsyncClient,
    Client,
)
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("models")
    MLP.load(default_weights()).save(folder / "first.pkl")
    MLP.load(default_weights()).save(folder / "second.npz")
    settings = Settings(weights=folder / "first.pkl", api_keys=(KEY,), access_log=False)
    with serving(create_app(settings)) as address:
        yield address


@pytest.fixture(params=[Client, AsyncClient])
def make(request: pytest.FixtureRequest) -> Ask:
    return lambda **arguments: Both(request.param, **arguments)
