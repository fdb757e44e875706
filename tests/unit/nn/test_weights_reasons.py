"""Why a weights file is refused, word for word, and where each limit lies exactly."""

import io
import pickle
import pickletools
import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_recognizer.nn import WeightsError, weight_formats, weights
from mnist_recognizer.nn.weight_formats import MAX_FILE_BYTES
from mnist_recognizer.nn.weights import load_arrays, save_arrays, write_atomically

ARRAYS = {"W1": np.arange(6, dtype=np.float32).reshape(2, 3), "b1": np.ones(3, np.float32)}
ENCODERS = weight_formats.ENCODERS


def reason(name: str, data: bytes, max_bytes: int = MAX_FILE_BYTES) -> str:
    """Return why a file is refused."""
    with pytest.raises(WeightsError) as caught:
        weights._decode(Path(name), data, max_bytes)
    assert str(caught.value) == f"{name} is not a usable weights file: {caught.value.reason}"
    return caught.value.reason


# --- every format --------------------------------------------------------------------------------

every_format = pytest.mark.parametrize("suffix", ENCODERS)


@every_format
def test_no_bytes_are_an_empty_file(suffix: str) -> None:
    assert reason(f"w{suffix}", b"") == "it is empty"


@every_format
def test_a_file_may_be_as_large_as_the_limit_and_no_larger(suffix: str) -> None:
    data = ENCODERS[suffix](ARRAYS, "{}")
    weights._decode(Path(f"w{suffix}"), data, len(data))
    allowed = f"it is larger than {(len(data) - 1) / 2**20:g} MiB"
    assert reason(f"w{suffix}", data, len(data) - 1) == allowed


def test_the_limit_is_told_in_mib() -> None:
    assert reason("w.pkl", bytes(2**20 + 2**19 + 1), 2**20 + 2**19) == "it is larger than 1.5 MiB"


@every_format
def test_reading_stops_where_the_limit_is_exceeded(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"w{suffix}"
    data = ENCODERS[suffix](ARRAYS, '{"a": 1}')
    path.write_bytes(data)
    arrays, metadata = load_arrays(path, len(data))
    assert metadata == {"a": 1}
    assert {name: array.tolist() for name, array in arrays.items()} == {
        name: array.tolist() for name, array in ARRAYS.items()
    }
    with pytest.raises(WeightsError, match="it is larger than"):
        load_arrays(path, len(data) - 1)


@every_format
def test_what_a_file_holds_is_read_in_its_dtype_and_can_be_changed(suffix: str) -> None:
    for dtype in (np.float32, np.float64):
        whole = {name: array.astype(dtype) for name, array in ARRAYS.items()}
        arrays, metadata = weights._decode(
            Path(f"w{suffix}"), ENCODERS[suffix](whole, '{"é": null}'), MAX_FILE_BYTES
        )
        assert metadata == {"é": None}
        assert list(arrays) == ["W1", "b1"]
        for name, array in arrays.items():
            assert array.dtype == dtype
            np.testing.assert_array_equal(array, whole[name])
            array += 1


@pytest.mark.parametrize(
    ("name", "ending"), [("w.h5", "ends in '.h5'"), ("weights", "has no suffix")]
)
def test_an_unknown_suffix_is_named_beside_the_known_ones(name: str, ending: str) -> None:
    sentence = f"its name {ending}, and must end in one of .pkl, .npz, .safetensors"
    with pytest.raises(WeightsError) as loading:
        load_arrays(Path(name))
    with pytest.raises(WeightsError) as saving:
        save_arrays(Path(name), ARRAYS, {})
    assert loading.value.reason == saving.value.reason == sentence
    assert loading.value.path == saving.value.path == Path(name)


@every_format
def test_arrays_of_two_dtypes_are_refused(suffix: str) -> None:
    mixed = ARRAYS | {"b1": np.ones(3)}
    data = ENCODERS[suffix](mixed, "{}")
    assert reason(f"w{suffix}", data) == "its arrays are not all of one dtype"


@every_format
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_no_number_in_an_array_is_refused_with_the_arrays_name(suffix: str, value: float) -> None:
    odd = {"a_name_of_many_letters": np.array([1, value, 2], np.float32)}
    told = "a_name_of_many_lette holds NaN or infinity"
    assert reason(f"w{suffix}", ENCODERS[suffix](odd, "{}")) == told


@every_format
@pytest.mark.parametrize(
    ("metadata", "sentence"),
    [
        ("[1]", "its metadata is not a JSON object"),
        ('{"a": NaN}', "its metadata holds NaN, infinity or half a character"),
        ('{"a": 1e999}', "its metadata holds NaN, infinity or half a character"),
        ('{"a": "\\ud800"}', "its metadata holds NaN, infinity or half a character"),
        ("{", "it is damaged (JSONDecodeError)"),
        (" " * 2**20 + "{}", "its metadata is longer than 1 MiB"),
    ],
    ids=["list", "NaN", "infinity", "surrogate", "cut", "long"],
)
def test_metadata_that_is_none_is_refused(suffix: str, metadata: str, sentence: str) -> None:
    assert reason(f"w{suffix}", ENCODERS[suffix](ARRAYS, metadata)) == sentence


@every_format
def test_metadata_may_be_a_mebibyte_long(suffix: str) -> None:
    text = '{"é": 1}'.ljust(2**20)
    data = ENCODERS[suffix](ARRAYS, text)
    assert weights._decode(Path(f"w{suffix}"), data, MAX_FILE_BYTES)[1] == {"é": 1}


# --- one array -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shape", "dtype", "data", "sentence"),
    [
        (7, (1,), "float32", bytes(4), "its arrays are not made of names and bytes"),
        ("W", (1,), "float32", "text", "its arrays are not made of names and bytes"),
        ("n" * 21, (1,), "int32", bytes(4), "n" * 20 + " is neither float32 nor float64"),
        ("W", (1,), ["float32"], bytes(4), "W is neither float32 nor float64"),
        ("n" * 21, (1, 1, 1), "float32", bytes(4), "n" * 20 + " has no sensible shape"),
        ("W", "1", "float32", bytes(4), "W has no sensible shape"),
        ("W", (True,), "float32", bytes(4), "W has no sensible shape"),
        ("W", (-1, -1), "float32", bytes(4), "W has no sensible shape"),
        ("W", (0, MAX_FILE_BYTES + 1), "float32", b"", "W has no sensible shape"),
        ("n" * 21, [2, 3], "float32", bytes(4), "n" * 20 + " declares (2, 3) but holds 4 bytes"),
        ("W", (1,), "float64", bytes(4), "W declares (1,) but holds 4 bytes"),
    ],
)
def test_what_makes_no_array_is_told(
    name: Any, shape: Any, dtype: Any, data: Any, sentence: str
) -> None:
    with pytest.raises(weight_formats.Refused) as caught:
        weight_formats._array(name, shape, dtype, data)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("shape", [(), (1,), (1, 1), [1, 1]])
