"""The weights file that the service answers from, through all that can happen to a file."""

import hashlib
import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest
from clients import refused, start
from fastapi.testclient import TestClient

from mnist_recognizer.api.model import weights_file as model_file
from mnist_recognizer.api.model.weights_file import ModelFile
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP

DRAWING = {"pixels": [0.5] * 784}


def save(weights: Path, *hidden: int, seed: int = 0) -> None:
    MLP(hidden_sizes=hidden, seed=seed).save(weights)


def check_degraded(client: TestClient, reason: str) -> None:
    """There is no model: /health says why, and the other routes answer 503 with what to do."""
    assert client.get("/health").json() == {
        "status": "degraded",
        "model_loaded": False,
        "model_architecture": None,
        "detail": reason,
    }
    for response in (client.post("/predict", json=DRAWING), client.get("/model/info")):
        assert refused(response, 503) == (
            f"No trained model is loaded: {reason} Train one with: cd backend && python train.py"
        )


def check_healthy(client: TestClient, architecture: str) -> None:
    assert client.get("/health").json() == {
        "status": "healthy",
        "model_loaded": True,
        "model_architecture": architecture,
    }
    assert client.post("/predict", json=DRAWING).status_code == 200


def test_a_file_that_is_there_is_used(weights: Path) -> None:
    with start(weights) as client:
        check_healthy(client, "784 -> 16 -> 10")


def test_a_file_that_appears_later_is_used_without_a_restart(tmp_path: Path) -> None:
    weights = tmp_path / "later" / "weights.pkl"
    with start(weights) as client:
        check_degraded(client, "weights.pkl does not exist.")
        save(weights, 8)
        check_healthy(client, "784 -> 8 -> 10")


def test_a_new_file_is_used_without_a_restart(weights: Path) -> None:
    with start(weights) as client:
        before = client.post("/predict", json=DRAWING).json()
        save(weights, 16, seed=1)
        after = client.post("/predict", json=DRAWING).json()
        assert before != after
        save(weights, 12)
        check_healthy(client, "784 -> 12 -> 10")


