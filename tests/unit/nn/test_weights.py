"""Weight files: what is written comes back, and a write that fails spoils nothing."""

import os
import pickle
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repository import BACKEND

from mnist_recognizer.nn import MLP, WeightsError
from mnist_recognizer.nn.weights import load_arrays, save_arrays, write_atomically

SUFFIXES = [".pkl", ".npz", ".safetensors"]

every_format = pytest.mark.parametrize("suffix", SUFFIXES)


def small_model() -> MLP:
    model = MLP(5, [4], 3, seed=1)
    model.metadata = {"model": "5 -> 4 -> 3", "test_accuracy": 0.99}
    return model


# --- there and back ------------------------------------------------------------------------------

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner),
    max_leaves=8,
)


@every_format
@given(
    sizes=st.lists(st.integers(1, 9), min_size=2, max_size=6),
    dtype=st.sampled_from([np.float32, np.float64]),
    metadata=st.dictionaries(st.text("abé"), JSON),
)
@settings(max_examples=30)
def test_a_network_of_any_shape_comes_back_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory,
    suffix: str,
    sizes: list[int],
    dtype: type[np.floating],
    metadata: dict[str, Any],
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    model = MLP(sizes[0], sizes[1:-1], sizes[-1], dtype=dtype)
    model.parameters += np.linspace(-1, 1, model.parameter_count, dtype=dtype)
    model.metadata = metadata
    model.save(path)
    copy = MLP.load(path)
    assert copy.layer_sizes == model.layer_sizes
    assert copy.dtype == model.dtype
    assert copy.parameters.tobytes() == model.parameters.tobytes()
    assert copy.metadata == metadata


@every_format
def test_the_default_network_takes_less_than_a_megabyte(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"weights{suffix}"
    MLP().save(path)
    assert path.stat().st_size < 1_000_000


@every_format
def test_a_loaded_network_goes_on_learning(tmp_path: Path, suffix: str) -> None:
    path, model = tmp_path / f"weights{suffix}", small_model()
    model.save(path)
    copy = MLP.load(path)
    x, y = np.ones((2, 5), np.float32), np.array([0, 2])
    assert copy.train_step(x, y, lr=0.1) == model.train_step(x, y, lr=0.1)
    assert copy.parameters.tobytes() == model.parameters.tobytes()


def test_a_suffix_may_be_upper_case(tmp_path: Path) -> None:
    small_model().save(tmp_path / "WEIGHTS.PKL")
    assert MLP.load(tmp_path / "WEIGHTS.PKL").layer_sizes == (5, 4, 3)


@pytest.mark.parametrize("order", "CF")
def test_npz_files_of_other_programs_are_read(tmp_path: Path, order: Any) -> None:
    model, path = small_model(), tmp_path / "weights.npz"
    arrays = {}
    for number, (W, b) in enumerate(zip(model.weights, model.biases, strict=True), start=1):
        arrays |= {f"W{number}": np.asarray(W, order=order), f"b{number}": b}
    np.savez(path, **arrays)
    copy = MLP.load(path)
    assert copy.parameters.tobytes() == model.parameters.tobytes()
    assert copy.metadata == {}


def test_safetensors_files_of_other_programs_are_read(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    header = (
        b'{"b1": {"dtype": "F32", "shape": [2], "data_offsets": [8, 16]},'
        b' "W1": {"dtype": "F32", "shape": [1, 2], "data_offsets": [0, 8]}}'
    )
    body = np.array([1, 2, 3, 4], "<f4").tobytes()
    path.write_bytes(len(header).to_bytes(8, "little") + header + body)
    model = MLP.load(path)
    np.testing.assert_array_equal(model.weights[0], [[1, 2]])
    np.testing.assert_array_equal(model.biases[0], [3, 4])


# --- saving --------------------------------------------------------------------------------------


def test_an_unknown_suffix_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    for name in ("weights.h5", "weights"):
        with pytest.raises(WeightsError, match=r"one of \.pkl, \.npz, \.safetensors"):
            small_model().save(tmp_path / name)
        with pytest.raises(WeightsError, match=r"one of \.pkl, \.npz, \.safetensors"):
            MLP.load(tmp_path / name)


@every_format
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_broken_weights_do_not_replace_good_ones(tmp_path: Path, suffix: str, value: float) -> None:
    path, model = tmp_path / f"weights{suffix}", small_model()
    model.save(path)
    good = path.read_bytes()
    model.weights[1][0, 0] = value
    with pytest.raises(WeightsError, match="W2 holds NaN or infinity"):
        model.save(path)
    assert path.read_bytes() == good


@every_format
@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({"a": object()}, TypeError),
        ({"a": float("nan")}, WeightsError),
        ({"a": [float("inf")]}, WeightsError),
        ({"a": "\ud800"}, WeightsError),
        (["a"], WeightsError),
        ({"a": "x" * 2**20}, WeightsError),
    ],
    ids=["an object", "NaN", "infinity", "half a character", "a list", "too long"],
)
def test_metadata_that_could_not_be_read_again_is_not_written(
    tmp_path: Path, suffix: str, metadata: Any, error: type[Exception]
) -> None:
    model = small_model()
    model.metadata = metadata
    with pytest.raises(error):
        model.save(tmp_path / f"weights{suffix}")
    assert not list(tmp_path.iterdir())


