"""Starting: the garbage collector rests during the imports, and a server takes one core."""

import gc
import os
import subprocess
import sys

import pytest
from repository import BACKEND

from mnist_recognizer.startup import without_garbage_collection

COUNT = "import threadpoolctl as t; print({x['num_threads'] for x in t.threadpool_info()})"


def failing_import() -> None:
    with without_garbage_collection():
        assert not gc.isenabled()
        raise ModuleNotFoundError


def test_garbage_is_collected_again_after_the_imports() -> None:
    frozen = gc.get_freeze_count()
    try:
        with pytest.raises(ModuleNotFoundError):
            failing_import()
        assert gc.isenabled()
        assert gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()


@pytest.mark.slow
@pytest.mark.parametrize("entry", ["main", "mnist_recognizer.cli.serve"])
@pytest.mark.parametrize(("asked", "taken"), [(None, "{1}"), ("2", "{2}")])
def test_a_server_takes_one_core_unless_it_is_told_how_many(
    entry: str, asked: str | None, taken: str
) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    if asked:
        if (os.cpu_count() or 1) < 2:
            pytest.skip("BLAS takes no more threads than there are cores")
        environment["OPENBLAS_NUM_THREADS"] = asked
    command = [sys.executable, "-c", f"import {entry}; {COUNT}"]
    done = subprocess.run(
        command, cwd=BACKEND, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == taken
