"""What a person sees of training: orders, progress, interruptions, and what is kept."""

import argparse
import hashlib
import io
import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.nn import MLP, WeightsError, weights
from mnist_recognizer.nn.rejection import KEY, Rejection
from mnist_recognizer.nn.schedules import SCHEDULES
from mnist_recognizer.training.config import Config, ConfigError
from mnist_recognizer.training.fit import EpochStats, TrainingState, fit
from mnist_recognizer.training.health import DivergedError
from mnist_recognizer.training.progress import Progress
from mnist_recognizer.training.recipes import RECIPES
from mnist_recognizer.training.run import Run, RunError, read_settings
from mnist_recognizer.training.session import (
    Order,
    add_training_arguments,
    explained,
    keep_best,
    read_order,
    train_teacher,
    until_interrupted,
)

Data = tuple[np.ndarray, np.ndarray]
DEFAULTS = {"epochs": 7, "batch_size": 32, "save_path": "saved_model/weights.pkl"}


def order(base: Path, *typed: str, defaults: dict[str, Any] = DEFAULTS) -> Order:
    parser = argparse.ArgumentParser()
    add_training_arguments(parser)
    return read_order(parser.parse_args(typed), defaults, base)


def network() -> MLP:
    return MLP(784, [16], 10)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    settings = {"epochs": 2, "batch_size": 32, "learning_rate": 0.1, "validation": 100}
    save_path = str(tmp_path / "saved_model" / "weights.pkl")
    config = Config.from_dict({**settings, "save_path": save_path})
    with Run.start(tmp_path / "runs", config, network()).held() as held:
        yield held


@pytest.fixture
def mnist_of_easy_digits(digits: Data, more_digits: Data) -> Mnist:
    return Mnist(*digits, *more_digits)


# --- what was ordered ----------------------------------------------------------------------------


def test_what_is_typed_wins_over_the_recipe_and_the_recipe_over_the_dict(tmp_path: Path) -> None:
    config = order(tmp_path, "--recipe", "best", "--ema", "0.5").config
    assert config.epochs == RECIPES["best"]["epochs"]
    assert config.augment
    assert config.ema == 0.5
    assert order(tmp_path).config.epochs == 7
    assert order(tmp_path, "--epochs", "3").config.epochs == 3


def test_what_is_switched_off_takes_along_what_needs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught = {"augment": True, "reuse": 4, "teacher_epochs": 9, "teacher_weight": 0.5, "ema": 0.9}
    monkeypatch.setitem(RECIPES, "best", taught)
    for base in ((), ("--recipe", "best")):
        defaults = {} if base else taught
        plain = order(tmp_path, *base, "--no-augment", "--teacher-epochs", "0", defaults=defaults)
        assert (plain.config.augment, plain.config.reuse) == (False, 1)
        assert (plain.config.teacher_epochs, plain.config.teacher_weight) == (0, 0.9)
        assert plain.config.ema == 0.9
        whole = order(tmp_path, *base, "--teacher-epochs", "3", defaults=defaults)
        assert (whole.config.reuse, whole.config.teacher_weight) == (4, 0.5)
    with pytest.raises(ConfigError, match="temperature does nothing without teacher_epochs"):
        order(tmp_path, "--recipe", "best", "--teacher-epochs", "0", "--temperature", "4")


def test_a_save_path_in_the_dict_counts_from_the_script_and_a_typed_one_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, base = tmp_path / "here", tmp_path / "backend"
    here.mkdir()
    monkeypatch.chdir(here)
    assert order(base).config.save_path == str(base / "saved_model" / "weights.pkl")
    typed = order(base, "--save-path", "mine.npz").config
    assert typed.save_path == str(here / "mine.npz")
    absolute = order(base, defaults={"save_path": str(tmp_path / "a.pkl")}).config
    assert absolute.save_path == str(tmp_path / "a.pkl")


def test_a_tilde_in_a_save_path_is_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    config = order(tmp_path, defaults={"save_path": "~/weights.pkl"}).config
    assert config.save_path == str(tmp_path / "home" / "weights.pkl")


@pytest.mark.parametrize("name", ["weights", "weights.h5", "weights.pkl.txt"])
def test_a_save_path_of_an_unknown_format_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"must end in \.pkl, \.npz, \.safetensors, not 'weigh"):
        order(tmp_path, "--save-path", str(tmp_path / name))


