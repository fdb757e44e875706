"""Fixtures for the tests of the commands."""

import pytest

from mnist_recognizer.data.mnist import Mnist


@pytest.fixture
def small(mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> Mnist:
    """MNIST with 500 test images, and 3,000 to train on, so that the commands are quick."""
    test = mnist.test_images[:500], mnist.test_labels[:500]
    to_train_on = Mnist(mnist.train_images[:3000], mnist.train_labels[:3000], *test)
    to_evaluate = Mnist(mnist.train_images, mnist.train_labels, *test)
    monkeypatch.setattr("mnist_recognizer.cli.train.load_mnist", lambda: to_train_on)
    monkeypatch.setattr("mnist_recognizer.cli.mnist.load_mnist", lambda: to_evaluate)
    return to_evaluate
