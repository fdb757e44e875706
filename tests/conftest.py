"""Fixtures that tests of every kind share."""

import pytest

from mnist_recognizer.data.mnist import Mnist, load_mnist


@pytest.fixture(scope="session")
def mnist() -> Mnist:
    """MNIST from the ordinary cache, fetched if it is not there yet."""
    return load_mnist()
