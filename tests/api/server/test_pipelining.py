"""Requests that are sent one behind the other, before the first is answered."""

import asyncio
import contextlib
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from live import serving
from starlette.types import ASGIApp, Receive, Scope, Send

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.connections import (
    LARGEST_HEAD,
    MOST_WAITING,
    PIECE,
    BoundedConnection,
)
from mnist_recognizer.api.settings import Settings
from mnist_recognizer.locations import default_weights

GET = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
OCTETS = b"Content-Type: application/octet-stream\r\nAccept: application/octet-stream\r\n"


def batch(count: int) -> bytes:
    body = bytes(784 * count)
    head = b"POST /predict/batch HTTP/1.1\r\nHost: x\r\n" + OCTETS
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


@pytest.fixture
def port(weights: Path) -> Iterator[int]:
    with serving(create_app(Settings(weights=weights))) as url:
        yield int(url.rpartition(":")[2])


def connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def statuses(connection: socket.socket) -> list[int]:
    """Return the status of each answer that comes until the other side closes."""
    answer = b"".join(iter(lambda: connection.recv(65536), b""))
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", answer)]


def test_a_head_that_begins_behind_a_large_body_is_no_large_head(port: int) -> None:
    for _ in range(5):
        with connect(port) as connection:
            connection.sendall(batch(150) + LAST[:26])
            time.sleep(0.05)
            connection.sendall(LAST[26:])
            assert statuses(connection) == [200, 200]


