"""POST /predict/batch: many digits in, as JSON or raw bytes; as many answers out."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clients import refused, start
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.predict.batch import parse_json, parse_octets
from mnist_recognizer.api.problems import ProblemError
from mnist_recognizer.api.settings import Settings
from mnist_recognizer.nn import MLP

JSON = {"Content-Type": "application/json"}
OCTETS = {"Content-Type": "application/octet-stream"}
GREY = np.random.default_rng(0).integers(0, 256, (1000, 784), dtype=np.uint8)
IMAGE = [0] * 784


@pytest.mark.parametrize("count", [1, 2, 1000])
def test_both_forms_get_the_networks_own_answers(
    client: TestClient, weights: Path, count: int
) -> None:
    grey = GREY[:count]
    images = grey.astype(np.float32) / 255
    expected = MLP.load(weights).predict_proba(images)
    by_json = client.post("/predict/batch", json={"images": images.tolist()})
    by_octets = client.post("/predict/batch", content=grey.tobytes(), headers=OCTETS)
    assert by_json.status_code == by_octets.status_code == 200
    for response in (by_json, by_octets):
        predictions = response.json()["predictions"]
        assert len(predictions) == count
        for answer, row in zip(predictions, expected.tolist(), strict=True):
            # Not to the last bit: the server adds in another order.
            found = list(answer["probabilities"].values())
            assert found == pytest.approx(row, abs=1e-6)
            assert answer["confidence"] == max(found) == found[answer["prediction"]]


def test_one_answer_is_what_predict_answers(client: TestClient) -> None:
    pixels = (GREY[0] / 255).round(4).tolist()
    (answer,) = client.post("/predict/batch", json={"images": [pixels]}).json()["predictions"]
    alone = client.post("/predict", json={"pixels": pixels}).json()
    assert answer["prediction"] == alone["prediction"]
    assert answer["probabilities"] == pytest.approx(alone["probabilities"], abs=1e-6)


@pytest.mark.parametrize(
    ("accept", "compact"),
    [
        ("application/octet-stream", True),
        ("Application/Octet-Stream;q=1, text/html", True),
        ("application/octet-stream, application/json", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_the_compact_answer_is_float32_for_who_asks_for_it(
    client: TestClient, weights: Path, accept: str, compact: bool
) -> None:
    headers = {**OCTETS, "Accept": accept}
    response = client.post("/predict/batch", content=GREY[:7].tobytes(), headers=headers)
    if not compact:
        assert len(response.json()["predictions"]) == 7
        return
    assert response.headers["content-type"] == "application/octet-stream"
    expected = MLP.load(weights).predict_proba(GREY[:7].astype(np.float32) / 255)
    found = np.frombuffer(response.content, "<f4").reshape(7, 10)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize("length", [0, 1, 783, 785, 1567])
def test_bytes_that_are_no_whole_digits_are_422(client: TestClient, length: int) -> None:
    said = refused(
        client.post("/predict/batch", content=bytes(length), headers=OCTETS), 422, "body"
    )
    assert said == f"body has {length:,} bytes, and must have 784 for each digit."


def test_a_thousand_and_one_digits_are_too_many(client: TestClient) -> None:
    said = refused(
        client.post("/predict/batch", content=bytes(784 * 1001), headers=OCTETS), 413, "body"
    )
    assert said.endswith("a batch is 1,000 digits at most.")
    said = refused(client.post("/predict/batch", json={"images": [IMAGE] * 1001}), 422, "body")
    assert said == "body holds more than 784,000 numbers; a batch is 1,000 digits at most."
    said = refused(client.post("/predict/batch", json={"images": [[]] * 1001}), 422, "images")
    assert said == "images has 1,001 items; a batch is 1,000 digits at most."


def test_the_size_limit_is_a_setting_of_its_own(weights: Path) -> None:
    settings = Settings(weights=weights, max_batch_bytes=4096)
    with TestClient(create_app(settings)) as client:
        said = refused(
            client.post("/predict/batch", content=b" " * 4097, headers=JSON), 413, "body"
        )
        assert said.startswith("The body is larger than 4,096 bytes; raw bytes (application/octet")
        assert refused(
            client.post("/predict/batch", content=bytes(784 * 6), headers=OCTETS), 413, "body"
        )
        response = client.post("/predict/batch", content=bytes(784 * 5), headers=OCTETS)
        assert response.status_code == 200


@pytest.mark.parametrize(
    ("images", "field", "message"),
    [
        ([], "images", "images is empty; send at least one digit."),
        (None, "images", "images must be an array of up to 1,000 images, but is null."),
        ({}, "images", "images must be an array of up to 1,000 images, but is an object."),
        (IMAGE, "images[0]", "must be an array of 784 numbers, but is the number 0."),
        ([IMAGE, IMAGE[1:]], "images[1]", "images[1] has 783 items, and 784 numbers are needed."),
        ([IMAGE, [[0] * 28] * 28], "images[1]", "put the 28 rows into one array"),
        ([IMAGE] * 3 + [[0] * 17 + [300] + [0] * 766], "images[3][17]", "is 300, and must be from"),
        ([IMAGE, ["x" * 70_000]], "images[1]", "in 65,536 bytes at most."),
        (
            [[255] * 784],
            "images[0][0]",
            "divide grey values of 0 to 255 by 255. That is the",
        ),
        ([[True] * 784], "images[0][0]", "must be a number from 0 to 1, but is true."),
        ([{"pixels": IMAGE}], "images[0]", "but is an object."),
    ],
)
def test_json_of_another_shape_is_422_and_the_place_is_named(
    client: TestClient, images: Any, field: str, message: str
) -> None:
    assert message in refused(client.post("/predict/batch", json={"images": images}), 422, field)


GOOD = json.dumps({"images": [IMAGE]})
LARGE = " " * 70_000  # with this, a body is not read again as Python objects


@pytest.mark.parametrize(
    ("body", "status", "field", "message"),
    [
        ("", 400, "body", "The body is empty; send"),
        ("[", 400, "body", "The body is not JSON: "),
        ("[" * 60_000, 400, "body", "The body is nested too deeply."),
        (LARGE + "[" * 60_000, 422, "body", 'body must be an object, {"images": [up to 1,000'),
        (LARGE, 400, "body", "The body is empty; send"),
        (LARGE + "{", 400, "body", "The body is not JSON: it is cut off."),
        (LARGE + "{}", 422, "images", "images is missing; up to 1,000 arrays of 784 numbers"),
        (LARGE + '{"images": 5}', 422, "images", "images must be an array of up to 1,000 images."),
        (LARGE + '{"images": [NaN]}', 400, "body", "NaN and Infinity are not JSON numbers"),
        ("[]", 422, "body", 'body must be an object, {"images": [up to 1,000 arrays of 784'),
        ("{}", 422, "images", "images is missing; up to 1,000 arrays of 784 numbers are needed."),
        (GOOD[:-1] + ', "more": 1}', 422, "more", "its only field is images."),
        (GOOD[:-1] + ', "images": []}', 422, "images", "images is empty"),
        (GOOD[:-1] + ', "images": [' + str(IMAGE) + "]}", 422, "images", "given more than once."),
        (GOOD.replace("0", "NaN", 1), 400, "body", "NaN and Infinity are not JSON numbers"),
        (GOOD.replace("0", "01", 1), 400, "body", "The body is not JSON: "),
        (GOOD.replace("0", '"\udcff"', 1), 400, "images[0]", "images[0] is not UTF-8."),
        ('{"images": [], "x": 0}', 422, "images", "images is empty"),
        (GOOD.replace("0", "1e999", 1), 422, "images[0][0]", "images[0][0] is inf, and must be"),
        (GOOD.replace("0", "9" * 5000, 1), 400, "images[0]", "an integer with too many digits."),
        ('{"images": [' + "[" * 60_000, 400, "body", "The body is nested too deeply."),
        ('{"images": ' + "[" * 1_000_000, 400, "body", "The body is nested too deeply."),
        ('{"images": [' + "[" * 900 + "]" * 900 + "]}", 422, "images[0]", "has 1 item, and"),
    ],
)
def test_a_body_that_is_no_batch_is_told_why(
    client: TestClient, body: str, status: int, field: str, message: str
) -> None:
    content = body.encode(errors="surrogateescape")
    assert message in refused(
        client.post("/predict/batch", content=content, headers=JSON), status, field
    )


def test_any_other_type_is_415(client: TestClient) -> None:
    said = refused(
        client.post("/predict/batch", content=b"0", headers={"Content-Type": "text/csv"}),
        415,
        "Content-Type",
    )
    assert said == (
        "The header Content-Type is 'text/csv'; send JSON with Content-Type: application/json or "
        "raw bytes with Content-Type: application/octet-stream."
    )


def test_without_a_network_it_is_503(tmp_path: Path) -> None:
    with start(tmp_path / "none.pkl") as client:
        response = client.post("/predict/batch", content=bytes(784), headers=OCTETS)
    assert response.status_code == 503


@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@pytest.mark.parametrize("accept", ["application/json", "application/octet-stream"])
def test_weights_that_overflow_are_503_in_both_forms(
    overflowing_weights: Path, accept: str
) -> None:
    with start(overflowing_weights) as client:
        headers = {**OCTETS, "Accept": accept}
        response = client.post("/predict/batch", content=b"\xff" * 784, headers=headers)
    assert response.status_code == 503
    assert "give no probabilities" in response.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"images": [' + b"[]," * 700_000 + b"[]]}",
        b'{"images": [[' + b"{}," * 700_000 + b"{}]]}",
        b'{"images": [[' + b"0," * 5_000_000 + b"0]]}",
        b"[" * 20_000_000,
        b'{"images": [["' + b"x" * 20_000_000 + b'"]]}',
        b'{"' + b"x" * 20_000_000 + b'": 1}',
        '{"\N{GRINNING FACE}'.encode() + b"x" * 20_000_000 + b'": 1}',
        '{"images": [[0]], "\N{GRINNING FACE}'.encode() + b"x" * 20_000_000 + b'": 1}',
    ],
    ids=[
        "empty images",
        "objects",
        "numbers",
        "brackets",
        "a string",
        "a key",
        "a wide key",
        "another key",
    ],
)
def test_a_hostile_body_takes_little_memory(body: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ProblemError) as caught:
            parse_json(body)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
    assert len(caught.value.detail) < 300


@pytest.mark.parametrize("others", ['"x": 1, ', '"images": [], '])
def test_a_large_body_with_other_fields_is_refused(others: str) -> None:
    body = f'{{{others}"images": {[IMAGE] * 100}}}'.encode()
    assert len(body) > 65536
    with pytest.raises(ProblemError, match="must hold images and nothing else, once"):
        parse_json(body)


numbers = st.floats(0, 1, width=32) | st.sampled_from([2, -1, None, True, "x", [], {}, 1e300])


@given(st.lists(st.lists(numbers, max_size=3), max_size=4))
def test_any_batch_is_read_or_refused(drawn: list[list[Any]]) -> None:
    images = [pixels + IMAGE[len(pixels) :] for pixels in drawn]
    good = bool(images) and all(type(v) in {int, float} and 0 <= v <= 1 for p in images for v in p)
    if good:
        np.testing.assert_array_equal(parse_json(json.dumps({"images": images}).encode()), images)
    else:
        with pytest.raises(ProblemError):
            parse_json(json.dumps({"images": images}).encode())


@given(st.binary(max_size=1000))
def test_any_bytes_are_refused_as_json_and_read_as_octets_when_whole(body: bytes) -> None:
    with pytest.raises(ProblemError):
        parse_json(body)
    if len(body) == 784:
        np.testing.assert_array_equal(parse_octets(body)[0], np.frombuffer(body, np.uint8))
