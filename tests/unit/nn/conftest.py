"""Fixtures for the tests of weight files."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from mnist_recognizer.nn import MLP, WeightsError


@pytest.fixture
def assert_refused() -> Callable[..., None]:
    """Loading weights ends in one short sentence, with memory in proportion to the file."""

    def check(path: Path, reason: str = ".") -> None:
        tracemalloc.start()
        try:
            with pytest.raises(WeightsError, match=reason) as refusal:
                MLP.load(path)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        message = str(refusal.value)
        assert message.startswith(f"{path} is not a usable weights file: ")
        assert len(message.removeprefix(str(path))) < 200
        assert "\n" not in message
        size = path.stat().st_size if path.is_file() else 0
        assert peak < 6 * size + 4 * 2**20

    return check
