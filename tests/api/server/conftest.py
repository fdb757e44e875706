"""Servers in processes of their own, ended after the test."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from server_process import Process


@pytest.fixture
def run(weights: Path) -> Iterator[Callable[..., Process]]:
    """Start servers on a free port; whatever still runs at the end is ended."""
    with contextlib.ExitStack() as started:

        def start_process(*arguments: str, **options: Any) -> Process:
            process = Process(*arguments, **{"MNIST_WEIGHTS": str(weights), **options})
            started.callback(process.end)
            return process

        yield start_process