def test_a_file_that_stays_the_same_is_read_once(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    load = MLP.load
    monkeypatch.setattr(MLP, "load", lambda path: read.append(path) or load(path))
    with start(weights) as client:
        for _ in range(3):
            check_healthy(client, "784 -> 16 -> 10")
    assert read == [weights]


def test_a_deleted_file_leaves_the_model_in_use(weights: Path) -> None:
    with start(weights) as client:
        content = weights.read_bytes()
        weights.unlink()
        check_healthy(client, "784 -> 16 -> 10")
        weights.write_bytes(content)
        check_healthy(client, "784 -> 16 -> 10")


def test_a_damaged_new_file_leaves_the_model_in_use(
    weights: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with start(weights) as client:
        weights.write_bytes(b"damaged")
        for _ in range(3):
            check_healthy(client, "784 -> 16 -> 10")
    warnings = [r for r in caplog.records if r.levelno == logging.WARNING]
    assert len(warnings) == 1, "said once, not with every request"
    assert str(weights) in warnings[0].getMessage()


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x80\x04cos\nsystem\n.", b"\x00" * 1000])
def test_a_damaged_file_is_no_model_until_it_is_mended(tmp_path: Path, content: bytes) -> None:
    weights = tmp_path / "weights.pkl"
    weights.write_bytes(content)
    with start(weights) as client:
        reason = client.get("/health").json()["detail"]
        assert reason.startswith("weights.pkl is not a usable weights file: ")
        assert reason.endswith(".")
        assert str(tmp_path) not in reason
        check_degraded(client, reason)
        save(weights, 8)
        check_healthy(client, "784 -> 8 -> 10")


def test_a_truncated_file_is_no_model(weights: Path) -> None:
    weights.write_bytes(weights.read_bytes()[:-100])
    with start(weights) as client:
        assert client.get("/health").json()["model_loaded"] is False


@pytest.mark.parametrize(("inputs", "outputs"), [(100, 10), (784, 11)])
def test_a_network_of_another_purpose_is_no_model(
    tmp_path: Path, inputs: int, outputs: int
) -> None:
    weights = tmp_path / "weights.npz"
    MLP(inputs, (8,), outputs).save(weights)
    with start(weights) as client:
        check_degraded(
            client,
            f"weights.npz holds a network {inputs} -> 8 -> {outputs}; "
            "this service needs 784 inputs and 10 outputs.",
        )


def test_a_folder_or_an_unknown_suffix_is_no_model(tmp_path: Path) -> None:
    for weights in (tmp_path, tmp_path / "weights.h5"):
        if weights.suffix:
            weights.write_bytes(b"x")
        with start(weights) as client:
            assert client.get("/health").json()["model_loaded"] is False
            assert client.post("/predict", json=DRAWING).status_code == 503


def test_a_file_that_may_not_be_read_is_no_model_until_it_may(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(path: Path) -> MLP:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as context:
        context.setattr(MLP, "load", denied)
        client = start(weights)
        client.__enter__()
        check_degraded(client, "weights.pkl cannot be read: Permission denied.")
    check_healthy(client, "784 -> 16 -> 10")
    client.__exit__(None, None, None)


class TestModelInfo:
    def info(self, weights: Path) -> dict[str, Any]:
        with start(weights) as client:
            response = client.get("/model/info")
        assert response.status_code == 200
        answer: dict[str, Any] = response.json()
        return answer

    def test_describes_the_layers_and_the_file(self, tmp_path: Path) -> None:
        weights = tmp_path / "weights.pkl"
        save(weights, 128, 64)
        assert self.info(weights) == {
            "architecture": "784 -> 128 -> 64 -> 10",
            "layers": [
                {
                    "inputs": 784,
                    "outputs": 128,
                    "activation": "relu",
                    "weights_shape": [784, 128],
                    "biases_shape": [128],
                    "parameters": 100_480,
                },
                {
                    "inputs": 128,
                    "outputs": 64,
                    "activation": "relu",
                    "weights_shape": [128, 64],
                    "biases_shape": [64],
                    "parameters": 8_256,
                },
                {
                    "inputs": 64,
                    "outputs": 10,
                    "activation": "softmax",
                    "weights_shape": [64, 10],
                    "biases_shape": [10],
                    "parameters": 650,
                },
            ],
            "parameter_count": 109_386,
            "file_name": "weights.pkl",
            "file_size_bytes": weights.stat().st_size,
            "card": None,
        }

    def test_shows_the_card_of_these_weights(self, weights: Path) -> None:
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()
        card = {"test_accuracy": 0.991, "recipe": {"epochs": 500}, "weights_sha256": digest}
        weights.with_suffix(".json").write_text(json.dumps(card))
        assert self.info(weights)["card"] == card

    def test_keeps_the_card_that_was_read_when_it_goes_or_turns_bad(self, weights: Path) -> None:
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()
        path = weights.with_suffix(".json")
        first = {"seed": 1, "weights_sha256": digest}
        path.write_text(json.dumps(first))
        with start(weights) as client:

            def card() -> Any:
                return client.get("/model/info").json()["card"]

            path.unlink()
            assert card() == first
            weights.unlink()
            assert card() == first
            second = {"seed": 2, "weights_sha256": digest}
            path.write_text(json.dumps(second))
            assert card() == second
            path.write_text("{")
            assert card() == second
            path.write_text(json.dumps({"weights_sha256": "of the next weights"}))
            assert card() == second, "the network in use has not changed"
            save(weights, 8)
            assert card() is None

    def test_shows_the_card_of_the_file_that_was_switched_to(self, weights: Path) -> None:
        other = weights.with_name("other.pkl")
        other.write_bytes(default_weights().read_bytes())
        for path in (weights, other):
            path.with_suffix(".json").write_text(json.dumps({"note": path.name}))
        with start(weights) as client:
            file = client.app_state["model_file"]
            file.switch(other)
            other.with_suffix(".json").unlink()
            assert client.get("/model/info").json()["card"] == {"note": "other.pkl"}

    def test_shows_a_card_that_names_no_weights(self, weights: Path) -> None:
        weights.with_suffix(".json").write_text('{"note": "made by hand"}')
        assert self.info(weights)["card"] == {"note": "made by hand"}

    def test_does_not_show_the_card_of_other_weights(self, weights: Path) -> None:
        weights.with_suffix(".json").write_text('{"weights_sha256": "0000"}')
        assert self.info(weights)["card"] is None

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{",
            b"[1, 2]",
            b"null",
            b'{"a": "\xff"}',
            b'{"a": "\\ud800"}',
            b'{"a":' * 5000 + b"1" + b"}" * 5000,
            b'{"a": "' + b"x" * 1_000_000 + b'"}',
        ],
        ids=["empty", "cut", "list", "null", "not UTF-8", "surrogate", "deep", "huge"],
    )
    def test_a_damaged_card_breaks_nothing(self, weights: Path, content: bytes) -> None:
        weights.with_suffix(".json").write_bytes(content)
        assert self.info(weights)["card"] is None

    @pytest.mark.parametrize("depth", range(90, 300, 7))
    def test_a_deep_card_breaks_nothing(self, weights: Path, depth: int) -> None:
        content = '{"a":' * depth + "1" + "}" * depth
        weights.with_suffix(".json").write_text(content)
        assert self.info(weights)["card"] in (None, json.loads(content))

    def test_numbers_that_json_does_not_know_become_null(self, weights: Path) -> None:
        weights.with_suffix(".json").write_text('{"loss": NaN, "big": 1e999}')
        assert self.info(weights)["card"] == {"loss": None, "big": None}

    def test_a_card_that_is_a_folder_breaks_nothing(self, weights: Path) -> None:
        weights.with_suffix(".json").mkdir()
        assert self.info(weights)["card"] is None


def test_the_files_date_is_compared_to_the_nanosecond(weights: Path) -> None:
    """Two networks of one size, written within one second, on a file system that reuses inodes."""
    with start(weights) as client:
        before = client.post("/predict", json=DRAWING).json()
        status = weights.stat()
        other = weights.with_name("other.pkl")
        save(other, 16, seed=1)
        with weights.open("r+b") as file:
            file.write(other.read_bytes())
        os.utime(weights, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
        assert weights.stat().st_size == status.st_size
        assert weights.stat().st_ino == status.st_ino
        assert client.post("/predict", json=DRAWING).json() != before


def test_the_file_is_looked_at_a_hundred_times_a_second(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(model_file, "SECONDS_BETWEEN_LOOKS", 0.01)
    monkeypatch.setattr(model_file, "monotonic", lambda: now)
    file = ModelFile(weights)
    first = file.recent()
    assert first is not None
    save(weights, 12)
    now += 0.009
    assert file.recent() is first
    now += 0.0011
    after = file.recent()
    assert after is not None
    assert after.layer_sizes == (784, 12, 10)
    weights.unlink()
    now += 0.009
    assert file.recent() is after
    assert not file.trouble
    now += 0.0011
    assert file.recent() is after, "a file that vanishes takes no network away"
    assert file.trouble == "weights.pkl does not exist."
