"""The server as a process: it starts, says where it is, answers, and ends quietly."""

import contextlib
import os
import queue
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from mnist_recognizer.api import server
from mnist_recognizer.api.server import serve, worker_app

MAIN = Path(__file__).resolve().parents[3] / "backend" / "main.py"
PATIENCE = 60  # seconds, for a machine that is busy with other things


class Process:
    """``python main.py`` in a process of its own, and the lines that it prints."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(MAIN), *arguments],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._new: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line)
            self._new.put(line)

    def url(self) -> str:
        """Wait until the server says where it is."""
        return self.wait_for(r"MNIST Recognizer runs at (\S+) ")[1]

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Wait for a line that begins like this."""
        while True:
            if found := re.match(pattern, self._new.get(timeout=PATIENCE)):
                return found

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, and return the exit status."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Return the exit status once the process has ended and all its lines are read."""
        status = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return status

    def end(self) -> None:
        """End the process, if it has not ended by itself."""
        self.process.kill()
        self.wait()
        assert self.process.stdout
        self.process.stdout.close()

    @property
    def output(self) -> str:
        return "".join(self.lines)


@pytest.fixture
def run(weights: Path) -> Iterator[Callable[..., Process]]:
    """Start servers on a free port; whatever still runs at the end is ended."""
    with contextlib.ExitStack() as started:

        def start(*arguments: str, **environment: str) -> Process:
            settings = {
                "MNIST_PORT": "0",
                "MNIST_WEIGHTS": str(weights),
                "MNIST_LOG_FORMAT": "text",
                **environment,
            }
            process = Process(*arguments, **settings)
            started.callback(process.end)
            return process

        yield start


Run = Callable[..., Process]


def test_it_answers_at_the_address_that_it_prints(run: Run) -> None:
    process = run()
    url = process.url()
    assert re.fullmatch(r"http://localhost:\d+", url)
    with httpx.Client(base_url=url) as client:
        assert client.get("/health").json()["status"] == "healthy"
        assert "<title>" in client.get("/").text
        response = client.post("/predict", json={"pixels": [0] * 784})
        assert response.status_code == 200
        client.get("/nothing", headers={"X-Request-ID": "mine"})
    assert process.stop() == 0
    request_id = response.headers["x-request-id"]
    line = rf"INFO POST /predict 200 \d+\.\d ms 127\.0\.0\.1 \[{request_id}\]\n"
    assert len(re.findall(line, process.output)) == 1
    assert re.search(r"INFO GET /nothing 404 \d+\.\d ms 127\.0\.0\.1 \[mine\]\n", process.output)
    assert re.search(r"INFO Model 784 -> 16 -> 10 read from ", process.output)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_quietly_and_with_status_0(run: Run, number: signal.Signals) -> None:
    process = run()
    httpx.get(process.url() + "/health")
    assert process.stop(number) == 0
    assert "Traceback" not in process.output
    assert "Error" not in process.output


def test_ctrl_c_while_it_still_starts_ends_it_quietly(run: Run, tmp_path: Path) -> None:
    slow = "import time\nprint('importing', flush=True)\ntime.sleep(60)\n"
    (tmp_path / "msgspec.py").write_text(slow)
    process = run(PYTHONPATH=str(tmp_path))
    process.wait_for("importing")
    assert process.stop(signal.SIGINT) == -signal.SIGINT
    assert process.output == "importing\n"


def test_it_ends_although_a_sender_is_slow(run: Run) -> None:
    process = run()
    port = int(process.url().rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as sender:
        sender.sendall(
            b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Expect: 100-continue\r\n"
            b"Content-Length: 1000\r\n\r\n{"
        )
        assert sender.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n", "the request has begun"
        assert process.stop() == 0
    assert "Traceback" not in process.output


def test_after_kill_9_of_the_main_process_the_port_is_free_again(run: Run) -> None:
    process = run()
    port = int(process.url().rpartition(":")[2])
    process.process.kill()
    process.wait()
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_a_worker_ends_when_its_main_process_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    parents = iter([7, 7, 1])
    monkeypatch.setattr(os, "getppid", lambda: next(parents))
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda *signalled: sent.append(signalled))
    server._end_with(7, interval=0)
    assert sent == [(os.getpid(), signal.SIGTERM)]


def test_a_body_may_come_slowly_and_in_chunks(run: Run) -> None:
    def slowly() -> Iterator[bytes]:
        yield b'{"pixels": ['
        for row in range(28):
            time.sleep(0.01)
            yield b", ".join([b"0.5"] * 28) + (b", " if row < 27 else b"]}")

    url = run().url()
    headers = {"Content-Type": "application/json"}
    response = httpx.post(url + "/predict", content=slowly(), headers=headers)
    assert response.request.headers["transfer-encoding"] == "chunked"
    assert response.status_code == 200


