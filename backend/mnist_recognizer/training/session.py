"""What a person asks of training: the command line, the stages, and what is kept at the end."""

import argparse
import contextlib
import hashlib
import json
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tqdm import tqdm

from mnist_recognizer.data.idx import MNIST_FILES
from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.nn import MLP, LayerSizesError
from mnist_recognizer.nn.optimizers import DECAYING
from mnist_recognizer.nn.temperature import TEMPERATURES, divide_logits, fit_temperature
from mnist_recognizer.nn.weights import SUFFIXES, WeightsError, write_atomically
from mnist_recognizer.page_model import write_page_model
from mnist_recognizer.training.batches import Bytes
from mnist_recognizer.training.config import (
    Config,
    ConfigError,
    add_arguments,
    dependents,
    setting_names,
)
from mnist_recognizer.training.evaluate import evaluate
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.health import DivergedError
from mnist_recognizer.training.progress import Progress
from mnist_recognizer.training.recipes import RECIPES
from mnist_recognizer.training.rejection import add_rejection
from mnist_recognizer.training.run import Run, RunError, newest_unfinished, read_settings
from mnist_recognizer.vision.geometry import KEY, network_input


@dataclass(frozen=True)
class Order:
    """What the user asked for: the settings, where runs are kept, and which one to resume."""

    config: Config
    runs: Path
    resume: Path | None = None

    def open_run(self, model: MLP) -> Run:
        """Start a new run, or continue the one that was asked for."""
        if self.resume:
            return Run.resume(self.resume, model)
        return Run.start(self.runs, self.config, model)


def add_training_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the recipe, resuming, and a flag for each setting."""
    parser.add_argument("--recipe", choices=RECIPES, help="start from a named recipe's settings")
    parser.add_argument(
        "--resume",
        nargs="?",
        const="newest",
        metavar="RUN",
        help="continue a stopped run: a folder below runs/, or the newest unfinished one",
    )
    add_arguments(parser)


def read_order(arguments: argparse.Namespace, defaults: Mapping[str, Any], base: Path) -> Order:
    """Combine an editable dict with what was typed; what was typed wins.

    Parameters
    ----------
    arguments
        Parsed from a parser with :func:`add_training_arguments`.
    defaults
        The dict. Its relative ``save_path`` counts from `base`, a typed one from the current
        folder.
    base
        The folder that holds ``runs/``.

    Raises
    ------
    ConfigError, RunError
        When a setting, or the run to resume, cannot be used.
    """
    typed = {name: getattr(arguments, name) for name in setting_names() if name in arguments}
    runs = base / "runs"
    if arguments.resume:
        if typed or arguments.recipe:
            raise ConfigError("a resumed run keeps its settings: give --resume alone")
        folder = (
            newest_unfinished(runs)
            if arguments.resume == "newest"
            else _find(arguments.resume, runs)
        )
        config = read_settings(folder)[0]
    else:
        folder = None
        given = Config.from_dict(defaults)
        recipe = dict(RECIPES[arguments.recipe]) if arguments.recipe else {}
        for switch in ("augment", "pen_digits", "teacher_epochs"):
            if not typed.get(switch, True):  # what is switched off takes what needs it along
                given = given.changed(**dependents(switch))
                recipe = {k: v for k, v in recipe.items() if k not in dependents(switch)}
        if typed.get("optimizer", "adamw") not in DECAYING:  # the recipe's decay is its optimizer's
            recipe.pop("weight_decay", None)
        config = given.changed(**{**recipe, **typed})
        path = Path(config.save_path).expanduser()
        if "save_path" not in typed:
            path = base / path
        config = config.changed(save_path=str(path.absolute()))
    _check_save_path(Path(config.save_path))
    return Order(config, runs, folder)


def _find(name: str, runs: Path) -> Path:
    return Path(name) if Path(name).is_dir() else runs / name


def _check_save_path(path: Path) -> None:
    """Find out before hours of training whether the result can be kept."""
    if path.suffix.lower() not in SUFFIXES:
        raise ConfigError(f"save_path must end in {', '.join(SUFFIXES)}, not {path.name!r}")
    probe = path.parent / f".{path.name}.probe"
    try:
        if path.is_dir():
            raise ConfigError(f"save_path {path} is a folder; name a file in it")
        write_atomically(probe, b"")
        probe.unlink()
    except OSError as error:
        raise ConfigError(f"save_path {path} cannot be written: {error.strerror}") from error


def train_teacher(
    run: Run, train: tuple[Bytes, Bytes], validation: tuple[Bytes, Bytes]
) -> MLP | None:
    """Train the larger network that a run learns from, or what is left of it to train.

    Parameters
    ----------
    run : Run
        Held. The teacher's run is kept in its folder.
    train, validation : (images, labels)
        As :func:`~mnist_recognizer.training.fit.fit` takes them.

    Returns
    -------
    MLP or None
        The teacher at its best; None when the recipe has none.

    Raises
    ------
    DivergedError, RunError
        As for any run.
    """
    if not run.config.teacher_epochs:
        return None
    with run.open_teacher().held(even_finished=True) as lessons:
        if not lessons.finished:
            print(f"First its teacher is trained, {lessons.model.architecture}.", flush=True)
            with Progress(lessons.config, lessons.state, "teacher") as progress:
                try:
                    for stats in fit(
                        lessons.model, train, validation, lessons.config, lessons.state
                    ):
                        lessons.record(stats)
                        progress.show(stats)
                except DivergedError as error:
                    advice = str(error).replace("learning_rate", "teacher_learning_rate")
                    raise DivergedError(f"training the teacher, {advice}") from None
        return lessons.best_model()


@contextlib.contextmanager
def until_interrupted(run: Run) -> Iterator[None]:
    """Let Ctrl-C (or a polite kill) end the block early, but not the program."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        if run.state.best_epoch:
            print("\nStopped. Keeping the best model so far; --resume goes on.", file=sys.stderr)
    except DivergedError:
        if run.state.best_epoch:
            kept = run.folder / "weights.pkl"
            print(f"The best weights until then are in {kept}.", file=sys.stderr)
        raise
    finally:
        signal.signal(signal.SIGTERM, previous)


