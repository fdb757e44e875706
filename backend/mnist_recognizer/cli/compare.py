"""``mnist-recognizer compare``: several networks on the same test images."""

import argparse
import json
import sys
from pathlib import Path

from mnist_recognizer.cli.failure import Failure
from mnist_recognizer.cli.files import file_path
from mnist_recognizer.cli.mnist import load_mnist_or_fail
from mnist_recognizer.cli.weights import load_weights
from mnist_recognizer.evaluation.comparison import compare
from mnist_recognizer.evaluation.comparison_report import write_comparison
from mnist_recognizer.evaluation.history import History, HistoryError, read_history


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument(
        "weights",
        type=file_path,
        nargs="+",
        metavar="WEIGHTS",
        help="a weights file or a run's folder",
    )
    parser.add_argument(
        "--report",
        type=file_path,
        metavar="FILE",
        help="write a self-contained HTML page, with the curves of those that are runs",
    )
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Measure and print."""
    files = {str(p): p / "weights.pkl" if p.is_dir() else p for p in arguments.weights}
    if len(files) < 2:
        raise Failure("a comparison takes two networks or more, each named once")
    if arguments.report and arguments.report.is_dir():
        raise Failure(f"{arguments.report} is a folder: name a file in it for the report")
    models = {name: load_weights(path) for name, path in files.items()}
    mnist = load_mnist_or_fail()
    comparison = compare(models, (mnist.test_images, mnist.test_labels))
    failure = None
    if arguments.report:  # before anything is printed, which a closed pipe would end
        try:
            write_comparison(arguments.report, comparison, _read_histories(arguments.weights))
        except OSError as error:
            failure = Failure(f"{arguments.report} cannot be written: {error.strerror}")
    print(json.dumps(comparison.to_dict()) if arguments.json else comparison.summarise())
    if failure:
        raise failure
    if arguments.report:
        print(f"\nThe report is in {arguments.report}", file=sys.stderr)
    return 0


def _read_histories(paths: list[Path]) -> dict[str, History]:
    """Return the curves of those that are runs; say so where one has none."""
    histories = {}
    for path in paths:
        if path.is_dir():
            try:
                histories[str(path)] = read_history(path)
            except HistoryError as error:
                print(f"warning: no curves of {path}: {error}", file=sys.stderr)
    return histories
