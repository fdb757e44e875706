"""The command fit-rejection, and what training does at its end: teach what is no digit."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from mnist_recognizer import cli
from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.fit_rejection import measure
from mnist_recognizer.nn.rejection import KEY, Rejection
from mnist_recognizer.synthesis.non_digits import draw_not_digits
from mnist_recognizer.synthesis.pen_digits import draw_pen_digits
from mnist_recognizer.training.rejection import add_rejection

TRAIN = draw_pen_digits(1000, np.random.default_rng(0))
VALIDATION = draw_pen_digits(300, np.random.default_rng(1))


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a weights file, its card beside it, and have a small MNIST loaded."""
    images, labels = (np.concatenate(pair) for pair in zip(TRAIN, VALIDATION, strict=True))
    mnist = Mnist(images, labels, *VALIDATION)
    monkeypatch.setattr("mnist_recognizer.cli.fit_rejection.load_mnist_or_fail", lambda: mnist)
    path = tmp_path / "weights.pkl"
    model = MLP(hidden_sizes=(24,), seed=0)
    model.metadata = {"recipe": {"validation": 300}, "seed": 3}
    model.save(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    card = {**model.metadata, "weights_sha256": digest}
    path.with_suffix(".json").write_text(json.dumps(card), encoding="utf-8")
    return path


def test_digits_score_higher_than_what_is_made_to_be_none() -> None:
    model = MLP(hidden_sizes=(24,), seed=0)
    add_rejection(model, TRAIN, VALIDATION[0])
    rejection = Rejection.of(model)
    assert rejection is not None
    digits = measure(rejection, model, draw_pen_digits(300, np.random.default_rng(2))[0])[0]
    others = draw_not_digits(40, *TRAIN, np.random.default_rng(3))
    for kind in ("inverted", "noise", "textures"):
        scores = measure(rejection, model, others[kind])[0]
        assert (digits[:, None] > scores).mean() > 0.8, kind


def test_the_rest_of_the_metadata_stays(weights: Path) -> None:
    before = MLP.load(weights)
    assert cli.main(["fit-rejection", "--weights", str(weights)]) == 0
    after = MLP.load(weights)
    assert after.metadata.pop(KEY)
    assert after.metadata == before.metadata
    np.testing.assert_array_equal(after.parameters, before.parameters)


def test_the_card_names_the_new_file(weights: Path) -> None:
    assert cli.main(["fit-rejection", "--weights", str(weights)]) == 0
    card = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
    assert card == {
        "recipe": {"validation": 300},
        "seed": 3,
        "weights_sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
    }


@pytest.mark.parametrize("text", ['{"weights_sha256": "of another file"}', "[]", "no JSON"])
def test_a_card_about_other_weights_stays_as_it_is(weights: Path, text: str) -> None:
    card = weights.with_suffix(".json")
    card.write_text(text, encoding="utf-8")
    assert cli.main(["fit-rejection", "--weights", str(weights)]) == 0
    assert card.read_text(encoding="utf-8") == text


def test_without_a_card_none_is_written(weights: Path) -> None:
    weights.with_suffix(".json").unlink()
    assert cli.main(["fit-rejection", "--weights", str(weights)]) == 0
    assert not weights.with_suffix(".json").exists()


def test_fitting_again_changes_nothing(weights: Path) -> None:
    assert cli.main(["fit-rejection", "--weights", str(weights)]) == 0
    once = weights.read_bytes()
    assert cli.main(["fit-rejection", "--weights", str(weights)]) == 0
    assert weights.read_bytes() == once
