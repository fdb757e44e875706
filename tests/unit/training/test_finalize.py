"""The end of a run: interruptions, what is saved, and mistakes."""

import hashlib
import json
import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from run_folders import Data, network

from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.nn import MLP, WeightsError, weights
from mnist_recognizer.nn.rejection import KEY, Rejection
from mnist_recognizer.startup import explaining
from mnist_recognizer.training.command_line import USER_ERRORS
from mnist_recognizer.training.config import Config, ConfigError
from mnist_recognizer.training.finalize import finalize_run, save_with_card
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.health import DivergedError
from mnist_recognizer.training.interrupt import until_interrupted
from mnist_recognizer.training.run import Run, RunError


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    settings = {"epochs": 2, "batch_size": 32, "learning_rate": 0.1, "validation": 100}
    save_path = str(tmp_path / "saved_model" / "weights.pkl")
    config = Config.from_dict({**settings, "save_path": save_path})
    with Run.start(tmp_path / "runs", config, network()).lock() as held:
        yield held


# --- interruptions -------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_the_block_and_not_the_program(
    run: Run, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    run.state.best_epoch = 1
    with until_interrupted(run):
        signal.raise_signal(number)
        pytest.fail("the block went on")
    assert "Stopped. Keeping the best model so far; --resume goes on." in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) is before


def test_an_interruption_before_the_first_epoch_promises_nothing(
    run: Run, mnist_of_easy_digits: Mnist, capsys: pytest.CaptureFixture[str]
) -> None:
    with until_interrupted(run):
        raise KeyboardInterrupt
    assert finalize_run(run, mnist_of_easy_digits) == 1
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
    assert finalize_run(run, mnist_of_easy_digits) == 0
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
    stages = ["Drawing images that are not digits ...", "Learning to tell digits from them ..."]
    assert [re.sub(r" \d\d:\d\d$", "", line) for line in err.splitlines()] == stages


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
    finalize_run(run, mnist_of_easy_digits)
    assert previous.read_bytes() == b"old weights"
    assert previous.with_suffix(".json").read_text() == "old card"
    assert f"weights before       {previous}" in capsys.readouterr().out

    path.with_suffix(".json").unlink()  # weights that came without a card
    first = path.read_bytes()
    for _ in range(2):
        finalize_run(run, mnist_of_easy_digits)
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
        finalize_run(run, mnist_of_easy_digits)
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
    assert finalize_run(run, mnist_of_easy_digits) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert f"cannot write {path}: No space left on device." in err
    assert f"The best weights are also in {run.folder / 'weights.pkl'}" in err
    assert path.read_bytes() == b"old weights"
    assert [file for file in path.parent.iterdir() if file.suffix != ".lock"] == [path]


def test_two_that_save_to_one_path_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "weights.pkl"
    models = [MLP(4, [3], 2, seed=seed) for seed in range(8)]

    def save(number: int) -> None:
        model = models[number]
        model.metadata = {"number": number}
        save_with_card(model, {"number": number}, path)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(save, range(8)))
    cards = sorted(tmp_path.glob("*.json"))
    assert len(cards) == 8  # nobody's weights were lost
    for card in cards:
        weights_file = card.with_suffix(".pkl")
        content = json.loads(card.read_text())
        assert content["weights_sha256"] == hashlib.sha256(weights_file.read_bytes()).hexdigest()
        assert MLP.load(weights_file).metadata == {"number": content["number"]}


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
    with pytest.raises(SystemExit) as exit_, explaining(*USER_ERRORS):
        raise error
    assert exit_.value.code == f"error: {error}"


def test_an_error_of_ours_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError), explaining(*USER_ERRORS):
        raise ZeroDivisionError


def test_ctrl_c_outside_of_training_ends_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    with (
        pytest.raises(SystemExit) as exit_,
        explaining(*USER_ERRORS),
    ):
        raise KeyboardInterrupt
    assert exit_.value.code == 130
    assert capsys.readouterr().err == "\nStopped.\n"
