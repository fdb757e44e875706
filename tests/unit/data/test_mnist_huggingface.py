"""MNIST from Hugging Face: the real client against a hub that this module serves on 127.0.0.1."""

import hashlib
import io
import json
import os
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from mnist_recognizer.data import mirrors
from mnist_recognizer.data.huggingface import REPOSITORY, REVISION
from mnist_recognizer.data.mnist import Mnist, MnistUnavailableError, load_mnist
from mnist_recognizer.data.progress import Progress

pytestmark = pytest.mark.slow

CARD = """---
license:
- mit
dataset_info:
  config_name: mnist
  features:
  - name: image
    dtype: image
  - name: label
    dtype:
      class_label:
        names:
          '0': '0'
          '1': '1'
          '2': '2'
          '3': '3'
          '4': '4'
          '5': '5'
          '6': '6'
          '7': '7'
          '8': '8'
          '9': '9'
  splits:
  - name: train
    num_examples: 60000
  - name: test
    num_examples: 10000
configs:
- config_name: mnist
  data_files:
  - split: train
    path: mnist/train-*
  - split: test
    path: mnist/test-*
  default: true
---
# Dataset Card for MNIST
"""
TRAIN, TEST = "mnist/train-00000-of-00001.parquet", "mnist/test-00000-of-00001.parquet"


