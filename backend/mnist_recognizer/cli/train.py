"""``mnist-recognizer train``: what ``python train.py`` does, in the current folder."""

import argparse
from pathlib import Path

from mnist_recognizer.cli.failure import Failure
from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.nn import MLP
from mnist_recognizer.startup import explaining
from mnist_recognizer.training.command_line import (
    USER_ERRORS,
    Job,
    add_training_arguments,
    read_job,
)
from mnist_recognizer.training.finalize import finalize_run
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.interrupt import until_interrupted
from mnist_recognizer.training.progress import Progress
from mnist_recognizer.training.run import read_settings
from mnist_recognizer.training.teacher_run import train_teacher

CONFIG = {"save_path": "weights.pkl"}  # the rest is the classic recipe
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
    with explaining(*USER_ERRORS):
        job = read_job(arguments, CONFIG, base=Path.cwd())
        model = _make_model(job, arguments.hidden)
        mnist = load_mnist()
        train_x, train_y, validation_x, validation_y = mnist.split(job.config.validation)
        train, validation = (train_x, train_y), (validation_x, validation_y)
        print(model.summary())
        with job.open_run(model).lock() as run:
            with until_interrupted(run):
                teacher = train_teacher(run, train, validation)
                network = "student" if teacher else ""
                with Progress(job.config, run.state, network) as progress:
                    for stats in fit(model, train, validation, job.config, run.state, teacher):
                        run.record(stats)
                        progress.show(stats)
            return finalize_run(run, mnist)


def _make_model(job: Job, hidden: list[int] | None) -> MLP:
    if job.resume and hidden:
        raise Failure("a resumed run keeps its layers: give --resume alone")
    sizes = read_settings(job.resume)[1] if job.resume else (784, *(hidden or HIDDEN), 10)
    try:
        return MLP(sizes[0], sizes[1:-1], sizes[-1], seed=job.config.seed)
    except ValueError as error:
        raise Failure(f"there is no network of {sizes}: {error}") from error
