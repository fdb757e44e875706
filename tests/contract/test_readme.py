"""What the README and the docs say must be so: commands, links, numbers, code."""

import hashlib
import inspect
import json
import re
import textwrap
from pathlib import Path

import numpy as np
import pytest

from mnist_recognizer.nn import MLP
from mnist_recognizer.vision.geometry import network_input

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
START = (ROOT / "docs" / "getting-started.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

# Every command of the README and of its next steps, and the test that runs it.
RUN_BY = {
    "make run": "by hand: it serves until Ctrl-C; its steps are test_commands.py",
    "make test": "this run",
    "cd backend": "",
    "cd frontend": "",
    "pip install -r requirements.txt": "conftest.py, fresh_environment",
    "python main.py": "test_commands.py",
    "uvicorn main:app --reload --port 8000": "test_commands.py",
    "python -m http.server 3000": "test_commands.py",
    "python train.py": "test_train_script.py",
    "python train.py --recipe best": "test_train_script.py",
    "python train.py --epochs 20 --optimizer adam --augment": "test_train_script.py",
    "python train.py --resume": "test_train_script.py",
}


def test_the_readme_and_its_next_steps_give_only_commands_that_a_test_runs():
    blocks = re.findall(r"```sh\n(.*?)```", README + START, re.DOTALL)
    commands = [
        line.split("  #")[0].strip()
        for block in blocks
        if "curl" not in block
        for line in block.splitlines()
        if line.strip()
    ]
    assert commands
    assert not set(commands) - set(RUN_BY)
    assert "make run" in commands[0]
    assert "make test" in commands[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)|(?:src|srcset)=\"([^\"]+)\"", text)
    for target in (a or b for a, b in targets):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def printed(name: str, pattern: str) -> str:
    """Return what a pattern's group matches in a benchmark's kept output."""
    text = (ROOT / "benchmarks" / "results" / name).read_text(encoding="utf-8")
    found = re.search(pattern, text)
    assert found, f"{name} has no {pattern}"
    return found[1]


@pytest.mark.parametrize(
    ("result", "pattern"),
    [
        ("committed_model.txt", r"test accuracy +([\d.]+)%"),
        ("committed_model.txt", r"interval ([\d.]+)% to"),
        ("committed_model.txt", r"calibration error +([\d.]+)%"),
        ("committed_model.txt", r"accepted at 0.1% errors ([\d.]+)%"),
        ("drawn_digits.txt", r"accuracy +([\d.]+)%"),
        ("drawn_digits.txt", r"interval +([\d.]+)%"),
    ],
)
def test_the_numbers_in_the_readme_are_what_the_benchmarks_printed(result, pattern):
    assert printed(result, pattern) in README


@pytest.mark.parametrize("recipe", ["classic", "best"])
def test_a_recipes_accuracy_is_the_mean_of_at_least_five_seeds(recipe):
    path = ROOT / "benchmarks" / "results" / f"accuracy_{recipe}.json"
    measured = json.loads(path.read_text(encoding="utf-8"))["test_accuracy_percent"]
    assert measured["seeds"] >= 5
    assert f"{measured['mean']:.2f} ± {measured['deviation']:.2f} %" in README


def test_the_readme_fits_on_three_screens():
    assert len(README.splitlines()) <= 150
    assert "learn.gif" in README.partition("\n## ")[0]  # a moving image near the top


def test_the_backpropagation_in_the_readme_is_the_whole_body_of_backward():
    shown = re.search(r"```python\n(loss, delta.*?)```", README, re.DOTALL)
    assert shown
    body = inspect.getsource(MLP.backward).rpartition('"""')[2]
    assert shown[1] == textwrap.dedent(body).lstrip("\n")


def test_the_answer_that_is_shown_is_what_the_model_answers():
    shown = re.search(r"```json\n(.*?)```", START, re.DOTALL)
    assert shown
    answer = json.loads(shown[1])
    model = MLP.load(ROOT / "backend" / "saved_model" / "weights.pkl")
    pixels = json.loads((ROOT / "docs" / "seven.json").read_text(encoding="utf-8"))["pixels"]
    found = model.predict_proba(network_input(model, np.array([pixels], np.float32)))[0]
    assert answer["prediction"] == found.argmax()
    assert answer["confidence"] == pytest.approx(found.max(), rel=1e-4)
    for digit, share in answer["probabilities"].items():
        assert share == pytest.approx(found[int(digit)], rel=0.05)  # two digits are shown


def test_the_committed_model_is_the_one_that_its_card_describes():
    folder = ROOT / "backend" / "saved_model"
    card = json.loads((folder / "weights.json").read_text(encoding="utf-8"))
    weights = (folder / "weights.pkl").read_bytes()
    assert len(weights) < 1_000_000
    assert card["weights_sha256"] == hashlib.sha256(weights).hexdigest()
    assert card["parameters"] == 109_386
    assert f"{100 * card['test_accuracy']:.2f}" == printed(
        "committed_model.txt", r"test accuracy +([\d.]+)%"
    )
