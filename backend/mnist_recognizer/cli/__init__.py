"""The command ``mnist-recognizer``, also ``python -m mnist_recognizer``.

    mnist-recognizer train          train a network on MNIST
    mnist-recognizer evaluate       measure how good one is, and write a report
    mnist-recognizer compare        put several beside each other
    mnist-recognizer fit-rejection  teach one what is no digit
    mnist-recognizer export         write one in another file format
    mnist-recognizer predict        read pictures of digits
    mnist-recognizer serve          serve the API and the page
    mnist-recognizer settings       print what the server would be told

Each command is a module beside this one, with `declare(parser)` and `run(arguments)`, and is
imported only when it is chosen, so that `predict` needs NumPy alone. Status 0 is success, 1 a
failure that one sentence explains, 2 a command that is not understood, 130 Ctrl-C.
"""

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import NamedTuple

from mnist_recognizer import __version__
from mnist_recognizer.cli.failure import Failure

PROGRAM = "mnist-recognizer"
_INTERRUPTED, _BROKEN_PIPE = 130, 141  # 128 + the signal's number, as shells have it


class Command(NamedTuple):
    """What a command does, in a line, and the extra of the package that it needs."""

    summary: str
    extra: str


COMMANDS = {
    "train": Command("Train a network on MNIST.", "train"),
    "evaluate": Command("Measure how well a network reads MNIST's test images.", "train"),
    "compare": Command("Compare networks on MNIST's test images.", "train"),
    "fit-rejection": Command("Teach a network what is no digit.", "train"),
    "export": Command("Write a network in another file format.", "onnx"),
    "predict": Command("Read pictures of digits.", "images"),
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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without η shows ? and goes on
            stream.reconfigure(errors="replace")
    try:
        try:
            return _run(list(sys.argv[1:] if argv is None else argv))
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output, such as `head`, has read enough
        _discard_output()
        return _BROKEN_PIPE
    except OSError as error:  # such as a full disk that the output was to go to
        _discard_output()
        place = f"{error.filename}: " if error.filename else ""
        print(f"error: {place}{error.strerror or error}", file=sys.stderr)
        return 1


def _discard_output() -> None:
    """Let what is still unwritten go nowhere, or Python would try once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
        extra = COMMANDS[chosen].extra
        sentence = f"{chosen} needs the package {missing}: pip install 'mnist-recognizer[{extra}]'"
        print(f"error: {sentence}", file=sys.stderr)
        return 1
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
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
