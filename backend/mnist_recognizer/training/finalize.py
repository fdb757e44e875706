"""What happens after the last epoch: test, calibrate, fit the rejection network, save, report."""

import contextlib
import hashlib
import json
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from tqdm import tqdm

from mnist_recognizer.data.idx import MNIST_FILES
from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.temperature import TEMPERATURES, divide_logits, fit_temperature
from mnist_recognizer.nn.weights import write_atomically
from mnist_recognizer.page_model import write_page_model
from mnist_recognizer.training.evaluate import evaluate
from mnist_recognizer.training.health import warn_of_chance
from mnist_recognizer.training.rejection import add_rejection
from mnist_recognizer.training.run import Run
from mnist_recognizer.training.weights_lock import weights_lock
from mnist_recognizer.vision.geometry import KEY, network_input


def finalize_run(run: Run, mnist: Mnist) -> int:
    """Measure the best model on the test images, save it with its card, and say where it is.

    Returns
    -------
    int
        The process's exit status: 0, or 1 when there is nothing to save or no room for it.
    """
    if not run.state.best_epoch:
        _explain_nothing_saved(run)
        return 1
    started = time.perf_counter()
    model = run.best_model()
    test_accuracy = measure_test_accuracy(model, mnist)
    model.metadata = make_card(run, model, test_accuracy)
    card = dict(model.metadata)
    if run.teacher or run.config.augment:
        # What it learned from was softened or distorted, so it is less sure than it is right.
        calibrate(model, mnist, run.config.validation)
    with contextlib.suppress(KeyboardInterrupt):  # these seconds are not worth losing the model
        train_x, train_y, validation_x, _ = mnist.split(run.config.validation)
        add_rejection(model, (train_x, train_y), validation_x, run.config.seed)
    path = Path(run.config.save_path)
    try:
        previous = save_with_card(model, card, path)
    except OSError as error:
        print(
            f"cannot write {path}: {error.strerror}. The best weights are also in "
            f"{run.folder / 'weights.pkl'}; make room and copy them.",
            file=sys.stderr,
        )
        return 1
    _report(run, test_accuracy, time.perf_counter() - started, previous)
    warn_of_chance(test_accuracy)
    return 0


def measure_test_accuracy(model: MLP, mnist: Mnist) -> float:
    """Return the share of MNIST's test images that the model reads right."""
    return evaluate(model, network_input(model, mnist.test_images), mnist.test_labels).accuracy


def calibrate(model: MLP, mnist: Mnist, validation: int) -> None:
    """Build into the model the temperature that makes it as sure as it is right."""
    _, _, validation_x, validation_y = mnist.split(validation)
    logits = model.logits(network_input(model, validation_x))
    temperature = fit_temperature(logits, validation_y)
    if TEMPERATURES[0] < temperature < TEMPERATURES[1]:  # else too few images to tell
        divide_logits(model, temperature)


def make_card(run: Run, model: MLP, test_accuracy: float) -> dict[str, Any]:
    """Return what is known of the model: how it was trained, and how good it is."""
    card: dict[str, Any] = {
        "model": model.architecture,
        "parameters": model.parameter_count,
        KEY: run.config.geometry,
        "recipe": {k: v for k, v in run.config.to_dict().items() if k != "save_path"},
        "seed": run.config.seed,
        "epochs_trained": run.state.epoch,
        "best_epoch": run.state.best_epoch,
        "validation_accuracy": run.state.best_accuracy,
        "test_accuracy": test_accuracy,
        "training_seconds": round(_training_seconds(run), 1),
        "trained_at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "data_sha256": {file.name: file.sha256 for file in MNIST_FILES.values()},
    }
    if run.teacher:
        card["teacher"] = {
            "model": run.teacher.model.architecture,
            "validation_accuracy": run.teacher.state.best_accuracy,
        }
    return card


def save_with_card(model: MLP, card: dict[str, Any], path: Path) -> Path | None:
    """Save the weights and the card beside them; return where earlier weights are kept, if any.

    Only one process at a time does this for a path, so that a card is about the weights beside it.

    Raises
    ------
    OSError
        When the disk does not take it.
    """
    with weights_lock(path):
        previous = _keep_previous(path)
        model.save(path)
        write_page_model(model, path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        text = json.dumps({**card, "weights_sha256": digest}, indent=2) + "\n"
        write_atomically(path.with_suffix(".json"), text.encode())
    return previous


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


def _report(run: Run, test_accuracy: float, seconds: float, previous: Path | None) -> None:
    """Print how good the model is, how long everything took, and where the weights are."""
    total = _training_seconds(run) + seconds
    print(f"validation accuracy  {run.state.best_accuracy:.2%} (epoch {run.state.best_epoch})")
    print(f"test accuracy        {test_accuracy:.2%}")
    if run.teacher:
        print(f"teacher's validation {run.teacher.state.best_accuracy:.2%}")
    print(f"time                 {tqdm.format_interval(total)}")
    print(f"weights              {run.config.save_path}")
    if previous:
        print(f"weights before       {previous}")
        if (before := _validation_accuracy(previous)) > run.state.best_accuracy:
            print(
                f"They were better: {before:.2%} in validation. Copy them back to use them again."
            )


def _training_seconds(run: Run) -> float:
    """Return how long the epochs took, the teacher's included."""
    return run.state.seconds + (run.teacher.state.seconds if run.teacher else 0)


def _explain_nothing_saved(run: Run) -> None:
    teacher = run.teacher
    if teacher and not teacher.finished:
        print(
            f"\nStopped after {teacher.state.epoch} of the teacher's {teacher.config.epochs} "
            "epochs: there is no model to save yet; --resume goes on.",
            file=sys.stderr,
        )
    else:
        print("\nStopped before the first epoch was done: nothing was saved.", file=sys.stderr)
