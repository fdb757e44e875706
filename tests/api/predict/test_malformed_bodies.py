"""Whatever is posted to /predict: the answer says what is wrong with it, and is never a 5xx."""

import json
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mnist_recognizer.api.predict.pixels import PIXELS, parse_drawing, refusal
from mnist_recognizer.api.problems import Problem, ProblemError, problem_response

JSON = {"Content-Type": "application/json"}
LARGEST_ANSWER = 4000  # characters


def pixels_with(value: str, at: int = 3) -> bytes:
    """A body of 784 pixels, one of which is written as `value`."""
    pixels = ["0"] * 784
    pixels[at] = value
    return f'{{"pixels":[{",".join(pixels)}]}}'.encode()


GOOD = pixels_with("0").decode()


def problem_for(client: TestClient, body: bytes) -> Problem:
    """Post a body, see that it is refused properly, and return the problem document."""
    response = client.post("/predict", content=body, headers=JSON)
    return checked(response.status_code, response.headers["content-type"], response.content)


def problem_from_the_reader(body: bytes) -> Problem:
    """Do the same without HTTP, which is many times as fast."""
    with pytest.raises(ProblemError) as caught:
        parse_drawing(body)
    response = problem_response(caught.value)
    return checked(response.status_code, response.headers["content-type"], bytes(response.body))


def checked(status: int, content_type: str, content: bytes) -> Problem:
    """See that an answer is a short problem document that names what is wrong."""
    assert 400 <= status < 500
    assert content_type == "application/problem+json"
    assert len(content) < LARGEST_ANSWER
    problem = Problem.model_validate_json(content, strict=True)
    assert problem.status == status
    assert problem.errors
    return problem


class TestOnePixelThatIsWrong:
    @pytest.mark.parametrize(
        ("value", "message"),
        [
            ("300", "is 300, and must be from 0 to 1"),
            ("255", "is 255, and must be from 0 to 1; divide grey values of 0 to 255 by 255"),
            ("1.0001", "is 1.0001, and must be from 0 to 1; divide grey values"),
            ("-0.5", "is -0.5, and must be from 0 to 1"),
            ("1e300", "is 1e300, and must be from 0 to 1"),
            ("1e999", "is inf, and must be from 0 to 1"),
            ("-1e999", "is -inf, and must be from 0 to 1"),
            ("null", "must be a number from 0 to 1, but is null"),
            ("true", "must be a number from 0 to 1, but is true"),
            ("false", "must be a number from 0 to 1, but is false"),
            ('"0.5"', 'must be a number from 0 to 1, but is the string "0.5"'),
            ("[0]", "must be a number from 0 to 1, but is an array"),
            ("{}", "must be a number from 0 to 1, but is an object"),
        ],
    )
    def test_is_named_with_its_index_and_value(
        self, client: TestClient, value: str, message: str
    ) -> None:
        problem = problem_for(client, pixels_with(value))
        assert problem.status == 422
        assert [error.field for error in problem.errors] == ["pixels[3]"]
        assert problem.errors[0].message.startswith(message)
        assert problem.detail.startswith(f"pixels[3] {message}")

    def test_a_long_string_is_not_echoed(self, client: TestClient) -> None:
        problem = problem_for(client, pixels_with('"' + "x" * 60_000 + '"'))
        assert problem.errors[0].message.endswith('"' + "x" * 60 + '…"')

    def test_many_wrong_pixels_are_counted_and_the_first_ten_listed(
        self, client: TestClient
    ) -> None:
        problem = problem_for(client, json.dumps({"pixels": [255] * 784}).encode())
        assert [error.field for error in problem.errors] == [f"pixels[{i}]" for i in range(10)]
        assert problem.detail.endswith("That is the first of 784 errors.")


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ("[]", "body", 'must be an object, {"pixels": [784 numbers]}, but is an array'),
        ("null", "body", "but is null"),
        ("17", "body", "but is the number 17"),
        ('"abc"', "body", 'but is the string "abc"'),
        ("true", "body", "but is true"),
        ("{}", "pixels", "is missing; 784 numbers are needed"),
        ('{"pixels": null}', "pixels", "must be an array of 784 numbers, but is null"),
        ('{"pixels": {"0": 1}}', "pixels", "must be an array of 784 numbers, but is an object"),
        ('{"pixels": "0,0,0"}', "pixels", 'but is the string "0,0,0"'),
        ('{"pixels": []}', "pixels", "has 0 items, and 784 numbers are needed"),
        ('{"pixels": [0, 0, 0]}', "pixels", "has 3 items, and 784 numbers are needed"),
        (json.dumps({"pixels": [0] * 785}), "pixels", "has 785 items, and 784 numbers are needed"),
        (json.dumps({"pixels": [[0] * 28] * 28}), "pixels", ": put the 28 rows into one array"),
        (json.dumps({"pixels": [0] * 784, "id": 1}), "id", "is not a field of this request"),
        (json.dumps({"pixels": [0] * 784, "x" * 9000: 1}), "x" * 60 + "…", "is not a field"),
        (GOOD[:-1] + GOOD.replace("{", ","), "pixels", "is given more than once"),
        (GOOD[:-1] + GOOD.replace('{"p', ',"\\u0070'), "pixels", "is given more than once"),
    ],
)  # fmt: skip
def test_json_of_another_shape_is_422_and_the_field_is_named(
    client: TestClient, body: str, field: str, message: str
) -> None:
    problem = problem_for(client, body.encode())
    assert problem.status == 422
    assert problem.errors[0].field == field
    assert message in problem.errors[0].message


