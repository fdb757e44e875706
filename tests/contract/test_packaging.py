"""The package as others get it: its metadata, its licences, and how it is installed and run."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from mnist_recognizer import __version__

ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
LOCKS = ["backend/requirements.txt", "requirements-dev.txt", "requirements-lowest.txt"]
PREDICT = (
    "import numpy as np; from mnist_recognizer.nn import MLP; "
    "print(MLP(784, [16], 10).predict(np.zeros((1, 784), np.float32)).shape)"
)


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command that must succeed; return its standard output."""
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("file", "pattern"),
    [
        ("CITATION.cff", r"^version: (.+)$"),
        ("deploy/kubernetes.yaml", r"image: mnist-recognizer:(.+)$"),
        ("deploy/check_container.py", r'^IMAGE = "mnist-recognizer:(.+)"$'),
    ],
)
def test_a_file_that_cannot_read_the_version_repeats_it(file, pattern):
    text = (ROOT / file).read_text(encoding="utf-8")
    assert re.findall(pattern, text, re.MULTILINE) == [__version__]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_has_hashes_and_names_no_registry(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^[\w.\[\],-]+==.* \\$", text, re.MULTILINE)
    assert len(pins) == len(re.findall("^[^ #]", text, re.MULTILINE))
    assert "://" not in text


def test_the_lock_file_of_the_pages_tools_names_no_registry():
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    packages.pop("")
    assert all(
        "integrity" in package and "resolved" not in package for package in packages.values()
    )


def test_the_bill_of_materials_is_up_to_date():
    run(sys.executable, ROOT / "deploy" / "make_sbom.py", "--check", cwd=ROOT)


def test_the_model_card_is_up_to_date():
    run(sys.executable, ROOT / "docs" / "make_model_card.py", "--check", cwd=ROOT)


def test_dependencies_have_a_floor_and_a_ceiling():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for requirement in sum(project["optional-dependencies"].values(), project["dependencies"]):
        assert re.match(r"[\w.\[\]-]+>=[\d.]+,<\d+(;|$)", requirement), requirement


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(archive.read(name))


@pytest.mark.slow
def test_the_wheel_says_what_it_runs_on_and_offers_no_tools_of_developers(metadata):
    assert metadata["Version"] == __version__
    assert metadata["License-Expression"] == "MIT"
    classifiers = metadata.get_all("Classifier")
    assert all(f"Programming Language :: Python :: {python}" in classifiers for python in PYTHONS)
    extras = {"client", "huggingface", "images", "onnx", "serve", "sklearn", "train"}
    assert set(metadata.get_all("Provides-Extra")) == extras


@pytest.fixture
def metadata_of_a_build(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, Any]]:
    """What a build in a repository of this name would say; an empty name: not on GitHub."""

    def build(repository: str) -> dict[str, Any]:
        monkeypatch.setenv("GITHUB_REPOSITORY", repository)
        monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
        monkeypatch.setenv("GITHUB_SHA", "0123abc")
        return json.loads(run(sys.executable, "-m", "hatchling", "metadata", cwd=ROOT))

    return build


def test_where_github_builds_the_metadata_has_its_addresses(metadata_of_a_build):
    built = metadata_of_a_build("Owner/project")
    assert built["urls"]["Source"] == "https://github.com/Owner/project"
    assert built["urls"]["Documentation"] == "https://owner.github.io/project/"
    readme = built["readme"]["text"]
    assert "(https://github.com/Owner/project/blob/0123abc/CONTRIBUTING.md)" in readme
    assert '"https://github.com/Owner/project/raw/0123abc/docs/images/learn.gif"' in readme
    assert not re.search(r'(\]\(|(src|srcset|href)=")(?!https://)', readme)


def test_elsewhere_the_metadata_has_no_address_and_the_readme_as_it_is(metadata_of_a_build):
    built = metadata_of_a_build("")
    assert "urls" not in built
    assert built["readme"]["text"] == (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_wheel_holds_the_pages_the_weights_the_licence_and_the_bill_of_materials(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (sbom,) = [name for name in names if ".dist-info/sboms/" in name]
        assert json.loads(archive.read(sbom))["bomFormat"] == "CycloneDX"
    assert {
        "mnist_recognizer/_frontend/index.html",
        "mnist_recognizer/_saved_model/weights.pkl",
        "mnist_recognizer/py.typed",
        f"mnist_recognizer-{__version__}.dist-info/licenses/LICENSE",
    } <= names
    assert not [name for name in names if "test" in name or "__pycache__" in name]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_wheel_installs_and_predicts_under_each_python_with_numpy_alone(
    python, wheel, tmp_path
):
    found = subprocess.run(
        ["uv", "python", "find", "--no-python-downloads", python], capture_output=True, text=True
    )
    if found.returncode:
        pytest.skip(f"there is no Python {python} here")
    folder = tmp_path / "venv"
    run("uv", "venv", "--quiet", "--python", found.stdout.strip(), folder, cwd=tmp_path)
    (executable,) = [*folder.glob("bin/python"), *folder.glob("Scripts/python.exe")]
    run("uv", "pip", "install", "--quiet", "--python", executable, wheel, cwd=tmp_path)
    assert run(executable, "-c", PREDICT, cwd=tmp_path) == "(1,)"
    command = executable.with_name("mnist-recognizer" + executable.suffix)
    assert run(command, "--version", cwd=tmp_path) == f"mnist-recognizer {__version__}"


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "tool",
    [["uvx", "--quiet", "--from"], ["pipx", "run", "--quiet", "--spec"]],
    ids=["uvx", "pipx"],
)
def test_the_command_runs_with_nothing_installed(tool, wheel, tmp_path, monkeypatch):
    if shutil.which(tool[0]) is None:
        pytest.skip(f"there is no {tool[0]} here")
    monkeypatch.setenv("PIPX_HOME", str(tmp_path / "pipx"))
    printed = run(*tool, wheel, "mnist-recognizer", "--version", cwd=tmp_path)
    assert printed == f"mnist-recognizer {__version__}"
