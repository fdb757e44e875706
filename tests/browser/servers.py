"""The servers that the browser tests talk to, as users start them."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 90
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_ports = iter(range(20_000 + 500 * WORKER + os.getpid() % 400, 32_000))


def free_port() -> int:
    """Return a port that nobody listens on, and that nobody is given before it is used.

    It lies below those that a system hands out by itself, and each process that runs tests at the
    same time looks in a range of its own.
    """
    for port in _ports:
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise RuntimeError("no port is free")


class Server:
    """A server process; a context manager that never leaves it running."""

    def __init__(
        self, command: list[str], folder: Path, url: str, path: str, log: Path, **env: str
    ) -> None:
        self.command = command
        self.folder = folder
        self.url = url
        self.path = path
        self.log = log
        self.env = env
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=os.environ | self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{self.command} did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + self.path, timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        """Ask it to end, and make sure that it does."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def api_server(log: Path, port: int | None = None, weights: Path | None = None) -> Server:
    """Return the API, not yet started: ``cd backend && python main.py``."""
    port = port or free_port()
    env = {"MNIST_HOST": "127.0.0.1", "MNIST_PORT": str(port), "OPENBLAS_NUM_THREADS": "1"}
    if weights is not None:
        env["MNIST_WEIGHTS"] = str(weights)
    return Server(
        [sys.executable, "main.py"],
        ROOT / "backend",
        f"http://127.0.0.1:{port}",
        "/health",
        log,
        **env,
    )


def static_server(log: Path, port: int) -> Server:
    """Return a plain file server of the page: ``cd frontend && python -m http.server``."""
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    return Server(command, ROOT / "frontend", f"http://127.0.0.1:{port}", "/", log)
