"""The teacher in a session: trained first, in a run of its own, and named on the card."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from run_folders import Data, config, network

from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.data.pixels import to_pixels
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.schedules import SCHEDULES
from mnist_recognizer.nn.temperature import TEMPERATURES
from mnist_recognizer.training.finalize import finalize_run
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.health import DivergedError
from mnist_recognizer.training.interrupt import until_interrupted
from mnist_recognizer.training.progress import Progress
from mnist_recognizer.training.run import Run, read_settings
from mnist_recognizer.training.state import EpochStats
from mnist_recognizer.training.teacher_run import train_teacher


@pytest.fixture
def taught(tmp_path: Path) -> Iterator[Run]:
    """Hold a run with a teacher of 12 units that has 3 epochs."""
    settings = {"epochs": 2, "batch_size": 32, "optimizer": "adam", "learning_rate": 0.01}
    teacher = {"teacher_epochs": 3, "teacher_hidden": "12", "teacher_learning_rate": 0.02}
    save_path = str(tmp_path / "saved_model" / "weights.pkl")
    recipe = config(**settings, **teacher, validation=100, save_path=save_path)
    with Run.start(tmp_path / "runs", recipe, network()).lock() as held:
        yield held


def test_without_a_teacher_none_is_trained(
    tmp_path: Path, digits: Data, more_digits: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run.start(tmp_path / "runs", config(), network())
    assert train_teacher(run, digits, more_digits) is None
    assert run.teacher is None
    assert not (run.folder / "teacher").exists()
    assert capsys.readouterr().out == ""


def test_a_teacher_is_trained_in_a_folder_of_its_own_and_only_once(
    taught: Run, digits: Data, more_digits: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    teacher = train_teacher(taught, digits, more_digits)
    assert teacher is not None
    assert teacher.architecture == "784 -> 12 -> 10"
    folder = taught.folder / "teacher"
    names = {"config.json", "metrics.jsonl", "checkpoint.npz", "weights.pkl", "run.lock"}
    assert {file.name for file in folder.iterdir()} <= names
    kept = MLP.load(folder / "weights.pkl")
    assert kept.parameters.tobytes() == teacher.parameters.tobytes()
    settings = read_settings(folder)[0]
    assert (settings.epochs, settings.learning_rate, settings.optimizer) == (3, 0.02, "adam")
    out = capsys.readouterr().out
    assert out.startswith("First its teacher is trained, 784 -> 12 -> 10.\nteacher epoch 1/3  loss")
    again = train_teacher(taught, digits, more_digits)
    assert again is not None
    assert again.parameters.tobytes() == teacher.parameters.tobytes()
    assert capsys.readouterr().out == ""


def test_ctrl_c_while_the_teacher_learns_is_told_and_can_be_resumed(
    taught: Run,
    digits: Data,
    more_digits: Data,
    mnist_of_easy_digits: Mnist,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    show = Progress.show

    def interrupted(self: Progress, stats: EpochStats) -> None:
        show(self, stats)
        if stats.epoch == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched, until_interrupted(taught):
        patched.setattr(Progress, "show", interrupted)
        train_teacher(taught, digits, more_digits)
        pytest.fail("training went on")
    assert finalize_run(taught, mnist_of_easy_digits) == 1
    assert capsys.readouterr().err == (
        "\nStopped after 2 of the teacher's 3 epochs: there is no model to save yet; "
        "--resume goes on.\n"
    )
    assert train_teacher(taught, digits, more_digits) is not None
    assert capsys.readouterr().out.count("teacher epoch") == 1
    assert finalize_run(taught, mnist_of_easy_digits) == 1  # before the student's first epoch
    assert "Stopped before the first epoch was done" in capsys.readouterr().err


def test_a_teacher_that_breaks_down_names_its_own_setting(
    taught: Run, digits: Data, more_digits: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SCHEDULES, "constant", lambda progress: 1e38)
    with pytest.raises(
        DivergedError,
        match=r"training the teacher, the numbers .* try a teacher_learning_rate of 0\.002",
    ):
        train_teacher(taught, digits, more_digits)


def test_the_card_says_who_taught_and_counts_the_teachers_time(
    taught: Run,
    digits: Data,
    more_digits: Data,
    mnist_of_easy_digits: Mnist,
    capsys: pytest.CaptureFixture[str],
) -> None:
    teacher = train_teacher(taught, digits, more_digits)
    for epoch in fit(taught.model, digits, more_digits, taught.config, taught.state, teacher):
        taught.record(epoch)
    assert taught.teacher is not None
    taught.teacher.state.seconds = 3600.0
    assert finalize_run(taught, mnist_of_easy_digits) == 0
    card = json.loads(Path(taught.config.save_path).with_suffix(".json").read_text())
    accuracy = taught.teacher.state.best_accuracy
    assert card["teacher"] == {"model": "784 -> 12 -> 10", "validation_accuracy": accuracy}
    assert 3600 <= card["training_seconds"] < 3700
    out = capsys.readouterr().out
    assert f"teacher's validation {accuracy:.2%}\n" in out
    assert "time                 1:00:0" in out


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[np.ndarray, np.ndarray]]:
    """Let every temperature be 0.7, and list what it was fitted to: digits so easy allow any."""
    seen = []

    def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
        seen.append((logits, labels))
        return 0.7

    monkeypatch.setattr("mnist_recognizer.training.finalize.fit_temperature", fit_temperature)
    return seen


def test_what_is_kept_of_a_student_is_as_sure_as_validation_says_and_answers_alike(
    taught: Run,
    digits: Data,
    more_digits: Data,
    mnist_of_easy_digits: Mnist,
    fitted: list[tuple[np.ndarray, np.ndarray]],
) -> None:
    teacher = train_teacher(taught, digits, more_digits)
    for epoch in fit(taught.model, digits, more_digits, taught.config, taught.state, teacher):
        taught.record(epoch)
    best = taught.best_model()
    assert finalize_run(taught, mnist_of_easy_digits) == 0
    kept = MLP.load(taught.config.save_path)
    images, labels = mnist_of_easy_digits.split(taught.config.validation)[2:]
    ((logits, right),) = fitted
    np.testing.assert_allclose(logits, best.logits(to_pixels(images)), rtol=1e-6)
    np.testing.assert_array_equal(right, labels)
    np.testing.assert_allclose(kept.weights[-1], best.weights[-1] / 0.7, rtol=1e-6)
    np.testing.assert_allclose(kept.biases[-1], best.biases[-1] / 0.7, rtol=1e-6)
    np.testing.assert_array_equal(kept.weights[0], best.weights[0])


@pytest.mark.parametrize("augment", [True, False])
@pytest.mark.usefixtures("fitted")
def test_what_learned_from_distorted_digits_is_as_sure_as_validation_says(
    tmp_path: Path, digits: Data, more_digits: Data, mnist_of_easy_digits: Mnist, augment: bool
) -> None:
    save_path = str(tmp_path / "weights.pkl")
    recipe = config(augment=augment, epochs=1, validation=100, save_path=save_path)
    with Run.start(tmp_path / "runs", recipe, network()).lock() as run:
        run.record(next(fit(run.model, digits, more_digits, run.config, run.state)))
        best = run.best_model()
        assert finalize_run(run, mnist_of_easy_digits) == 0
    kept = MLP.load(save_path)
    temperature = 0.7 if augment else 1.0
    np.testing.assert_allclose(kept.weights[-1], best.weights[-1] / temperature, rtol=1e-6)


@pytest.mark.parametrize("end", TEMPERATURES)
def test_a_temperature_that_validation_cannot_tell_is_not_built_in(
    taught: Run,
    digits: Data,
    more_digits: Data,
    mnist_of_easy_digits: Mnist,
    monkeypatch: pytest.MonkeyPatch,
    end: float,
) -> None:
    monkeypatch.setattr("mnist_recognizer.training.finalize.fit_temperature", lambda *_: end)
    teacher = train_teacher(taught, digits, more_digits)
    taught.record(
        next(fit(taught.model, digits, more_digits, taught.config, taught.state, teacher))
    )
    best = taught.best_model()
    assert finalize_run(taught, mnist_of_easy_digits) == 0
    kept = MLP.load(taught.config.save_path)
    assert kept.weights[-1].tobytes() == best.weights[-1].tobytes()
