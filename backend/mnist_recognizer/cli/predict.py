"""``mnist-recognizer predict``: read pictures of digits. Needs NumPy, and Pillow for pictures."""

import argparse
import json
import sys
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np

from mnist_recognizer.cli.failure import Failure
from mnist_recognizer.cli.weights import add_weights, load_weights
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP
from mnist_recognizer.vision.geometry import network_input
from mnist_recognizer.vision.image_files import (
    MAX_BYTES,
    PictureError,
    PillowMissingError,
    decode_pictures,
)
from mnist_recognizer.vision.segmentation import find_digits


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument(
        "pictures",
        nargs="+",
        metavar="FILE",
        help="a picture (PNG, JPEG, …) or an .npy array of grey levels; - reads standard input",
    )
    add_weights(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object a digit")


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
        if arguments.json:
            for answer in answers:
                print(json.dumps(answer))
            continue
        pictures = [list(digits) for _, digits in groupby(answers, key=itemgetter("picture"))]
        for number, digits in enumerate(pictures):
            reading = "".join(str(digit["prediction"]) for digit in digits)
            confidences = " ".join(f"{digit['confidence']:.1%}" for digit in digits)
            place = f"{name}[{number}]: " if len(pictures) > 1 else f"{name}: "
            several = len(arguments.pictures) > 1 or len(pictures) > 1
            print(f"{place if several else ''}{reading} ({confidences})")
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
        found = [
            (number, place, digit)
            for number, picture in enumerate(decode_pictures(data))
            for place, digit in enumerate(find_digits(picture))
        ]
    except OSError as error:
        raise Failure(f"{shown} cannot be read: {error.strerror}") from error
    except PillowMissingError as error:
        raise Failure(f"{shown}: {error}: pip install pillow") from error
    except PictureError as error:
        raise Failure(f"{shown} cannot be read: {error}") from error
    except ValueError as error:  # of preprocessing
        raise Failure(f"{shown} holds no digit: {error}") from error
    pixels = network_input(model, np.array([digit.pixels for *_, digit in found]))
    return [
        {
            "file": name,
            "picture": number,  # in the file, from 0
            "digit": place,  # in the picture, from 0
            "box": digit.box._asdict(),
            "prediction": int(row.argmax()),
            "confidence": float(row.max()),
            "probabilities": {str(label): float(p) for label, p in enumerate(row)},
        }
        for (number, place, digit), row in zip(found, model.predict_proba(pixels), strict=True)
    ]
