"""The server as a process: it starts, says where it is, answers, and ends quietly."""

import contextlib
import logging
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

import httpx
import pytest

from mnist_recognizer.api.server import serve

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
        assert "server" not in response.headers
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
        assert b" 503 Service Unavailable" in sender.recv(1000)
    assert "Traceback" not in process.output


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


@pytest.fixture
def signals_as_they_were() -> Iterator[None]:
    """Restore what serve() replaces for good, as the process ends after it: handlers, loggers."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    handlers = [signal.getsignal(number) for number in numbers]
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, files)
    for name in ("mnist_recognizer", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.setLevel(logging.NOTSET)
        logger.propagate = True
    for number, handler in zip(numbers, handlers, strict=True):
        signal.signal(number, handler)


@pytest.fixture
def text_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_LOG_FORMAT", "text")


@pytest.mark.usefixtures("signals_as_they_were", "text_log")
class TestServe:
    def serve_and_stop(
        self,
        capfd: pytest.CaptureFixture[str],
        number: signal.Signals = signal.SIGTERM,
        until: threading.Event | None = None,
        **arguments: object,
    ) -> str:
        """Serve until a health check has been answered, and `until` is set; return the address."""

        def end_it() -> None:
            try:
                while not (found := re.search(r"runs at (\S+) ", capfd.readouterr().out)):
                    time.sleep(0.05)
                seen.append(found[1])
                seen.append(httpx.get(found[1] + "/health").json()["status"])
                if until:
                    until.wait(PATIENCE)
            finally:
                os.kill(os.getpid(), number)

        seen: list[str] = []
        thread = threading.Thread(target=end_it)
        thread.start()
        serve(**arguments)  # type: ignore[arg-type]
        thread.join()
        assert seen[1] == "healthy"
        return seen[0]

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_returns_when_it_is_told_to_end(
        self, weights: Path, capfd: pytest.CaptureFixture[str], number: signal.Signals
    ) -> None:
        self.serve_and_stop(capfd, number, port=0, weights=weights)

    @pytest.mark.parametrize(
        ("host", "shown"),
        [("127.0.0.1", "localhost"), ("0.0.0.0", "localhost"), ("127.0.0.2", "127.0.0.2")],
    )
    def test_prints_an_address_that_can_be_opened(
        self, weights: Path, capfd: pytest.CaptureFixture[str], host: str, shown: str
    ) -> None:
        url = self.serve_and_stop(capfd, host=host, port=0, weights=weights)
        assert url.startswith(f"http://{shown}:")

    def test_opens_the_browser_when_it_answers(
        self, weights: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened: list[tuple[str, int]] = []
        done = threading.Event()

        def browser(url: str) -> bool:
            opened.append((url, httpx.get(url + "/health").status_code))
            done.set()
            return True

        monkeypatch.setattr(webbrowser, "open", browser)
        monkeypatch.setenv("DISPLAY", ":0")
        url = self.serve_and_stop(capfd, until=done, port=0, weights=weights, open_browser=True)
        assert opened == [(url, 200)]

    def test_opens_none_on_a_machine_without_a_screen(
        self, weights: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setattr(webbrowser, "open", pytest.fail)
        self.serve_and_stop(capfd, port=0, weights=weights, open_browser=True)

    def test_it_serves_where_the_system_has_no_limit_of_open_files(
        self, weights: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "resource", None)  # as on Windows
        self.serve_and_stop(capfd, port=0, weights=weights)

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
