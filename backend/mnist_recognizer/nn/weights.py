"""Weight files (.pkl, .npz, .safetensors), written atomically and read with suspicion.

A weights file may come from anywhere, so reading one must never run code, crash the process or take
memory out of proportion. Every reader here therefore follows the same four rules: the size is
capped before anything is read; nothing in the file names a Python object; each array's declared
shape must match the bytes that are really there *before* memory is taken for it; and whatever is
wrong ends in one :class:`WeightsError`, a sentence that says what.

Pickle deserves a word. A pickle is a program for a small stack machine, and ``GLOBAL`` instructions
let it call any function. Allowing only ``numpy.ndarray`` is not enough: ``ndarray((1,), 'O', b'A' *
8)`` makes an object pointer out of thin air. Even without globals, one instruction can ask for a
memo of four billion slots. Our files hold built-in types only (names, shapes, dtype names, raw
bytes), which need a dozen kinds of instruction, so a file with any other, or with too many, is
refused unread.
"""

import contextlib
import io
import json
import math
import os
import pickle
import pickletools
import struct
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

MAX_FILE_BYTES = 64 * 2**20  # a network 150 times the default's size
_MAX_PICKLE_INSTRUCTIONS = 4096  # a layer takes about 30
_DTYPES = {"float32": "F32", "float64": "F64"}  # NumPy's name: safetensors' name
_PICKLE_FORMAT = "mnist-recognizer weights 1"

Arrays = dict[str, NDArray[np.floating]]


class WeightsError(ValueError):
    """A weights file cannot be used; the message says why, in one sentence."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} is not a usable weights file: {reason}")
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[type["WeightsError"], tuple[Path, str]]:
        return type(self), (self.path, self.reason)


def save_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], metadata: dict[str, Any]) -> None:
    """Write named arrays and JSON metadata in the format that the suffix names, atomically.

    Raises
    ------
    ValueError
        When the suffix is unknown, or the metadata is not JSON.
    OSError
        When the disk does not take it; an older file of that name is then still whole.
    """
    encode = _by_suffix(path, _ENCODERS)
    write_atomically(path, encode(arrays, json.dumps(metadata, allow_nan=False)))


def load_arrays(path: Path) -> tuple[Arrays, dict[str, Any]]:
    """Read the arrays (float32 or float64, all finite) and the metadata of a weights file.

    Raises
    ------
    WeightsError
        When the file is not sound.
    FileNotFoundError, PermissionError
        When it cannot be opened.
    """
    decode = _by_suffix(path, _DECODERS)
    data = _read_capped(path)
    try:
        arrays, text = decode(data)
        metadata = json.loads(text, parse_constant=_refuse_constant)
    except _Refused as refusal:
        raise WeightsError(path, str(refusal)) from None
    except Exception as error:  # whatever a hostile file provokes in a parser, it is a bad file
        raise WeightsError(path, f"it is damaged ({type(error).__name__})") from error
    if not isinstance(metadata, dict):
        raise WeightsError(path, "its metadata is not a JSON object")
    if len({array.dtype for array in arrays.values()}) > 1:
        raise WeightsError(path, "its arrays are not all of one dtype")
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise WeightsError(path, f"{name} holds NaN or infinity")
    return arrays, metadata


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file as a whole: after a crash there is the old one or the new, never half.

    Raises
    ------
    OSError
        When the disk does not take it; nothing is left behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files private; give this one the mode that open() would have given it
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


# --- shared by the readers ------------------------------------------------------------------------


class _Refused(Exception):  # noqa: N818  (internal: becomes a WeightsError with the path in front)
    """Why a file is refused."""


def _by_suffix(path: Path, table: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
    try:
        return table[path.suffix.lower()]
    except KeyError:
        raise WeightsError(
            path, f"its name ends in {path.suffix or 'no suffix'!r}, not in {', '.join(table)}"
        ) from None


def _read_capped(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise WeightsError(path, "it is not a regular file")
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise WeightsError(path, f"it is larger than {MAX_FILE_BYTES // 2**20} MiB")
    if not data:
        raise WeightsError(path, "it is empty")
    return data


def _refuse_constant(name: str) -> NoReturn:
    raise _Refused(f"its metadata holds {name}")


def _array(name: str, shape: object, dtype: object, data: object) -> NDArray[np.floating]:
    """Make an array of raw bytes, after checking that they are as many as its shape declares."""
    if not isinstance(name, str) or not isinstance(data, bytes):
        raise _Refused("its arrays are not made of names and bytes")
    if not isinstance(dtype, str) or dtype not in _DTYPES:
        raise _Refused(f"{name[:20]} is neither float32 nor float64")
    if (
        not isinstance(shape, tuple | list)
        or len(shape) > 2
        or not all(type(n) is int and 0 <= n <= MAX_FILE_BYTES for n in shape)
    ):
        raise _Refused(f"{name[:20]} has no sensible shape")
    little_endian = np.dtype(dtype).newbyteorder("<")
    if math.prod(shape) * little_endian.itemsize != len(data):
        raise _Refused(f"{name[:20]} declares {tuple(shape)} but holds {len(data)} bytes")
    return np.frombuffer(data, little_endian).reshape(shape).astype(dtype)


def _raw(array: NDArray[Any]) -> bytes:
    return np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()


# --- .pkl ----------------------------------------------------------------------------------------

_HARMLESS_INSTRUCTIONS = frozenset(
    {"PROTO", "FRAME", "STOP", "MARK", "MEMOIZE", "BINGET", "LONG_BINGET"}
    | {"EMPTY_DICT", "SETITEM", "SETITEMS", "EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3"}
    | {"SHORT_BINUNICODE", "BINUNICODE", "SHORT_BINBYTES", "BINBYTES"}
    | {"BININT", "BININT1", "BININT2"}
)


class _NoGlobals(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> NoReturn:
        raise _Refused(f"it names a Python object, {module}.{name}"[:120])


def _encode_pickle(arrays: Mapping[str, NDArray[Any]], metadata: str) -> bytes:
    content = {
        "format": _PICKLE_FORMAT,
        "arrays": {
            name: {"shape": array.shape, "dtype": array.dtype.name, "data": _raw(array)}
            for name, array in arrays.items()
        },
        "metadata": metadata,
    }
    return pickle.dumps(content, protocol=4)


def _decode_pickle(data: bytes) -> tuple[Arrays, str]:
    for count, (instruction, argument, _) in enumerate(pickletools.genops(data)):
        if instruction.name in ("GLOBAL", "STACK_GLOBAL", "INST"):
            raise _Refused(f"it names a Python object, {argument or ''}"[:120].rstrip(", "))
        if instruction.name not in _HARMLESS_INSTRUCTIONS or count > _MAX_PICKLE_INSTRUCTIONS:
            raise _Refused("it holds more than names, shapes and numbers")
    content = _NoGlobals(io.BytesIO(data)).load()
    if not isinstance(content, dict) or content.get("format") != _PICKLE_FORMAT:
        raise _Refused("it was not written by this project")
    arrays = {
        name: _array(name, entry["shape"], entry["dtype"], entry["data"])
        for name, entry in content["arrays"].items()
    }
    return arrays, content["metadata"]


# --- .npz ----------------------------------------------------------------------------------------


def _encode_npz(arrays: Mapping[str, NDArray[Any]], metadata: str) -> bytes:
    file = io.BytesIO()
    text = np.frombuffer(metadata.encode(), np.uint8)
    np.savez(file, allow_pickle=False, metadata=text, **arrays)
    return file.getvalue()


def _decode_npz(data: bytes) -> tuple[Arrays, str]:
    arrays: Arrays = {}
    metadata = "{}"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > MAX_FILE_BYTES:
            raise _Refused(f"it unpacks to more than {MAX_FILE_BYTES // 2**20} MiB")
        if len({entry.filename for entry in entries}) != len(entries):
            raise _Refused("it holds two arrays of one name")
        for entry in entries:
            name = entry.filename.removesuffix(".npy")
            # ZipFile.open stops at file_size, so an entry cannot unpack to more than it declares
            shape, dtype, fortran, content = _split_npy(archive.read(entry))
            if name == "metadata":
                if dtype != np.uint8:
                    raise _Refused("its metadata is not text")
                metadata = content.decode()
                continue
            if fortran:
                array = _array(name, shape[::-1], dtype.name, content).T
                arrays[name] = np.ascontiguousarray(array)
            else:
                arrays[name] = _array(name, shape, dtype.name, content)
    return arrays, metadata


def _split_npy(data: bytes) -> tuple[tuple[int, ...], np.dtype[Any], bool, bytes]:
    """Split an .npy file: NumPy's own reader takes memory for any shape that it declares."""
    file = io.BytesIO(data)
    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    version = np.lib.format.read_magic(file)
    if version not in readers:
        raise _Refused("it holds an array of an unknown version")
    shape, fortran, dtype = readers[version](file)
    if dtype.byteorder == ">":
        raise _Refused("it holds a big-endian array")
    return shape, dtype, fortran, data[file.tell() :]


