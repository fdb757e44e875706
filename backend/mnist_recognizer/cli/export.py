"""``mnist-recognizer export``: a network in another file format, for other programs."""

import argparse
from typing import TYPE_CHECKING

from mnist_recognizer.cli.failure import Failure
from mnist_recognizer.cli.files import file_path
from mnist_recognizer.cli.weights import add_weights, load_weights
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn.weights import SUFFIXES

if TYPE_CHECKING:
    from pathlib import Path

_SUFFIXES = (*SUFFIXES, ".onnx")


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument(
        "out",
        type=file_path,
        metavar="OUT",
        help="the file to write; its suffix names the format: " + ", ".join(_SUFFIXES),
    )
    add_weights(parser)


def run(arguments: argparse.Namespace) -> int:
    """Read the network and write it again."""
    out: Path = arguments.out
    suffix = out.suffix.lower()
    if suffix not in _SUFFIXES:
        ending = f"ends in {out.suffix!r}" if out.suffix else "has no suffix"
        raise Failure(f"{out} {ending}; name a file that ends in one of {', '.join(_SUFFIXES)}")
    if out.is_dir():
        raise Failure(f"{out} is a folder: name a file in it")
    model = load_weights(arguments.weights or default_weights())
    try:
        if suffix == ".onnx":
            from mnist_recognizer.onnx_export import save_onnx  # the other formats need no extra

            save_onnx(model, out)
        else:
            model.save(out)
    except OSError as error:
        raise Failure(f"{out} cannot be written: {error.strerror}") from error
    except ValueError as error:
        raise Failure(f"{out} cannot be written: {error}") from error
    print(f"{out}: {model.architecture}, {out.stat().st_size:,} bytes")
    return 0
