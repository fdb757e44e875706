"""What a refused request brought is freed with its answer, and not when the collector comes by."""

import gc
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from mnist_recognizer.api.problems import ProblemError

JSON = "application/json"


@pytest.fixture
def circles() -> Iterator[list[object]]:
    """What the collector finds when the test is over, and had to be collected."""
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield gc.garbage
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


@pytest.mark.parametrize(
    ("path", "media_type", "body"),
    [
        ("/predict", JSON, b'{"pixels": [2]}'),
        ("/predict", JSON, b"{" + b"?" * 10_000),
        ("/predict", "text/csv", b"1,2"),
        ("/predict/batch", JSON, b'{"images": [[2]]}'),
        ("/predict/batch", JSON, b'{"images": 3}'),
        ("/predict/batch", "application/octet-stream", b"123"),
        ("/predict/strokes", JSON, b'{"strokes": [[[0, "x"]]]}'),
        ("/predict/image", "image/png", b"123"),
        ("/v2/models/mnist/infer", JSON, b'{"inputs": 3}'),
    ],
)
@pytest.mark.slow
def test_a_refusal_is_no_circle(
    client: TestClient, circles: list[object], path: str, media_type: str, body: bytes
) -> None:
    for _ in range(3):
        response = client.post(path, content=body, headers={"Content-Type": media_type})
        assert 400 <= response.status_code < 500
    gc.collect()
    assert not [found for found in circles if isinstance(found, ProblemError)]
