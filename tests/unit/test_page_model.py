"""The network as a script for the pages."""

import base64
import re
from pathlib import Path

import numpy as np
import pytest

from mnist_recognizer import page_model
from mnist_recognizer.locations import default_weights, frontend_folder
from mnist_recognizer.nn import MLP
from mnist_recognizer.page_model import digest_of, to_safetensors, write_page_model

SHIPPED = frontend_folder() / "js" / "data" / "model.js"


def file_in(script: str) -> bytes:
    """Return the .safetensors file that a script holds."""
    match = re.search(r"file: `\n([\w+/=\n]+)\n`", script)
    assert match is not None
    return base64.b64decode(match[1])


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project elsewhere: the folder where its pages look for the network."""
    folder = tmp_path / "frontend" / "js" / "data"
    folder.mkdir(parents=True)
    monkeypatch.setattr(page_model, "frontend_folder", lambda: tmp_path / "frontend")
    monkeypatch.setattr(page_model, "default_weights", lambda: tmp_path / "weights.pkl")
    return folder


def test_the_pages_hold_the_weights_that_come_with_the_project() -> None:
    script = SHIPPED.read_text(encoding="utf-8")
    message = "run python -m mnist_recognizer.page_model"
    assert file_in(script) == to_safetensors(MLP.load(default_weights())), message
    assert f"digest: '{digest_of(file_in(script))}'" in script


def test_the_file_in_the_script_is_exact(tmp_path: Path, pages: Path) -> None:
    model = MLP(hidden_sizes=[5], seed=1)
    model.metadata = {"seed": 1}
    script = write_page_model(model, tmp_path / "weights.pkl")
    assert script == pages / "model.js"
    copy = tmp_path / "copy.safetensors"
    copy.write_bytes(file_in(script.read_text(encoding="utf-8")))
    read = MLP.load(copy)
    assert read.metadata == {"seed": 1}
    pairs = zip([*model.weights, *model.biases], [*read.weights, *read.biases], strict=True)
    for ours, theirs in pairs:
        np.testing.assert_array_equal(ours, theirs)


def test_weights_that_are_saved_elsewhere_are_not_for_the_pages(
    tmp_path: Path, pages: Path
) -> None:
    assert write_page_model(MLP(hidden_sizes=[5]), tmp_path / "other.pkl") is None
    assert list(pages.iterdir()) == []


def test_without_pages_nothing_is_written(tmp_path: Path, pages: Path) -> None:
    pages.rmdir()
    assert write_page_model(MLP(hidden_sizes=[5]), tmp_path / "weights.pkl") is None
