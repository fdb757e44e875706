"""Names of files on the command line."""

import argparse
from pathlib import Path


def file_path(text: str) -> Path:
    """Return an argument as a path; `Path("")` would be the current folder."""
    if not text:
        raise argparse.ArgumentTypeError("the name is empty")
    return Path(text)
