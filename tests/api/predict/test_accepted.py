"""`accepted` and `reason`: what the answers say of images that are no digit, or two."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clients import start
from fastapi.testclient import TestClient

from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.rejection import KEY, Rejection

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(1, 256, (300, 784), dtype=np.uint8)
JSON = {"Content-Type": "application/json"}
OCTETS = {"Content-Type": "application/octet-stream"}
SEVEN = [[[20, 30], [80, 30], [45, 120]], [[35, 75], [70, 75]]]

Server = Callable[[Rejection], TestClient]


def numbers(min_score: float, min_margin: float) -> Rejection:
    """Return what gives every image the score 0."""
    zeros = np.zeros(3, np.float32)
    return Rejection(np.zeros((17, 3), np.float32), zeros, zeros, min_score, min_margin)


@pytest.fixture
def scored(served: Callable[..., tuple[TestClient, MLP]]) -> Server:
    """Start the service with a network and some numbers in its file."""
    return lambda rejection: served(**{KEY: rejection.to_json()})[0]


def answers(client: TestClient, image: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
    """Return what every route but the one for strokes says of an image."""
    pixels = (image / 255).tolist()
    single = client.post("/predict", json={"pixels": pixels}).json()
    batch = client.post("/predict/batch", json={"images": [pixels]}).json()
    octets = client.post("/predict/batch", content=image.tobytes(), headers=OCTETS).json()
    return [single, *batch["predictions"], *octets["predictions"]]


def test_weights_without_the_numbers_accept_everything(client: TestClient) -> None:
    for answer in answers(client, IMAGES[0]):
        assert (answer["accepted"], answer["reason"]) == (True, None)
    answer = client.post("/predict/strokes", json={"strokes": SEVEN}).json()
    assert (answer["accepted"], answer["reason"]) == (True, None)


def test_a_digit_is_accepted(scored: Server) -> None:
    for answer in answers(scored(numbers(-1, 0)), IMAGES[0]):
        assert (answer["accepted"], answer["reason"]) == (True, None)


def test_what_is_no_digit_is_told(scored: Server) -> None:
    client = scored(numbers(1, 0))
    for answer in answers(client, IMAGES[0]):
        assert not answer["accepted"]
        assert answer["reason"] == "This does not look like a digit."
    answer = client.post("/predict/strokes", json={"strokes": SEVEN}).json()
    assert answer["reason"] == "This does not look like a digit."


def test_an_empty_image_is_told(scored: Server) -> None:
    for answer in answers(scored(numbers(1, 0)), np.zeros(784, np.uint8)):
        assert (answer["accepted"], answer["reason"]) == (False, "The image is empty.")


def test_two_digits_that_are_both_likely_are_named(scored: Server) -> None:
    for answer in answers(scored(numbers(-1, 1.5)), IMAGES[0]):
        first, second = sorted(
            answer["probabilities"], key=lambda digit: -answer["probabilities"][digit]
        )[:2]
        names = [f"an {digit}" if digit == "8" else f"a {digit}" for digit in (first, second)]
        assert answer["reason"] == f"This could be {names[0]} or {names[1]}."
        assert not answer["accepted"]


def test_the_other_fields_are_those_of_weights_without_the_numbers(
    scored: Server, client: TestClient
) -> None:
    expected = answers(client, IMAGES[0])
    for answer, other in zip(answers(scored(numbers(1, 0)), IMAGES[0]), expected, strict=True):
        for field in ("prediction", "probabilities", "confidence"):
            assert answer[field] == other[field]


def test_each_image_of_a_batch_has_its_own_reason(scored: Server) -> None:
    """More images than are computed at a time, so that none gets another one's."""
    model = MLP(hidden_sizes=(16,), seed=0)
    weights = RNG.normal(size=(17, 3)).astype(np.float32)
    weights[16] = 0  # the largest logit's
    ones = np.ones(3, np.float32)
    rejection = Rejection(weights, 0 * ones, ones, 0, 0)
    scores = rejection.score(model.forward((IMAGES / 255).astype(np.float32)))
    middle = float(np.median(scores))
    client = scored(Rejection(weights, 0 * ones, ones, middle, 0))
    response = client.post("/predict/batch", content=IMAGES.tobytes(), headers=OCTETS)
    accepted = np.array([answer["accepted"] for answer in response.json()["predictions"]])
    clear = np.abs(scores - middle) > 1e-4
    np.testing.assert_array_equal(accepted[clear], (scores > middle)[clear])
    assert 100 < accepted.sum() < 200


def test_raw_bytes_are_the_probabilities_alone(scored: Server) -> None:
    headers = {**OCTETS, "Accept": "application/octet-stream"}
    client = scored(numbers(1, 0))
    response = client.post("/predict/batch", content=IMAGES.tobytes(), headers=headers)
    assert len(response.content) == 300 * 40


def test_the_page_gets_the_numbers_with_the_weights(scored: Server) -> None:
    rejection = numbers(1, 0.25)
    content = scored(rejection).get("/model/weights").content
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    assert json.loads(header["__metadata__"]["metadata"])[KEY] == rejection.to_json()


def test_numbers_that_do_not_fit_the_network_are_told(tmp_path: Path) -> None:
    model = MLP(hidden_sizes=(8,), seed=0)
    model.metadata[KEY] = numbers(1, 0).to_json()
    model.save(tmp_path / "weights.pkl")
    with start(tmp_path / "weights.pkl") as client:
        response = client.post("/predict", json={"pixels": [0] * 784})
    assert response.status_code == 503
    assert "weights.pkl is not a usable weights file" in response.json()["detail"]
    assert "mnist-recognizer fit-rejection" in response.json()["detail"]
