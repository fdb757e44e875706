"""/metrics: what it counts, and that it counts right."""

from pathlib import Path

import numpy as np
import pytest
from clients import start
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from mnist_recognizer.api.observability.metrics import Metrics
from mnist_recognizer.nn import MLP

DRAWING = {"pixels": [0.5] * 784}
GREY = np.random.default_rng(0).integers(0, 256, (40, 784), dtype=np.uint8)
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: str) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def scrape(client: TestClient) -> Samples:
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    return samples(response.text)


def value(counted: Samples, name: str, **labels: str) -> float:
    return counted[name, frozenset(labels.items())]


def test_answers_are_counted_and_timed_by_route_and_status(client: TestClient) -> None:
    for _ in range(3):
        client.post("/predict", json=DRAWING)
    client.post("/predict", json={})
    client.get("/v2/models/mnist")
    for name in ("a", "b"):
        client.get(f"/nothing/{name}")
        client.post(f"/models/{name}.pkl/activate")
    counted = scrape(client)
    assert value(counted, "mnist_responses_total", route="/predict", status="200") == 3
    assert value(counted, "mnist_responses_total", route="/predict", status="422") == 1
    assert value(counted, "mnist_responses_total", route="page", status="404") == 2
    activate = "/models/{name}/activate"
    assert value(counted, "mnist_responses_total", route=activate, status="401") == 2
    assert value(counted, "mnist_request_duration_seconds_count", route="/predict") == 4
    assert value(counted, "mnist_request_duration_seconds_sum", route="/predict") > 0
    assert value(counted, "mnist_requests_in_flight") == 1, "this one"


def test_digits_and_their_confidence_are_counted_by_every_route(
    client: TestClient, weights: Path
) -> None:
    probabilities = MLP.load(weights).predict_proba(GREY / np.float32(255))
    one = MLP.load(weights).predict_proba(np.full(784, 0.5, np.float32))
    octets = {"Content-Type": "application/octet-stream"}
    tensor = {"name": "pixels", "shape": [1, 784], "datatype": "FP32", "data": DRAWING["pixels"]}
    client.post("/predict", json=DRAWING)
    client.post("/predict/batch", json={"images": [DRAWING["pixels"]]})
    client.post("/v2/models/mnist/infer", json={"inputs": [tensor]})
    client.post("/predict/batch", content=GREY.tobytes(), headers=octets)
    client.post("/predict", json={})
    counted = scrape(client)
    every = np.concatenate([probabilities, one, one, one])
    for digit, count in enumerate(np.bincount(every.argmax(axis=1), minlength=10)):
        assert value(counted, "mnist_predictions_total", digit=str(digit)) == count
    assert value(counted, "mnist_confidence_count") == len(every)
    assert value(counted, "mnist_confidence_sum") == pytest.approx(every.max(axis=1).sum())
    client.post("/predict/strokes", json={"strokes": [[[0, 0], [1, 2]]]})
    assert value(scrape(client), "mnist_confidence_count") == len(every) + 1


def test_a_batch_is_counted_as_its_digits_would_be_one_by_one() -> None:
    edges = np.array([0.1, 0.2, 0.2000001, 0.3, 0.55, 0.9, 0.99, 0.999999, 1.0, 1.0000001])
    rows = np.zeros((len(edges), 10), np.float32)
    rows[np.arange(10), np.arange(10)] = edges
    together, single = Metrics(), Metrics()
    together.recognised_many(rows)
    for row in rows:
        digit = int(row.argmax())
        single.recognised({"prediction": digit, "confidence": float(row[digit])})
    counted = samples(together.exposition("", "").decode())
    expected = samples(single.exposition("", "").decode())
    assert counted == pytest.approx(expected)


def test_the_network_in_use_is_named(client: TestClient, weights: Path) -> None:
    def named() -> list[dict[str, str]]:
        found = scrape(client)
        return [dict(labels) for name, labels in found if name == "mnist_model_info"]

    (before,) = named()
    assert (before["file"], before["architecture"]) == ("weights.pkl", "784 -> 16 -> 10")
    MLP(hidden_sizes=(12,)).save(weights)
    (after,) = named()
    assert after["architecture"] == "784 -> 12 -> 10"


def test_without_a_network_none_is_named(tmp_path: Path) -> None:
    with start(tmp_path / "none.pkl") as client:
        assert not [name for name, _ in scrape(client) if name == "mnist_model_info"]


def test_mistakes_of_the_server_are_counted(app: FastAPI) -> None:
    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError

    with TestClient(app) as client:
        client.get("/broken")
        counted = scrape(client)
    assert value(counted, "mnist_errors_total") == 1
    assert value(counted, "mnist_responses_total", route="/broken", status="500") == 1
