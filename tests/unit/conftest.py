"""Fixtures for the tests of MNIST's sources, of weight files and of training."""

import gzip
import hashlib
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_recognizer.data import huggingface, mirrors, package_index
from mnist_recognizer.data.errors import SourceError
from mnist_recognizer.data.idx import MNIST_FILES
from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.nn import MLP, WeightsError
from mnist_recognizer.training import fit as fit_module
from mnist_recognizer.training.evaluate import Evaluation

Data = tuple[np.ndarray, np.ndarray]


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Put six images in MNIST's place; return its four IDX files by their key."""
    shapes = {
        "train_images": (4, 28, 28), "train_labels": (4,),
        "test_images": (2, 28, 28), "test_labels": (2,),
    }  # fmt: skip
    contents = {}
    for key, shape in shapes.items():
        file = replace(MNIST_FILES[key], shape=shape)
        values = np.arange(np.prod(shape)).astype(np.uint8)
        contents[key] = file.header + values.tobytes()
        compressed = gzip.compress(contents[key], mtime=0)
        file = replace(
            file,
            sha256=hashlib.sha256(contents[key]).hexdigest(),
            gz_sha256=hashlib.sha256(compressed).hexdigest(),
        )
        monkeypatch.setitem(MNIST_FILES, key, file)
    return contents


@pytest.fixture
def folder(files: dict[str, bytes], tmp_path: Path) -> Path:
    """A folder of these files, plain."""
    path = tmp_path / "idx"
    path.mkdir()
    for key, contents in files.items():
        (path / MNIST_FILES[key].name).write_bytes(contents)
    return path


@pytest.fixture
def mnist_folder(mnist: Mnist, tmp_path: Path) -> Path:
    """A folder of MNIST's own files, plain."""
    path = tmp_path / "mnist"
    path.mkdir()
    for key, file in MNIST_FILES.items():
        (path / file.name).write_bytes(file.header + getattr(mnist, key).tobytes())
    return path


@pytest.fixture
def no_downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    """No download answers here, and each says so."""

    def refuse(*_: object) -> dict[str, bytes]:
        raise SourceError("not in this test")

    monkeypatch.delenv("MNIST_FOLDER", raising=False)
    monkeypatch.delenv("MNIST_CACHE", raising=False)
    monkeypatch.setattr(huggingface, "fetch", refuse)
    monkeypatch.setattr(mirrors, "fetch", refuse)
    monkeypatch.setattr(package_index, "fetch", refuse)


@pytest.fixture
def assert_refused() -> Callable[..., None]:
    """Loading weights ends in one short sentence, with memory in proportion to the file."""

    def check(path: Path, reason: str = ".") -> None:
        tracemalloc.start()
        try:
            with pytest.raises(WeightsError, match=reason) as refusal:
                MLP.load(path)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        message = str(refusal.value)
        assert message.startswith(f"{path} is not a usable weights file: ")
        assert len(message.removeprefix(str(path))) < 200
        assert "\n" not in message
        size = path.stat().st_size if path.is_file() else 0
        assert peak < 6 * size + 4 * 2**20

    return check


def _digits(count: int, seed: int) -> Data:
    rng = np.random.default_rng(seed)
    y = (np.arange(count) % 10).astype(np.uint8)
    images = rng.integers(0, 60, (count, 28, 28)).astype(np.uint8)
    for image, label in zip(images, y, strict=True):
        row, column = divmod(int(label), 4)
        image[5 + 6 * row : 11 + 6 * row, 3 + 6 * column : 8 + 6 * column] += 150
    return images, y


@pytest.fixture(scope="session")
def digits() -> Data:
    """300 pictures of ten kinds that are easy to tell apart, and their labels."""
    return _digits(300, seed=1)


@pytest.fixture(scope="session")
def more_digits() -> Data:
    """200 more of them."""
    return _digits(200, seed=2)


@pytest.fixture
def data(digits: Data, more_digits: Data) -> tuple[Data, Data]:
    """The 300 to train on, and the 200 to validate on."""
    return digits, more_digits


@pytest.fixture
def mnist_of_easy_digits(
    data: tuple[Data, Data],
) -> Mnist:
    """The 300 as MNIST's training images, the 200 as its test images."""
    digits, more_digits = data
    return Mnist(*digits, *more_digits)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[bytes]]:
    """Let validation give these (loss, accuracy) pairs; remember the parameters at each."""

    def script(*results: tuple[float, float]) -> list[bytes]:
        seen: list[bytes] = []

        def evaluate(model: MLP, x: Any, y: Any) -> Evaluation:
            seen.append(model.parameters.tobytes())
            return Evaluation(*results[len(seen) - 1], dead_units=[0] * (len(model.weights) - 1))

        monkeypatch.setattr(fit_module, "evaluate", evaluate)
        return seen

    return script


@pytest.fixture
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder is the current one."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def small(mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> Mnist:
    """MNIST with 500 test images, and 3,000 to train on, so that the commands are quick."""
    test = mnist.test_images[:500], mnist.test_labels[:500]
    to_train_on = Mnist(mnist.train_images[:3000], mnist.train_labels[:3000], *test)
    to_evaluate = Mnist(mnist.train_images, mnist.train_labels, *test)
    monkeypatch.setattr("mnist_recognizer.cli.train.load_mnist", lambda: to_train_on)
    monkeypatch.setattr("mnist_recognizer.cli.mnist.load_mnist", lambda: to_evaluate)
    return to_evaluate