def test_a_save_path_that_is_too_long_is_refused_before_training(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be written: File name too long"):
        order(tmp_path, defaults={"save_path": "a" * 300 + ".pkl"})


def test_a_save_path_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pkl").mkdir()
    with pytest.raises(ConfigError, match=r"a\.pkl is a folder; name a file in it"):
        order(tmp_path, "--save-path", str(tmp_path / "a.pkl"))


def test_a_save_path_that_cannot_be_written_is_refused_before_training(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"save_path .* cannot be written: Not a directory"):
        order(tmp_path, "--save-path", str(tmp_path / "file" / "folder" / "a.pkl"))


def test_finding_out_whether_a_path_can_be_written_leaves_nothing_there(tmp_path: Path) -> None:
    order(tmp_path, "--save-path", str(tmp_path / "folder" / "a.PKL"))
    assert not list((tmp_path / "folder").iterdir())


def test_a_new_run_is_started_below_the_base(tmp_path: Path) -> None:
    run = order(tmp_path).open_run(network())
    assert run.folder.parent == tmp_path / "runs"
    assert run.config.epochs == 7


def test_resuming_takes_the_newest_run_or_the_named_one_with_its_settings(tmp_path: Path) -> None:
    first = order(tmp_path, "--epochs", "3").open_run(network()).folder
    first = first.rename(first.with_name("2026-01-01-120000"))
    newest = order(tmp_path, "--epochs", "4").open_run(network()).folder
    for typed, folder, epochs in (
        (("--resume",), newest, 4),
        (("--resume", first.name), first, 3),
        (("--resume", str(first)), first, 3),
    ):
        resumed = order(tmp_path, *typed)
        assert resumed.config.epochs == epochs
        assert resumed.resume == folder
        assert resumed.open_run(network()).folder == folder


@pytest.mark.parametrize("more", [("--epochs", "9"), ("--recipe", "best")], ids=str)
def test_resuming_with_other_settings_is_refused(tmp_path: Path, more: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match="a resumed run keeps its settings: give --resume alone"):
        order(tmp_path, "--resume", *more)


def test_resuming_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no unfinished run in"):
        order(tmp_path, "--resume")
    with pytest.raises(RunError, match=f"there is no run in {tmp_path / 'runs' / 'nowhere'}"):
        order(tmp_path, "--resume", "nowhere")


def test_a_resumed_run_whose_weights_could_not_be_kept_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    order(tmp_path, "--save-path", str(folder / "a.pkl")).open_run(network())
    folder.rmdir()
    folder.touch()
    with pytest.raises(ConfigError, match="cannot be written"):
        order(tmp_path, "--resume")


# --- progress ------------------------------------------------------------------------------------


def stats(epoch: int) -> EpochStats:
    return EpochStats(epoch, 0.25, 0.925, 0.2, 0.9375, 0.01, 1.0, [0], 2.0, is_best=True)


def test_without_a_terminal_each_epoch_is_one_plain_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = Config.from_dict({"epochs": 4})
    with Progress(config, TrainingState(network(), config)) as progress:
        for epoch in range(1, 5):
            progress.show(stats(epoch))
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert len(lines) == 4
    for epoch, line in enumerate(lines, start=1):
        assert re.fullmatch(
            rf"epoch {epoch}/4  loss 0\.2500  accuracy 92\.50%  validation 93\.75%  00:0\d left",
            line,
        )
    assert err == ""
    with Progress(config, TrainingState(network(), config), "student") as progress:
        progress.show(stats(1))
    assert capsys.readouterr().out.startswith("student epoch 1/4  loss 0.2500  ")


def test_the_time_left_counts_the_epochs_of_this_process_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config.from_dict({"epochs": 100})
    state = TrainingState(network(), config)
    state.epoch = 90  # resumed
    clock = iter([0.0, 60.0])
    monkeypatch.setattr("time.perf_counter", lambda: next(clock))
    Progress(config, state).show(stats(92))
    assert capsys.readouterr().out.endswith("  04:00 left\n")  # 8 epochs at 30 s


def test_in_a_terminal_a_bar_shows_epoch_loss_accuracy_and_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    config = Config.from_dict({"epochs": 4})
    state = TrainingState(network(), config)
    state.epoch = 2  # resumed
    with Progress(config, state) as progress:
        progress.show(stats(3))
        progress.show(stats(4))
    shown = terminal.getvalue().split("\r")
    assert any("epoch 2/4" in part for part in shown)
    assert re.search(
        r"epoch 4/4 \|.*\| 00:00 left, loss 0\.2500, accuracy 92\.50%, val 93\.75%", shown[-1]
    )
    assert shown[-1].endswith("\n")
    assert capsys.readouterr().out == ""


def test_the_bar_names_the_network_if_there_are_several_and_fits_80_columns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "80")
    config = Config.from_dict({"epochs": 400})
    state = TrainingState(network(), config)
    state.epoch = 399
    with Progress(config, state, "teacher") as progress:
        progress.show(stats(400))
    assert re.search(r"teacher 400/400 \|.*\| 00:00 left, loss 0\.2500, acc", terminal.getvalue())


