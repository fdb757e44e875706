"""Fixtures for the tests of MNIST's sources."""

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mnist_recognizer.data import huggingface, mirrors, package_index
from mnist_recognizer.data.errors import SourceError
from mnist_recognizer.data.idx import MNIST_FILES
from mnist_recognizer.data.mnist import Mnist


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
