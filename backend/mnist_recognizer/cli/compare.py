"""``mnist-recognizer compare``: several networks on the same test images."""

import argparse
import json
from pathlib import Path

from mnist_recognizer.cli.failure import Failure
from mnist_recognizer.cli.mnist import load_mnist_or_fail
from mnist_recognizer.cli.weights import load_weights
from mnist_recognizer.evaluation.comparison import compare


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument(
        "weights", type=Path, nargs="+", metavar="WEIGHTS", help="a weights file or a run's folder"
    )
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Measure and print."""
    files = {str(p): p / "weights.pkl" if p.is_dir() else p for p in arguments.weights}
    if len(files) < 2:
        raise Failure("a comparison takes two networks or more, each named once")
    models = {name: load_weights(path) for name, path in files.items()}
    mnist = load_mnist_or_fail()
    comparison = compare(models, (mnist.test_images, mnist.test_labels))
    print(json.dumps(comparison.to_dict()) if arguments.json else comparison.summarise())
    return 0
