"""Every route straightens images for a network that was trained on straightened ones."""

import json
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from mnist_recognizer.nn import MLP
from mnist_recognizer.vision.slant import straighten
from mnist_recognizer.vision.strokes import render_strokes

LEANING = [[[60, 20], [20, 120]], [[20, 70], [70, 70]]]
IMAGE = render_strokes([[(x, y) for x, y in stroke] for stroke in LEANING])
JSON = {"Content-Type": "application/json"}
OCTETS = {"Content-Type": "application/octet-stream"}

Ask = Callable[[TestClient], list[float]]


def probabilities(answer: dict) -> list[float]:
    return [answer["probabilities"][str(digit)] for digit in range(10)]


def drawing(client: TestClient) -> list[float]:
    return probabilities(
        client.post("/predict", json={"pixels": (IMAGE.ravel() / 255).tolist()}).json()
    )


def strokes(client: TestClient) -> list[float]:
    return probabilities(client.post("/predict/strokes", json={"strokes": LEANING}).json())


def image(client: TestClient) -> list[float]:
    file = BytesIO()
    Image.fromarray(IMAGE).save(file, "PNG")
    answer = client.post(
        "/predict/image", content=file.getvalue(), headers={"Content-Type": "image/png"}
    )
    (digit,) = answer.json()["digits"]
    return probabilities(digit)


def batch_of_json(client: TestClient) -> list[float]:
    answer = client.post("/predict/batch", json={"images": [(IMAGE.ravel() / 255).tolist()] * 2})
    return probabilities(answer.json()["predictions"][1])


def batch_of_bytes(client: TestClient) -> list[float]:
    answer = client.post("/predict/batch", content=IMAGE.tobytes() * 300, headers=OCTETS)
    return probabilities(answer.json()["predictions"][299])


def open_inference(client: TestClient) -> list[float]:
    tensor = {"name": "pixels", "shape": [1, 784], "datatype": "FP32"}
    tensor["data"] = (IMAGE.ravel() / 255).tolist()
    body = json.dumps({"inputs": [tensor]})
    answer = client.post("/v2/models/mnist/infer", content=body, headers=JSON).json()
    (output,) = (each for each in answer["outputs"] if each["name"] == "probabilities")
    return list(output["data"])


ROUTES: list[Ask] = [drawing, strokes, image, batch_of_json, batch_of_bytes, open_inference]


@pytest.mark.parametrize("ask", ROUTES, ids=lambda ask: ask.__name__)
@pytest.mark.parametrize(("geometry", "read"), [(1, IMAGE), (2, straighten(IMAGE[None])[0])])
def test_the_network_reads_an_image_in_its_own_geometry(
    served: Callable[..., tuple[TestClient, MLP]], ask: Ask, geometry: int, read: np.ndarray
) -> None:
    assert (straighten(IMAGE[None])[0] != IMAGE).any()
    client, model = served(geometry=geometry)
    expected = model.predict_proba(read.reshape(1, 784) / np.float32(255))[0]
    assert ask(client) == pytest.approx(expected.tolist(), abs=1e-6)


def test_weights_of_an_unknown_geometry_are_not_used(
    served: Callable[..., tuple[TestClient, MLP]],
) -> None:
    client, _ = served(geometry=3)
    health = client.get("/health").json()
    assert health["status"] == "degraded"
    assert "was trained with geometry 3" in health["detail"]
