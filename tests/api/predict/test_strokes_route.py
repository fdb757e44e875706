"""POST /predict/strokes: a digit as it was drawn."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clients import refused, start
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from mnist_recognizer.api.predict.strokes import parse_strokes
from mnist_recognizer.api.problems import ProblemError
from mnist_recognizer.vision.strokes import render_strokes

SEVEN = [[[20, 30], [80, 30], [45, 120]], [[35, 75], [70, 75]]]


def test_the_answer_is_that_of_the_image_that_the_strokes_make(client: TestClient) -> None:
    image = render_strokes(SEVEN).reshape(-1).astype(np.float32) / np.float32(255)
    expected = client.post("/predict", json={"pixels": image.tolist()})
    response = client.post("/predict/strokes", json={"strokes": SEVEN})
    assert response.status_code == 200
    assert response.json() == expected.json()


def test_size_and_place_do_not_matter() -> None:
    moved = [[[x * 1024 - 5000, y * 1024 + 900] for x, y in stroke] for stroke in SEVEN]
    first, second = (parse_strokes(json.dumps({"strokes": s}).encode()) for s in (SEVEN, moved))
    np.testing.assert_allclose(first, second, atol=1 / 255)


@pytest.mark.parametrize(
    "strokes",
    [
        [[[0, 0]]],
        [[[1e9, -1e9], [-1e9, 1e9]]],
        [[[0, 0], [0, 0]]] * 1000,
        [[[i % 97, i % 89] for i in range(10_000)]],
    ],
    ids=["a dot", "far away", "most strokes", "most points"],
)
def test_unusual_drawings_are_answered(client: TestClient, strokes: Any) -> None:
    response = client.post("/predict/strokes", json={"strokes": strokes})
    assert response.status_code == 200
    assert sum(response.json()["probabilities"].values()) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("strokes", [[], [[]], [[], [], []]])
def test_an_empty_drawing_is_422_with_a_sentence(client: TestClient, strokes: Any) -> None:
    said = refused(client.post("/predict/strokes", json={"strokes": strokes}), 422, "strokes")
    assert said == "strokes hold no point: the drawing is empty. Draw a digit first."


@pytest.mark.parametrize(
    ("strokes", "field", "message"),
    [
        (None, "strokes", "must be an array of strokes, but is null."),
        ({}, "strokes", "must be an array of strokes, but is an object."),
        ([[[0, 0]], 5], "strokes[1]", "must be an array of points [x, y], but is the number 5."),
        ([[[0, 0], None]], "strokes[0][1]", "must be a point [x, y], but is null."),
        ([[0, 0], [1, 1]], "strokes[0][0]", "must be a point [x, y], but is the number 0."),
        ([[[0, 0, 0]]], "strokes[0][0]", "must be a point [x, y], but has 3 items."),
        ([[[0, "1"]]], "strokes[0][0][1]", 'must be a number, but is the string "1".'),
        ([[[True, 1]]], "strokes[0][0][0]", "must be a number, but is true."),
        ([[{"x": 1, "y": 2}]], "strokes[0][0]", "must be a point [x, y], but is an object."),
        ([[[0, 0], [0, 1.1e9]]], "strokes[0][1][1]", "must be within ±1,000,000,000."),
        ([[[5, 5]], []], "strokes[1]", "strokes[1] holds no point; leave it out."),
        ([[[0, 0]]] * 1001, "strokes", "strokes are 1,001, and 1,000 are the most."),
        ([[[0, 0]] * 10_001], "strokes", "strokes have 10,001 points, and 10,000 are the most."),
        ([[[0, 0]] * 9_999] * 2, "strokes", "have 19,998 points, and 10,000 are the most."),
    ],
)
def test_what_is_wrong_is_422_and_its_place_is_named(
    client: TestClient, strokes: Any, field: str, message: str
) -> None:
    assert message in refused(
        client.post("/predict/strokes", json={"strokes": strokes}), 422, field
    )


@pytest.mark.parametrize(
    ("body", "status", "field", "message"),
    [
        (b"", 400, "body", 'The body is empty; send {"strokes": [[[x, y], …], …]}.'),
        (b"{", 400, "body", "The body is not JSON: "),
        (b"[" * 60_000, 400, "body", "The body is nested too deeply."),
        (b"[]", 422, "body", 'must be an object, {"strokes": [strokes of points [x, y]]}'),
        (b"{}", 422, "strokes", "strokes is missing; strokes of points [x, y] are needed."),
        (b'{"strokes": [[[NaN, 0]]]}', 400, "body", "NaN and Infinity are not JSON numbers"),
        (b'{"strokes": [[[1e10, 0]]]}', 422, "strokes[0][0][0]", "is 10000000000, and must be"),
        (b'{"strokes": [[[0, 0]]], "pen": 1}', 422, "pen", "is not a field of this request"),
        (b'{"strokes": [[[0, 0]]], "strokes": [[[0, 0]]]}', 422, "strokes", "more than once."),
        (b" " * 524_289, 413, "body", "524,288 bytes; a drawing is 10,000 points at most."),
    ],
)
def test_a_body_that_is_no_drawing_is_told_why(
    client: TestClient, body: bytes, status: int, field: str, message: str
) -> None:
    headers = {"Content-Type": "application/json"}
    assert message in refused(
        client.post("/predict/strokes", content=body, headers=headers), status, field
    )


def test_any_other_type_is_415(client: TestClient) -> None:
    assert refused(client.post("/predict/strokes", content=b"{}"), 415, "Content-Type")


def test_without_a_network_it_is_503(tmp_path: Path) -> None:
    with start(tmp_path / "none.pkl") as client:
        assert client.post("/predict/strokes", json={"strokes": SEVEN}).status_code == 503


coordinates = (
    st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-9, 9)
    | st.sampled_from([None, True, "x", [], {}])
)
points = st.lists(coordinates, min_size=2, max_size=2) | st.lists(coordinates, max_size=3)
strokes = st.lists(st.lists(points, max_size=4) | coordinates, max_size=4)


@given(strokes | coordinates)
def test_any_strokes_are_drawn_or_refused_with_a_place(drawn: Any) -> None:
    body = json.dumps({"strokes": drawn}).encode()
    refusal = None
    try:
        image = parse_strokes(body)
    except ProblemError as problem:
        refusal = problem
    if refusal:
        assert refusal.status == 422
        assert refusal.errors[0].field.startswith("strokes")
    else:
        assert image.shape == (784,)
        assert 0 < image.max() <= 1


@given(st.lists(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)), min_size=1)))
def test_all_numbers_within_bounds_are_drawn(drawn: list[list[tuple[float, float]]]) -> None:
    if drawn:
        assert parse_strokes(json.dumps({"strokes": drawn}).encode()).shape == (784,)
