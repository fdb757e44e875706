"""``mnist-recognizer train``: what ``python train.py`` does, in the current folder."""

import argparse
from pathlib import Path

from mnist_recognizer.cli.failure import Failure
from mnist_recognizer.data.mnist import MnistUnavailableError, load_mnist
from mnist_recognizer.nn import MLP
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.health import DivergedError
from mnist_recognizer.training.progress import Progress
from mnist_recognizer.training.recipes import RECIPES
from mnist_recognizer.training.run import read_settings
from mnist_recognizer.training.session import (
    Order,
    add_training_arguments,
    explained,
    keep_best,
    read_order,
    train_teacher,
    until_interrupted,
)

CONFIG = {**RECIPES["classic"], "save_path": "weights.pkl"}
HIDDEN = (128, 64)


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.epilog = (
        "Without other settings this is the classic recipe. The best weights go to ./weights.pkl, "
        "and everything about the run to a folder below ./runs. Ctrl-C stops early and keeps the "
        "best weights so far."
    )
    parser.add_argument(
        "--hidden",
        type=int,
        nargs="+",
        metavar="UNITS",
        help="units of each hidden layer (default: 128 64)",
    )
    add_training_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Train, test, save."""
    with explained(MnistUnavailableError, DivergedError, MemoryError):
        order = read_order(arguments, CONFIG, base=Path.cwd())
        model = _make_model(order, arguments.hidden)
        mnist = load_mnist()
        train_x, train_y, validation_x, validation_y = mnist.split(order.config.validation)
        train, validation = (train_x, train_y), (validation_x, validation_y)
        print(model.summary())
        with order.open_run(model).held() as run:
            with until_interrupted(run):
                teacher = train_teacher(run, train, validation)
                network = "student" if teacher else ""
                with Progress(order.config, run.state, network) as progress:
                    for stats in fit(model, train, validation, order.config, run.state, teacher):
                        run.record(stats)
                        progress.show(stats)
            return keep_best(run, mnist)


def _make_model(order: Order, hidden: list[int] | None) -> MLP:
    if order.resume and hidden:
        raise Failure("a resumed run keeps its layers: give --resume alone")
    sizes = read_settings(order.resume)[1] if order.resume else (784, *(hidden or HIDDEN), 10)
    try:
        return MLP(sizes[0], sizes[1:-1], sizes[-1], seed=order.config.seed)
    except ValueError as error:
        raise Failure(f"there is no network of {sizes}: {error}") from error
