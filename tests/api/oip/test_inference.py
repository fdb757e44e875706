"""The Open Inference Protocol under /v2, in JSON and with binary tensors as Triton sends them."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from clients import refused, start
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from mnist_recognizer.api.oip.inference import parse_inference
from mnist_recognizer.api.problems import ProblemError
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP

INFER = "/v2/models/mnist/infer"
LENGTH = "Inference-Header-Content-Length"
PIXELS = np.random.default_rng(0).random((3, 784), dtype=np.float32)


def tensor(data: Any = None, **changes: Any) -> dict[str, Any]:
    """Describe three images as an input, with something changed."""
    data = PIXELS.reshape(-1).tolist() if data is None else data
    return {"name": "pixels", "shape": [3, 784], "datatype": "FP32", "data": data, **changes}


def binary(pixels: np.ndarray[Any, Any] = PIXELS, **request: Any) -> tuple[bytes, dict[str, str]]:
    """Write a request as Triton's client does: JSON, then the tensor's bytes."""
    raw = pixels.tobytes()
    described = tensor(shape=list(pixels.shape), parameters={"binary_data_size": len(raw)})
    del described["data"]
    text = json.dumps({"inputs": [described], **request}).encode()
    return text + raw, {LENGTH: str(len(text))}


def arrays(response: httpx.Response) -> dict[str, np.ndarray[Any, Any]]:
    """Read an answer as Triton's client does."""
    assert response.status_code == 200
    length = int(response.headers.get(LENGTH, len(response.content)))
    text, raw = response.content[:length], response.content[length:]
    found = {}
    for output in json.loads(text)["outputs"]:
        dtype = {"FP32": "<f4", "INT64": "<i8"}[output["datatype"]]
        size = output.get("parameters", {}).get("binary_data_size")
        if size is None:
            array = np.array(output["data"], dtype)
        else:
            array, raw = np.frombuffer(raw[:size], dtype), raw[size:]
        found[output["name"]] = array.reshape(output["shape"])
    assert raw == b""
    return found


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


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ([], "The request cannot be read: Expected `object`, got `array`."),
        ({}, "The request cannot be read: Object missing required field `inputs`."),
        ({"inputs": []}, "The request cannot be read: Expected `array` of length 1"),
        ({"inputs": [tensor(), tensor()]}, "Expected `array` of length 1 - at `$.inputs`."),
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
        ({"inputs": [tensor()], "id": "x" * 257}, "Expected `str` of length <= 256 - at `$.id`."),
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


@pytest.mark.parametrize("extra", [[0] * 20_000, "," * 60_000])
def test_commas_beside_the_numbers_are_not_counted(extra: Any) -> None:
    images = np.zeros((1000, 784), int).tolist()
    request = {"inputs": [tensor(images, shape=[1000, 784])], "extra": extra}
    assert len(parse_inference(json.dumps(request).encode(), None).pixels) == 1000


@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
def test_weights_that_overflow_are_503_and_never_a_nan(overflowing_weights: Path) -> None:
    content, headers = binary()
    with start(overflowing_weights) as client:
        response = client.post(INFER, content=content, headers=headers)
    assert "give no probabilities" in refused(response, 503)


def test_a_compressed_body_is_415(client: TestClient) -> None:
    assert refused(client.post(INFER, content=b"", headers={"Content-Encoding": "gzip"}), 415)


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


@pytest.mark.parametrize("part", [b"[],", b"{},", b"0,", b"[[", b'"x",'])
@pytest.mark.slow
def test_a_hostile_body_takes_little_memory(part: bytes) -> None:
    start = b'{"inputs":[{"name":"pixels","shape":[3,784],"datatype":"FP32","data":[0,'
    nested = start.replace(b"0,", b"[],")
    for beginning in (start, nested):
        body = beginning + part * 780_000 + b"0]}]}"
        tracemalloc.start()
        try:
            with pytest.raises(ProblemError) as caught:
                parse_inference(body, None)
            assert tracemalloc.get_traced_memory()[1] < 60_000_000
        finally:
            tracemalloc.stop()
        assert len(caught.value.detail) < 300


LONG = b"\xf0\x9f\x98\x80" + b"a" * 19_000_000  # in Python's memory, four times its bytes
START = b'{"inputs":[{"name":"pixels","shape":[1,784],"datatype":"FP32","data":[]}],'


@pytest.mark.parametrize(
    "body",
    [
        START + b'"id":"' + LONG + b'"}',
        START + b'"' + LONG + b'":1}',
        START + b'"\\n' + LONG + b'":1}',
        START + b'"outputs":[' + b'{"name":"a"},' * 780_000 + b"0]}",
        START.replace(b"FP32", LONG) + b'"id":""}',
        b'{"inputs":[' + b'{"name":"a","shape":[1],"datatype":"a"},' * 250_000 + b"0]}",
        b'{"inputs":[{"shape":[' + b"0," * 780_000 + b"0]}]}",
        START.replace(b"[]", b"[0," + b" " * 20_000_000 + b"0]") + b'"id":""}',
    ],
    ids=["id", "key", "escaped key", "outputs", "datatype", "inputs", "shape", "spaces"],
)
def test_what_stands_around_the_numbers_takes_little_memory(body: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ProblemError) as caught:
            parse_inference(body, None)
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()
    assert len(caught.value.detail) < 300


@pytest.mark.parametrize("shape", [(1000 * 784,), (1000, 784)])
@pytest.mark.slow
def test_a_thousand_images_as_json_take_little_memory(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(0).random((1000, 784), dtype=np.float32)
    data = pixels.reshape(shape).tolist()
    body = json.dumps({"inputs": [tensor(data, shape=[1000, 784])]}).encode()
    tracemalloc.start()
    try:
        inference = parse_inference(body, None)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    np.testing.assert_array_equal(inference.pixels, pixels)


def test_a_body_nested_too_deeply_is_said_to_be() -> None:
    with pytest.raises(ProblemError, match=r"^The body is nested too deeply\.$"):
        parse_inference(b'{"other":' + b"[" * 1_000_000, None)


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
        (START.replace(b"[]", b'["\xff"]') + b'"x":0}', "pixels[0] is not UTF-8"),
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
