"""Fixtures that tests of every kind share."""

import pytest
from hypothesis import settings

from mnist_recognizer.data.mnist import Mnist, load_mnist

# A busy machine is no failure: nothing here is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def mnist() -> Mnist:
    """MNIST from the ordinary cache, fetched if it is not there yet."""
    return load_mnist()
