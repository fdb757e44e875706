"""The Open Inference Protocol under /v2, in JSON and with binary tensors as Triton sends them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clients import refused, start
from fastapi.testclient import TestClient
from tensors import INFER, LENGTH, PIXELS, arrays, binary, tensor

from mnist_recognizer.api.oip.inference import parse_inference
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP


@pytest.fixture
def expected(weights: Path) -> np.ndarray[Any, Any]:
    return MLP.load(weights).predict_proba(PIXELS)


def test_the_server_and_the_model_describe_themselves(client: TestClient) -> None:
    server = client.get("/v2").json()
    assert server["name"] == "mnist-recognizer"
    assert server["extensions"] == ["binary_tensor_data"]
    assert client.get("/v2/models/mnist").json() == {
        "name": "mnist",
        "versions": ["1"],
        "platform": "numpy",
        "inputs": [{"name": "pixels", "datatype": "FP32", "shape": [-1, 784]}],
        "outputs": [
            {"name": "probabilities", "datatype": "FP32", "shape": [-1, 10]},
            {"name": "prediction", "datatype": "INT64", "shape": [-1]},
        ],
    }


def test_with_the_trained_network_all_is_live_and_ready() -> None:
    with start(default_weights()) as client:
        assert client.get("/v2/health/live").json() == {"live": True}
        assert client.get("/v2/health/ready").json() == {"ready": True}
        assert client.get("/v2/models/mnist/ready").json() == {"name": "mnist", "ready": True}


def test_without_a_network_it_is_live_and_not_ready(tmp_path: Path) -> None:
    with start(tmp_path / "none.pkl") as client:
        assert client.get("/v2/health/live").status_code == 200
        for path in ("/v2/health/ready", "/v2/models/mnist/ready"):
            assert "No trained model is loaded" in refused(client.get(path), 503)
        assert refused(client.post(INFER, json={"inputs": [tensor()]}), 503)


def test_an_untrained_network_is_not_ready(client: TestClient) -> None:
    assert "reads a clear 7 as" in refused(client.get("/v2/models/mnist/ready"), 503)


@pytest.mark.parametrize("data", [PIXELS.reshape(-1).tolist(), PIXELS.tolist()])
def test_json_tensors_may_be_flat_or_nested(
    client: TestClient, expected: np.ndarray[Any, Any], data: Any
) -> None:
    response = client.post(INFER, json={"id": "mine", "inputs": [tensor(data)]})
    assert response.headers["content-type"] == "application/json"
    answer = response.json()
    assert (answer["model_name"], answer["model_version"], answer["id"]) == ("mnist", "1", "mine")
    found = arrays(response)
    np.testing.assert_array_equal(found["probabilities"], expected)
    np.testing.assert_array_equal(found["prediction"], expected.argmax(axis=1))


def test_binary_tensors_go_in_and_come_out(
    client: TestClient, expected: np.ndarray[Any, Any]
) -> None:
    content, headers = binary(parameters={"binary_data_output": True, "priority": 3})
    response = client.post(INFER, content=content, headers=headers)
    assert response.headers["content-type"] == "application/octet-stream"
    assert "id" not in json.loads(response.content[: int(response.headers[LENGTH])])
    found = arrays(response)
    assert list(found) == ["probabilities", "prediction"]
    np.testing.assert_array_equal(found["probabilities"], expected)
    np.testing.assert_array_equal(found["prediction"], expected.argmax(axis=1))


@pytest.mark.parametrize("by_default", [True, False])
def test_each_output_is_chosen_and_travels_as_it_is_asked_to(
    client: TestClient, expected: np.ndarray[Any, Any], by_default: bool
) -> None:
    wanted = [
        {"name": "prediction", "parameters": {"binary_data": True}},
        {"name": "probabilities", "parameters": {"binary_data": False}},
    ]
    content, headers = binary(outputs=wanted, parameters={"binary_data_output": by_default})
    response = client.post(INFER, content=content, headers=headers)
    outputs = json.loads(response.content[: int(response.headers[LENGTH])])["outputs"]
    assert outputs[0] == {
        "name": "prediction", "datatype": "INT64", "shape": [3],
        "parameters": {"binary_data_size": 24},
    }  # fmt: skip
    assert "data" in outputs[1]
    np.testing.assert_array_equal(arrays(response)["probabilities"], expected)
    one = {"inputs": [tensor()], "outputs": [{"name": "prediction"}]}
    assert list(arrays(client.post(INFER, json=one))) == ["prediction"]


def test_a_thousand_digits_are_the_most(client: TestClient) -> None:
    pixels = np.zeros((1001, 784), np.float32)
    content, headers = binary(pixels[:1000], parameters={"binary_data_output": True})
    found = arrays(client.post(INFER, content=content, headers=headers))
    assert found["probabilities"].shape == (1000, 10)
    content, headers = binary(pixels)
    said = refused(client.post(INFER, content=content, headers=headers), 400)
    assert said == "The input pixels holds 1,001 digits; a batch is 1,000 digits at most."
    content = json.dumps({"inputs": [tensor([0] * 1100 * 784)]}).encode()
    said = refused(client.post(INFER, content=content), 400)
    assert said == "The request holds too many numbers; a batch is 1,000 digits at most."
    said = refused(client.post(INFER, content=b" " * 20_971_521), 413)
    assert said.startswith("The body is larger than 20,971,520 bytes")


def test_json_that_is_written_in_an_unusual_way_is_read() -> None:
    escaped = r'"\ud83d\ude00 \"data\": [0, {\\ \u0000"'
    more = r'"parameters": {"id": 1, "data": [[{}]]}, "\u0069nputs" : [ {"data" :'
    start = f'{{"id": {escaped}, {more}'
    end = r', "n\u0061me": "pixels", "shape": [ 3 ,784], "datatype": "FP3\u0032"} ] } '
    for data in (PIXELS.tolist(), PIXELS.reshape(-1).tolist()):
        text = start + " \n" + json.dumps(data, indent=20) + "\r\t" + end
        inference = parse_inference(text.encode(), None)
        np.testing.assert_array_equal(inference.pixels, PIXELS)
        assert inference.id == json.loads(escaped)
    assert parse_inference(json.dumps({"inputs": [tensor()], "id": "é" * 256}).encode(), None)


@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
def test_weights_that_overflow_are_503_and_never_a_nan(overflowing_weights: Path) -> None:
    content, headers = binary()
    with start(overflowing_weights) as client:
        response = client.post(INFER, content=content, headers=headers)
    assert "give no probabilities" in refused(response, 503)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v2/models/other", 404), ("GET", INFER, 405), ("POST", "/v2", 405)],
)
def test_errors_of_addresses_have_the_protocols_member_too(
    client: TestClient, method: str, path: str, status: int
) -> None:
    assert refused(client.request(method, path), status)


def test_errors_elsewhere_do_not_have_it(client: TestClient) -> None:
    assert "error" not in client.get("/v2x").json()


def test_a_compressed_body_is_415(client: TestClient) -> None:
    assert refused(client.post(INFER, content=b"", headers={"Content-Encoding": "gzip"}), 415)
