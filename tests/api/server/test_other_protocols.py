"""Requests that wish for another protocol than HTTP/1.1 are answered as if they did not."""

import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from live import serving

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.model.example import SEVEN
from mnist_recognizer.api.settings import Settings

BODY = json.dumps({"pixels": SEVEN}).encode()
WISH = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n"
LAST = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def post(body: bytes, headers: bytes = WISH) -> bytes:
    return (
        b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        + headers
        + b"Content-Length: %d\r\n\r\n" % len(body)
        + body
    )


@pytest.fixture
def port(weights: Path) -> Iterator[int]:
    with serving(create_app(Settings(weights=weights))) as url:
        yield int(url.rpartition(":")[2])


def talk(port: int, *parts: bytes) -> list[int]:
    """Send what is given, waiting a little between its parts; return the answers' statuses."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for part in parts:
            connection.sendall(part)
            time.sleep(0.05)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", answer)]


@pytest.mark.parametrize("wish", [WISH, b"Connection: upgrade\r\nUpgrade: websocket\r\n"])
def test_the_body_is_read(port: int, wish: bytes) -> None:
    assert talk(port, post(BODY, wish) + LAST) == [200, 200]


def test_the_body_may_come_later_and_in_pieces(port: int) -> None:
    request = post(BODY)
    end = len(request) - len(BODY)
    assert (
        talk(port, request[:50], request[50:end], request[end:-9], request[-9:] + LAST) == [200] * 2
    )


def test_a_body_is_never_taken_for_a_request(port: int) -> None:
    request = post(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
    head, separator, body = request.partition(b"\r\n\r\n")
    assert talk(port, head + separator, body + LAST) == [400, 200]


def test_many_requests_with_the_wish_at_once_are_answered(port: int) -> None:
    one = b"GET /livez HTTP/1.1\r\nHost: x\r\n" + WISH + b"\r\n"
    assert talk(port, one * 500 + LAST) == [200] * 501


def test_a_body_that_cannot_be_read_is_400(port: int) -> None:
    head = post(b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    assert talk(port, head + b"zz\r\n") == [400]


def test_what_follows_connect_is_not_read(port: int) -> None:
    tunnel = b"CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n"
    assert talk(port, tunnel + LAST, LAST) == [400]