def test_up_to_two_dimensions_are_sensible(shape: Any) -> None:
    assert weight_formats._array("W", shape, "float32", bytes(4)).shape == tuple(shape)


def test_a_dimension_may_be_0_or_as_large_as_a_file() -> None:
    shape = (0, MAX_FILE_BYTES)
    assert weight_formats._array("W", shape, "float64", b"").shape == shape


def test_arrays_are_written_row_by_row_with_the_lowest_byte_first() -> None:
    array = np.arange(6, dtype=np.float64).reshape(2, 3)
    for same in (array, np.asfortranarray(array), array.astype(">f8")):
        assert weight_formats._raw(same) == struct.pack("<6d", 0, 1, 2, 3, 4, 5)


# --- .pkl ----------------------------------------------------------------------------------------


def test_a_pickle_holds_names_shapes_and_bytes_and_nothing_else() -> None:
    data = ENCODERS[".pkl"](ARRAYS, '{"a": 1}')
    assert data.startswith(b"\x80\x04")  # protocol 4
    assert pickle.loads(data) == {
        "format": "mnist-recognizer weights 1",
        "arrays": {
            "W1": {"shape": (2, 3), "dtype": "float32", "data": ARRAYS["W1"].tobytes()},
            "b1": {"shape": (3,), "dtype": "float32", "data": ARRAYS["b1"].tobytes()},
        },
        "metadata": '{"a": 1}',
    }


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"cos\nsystem\n.", "it names a Python object, os system"),
        (b"(ios\nsystem\n.", "it names a Python object, os system"),
        (b"\x80\x04\x8c\x02os\x8c\x06system\x93.", "it names a Python object"),
        (b"c" + b"o" * 200 + b"\nsystem\n.", "it names a Python object, " + "o" * 94),
        (b"\x80\x04]\x94.", "it holds more than names, shapes and numbers"),
        (b"\x80\x04}\x85.", "it holds more than names, shapes and numbers"),
        (pickle.dumps({"format": "another"}, 4), "it was not written by this project"),
        (pickle.dumps("text", 4), "it was not written by this project"),
        (b"\x80\x04", "it is damaged (ValueError)"),
        (b"\x80\x04.", "it is damaged (UnpicklingError)"),
    ],
)
def test_a_pickle_that_is_not_ours_is_refused(data: bytes, sentence: str) -> None:
    assert reason("w.pkl", data) == sentence


def test_the_number_of_instructions_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    data = ENCODERS[".pkl"](ARRAYS, "{}")
    count = len(list(pickletools.genops(data)))
    monkeypatch.setattr(weight_formats, "_MAX_PICKLE_INSTRUCTIONS", count - 1)
    weights._decode(Path("w.pkl"), data, MAX_FILE_BYTES)
    monkeypatch.setattr(weight_formats, "_MAX_PICKLE_INSTRUCTIONS", count - 2)
    assert reason("w.pkl", data) == "it holds more than names, shapes and numbers"


def test_the_unpickler_names_what_it_refuses_and_stays_short() -> None:
    for module, told in (("os", "os.system"), ("m" * 200, "m" * 94)):
        with pytest.raises(weight_formats.Refused) as caught:
            weight_formats._NoGlobals(io.BytesIO()).find_class(module, "system")
        assert str(caught.value) == f"it names a Python object, {told}"


# --- on the disk ---------------------------------------------------------------------------------


def test_the_temporary_file_is_a_hidden_neighbour_with_a_name_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced: list[str] = []
    replace = Path.replace

    def watched(path: Path, target: Path) -> Path:
        assert path.parent == target.parent == tmp_path
        assert path.read_bytes() == b"content"
        replaced.append(path.name)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", watched)
    for _ in range(2):
        write_atomically(tmp_path / "w.pkl", b"content")
    assert all(re.fullmatch(r"\.w\.pkl\.[0-9a-f]{8}\.tmp", name) for name in replaced)
    assert replaced[0] != replaced[1]


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "w.npz").mkdir()
    with pytest.raises(WeightsError) as caught:
        load_arrays(tmp_path / "w.npz")
    assert caught.value.reason == "it is not a regular file"
