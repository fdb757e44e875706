"""The weights file that the service answers from, without the service around it."""

import errno
import hashlib
import json
import logging
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_recognizer.api.model import weights_file as model_file
from mnist_recognizer.api.model.example import SEVEN
from mnist_recognizer.api.model.weights_file import ModelFile, golden_failure
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.rejection import KEY


def network(digit: int = 7, *hidden: int) -> MLP:
    """Return a network that reads everything as one digit."""
    model = MLP(784, hidden, 10)
    model.parameters[:] = 0
    model.biases[-1][digit] = 5
    return model


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "weights.npz"
    network().save(path)
    return path


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, model_file.logger.name)
    return caplog


def test_before_the_first_look_nothing_is_known(weights: Path) -> None:
    file = ModelFile(weights)
    assert (file.path, file.size, file.trouble, file.card()) == (weights, 0, "", None)


def test_a_file_is_read_once_and_told_once(weights: Path, said: pytest.LogCaptureFixture) -> None:
    file = ModelFile(weights)
    model = file.current()
    assert model is not None
    assert model.layer_sizes == (784, 10)
    assert file.current() is model
    assert (file.size, file.trouble) == (weights.stat().st_size, "")
    assert said.messages == [f"Model 784 -> 10 read from {weights}"]


def test_a_change_of_date_size_or_inode_is_a_new_file(weights: Path) -> None:
    file = ModelFile(weights)
    seen = [file.current()]
    status = weights.stat()
    os.utime(weights, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    seen.append(file.current())
    status = weights.stat()
    copy = weights.with_name("copy.npz")
    copy.write_bytes(weights.read_bytes())
    os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))
    copy.replace(weights)
    seen.append(file.current())
    network(7, 8).save(weights)
    os.utime(weights, ns=(status.st_atime_ns, status.st_mtime_ns))
    seen.append(file.current())
    assert len({id(model) for model in seen}) == 4


def test_a_file_that_vanishes_leaves_the_network_and_is_read_when_it_is_back(
    weights: Path, said: pytest.LogCaptureFixture
) -> None:
    file = ModelFile(weights)
    model = file.current()
    moved = weights.rename(weights.with_name("moved.npz"))
    assert file.current() is file.current() is model
    assert file.trouble == "weights.npz does not exist."
    moved.rename(weights)
    again = file.current()
    assert again is not None
    assert again is not model
    assert file.trouble == ""
    assert said.messages[1:] == [
        f"No model could be read from {weights}: weights.npz does not exist.",
        f"Model 784 -> 10 read from {weights}",
    ]


def test_a_file_that_cannot_be_read_is_tried_again_each_time(
    weights: Path, monkeypatch: pytest.MonkeyPatch, said: pytest.LogCaptureFixture
) -> None:
    def denied(path: Path) -> MLP:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    file = ModelFile(weights)
    with monkeypatch.context() as context:
        context.setattr(MLP, "load", denied)
        assert file.current() is file.current() is None
    assert file.trouble == "weights.npz cannot be read: Permission denied."
    assert len(said.messages) == 1
    assert file.current() is not None
    assert file.trouble == ""


def test_a_damaged_file_is_read_once_and_named_without_its_folder(
    weights: Path, said: pytest.LogCaptureFixture
) -> None:
    file = ModelFile(weights)
    weights.write_bytes(b"")
    assert file.current() is file.current() is None
    trouble = "weights.npz is not a usable weights file: it is empty."
    assert file.trouble == trouble
    assert said.messages == [f"No model could be read from {weights}: {trouble}"]
    assert said.records[0].levelno == logging.WARNING
    weights.write_bytes(b"x")
    assert file.current() is None
    assert file.trouble == ("weights.npz is not a usable weights file: it is damaged (BadZipFile).")
    assert len(said.messages) == 2


@pytest.mark.parametrize(("inputs", "outputs"), [(783, 10), (784, 11)])
def test_a_network_of_other_sizes_is_refused_in_one_sentence(
    weights: Path, inputs: int, outputs: int
) -> None:
    MLP(inputs, (), outputs).save(weights)
    file = ModelFile(weights)
    assert file.current() is None
    assert file.trouble == (
        f"weights.npz holds a network {inputs} -> {outputs}; this service needs 784 inputs and "
        "10 outputs."
    )


