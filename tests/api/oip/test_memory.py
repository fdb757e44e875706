"""A request under /v2 takes little memory, whatever it contains."""

import json
import tracemalloc
from typing import Any

import numpy as np
import pytest
from tensors import tensor

from mnist_recognizer.api.oip.inference import parse_inference
from mnist_recognizer.api.problems import ProblemError


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


@pytest.mark.parametrize("extra", [[0] * 20_000, "," * 60_000])
def test_commas_beside_the_numbers_are_not_counted(extra: Any) -> None:
    images = np.zeros((1000, 784), int).tolist()
    request = {"inputs": [tensor(images, shape=[1000, 784])], "extra": extra}
    assert len(parse_inference(json.dumps(request).encode(), None).pixels) == 1000
