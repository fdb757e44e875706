"""Ending a run early, and keeping what it has."""

import contextlib
import signal
import sys
from collections.abc import Iterator

from mnist_recognizer.training.health import DivergedError
from mnist_recognizer.training.run import Run


@contextlib.contextmanager
def until_interrupted(run: Run) -> Iterator[None]:
    """Let Ctrl-C (or a polite kill) end the block early, but not the program."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        if run.state.best_epoch:
            print("\nStopped. Keeping the best model so far; --resume goes on.", file=sys.stderr)
    except DivergedError:
        if run.state.best_epoch:
            kept = run.folder / "weights.pkl"
            print(f"The best weights until then are in {kept}.", file=sys.stderr)
        raise
    finally:
        signal.signal(signal.SIGTERM, previous)
