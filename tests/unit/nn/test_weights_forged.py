"""Archives and safetensors that somebody forged: none takes memory or time."""

import functools
import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_recognizer.nn import MLP

Check = Callable[..., None]
MIB = 2**20


# --- zips --------------------------------------------------------------------------------


def npy(array: np.ndarray, **options: Any) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, array, **options)
    return file.getvalue()


def forged_npy(header: str, data: bytes = bytes(16), version: tuple[int, int] = (1, 0)) -> bytes:
    text = header.encode()
    length = struct.pack("<H" if version == (1, 0) else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + length + text + data


def zipped(*entries: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytearray:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return bytearray(file.getvalue())


@functools.cache
def bomb(method: int) -> bytes:
    return bytes(zipped(("W1.npy", bytes(64 * MIB)), method=method))


@pytest.mark.parametrize("declared", [100, 64 * MIB, 2**32 - 2])
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_zip_bombs_do_not_go_off(
    tmp_path: Path, method: int, declared: int, assert_refused: Check
) -> None:
    path = tmp_path / "weights.npz"
    content = bytearray(bomb(method))
    struct.pack_into("<I", content, content.rfind(b"PK\x01\x02") + 24, declared)  # its file size
    path.write_bytes(content)
    assert_refused(path, "it is compressed")


def test_many_empty_entries_are_refused_before_they_are_listed(
    tmp_path: Path, assert_refused: Check
) -> None:
    path = tmp_path / "weights.npz"
    path.write_bytes(zipped(*((str(number), b"") for number in range(5000))))
    assert_refused(path, "too many arrays")


def test_entries_that_share_their_bytes_are_refused(tmp_path: Path, assert_refused: Check) -> None:
    path = tmp_path / "weights.npz"
    ones = npy(np.ones((300, 1000), np.float32))
    content = zipped(("W1", ones), ("W2", b""), ("W3", b""))
    first = content.find(b"PK\x01\x02")
    for _ in range(2):  # the other entries declare the first one's place and size
        other = content.find(b"PK\x01\x02", first + 46)
        content[other + 16 : other + 28] = content[first + 16 : first + 28]
        content[other + 42 : other + 46] = content[first + 42 : first + 46]
        first = other
    path.write_bytes(content)
    assert_refused(path, "overlap")


def test_encrypted_entries_are_refused(tmp_path: Path, assert_refused: Check) -> None:
    path = tmp_path / "weights.npz"
    content = zipped(("W1.npy", npy(np.ones((2, 2), np.float32))))
    content[6] |= 1
    content[content.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert_refused(path, "damaged")


@pytest.mark.parametrize("names", [("W1.npy", "W1.npy"), ("W1.npy", "W1")])
def test_two_entries_of_one_name_are_refused(
    tmp_path: Path, names: tuple[str, str], assert_refused: Check
) -> None:
    path = tmp_path / "weights.npz"
    content = zipped((names[0], b"a"), ("X" * len(names[1]), b"b"))
    path.write_bytes(content.replace(b"X" * len(names[1]), names[1].encode()))
    assert_refused(path, "two arrays of one name")


SHAPE = "{'descr': '<f4', 'fortran_order': False, 'shape': %s}\n"


@pytest.mark.parametrize(
    "entry",
    [
        npy(np.array([{"a": 1}], dtype=object), allow_pickle=True),
        npy(np.ones((2, 2), ">f4")),
        npy(np.ones((2, 2), np.int64)),
        npy(np.array(["text"])),
        npy(np.zeros(2, [("a", "<f4")])),
        forged_npy(SHAPE % "(1000000000, 1000000000)"),
        forged_npy(SHAPE % "(9223372036854775807, 2)"),
        forged_npy(SHAPE % "(-2, -2)"),
        forged_npy(SHAPE % "(2, 3)"),
        forged_npy(SHAPE % "(True, 4)"),
        forged_npy(SHAPE % "4"),
        forged_npy(SHAPE % "(2, 2, 1)"),
        forged_npy("{'descr': '|O', 'fortran_order': False, 'shape': (2,)}"),
        forged_npy("{'descr': ('<f4', (2147483647,)), 'fortran_order': False, 'shape': (2,)}"),
        forged_npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3)}"),
        forged_npy("__import__('os').system('true')"),
        forged_npy("(" * 5000),
        forged_npy("-" * 9000 + "1"),
        forged_npy("{'\\d': 1}"),
        forged_npy("{" * 70_000, version=(2, 0)),
        forged_npy(SHAPE % "(2, 2)", version=(3, 0)),
        forged_npy(SHAPE % "(2, 2)", version=(9, 9)),
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff",
        b"\x93NUMPY",
        b"PK\x03\x04",
        b"",
    ],
    ids=lambda entry: repr(entry[10:40]),
)
def test_forged_arrays_are_refused(tmp_path: Path, entry: bytes, assert_refused: Check) -> None:
    path = tmp_path / "weights.npz"
    bias = npy(np.ones(2, np.float32))
    path.write_bytes(zipped(("W1.npy", entry), ("b1.npy", bias)))
    assert_refused(path)


def test_metadata_must_be_text(tmp_path: Path, assert_refused: Check) -> None:
    path = tmp_path / "weights.npz"
    np.savez(path, metadata=np.ones(3), W1=np.ones((2, 2)), b1=np.ones(2))
    assert_refused(path, "its metadata is not text")
    np.savez(path, metadata=np.array([0xFF], np.uint8), W1=np.ones((2, 2)), b1=np.ones(2))
    assert_refused(path, "damaged")


# --- safetensors -------------------------------------------------------------------------


def safetensors(header: object, body: bytes = bytes(24), length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + body


def tensors(**changes: Any) -> dict[str, Any]:
    """Return the header of a 2 -> 2 layer whose W1 is changed."""
    first = {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]} | changes
    return {"W1": first, "b1": {"dtype": "F32", "shape": [2], "data_offsets": [16, 24]}}


def test_the_forged_headers_below_are_forged_in_one_place_only(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(safetensors(tensors()))
    assert MLP.load(path).layer_sizes == (2, 2)


@pytest.mark.parametrize(
    "content",
    [
        safetensors({}, length=2**63),
        safetensors({}, length=2**64 - 1),
        safetensors({}, b"", length=3),
        safetensors({}, b"", length=0),
        safetensors({}, b""),
        b"\x00" * 7,
        safetensors([]),
        safetensors("W1"),
        safetensors(7),
        safetensors(None),
        safetensors(b"{" * 100_000),
        safetensors(b"[" * 100_000),
        safetensors(b"\xff\xfe"),
        safetensors(b'{"W1": NaN}'),
        safetensors({"W1": None}),
        safetensors({"W1": []}),
        safetensors({"__metadata__": 7} | tensors()),
        safetensors({"__metadata__": {"metadata": 7}} | tensors()),
        safetensors({"__metadata__": {"metadata": "7"}} | tensors()),
        safetensors(tensors(data_offsets=[0, 24])),
        safetensors(tensors(data_offsets=[0, 15])),
        safetensors(tensors(data_offsets=[8, 24])),
        safetensors(tensors(data_offsets=[16, 0])),
        safetensors(tensors(data_offsets=[-16, 0])),
        safetensors(tensors(data_offsets=[0, 2**63])),
        safetensors(tensors(data_offsets=[0.0, 16.0])),
        safetensors(tensors(data_offsets=[float("nan"), 16])),
        safetensors(tensors(data_offsets=["0", "16"])),
        safetensors(tensors(data_offsets=[0, 16, 24])),
        safetensors(tensors(data_offsets=None)),
        safetensors(tensors(shape=[2, 3])),
        safetensors(tensors(shape=[-2, -2])),
        safetensors(tensors(shape=[2.0, 2.0])),
        safetensors(tensors(shape=[2**62, 4])),
        safetensors(tensors(shape="22")),
        safetensors(tensors(shape={})),
        safetensors(tensors(dtype="F16", shape=[2, 4])),
        safetensors(tensors(dtype="BF16", shape=[2, 4])),
        safetensors(tensors(dtype=7)),
        safetensors(tensors(dtype=["F32"])),
        safetensors(tensors(), bytes(23)),
        safetensors(tensors(), bytes(25)),
        safetensors(b'{"__metadata__": {"x": [' + b"[]," * MIB + b"1]}}"),
    ],
    ids=lambda content: repr(content[8:60]),
)
def test_forged_headers_are_refused(tmp_path: Path, content: bytes, assert_refused: Check) -> None:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(content)
    assert_refused(path)
