"""The finder of a browser takes what is there, says what it does, and never gives up silently."""

import os
from pathlib import Path

import chromium
import pytest


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser: the folder in which its programs are."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setattr(chromium, "playwrights_own", lambda: tmp_path / "downloaded" / "chrome")
    return tmp_path


def program(path: Path, script: str = "exit 0") -> Path:
    """Put a program there."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_playwrights_own_comes_first(system: Path) -> None:
    program(system / "chromium")
    own = program(system / "downloaded" / "chrome")
    assert chromium.ensure_chromium() == own


def test_the_named_one_comes_before_those_of_the_system(
    system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(system / "chromium")
    named = program(system / "mine")
    monkeypatch.setenv("CHROMIUM_PATH", str(named))
    assert chromium.ensure_chromium() == named


def test_a_wrong_name_is_an_error_even_if_there_is_another(
    system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(system / "chromium")
    monkeypatch.setenv("CHROMIUM_PATH", str(system / "gone"))
    with pytest.raises(chromium.NoChromiumError, match="CHROMIUM_PATH names no browser that runs"):
        chromium.ensure_chromium()


def test_one_that_lacks_its_libraries_is_passed_over(system: Path) -> None:
    program(system / "downloaded" / "chrome", "exit 127")
    chrome = program(system / "google-chrome")
    assert chromium.ensure_chromium() == chrome


def test_what_is_missing_is_installed(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing, own = program(system / "failing", "exit 1"), system / "downloaded" / "chrome"
    working = program(system / "working", f"/bin/mkdir {own.parent}; /bin/cp {system}/new {own}")
    program(system / "new")
    monkeypatch.setattr(chromium, "install_commands", lambda: [[str(failing)], [str(working)]])
    assert chromium.ensure_chromium() == own


def test_where_nothing_can_be_installed_it_says_how(
    system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium, "install_commands", lambda: [[str(system / "no-such-tool")]])
    with pytest.raises(chromium.NoChromiumError, match="apt-get install chromium"):
        chromium.ensure_chromium()


def test_debians_package_is_installed_by_root_or_with_sudo(
    system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert len(chromium.install_commands()) == 1, "without apt-get only the download is tried"
    program(system / "apt-get")
    assert len(chromium.install_commands()) == 1, "who may not install packages does not try"
    program(system / "sudo")
    assert chromium.install_commands()[1][:2] == ["sudo", "-n"]
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert chromium.install_commands()[1][0] == "sh"
