"""``mnist-recognizer predict``: read the digits in images. Needs NumPy, and Pillow for images."""

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
from mnist_recognizer.nn.losses import softmax
from mnist_recognizer.nn.rejection import Rejection
from mnist_recognizer.vision.errors import ImageError
from mnist_recognizer.vision.geometry import network_input
from mnist_recognizer.vision.hypotheses import Sureness, find_surest_digits
from mnist_recognizer.vision.image_files import (
    MAX_FILE_BYTES,
    decode_image,
    find_surest_in_image,
)
from mnist_recognizer.vision.npy_files import SIGNATURE, decode_npy
from mnist_recognizer.vision.segmentation import FoundDigit

Answer = dict[str, Any]


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument(
        "images",
        nargs="+",
        metavar="FILE",
        help="an image (PNG, JPEG, GIF, BMP, WebP or TIFF) or an .npy array of grey levels; "
        "- reads standard input",
    )
    add_weights(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object a digit")


def run(arguments: argparse.Namespace) -> int:
    """Read every file that can be read, and report the others on standard error."""
    weights = arguments.weights or default_weights()
    model = load_weights(weights)
    try:
        rejection = Rejection.of(model)
    except ValueError as error:
        raise Failure(f"{weights} is damaged: {error}") from error
    status = 0
    for name in arguments.images:
        try:
            answers = _read(name, model, rejection)
        except Failure as failure:  # the other files may be readable
            print(f"error: {failure}", file=sys.stderr)
            status = 1
            continue
        if arguments.json:
            for answer in answers:
                print(json.dumps(answer))
            continue
        images = [list(digits) for _, digits in groupby(answers, key=itemgetter("image"))]
        for number, digits in enumerate(images):
            place = f"{name}[{number}]: " if len(images) > 1 else f"{name}: "
            several = len(arguments.images) > 1 or len(images) > 1
            print(f"{place if several else ''}{_sentence(digits)}")
    return status


def _sentence(digits: list[Answer]) -> str:
    """Return what is printed for the digits of one image."""
    reading = "".join(str(digit["prediction"]) for digit in digits)
    confidences = " ".join(f"{digit['confidence']:.1%}" for digit in digits)
    reasons = [
        digit["reason"] if len(digits) == 1 else f"Digit {place}: {digit['reason']}"
        for place, digit in enumerate(digits, start=1)
        if not digit["accepted"]
    ]
    return " ".join([reading, f"({confidences})", *reasons])


def _read(name: str, model: MLP, rejection: Rejection | None) -> list[Answer]:
    """Read every digit of a file.

    Raises
    ------
    Failure
        The file cannot be read, or it is not an image of digits.
    """

    def sureness(images: np.ndarray) -> list[float]:
        probabilities, reasons = _answer(model, rejection, network_input(model, images))
        confidences = probabilities.max(axis=1).tolist()
        return [
            confidence if reason is None else confidence / 2
            for confidence, reason in zip(confidences, reasons, strict=True)
        ]

    if not name:
        raise Failure("a file has no name: one of the arguments is empty")
    shown = "standard input" if name == "-" else name
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(MAX_FILE_BYTES + 1)
        found = [
            (number, place, digit)
            for number, digits in enumerate(_find(data, sureness))
            for place, digit in enumerate(digits)
        ]
    except OSError as error:
        raise Failure(f"{shown} cannot be read: {error.strerror}") from error
    except ImageError as error:
        raise Failure(f"{shown} {error.problem}") from error
    except ValueError as error:  # of an array's values
        raise Failure(f"{shown} cannot be read: {error}") from error
    pixels = network_input(model, np.array([digit.pixels for *_, digit in found]))
    probabilities, reasons = _answer(model, rejection, pixels)
    return [
        {
            "file": name,
            "image": number,  # in the file, from 0
            "digit": place,  # in the image, from 0
            "box": digit.box._asdict(),
            "prediction": int(row.argmax()),
            "confidence": float(row.max()),
            "probabilities": {str(label): float(p) for label, p in enumerate(row)},
            "accepted": reason is None,
            "reason": reason,
        }
        for (number, place, digit), row, reason in zip(found, probabilities, reasons, strict=True)
    ]


def _find(data: bytes, sureness: Sureness) -> list[list[FoundDigit]]:
    """Find the digits in each image of a file."""
    if data.startswith(SIGNATURE):
        return [find_surest_digits(array, sureness).digits for array in decode_npy(data)]
    return [find_surest_in_image(decode_image(data), sureness).digits]


def _answer(
    model: MLP, rejection: Rejection | None, pixels: np.ndarray
) -> tuple[np.ndarray, list[str | None]]:
    """Return the digits' probabilities and why each is not accepted; None when it is."""
    activations = model.forward(pixels)
    probabilities = softmax(activations[-1])
    if rejection is None:
        return probabilities, [None] * len(pixels)
    return probabilities, rejection.reasons(rejection.score(activations), probabilities, pixels)
