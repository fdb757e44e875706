"""The .npz and .safetensors formats: what is written, and why a file is refused, word for word."""

import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_recognizer.nn import WeightsError, weight_formats, weights
from mnist_recognizer.nn.weight_formats import MAX_FILE_BYTES

ARRAYS = {"W1": np.arange(6, dtype=np.float32).reshape(2, 3), "b1": np.ones(3, np.float32)}


def reason(name: str, data: bytes) -> str:
    """Return why a file is refused."""
    with pytest.raises(WeightsError) as caught:
        weights._decode(Path(name), data, MAX_FILE_BYTES)
    return caught.value.reason


# --- .npz ----------------------------------------------------------------------------------------


def npy(array: np.ndarray, version: tuple[int, int] = (1, 0)) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version)
    return file.getvalue()


def zipped(*entries: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


ONES = npy(np.ones((2, 2), np.float32))


def test_numpy_itself_reads_an_npz_file() -> None:
    with np.load(io.BytesIO(weight_formats._encode_npz(ARRAYS, '{"a": "é"}'))) as content:
        assert content["metadata"].tobytes().decode() == '{"a": "é"}'
        assert content["metadata"].dtype == np.uint8
        for name, array in ARRAYS.items():
            np.testing.assert_array_equal(content[name], array)
        assert len(content.files) == 3


@pytest.mark.parametrize("version", [(1, 0), (2, 0)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_both_versions_and_orders_of_npy_are_read(version: tuple[int, int], order: Any) -> None:
    array = np.asarray(np.arange(6, dtype=np.float32).reshape(2, 3), order=order)
    data = zipped(("W1.npy", npy(array, version)))
    arrays, metadata = weights._decode(Path("w.npz"), data, MAX_FILE_BYTES)
    np.testing.assert_array_equal(arrays["W1"], array)
    assert arrays["W1"].flags.c_contiguous
    assert metadata == {}


def test_metadata_may_come_before_and_after_other_entries() -> None:
    text = npy(np.frombuffer(b'{"a": 1}', np.uint8))
    for entries in ([("metadata.npy", text), ("W1.npy", ONES)], [("W1", ONES), ("metadata", text)]):
        arrays, metadata = weights._decode(Path("w.npz"), zipped(*entries), MAX_FILE_BYTES)
        assert (list(arrays), metadata) == (["W1"], {"a": 1})


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (zipped(("W1", ONES)).replace(b"\x00\x01\x00\x01", b"\x00\x01\x00\x02"), "count"),
        (zipped(("W1", ONES), ("W1.npy", ONES)), "it holds two arrays of one name"),
        (
            zipped(("W1", ONES), method=zipfile.ZIP_DEFLATED),
            "it is compressed; write it with numpy.savez",
        ),
        (zipped(("W1", npy(np.ones(2, ">f4")))), "it holds a big-endian array"),
        (zipped(("metadata", ONES)), "its metadata is not text"),
        (
            zipped(("W1", ONES.replace(b"NUMPY\x01", b"NUMPY\x03"))),
            "it holds an array of an unknown version",
        ),
        (zipped(("W1", npy(np.ones(2, np.int16)))), "W1 is neither float32 nor float64"),
        (zipped(("W1", ONES + b"\0")), "W1 declares (2, 2) but holds 17 bytes"),
        (b"PK\x03\x04", "it is damaged (BadZipFile)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_npz_file_that_is_not_sound_is_refused(data: bytes, sentence: str) -> None:
    if sentence == "count":
        sentence = "it does not hold as many arrays as its last record says"
    assert reason("w.npz", data) == sentence


def test_entries_may_not_hold_more_than_the_file() -> None:
    data = bytearray(zipped(("W1", ONES)))
    directory = data.find(b"PK\x01\x02")
    assert reason("w.npz", _with_size(data, directory, len(data) + 1)) == "its entries overlap"
    arrays, _ = weights._decode(
        Path("w.npz"), _with_size(data, directory, len(data)), MAX_FILE_BYTES
    )
    np.testing.assert_array_equal(arrays["W1"], np.ones((2, 2)))


def _with_size(data: bytearray, directory: int, size: int) -> bytes:
    changed = bytearray(data)
    struct.pack_into("<I", changed, directory + 24, size)
    return bytes(changed)


def test_the_number_of_entries_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped(("W1", ONES), ("W2", ONES), ("W3", ONES))
    monkeypatch.setattr(weight_formats, "_MAX_ZIP_ENTRIES", 3)
    assert len(weights._decode(Path("w.npz"), data, MAX_FILE_BYTES)[0]) == 3
    monkeypatch.setattr(weight_formats, "_MAX_ZIP_ENTRIES", 2)
    assert reason("w.npz", data) == "it holds too many arrays"


# --- .safetensors --------------------------------------------------------------------------------


def test_safetensors_begin_with_a_header_as_its_specification_says() -> None:
    for metadata in ("{}", '{"a": 1}', '{"ab": 12}', '{"abc": 123}'):
        data = weight_formats.encode_safetensors(ARRAYS, metadata)
        (length,) = struct.unpack_from("<Q", data)
        assert length % 8 == 0
        header = data[8 : 8 + length]
        assert len(header) - len(header.rstrip(b" ")) < 8
        assert json.loads(header) == {
            "__metadata__": {"metadata": metadata},
            "W1": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
            "b1": {"dtype": "F32", "shape": [3], "data_offsets": [24, 36]},
        }
        assert data[8 + length :] == ARRAYS["W1"].tobytes() + ARRAYS["b1"].tobytes()


def safetensors(header: object, body: bytes, padding: int = 0) -> bytes:
    text = json.dumps(header).encode() + b" " * padding
    return struct.pack("<Q", len(text)) + text + body


def entry(start: int, stop: int, shape: tuple[int, ...] = (1,)) -> dict[str, Any]:
    return {"dtype": "F32", "shape": shape, "data_offsets": [start, stop]}


LONG = "n" * 21
GAP = "overlaps its neighbour or leaves a gap"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (struct.pack("<Q", 3) + b"{}", "it is cut off inside its header"),
        (safetensors({LONG: entry(0, 4), "b": entry(0, 4)}, bytes(8)), f"b {GAP}"),
        (safetensors({"b": entry(0, 4), LONG: entry(5, 9)}, bytes(9)), f"{'n' * 20} {GAP}"),
        (safetensors({"W": entry(0, -4)}, b""), f"W {GAP}"),
        (safetensors({"W": entry(0, 4)}, bytes(5)), "its length is not what its header declares"),
        (safetensors({"W": entry(0, 4, (2,))}, bytes(4)), "W declares (2,) but holds 4 bytes"),
        (
            safetensors({"W": entry(0, 4) | {"dtype": "I32"}}, bytes(4)),
            "W is neither float32 nor float64",
        ),
        (safetensors({}, b"", 2**21 - 1), "its header is longer than 2 MiB"),
        (b"1234567", "it is damaged (error)"),
    ],
)
def test_a_safetensors_file_that_is_not_sound_is_refused(data: bytes, sentence: str) -> None:
    assert reason("w.safetensors", data) == sentence


def test_a_header_may_be_two_mebibytes_long() -> None:
    header = {"W": entry(0, 4)}
    padding = 2**21 - len(json.dumps(header))
    data = safetensors(header, bytes(4), padding)
    arrays, metadata = weights._decode(Path("w.safetensors"), data, MAX_FILE_BYTES)
    assert (list(arrays), metadata) == (["W"], {})
    assert reason("w.safetensors", safetensors(header, bytes(4), padding + 1)) == (
        "its header is longer than 2 MiB"
    )
