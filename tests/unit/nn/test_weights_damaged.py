"""Weight files that are cut, spoilt or no files, and layers that do not fit together."""

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_recognizer.nn import MLP, WeightsError, weight_formats
from mnist_recognizer.nn.weight_formats import MAX_FILE_BYTES

Check = Callable[..., None]
SUFFIXES = [".pkl", ".npz", ".safetensors"]
MIB = 2**20

every_format = pytest.mark.parametrize("suffix", SUFFIXES)


def small_model() -> MLP:
    model = MLP(5, [4], 3, seed=1)
    model.metadata = {"model": "5 -> 4 -> 3", "test_accuracy": 0.99}
    return model


def assert_loads_soundly_or_not_at_all(path: Path) -> bool:
    try:
        model = MLP.load(path)
    except WeightsError:
        return False
    assert model.layer_sizes == (5, 4, 3)
    assert model.dtype == np.float32
    assert np.isfinite(model.parameters).all()
    return True


# --- what is no file -----------------------------------------------------------------------------


@every_format
def test_an_empty_file_is_refused(tmp_path: Path, suffix: str, assert_refused: Check) -> None:
    path = tmp_path / f"weights{suffix}"
    path.touch()
    assert_refused(path, "it is empty")


@every_format
def test_a_folder_is_refused(tmp_path: Path, suffix: str, assert_refused: Check) -> None:
    path = tmp_path / f"weights{suffix}"
    path.mkdir()
    assert_refused(path, "it is not a regular file")


@every_format
@pytest.mark.timeout(20)
@pytest.mark.posix
def test_a_pipe_is_refused_without_waiting_for_it(
    tmp_path: Path, suffix: str, assert_refused: Check
) -> None:
    path = tmp_path / f"weights{suffix}"
    os.mkfifo(path)
    assert_refused(path, "it is not a regular file")


