"""``mnist-recognizer predict``: read pictures of digits. Needs NumPy, and Pillow for pictures."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from mnist_recognizer.cli.failure import Failure
from mnist_recognizer.cli.weights import add_weights, load_weights
from mnist_recognizer.data.picture_files import (
    MAX_BYTES,
    PictureError,
    PillowMissingError,
    decode_pictures,
)
from mnist_recognizer.data.preprocessing import preprocess_raster
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument(
        "pictures",
        nargs="+",
        metavar="FILE",
        help="a picture (PNG, JPEG, …) or an .npy array of grey levels; - reads standard input",
    )
    add_weights(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object a picture")


def run(arguments: argparse.Namespace) -> int:
    """Read every file that can be read, and say of the others why they cannot."""
    model = load_weights(arguments.weights or default_weights())
    status = 0
    for name in arguments.pictures:
        try:
            answers = _read(name, model)
        except Failure as failure:  # the other files may be well
            print(f"error: {failure}", file=sys.stderr)
            status = 1
            continue
        for number, answer in enumerate(answers):
            if arguments.json:
                print(json.dumps(answer))
                continue
            place = f"{name}[{number}]: " if len(answers) > 1 else f"{name}: "
            several = len(arguments.pictures) > 1 or len(answers) > 1
            reading = f"{answer['prediction']} ({answer['confidence']:.1%})"
            print(place + reading if several else reading)
    return status


def _read(name: str, model: MLP) -> list[dict[str, Any]]:
    """Read every digit of a file.

    Raises
    ------
    Failure
        When that cannot be.
    """
    shown = "standard input" if name == "-" else name
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        pictures = [preprocess_raster(picture) for picture in decode_pictures(data)]
    except OSError as error:
        raise Failure(f"{shown} cannot be read: {error.strerror}") from error
    except PillowMissingError as error:
        raise Failure(f"{shown}: {error}: pip install pillow") from error
    except PictureError as error:
        raise Failure(f"{shown} cannot be read: {error}") from error
    except ValueError as error:  # of preprocessing
        raise Failure(f"{shown} holds no digit: {error}") from error
    pixels = np.array(pictures).reshape(-1, 784) / np.float32(255)
    return [
        {
            "file": name,
            "picture": number,  # in the file, from 0
            "prediction": int(row.argmax()),
            "confidence": float(row.max()),
            "probabilities": {str(digit): float(p) for digit, p in enumerate(row)},
        }
        for number, row in enumerate(model.predict_proba(pixels))
    ]
