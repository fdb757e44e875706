"""`python main.py` before hostile and careless clients: what Granian and the middleware do."""

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from live import talk
from server_process import Process

pytestmark = [pytest.mark.slow, pytest.mark.posix]

BODY = b'{"pixels": [' + b",".join([b"0.5"] * 784) + b"]}"
POST = (
    b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n" % len(BODY)
) + BODY
GET = b"GET /livez HTTP/1.1\r\nHost: x\r\n%s\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Process]:
    process = Process(MNIST_LOG_LEVEL="warning")
    httpx.get(process.url + "/livez")
    yield process
    process.stop()
    process.end()


def status(answer: bytes) -> int:
    return int(answer.split()[1])


def test_pipelined_requests_are_all_answered(server: Process) -> None:
    assert talk(server.port, POST * 3, answers=3).count(b"HTTP/1.1 200") == 3


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (GET % b"Connection: Upgrade\r\nUpgrade: websocket\r\n", 200),
        (GET % b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n", 200),
        (POST.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n", 1), 400),
        (POST.replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n", 1), 400),
        (GET % (b"X-A: " + b"x" * 1_000_000 + b"\r\n"), 431),
        (GET % (b"X-A: b\r\n" * 20_000), 431),
        (GET % b"Host: y\r\n", 400),
        (b"GET /livez HTTP/1.1\r\n\r\n", 400),
        (b"GET /livez HTTP/1.0\r\n\r\n", 200),
        (b"\x16\x03\x01\x02\0\r\n\r\n", 400),
    ],
)
def test_ambiguous_and_oversized_requests_are_refused(
    server: Process, request_: bytes, expected: int
) -> None:
    assert status(talk(server.port, request_, answers=1)) == expected
    assert status(talk(server.port, POST, answers=1)) == 200


def test_headers_that_never_end_and_idle_connections_are_closed(
    server: Process,
) -> None:
    with (
        socket.create_connection(("127.0.0.1", server.port), timeout=60) as slow,
        socket.create_connection(("127.0.0.1", server.port), timeout=60) as idle,
    ):
        slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert b"200" not in slow.recv(1000)
        assert idle.recv(1000) == b""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds the worker in /proc")
def test_a_worker_that_is_killed_is_replaced(server: Process) -> None:
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    os.kill(int(children[-1]), signal.SIGKILL)
    for _ in range(300):
        with contextlib.suppress(OSError, IndexError):
            if status(talk(server.port, POST, answers=1)) == 200:
                return
        time.sleep(0.2)
    pytest.fail("no worker answers")
