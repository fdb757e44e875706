"""The cache that MNIST is kept in, and the processes that share it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from mnist_sources import download, load
from repository import BACKEND

from mnist_recognizer.data import cache, idx
from mnist_recognizer.data.errors import SourceError
from mnist_recognizer.data.mnist import MnistUnavailableError

pytestmark = pytest.mark.usefixtures("no_downloads")


def test_a_damaged_cache_is_fetched_again_and_said_to_be(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    download(folder, cache)
    path = cache / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    _, said = download(folder, cache)
    assert said.startswith(
        f"No MNIST from the cache: in {cache}, train-images-idx3-ubyte is not MNIST's own: "
        "its SHA-256 differs.\n"
    )
    assert load(None, cache)[1] == ""


@pytest.mark.posix
def test_without_a_place_for_a_cache_mnist_comes_from_memory(
    folder: Path, files: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    loaded, said = download(folder, tmp_path / "file" / "cache")
    assert loaded.train_images.tobytes() == files["train_images"][16:]
    assert "cannot be written (not a directory)" in said
    assert "Set MNIST_CACHE to a folder that can be written." in said


@pytest.mark.posix
def test_a_full_disk_leaves_no_half_file_and_mnist_comes_from_memory(
    folder: Path, files: dict[str, bytes], tmp_path: Path
) -> None:
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limits[1]))
    try:
        loaded, said = download(folder, tmp_path / "cache")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert loaded.train_images.tobytes() == files["train_images"][16:]
    assert "cannot be written (file too large)" in said
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [".lock"]


@pytest.mark.parametrize(("free_in_cache", "place"), [(10**9, "cache"), (10**6, "tmp")])
def test_a_download_goes_where_there_is_room(
    free_in_cache: int, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = {tmp_path / "cache": free_in_cache, tmp_path / "tmp": 10**9}
    pretend(free, monkeypatch)
    with cache.staging(tmp_path / "cache") as staging:
        assert staging.parent == tmp_path / place
    assert not staging.exists()


def test_without_room_anywhere_no_download_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend({tmp_path / "cache": 10**6, tmp_path / "tmp": 2 * 10**6}, monkeypatch)
    with (
        pytest.raises(SourceError, match=r"only 2 MB are free in .*tmp, and a download takes 120"),
        cache.staging(tmp_path / "cache"),
    ):
        pass


def pretend(free: dict[Path, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Make folders, the last of them for temporary files, that seem to have that much room."""
    for folder in free:
        folder.mkdir()
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free[Path(path)]))
    monkeypatch.setattr(tempfile, "tempdir", str(list(free)[-1]))


def start(source: str, cache: Path, folder: Path) -> "subprocess.Popen[str]":
    """Start a process that loads MNIST from a package index whose ``fetch`` is ``source``."""
    program = f"""
        import json, os, subprocess, sys, time
        from pathlib import Path
        from mnist_recognizer.data import (
            download, huggingface, idx, mirrors, mnist, package_index
        )
        from mnist_recognizer.data.errors import SourceAbsentError

        CACHE, FOLDER = Path({str(cache)!r}), Path({str(folder)!r})

        def absent(*_):
            raise SourceAbsentError("not in this test")

        def fetch(staging, progress):
            {source}

        huggingface.fetch, mirrors.fetch, package_index.fetch = absent, absent, fetch
        loaded = mnist.load_mnist(cache_folder=CACHE)
        print(json.dumps(loaded.test_labels[:3].tolist()))
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        env=os.environ | {"PYTHONPATH": str(BACKEND)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(path: Path) -> None:
    while not path.exists():
        time.sleep(0.01)


# Downloads for as long as it is let; its process id is in FOLDER/downloading.
ENDLESS = (
    "(staging / 'half.whl').write_bytes(bytes(1000)); "
    "download.run([sys.executable, '-c', 'import os, sys, time; from pathlib import Path; "
    "Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(60)', "
    "str(FOLDER / 'downloading')], staging, {}, lambda done: None)"
)


@pytest.mark.slow
def test_of_two_processes_that_start_at_once_one_fetches(
    mnist_folder: Path, tmp_path: Path
) -> None:
    slow = (
        "(FOLDER / f'fetched-by-{os.getpid()}').touch()\n"
        "            while not (FOLDER / 'go-on').exists(): time.sleep(0.01)\n"
        "            return idx.read_folder(FOLDER)"
    )
    processes = {
        process.pid: process
        for process in (start(slow, tmp_path / "cache", mnist_folder) for _ in range(2))
    }
    while not (fetching := list(mnist_folder.glob("fetched-by-*"))):
        time.sleep(0.01)
    fetcher = processes.pop(int(fetching[0].name.removeprefix("fetched-by-")))
    (waiter,) = processes.values()
    assert waiter.stderr is not None
    assert waiter.stderr.readline() == "Another process is fetching MNIST; waiting for it ...\n"
    (mnist_folder / "go-on").touch()
    for process in (fetcher, waiter):
        answer, said = process.communicate()
        assert (json.loads(answer), said) == ([7, 2, 1], "")
    assert list(mnist_folder.glob("fetched-by-*")) == fetching


@pytest.mark.slow
@pytest.mark.posix
def test_what_a_killed_process_left_is_swept_away(mnist_folder: Path, tmp_path: Path) -> None:
    cache, marker = tmp_path / "cache", mnist_folder / "downloading"
    with start(ENDLESS, cache, mnist_folder) as process:
        wait_for(marker)
        process.kill()
    os.kill(int(marker.read_text()), signal.SIGKILL)
    assert list(cache.glob("fetching-*/half.whl"))
    with pytest.raises(MnistUnavailableError):
        load(None, cache)  # its downloads sweep
    assert [path.name for path in cache.iterdir()] == [".lock"]
    download(mnist_folder, cache)
    assert len(idx.read_folder(cache)) == 4


@pytest.mark.slow
@pytest.mark.posix
def test_ctrl_c_ends_the_download_and_leaves_nothing(mnist_folder: Path, tmp_path: Path) -> None:
    cache, marker = tmp_path / "cache", mnist_folder / "downloading"
    with start(ENDLESS, cache, mnist_folder) as process:
        wait_for(marker)
        process.send_signal(signal.SIGINT)
        assert "KeyboardInterrupt" in process.communicate(timeout=30)[1]
    with pytest.raises(ProcessLookupError):
        os.kill(int(marker.read_text()), 0)
    assert [path.name for path in cache.iterdir()] == [".lock"]
