"""`python main.py` before hostile and careless clients: what Granian and the middleware do."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

MAIN = Path(__file__).resolve().parents[3] / "backend" / "main.py"
BODY = b'{"pixels": [' + b",".join([b"0.5"] * 784) + b"]}"
POST = (
    b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n" % len(BODY)
) + BODY
GET = b"GET /livez HTTP/1.1\r\nHost: x\r\n%s\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A server; gives its port and its process."""
    with subprocess.Popen(
        [sys.executable, str(MAIN), "--port", "0"],
        env={**os.environ, "MNIST_LOG_FORMAT": "text", "MNIST_LOG_LEVEL": "warning"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        port = int(process.stdout.readline().partition("localhost:")[2].split()[0])
        httpx.get(f"http://127.0.0.1:{port}/livez")
        yield port, process
        process.terminate()


def talk(port: int, request: bytes, answers: int = 1) -> bytes:
    """Send bytes; return what comes until there are so many answers, or the connection ends."""
    data = b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        while data.count(b"HTTP/1.1 ") < answers and (part := connection.recv(65536)):
            data += part
    return data


def status(answer: bytes) -> int:
    return int(answer.split()[1])


def test_pipelined_requests_are_all_answered(server: tuple[int, subprocess.Popen[str]]) -> None:
    assert talk(server[0], POST * 3, answers=3).count(b"HTTP/1.1 200") == 3


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
    server: tuple[int, subprocess.Popen[str]], request_: bytes, expected: int
) -> None:
    assert status(talk(server[0], request_)) == expected
    assert status(talk(server[0], POST)) == 200


@pytest.mark.slow
def test_headers_that_never_end_and_idle_connections_are_closed(
    server: tuple[int, subprocess.Popen[str]],
) -> None:
    with (
        socket.create_connection(("127.0.0.1", server[0]), timeout=60) as slow,
        socket.create_connection(("127.0.0.1", server[0]), timeout=60) as idle,
    ):
        slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert b"200" not in slow.recv(1000)
        assert idle.recv(1000) == b""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds the worker in /proc")
def test_a_worker_that_is_killed_is_replaced(server: tuple[int, subprocess.Popen[str]]) -> None:
    port, process = server
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[-1]), signal.SIGKILL)
    for _ in range(300):
        with contextlib.suppress(OSError, IndexError):
            if status(talk(port, POST)) == 200:
                return
        time.sleep(0.2)
    pytest.fail("no worker answers")