class Hub(ThreadingHTTPServer):
    """As much of the hub's HTTP interface as downloading a dataset takes."""

    daemon_threads = True

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.files = dict(files)
        self.status = 200  # what every request is answered with
        self.cut_at: int | None = None  # the byte at which a Parquet file's connection breaks
        self.silence = threading.Event()  # until it is set, no request is answered
        self.silence.set()
        self.requests: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def entry(self, path: str) -> dict[str, object]:
        if path in self.files:
            oid = hashlib.sha1(self.files[path]).hexdigest()
            return {"type": "file", "path": path, "size": len(self.files[path]), "oid": oid}
        return {"type": "directory", "path": path, "oid": "0" * 40, "size": 0}


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hub

    def log_message(self, *args: object) -> None: ...

    def do_GET(self) -> None:
        self.server.requests.append(f"{self.command} {self.path}")
        self.server.silence.wait()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path = urlsplit(self.path).path
        api, files = f"/api/datasets/{REPOSITORY}", f"/datasets/{REPOSITORY}/resolve/{REVISION}/"
        if self.server.status != 200:
            self.answer(self.server.status, b"")
        elif path == f"{api}/revision/{REVISION}":
            siblings = [{"rfilename": name} for name in self.server.files]
            self.json({"id": REPOSITORY, "sha": REVISION, "siblings": siblings})
        elif path == f"{api}/paths-info/{REVISION}":
            wanted = parse_qs(body)["paths"]
            self.json([self.server.entry(name) for name in wanted if self.known(name)])
        elif path.startswith(f"{api}/tree/{REVISION}"):
            folder = path.removeprefix(f"{api}/tree/{REVISION}").strip("/")
            names = {self.child(folder, name) for name in self.server.files} - {""}
            self.json([self.server.entry(name) for name in sorted(names)])
        elif path.startswith(files) and path.removeprefix(files) in self.server.files:
            self.file(path.removeprefix(files))
        else:
            self.answer(404, b"", {"X-Error-Code": "EntryNotFound"})

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self.do_GET()

    def known(self, name: str) -> bool:
        return any(path == name or path.startswith(f"{name}/") for path in self.server.files)

    def child(self, folder: str, name: str) -> str:
        match = re.match(rf"{re.escape(folder)}/?[^/]+" if folder else r"[^/]+", name)
        return match.group() if match else ""

    def json(self, value: object) -> None:
        self.answer(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def file(self, name: str) -> None:
        content = self.server.files[name]
        headers = {
            "ETag": f'"{hashlib.sha256(content).hexdigest()}"',
            "X-Repo-Commit": REVISION,
            "Accept-Ranges": "bytes",
        }
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not asked:
            self.answer(200, content, headers)
            return
        start, end = int(asked[1]), int(asked[2] or len(content) - 1)
        headers["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
        self.answer(206, content[start : end + 1], headers)

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        cut = self.server.cut_at if self.path.endswith(".parquet") else None
        self.wfile.write(body[:cut])
        if cut is not None:
            self.close_connection = True


def parquet(images: np.ndarray, labels: np.ndarray) -> bytes:
    """A split as the hub stores it: PNGs in a struct, labels as integers."""

    def png(pixels: np.ndarray) -> bytes:
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
        return buffer.getvalue()

    rows = [{"bytes": png(pixels), "path": None} for pixels in images]
    image = pa.array(rows, pa.struct({"bytes": pa.binary(), "path": pa.string()}))
    table = pa.table({"image": image, "label": pa.array(labels, pa.int64())})
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def files(mnist: Mnist) -> dict[str, bytes]:
    return {
        "README.md": CARD.encode(),
        TRAIN: parquet(mnist.train_images, mnist.train_labels),
        TEST: parquet(mnist.test_images, mnist.test_labels),
    }


@pytest.fixture
def hub(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The hub, and no other source: pip may ask nobody."""
    monkeypatch.delenv("MNIST_FOLDER", raising=False)
    monkeypatch.setattr(mirrors, "MIRRORS", ())
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with Hub(files) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        yield server
        server.silence.set()
        server.shutdown()
        thread.join()


def refusal(cache: Path) -> str:
    """What load_mnist says when no source has MNIST; it must leave nothing half-written."""
    with pytest.raises(MnistUnavailableError) as caught:
        load_mnist(cache_folder=cache, progress=Progress(io.StringIO()))
    assert [path.name for path in cache.iterdir()] == [".lock"]
    return str(caught.value)


def test_the_hub_gives_mnist_itself(hub: Hub, mnist: Mnist, tmp_path: Path) -> None:
    shown = io.StringIO()
    fetched = load_mnist(cache_folder=tmp_path, progress=Progress(shown))
    assert np.array_equal(fetched.train_images, mnist.train_images)
    assert np.array_equal(fetched.test_labels, mnist.test_labels)
    assert shown.getvalue().startswith("Fetching MNIST from Hugging Face (18 MB) ...\n")
    assert f"GET /datasets/{REPOSITORY}/resolve/{REVISION}/{TRAIN}" in hub.requests
    asked = len(hub.requests)
    load_mnist(cache_folder=tmp_path, progress=Progress(shown))
    assert len(hub.requests) == asked, "the second time, the cache answers"


def test_altered_pixels_are_refused(hub: Hub, mnist: Mnist, tmp_path: Path) -> None:
    images = mnist.test_images.copy()
    images[4321, 14, 14] ^= 1
    hub.files[TEST] = parquet(images, mnist.test_labels)
    assert "Hugging Face Datasets: t10k-images-idx3-ubyte is not MNIST's own" in refusal(tmp_path)


def test_a_cut_connection_is_reported(hub: Hub, tmp_path: Path) -> None:
    hub.cut_at = 100_000
    assert "Hugging Face Datasets: the download failed" in refusal(tmp_path)


@pytest.mark.parametrize("status", [404, 500])
def test_a_hub_that_answers_with_an_error_is_named(hub: Hub, status: int, tmp_path: Path) -> None:
    hub.status = status
    assert f"Hugging Face Datasets: the hub answered {status}" in refusal(tmp_path)


def test_a_hub_that_never_answers_is_given_up(hub: Hub, tmp_path: Path) -> None:
    hub.silence.clear()
    said = refusal(tmp_path)
    assert "Hugging Face Datasets: the hub could not be reached (timed out)" in said
    assert len(hub.requests) == 1, "a hub that does not answer is not asked twice"


def test_a_closed_port_is_an_unreachable_hub(hub: Hub, tmp_path: Path) -> None:
    hub.server_close()
    assert "Hugging Face Datasets: the hub could not be reached" in refusal(tmp_path)
