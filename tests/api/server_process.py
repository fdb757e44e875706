"""``python main.py`` in a process of its own."""

import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

MAIN = Path(__file__).resolve().parents[2] / "backend" / "main.py"
PATIENCE = 60  # seconds, for a machine that is busy with other things


class Process:
    """A server, and the lines that it prints."""

    def __init__(
        self,
        *arguments: str,
        cwd: str | None = None,
        preexec_fn: Callable[[], None] | None = None,
        **environment: str,
    ) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(MAIN), *arguments],
            env={**os.environ, "MNIST_PORT": "0", "MNIST_LOG_FORMAT": "text", **environment},
            cwd=cwd,
            preexec_fn=preexec_fn,
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

    @cached_property
    def url(self) -> str:
        """The address that the server says it is at, once it takes connections."""
        return self.wait_for(r"MNIST Recognizer runs at (\S+) ")[1]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

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
        """Kill the process, if it has not ended by itself."""
        self.process.kill()
        self.wait()
        assert self.process.stdout
        self.process.stdout.close()

    @property
    def output(self) -> str:
        return "".join(self.lines)
