"""What the container build context leaves out: secrets, runs, caches, all that is not served."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def ignored(path: str) -> bool:
    """Tell whether .dockerignore leaves a file out: of the patterns that match, the last counts."""
    left_out = False
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        kept = pattern.startswith("!")
        regex = re.escape(pattern.removeprefix("!")).replace(r"\*\*/", "(?:.*/)?")
        regex = regex.replace(r"\*", "[^/]*").replace(r"\[co\]", "[co]")
        if re.fullmatch(f"{regex}(?:/.*)?", path):
            left_out = not kept
    return left_out


@pytest.mark.parametrize(
    "path",
    [
        "backend/.env",
        "backend/.env.local",
        "backend/runs/2026/weights.pkl",
        "backend/mnist_recognizer/__pycache__/x.pyc",
        ".env",
        ".git/config",
        ".venv/bin/python",
        "node_modules/typescript/package.json",
        "tests/conftest.py",
    ],
)
def test_secrets_runs_and_caches_stay_out(path: str) -> None:
    assert ignored(path)


@pytest.mark.parametrize(
    "path",
    [
        "backend/main.py",
        "backend/requirements.txt",
        "backend/saved_model/weights.pkl",
        "backend/mnist_recognizer/api/app.py",
        "frontend/index.html",
    ],
)
def test_what_the_dockerfile_copies_is_there(path: str) -> None:
    assert (ROOT / path).exists()
    assert not ignored(path)