def test_a_network_too_large_to_be_read_again_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="larger than 64 MiB"):
        save_arrays(tmp_path / "weights.npz", {"W1": np.zeros((8, 1024, 1024))}, {})
    with pytest.raises(WeightsError, match="more than names, shapes and numbers"):
        MLP(2, [2] * 200, 2).save(tmp_path / "weights.pkl")
    assert not list(tmp_path.iterdir())


def test_a_larger_limit_lets_larger_files_through(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    save_arrays(path, {"a": np.zeros(1000)}, {}, max_bytes=20_000)
    assert load_arrays(path, max_bytes=20_000)[0]["a"].shape == (1000,)
    with pytest.raises(WeightsError, match="larger than"):
        load_arrays(path, max_bytes=2000)


def test_folders_on_the_way_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "weights.pkl"
    small_model().save(str(path))
    assert MLP.load(str(path)).layer_sizes == (5, 4, 3)


def test_a_saved_file_has_the_mode_that_any_new_file_has(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        small_model().save(tmp_path / "weights.pkl")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "weights.pkl").stat().st_mode) == 0o640


@pytest.mark.parametrize("failing", ["fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str, error: BaseException
) -> None:
    path = tmp_path / "weights.pkl"
    small_model().save(path)
    old = path.read_bytes()

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(type(error)):
        MLP(5, [4], 3, seed=2).save(path)
    monkeypatch.undo()
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


@every_format
@pytest.mark.posix
def test_a_disk_that_takes_no_more_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, suffix: str
) -> None:
    import resource

    path = tmp_path / f"weights{suffix}"
    small_model().save(path)
    old = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))  # a write beyond it fails
    try:
        with pytest.raises(OSError, match="File too large"):
            MLP().save(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.slow
def test_a_process_killed_while_it_saves_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "weights.pkl"
    script = f"""
import sys
sys.path.insert(0, {str(BACKEND)!r})
from mnist_recognizer.nn import MLP
models = [MLP(seed=0), MLP(seed=1)]
while True:
    for model in models:
        model.save({str(path)!r})
"""
    whole = {MLP(seed=seed).parameters.tobytes() for seed in (0, 1)}
    rng = np.random.default_rng()
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", script])
        try:
            path.unlink(missing_ok=True)
            while not path.exists():
                assert process.poll() is None
                time.sleep(0.01)
            time.sleep(rng.uniform(0, 0.1))
        finally:
            process.kill()
            process.wait()
        assert MLP.load(path).parameters.tobytes() in whole


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a.txt", b"one\r\ntwo")
    assert (tmp_path / "a.txt").read_bytes() == b"one\r\ntwo"


def test_the_error_can_be_pickled_as_worker_processes_do(tmp_path: Path) -> None:
    error = WeightsError(tmp_path / "weights.pkl", "it is empty")
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.path, copy.reason) == (str(error), error.path, error.reason)
    assert isinstance(copy, ValueError)