# --- .safetensors --------------------------------------------------------------------------------
# https://huggingface.co/docs/safetensors: 8 bytes with the header's length, a JSON header that
# gives each tensor's dtype, shape and place, then the tensors' bytes without gaps.


def _encode_safetensors(arrays: Mapping[str, NDArray[Any]], metadata: str) -> bytes:
    header: dict[str, Any] = {"__metadata__": {"metadata": metadata}}
    blocks: list[bytes] = []
    start = 0
    for name, array in arrays.items():
        block = _raw(array)
        header[name] = {
            "dtype": _DTYPES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [start, start + len(block)],
        }
        blocks.append(block)
        start += len(block)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # so that the tensors start at a multiple of 8
    return struct.pack("<Q", len(text)) + text + b"".join(blocks)


def _decode_safetensors(data: bytes) -> tuple[Arrays, str]:
    (length,) = struct.unpack_from("<Q", data)
    if length > len(data) - 8:
        raise _Refused("it is cut off inside its header")
    header = json.loads(data[8 : 8 + length], parse_constant=_refuse_constant)
    body = data[8 + length :]
    metadata = header.pop("__metadata__", {}).get("metadata", "{}")
    dtypes = {theirs: ours for ours, theirs in _DTYPES.items()}
    arrays: Arrays = {}
    end = 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        start, stop = entry["data_offsets"]
        if start != end or stop < start:
            raise _Refused(f"{name[:20]} overlaps its neighbour or leaves a gap")
        arrays[name] = _array(name, entry["shape"], dtypes.get(entry["dtype"]), body[start:stop])
        end = stop
    if end != len(body):
        raise _Refused("its length is not what its header declares")
    return arrays, metadata


_ENCODERS = {".pkl": _encode_pickle, ".npz": _encode_npz, ".safetensors": _encode_safetensors}
_DECODERS = {".pkl": _decode_pickle, ".npz": _decode_npz, ".safetensors": _decode_safetensors}
