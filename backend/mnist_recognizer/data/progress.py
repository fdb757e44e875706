"""What a person sees while MNIST is fetched: a bar on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Never, TextIO

from tqdm import tqdm

_SECONDS_BETWEEN_LINES = 5.0


class Progress:
    """Sentences and download bars, written to one stream.

    Parameters
    ----------
    stream : TextIO, optional
        Where to write; standard error by default. A bar is drawn if it is a terminal.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream

    def say(self, sentence: str) -> None:
        """Write one line."""
        self._stream.write(f"{sentence}\n")
        self._stream.flush()

    @contextmanager
    def download(self, what: str, total: int) -> Iterator[Callable[[int], None]]:
        """Show a download of ``total`` bytes; call what this yields with the bytes so far."""
        if self._stream.isatty():
            with tqdm(
                total=total, desc=what, unit="B", unit_scale=True, file=self._stream, leave=False
            ) as bar:
                yield lambda done: _move(bar, min(done, total))
        else:
            self.say(f"{what} ({total / 1e6:.0f} MB) ...")
            yield self._line_now_and_then(total)

    def _line_now_and_then(self, total: int) -> Callable[[int], None]:
        last, complete = time.monotonic(), False

        def update(done: int) -> None:
            nonlocal last, complete
            if complete:
                return
            if done >= total:
                complete = True
                self.say("  all here, unpacking ...")
            elif time.monotonic() - last >= _SECONDS_BETWEEN_LINES:
                last = time.monotonic()
                self.say(f"  {done / 1e6:.1f} of {total / 1e6:.1f} MB")

        return update


def _move(bar: "tqdm[Never]", done: int) -> None:
    bar.update(done - bar.n)
    bar.refresh()  # the seconds run on while nothing arrives, so that it does not look frozen
