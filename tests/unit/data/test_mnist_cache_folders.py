"""The cache's lock and the folders for downloads, word for word."""

import contextlib
import errno
import io
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock, Timeout

from mnist_recognizer.data import cache
from mnist_recognizer.data.errors import SourceError
from mnist_recognizer.data.progress import Progress
from mnist_recognizer.nn.weights import write_atomically


def test_the_cache_is_held_until_it_is_left(tmp_path: Path) -> None:
    kept, said = tmp_path / "a" / "b", io.StringIO()
    other = FileLock(kept / ".lock")
    with cache.locked(kept, Progress(said)) as writable:
        assert writable is True
        with pytest.raises(Timeout):
            other.acquire(timeout=0)
    other.acquire(timeout=0)
    other.release()
    with pytest.raises(KeyboardInterrupt), cache.locked(kept, Progress(said)):
        raise KeyboardInterrupt
    other.acquire(timeout=0)
    other.release()
    assert said.getvalue() == ""


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.EROFS, "Read-only file system", "/x"), "read-only file system"),
        (NotImplementedError("No locks here"), "no locks here"),
        (NotImplementedError(), "notimplementederror"),
    ],
)
def test_without_a_lock_nothing_is_kept_and_the_reason_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(FileLock, "acquire", fail)
    said = io.StringIO()
    with cache.locked(tmp_path, Progress(said)) as writable:
        assert writable is False
    assert said.getvalue() == (
        f"The cache {tmp_path} cannot be written ({told}), so MNIST will have to be fetched again "
        "next time. Set MNIST_CACHE to a folder that can be written.\n"
    )


def test_whoever_has_to_wait_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def acquire(lock: FileLock, timeout: float | None = None) -> None:
        asked.append(timeout)
        if timeout is not None:
            raise Timeout(lock.lock_file)

    monkeypatch.setattr(FileLock, "acquire", acquire)
    said = io.StringIO()
    with cache.locked(tmp_path, Progress(said)) as writable:
        assert writable is True
    assert asked == [0, None]
    assert said.getvalue() == "Another process is fetching MNIST; waiting for it ...\n"


def room(monkeypatch: pytest.MonkeyPatch, free: dict[Path, int]) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free[Path(path)]))
    monkeypatch.setattr(tempfile, "tempdir", str(list(free)[-1]))


@pytest.mark.parametrize(("free", "place"), [(120_000_000, "kept"), (119_999_999, "tmp")])
def test_a_download_takes_place_in_the_cache_if_there_is_just_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, place: str
) -> None:
    kept, temporary = tmp_path / "kept", tmp_path / "tmp"
    for path in (kept / "fetching-old" / "deep", kept / "other", temporary):
        path.mkdir(parents=True)
    (kept / "fetching-file").touch()  # no folder: it cannot be swept like one, and does no harm
    room(monkeypatch, {kept: free, temporary: 120_000_000})
    with contextlib.suppress(KeyboardInterrupt), cache.staging(kept) as path:
        assert path.parent == tmp_path / place
        assert path.name.startswith("fetching-")
        assert not (kept / "fetching-old").exists(), "what a killed process left"
        assert (kept / "other").exists()
        (path / "half").write_bytes(b"half")
        raise KeyboardInterrupt
    assert not path.exists()


def test_without_a_cache_a_download_takes_place_among_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room(monkeypatch, {tmp_path: 120_000_000})
    with cache.staging(None) as path:
        assert path.parent == tmp_path
    assert not path.exists()


def test_without_room_the_sentence_says_how_much_is_free_and_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room(monkeypatch, {tmp_path: 119_999_999})
    with pytest.raises(SourceError) as caught, cache.staging(None):
        pass
    assert str(caught.value) == (
        f"only 120 MB are free in {tmp_path}, and a download takes 120: free some, or set TMPDIR "
        "to a folder on another disk"
    )


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(5, "Input/output error", "/x"), "input/output error"),
        (OSError("Odd"), "odd"),
        (ValueError("Told"), "told"),
        (ValueError(), "valueerror"),
    ],
)
def test_a_reason_is_what_the_system_said(error: Exception, told: str) -> None:
    assert cache.reason(error) == told


@pytest.mark.parametrize("write", [cache._write, write_atomically])
def test_why_a_write_failed_is_told_even_if_its_rest_cannot_be_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path, bytes], None]
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def denied(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(Path, "unlink", denied)
    with pytest.raises(OSError, match="No space left on device"):
        write(tmp_path / "file", b"content")
