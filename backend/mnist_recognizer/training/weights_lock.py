"""Two processes that write one weights file and its card take turns."""

from pathlib import Path

from filelock import FileLock


def weights_lock(path: Path) -> FileLock:
    """Return the lock to hold while weights and the card beside them are written.

    Raises
    ------
    OSError
        When it is acquired and its folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(path.with_name(f".{path.name}.lock"))
