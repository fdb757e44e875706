"""MNIST from a mirror, which this module serves on 127.0.0.1."""

import gzip
import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from mnist_sources import load

from mnist_recognizer.data import huggingface, mirrors
from mnist_recognizer.data.errors import SourceAbsentError, SourceError, proxy_answer
from mnist_recognizer.data.idx import MNIST_FILES
from mnist_recognizer.data.progress import Progress


class Mirror(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.files: dict[str, bytes] = {}
        self.broken_answers = 0  # so many downloads are cut off
        self.requests: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/mnist/"


class _Request(BaseHTTPRequestHandler):
    server: Mirror

    def log_message(self, *args: object) -> None: ...

    def do_GET(self) -> None:
        self.server.requests.append(f"{self.command} {self.path}")
        body = self.server.files.get(self.path.removeprefix("/mnist/"))
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        if self.command == "GET" and body is not None:
            if self.server.broken_answers:
                self.server.broken_answers -= 1
                body = body[:-5]
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()


@pytest.fixture
def mirror(files: dict[str, bytes]) -> Iterator[Mirror]:
    with Mirror() as server:
        for key, contents in files.items():
            server.files[f"{MNIST_FILES[key].name}.gz"] = gzip.compress(contents, mtime=0)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_waiting_between_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)


def test_a_mirror_gives_mnists_files(
    mirror: Mirror, files: dict[str, bytes], tmp_path: Path
) -> None:
    said = io.StringIO()
    assert mirrors.fetch(mirror.url, tmp_path, Progress(said)) == files
    assert said.getvalue() == f"Fetching MNIST from {mirror.url} (12 MB) ...\n"


def test_a_download_that_is_cut_off_is_tried_again(
    mirror: Mirror, files: dict[str, bytes], tmp_path: Path
) -> None:
    mirror.broken_answers = 2
    assert mirrors.fetch(mirror.url, tmp_path, Progress(io.StringIO())) == files
    assert len(mirror.requests) == 1 + 4 + 2


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        ("stopped", "it did not answer; check the internet connection"),
        ("empty", "it answered with an error (404 Client Error: Not Found for url: "),
        ("altered", "what it sends is not MNIST's own: its SHA-256 differs"),
        ("cut off", "it did not answer; check the internet connection"),
    ],
)
def test_what_is_wrong_with_a_mirror_is_said(
    mirror: Mirror, tmp_path: Path, trouble: str, sentence: str
) -> None:
    if trouble == "stopped":
        mirror.server_close()
    if trouble == "empty":
        mirror.files.clear()
    if trouble == "altered":
        mirror.files["train-labels-idx1-ubyte.gz"] = b"<html>Please log in</html>"
    if trouble == "cut off":
        mirror.broken_answers = 100
    with pytest.raises(SourceError) as caught:
        mirrors.fetch(mirror.url, tmp_path, Progress(io.StringIO()))
    assert str(caught.value).startswith(sentence)


def test_when_one_mirror_fails_the_next_one_is_asked_and_the_cache_keeps_the_files(
    mirror: Mirror, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(*_: object) -> dict[str, bytes]:
        raise SourceAbsentError("not in this test")

    monkeypatch.delenv("MNIST_FOLDER", raising=False)
    monkeypatch.setattr(huggingface, "fetch", absent)
    monkeypatch.setattr(mirrors, "MIRRORS", (mirror.url + "nowhere/", mirror.url))
    loaded, said = load(None, tmp_path / "cache")
    assert loaded.train_images.tobytes() == files["train_images"][16:]
    assert [line.split(":")[0] for line in said.splitlines()] == [
        "No MNIST from http",
        "Fetching MNIST from http",
    ]
    mirror.requests.clear()
    load(None, tmp_path / "cache")
    assert mirror.requests == []


def test_a_proxys_refusal_is_named() -> None:
    text = (
        "ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 403 Forbidden'))"
    )
    assert proxy_answer(text) == "the proxy answered 403 Forbidden; check HTTPS_PROXY"
    assert proxy_answer("Connection refused") is None
