"""MNIST's folders, cache and sources, word for word, with a tiny MNIST in the real one's place."""

import errno
import gzip
import io
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from mnist_sources import download, load

from mnist_recognizer.data import cache, huggingface, idx, mirrors, mnist, package_index
from mnist_recognizer.data.errors import MnistUnavailableError, SourceAbsentError
from mnist_recognizer.data.idx import MNIST_FILES
from mnist_recognizer.data.progress import Progress

pytestmark = pytest.mark.usefixtures("no_downloads")
Files = dict[str, bytes]


# --- IDX files -----------------------------------------------------------------------------------


def test_a_file_is_cut_off_or_altered_or_mnists_own(files: Files) -> None:
    file = MNIST_FILES["train_images"]
    whole = files["train_images"]
    idx.check(file, whole)
    with pytest.raises(ValueError, match="cut off") as caught:
        idx.check(file, whole[:-1])
    assert str(caught.value) == "train-images-idx3-ubyte is cut off: 3,151 of 3,152 bytes"
    for other in (whole + b"\0", b"\1" + whole[1:]):
        with pytest.raises(ValueError, match="SHA-256") as caught:
            idx.check(file, other)
        assert str(caught.value) == (
            "train-images-idx3-ubyte is not MNIST's own: its SHA-256 differs"
        )


def test_values_are_decoded_in_their_shape(files: Files) -> None:
    images = idx.decode(MNIST_FILES["train_images"], files["train_images"])
    np.testing.assert_array_equal(images.ravel(), np.arange(4 * 784) % 256)
    assert (images.shape, images.dtype) == ((4, 28, 28), np.uint8)


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize("spelling", ["train-images-idx3-ubyte", "train-images.idx3-ubyte"])
def test_each_spelling_is_found(folder: Path, files: Files, spelling: str, ending: str) -> None:
    path = folder / "train-images-idx3-ubyte"
    contents = path.read_bytes()
    path.unlink()
    (folder / (spelling + ending)).write_bytes(gzip.compress(contents) if ending else contents)
    assert idx.read_folder(folder) == files


