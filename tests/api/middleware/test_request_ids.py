"""Every answer carries an X-Request-ID: the sender's own if it is sound, else one made for it."""

import logging
import re

import pytest
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient

from mnist_recognizer.api.observability.logs import TextFormatter

MADE = re.compile(r"[0-9a-f]{32}")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/predict", 415),
        ("GET", "/health", 200),
        ("GET", "/livez", 200),
        ("GET", "/readyz", 503),
        ("GET", "/nothing", 404),
        ("DELETE", "/health", 405),
        ("GET", "/", 200),
        ("GET", "/css/base.css", 200),
        ("GET", "/docs", 200),
    ],
)
def test_every_answer_carries_the_id_that_the_request_brought(
    client: TestClient, method: str, path: str, status: int
) -> None:
    response = client.request(method, path, headers={"X-Request-ID": "order 17/b"})
    assert response.status_code == status
    assert response.headers.get_list("x-request-id") == ["order 17/b"]


def test_without_one_each_request_gets_its_own(client: TestClient) -> None:
    made = {client.get("/health").headers["x-request-id"] for _ in range(20)}
    assert len(made) == 20
    assert all(MADE.fullmatch(request_id) for request_id in made)


@pytest.mark.parametrize("given", [b"x", b"x" * 128, b"!~", b"a b", bytes(range(0x21, 0x7F))])
def test_printable_ascii_of_up_to_128_characters_is_taken(client: TestClient, given: bytes) -> None:
    response = client.get("/health", headers={b"X-Request-ID": given})
    assert response.headers["x-request-id"].encode() == given


@pytest.mark.parametrize(
    "given",
    [b"", b" ", b"x" * 129, b"a\tb", b"a\x7fb", b"caf\xc3\xa9", b"\xff", b"a\r\nSet-Cookie: b"],
)
def test_anything_else_is_replaced(client: TestClient, given: bytes) -> None:
    response = client.get("/health", headers={b"X-Request-ID": given})
    assert MADE.fullmatch(response.headers["x-request-id"])
    assert "set-cookie" not in response.headers


def test_an_unexpected_error_carries_it_in_its_answer_and_in_the_log(app: FastAPI) -> None:
    @app.get("/broken")
    async def broken() -> Response:
        raise RuntimeError

    seen: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno == logging.ERROR:
                seen.append(TextFormatter().format(record).splitlines()[0][-6:])

    handler = Handler()
    logger = logging.getLogger("mnist_recognizer.api.middleware.errors")
    logger.addHandler(handler)
    try:
        with TestClient(app) as client:
            response = client.get("/broken", headers={"X-Request-ID": "abc"})
    finally:
        logger.removeHandler(handler)
    assert response.status_code == 500
    assert response.headers["x-request-id"] == "abc"
    assert seen == [" [abc]"]


def test_a_page_on_another_origin_may_send_it_and_read_it(client: TestClient) -> None:
    origin = {"Origin": "http://localhost:3000"}
    asked = client.options(
        "/predict",
        headers={
            **origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type, x-request-id",
        },
    )
    assert asked.status_code == 200
    assert "x-request-id" in asked.headers["access-control-allow-headers"].lower()
    assert MADE.fullmatch(asked.headers["x-request-id"])
    answer = client.get("/health", headers=origin)
    assert answer.headers["access-control-expose-headers"] == "X-Request-ID, Retry-After, ETag"
