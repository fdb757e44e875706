"""The three formats of a weights file, as bytes: .pkl, .npz and .safetensors.

The encoders take named arrays and the metadata as JSON text; the decoders return both. A decoder
raises :class:`Refused`, or any error of the parser that it uses, when the bytes are not sound.

Pickle deserves a word. A pickle is a program for a small stack machine, and ``GLOBAL`` instructions
let it call any function. Allowing only ``numpy.ndarray`` is not enough: ``ndarray((1,), 'O', b'A' *
8)`` makes an object pointer out of thin air. Even without globals, one instruction can ask for a
memo of four billion slots, and tuples of tuples of tuples take for ever to hash. Our files hold
built-in types only (names, shapes, dtype names, raw bytes), which need a dozen kinds of
instruction, so a file with any other, or with too many, is refused unread.
"""

import io
import json
import math
import pickle
import pickletools
import struct
import zipfile
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

MAX_FILE_BYTES = 64 * 2**20  # a network 150 times the default's size
MAX_TEXT_BYTES = 2**20  # of metadata or headers: parsed JSON takes 20 times the memory of its text
_MAX_ZIP_ENTRIES = 4096
_MAX_PICKLE_INSTRUCTIONS = 4096  # a layer takes about 30
_DTYPES = {"float32": "F32", "float64": "F64"}  # NumPy's name: safetensors' name
_PICKLE_FORMAT = "mnist-recognizer weights 1"

Arrays = dict[str, NDArray[np.floating]]


class Refused(Exception):  # noqa: N818  (internal: becomes a WeightsError with the path in front)
    """Why a file is refused."""


def _array(name: str, shape: object, dtype: object, data: object) -> NDArray[np.floating]:
    """Make an array of raw bytes, after checking that they are as many as its shape declares."""
    if not isinstance(name, str) or not isinstance(data, bytes):
        raise Refused("its arrays are not made of names and bytes")
    if not isinstance(dtype, str) or dtype not in _DTYPES:
        raise Refused(f"{name[:20]} is neither float32 nor float64")
    if (
        not isinstance(shape, tuple | list)
        or len(shape) > 2
        or not all(type(n) is int and 0 <= n <= MAX_FILE_BYTES for n in shape)
    ):
        raise Refused(f"{name[:20]} has no sensible shape")
    little_endian = np.dtype(dtype).newbyteorder("<")
    if math.prod(shape) * little_endian.itemsize != len(data):
        raise Refused(f"{name[:20]} declares {tuple(shape)} but holds {len(data)} bytes")
    return np.frombuffer(data, little_endian).reshape(shape).astype(dtype)


def _raw(array: NDArray[Any]) -> bytes:
    return np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()


# --- .pkl ----------------------------------------------------------------------------------------

_HARMLESS_INSTRUCTIONS = frozenset(
    {"PROTO", "FRAME", "STOP", "MARK", "MEMOIZE", "BINGET", "LONG_BINGET"}
    | {"EMPTY_DICT", "SETITEM", "SETITEMS", "TUPLE1", "TUPLE2"}
    | {"SHORT_BINUNICODE", "BINUNICODE", "SHORT_BINBYTES", "BINBYTES"}
    | {"BININT", "BININT1", "BININT2"}
)


class _NoGlobals(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> NoReturn:
        raise Refused(f"it names a Python object, {module}.{name}"[:120])


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
    previous = ""
    for count, (instruction, argument, _) in enumerate(pickletools.genops(data)):
        name = instruction.name
        if name in ("GLOBAL", "STACK_GLOBAL", "INST"):
            raise Refused(f"it names a Python object, {argument or ''}"[:120].rstrip(", "))
        # A tuple is a shape, so an integer is its last item. Pairs of pairs of pairs, 50 deep,
        # would be 2⁵⁰ items to the hash function of a dict that has them as its key.
        tangled = name.startswith("TUPLE") and not previous.startswith("BININT")
        if name not in _HARMLESS_INSTRUCTIONS or tangled or count > _MAX_PICKLE_INSTRUCTIONS:
            raise Refused("it holds more than names, shapes and numbers")
        previous = name
    content = _NoGlobals(io.BytesIO(data)).load()
    if not isinstance(content, dict) or content.get("format") != _PICKLE_FORMAT:
        raise Refused("it was not written by this project")
    arrays = {
        name: _array(name, entry["shape"], entry["dtype"], entry["data"])
        for name, entry in content["arrays"].items()
    }
    return arrays, content["metadata"]


# --- .npz ----------------------------------------------------------------------------------------


def _encode_npz(arrays: Mapping[str, NDArray[Any]], metadata: str) -> bytes:
    file = io.BytesIO()
    named: dict[str, Any] = {"metadata": np.frombuffer(metadata.encode(), np.uint8), **arrays}
    np.savez(file, **named)
    return file.getvalue()


def _decode_npz(data: bytes) -> tuple[Arrays, str]:
    arrays: Arrays = {}
    metadata = "{}"
    if data.count(b"PK\x01\x02") > _MAX_ZIP_ENTRIES:  # the mark of an entry in the zip's directory
        raise Refused("it holds too many arrays")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {entry.filename.removesuffix(".npy"): entry for entry in archive.infolist()}
        if int.from_bytes(data[-12:-10], "little") != len(archive.infolist()):
            raise Refused("it does not hold as many arrays as its last record says")
        if len(entries) != len(archive.infolist()):
            raise Refused("it holds two arrays of one name")
        # zipfile unpacks up to 2 GiB before it looks at what size an entry declares
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries.values()):
            raise Refused("it is compressed; write it with numpy.savez")
        if sum(entry.file_size for entry in entries.values()) > len(data):
            raise Refused("its entries overlap")
        for name, entry in entries.items():
            shape, dtype, fortran, content = _split_npy(archive.read(entry))
            if name == "metadata":
                if dtype != np.uint8:
                    raise Refused("its metadata is not text")
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
        raise Refused("it holds an array of an unknown version")
    shape, fortran, dtype = readers[version](file)
    if dtype.byteorder == ">":
        raise Refused("it holds a big-endian array")
    return shape, dtype, fortran, data[file.tell() :]


# --- .safetensors --------------------------------------------------------------------------------
# https://huggingface.co/docs/safetensors: 8 bytes with the header's length, a JSON header that
# gives each tensor's dtype, shape and place, then the tensors' bytes without gaps.


def encode_safetensors(arrays: Mapping[str, NDArray[Any]], metadata: str) -> bytes:
    """Return named float arrays and metadata, a JSON text, as the bytes of a .safetensors file."""
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
        raise Refused("it is cut off inside its header")
    if length > 2 * MAX_TEXT_BYTES:
        raise Refused("its header is longer than 2 MiB")
    header = json.loads(data[8 : 8 + length])
    body = data[8 + length :]
    metadata = header.pop("__metadata__", {}).get("metadata", "{}")
    dtypes = {theirs: ours for ours, theirs in _DTYPES.items()}
    arrays: Arrays = {}
    end = 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        start, stop = entry["data_offsets"]
        if start != end or stop < start:
            raise Refused(f"{name[:20]} overlaps its neighbour or leaves a gap")
        arrays[name] = _array(name, entry["shape"], dtypes.get(entry["dtype"]), body[start:stop])
        end = stop
    if end != len(body):
        raise Refused("its length is not what its header declares")
    return arrays, metadata


ENCODERS = {".pkl": _encode_pickle, ".npz": _encode_npz, ".safetensors": encode_safetensors}
DECODERS = {".pkl": _decode_pickle, ".npz": _decode_npz, ".safetensors": _decode_safetensors}
