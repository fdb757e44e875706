"""``mnist-recognizer settings``: what the server would be told."""

import argparse

from mnist_recognizer.api.settings import SettingsError, load_settings, shown
from mnist_recognizer.cli.failure import Failure


def declare(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the settings come from the environment and from ``.env``."""
    parser.epilog = "They come from MNIST_... variables and from .env; docs/api.md explains them."


def run(_: argparse.Namespace) -> int:
    """Print the settings in force, one a line, as ``.env`` would have them."""
    try:
        settings = load_settings()
    except SettingsError as error:
        raise Failure(str(error)) from None
    for variable, value in shown(settings).items():
        print(f"{variable}={value}")
    return 0
