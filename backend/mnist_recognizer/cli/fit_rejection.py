"""``mnist-recognizer fit-rejection``: teach a trained network what is not a digit."""

import argparse
import hashlib
import json
import sys
from pathlib import Path

from mnist_recognizer.cli.evaluate import validation_count
from mnist_recognizer.cli.failure import Failure
from mnist_recognizer.cli.mnist import load_mnist_or_fail
from mnist_recognizer.cli.weights import add_weights, load_weights
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn.weights import write_atomically
from mnist_recognizer.page_model import write_page_model
from mnist_recognizer.training.rejection import add_rejection
from mnist_recognizer.training.weights_lock import weights_lock


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    add_weights(parser)


def run(arguments: argparse.Namespace) -> int:
    """Fit, and write the weights file and its card again."""
    path: Path = arguments.weights or default_weights()
    model = load_weights(path)
    before = _digest(path)
    mnist = load_mnist_or_fail()
    train_x, train_y, validation_x, _ = mnist.split(validation_count(model))
    add_rejection(model, (train_x, train_y), validation_x)
    card = path.with_suffix(".json")
    try:
        with weights_lock(path):
            if _digest(path) != before:
                raise Failure(f"{path} was replaced meanwhile: run the command again")
            model.save(path)
            write_page_model(model, path)
            if _name_weights(card, before, _digest(path)):
                print(f"card     {card}", file=sys.stderr)
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror}") from error
    print(f"weights  {path}", file=sys.stderr)
    return 0


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _name_weights(card: Path, before: str, after: str) -> bool:
    """Let a card that describes the weights before describe those after: they are as good."""
    try:
        content = json.loads(card.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    if not isinstance(content, dict) or content.get("weights_sha256") != before:
        return False
    content["weights_sha256"] = after
    write_atomically(card, (json.dumps(content, indent=2) + "\n").encode())
    return True
