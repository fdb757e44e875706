"""A download by another program, watched so that it can neither hang nor outlive this one."""

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mnist_recognizer.data.errors import SourceError

STALL_SECONDS = 120.0  # decoding on a busy machine takes a while too
_POLL_SECONDS = 0.1


def run(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    show: Callable[[int], None],
) -> tuple[int, str]:
    """Run ``command`` until it ends, showing how much has arrived in ``folder``.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments. It is killed when this process is interrupted.
    folder : Path
        Where the command runs and downloads to.
    environment : mapping of str to str
        What to add to this process's environment.
    show : callable
        Called with the number of bytes in ``folder`` about ten times a second.

    Returns
    -------
    code, output : int, str
        How the command ended (0 is well) and what it printed.

    Raises
    ------
    SourceError
        If nothing arrived for `STALL_SECONDS`.
    """
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(  # noqa: S603  (the commands are this package's own)
            command,
            cwd=folder,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _watch(process, folder, show)
        finally:
            process.kill()  # does nothing to one that has ended
            process.wait()
        output.seek(0)
        return process.returncode, output.read().decode("utf-8", "replace")


def _watch(process: "subprocess.Popen[bytes]", folder: Path, show: Callable[[int], None]) -> None:
    arrived, since = 0, time.monotonic()
    while process.poll() is None:
        now = _bytes_below(folder)
        if now != arrived:
            arrived, since = now, time.monotonic()
        elif time.monotonic() - since > STALL_SECONDS:
            raise SourceError(f"nothing arrived for {STALL_SECONDS:.0f} seconds: try again later")
        show(arrived)
        try:
            process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def _bytes_below(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):  # unlike rglob, it minds no folder that vanishes
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                total += Path(parent, name).lstat().st_size
    return total
