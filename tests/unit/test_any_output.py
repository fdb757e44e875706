"""Every program, with any encoding, into a closed pipe, from a folder with any name."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from repository import BACKEND

PROGRAMS = [
    ["train.py", "--help"],
    ["main.py", "--help"],
    ["-m", "mnist_recognizer", "--help"],
    ["-m", "mnist_recognizer", "train", "--help"],
    ["-m", "mnist_recognizer", "fit-rejection", "--help"],
    ["-m", "mnist_recognizer", "settings"],
]
ENCODINGS = {
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "utf-8": {"PYTHONIOENCODING": "utf-8"},
    "C locale": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the project into a folder whose name has a space and a letter that ASCII lacks."""
    root = tmp_path_factory.mktemp("ü b")
    ignored = shutil.ignore_patterns("__pycache__", "runs", ".env")
    shutil.copytree(BACKEND, root / "backend", ignore=ignored)
    return root / "backend"


def environment(**changes: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("LC_ALL", "PYTHONPATH", "LANG")}
    return {**kept, **changes}


@pytest.mark.slow
@pytest.mark.parametrize("arguments", PROGRAMS, ids=" ".join)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_it_writes_in_any_encoding(arguments: list[str], encoding: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(**ENCODINGS[encoding]),
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert b"Error" not in done.stderr
    assert done.returncode == 0
    assert done.stdout


@pytest.mark.slow
@pytest.mark.posix
@pytest.mark.parametrize("arguments", PROGRAMS, ids=" ".join)
def test_without_an_output_it_ends_well(arguments: list[str], folder: Path) -> None:
    command = ["sh", "-c", 'exec "$@" >&-', "sh", sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment(), stderr=subprocess.PIPE, check=False
    )
    assert done.stderr == b""
    assert done.returncode == 0


@pytest.mark.slow
@pytest.mark.posix
@pytest.mark.parametrize("arguments", PROGRAMS, ids=" ".join)
def test_a_closed_pipe_ends_it_without_a_word(arguments: list[str], folder: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(),
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert done.stderr == b""
    assert done.returncode in (0, 141)  # argparse passes over it when it prints the help
