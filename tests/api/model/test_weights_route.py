"""GET /model/weights: the network in use, as a file that others can compute with."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from clients import start
from fastapi.testclient import TestClient

from mnist_recognizer.nn import MLP


def test_the_file_is_a_network_that_answers_the_same(
    client: TestClient, weights: Path, tmp_path: Path
) -> None:
    response = client.get("/model/weights")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-length"] == str(len(response.content))
    assert response.headers["cache-control"] == "no-cache"
    assert "weights.safetensors" in response.headers["content-disposition"]
    path = tmp_path / "weights.safetensors"
    path.write_bytes(response.content)
    pixels = np.random.default_rng(0).random((5, 784), dtype=np.float32)
    expected = MLP.load(weights).predict_proba(pixels)
    np.testing.assert_array_equal(MLP.load(path).predict_proba(pixels), expected)


def test_it_can_be_read_as_the_reference_describes_it(client: TestClient, weights: Path) -> None:
    data = client.get("/model/weights").content
    (length,) = struct.unpack_from("<Q", data)
    assert length % 8 == 0
    header = json.loads(data[8 : 8 + length])
    assert list(header) == ["__metadata__", "W1", "b1", "W2", "b2"]
    model = MLP.load(weights)
    arrays = {"W1": model.weights[0], "b1": model.biases[0], "W2": model.weights[1]}
    for name, expected in arrays.items():
        assert header[name]["dtype"] == "F32"
        first, end = header[name]["data_offsets"]
        found = np.frombuffer(data[8 + length + first : 8 + length + end], "<f4")
        np.testing.assert_array_equal(found.reshape(header[name]["shape"]), expected)


def test_double_precision_is_handed_out_as_float32(tmp_path: Path) -> None:
    MLP(hidden_sizes=(4,), seed=0, dtype=np.float64).save(tmp_path / "weights.npz")
    with start(tmp_path / "weights.npz") as client:
        data = client.get("/model/weights").content
    assert data.count(b'"F32"') == 4


@pytest.mark.parametrize("known", ["{}", "W/{}", '"old", {}', '"old",W/{}', "*"])
def test_who_has_these_weights_gets_a_304(client: TestClient, known: str) -> None:
    etag = client.get("/model/weights").headers["etag"]
    response = client.get("/model/weights", headers={"If-None-Match": known.format(etag)})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == etag
    assert response.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("known", ["", '"old"', 'W/"old"', "x" * 5000, ",,,"])
def test_who_has_others_gets_these(client: TestClient, known: str) -> None:
    response = client.get("/model/weights", headers={"If-None-Match": known})
    assert response.status_code == 200


def test_a_new_network_has_another_etag(client: TestClient, weights: Path) -> None:
    first = client.get("/model/weights")
    MLP(hidden_sizes=(16,), seed=1).save(weights)
    second = client.get("/model/weights", headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == 200
    assert second.headers["etag"] != first.headers["etag"]
    assert second.content != first.content


def test_without_a_network_it_is_503(tmp_path: Path) -> None:
    with start(tmp_path / "none.pkl") as client:
        response = client.get("/model/weights")
    assert response.status_code == 503
    assert "python train.py" in response.json()["detail"]
