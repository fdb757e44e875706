"""What the tests of the command line share."""

import os
import subprocess
import sys

import pytest
from repository import BACKEND

from mnist_recognizer.data.errors import MnistUnavailableError
from mnist_recognizer.data.mnist import Mnist

QUICK = ["--validation", "1000", "--learning-rate", "0.1"]  # of the 3,000 images there are

Captured = pytest.CaptureFixture[str]


def in_a_process(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mnist_recognizer", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(BACKEND)}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, **options
    )


def unavailable() -> Mnist:
    raise MnistUnavailableError("no source has it")