@every_format
def test_a_missing_file_is_missing(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(FileNotFoundError):
        MLP.load(tmp_path / f"weights{suffix}")


@every_format
def test_a_huge_file_is_refused_unread(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"weights{suffix}"
    with path.open("wb") as file:
        file.truncate(2**40)  # takes no room on the disk
    tracemalloc.start()
    try:
        with pytest.raises(WeightsError, match="it is larger than 64 MiB"):
            MLP.load(path)
        assert tracemalloc.get_traced_memory()[1] < MAX_FILE_BYTES + MIB
    finally:
        tracemalloc.stop()


# --- damaged files -------------------------------------------------------------------------------


@pytest.mark.slow
@every_format
def test_every_truncation_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"weights{suffix}"
    small_model().save(path)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(WeightsError):
            MLP.load(path)


@every_format
def test_truncations_of_the_default_network_are_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"weights{suffix}"
    MLP().save(path)
    length = path.stat().st_size
    for cut in [*range(1, 40), *range(40, length, length // 60)]:
        os.truncate(path, length - cut)
        with pytest.raises(WeightsError):
            MLP.load(path)


@pytest.mark.slow
@every_format
def test_any_flipped_bit_is_refused_or_harmless(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"weights{suffix}"
    small_model().save(path)
    whole = path.read_bytes()
    loaded = 0
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << (position % 8)
        path.write_bytes(damaged)
        loaded += assert_loads_soundly_or_not_at_all(path)
    assert loaded < len(whole)  # some flips must have been found


@pytest.mark.slow
@every_format
@given(data=st.data())
@settings(max_examples=150)
def test_any_damage_is_refused_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / f"damaged{suffix}"
    small_model().save(path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        stop = data.draw(st.integers(start, min(len(content), start + 40)))
        content[start:stop] = data.draw(st.binary(max_size=40))
    path.write_bytes(content)
    assert_loads_soundly_or_not_at_all(path)


@every_format
@given(content=st.binary(max_size=300))
@settings(max_examples=100)
def test_any_bytes_are_refused(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / f"bytes{suffix}"
    path.write_bytes(content)
    with pytest.raises(WeightsError):
        MLP.load(path)


# --- layers that do not fit ----------------------------------------------------------------------


def arrays(*shapes: tuple[int, ...], dtype: type[np.floating] = np.float32) -> dict[str, Any]:
    """Return W1, b1, W2, … of these shapes."""
    names = [f"{kind}{number}" for number in range(1, 9) for kind in "Wb"]
    return {name: np.ones(shape, dtype) for name, shape in zip(names, shapes, strict=False)}


def without(name: str) -> dict[str, Any]:
    content = arrays((5, 4), (4,), (4, 3), (3,))
    del content[name]
    return content


@every_format
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({}, "it does not hold W1, b1"),
        (without("W1"), "it does not hold W1, b1"),
        (without("b2"), "it does not hold W1, b1"),
        ({"W1": np.ones((2, 2)), "b2": np.ones(2)}, "it does not hold W1, b1"),
        (arrays((5, 4), (4,)) | {"extra": np.ones(1, np.float32)}, "it does not hold W1, b1"),
        (arrays((5, 4), (4,), (3, 2), (2,)), "layer 2 takes 3 numbers, but layer 1 gives 4"),
        (arrays((5, 4), (3,)), r"W1 \(5, 4\) and b1 \(3,\) do not make a layer"),
        (arrays((4,), (4,)), "do not make a layer"),
        (arrays((5, 4), (1, 4)), "do not make a layer"),
        (arrays((0, 4), (4,)), "do not make a layer"),
        (arrays((4, 0), (0,)), "do not make a layer"),
        (
            arrays((5, 4), (4,)) | {"b1": np.ones(4, np.float64)},
            "its arrays are not all of one dtype",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else ",".join(value) or "nothing",
)
def test_layers_that_do_not_fit_are_refused(
    tmp_path: Path, suffix: str, content: dict[str, Any], reason: str, assert_refused: Check
) -> None:
    path = tmp_path / f"weights{suffix}"
    path.write_bytes(weight_formats.ENCODERS[suffix](content, "{}"))
    assert_refused(path, reason)


@every_format
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers_are_refused(
    tmp_path: Path, suffix: str, value: float, assert_refused: Check
) -> None:
    path = tmp_path / f"weights{suffix}"
    content = arrays((5, 4), (4,))
    content["b1"][2] = value
    path.write_bytes(weight_formats.ENCODERS[suffix](content, "{}"))
    assert_refused(path, "b1 holds NaN or infinity")


@every_format
@pytest.mark.parametrize("dtype", [np.float16, np.int32, np.uint8, np.bool_, np.complex64])
def test_other_numbers_than_float32_and_float64_are_refused(
    tmp_path: Path, suffix: str, dtype: Any, monkeypatch: pytest.MonkeyPatch, assert_refused: Check
) -> None:
    path = tmp_path / f"weights{suffix}"
    monkeypatch.setitem(weight_formats._DTYPES, np.dtype(dtype).name, "F16")
    content = {"W1": np.ones((5, 4), dtype), "b1": np.ones(4, dtype)}
    path.write_bytes(weight_formats.ENCODERS[suffix](content, "{}"))
    monkeypatch.undo()
    assert_refused(path, "is neither float32 nor float64")


@every_format
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "not a JSON object"),
        ("", "damaged"),
        ("{", "damaged"),
        ('{"a": NaN}', "NaN, infinity"),
        ('{"a": 1e999}', "NaN, infinity"),
        ('{"a": "\\ud800"}', "half a character"),
        ("[" * 100_000, "damaged"),
        ('{"a": ' + "9" * 5000 + "}", "damaged"),
        ('{"a": [' + "[]," * MIB + "1]}", "longer than"),
    ],
    ids=lambda value: value[:16],
)
def test_bad_metadata_is_refused(
    tmp_path: Path, suffix: str, text: str, reason: str, assert_refused: Check
) -> None:
    path = tmp_path / f"weights{suffix}"
    path.write_bytes(weight_formats.ENCODERS[suffix](arrays((5, 4), (4,)), text))
    assert_refused(path, reason)