# --- the teacher ---------------------------------------------------------------------------------


@pytest.fixture
def taught(tmp_path: Path) -> Iterator[Run]:
    """Hold a run with a teacher of 12 units that has 3 epochs."""
    settings = {"epochs": 2, "batch_size": 32, "optimizer": "adam", "learning_rate": 0.01}
    teacher = {"teacher_epochs": 3, "teacher_hidden": "12", "teacher_learning_rate": 0.02}
    save_path = str(tmp_path / "saved_model" / "weights.pkl")
    config = Config.from_dict({**settings, **teacher, "validation": 100, "save_path": save_path})
    with Run.start(tmp_path / "runs", config, network()).held() as held:
        yield held


def test_without_a_teacher_none_is_trained(
    run: Run, digits: Data, more_digits: Data, capsys: pytest.CaptureFixture[str]
) -> None:
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
    assert keep_best(taught, mnist_of_easy_digits) == 1
    assert capsys.readouterr().err == (
        "\nStopped after 2 of the teacher's 3 epochs: there is no model to save yet; "
        "--resume goes on.\n"
    )
    assert train_teacher(taught, digits, more_digits) is not None
    assert capsys.readouterr().out.count("teacher epoch") == 1
    assert keep_best(taught, mnist_of_easy_digits) == 1  # before the student's first epoch
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
    assert keep_best(taught, mnist_of_easy_digits) == 0
    card = json.loads(Path(taught.config.save_path).with_suffix(".json").read_text())
    accuracy = taught.teacher.state.best_accuracy
    assert card["teacher"] == {"model": "784 -> 12 -> 10", "validation_accuracy": accuracy}
    assert 3600 <= card["training_seconds"] < 3700
    out = capsys.readouterr().out
    assert f"teacher's validation {accuracy:.2%}\n" in out
    assert "time                 1:00:0" in out


# --- interruptions -------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_the_block_and_not_the_program(
    run: Run, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    run.state.best_epoch = 1
    with until_interrupted(run):
        os.kill(os.getpid(), number)
        signal.sigtimedwait([], 5)  # the handler runs no later than here
        pytest.fail("the block went on")
    assert "Stopped. Keeping the best model so far; --resume goes on." in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) is before


def test_an_interruption_before_the_first_epoch_promises_nothing(
    run: Run, mnist_of_easy_digits: Mnist, capsys: pytest.CaptureFixture[str]
) -> None:
    with until_interrupted(run):
        raise KeyboardInterrupt
    assert keep_best(run, mnist_of_easy_digits) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip() == "Stopped before the first epoch was done: nothing was saved."
    assert not Path(run.config.save_path).exists()


