"""How a download is watched, and what a person sees of it."""

import io
import sys
import time
from pathlib import Path

import pytest

from mnist_recognizer.data import download
from mnist_recognizer.data.errors import SourceError
from mnist_recognizer.data.progress import Progress


def test_a_download_that_stalls_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "STALL_SECONDS", 0.3)
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    with pytest.raises(SourceError, match="nothing arrived for 0 seconds"):
        download.run(sleep, tmp_path, {}, lambda done: None)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_bar() -> None:
    shown = Terminal()
    with Progress(shown).download("Fetching", 1_000_000) as show:
        show(500_000)
        show(2_000_000)
    assert "Fetching:  50%" in shown.getvalue()
    assert "Fetching: 100%" in shown.getvalue()


def test_elsewhere_plain_lines_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1000, 4))
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    shown = io.StringIO()
    with Progress(shown).download("Fetching", 10_000_000) as show:
        for done in (1_000_000, 2_000_000, 3_000_000, 10_000_000, 10_000_000):
            show(done)
    assert shown.getvalue().splitlines() == [
        "Fetching (10 MB) ...",
        "  2.0 of 10.0 MB",
        "  all here, unpacking ...",
    ]
