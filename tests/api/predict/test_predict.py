"""POST /predict: a digit's pixels in, probabilities out."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clients import start
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.settings import Settings
from mnist_recognizer.nn import MLP

JSON = {"Content-Type": "application/json"}
PIXELS = np.random.default_rng(0).random(784).round(4).tolist()


def test_the_answer_is_the_networks_own(client: TestClient, weights: Path) -> None:
    answer = client.post("/predict", json={"pixels": PIXELS}).json()
    expected = MLP.load(weights).predict_proba(np.array(PIXELS, dtype=np.float32))[0]
    assert list(answer) == ["prediction", "probabilities", "confidence", "accepted", "reason"]
    assert list(answer["probabilities"]) == list("0123456789")
    assert answer["probabilities"] == {str(i): float(p) for i, p in enumerate(expected)}
    assert answer["prediction"] == expected.argmax()
    assert answer["confidence"] == max(answer["probabilities"].values())
    assert math.isclose(sum(answer["probabilities"].values()), 1, abs_tol=1e-6)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"pixels": [0] * 784}),
        json.dumps({"pixels": [1, 0.0] * 392}),
        json.dumps({"pixels": PIXELS}, indent=8),
        '{"\\u0070ixels": ['
        + ",".join(["-0.0", "1e-400", "1.0E0", "0.99999999999999999999"] * 196)
        + "]}",
    ],
    ids=["integers", "mixed", "indented", "unusual notation"],
)
def test_every_notation_of_numbers_from_0_to_1_is_accepted(client: TestClient, body: str) -> None:
    assert client.post("/predict", content=body, headers=JSON).status_code == 200


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON; charset=utf-8", "application/json ;x=y"]
)
def test_the_content_type_may_have_parameters(client: TestClient, content_type: str) -> None:
    body = json.dumps({"pixels": PIXELS})
    response = client.post("/predict", content=body, headers={"Content-Type": content_type})
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("content_type", "said"),
    [
        ("", "is missing"),
        ("text/plain", "is 'text/plain'"),
        ("application/x-www-form-urlencoded", "is 'application/x-www-form-urlencoded'"),
        ("application/jsonx", "is 'application/jsonx'"),
        ("x" * 5000, "is '" + "x" * 60 + "…'"),
    ],
)
def test_any_other_content_type_is_refused_with_415(
    client: TestClient, content_type: str, said: str
) -> None:
    body = json.dumps({"pixels": PIXELS})
    response = client.post("/predict", content=body, headers={"Content-Type": content_type})
    assert response.status_code == 415
    assert said in response.json()["detail"]
    assert response.json()["errors"][0]["field"] == "Content-Type"


def test_a_compressed_body_is_refused_with_415(client: TestClient) -> None:
    headers = {**JSON, "Content-Encoding": "gzip"}
    response = client.post("/predict", content=b"\x1f\x8b", headers=headers)
    assert response.status_code == 415
    assert response.json()["errors"][0]["field"] == "Content-Encoding"


class TestTheSizeLimit:
    BODY = json.dumps({"pixels": [0] * 784}).encode()

    def test_a_body_of_exactly_the_limit_is_read(self, client: TestClient) -> None:
        body = self.BODY.ljust(65536)
        assert client.post("/predict", content=body, headers=JSON).status_code == 200

    def test_one_byte_more_is_refused_with_413(self, client: TestClient) -> None:
        response = client.post("/predict", content=self.BODY.ljust(65537), headers=JSON)
        assert response.status_code == 413
        assert "65,536 bytes" in response.json()["detail"]

    @pytest.mark.parametrize(("size", "status"), [(65536, 200), (65537, 413)])
    def test_the_limit_is_the_same_for_a_body_that_does_not_say_its_length(
        self, client: TestClient, size: int, status: int
    ) -> None:
        body = self.BODY.ljust(size)
        chunks = iter([body[:1000], body[1000:]])
        assert client.post("/predict", content=chunks, headers=JSON).status_code == status

    def test_a_body_that_does_not_say_its_length_is_refused_when_it_gets_too_large(
        self, client: TestClient
    ) -> None:
        sent = 0

        def endless() -> Iterator[bytes]:
            nonlocal sent
            for _ in range(1000):
                sent += 1
                yield b" " * 16384

        response = client.post("/predict", content=endless(), headers=JSON)
        assert response.status_code == 413

    @pytest.mark.parametrize("length", ["65537", "9" * 30, "9" * 5000])
    def test_a_length_that_is_too_large_is_refused_before_anything_is_read(
        self, client: TestClient, length: str
    ) -> None:
        headers = {**JSON, "Content-Length": length}
        response = client.post("/predict", content=b"{", headers=headers)
        assert response.status_code == 413

    def test_the_limit_is_a_setting(self, weights: Path) -> None:
        settings = Settings(weights=weights, max_body_bytes=4096)
        with TestClient(create_app(settings)) as client:
            response = client.post("/predict", content=self.BODY.ljust(4097), headers=JSON)
        assert response.status_code == 413
        assert "4,096 bytes" in response.json()["detail"]


@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
def test_weights_that_overflow_are_503_and_never_a_nan(overflowing_weights: Path) -> None:
    with start(overflowing_weights) as client:
        response = client.post("/predict", json={"pixels": [1] * 784})
    assert response.status_code == 503
    assert "python train.py" in response.json()["detail"]


@pytest.mark.parametrize(
    ("path", "body"),
    [("/predict", {"pixels": PIXELS}), ("/predict/batch", {"images": [PIXELS]})],
)
def test_under_a_proxys_prefix_the_answer_is_the_same(
    app: FastAPI, path: str, body: dict[str, Any]
) -> None:
    """Such a path is none of those that the gateway knows, so it goes the framework's way."""
    with TestClient(app) as client:
        expected = client.post(path, json=body).content
    with TestClient(app, root_path="/digits") as client:
        response = client.post("/digits" + path, json=body)
    assert response.status_code == 200
    assert response.content == expected