def test_a_misspelt_field_is_named_beside_the_missing_one(client: TestClient) -> None:
    problem = problem_for(client, json.dumps({"pixel": [0] * 784}).encode())
    assert [error.field for error in problem.errors] == ["pixels", "pixel"]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "The body is empty"),
        (b" \n\t ", "The body is empty"),
        (b"pixels=1", "The body is not JSON: invalid character (byte 0)."),
        (b'{"pixels": [0,]}', "The body is not JSON: "),
        (b'{"pixels": [0.5', "The body is not JSON: it is cut off."),
        (b'{"\\ud800', "The body is not JSON: it is cut off."),
        (b'{"\\\\ud800":[1', "The body is not JSON: it is cut off."),
        (b'{"\\ud800":1}', "The body contains half of a surrogate pair, such as \\ud800, which"),
        (b'{"\\ud83d\\ud83d":1}', "The body contains half of a surrogate pair"),
        (b'{"pixels": "\\uDC00 is the second half"}', "The body contains half of a surrogate pair"),
        (b'{"pixels": [01]}', "The body is not JSON: "),
        (b'{"pixels": [.5]}', "The body is not JSON: "),
        (b"{'pixels': [0]}", "The body is not JSON: "),
        (pixels_with("0") + b"x", "The body is not JSON: trailing characters"),
        (b"\xef\xbb\xbf" + pixels_with("0"), "The body starts with a byte order mark"),
        (pixels_with("0").decode().encode("utf-16"), "The body is not JSON: "),
        (b"\x80" + pixels_with("0"), "The body is not JSON: "),
        (b'{"pixels": "\xff"}', "The body is not UTF-8."),
        (pixels_with("NaN"), "The body is not JSON: invalid character (byte 17); NaN and Infinity"),
        (pixels_with("9" * 5000), "The body holds an integer with too many digits."),
        (b"[" * 60_000, "The body is nested too deeply."),
        (b'{"pixels":' + b"[" * 60_000, "The body is nested too deeply."),
    ],
)
def test_what_cannot_be_read_is_400(client: TestClient, body: bytes, detail: str) -> None:
    problem = problem_for(client, body)
    assert problem.status == 400
    assert problem.detail.startswith(detail)
    assert problem.errors[0].field == "body"


def test_ten_megabytes_of_garbage_are_413(client: TestClient) -> None:
    assert problem_for(client, b"\xff\x00{[" * 2_500_000).status == 413


def test_a_body_in_which_no_value_is_wrong_has_a_field_twice() -> None:
    """What two fields of one name hold is not looked at one by one."""
    problem = refusal(pixels_with("0"))
    assert problem.status == 422
    assert problem.detail == "pixels is given more than once."


# --- whatever hypothesis thinks of ---------------------------------------------------------------

numbers = st.integers() | st.floats()
leaves = st.none() | st.booleans() | numbers | st.text(max_size=20)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["pixels", "pixel", "", "0"]) | st.text(), inner, max_size=5
        )
    ),
    max_leaves=20,
)
shapes = values | st.fixed_dictionaries({"pixels": values}, optional={"more": values})


SNIPPETS = [b"[", b"]", b"{", b"}", b'"', b",", b":", b"-", b"e9", b"NaN", b"null", b"\\u0000"]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A good body with some of its bytes taken out, put in, or changed."""
    body = bytearray(pixels_with("0.5", at=draw(st.integers(0, 783))))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(body)))
        stop = start + draw(st.integers(0, 3))
        body[start:stop] = draw(st.binary(max_size=3) | st.sampled_from(SNIPPETS))
    return bytes(body)


thorough = settings(max_examples=500, deadline=None)
through_http = settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # the app keeps no state
)


@pytest.mark.slow
@thorough
@given(shapes)
@example({"pixels": [float("nan")] * 784})
@example({"pixels": [10**60] * 784})
def test_any_json_is_refused_with_a_named_field(value: Any) -> None:
    assert problem_from_the_reader(json.dumps(value).encode()).status in {400, 422}


@thorough
@given(st.binary(max_size=300))
@example(b"\x80")
def test_any_bytes_are_refused(body: bytes) -> None:
    problem_from_the_reader(body)


@pytest.mark.slow
@thorough
@given(mutated())
def test_any_damage_to_a_good_body_is_read_or_refused(body: bytes) -> None:
    try:
        assert parse_drawing(body).shape == (PIXELS,)
    except ProblemError:
        problem_from_the_reader(body)


@pytest.mark.slow
@through_http
@given(shapes.map(lambda value: json.dumps(value).encode()) | st.binary() | mutated())
def test_any_of_these_is_answered_with_200_or_a_problem(client: TestClient, body: bytes) -> None:
    if client.post("/predict", content=body, headers=JSON).status_code != 200:
        problem_for(client, body)


pixel_values = st.floats(0, 1) | st.integers(0, 1) | leaves


@pytest.mark.slow
@thorough
@given(st.dictionaries(st.integers(0, 783), pixel_values, max_size=4), st.integers(0, 6))
def test_the_fast_reader_and_the_exact_one_agree(drawn: dict[int, Any], length: int) -> None:
    pixels = [drawn.get(index, 0) for index in range(PIXELS + max(0, length - 4))]
    body = json.dumps({"pixels": pixels}).encode()
    good = len(pixels) == PIXELS and all(
        isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
        for value in pixels
    )
    if good:
        assert parse_drawing(body).tolist() == np.float32(pixels).tolist()
    else:
        with pytest.raises(ProblemError) as caught:
            parse_drawing(body)
        assert "784 numbers from 0 to 1" not in caught.value.errors[0].message


def test_the_servers_log_holds_no_traceback_of_a_refusal(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    problem_for(client, b"{")
    assert not [record for record in caplog.records if record.exc_info]
