"""The folder on this machine that MNIST is kept in once it has been fetched.

It holds the four files as they were published, uncompressed (55 MB), so reading it is reading a
folder of IDX files. Each is checked against its checksum every time, so a damaged one is noticed.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from mnist_recognizer.data.errors import SourceError
from mnist_recognizer.data.idx import MNIST_FILES
from mnist_recognizer.data.progress import Progress

_STAGING_PREFIX = "fetching-"
_STAGING_BYTES = 120_000_000  # what the larger of the downloads takes until it is in the cache


@contextmanager
def locked(folder: Path, progress: Progress) -> Iterator[bool]:
    """Hold the cache for this process alone, creating it if need be.

    The lock is the operating system's, so it ends with the process that holds it, however it ends.

    Yields
    ------
    bool
        False if the cache cannot be written, and nothing is held.
    """
    lock = FileLock(folder / ".lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            progress.say("Another process is fetching MNIST; waiting for it ...")
            lock.acquire()
    except (OSError, NotImplementedError) as error:  # the latter: a file system without locks
        progress.say(_not_kept(folder, error, "Set MNIST_CACHE to a folder that can be written."))
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


@contextmanager
def staging(folder: Path | None) -> Iterator[Path]:
    """Make a folder for a download, and remove it whatever happens.

    It stands in the cache, which the caller has locked, so that what a killed process left is swept
    away by the next one; without a cache, or room in it, among the system's temporary files.

    Raises
    ------
    SourceError
        If there is no room there either.
    """
    if folder is not None:
        for leftover in folder.glob(f"{_STAGING_PREFIX}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        if shutil.disk_usage(folder).free < _STAGING_BYTES:
            folder = None
    free = shutil.disk_usage(folder or tempfile.gettempdir()).free
    if free < _STAGING_BYTES:
        raise SourceError(
            f"only {free / 1e6:.0f} MB are free in {tempfile.gettempdir()}, and a download takes "
            f"{_STAGING_BYTES / 1e6:.0f}: free some, or set TMPDIR to a folder on another disk"
        )
    path = Path(tempfile.mkdtemp(prefix=_STAGING_PREFIX, dir=folder))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def store(contents: Mapping[str, bytes], folder: Path, progress: Progress) -> None:
    """Write the four files, each at once or not at all; say so if that is impossible."""
    try:
        for key, file in MNIST_FILES.items():
            _write(folder / file.name, contents[key])
    except OSError as error:
        progress.say(_not_kept(folder, error, "Free 60 MB there or set MNIST_CACHE elsewhere."))


def _not_kept(folder: Path, error: Exception, remedy: str) -> str:
    return (
        f"The cache {folder} cannot be written ({reason(error)}), so MNIST will have to be fetched "
        f"again next time. {remedy}"
    )


def _write(path: Path, contents: bytes) -> None:
    temporary = path.with_name(f"{path.name}.tmp")  # one writer: the cache is locked
    try:
        with temporary.open("wb") as file:
            file.write(contents)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def reason(error: BaseException) -> str:
    """Return what the operating system said, without the number and the path."""
    text = error.strerror if isinstance(error, OSError) else None
    return (text or str(error) or type(error).__name__).lower()
