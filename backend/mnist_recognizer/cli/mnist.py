"""MNIST for commands that measure on it."""

from mnist_recognizer.cli.failure import Failure
from mnist_recognizer.data.mnist import Mnist, MnistUnavailableError, load_mnist


def load_mnist_or_fail() -> Mnist:
    """Return MNIST.

    Raises
    ------
    Failure
        When no source has it; the message says what to do.
    """
    try:
        return load_mnist()
    except MnistUnavailableError as error:
        raise Failure(str(error)) from error
