"""The command ``mnist-recognizer``, also ``python -m mnist_recognizer``.

    mnist-recognizer train          train a network on MNIST
    mnist-recognizer evaluate       measure how good one is, and write a report
    mnist-recognizer compare        put several beside each other
    mnist-recognizer fit-rejection  teach one what is not a digit
    mnist-recognizer export         write one in another file format
    mnist-recognizer predict        read images of digits
    mnist-recognizer serve          serve the API and the page
    mnist-recognizer settings       print what the server would be told

Each command is a module beside this one, with `declare(parser)` and `run(arguments)`, and is
imported only when it is chosen, so that `predict` needs NumPy alone. Status 0 is success, 1 a
failure that one sentence explains, 2 a command that is not understood, 130 Ctrl-C.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import NamedTuple

from mnist_recognizer import __version__
from mnist_recognizer.cli.failure import Failure
from mnist_recognizer.extras import how_to_install
from mnist_recognizer.startup import INTERRUPTED, with_safe_output

PROGRAM = "mnist-recognizer"


class Command(NamedTuple):
    """What a command does, in a line, and the extra of the package that it needs."""

    summary: str
    extra: str


COMMANDS = {
    "train": Command("Train a network on MNIST.", "train"),
    "evaluate": Command("Measure how well a network reads MNIST's test images.", "train"),
    "compare": Command("Compare networks on MNIST's test images.", "train"),
    "fit-rejection": Command("Teach a network what is not a digit.", "train"),
    "export": Command("Write a network in another file format.", "onnx"),
    "predict": Command("Read images of digits.", "images"),
    "serve": Command("Serve the API and the page.", "serve"),
    "settings": Command("Print the server's settings.", "serve"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    argv : sequence of str, optional
        The command and its arguments; by default those of the process.

    Returns
    -------
    int
        The exit status.

    Raises
    ------
    SystemExit
        After ``--help`` and ``--version``, and when the arguments are not understood.
    """
    return with_safe_output(lambda: _run(list(sys.argv[1:] if argv is None else argv)))


def _run(argv: list[str]) -> int:
    chosen = argv[0] if argv else ""
    try:
        parser = _parser(chosen)
        if not argv:
            parser.print_help()
            return 2
        arguments = parser.parse_args(argv)
        status: int = arguments.run(arguments)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing.partition(".")[0] == "mnist_recognizer":
            raise
        remedy = how_to_install(COMMANDS[chosen].extra)
        print(f"error: {chosen} needs the package {missing}: {remedy}", file=sys.stderr)
        return 1
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _parser(chosen: str) -> argparse.ArgumentParser:
    """Return the parser, in which only the chosen command knows its arguments."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Read handwritten digits with a neural network.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        own = commands.add_parser(
            name, help=command.summary, description=command.summary, allow_abbrev=False
        )
        if name == chosen:
            module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
            module.declare(own)
            own.set_defaults(run=module.run)
    return parser
