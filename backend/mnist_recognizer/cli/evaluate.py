"""``mnist-recognizer evaluate``: how good a network is, as text, JSON or an HTML report."""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from tqdm import tqdm

from mnist_recognizer.cli.failure import Failure
from mnist_recognizer.cli.files import file_path
from mnist_recognizer.cli.mnist import load_mnist_or_fail
from mnist_recognizer.cli.weights import add_weights, load_weights
from mnist_recognizer.evaluation.assessment import assess
from mnist_recognizer.evaluation.environment import describe_environment
from mnist_recognizer.evaluation.history import HistoryError, read_history
from mnist_recognizer.evaluation.report import write_report
from mnist_recognizer.evaluation.robustness import CORRUPTIONS
from mnist_recognizer.evaluation.summary import summarise
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP
from mnist_recognizer.training.health import warn_of_chance

if TYPE_CHECKING:
    from pathlib import Path

_VALIDATION = 10_000  # what weights were validated on, if they do not say


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    add_weights(parser, "the run's, else the trained network")
    parser.add_argument(
        "--run",
        type=file_path,
        metavar="FOLDER",
        dest="run_folder",
        help="a training run: its weights are measured, and its curves go into the report",
    )
    parser.add_argument(
        "--report", type=file_path, metavar="FILE", help="write a self-contained HTML report"
    )
    parser.add_argument(
        "--quick", action="store_true", help="leave out shift, rotation, noise and the like"
    )
    parser.add_argument(
        "--seed", type=_seed, default=0, help="of the noise that is measured with (default: 0)"
    )
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Measure, print, and write the report."""
    folder: Path | None = arguments.run_folder
    try:
        history = read_history(folder) if folder else None
    except HistoryError as error:
        raise Failure(str(error)) from error
    path = arguments.weights or (folder / "weights.pkl" if folder else default_weights())
    model = load_weights(path)
    if arguments.report and arguments.report.is_dir():
        raise Failure(f"{arguments.report} is a folder: name a file in it for the report")
    mnist = load_mnist_or_fail()
    _, _, validation_x, validation_y = mnist.split(validation_count(model))
    levels = sum(len(corruption.levels) for corruption in CORRUPTIONS)
    assessment = assess(
        model,
        (validation_x, validation_y),
        (mnist.test_images, mnist.test_labels),
        robustness=not arguments.quick,
        seed=arguments.seed,
        show=lambda each: tqdm(each, "measuring", levels, leave=False, disable=None),
    )
    environment = describe_environment(path, arguments.seed)
    failure = None
    if arguments.report:  # before anything is printed, which a closed pipe would end
        images = mnist.test_images
        try:
            write_report(arguments.report, assessment, model, images, environment, history)
        except OSError as error:
            failure = Failure(f"{arguments.report} cannot be written: {error.strerror}")
    if arguments.json:
        print(json.dumps({**assessment.to_dict(), "environment": environment}))
    else:
        print(summarise(assessment))
    warn_of_chance(assessment.accuracy.value)
    if failure:
        raise failure
    if arguments.report:
        print(f"\nThe report is in {arguments.report}", file=sys.stderr)
    return 0


def _seed(text: str) -> int:
    seed = int(text)
    if seed < 0:
        raise argparse.ArgumentTypeError(f"{text} is below 0")
    return seed


def validation_count(model: MLP) -> int:
    """Return how many images the network was validated on, which it did not train on."""
    recipe = model.metadata.get("recipe")
    count = recipe.get("validation") if isinstance(recipe, dict) else None
    return count if type(count) is int and 0 < count < 60_000 else _VALIDATION