@pytest.mark.parametrize(
    "bad", [b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\nX: " + b"y" * (LARGEST_HEAD + 1)]
)
@pytest.mark.parametrize("before", [1, 3])
def test_what_cannot_be_read_takes_no_answer_away(
    port: int, before: int, bad: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with connect(port) as connection:
        connection.sendall(GET * before + bad)
        assert statuses(connection)[:before] == [200] * before
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def slow(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that takes its time for an answer."""
    if scope["type"] == "lifespan":
        return
    await asyncio.sleep(0.2)
    while (await receive()).get("more_body"):
        pass
    head = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": b"ok"})


CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (GET + b"GARBAGE\r\n\r\n", [200]),
        (GET * 3 + b"GARBAGE\r\n\r\n", [200] * 3),
        (GET + CHUNKED + b"zz\r\n", [200]),
        (GET * 2 + CHUNKED + b"zz\r\n", [200] * 2),
        (CHUNKED + b"zz\r\n", [400]),
        (CHUNKED + b"1\r\na\r\n0\r\n\r\nGARBAGE\r\n\r\n", [200]),
        (GET + b"GET / HTTP/1.1\r\nX: " + b"y" * 2 * LARGEST_HEAD, [200]),
    ],
)
@pytest.mark.parametrize("ends", [False, True])
def test_answers_that_are_due_are_given_first(
    sent: bytes, expected: list[int], ends: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(slow) as url, connect(int(url.rpartition(":")[2])) as connection:
        connection.sendall(sent)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", answer)] == expected
    assert answer.count(b"connection: close") == 1
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_head_without_end_waits_for_the_answer_before_it() -> None:
    with serving(slow) as url, connect(int(url.rpartition(":")[2])) as connection:
        connection.sendall(GET)
        time.sleep(0.05)
        connection.sendall(GET[:10])
        time.sleep(0.05)
        connection.sendall(b"y" * (LARGEST_HEAD + 1))
        assert statuses(connection) == [200]


async def early(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that begins its answer before it has read the request."""
    if scope["type"] == "lifespan":
        return
    head = [(b"content-length", b"4")]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": b"ok", "more_body": True})
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.body", "body": b"ok"})


def test_no_other_answer_is_put_into_one_that_has_begun() -> None:
    with serving(early) as url, connect(int(url.rpartition(":")[2])) as connection:
        connection.sendall(CHUNKED)
        answer = connection.recv(65536)
        connection.sendall(b"zz\r\n")
        answer += b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.endswith(b"\r\n\r\nok")


@pytest.mark.parametrize("app", [slow, early])
def test_who_asks_and_leaves_leaves_no_traceback(
    app: ASGIApp, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(app) as url:
        for _ in range(10):
            with connect(int(url.rpartition(":")[2])) as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                connection.sendall(GET * 3)
        time.sleep(1)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def prompt(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that reads a request, and answers it after a moment."""
    if scope["type"] == "lifespan":
        return
    while (await receive()).get("more_body"):
        pass
    await asyncio.sleep(0.005)
    head = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.mark.parametrize(
    ("request_", "count"),
    [
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" + bytes(60000), 100),
        (b"GET / HTTP/1.1\r\n\r\n", 1000),
        (CHUNKED + b"3\r\nabc\r\n0\r\n\r\n", 1000),
    ],
    ids=["large", "small", "chunked"],
)
def test_nothing_more_is_read_while_requests_wait(
    request_: bytes, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = unread = 0
    counted = BoundedConnection.on_headers_complete

    def count_waiting(self: BoundedConnection) -> None:
        nonlocal waiting
        counted(self)
        waiting = max(waiting, len(self.pipeline))

    taken = BoundedConnection.data_received

    def count_unread(self: BoundedConnection, data: bytes) -> None:
        nonlocal unread
        taken(self, data)
        unread = max(unread, len(self.unread))

    monkeypatch.setattr(BoundedConnection, "on_headers_complete", count_waiting)
    monkeypatch.setattr(BoundedConnection, "data_received", count_unread)
    with serving(prompt) as url, connect(int(url.rpartition(":")[2])) as connection:
        sender = threading.Thread(target=connection.sendall, args=[request_ * count + LAST])
        sender.start()
        assert statuses(connection) == [200] * (count + 1)
        sender.join()
    # A piece of a chunked body may hold requests, too.
    most = PIECE // len(request_) if request_.startswith(CHUNKED) else 0
    assert waiting <= MOST_WAITING + most
    assert unread <= 2**18  # what uvloop takes at a time


@pytest.mark.parametrize("size", [1, 100, 5000])
def test_requests_may_be_cut_anywhere(size: int) -> None:
    sent = (GET + CHUNKED + b"3\r\nabc\r\n0\r\nX: y\r\n\r\n" + batch(1)) * 3 + LAST
    with serving(prompt) as url, connect(int(url.rpartition(":")[2])) as connection:
        for start in range(0, len(sent), size):
            connection.sendall(sent[start : start + size])
        assert statuses(connection) == [200] * 10


@pytest.mark.parametrize(
    "trailer",
    [b"a:\r\n" * (LARGEST_HEAD // 4), b"a: " + b"y" * 10 * LARGEST_HEAD],
    ids=["many", "endless"],
)
def test_fields_behind_a_body_do_not_come_without_end(port: int, trailer: bytes) -> None:
    with connect(port) as connection:
        json = b"POST /predict HTTP/1.1\r\nContent-Type: application/json\r\n"
        connection.sendall(json + CHUNKED.partition(b"\r\n")[2] + b"2\r\n{}\r\n0\r\n")
        with contextlib.suppress(ConnectionError):
            for start in range(0, len(trailer), 10_000):
                connection.sendall(trailer[start : start + 10_000])
                time.sleep(0.01)
            assert statuses(connection) == []


def test_fields_behind_a_body_are_no_fields_of_the_head() -> None:
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await prompt(scope, receive, send)
        if scope["type"] == "http":
            seen.extend(name for name, _ in scope["headers"])

    with serving(app) as url, connect(int(url.rpartition(":")[2])) as connection:
        connection.sendall(CHUNKED + b"1\r\na\r\n0\r\nHost: y\r\nX-Late: 1\r\n\r\n" + LAST)
        assert statuses(connection) == [200, 200]
    assert b"x-late" not in seen
    assert seen.count(b"host") == 2


def test_a_deadline_behind_an_unread_answer_ends_the_connection(weights: Path) -> None:
    app = create_app(Settings(weights=default_weights(), timeout_seconds=0.5))
    with serving(app) as url, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", int(url.rpartition(":")[2])))
        connection.settimeout(30)
        connection.sendall(b"GET /model/weights HTTP/1.1\r\nHost: x\r\n\r\n" * 3)
        time.sleep(1.5)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert set(re.findall(rb"HTTP/1\.1 (\d+) ", answer)) == {b"200"}
