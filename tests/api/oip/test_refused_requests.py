"""Requests under /v2 that are refused, and the sentence that says why."""

import json
from typing import Any

import msgspec
import numpy as np
import pytest
from clients import refused
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from tensors import INFER, LENGTH, PIXELS, binary, tensor

from mnist_recognizer.api.oip.inference import parse_inference
from mnist_recognizer.api.oip.wrong_requests import describe
from mnist_recognizer.api.problems import ProblemError


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ([], "The request must be an object, but is an array."),
        ({}, "inputs is missing."),
        ({"inputs": []}, "inputs must have 1 item."),
        ({"inputs": 3}, "inputs must be an array, but is a whole number."),
        ({"inputs": [{"name": "pixels"}]}, "inputs[0].shape is missing."),
        ({"inputs": [tensor(shape=[1.5])]}, "must be a whole number, but is a number with dec"),
        ({"inputs": [tensor()], "id": 7}, "id must be a string or null, but is a whole number."),
        ({"inputs": [tensor(), tensor()]}, "inputs must have 1 item."),
        ({"inputs": [tensor(name="x")]}, "The request must have one input, 'pixels'."),
        ({"inputs": [tensor(datatype="INT8" * 99)]}, "The input pixels must be FP32, but is 'INT8"),
        ({"inputs": [tensor(shape=[2352])]}, "The shape of pixels must be [n, 784], n at least 1."),
        ({"inputs": [tensor(shape=[0, 784])]}, "The shape of pixels must be [n, 784]"),
        ({"inputs": [tensor(shape=[-3, -784])]}, "The shape of pixels must be [n, 784]"),
        ({"inputs": [tensor(shape=[2, 784])]}, "has 2,352 numbers, and its shape is [2, 784]."),
        ({"inputs": [tensor(PIXELS.tolist()[:2])]}, "has 1,568 numbers, and its shape is"),
        ({"inputs": [tensor([[0], [], []])]}, "pixels[0] has 1 item, and 784 numbers are needed."),
        ({"inputs": [tensor([[]])]}, "pixels[0] has 0 items, and 784 numbers are needed."),
        ({"inputs": [tensor([[0] * 784, [0] * 1568, []])]}, "pixels[1] has 1,568 items, and 784"),
        ({"inputs": [tensor([[0] * 784] * 2 + [5])]}, "pixels[2] must be an array of 784 numbers"),
        ({"inputs": [tensor([0] * 784 + [[5]])]}, "pixels[1] has 1 item, and 784"),
        ({"inputs": [tensor([0, {"a": [1, "],"]}])]}, "pixels[0] has 2 items, and 784"),
        ({"inputs": [tensor("0")]}, "The data of pixels must be an array of numbers."),
        ({"inputs": [tensor({"0": 0})]}, "The data of pixels must be an array of numbers."),
        ({"inputs": [tensor([])]}, "The input pixels has 0 numbers, and its shape is [3, 784]."),
        ({"inputs": [tensor([True] * 784)]}, "pixels[0][0] must be a number from 0 to 1, but is"),
        ({"inputs": [tensor(["a"] * 784)]}, "pixels[0][0] must be a number from 0 to 1"),
        ({"inputs": [tensor([[[0]] * 784])]}, "pixels[0][0] must be a number from 0 to 1"),
        ({"inputs": [tensor([0, 7] * 1176)]}, "pixels[0][1] is 7, and must be from 0 to 1"),
        ({"inputs": [tensor([0] * 800 + [-1e300] * 1552)]}, "pixels[1][16] is -1e300, and must"),
        ({"inputs": [tensor()], "id": "x" * 257}, "id must have 256 characters at most."),
        ({"inputs": [tensor()], "more": "x" * 65_536}, " bytes besides the numbers of pixels"),
        ({"inputs": [tensor(parameters={"binary_data_size": 8})]}, "binary_data_size is 8, but 0 "),
        ({"inputs": [{"name": "pixels", "shape": [3, 784], "datatype": "FP32"}]}, "has no data."),
        ({"inputs": [tensor()], "outputs": [{"name": "y"}]}, "There is no output 'y', only prob"),
        ({"inputs": [tensor()], "outputs": [{"name": "prediction", "parameters": {
            "classification": 3}}]}, "Outputs as classifications are not offered."),
        ({"inputs": [tensor()], "outputs": [{"name": "prediction", "parameters": {
            "shared_memory_region": "r", "shared_memory_byte_size": 8}}]},
            "Outputs in shared memory are not offered."),
    ],
)  # fmt: skip
def test_a_request_of_another_shape_is_told_why(
    client: TestClient, request_: Any, message: str
) -> None:
    assert message in refused(client.post(INFER, json=request_), 400)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1.001, -0.001, 255])
def test_a_binary_number_out_of_range_is_named(client: TestClient, value: float) -> None:
    pixels = PIXELS.copy()
    pixels[1, 16] = value
    content, headers = binary(pixels)
    said = refused(client.post(INFER, content=content, headers=headers), 400)
    assert said == f"pixels[1][16] is {value:g}, and must be from 0 to 1."


