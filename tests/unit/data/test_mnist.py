"""MNIST: what is returned, the chain of sources, and a folder of IDX files."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
from mnist_sources import download, load

from mnist_recognizer.data import huggingface, idx, mirrors
from mnist_recognizer.data.idx import MNIST_FILES
from mnist_recognizer.data.mnist import Mnist, MnistUnavailableError, load_mnist

pytestmark = pytest.mark.usefixtures("no_downloads")


def test_arrays_are_mnists_own_and_read_only(mnist: Mnist) -> None:
    assert mnist.train_images.shape == (60_000, 28, 28)
    assert mnist.test_images.shape == (10_000, 28, 28)
    assert mnist.train_labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert mnist.test_labels[:5].tolist() == [7, 2, 1, 0, 4]
    for array in (mnist.train_images, mnist.train_labels, mnist.test_images, mnist.test_labels):
        assert array.dtype == np.uint8
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_the_last_training_images_validate(mnist: Mnist) -> None:
    train_x, train_y, validation_x, validation_y = mnist.split(validation=10_000)
    assert (len(train_x), len(train_y)) == (50_000, 50_000)
    assert np.array_equal(validation_x, mnist.train_images[50_000:])
    assert np.array_equal(validation_y, mnist.train_labels[50_000:])
    assert np.shares_memory(train_x, mnist.train_images)


@pytest.mark.parametrize("validation", [-1, 0, 60_000])
def test_a_split_leaves_something_on_both_sides(mnist: Mnist, validation: int) -> None:
    with pytest.raises(ValueError, match="validation must be from 1 to 59,999"):
        mnist.split(validation)


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("spelling", ["train-images-idx3-ubyte", "train-images.idx3-ubyte"])
def test_a_folder_of_idx_files_is_read(
    spelling: str, zipped: bool, files: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "idx").mkdir()
    for key, contents in files.items():
        name = MNIST_FILES[key].name
        spelled = name.replace("-idx", ".idx") if "." in spelling else name
        if zipped:
            (tmp_path / "idx" / f"{spelled}.gz").write_bytes(gzip.compress(contents, 1))
        else:
            (tmp_path / "idx" / spelled).write_bytes(contents)
    loaded, said = load(tmp_path / "idx", tmp_path / "cache")
    assert loaded.train_images.tobytes() == files["train_images"][16:]
    assert said == ""
    assert not (tmp_path / "cache").exists()


def test_the_environment_names_folder_and_cache(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_CACHE", str(tmp_path / "cache"))
    download(folder, None)
    assert idx.read_folder(tmp_path / "cache").keys() == MNIST_FILES.keys()
    monkeypatch.setenv("MNIST_FOLDER", str(folder))
    load_mnist()


@pytest.mark.parametrize("named", ["missing", "other data"])
def test_a_named_folder_is_used_or_is_an_error_though_the_cache_has_mnist(
    named: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    download(folder, tmp_path / "cache")
    reason = f"in {folder}, train-images-idx3-ubyte is not MNIST's own: its SHA-256 differs"
    if named == "missing":
        folder = tmp_path / "missing"
        reason = f"{folder} is not a folder"
    else:
        path = folder / "train-images-idx3-ubyte"
        path.write_bytes(altered(path.read_bytes()))
    monkeypatch.setenv("MNIST_FOLDER", str(folder))
    with pytest.raises(MnistUnavailableError) as caught:
        load(None, tmp_path / "cache")
    assert str(caught.value) == (
        f"MNIST cannot be read from the folder that was named: {reason}. "
        "Correct MNIST_FOLDER, or unset it to download MNIST."
    )


def altered(contents: bytes) -> bytes:
    return contents[:-1] + bytes([contents[-1] ^ 1])


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda contents: contents[:1_000], "is cut off: 1,000 of 3,152 bytes"),
        (altered, "is not MNIST's own: its SHA-256 differs"),
        (lambda contents: contents + b"\0", "is not MNIST's own: its SHA-256 differs"),
        (lambda contents: b"", "is cut off: 0 of 3,152 bytes"),
    ],
    ids=["truncated", "altered", "longer", "empty"],
)
def test_damage_in_a_folder_is_named(
    damage: Callable[[bytes], bytes], complaint: str, folder: Path, tmp_path: Path
) -> None:
    path = folder / "train-images-idx3-ubyte"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(MnistUnavailableError) as caught:
        load(folder, tmp_path / "cache")
    assert f"in {folder}, train-images-idx3-ubyte {complaint}" in str(caught.value)


def test_a_truncated_gz_is_named(folder: Path, tmp_path: Path) -> None:
    path = folder / "t10k-images-idx3-ubyte"
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(path.read_bytes(), 1)[:-9])
    path.unlink()
    with pytest.raises(MnistUnavailableError, match=r"t10k-images-idx3-ubyte\.gz is cut off"):
        load(folder, tmp_path / "cache")


@pytest.mark.parametrize("opened", [open, gzip.open], ids=["plain", "gz"])
def test_no_more_is_read_than_shows_that_a_file_is_too_long(
    opened: Callable[..., BinaryIO], tmp_path: Path
) -> None:
    path = tmp_path / ("file.gz" if opened is gzip.open else "file")
    with opened(path, "wb") as file:
        file.write(bytes(1_000_000))
    assert len(idx._read(path, 60_008)) == 60_009


def test_without_any_source_each_answer_and_the_remedy_are_listed(tmp_path: Path) -> None:
    with pytest.raises(MnistUnavailableError) as caught:
        load(None, tmp_path / "cache")
    assert str(caught.value).splitlines()[:6] == [
        "No source of MNIST answered:",
        f"  - the cache: there is nothing in {tmp_path / 'cache'} yet",
        "  - Hugging Face Datasets: not in this test",
        "  - https://ossci-datasets.s3.amazonaws.com/mnist/: not in this test",
        "  - https://storage.googleapis.com/cvdf-datasets/mnist/: not in this test",
        "  - the package index: not in this test",
    ]
    assert "What to do: " in str(caught.value)
    assert "MNIST_FOLDER" in str(caught.value)


def test_a_source_that_fails_is_named_and_the_next_one_answers(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirrors, "fetch", lambda url, staging, progress: files)
    wrong = files | {"test_labels": altered(files["test_labels"])}
    monkeypatch.setattr(huggingface, "fetch", lambda staging, progress: wrong)
    _, said = load(None, tmp_path)
    assert said == (
        "No MNIST from Hugging Face Datasets: t10k-labels-idx1-ubyte is not MNIST's own: "
        "its SHA-256 differs.\n"
    )
