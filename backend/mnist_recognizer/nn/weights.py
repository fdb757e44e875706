"""Weight files (.pkl, .npz, .safetensors), written atomically and read with suspicion.

A weights file may come from anywhere, so reading one must never run code, crash the process or take
memory out of proportion. Every reader therefore follows the same four rules: the size is capped
before anything is read; nothing in the file names a Python object; each array's declared shape must
match the bytes that are really there *before* memory is taken for it; and every fault ends in
one :class:`WeightsError`, a sentence that says what. The formats are in ``weight_formats.py``.
"""

import contextlib
import json
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.nn.weight_formats import (
    DECODERS,
    ENCODERS,
    MAX_FILE_BYTES,
    MAX_TEXT_BYTES,
    Arrays,
    Refused,
)

Floats = NDArray[np.floating]
SUFFIXES = tuple(ENCODERS)


class WeightsError(ValueError):
    """A weights file cannot be used; the message says why, in one sentence."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} is not a usable weights file: {reason}")
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[type["WeightsError"], tuple[Path, str]]:
        return type(self), (self.path, self.reason)


def save_arrays(
    path: Path,
    arrays: Mapping[str, NDArray[Any]],
    metadata: dict[str, Any],
    max_bytes: int = MAX_FILE_BYTES,
) -> None:
    """Write named arrays and JSON metadata in the format that the suffix names, atomically.

    Raises
    ------
    WeightsError
        When the file could not be read again (a NaN, an unknown suffix, too large, …): it is not
        written then.
    TypeError
        When the metadata is not JSON.
    OSError
        When the disk does not take it; an older file of that name is then still whole.
    """
    encode = _by_suffix(path, ENCODERS)
    data = encode(arrays, json.dumps(metadata))
    _decode(path, data, max_bytes)
    write_atomically(path, data)


def load_arrays(path: Path, max_bytes: int = MAX_FILE_BYTES) -> tuple[Arrays, dict[str, Any]]:
    """Read the arrays (float32 or float64, all finite) and the metadata of a weights file.

    Raises
    ------
    WeightsError
        When the file is not sound, or larger than `max_bytes`.
    FileNotFoundError, PermissionError
        When it cannot be opened.
    """
    _by_suffix(path, DECODERS)
    if path.exists() and not path.is_file():  # opening a pipe would wait for ever
        raise WeightsError(path, "it is not a regular file")
    with path.open("rb") as file:
        data = file.read(min(os.fstat(file.fileno()).st_size, max_bytes + 1))
    return _decode(path, data, max_bytes)


def save_layers(
    path: Path, weights: Sequence[Any], biases: Sequence[Any], metadata: dict[str, Any]
) -> None:
    """Write a network's layers as W1, b1, W2, b2, … and its metadata; see :func:`save_arrays`."""
    arrays = {}
    for number, (W, b) in enumerate(zip(weights, biases, strict=True), start=1):
        arrays[f"W{number}"], arrays[f"b{number}"] = W, b
    save_arrays(path, arrays, metadata)


def load_layers(path: Path) -> tuple[list[Floats], list[Floats], dict[str, Any]]:
    """Read what :func:`save_layers` wrote: every W, every b, and the metadata.

    Raises
    ------
    WeightsError
        When the file is not sound, or its arrays are not the layers of a network.
    FileNotFoundError, PermissionError
        When it cannot be opened.
    """
    arrays, metadata = load_arrays(path)
    numbers = range(1, len(arrays) // 2 + 1)
    if not numbers or set(arrays) != {f"{kind}{number}" for number in numbers for kind in "Wb"}:
        raise WeightsError(path, "it does not hold W1, b1, W2, b2, … for each layer")
    weights = [arrays[f"W{number}"] for number in numbers]
    biases = [arrays[f"b{number}"] for number in numbers]
    for number, W, b in zip(numbers, weights, biases, strict=True):
        if W.ndim != 2 or b.shape != W.shape[1:] or 0 in W.shape:
            raise WeightsError(
                path, f"W{number} {W.shape} and b{number} {b.shape} do not make a layer"
            )
        if number > 1 and weights[number - 2].shape[1] != W.shape[0]:
            raise WeightsError(
                path,
                f"layer {number} takes {W.shape[0]} numbers, "
                f"but layer {number - 1} gives {weights[number - 2].shape[1]}",
            )
    return weights, biases, metadata


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file as a whole: after a crash there is the old one or the new, never half.

    Raises
    ------
    OSError
        When the disk does not take it; nothing is left behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _by_suffix(path: Path, table: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
    try:
        return table[path.suffix.lower()]
    except KeyError:
        ending = f"ends in {path.suffix!r}" if path.suffix else "has no suffix"
        raise WeightsError(
            path, f"its name {ending}, and must end in one of {', '.join(table)}"
        ) from None


def _decode(path: Path, data: bytes, max_bytes: int) -> tuple[Arrays, dict[str, Any]]:
    """Read a file's bytes, and answer whatever is wrong with them with one WeightsError."""
    if not data:
        raise WeightsError(path, "it is empty")
    if len(data) > max_bytes:
        raise WeightsError(path, f"it is larger than {max_bytes / 2**20:g} MiB")
    try:
        arrays, text = _by_suffix(path, DECODERS)(data)
        metadata = _metadata(text)
    except Refused as refusal:
        raise WeightsError(path, str(refusal)) from None
    except Exception as error:  # whatever a hostile file provokes in a parser, it is a bad file
        raise WeightsError(path, f"it is damaged ({type(error).__name__})") from error
    if len({array.dtype for array in arrays.values()}) > 1:
        raise WeightsError(path, "its arrays are not all of one dtype")
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise WeightsError(path, f"{name[:20]} holds NaN or infinity")
    return arrays, metadata


def _metadata(text: str) -> dict[str, Any]:
    if len(text) > MAX_TEXT_BYTES:
        raise Refused("its metadata is longer than 1 MiB")
    metadata = json.loads(text)
    if not isinstance(metadata, dict):
        raise Refused("its metadata is not a JSON object")
    try:  # JSON can spell what JSON cannot hold: NaN, 1e999, half of a surrogate pair
        json.dumps(metadata, allow_nan=False, ensure_ascii=False).encode()
    except ValueError:
        raise Refused("its metadata holds NaN, infinity or half a character") from None
    return metadata
