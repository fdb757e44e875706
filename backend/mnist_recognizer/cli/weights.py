"""The option ``--weights`` and what can be wrong with a weights file."""

import argparse
from pathlib import Path

from mnist_recognizer.cli.failure import Failure
from mnist_recognizer.cli.files import file_path
from mnist_recognizer.nn import MLP, WeightsError
from mnist_recognizer.vision.geometry import geometry_of


def add_weights(parser: argparse.ArgumentParser, default: str = "the trained network") -> None:
    """Add ``--weights FILE`` to a parser; `default` says in words what is used without it."""
    parser.add_argument(
        "--weights", type=file_path, metavar="FILE", help=f"weights file (default: {default})"
    )


def load_weights(path: Path) -> MLP:
    """Read a network that takes 784 pixels to 10 digits.

    Raises
    ------
    Failure
        When there is no such file, it is not sound, or the network is for something else.
    """
    try:
        model = MLP.load(path)
        geometry_of(model)
    except FileNotFoundError:
        raise Failure(
            f"there are no weights at {path}: name a weights file, or train a network with "
            "`mnist-recognizer train`"
        ) from None
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}") from error
    except WeightsError as error:
        raise Failure(str(error)) from error
    except ValueError as error:
        raise Failure(f"{path} is not a usable weights file: {error}") from error
    if (model.layer_sizes[0], model.layer_sizes[-1]) != (784, 10):
        raise Failure(
            f"the network in {path} ({model.architecture}) does not read digits: "
            "that takes 784 inputs, an image's pixels, and 10 outputs"
        )
    return model
