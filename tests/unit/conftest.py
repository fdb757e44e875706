"""A fixture for the tests of commands and of what they write."""

from pathlib import Path

import pytest


@pytest.fixture
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder is the current one."""
    monkeypatch.chdir(tmp_path)
