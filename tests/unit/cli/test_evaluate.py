"""`mnist-recognizer evaluate` and `compare`: numbers and reports."""

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import QUICK, Captured, unavailable

from mnist_recognizer import cli, startup
from mnist_recognizer.cli import evaluate as evaluate_command
from mnist_recognizer.cli import mnist as mnist_command
from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP

pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own")


# --- evaluate -------------------------------------------------------------------------------------


def test_evaluate_prints_the_summary(small: Mnist, capsys: Captured) -> None:
    assert cli.main(["evaluate", "--quick"]) == 0
    out = capsys.readouterr().out
    model = MLP.load(default_weights())
    right = np.count_nonzero(
        model.predict(small.test_images.reshape(500, -1) / 255) == small.test_labels
    )
    assert f"({right} of 500; 95% interval" in out
    assert "changed by" not in out


def test_evaluate_prints_json_that_says_what_was_measured(small: Mnist, capsys: Captured) -> None:
    assert cli.main(["evaluate", "--json", "--seed", "3"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["accuracy"]["total"] == 500
    assert content["environment"]["Seed of the noise"] == "3"
    assert content["robustness"]["rotation"]


def test_evaluate_writes_the_report_of_a_run(
    small: Mnist, tmp_path: Path, capsys: Captured
) -> None:
    assert cli.main(["train", "--epochs", "2", "--hidden", "9", *QUICK]) == 0
    (run,) = (tmp_path / "runs").iterdir()
    arguments = ["evaluate", "--run", str(run), "--quick", "--report", "report.html"]
    assert cli.main(arguments) == 0
    assert "The report is in report.html" in capsys.readouterr().err
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "784 → 9 → 10" in report
    assert "How it was trained" in report


def test_the_report_is_written_even_if_nobody_reads_the_summary(
    small: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(assessment: object) -> str:
        raise BrokenPipeError

    monkeypatch.setattr(evaluate_command, "summarise", closed)
    monkeypatch.setattr(startup, "_discard_output", lambda: None)
    assert cli.main(["evaluate", "--quick", "--report", "report.html"]) == 141
    assert (tmp_path / "report.html").is_file()


def test_the_temperature_is_fitted_on_images_that_did_not_train(
    small: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def assess(model, validation, test, **options):
        seen.append(len(validation[1]))
        raise KeyboardInterrupt

    monkeypatch.setattr(evaluate_command, "assess", assess)
    model = MLP(hidden_sizes=(2,))
    for recipe in ({"validation": 123}, {"validation": "many"}, {"validation": 60_000}, None):
        model.metadata = {"recipe": recipe}
        model.save("w.pkl")
        assert cli.main(["evaluate", "--weights", "w.pkl"]) == 130
    assert seen == [123, 10_000, 10_000, 10_000]


def test_evaluate_explains_what_it_cannot_do(
    small: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    (tmp_path / "file").touch()
    for arguments, message in {
        ("--run", "nowhere"): "nowhere is not the folder of a run: it has no metrics.jsonl",
        ("--report", "."): ". is a folder: name a file in it for the report",
        ("--report", "file/r.html"): "file/r.html cannot be written: ",
    }.items():
        assert cli.main(["evaluate", "--quick", *arguments]) == 1
        out, err = capsys.readouterr()
        assert err.startswith(f"error: {message}")
        assert ("test accuracy" in out) == message.endswith("written: ")  # nothing is lost
    monkeypatch.setattr(mnist_command, "load_mnist", unavailable)
    assert cli.main(["evaluate"]) == 1
    assert capsys.readouterr().err == "error: no source has it\n"


@pytest.mark.parametrize("seed", ["-1", "x"])
def test_a_seed_is_a_whole_number_from_0(seed: str, capsys: Captured) -> None:
    with pytest.raises(SystemExit):
        cli.main(["evaluate", f"--seed={seed}"])
    assert "argument --seed" in capsys.readouterr().err


# --- compare --------------------------------------------------------------------------------------


def test_compare_names_files_and_runs(small: Mnist, tmp_path: Path, capsys: Captured) -> None:
    run = tmp_path / "run"
    MLP(hidden_sizes=(4,)).save(run / "weights.pkl")
    assert cli.main(["compare", str(default_weights()), "run"]) == 0
    text = capsys.readouterr().out
    assert f"{default_weights()} is better (McNemar, p " in text
    assert "784 -> 4 -> 10" in text
    assert cli.main(["compare", "--json", str(default_weights()), "run"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert [n["name"] for n in content["networks"]] == [str(default_weights()), "run"]


def test_one_network_cannot_be_compared(capsys: Captured) -> None:
    assert cli.main(["compare", "a.pkl", "a.pkl"]) == 1
    assert "takes two networks or more, each named once" in capsys.readouterr().err


def test_a_network_at_chance_level_is_named_so_and_has_no_nan(
    small: Mnist, tmp_path: Path, capsys: Captured
) -> None:
    model = MLP(784, [1], 10)
    model.weights[0][:] = -1  # the one hidden unit is dead: the answer is always the same
    model.save(tmp_path / "weights.pkl")
    assert cli.main(["evaluate", "--quick", "--weights", str(tmp_path / "weights.pkl")]) == 0
    out, err = capsys.readouterr()
    assert "nan" not in out
    assert "warning: the network reads" in err
    assert "chance level" in err