@pytest.mark.parametrize(
    ("length", "message"),
    [
        ("", "is not a number."),
        ("-1", "is not a number."),
        ("1e3", "is not a number."),
        ("9" * 5000, "is not a number."),
        ("9" * 20, "is more than the body has."),
        ("0", "The request is empty; send JSON with the input 'pixels'."),
        ("50", "The body is not JSON: it is cut off."),
    ],
)
def test_a_wrong_header_length_is_told(client: TestClient, length: str, message: str) -> None:
    content, _ = binary()
    assert message in refused(client.post(INFER, content=content, headers={LENGTH: length}), 400)


def test_two_header_lengths_are_none(client: TestClient) -> None:
    content, headers = binary()
    twice = [(LENGTH, headers[LENGTH])] * 2
    assert "is not a number." in refused(client.post(INFER, content=content, headers=twice), 400)


def test_bytes_that_are_too_few_too_many_or_no_numbers_are_told(client: TestClient) -> None:
    content, headers = binary()
    for changed in (content[:-4], content + b"1234"):
        response = client.post(INFER, content=changed, headers=headers)
        assert "binary_data_size is 9408, but 9,4" in refused(response, 400)
    described = {**tensor(parameters={"binary_data_size": 3}), "data": None}
    text = json.dumps({"inputs": [described]}).encode()
    response = client.post(INFER, content=text + b"123", headers={LENGTH: str(len(text))})
    assert refused(response, 400) == "The input pixels has 3 bytes, not 4 for each number."


@pytest.mark.parametrize("data", [b'"\xff\xfe"', b'{"a": 1, "a": 2}', b"[0]"])
def test_numbers_travel_in_one_way(data: bytes) -> None:
    content, headers = binary()
    length = int(headers[LENGTH])
    text = content[:length].replace(b'"name":', b'"data": ' + data + b', "name":')
    with pytest.raises(ProblemError, match="has data and binary_data_size; send one of them"):
        parse_inference(text + content[length:], str(len(text)))


def test_a_body_nested_too_deeply_is_said_to_be() -> None:
    with pytest.raises(ProblemError, match=r"^The body is nested too deeply\.$"):
        parse_inference(b'{"other":' + b"[" * 1_000_000, None)


@pytest.mark.parametrize("flat", [True, False])
@pytest.mark.parametrize("number", ["1.00000001", "-1e-320", "1e300", "1e999", "-1"])
def test_a_number_is_checked_before_it_is_rounded(number: str, flat: bool) -> None:
    data = "0," * 784 + number + ",0" * 783 if flat else f"[{'0,' * 783}0],[{number}{',0' * 783}]"
    text = json.dumps({"inputs": [tensor(["x"], shape=[2, 784])]}).replace('"x"', data)
    with pytest.raises(ProblemError, match=r"^pixels\[1\]\[0\] is .*, and must be from 0 to 1"):
        parse_inference(text.encode(), None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"shape": [int("7" * 4299), 784]}, "The input pixels holds 777,777,"),
        ({"parameters": {"binary_data_size": int("7" * 4299)}}, "binary_data_size is 777"),
    ],
)
def test_a_number_of_thousands_of_digits_is_not_repeated(
    client: TestClient, change: dict[str, Any], message: str
) -> None:
    said = refused(client.post(INFER, json={"inputs": [tensor(**change)]}), 400)
    assert said.startswith(message)
    assert len(said) < 150


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The request is empty; send JSON with the input 'pixels'."),
        (b" \r\n", "The request is empty; send JSON with the input 'pixels'."),
        (b'{"id":"\\ud800"}', "The body contains half of a surrogate pair"),
        (b'{"inputs":[', "The body is not JSON: it is cut off."),
        (b'{"id":"\\ud83d\\ude00', "The body is not JSON: it is cut off."),
        (
            b'{"inputs":[{"name":"pixels","shape":[1,784],"datatype":"FP32","data":["\xff"]}]}',
            "pixels[0] is not UTF-8",
        ),
    ],
)
def test_a_body_that_is_no_json_is_told_why(client: TestClient, body: bytes, message: str) -> None:
    assert message in refused(client.post(INFER, content=body), 400)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=9,
)

FIELDS = ["name", "shape", "datatype", "data", "parameters"]


@given(st.dictionaries(st.sampled_from(FIELDS), values, min_size=1), st.none() | st.text())
def test_any_tensor_is_refused_or_read(changes: dict[str, Any], length: str | None) -> None:
    try:
        inference = parse_inference(json.dumps({"inputs": [tensor(**changes)]}).encode(), length)
    except ProblemError as problem:
        status = problem.status
    else:
        status = 200
        assert inference.pixels.shape == (3, 784)
    assert status in {200, 400}


@given(st.binary(max_size=200), st.none() | st.integers(0, 250).map(str))
def test_any_bytes_are_refused(body: bytes, length: str | None) -> None:
    with pytest.raises(ProblemError):
        parse_inference(body, length)


def test_words_of_the_decoder_that_nobody_knows_are_passed_on() -> None:
    said = describe(msgspec.ValidationError("Something new"))
    assert said == "The request cannot be read: Something new."
    assert describe(msgspec.ValidationError("Expected `decimal`, got `int`")) == (
        "The request must be `decimal`, but is a whole number."
    )
