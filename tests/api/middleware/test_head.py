"""HEAD is answered as GET is, without the body; and a request names one host."""

import socket

import pytest
from fastapi.testclient import TestClient
from live import talk

ADDRESSES = [
    "/health",
    "/livez",
    "/readyz",
    "/model/info",
    "/model/weights",
    "/models",
    "/metrics",
    "/v2",
    "/v2/health/live",
    "/v2/health/ready",
    "/v2/models/mnist",
    "/v2/models/mnist/ready",
    "/docs",
    "/docs/start.js",
    "/docs/files/swagger-ui.css",
    "/openapi.json",
    "/",
    "/js/pages/index/main.js",
    "/nothing",
    "/predict",
]


def head_and_body(url: str, request: bytes) -> tuple[list[str], bytes]:
    """Send bytes; return the lines of the answer's head, and its body."""
    head, _, body = talk(int(url.rpartition(":")[2]), request).partition(b"\r\n\r\n")
    return head.decode().split("\r\n"), body


@pytest.mark.parametrize("path", ADDRESSES)
def test_head_has_the_status_and_the_headers_of_get(client: TestClient, path: str) -> None:
    get = client.get(path)
    head = client.head(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    differing = {"x-request-id", "date"}
    if path == "/metrics":  # counts both
        differing.add("content-length")
    for name in set(get.headers) - differing:
        assert head.headers[name] == get.headers[name]


def test_head_is_an_answer_without_a_body_on_the_wire(server: str) -> None:
    request = b"HEAD /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    head, body = head_and_body(server, request)
    assert head[0] == "HTTP/1.1 200 OK"
    assert "content-length: 18" in head
    assert body == b""


def test_it_is_sent_although_the_connection_stays_open(server: str) -> None:
    port = int(server.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        for _ in range(2):
            connection.sendall(b"HEAD /livez HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
            assert answer.endswith(b"\r\n\r\n")


def test_head_is_counted_by_its_route(client: TestClient) -> None:
    client.head("/livez")
    counted = client.get("/metrics").text
    assert 'mnist_responses_total{route="/livez",status="200"} 1.0' in counted


def test_the_document_leaves_head_to_http(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {method for path in paths.values() for method in path} == {"get", "post"}


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (b"HTTP/1.1\r\nHost: x\r\n", 200),
        (b"HTTP/1.1\r\nHost: EXAMPLE.com:80\r\n", 200),
        (b"HTTP/1.1\r\nHost: [::1]:8000\r\n", 200),
        (b"HTTP/1.0\r\n", 200),
        (b"HTTP/1.0\r\nHost:\r\n", 200),
        (b"HTTP/1.1\r\n", 400),
        (b"HTTP/1.1\r\nHost:\r\n", 400),
        (b"HTTP/1.1\r\nHost: :80\r\n", 400),
        (b"HTTP/1.1\r\nHost: x\r\nHost: x\r\n", 400),
        (b"HTTP/1.0\r\nHost: x\r\nHost: y\r\n", 400),
        (b"HTTP/1.1\r\nHost: x/y\r\n", 400),
        (b"HTTP/1.1\r\nHost: a b\r\n", 400),
        (b"HTTP/1.1\r\nHost: user@x\r\n", 400),
        (b"HTTP/1.1\r\nHost: x:y\r\n", 400),
        (b"HTTP/1.1\r\nHost: \xff\r\n", 400),
    ],
)
def test_a_request_names_one_host(server: str, lines: bytes, status: int) -> None:
    head, body = head_and_body(server, b"GET /livez " + lines + b"Connection: close\r\n\r\n")
    assert head[0].split()[1] == str(status)
    if status == 400:
        assert "content-type: application/problem+json" in head
        assert b"needs one header Host" in body
