"""The pages about ideas: their examples come out as shown, their links lead to what they name."""

import doctest
import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
IDEAS = [
    "initialisation",
    "backpropagation",
    "optimizers",
    "augmentation",
    "distillation",
    "calibration",
]


def script(path: Path):
    """Import a script that belongs to no package."""
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


relink = script(DOCS / "relink.py")


@pytest.mark.parametrize("idea", IDEAS)
def test_the_examples_of_a_page_come_out_as_shown(idea):
    text = (DOCS / f"{idea}.md").read_text(encoding="utf-8")
    examples = "\n".join(re.findall(r"```pycon\n(.*?)```", text, re.DOTALL))
    test = doctest.DocTestParser().get_doctest(examples, {}, idea, None, None)
    assert test.examples
    said: list[str] = []
    failed, _ = doctest.DocTestRunner().run(test, out=said.append)
    assert not failed, "".join(said)


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_links_into_the_code_lead_to_the_lines_that_they_name(page):
    assert page.read_text(encoding="utf-8") == relink.relinked(page), "run: python docs/relink.py"


@pytest.mark.parametrize("idea", IDEAS)
def test_a_page_points_at_the_lines_that_do_it(idea):
    text = (DOCS / f"{idea}.md").read_text(encoding="utf-8")
    assert len(relink.LINK.findall(text)) >= 3
    assert len(re.findall(r"#L", text)) == len(relink.LINK.findall(text))  # none escapes the test


@pytest.mark.parametrize("idea", IDEAS)
def test_the_readme_leads_to_the_page(idea):
    assert f"(docs/{idea}.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


SOURCE = """import math

LIMIT = 3


class Cat:
    sound: str = "meow"

    def purr(self):
        return LIMIT


def purr():
    return 2 + 2
"""


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("LIMIT", "L3"),
        ("Cat", "L6-L10"),
        ("Cat.sound", "L7"),
        ("Cat.purr", "L9-L10"),
        ("purr", "L13-L14"),
        ("return 2 + 2", "L14"),
    ],
)
def test_code_is_found_where_it_stands(code, lines):
    assert relink.lines_of(code, SOURCE) == lines


@pytest.mark.parametrize("code", ["math", "Dog", "Cat.bark", "return 5", "def purr("])
def test_code_that_is_not_there_or_there_twice_is_no_target(code):
    with pytest.raises(LookupError):
        relink.lines_of(code, SOURCE)


def test_the_speeds_that_the_page_quotes_are_what_the_benchmark_printed():
    text = (DOCS / "augmentation.md").read_text(encoding="utf-8")
    quoted = re.search(r"```text\n(one core.*?)```", text, re.DOTALL)
    assert quoted
    printed = ROOT / "benchmarks" / "results" / "augmentation_speed.txt"
    assert quoted[1] in printed.read_text(encoding="utf-8")
