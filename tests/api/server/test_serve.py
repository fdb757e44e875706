"""serve(): what it tells Granian, and what keeps it from starting."""

import multiprocessing
import os
import queue
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from server_process import PATIENCE
from starlette.types import Receive, Scope, Send

from mnist_recognizer.api import server
from mnist_recognizer.api.server import serve, worker_app

try:
    import resource
except ModuleNotFoundError:  # Windows
    resource = None  # type: ignore[assignment]

INFINITE = -1 if resource is None else resource.RLIM_INFINITY
needs_resource = pytest.mark.skipif(resource is None, reason="Windows has no such limits")


class FakeGranian:
    """Stands in for Granian: it does not start anything."""

    def __init__(self, target: str, **options: Any) -> None:
        self.target = target
        self.options = options

    def serve(self) -> None:
        """Return at once."""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[FakeGranian]]:
    """The servers that serve() starts."""
    servers: list[FakeGranian] = []

    def granian(target: str, **options: Any) -> FakeGranian:
        servers.append(FakeGranian(target, **options))
        return servers[-1]

    monkeypatch.setattr(server, "Granian", granian)
    for name in ("MNIST_HOST", "MNIST_PORT", "MNIST_WEIGHTS"):
        monkeypatch.setenv(name, "")  # restores what serve() sets for the worker
    if resource is None:
        yield servers
        return
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield servers
    resource.setrlimit(resource.RLIMIT_NOFILE, files)