def test_a_rejection_that_does_not_fit_is_refused_in_one_sentence(weights: Path) -> None:
    model = network()
    model.metadata[KEY] = "nonsense"
    model.save(weights)
    file = ModelFile(weights)
    assert file.current() is None
    assert file.trouble.startswith("weights.npz is not a usable weights file: its metadata's ")
    assert file.trouble.endswith("fit it again with `mnist-recognizer fit-rejection`.")


def test_of_two_threads_that_read_the_same_change_the_faster_one_counts(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = ModelFile(weights)
    inner: list[Any] = []
    load = MLP.load

    def slow(path: Path) -> MLP:
        if not inner:
            inner.append(None)
            inner[0] = file.current()  # what another thread does meanwhile
        return load(path)

    monkeypatch.setattr(MLP, "load", slow)
    assert file.current() is inner[0] is file.current()


# --- switching -----------------------------------------------------------------------------------


def test_another_good_file_is_answered_from_at_once(
    weights: Path, said: pytest.LogCaptureFixture
) -> None:
    other = weights.with_name("other.pkl")
    network(7, 5).save(other)
    digest = hashlib.sha256(other.read_bytes()).hexdigest()
    other.with_suffix(".json").write_text(json.dumps({"a": 1, "weights_sha256": digest}))
    file = ModelFile(weights)
    file.current()
    model = file.switch(other)
    assert file.current() is model
    assert model.layer_sizes == (784, 5, 10)
    assert (file.path, file.size, file.trouble) == (other, other.stat().st_size, "")
    assert file.card() == {"a": 1, "weights_sha256": digest}
    assert said.messages[-1] == f"Model 784 -> 5 -> 10 read from {other}"
    other.with_suffix(".json").unlink()
    assert file.card() == {"a": 1, "weights_sha256": digest}


def test_a_file_that_is_no_use_is_refused_and_the_network_stays(weights: Path) -> None:
    file = ModelFile(weights)
    model = file.current()
    folder = weights.parent
    network(3).save(folder / "three.pkl")
    (folder / "empty.pkl").touch()
    for name, sentence in {
        "three.pkl": "The network in three.pkl reads a clear 7 as a 3.",
        "empty.pkl": "empty.pkl is not a usable weights file: it is empty.",
        "gone.pkl": "gone.pkl cannot be read: No such file or directory.",
    }.items():
        with pytest.raises(ValueError, match=r"pkl") as caught:
            file.switch(folder / name)
        assert str(caught.value) == sentence
        assert file.current() is model
        assert file.path == weights


# --- the golden seven ----------------------------------------------------------------------------


@pytest.mark.parametrize("digit", range(10))
def test_only_a_seven_read_as_a_seven_is_no_trouble(digit: int) -> None:
    expected = "" if digit == 7 else f"reads a clear 7 as a {digit}"
    assert golden_failure(network(digit)) == expected


def test_the_golden_image_itself_is_read(weights: Path) -> None:
    model = network(3)
    model.weights[0][:, 7] = np.array(SEVEN)  # the more alike, the surer
    assert golden_failure(model) == ""


def test_a_network_that_overflows_gives_no_probabilities() -> None:
    model = network()
    model.parameters[:] = 3e38
    assert golden_failure(model) == "gives no probabilities"


# --- the card ------------------------------------------------------------------------------------


def test_a_card_may_be_as_large_as_the_limit(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = '{"a": "é"}'
    weights.with_suffix(".json").write_text(text, encoding="utf-8")
    file = ModelFile(weights)
    monkeypatch.setattr(model_file, "MAX_CARD_BYTES", len(text.encode()) - 1)
    file.current()
    assert file.card() is None
    monkeypatch.setattr(model_file, "MAX_CARD_BYTES", len(text.encode()))
    assert file.card() == {"a": "é"}
    weights.with_suffix(".json").unlink()
    assert file.card() == {"a": "é"}, "what it said is still true"


def test_a_card_of_other_weights_says_nothing(weights: Path) -> None:
    card = weights.with_suffix(".json")
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    file = ModelFile(weights)
    file.current()
    for text, told in (
        (json.dumps({"weights_sha256": digest}), {"weights_sha256": digest}),
        (json.dumps({"weights_sha256": digest.upper()}), {"weights_sha256": digest}),
    ):
        card.write_text(text)
        assert file.card() == told
    fresh = ModelFile(weights)
    fresh.current()
    assert fresh.card() is None
