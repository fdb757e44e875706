"""Connections whose requests' heads never end."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from live import serving
from starlette.types import ASGIApp, Receive, Scope, Send

from mnist_recognizer.api import connections
from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.connections import LARGEST_HEAD
from mnist_recognizer.api.settings import Settings
from mnist_recognizer.locations import default_weights

HEAD = b"GET /health HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
def port(weights: Path) -> Iterator[int]:
    """A server in a thread."""
    with serving(create_app(Settings(weights=weights))) as url:
        yield int(url.rpartition(":")[2])


@pytest.fixture
def one_second_for_a_head(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server wait as long as that; elsewhere as long as ever, for a busy machine."""
    monkeypatch.setattr(connections, "SECONDS_FOR_A_HEAD", 1.0)


def connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.settimeout(30)
    return connection


def rest(connection: socket.socket) -> bytes:
    """Return all that comes until the other side closes."""
    received = b""
    while True:
        try:
            part = connection.recv(65536)
        except ConnectionResetError:
            return received
        if not part:
            return received
        received += part


@pytest.mark.usefixtures("one_second_for_a_head")
@pytest.mark.parametrize("beginning", [b"", b"G", HEAD, HEAD + b"X: " + b"y" * 1000])
def test_a_head_that_does_not_end_ends_the_connection(port: int, beginning: bytes) -> None:
    with connect(port) as slow:
        slow.sendall(beginning)
        assert rest(slow) == b""
    assert httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200


def test_a_head_may_come_in_pieces(port: int) -> None:
    with connect(port) as sender:
        for at in range(0, len(HEAD), 5):
            sender.sendall(HEAD[at : at + 5])
            time.sleep(0.005)
        sender.sendall(b"\r\n")
        assert sender.recv(12) == b"HTTP/1.1 200"


@pytest.mark.usefixtures("one_second_for_a_head")
def test_the_second_head_of_a_connection_must_end_too(port: int) -> None:
    with connect(port) as sender:
        sender.sendall(HEAD + b"\r\n")
        assert sender.recv(65536).startswith(b"HTTP/1.1 200")
        sender.sendall(HEAD)
        assert b"HTTP/1.1" not in rest(sender)


@pytest.mark.usefixtures("one_second_for_a_head")
def test_a_request_that_takes_longer_than_a_head_may_is_answered(port: int) -> None:
    body = json.dumps({"pixels": [0] * 784}).encode()
    with connect(port) as sender:
        sender.sendall(
            b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)
        )
        time.sleep(1.5)
        sender.sendall(body)
        assert sender.recv(12) == b"HTTP/1.1 200"


def test_a_head_without_end_is_431(port: int) -> None:
    with connect(port) as sender:
        sender.sendall(HEAD)
        line = b"X: " + b"y" * 8000 + b"\r\n"
        try:
            for _ in range(LARGEST_HEAD // len(line) + 1):
                sender.sendall(line)
        except ConnectionError:
            pass
        assert rest(sender).startswith(b"HTTP/1.1 431 ")
    assert httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200


def test_a_large_head_that_comes_at_once_is_431(port: int) -> None:
    with connect(port) as sender:
        sender.sendall(HEAD + b"X: " + b"y" * LARGEST_HEAD + b"\r\n\r\n")
        assert rest(sender).startswith(b"HTTP/1.1 431 ")
    assert httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200


def test_many_small_heads_that_come_at_once_are_answered(port: int) -> None:
    with connect(port) as sender:
        head = HEAD + b"X: " + b"y" * 8000 + b"\r\n"
        sender.sendall((head + b"\r\n") * 10 + head + b"Connection: close\r\n\r\n")
        assert rest(sender).count(b"HTTP/1.1 200 ") == 11


async def slow_answer(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that does something between an answer's head, its body, and the rest of that."""
    if scope["type"] == "lifespan":
        return
    head = [(b"content-length", b"6")]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await asyncio.sleep(0.05)
    await send({"type": "http.response.body", "body": b"abc", "more_body": True})
    await asyncio.sleep(0.05)
    if scope["path"] == "/breaks":
        raise RuntimeError("nothing more comes")
    await send({"type": "http.response.body", "body": b"def"})


def test_the_head_of_an_answer_is_sent_with_its_body() -> None:
    with serving(slow_answer) as url, connect(int(url.rpartition(":")[2])) as asker:
        for _ in range(2):
            asker.sendall(HEAD + b"\r\n")
            assert asker.recv(65536).endswith(b"\r\n\r\nabc")
            assert asker.recv(65536) == b"def"


async def breaks_off(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that fails after the head."""
    if scope["type"] != "lifespan":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("nothing more comes")


@pytest.mark.parametrize("app", [slow_answer, breaks_off])
def test_an_answer_that_breaks_off_is_sent_as_far_as_it_goes(app: ASGIApp) -> None:
    with serving(app) as url, connect(int(url.rpartition(":")[2])) as asker:
        asker.sendall(HEAD.replace(b"/health", b"/breaks") + b"\r\n")
        answer = rest(asker)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\nabc" if app is slow_answer else b"\r\n\r\n")


def test_who_reads_slowly_and_has_little_room_gets_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SECONDS_TO_LEAVE", 0.5)
    file = default_weights()
    size = 0
    with serving(create_app(Settings(weights=file))) as url, socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.settimeout(30)
        reader.connect(("127.0.0.1", int(url.rpartition(":")[2])))
        reader.sendall(b"GET /model/weights HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        while part := reader.recv(4096):
            size += len(part)
            time.sleep(0.04)
    assert size > file.stat().st_size