def test_a_run_that_breaks_down_tells_where_its_best_weights_are(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(DivergedError), until_interrupted(run):
        raise DivergedError("too large")
    assert capsys.readouterr().err == ""
    run.state.best_epoch = 3
    with pytest.raises(DivergedError), until_interrupted(run):
        raise DivergedError("too large")
    assert f"The best weights until then are in {run.folder / 'weights.pkl'}." in (
        capsys.readouterr().err
    )
    assert signal.getsignal(signal.SIGTERM) is before


# --- what is kept --------------------------------------------------------------------------------


def trained(run: Run, digits: Data, more_digits: Data) -> Run:
    for epoch in fit(run.model, digits, more_digits, run.config, run.state):
        run.record(epoch)
    return run


def test_the_best_model_is_kept_with_its_card(
    run: Run,
    digits: Data,
    more_digits: Data,
    mnist_of_easy_digits: Mnist,
    capsys: pytest.CaptureFixture[str],
) -> None:
    trained(run, digits, more_digits)
    assert keep_best(run, mnist_of_easy_digits) == 0
    path = Path(run.config.save_path)
    model = MLP.load(path)
    card = json.loads(path.with_suffix(".json").read_text())
    x = mnist_of_easy_digits.test_images.reshape(-1, 784) / 255
    accuracy = float(np.mean(model.predict(x) == mnist_of_easy_digits.test_labels))
    assert model.parameters.tobytes() == run.state.best_parameters.tobytes()
    assert card["weights_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert Rejection.of(model) is not None  # the model knows what is no digit
    told = {name: model.metadata[name] for name in model.metadata if name != KEY}
    assert told == {name: card[name] for name in card if name != "weights_sha256"}
    assert card["model"] == "784 -> 16 -> 10"
    assert card["parameters"] == 12_730
    assert card["test_accuracy"] == accuracy
    assert card["validation_accuracy"] == run.state.best_accuracy
    assert (card["epochs_trained"], card["best_epoch"]) == (2, run.state.best_epoch)
    assert (card["seed"], card["recipe"]["batch_size"]) == (0, 32)
    assert "save_path" not in card["recipe"]
    assert len(card["data_sha256"]) == 4
    assert card["training_seconds"] == round(run.state.seconds, 1)
    out, err = capsys.readouterr()
    assert f"validation accuracy  {run.state.best_accuracy:.2%} (epoch " in out
    assert f"test accuracy        {accuracy:.2%}" in out
    assert re.search(r"time +00:0\d\n", out)
    assert f"weights              {path}\n" in out
    assert "weights before" not in out
    assert err == ""


def test_the_weights_that_were_there_are_kept_beside_the_new_ones(
    run: Run,
    digits: Data,
    more_digits: Data,
    mnist_of_easy_digits: Mnist,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = Path(run.config.save_path)
    previous = path.with_name("weights.previous.pkl")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"old weights")
    path.with_suffix(".json").write_text("old card")
    trained(run, digits, more_digits)
    keep_best(run, mnist_of_easy_digits)
    assert previous.read_bytes() == b"old weights"
    assert previous.with_suffix(".json").read_text() == "old card"
    assert f"weights before       {previous}" in capsys.readouterr().out

    path.with_suffix(".json").unlink()  # weights that came without a card
    first = path.read_bytes()
    for _ in range(2):
        keep_best(run, mnist_of_easy_digits)
        second = path.with_name("weights.previous-2.pkl")
        assert second.read_bytes() == first
        assert not second.with_suffix(".json").exists()
        path.write_bytes(first)  # what is kept already is not kept again
    assert previous.read_bytes() == b"old weights"
    assert not path.with_name("weights.previous-3.pkl").exists()


def test_it_is_said_when_the_weights_before_were_better(
    run: Run,
    digits: Data,
    more_digits: Data,
    mnist_of_easy_digits: Mnist,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = Path(run.config.save_path)
    path.parent.mkdir(parents=True, exist_ok=True)
    trained(run, digits, more_digits)
    for accuracy, better in ((0.999, True), (0.0, False)):
        path.write_bytes(f"weights with {accuracy}".encode())
        path.with_suffix(".json").write_text(json.dumps({"validation_accuracy": accuracy}))
        run.state.best_accuracy = 0.5
        keep_best(run, mnist_of_easy_digits)
        said = "They were better: 99.90% in validation" in capsys.readouterr().out
        assert said is better


def test_a_full_disk_at_the_end_is_told_with_where_the_weights_are(
    run: Run,
    digits: Data,
    more_digits: Data,
    mnist_of_easy_digits: Mnist,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trained(run, digits, more_digits)
    path = Path(run.config.save_path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"old weights")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(weights.os, "fsync", full)
    assert keep_best(run, mnist_of_easy_digits) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert f"cannot write {path}: No space left on device." in err
    assert f"The best weights are also in {run.folder / 'weights.pkl'}" in err
    assert path.read_bytes() == b"old weights"
    assert list(path.parent.iterdir()) == [path]


# --- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        ConfigError("no such key"),
        RunError("no such run"),
        WeightsError(Path("weights.pkl"), "it is empty"),
        DivergedError("too large"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_mistake_is_one_line_and_exit_status_1(error: Exception) -> None:
    with pytest.raises(SystemExit) as exit_, explained(DivergedError):
        raise error
    assert exit_.value.code == f"error: {error}"


def test_an_error_of_ours_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError), explained(DivergedError):
        raise ZeroDivisionError


def test_ctrl_c_outside_of_training_ends_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_, explained():
        raise KeyboardInterrupt
    assert exit_.value.code == 130
    assert capsys.readouterr().err == "\nStopped.\n"
