"""What a program needs before and around its work: versions, signals, output that cannot fail.

Everything here must work under a Python too old for the rest, to be able to say so.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INTERRUPTED, BROKEN_PIPE = 130, 141  # 128 + the signal's number, as shells have it


@contextmanager
def importing(purpose: str, *, script: bool) -> Iterator[None]:
    """Import the rest of the project, or end with one sentence that says what is missing.

    Parameters
    ----------
    purpose : str
        What the packages are for, such as ``training``.
    script : bool
        Whether this process was started for that. Then Ctrl-C ends it without a traceback.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 - the user may have an older one
        version = sys.version.split()[0]
        sys.exit(f"MNIST Recognizer needs Python 3.11 or newer, and this is {version}.")
    accept_any_character()
    if script:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "mnist_recognizer":
            raise
        sys.exit(
            f"The package {error.name} is missing. Install what {purpose} needs with: "
            "cd backend && pip install -r requirements.txt"
        )


def run_script(main: Callable[[], int], *user_errors: type[Exception]) -> None:
    """Run a program's main function, and end the process with its status.

    An error of `user_errors` is shown as one sentence, with status 1.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # from here on Ctrl-C is expected

    def main_with_sentences() -> int:
        with explaining(*user_errors):
            return main()

    sys.exit(with_safe_output(main_with_sentences))


@contextmanager
def explaining(*user_errors: type[Exception]) -> Iterator[None]:
    """Turn a user's mistake into one line on standard error and exit status 1."""
    try:
        yield
    except user_errors as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        sys.exit(INTERRUPTED)


def with_safe_output(main: Callable[[], int]) -> int:
    """Call `main`; return its status, or one that says that its output could not be written.

    A reader that has read enough, such as ``head``, is not an error worth a message.
    """
    _open_missing_output()
    accept_any_character()
    try:
        try:
            return main()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        return BROKEN_PIPE
    except OSError as error:  # such as a full disk that the output was to go to
        _discard_output()
        place = f"{error.filename}: " if error.filename else ""
        print(f"error: {place}{error.strerror or error}", file=sys.stderr)
        return 1


def accept_any_character() -> None:
    """Let output in an encoding without η, or without a path's ü, show ? and go on."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _open_missing_output() -> None:
    """Let output go nowhere where there is none: closed by a shell (``>&-``), or on Windows."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _discard_output() -> None:
    """Let what is still unwritten go nowhere, or Python would try once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Import what a server needs without garbage collection: it saves 0.1 s of a second.

    Next to nothing of what is made then can ever be thrown away. So the collector is also told to
    leave it out from now on, and its longest breaks are shorter while the server runs.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def use_one_core() -> None:
    """Let NumPy's products take one core, unless the environment says how many.

    Call it before NumPy is imported. A server answers many at once: products that share the cores
    wait for each other, for long when something else runs on one of them. To use all cores, several
    servers run side by side.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
