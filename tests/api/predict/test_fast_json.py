"""Arrays of numbers are read the fast way, or left to the others: never read wrongly."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import reload
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mnist_recognizer.api.predict import fast_json
from mnist_recognizer.api.predict.drawing import PIXELS, parse_drawing
from mnist_recognizer.api.predict.fast_json import read_numbers

PICTURE = np.linspace(0, 1, PIXELS, dtype=np.float32)


class Array(list[Any]):
    """What stands for simdjson's array where that is not installed."""

    def as_buffer(self, of_type: str) -> bytes:
        if any(isinstance(value, bool) or not isinstance(value, int | float) for value in self):
            raise TypeError
        return np.array(self, of_type).tobytes()


class Parser:
    """What stands for its parser."""

    def parse(self, text: bytes) -> Any:
        if b"NaN" in text or b"Infinity" in text:
            raise ValueError
        return json.loads(text, object_pairs_hook=lambda pairs: pairs and Fields(pairs))


class Fields(dict[str, Any]):
    """What stands for its object."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__((key, Array(v) if isinstance(v, list) else v) for key, v in pairs)
        self.pairs = len(pairs)

    def __len__(self) -> int:
        return self.pairs


@pytest.fixture(autouse=True)
def a_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """See that there is a parser, so that these tests say the same wherever they run."""
    if fast_json.simdjson is None:
        monkeypatch.setattr(fast_json, "simdjson", SimpleNamespace(Parser=Parser))


def wrapped(array: str | bytes) -> bytes:
    """Return an object whose only field is an array that is written so."""
    return b'{"pixels":' + (array.encode() if isinstance(array, str) else array) + b"}"


@pytest.mark.parametrize(
    "text",
    [
        wrapped("[0,1,0.5]"),
        wrapped("[0, 1.0, 5e-1]"),
        b'{ "pixels" : [ 0, 1, 0.5 ] }\n',
    ],
)
def test_what_programs_write_is_read(text: bytes) -> None:
    numbers = read_numbers(text, "pixels", 3)
    assert numbers is not None
    assert numbers.dtype == np.float32
    assert numbers.tolist() == [0, 1, 0.5]


@pytest.mark.parametrize(
    "text",
    [
        *map(
            wrapped,
            [
                "[",
                "3",
                '"[0,1,1]"',
                "[]",
                "[0,1]",
                "[0,1,1,1]",
                "[0,1,1.0000001]",
                "[0,1,-1e-9]",
                "[0,1,true]",
                "[0,1,null]",
                '[0,1,"1"]',
                "[0,1,NaN]",
                "[0,1,1e400]",
                "[0,1,18446744073709551616]",
                "[[0,1,1]]",
                "[[0],[1,1],[]]",
                "[0,1,{}]",
                "[0,1,1]]",
                b"[0,1,\xff]",
                "[0,1,1" + " " * 65536 + "]",
            ],
        ),
        b"",
        b"{}",
        b"[0,1,1]",
        b"\xef\xbb\xbf" + wrapped("[0,1,1]"),
        b" " + wrapped("[0,1,1]"),
        b'{"others":[0,1,1]}',
        b'{"pixels":[0,1,1],"pixels":0}',
        b'{"pixels":0,"pixels":[0,1,1]}',
        b'{"pixels":[0,1,1],"others":0}',
    ],
)
def test_whatever_is_anything_else_is_left_to_the_others(text: bytes) -> None:
    assert read_numbers(text, "pixels", 3) is None


values = st.floats(0, 1) | st.integers(0, 1) | st.floats() | st.booleans() | st.none() | st.text()


@settings(max_examples=500, deadline=None)
@given(st.recursive(values, lambda inner: st.lists(inner, max_size=4), max_leaves=8))
@example([0.1, 1e-320, -0.0])
def test_what_is_read_is_what_python_reads(value: Any) -> None:
    count = len(value) if isinstance(value, list) else 1
    numbers = read_numbers(wrapped(json.dumps(value)), "pixels", count)
    if numbers is not None:
        assert not any(isinstance(number, bool) for number in value)
        assert numbers.tolist() == np.float32(value).tolist()
        assert all(0 <= number <= 1 for number in value)


def test_threads_do_not_disturb_each_other() -> None:
    def read(shift: int) -> bool:
        picture = np.roll(PICTURE, shift)
        text = wrapped(json.dumps(picture.tolist()))
        return all(np.array_equal(read_numbers(text, "pixels", PIXELS), picture) for _ in range(50))

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(read, range(32)))


def test_everything_is_read_where_simdjson_is_not_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = wrapped(json.dumps(PICTURE.tolist()))
    quickly = parse_drawing(one)
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "simdjson", None)  # importing it fails
        reload(fast_json)
        assert fast_json.read_numbers(wrapped("[0]"), "pixels", 1) is None
        patch.setattr("mnist_recognizer.api.predict.drawing.read_numbers", fast_json.read_numbers)
        slowly = parse_drawing(one)
    reload(fast_json)
    assert quickly.tolist() == slowly.tolist()