def test_ten_megabytes_are_refused_and_the_sender_can_read_why(run: Run) -> None:
    url = run().url()
    headers = {"Content-Type": "application/json"}
    with httpx.Client(base_url=url, headers=headers) as client:
        for content in (b"x" * 10_000_000, iter([b"x" * 100_000] * 100)):
            response = client.post("/predict", content=content)
            assert response.status_code == 413
            assert response.json()["errors"][0]["field"] == "body"
        assert client.get("/health").status_code == 200


def test_a_sender_who_goes_away_leaves_no_trace(run: Run) -> None:
    process = run()
    url = process.url()
    port = int(url.rpartition(":")[2])
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", port)) as sender:
            sender.sendall(
                b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                b"Content-Length: 1000\r\n\r\n{"
            )
    assert httpx.get(url + "/health").status_code == 200
    assert process.stop() == 0
    assert "Traceback" not in process.output


def test_a_port_in_use_is_one_sentence_with_the_remedy(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = run(MNIST_PORT=str(port))
        assert process.wait() == 1
    assert process.output == (
        f"Port {port} is in use by another program. Stop it, or take another port: "
        f"set MNIST_PORT={port + 1}, or give --port {port + 1}.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        ([], {"MNIST_HOST": "no.such.host.invalid"}, "MNIST_HOST is wrong: this machine knows no"),
        ([], {"MNIST_HOST": "no..host"}, "MNIST_HOST is wrong: this machine knows no"),
        ([], {"MNIST_HOST": "192.0.2.1"}, "Cannot listen on 192.0.2.1, port 0: "),
        ([], {"MNIST_PORT": "x"}, "MNIST_PORT is wrong ('x'): "),
        (["--port", "70000"], {}, "MNIST_PORT is wrong (70000): "),
    ],
)
def test_what_keeps_it_from_starting_is_one_sentence(
    run: Run, arguments: list[str], environment: dict[str, str], sentence: str
) -> None:
    process = run(*arguments, **environment)
    assert process.wait() == 1
    assert process.output.startswith(sentence)
    assert process.output.count("\n") == 1


def test_without_weights_it_starts_and_says_so(run: Run, tmp_path: Path) -> None:
    process = run(MNIST_WEIGHTS=str(tmp_path / "none.pkl"))
    url = process.url()
    assert httpx.get(url + "/health").json()["model_loaded"] is False
    assert process.stop() == 0
    assert "WARNING No model could be read from" in process.output


def test_it_can_be_told_to_say_less(run: Run) -> None:
    process = run(MNIST_LOG_LEVEL="warning")
    url = process.url()
    httpx.get(url + "/health")
    assert process.stop() == 0
    assert process.output == f"MNIST Recognizer runs at {url} (Ctrl-C stops it)\n"


def test_nothing_of_training_is_imported_to_serve(tmp_path: Path) -> None:
    heavy = [
        "datasets",
        "pyarrow",
        "tqdm",
        "PIL",
        "pandas",
        "filelock",
        "mnist_recognizer.training",
    ]
    code = f"import sys, main; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=MAIN.parent,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    assert done.stdout == "[]\n"


# --- serve() itself ------------------------------------------------------------------------------


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
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield servers
    resource.setrlimit(resource.RLIMIT_NOFILE, files)


class TestServe:
    def test_the_worker_reads_the_settings_that_were_given(
        self, started: list[FakeGranian], weights: Path
    ) -> None:
        serve(host="127.0.0.2", port=0, weights=weights)
        port = started[0].options["port"]
        assert os.environ["MNIST_HOST"] == started[0].options["address"] == "127.0.0.2"
        assert os.environ["MNIST_PORT"] == str(port)
        assert os.environ["MNIST_WEIGHTS"] == str(weights)
        assert started[0].target == "mnist_recognizer.api.server:worker_app"

    @pytest.mark.parametrize(
        ("host", "shown"),
        [("0.0.0.0", "localhost"), ("127.0.0.2", "127.0.0.2"), ("fe80::1", "[fe80::1]")],
    )
    def test_the_address_that_it_prints_can_be_opened(self, host: str, shown: str) -> None:
        assert server._url(host, 8123) == f"http://{shown}:8123"

    def test_once_it_takes_connections_it_says_so_and_opens_the_page(
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
        with socket.create_server(("127.0.0.1", port)):
            waiting.join(PATIENCE)
        assert capsys.readouterr().out == "It runs.\n"
        assert opened == ["http://page"]

    def test_without_a_browser_it_only_says_where_it_is(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server._announce(listener.getsockname()[:2], "It runs.", None)
        assert capsys.readouterr().out == "It runs.\n"

    def test_the_workers_application_has_the_settings_of_the_environment(
        self, weights: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MNIST_WEIGHTS", str(weights))
        monkeypatch.setattr(server, "_end_with", lambda _: None)
        app = worker_app()

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
        ("limit", "connections"),
        [(1064, 1000), (10, 1), (resource.RLIM_INFINITY, server.MAX_CONNECTIONS)],
    )
    def test_connections_fit_into_the_files_that_may_be_open(
        self, monkeypatch: pytest.MonkeyPatch, limit: int, connections: int
    ) -> None:
        monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, limit))
        monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
        assert server._max_connections() == connections

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
