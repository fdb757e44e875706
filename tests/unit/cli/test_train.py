"""`mnist-recognizer train`: weights, their card, and runs."""

import json
from pathlib import Path

import pytest
from command_line import QUICK, Captured, unavailable

from mnist_recognizer import cli
from mnist_recognizer.cli import train as train_command
from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.nn import MLP

pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own")


def test_train_makes_weights_a_card_and_a_run_in_the_current_folder(
    small: Mnist, tmp_path: Path, capsys: Captured
) -> None:
    assert cli.main(["train", "--epochs", "1", "--hidden", "20", "12", "8", *QUICK]) == 0
    model = MLP.load("weights.pkl")
    assert model.layer_sizes == (784, 20, 12, 8, 10)
    card = json.loads((tmp_path / "weights.json").read_text(encoding="utf-8"))
    assert card["model"] == "784 -> 20 -> 12 -> 8 -> 10"
    (run,) = (tmp_path / "runs").iterdir()
    assert (run / "metrics.jsonl").read_text(encoding="utf-8").count("\n") == 1
    out = capsys.readouterr().out
    assert "hidden 3" in out
    assert f"{card['test_accuracy']:.2%}" in out


def test_train_has_the_default_layers_and_the_classic_recipe(
    small: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_command, "CONFIG", {**train_command.CONFIG, "epochs": 1})
    assert cli.main(["train", *QUICK[:2]]) == 0
    model = MLP.load("weights.pkl")
    assert model.layer_sizes == (784, 128, 64, 10)
    recipe = model.metadata["recipe"]
    assert (recipe["optimizer"], recipe["learning_rate"], recipe["batch_size"]) == (
        "sgd",
        0.01,
        128,
    )


def test_a_resumed_run_keeps_its_layers(
    small: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    class Impatient(train_command.Progress):
        def show(self, stats):
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(train_command, "Progress", Impatient)
        arguments = ["train", "--epochs", "2", "--hidden", "9", *QUICK]
        assert cli.main(arguments) == 0
    assert cli.main(["train", "--resume", "--hidden", "9"]) == 1
    assert "a resumed run keeps its layers: give --resume alone" in capsys.readouterr().err
    assert cli.main(["train", "--resume"]) == 0
    assert MLP.load("weights.pkl").layer_sizes == (784, 9, 10)
    (run,) = (tmp_path / "runs").iterdir()
    assert (run / "metrics.jsonl").read_text(encoding="utf-8").count("\n") == 2


def test_impossible_layers_and_settings_are_explained(small: Mnist, capsys: Captured) -> None:
    assert cli.main(["train", "--hidden", "0"]) == 1
    assert capsys.readouterr().err.startswith("error: there is no network of (784, 0, 10): ")
    with pytest.raises(SystemExit, match=r"^error: learning_rate must be from"):
        cli.main(["train", "--learning-rate", "-1"])


def test_train_without_mnist_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_command, "load_mnist", unavailable)
    with pytest.raises(SystemExit, match="error: no source has it"):
        cli.main(["train"])
