"""The Python client against servers that are not this API."""

import contextlib
import functools
import http.server
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from python_client import Ask

from mnist_recognizer.api.model.example import SEVEN
from mnist_recognizer.client import (
    ClientError,
    ProblemError,
    UnreachableError,
)


class Others:
    """Servers that are none of this API, each at a port of its own."""

    def __init__(self, talk: Callable[[socket.socket], None]) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.talk = talk
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self) -> None:
        with contextlib.suppress(OSError):  # the end
            while True:
                connection, _ = self.listener.accept()
                with connection, contextlib.suppress(ConnectionError):
                    self.talk(connection)

    def end(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


@pytest.fixture
def others() -> Iterator[Callable[[Callable[[socket.socket], None]], str]]:
    with contextlib.ExitStack() as started:

        def start(talk: Callable[[socket.socket], None]) -> str:
            other = Others(talk)
            started.callback(other.end)
            return other.url

        yield start


Start = Callable[[Callable[[socket.socket], None]], str]


class TestOtherServers:
    def test_one_that_says_nothing_is_left_after_the_timeout(
        self, make: Ask, others: Start
    ) -> None:
        def silent(connection: socket.socket) -> None:
            while connection.recv(65536):
                pass

        url = others(silent)
        with pytest.raises(UnreachableError) as caught:
            make(url=url, timeout=0.2)("health")
        assert str(caught.value) == f"No answer from {url} in the time that was given to it."

    @pytest.mark.parametrize("said", [b"", b"SSH-2.0-OpenSSH_9.2\r\n"])
    def test_one_that_speaks_no_http_is_said_with_the_address(
        self, make: Ask, others: Start, said: bytes
    ) -> None:
        def talk(connection: socket.socket) -> None:
            connection.recv(65536)
            connection.sendall(said)

        url = others(talk)
        with pytest.raises(UnreachableError, match=rf"^No answer from {url}: \S"):
            make(url=url)("health")

    def test_one_of_files_is_recognised_as_another(self, make: Ask, tmp_path: Path) -> None:
        (tmp_path / "health").write_text("<html>fine</html>")
        handler = functools.partial(Files, directory=str(tmp_path))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            ask = make(url=f"http://127.0.0.1:{server.server_port}")
            with pytest.raises(ClientError, match="does not answer as this API does"):
                ask("health")
            with pytest.raises(
                ProblemError, match=r"^The server answered 404 without a problem document"
            ):
                ask("models")
            with pytest.raises(
                ProblemError, match=r"^The server answered 501 without a problem document"
            ):
                ask("predict", SEVEN)
            server.shutdown()
            thread.join()

    @pytest.mark.slow
    def test_one_that_is_busy_once_is_asked_again(self, make: Ask, others: Start) -> None:
        health = b'{"status": "healthy", "model_loaded": true, "model_architecture": "x"}'
        end = b"Content-Length: %d\r\nConnection: close\r\n\r\n"
        answers = [
            b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n" + end % 0,
            b"HTTP/1.1 200 OK\r\n" + end % len(health) + health,
        ]

        def talk(connection: socket.socket) -> None:
            connection.recv(65536)
            connection.sendall(answers.pop(0))

        assert make(url=others(talk))("health").status == "healthy"
        assert answers == []


class Files(http.server.SimpleHTTPRequestHandler):
    """Python's server of files, without its log."""

    def log_message(self, *_: Any) -> None:
        pass