class TestServe:
    def test_the_worker_reads_the_settings_that_were_given(
        self, started: list[FakeGranian], weights: Path
    ) -> None:
        os.environ["MNIST_HOST"] = "192.0.2.1"  # what was given wins
        serve(host="127.0.0.1", port=0, weights=weights)
        port = started[0].options["port"]
        assert os.environ["MNIST_HOST"] == started[0].options["address"] == "127.0.0.1"
        assert os.environ["MNIST_PORT"] == str(port)
        assert os.environ["MNIST_WEIGHTS"] == str(weights)
        assert started[0].target == "mnist_recognizer.api.server:worker_app"

    @pytest.mark.parametrize(
        ("host", "shown"),
        [("0.0.0.0", "localhost"), ("127.0.0.2", "127.0.0.2"), ("fe80::1", "[fe80::1]")],
    )
    def test_the_address_that_it_prints_can_be_opened(self, host: str, shown: str) -> None:
        assert server._url(host, 8123) == f"http://{shown}:8123"

    def test_once_the_worker_answers_it_says_so_and_opens_the_page(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        opened: list[str] = []
        monkeypatch.setattr(webbrowser, "open", opened.append)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        waiting = threading.Thread(
            target=server._announce, args=[("0.0.0.0", port), "It runs.", "http://page"]
        )
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
        assert opened == []
        with socket.create_server(("127.0.0.1", port)) as listener:
            connection, _ = listener.accept()
            connection.recv(100)
            assert opened == []
            connection.close()  # without an answer, so that it asks again
            connection, _ = listener.accept()
            connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
            waiting.join(PATIENCE)
            connection.close()
        assert capsys.readouterr().out == "It runs.\n"
        assert opened == ["http://page"]

    def test_without_a_browser_it_only_says_where_it_is(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            address = listener.getsockname()[:2]
            waiting = threading.Thread(target=server._announce, args=[address, "It runs.", None])
            waiting.start()
            connection, _ = listener.accept()
            connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
            waiting.join(PATIENCE)
            connection.close()
        assert capsys.readouterr().out == "It runs.\n"

    def test_the_workers_application_has_the_settings_of_the_environment(
        self, weights: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MNIST_WEIGHTS", str(weights))
        main, watched = object(), queue.Queue()
        monkeypatch.setattr(multiprocessing, "parent_process", lambda: main)
        monkeypatch.setattr(server, "_end_with", watched.put)
        app = worker_app()
        assert watched.get(timeout=PATIENCE) is main
        monkeypatch.setattr(multiprocessing, "parent_process", lambda: None)
        assert worker_app() is not app
        assert watched.empty()  # nobody's child waits for nobody

        async def call(scope: Scope, receive: Receive, send: Send) -> None:
            await app(scope, receive, send)

        with TestClient(call) as client:
            assert client.get("/health").json()["model_loaded"]

    @pytest.mark.parametrize("has_screen", [True, False])
    def test_the_page_is_opened_where_there_is_a_screen(
        self,
        started: list[FakeGranian],
        weights: Path,
        monkeypatch: pytest.MonkeyPatch,
        has_screen: bool,
    ) -> None:
        told: queue.Queue[str | None] = queue.Queue()
        monkeypatch.setattr(server, "_announce", lambda _, __, url: told.put(url))
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
            monkeypatch.delenv(name, raising=False)
        if has_screen:
            monkeypatch.setenv("DISPLAY", ":0")
        monkeypatch.setattr(sys, "platform", "linux")
        serve(port=0, weights=weights, open_browser=True)
        url = f"http://localhost:{started[0].options['port']}"
        assert told.get(timeout=PATIENCE) == (url if has_screen else None)

    @pytest.mark.parametrize(
        ("soft", "hard", "raised_to", "connections"),
        [
            (256, 1064, 1064, 1000),
            (10, 10, None, 1),
            (256, INFINITE, server.MAX_CONNECTIONS + server.OTHER_FILES, server.MAX_CONNECTIONS),
            (INFINITE, INFINITE, None, server.MAX_CONNECTIONS),
            (1_000_000, 1_000_000, None, server.MAX_CONNECTIONS),
        ],
    )
    @needs_resource
    def test_connections_fit_into_the_files_that_may_be_open(
        self,
        monkeypatch: pytest.MonkeyPatch,
        soft: int,
        hard: int,
        raised_to: int | None,
        connections: int,
    ) -> None:
        raised = []
        monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
        monkeypatch.setattr(resource, "setrlimit", lambda _, limits: raised.append(limits))
        assert server._max_connections() == connections
        assert raised == ([(raised_to, hard)] if raised_to else [])

    @needs_resource
    def test_a_limit_that_cannot_be_raised_is_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise ValueError("current limit exceeds maximum limit")

        monkeypatch.setattr(resource, "getrlimit", lambda _: (256, INFINITE))
        monkeypatch.setattr(resource, "setrlimit", refuse)
        assert server._max_connections() == 256 - server.OTHER_FILES

    def test_windows_has_no_such_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "resource", None)
        assert server._max_connections() == server.MAX_CONNECTIONS

    def test_a_wrong_setting_ends_it_with_a_sentence(self) -> None:
        with pytest.raises(SystemExit, match=r"^MNIST_PORT is wrong \(70000\): "):
            serve(port=70000)

    def test_a_port_in_use_ends_it_with_a_sentence(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with pytest.raises(SystemExit, match=f"^Port {port} is in use"):
                serve(port=port)

    def test_a_host_that_does_not_exist_ends_it_with_a_sentence(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unknown(*_: object, **__: object) -> None:
            raise socket.gaierror

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        with pytest.raises(SystemExit, match=r"^MNIST_HOST is wrong: .* no address 'nowhere'"):
            serve(host="nowhere")

    def test_an_address_of_another_machine_ends_it_with_a_sentence(self) -> None:
        with pytest.raises(SystemExit, match=r"^Cannot listen on 192\.0\.2\.1, port 0: "):
            serve(host="192.0.2.1", port=0)


def test_a_worker_ends_when_its_main_process_has(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[str] = []
    monkeypatch.setattr(os, "kill", lambda *signalled: waited.append(f"kill {signalled}"))
    main = SimpleNamespace(join=lambda: waited.append("join"))
    server._end_with(main)
    assert waited == ["join", f"kill {(os.getpid(), signal.SIGTERM)}"]