def test_what_is_missing_or_no_folder_is_named(folder: Path, tmp_path: Path) -> None:
    (folder / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(FileNotFoundError) as caught:
        idx.read_folder(folder)
    assert str(caught.value) == f"{folder} contains no t10k-labels-idx1-ubyte (plain or .gz)"
    with pytest.raises(FileNotFoundError) as caught:
        idx.read_folder(tmp_path / "nowhere")
    assert str(caught.value) == f"{tmp_path / 'nowhere'} is not a folder"


def test_the_folder_of_a_damaged_file_is_named(folder: Path) -> None:
    (folder / "train-labels-idx1-ubyte").write_bytes(b"")
    with pytest.raises(ValueError, match="cut off") as caught:
        idx.read_folder(folder)
    assert str(caught.value) == f"in {folder}, train-labels-idx1-ubyte is cut off: 0 of 12 bytes"


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:-1], lambda data: b"PK" + data, lambda data: data[:12] + b"\xff" * 9],
    ids=["cut", "no gzip", "no deflate"],
)
def test_what_cannot_be_unzipped_is_named(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(damage(gzip.compress(bytes(range(256)))))
    with pytest.raises(ValueError, match="cut off") as caught:
        idx._read(path, 1000)
    assert str(caught.value) == f"{path} is cut off or not gzip: fetch it again"


# --- the cache ------------------------------------------------------------------------------------


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_file_is_stored_whole_or_not_at_all(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    said = io.StringIO()
    cache.store(files, tmp_path, Progress(said))
    assert {path.name for path in tmp_path.iterdir()} == {f.name for f in MNIST_FILES.values()}
    assert idx.read_folder(tmp_path) == files
    assert said.getvalue() == ""

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/x")

    monkeypatch.setattr(os, failing, fail)
    cache.store(dict.fromkeys(files, b""), tmp_path, Progress(said))
    assert idx.read_folder(tmp_path) == files
    assert len(list(tmp_path.iterdir())) == 4
    assert said.getvalue() == (
        f"The cache {tmp_path} cannot be written (no space left on device), so MNIST will have to "
        "be fetched again next time. Free 60 MB there or set MNIST_CACHE elsewhere.\n"
    )


# --- the sources ---------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_last_ones_validate_and_the_others_train(
    folder: Path, tmp_path: Path, count: int
) -> None:
    loaded, _ = load(folder, None)
    parts = loaded.split(count)
    assert [len(part) for part in parts] == [4 - count, 4 - count, count, count]
    np.testing.assert_array_equal(np.concatenate([parts[0], parts[2]]), loaded.train_images)
    np.testing.assert_array_equal(np.concatenate([parts[1], parts[3]]), loaded.train_labels)


@pytest.mark.parametrize("count", [-1, 0, 4, 5000])
def test_a_split_that_leaves_nothing_is_refused(folder: Path, tmp_path: Path, count: int) -> None:
    loaded, _ = load(folder, None)
    with pytest.raises(ValueError, match="validation") as caught:
        loaded.split(count)
    assert str(caught.value) == f"validation must be from 1 to 3 images, not {count:,}"


def test_arguments_come_before_the_environment(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_CACHE", str(tmp_path / "unused"))
    download(folder, tmp_path / "kept")
    assert len(idx.read_folder(tmp_path / "kept")) == 4
    assert not (tmp_path / "unused").exists()
    download(folder, None)
    assert len(idx.read_folder(tmp_path / "unused")) == 4
    monkeypatch.setenv("MNIST_FOLDER", str(tmp_path / "nowhere"))
    load(folder, None)


def test_the_systems_cache_is_the_default_and_a_tilde_is_the_home_folder(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mnist.pooch, "os_cache", lambda project: tmp_path / "system" / project)
    download(folder, None)
    assert len(idx.read_folder(tmp_path / "system" / "mnist-recognizer")) == 4
    monkeypatch.setenv("HOME", str(tmp_path))
    load("~/idx", None)
    download(folder, "~/kept")
    assert len(idx.read_folder(tmp_path / "kept")) == 4


def test_a_cache_that_is_whole_is_read_without_a_lock(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "locked", None)
    loaded, said = load(None, folder)
    assert loaded.train_images.shape == (4, 28, 28)
    assert said == ""
    assert not (folder / ".lock").exists()


def test_each_download_gets_a_folder_that_is_removed_and_the_progress(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[Path] = []
    said = Progress(io.StringIO())

    def fetch(staging: Path, progress: Progress) -> Files:
        assert progress is said
        assert list(staging.iterdir()) == []
        used.append(staging)
        return files

    monkeypatch.setattr(package_index, "fetch", fetch)
    mnist.load_mnist(None, tmp_path / "kept", said)
    (staging,) = used
    assert staging.parent == tmp_path / "kept"
    assert not staging.exists()
    assert idx.read_folder(tmp_path / "kept") == files


def test_what_the_cache_holds_already_is_not_stored_again(
    folder: Path, files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = idx.read_folder
    answers = iter([FileNotFoundError])  # the first look; then another process has filled it

    def late(path: Path) -> Files:
        for error in answers:
            raise error
        return read(path)

    monkeypatch.setattr(idx, "read_folder", late)
    monkeypatch.setattr(cache, "store", None)
    loaded, said = load(None, folder)
    assert loaded.test_labels.tolist() == [0, 1]
    assert said == ""


def test_a_file_that_cannot_be_read_is_named_with_what_the_system_said(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(path: Path, size: int) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(idx, "_read", denied)
    with pytest.raises(MnistUnavailableError) as caught:
        load(folder, tmp_path / "kept")
    assert f"{folder / 'train-images-idx3-ubyte'}: permission denied" in str(caught.value)


def test_each_source_is_asked_in_turn_and_what_it_answered_is_said(tmp_path: Path) -> None:
    said = io.StringIO()
    with pytest.raises(MnistUnavailableError) as caught:
        mnist.load_mnist(None, tmp_path / "kept", Progress(said))
    names = ["Hugging Face Datasets", *mirrors.MIRRORS, "the package index"]
    assert str(caught.value).splitlines() == [
        "No source of MNIST answered:",
        f"  - the cache: there is nothing in {tmp_path / 'kept'} yet",
        *(f"  - {name}: not in this test" for name in names),
        *mnist._REMEDY.splitlines(),
    ]
    assert said.getvalue().splitlines() == [
        f"No MNIST from {name}: not in this test." for name in names
    ]


def test_a_source_that_was_not_set_up_is_listed_but_not_complained_about(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(staging: Path, progress: Progress) -> Files:
        raise SourceAbsentError("it is not installed")

    monkeypatch.setattr(huggingface, "fetch", absent)
    said = io.StringIO()
    with pytest.raises(MnistUnavailableError, match="it is not installed"):
        mnist.load_mnist(None, tmp_path, Progress(said))
    assert "not installed" not in said.getvalue()