def keep_best(run: Run, mnist: Mnist) -> int:
    """Measure the best model on the test images, save it with its card, and say where it is.

    Returns
    -------
    int
        The process's exit status: 0, or 1 when there is nothing to keep or no room for it.
    """
    if not run.state.best_epoch:
        teacher = run.teacher
        if teacher and not teacher.finished:
            print(
                f"\nStopped after {teacher.state.epoch} of the teacher's {teacher.config.epochs} "
                "epochs: there is no model to save yet; --resume goes on.",
                file=sys.stderr,
            )
        else:
            print("\nStopped before the first epoch was done: nothing was saved.", file=sys.stderr)
        return 1
    model = run.best_model()
    path = Path(run.config.save_path)
    _, accuracy, _ = evaluate(model, network_input(model, mnist.test_images), mnist.test_labels)
    seconds = run.state.seconds + (run.teacher.state.seconds if run.teacher else 0)
    card = {
        "model": model.architecture,
        "parameters": model.parameter_count,
        KEY: run.config.geometry,
        "recipe": {k: v for k, v in run.config.to_dict().items() if k != "save_path"},
        "seed": run.config.seed,
        "epochs_trained": run.state.epoch,
        "best_epoch": run.state.best_epoch,
        "validation_accuracy": run.state.best_accuracy,
        "test_accuracy": accuracy,
        "training_seconds": round(seconds, 1),
        "trained_at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "data_sha256": {file.name: file.sha256 for file in MNIST_FILES.values()},
    }
    if run.teacher:
        card["teacher"] = {
            "model": run.teacher.model.architecture,
            "validation_accuracy": run.teacher.state.best_accuracy,
        }
    model.metadata = card
    if run.teacher or run.config.augment:
        # What it learned from was softened or distorted, so it is less sure than it is right.
        _, _, validation_x, validation_y = mnist.split(run.config.validation)
        z = model.logits(network_input(model, validation_x))
        temperature = fit_temperature(z, validation_y)
        if TEMPERATURES[0] < temperature < TEMPERATURES[1]:  # else too few images to tell
            divide_logits(model, temperature)
    with contextlib.suppress(KeyboardInterrupt):  # these seconds are not worth losing the model
        train_x, train_y, validation_x, _ = mnist.split(run.config.validation)
        add_rejection(model, (train_x, train_y), validation_x, run.config.seed)
    try:
        previous = _keep_previous(path)
        model.save(path)
        write_page_model(model, path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        text = json.dumps({**card, "weights_sha256": digest}, indent=2) + "\n"
        write_atomically(path.with_suffix(".json"), text.encode())
    except OSError as error:
        print(
            f"cannot write {path}: {error.strerror}. The best weights are also in "
            f"{run.folder / 'weights.pkl'}; make room and copy them.",
            file=sys.stderr,
        )
        return 1
    print(f"validation accuracy  {run.state.best_accuracy:.2%} (epoch {run.state.best_epoch})")
    print(f"test accuracy        {accuracy:.2%}")
    if run.teacher:
        print(f"teacher's validation {run.teacher.state.best_accuracy:.2%}")
    print(f"time                 {tqdm.format_interval(seconds)}")
    print(f"weights              {path}")
    if previous:
        print(f"weights before       {previous}")
        if (before := _validation_accuracy(previous)) > run.state.best_accuracy:
            print(
                f"They were better: {before:.2%} in validation. Copy them back to use them again."
            )
    return 0


def _keep_previous(path: Path) -> Path | None:
    """Put the weights that are about to be replaced, and their card, beside the new ones.

    Nothing that was kept before is overwritten: the second goes to ``weights.previous-2.pkl``.
    """
    if not path.exists():
        return None
    weights, card = path.read_bytes(), path.with_suffix(".json")
    kept, number = path.with_name(f"{path.stem}.previous{path.suffix}"), 1
    while kept.exists() and kept.read_bytes() != weights:
        number += 1
        kept = path.with_name(f"{path.stem}.previous-{number}{path.suffix}")
    if not kept.exists():
        write_atomically(kept, weights)
        if card.exists():
            write_atomically(kept.with_suffix(".json"), card.read_bytes())
    return kept


def _validation_accuracy(weights: Path) -> float:
    """Return what the card beside some weights says that they reached, 0 if it says nothing."""
    try:
        card = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
        return float(card["validation_accuracy"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0


@contextlib.contextmanager
def explained(*errors: type[Exception]) -> Iterator[None]:
    """Turn a user's mistake into one line on standard error and exit status 1."""
    mistakes: tuple[type[Exception], ...] = (
        ConfigError,
        LayerSizesError,
        RunError,
        WeightsError,
        *errors,
    )
    try:
        yield
    except mistakes as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        sys.exit(130)  # what shells call a program that Ctrl-C ended
