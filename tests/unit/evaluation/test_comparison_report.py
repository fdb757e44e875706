"""The page of several networks: what it says, whose curves it draws, and the command's option."""

import json
import re
from pathlib import Path

import pytest

from mnist_recognizer import cli
from mnist_recognizer.cli import mnist as mnist_command
from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.evaluation.comparison import Comparison, Pair
from mnist_recognizer.evaluation.comparison_report import build_comparison
from mnist_recognizer.evaluation.metrics import Share
from mnist_recognizer.nn import MLP


def history(epochs: int, error: float) -> list[dict[str, float]]:
    return [
        {"epoch": float(e), "validation_loss": error + 1 / e, "validation_accuracy": 1 - error / e}
        for e in range(1, epochs + 1)
    ]


def comparison(*names: str) -> Comparison:
    networks = {name: ("784 -> 10", Share(90 + n, 100)) for n, name in enumerate(names)}
    pairs = [Pair(names[0], names[1], 2, 12, 0.013), Pair(names[1], names[0], 3, 4, 1.0)]
    return Comparison(networks, pairs)


def test_the_page_names_the_best_and_says_which_differences_may_be_chance() -> None:
    html = build_comparison(comparison("a", "b<i>"), {})
    assert "<em>91.00%</em> is the best of 2." in html
    assert "b&lt;i&gt;, on the same 100 test images" in html
    assert "b<i>" not in html
    rows = re.findall(r"<tr><td>a: 2</td><td>(.*?)</td><td>0.013</td><td>(.*?)</td></tr>", html)
    assert rows == [("b&lt;i&gt;: 12", "b&lt;i&gt; is better")]
    assert "the difference may well be chance" in html
    assert "How they were trained" not in html


def test_each_run_has_a_line_of_its_own_colour_in_both_charts() -> None:
    runs = {"a": history(30, 0.1), "c": history(10, 0.2)}
    html = build_comparison(comparison("a", "b", "c"), runs)
    assert '<span class="tone-0">a</span><span class="tone-1">c</span>' in html
    for tone in ("tone-0", "tone-1"):
        assert html.count(f'<g class="{tone}">') == 2
    assert "tone-2" not in html.partition("<main>")[2]
    assert "<title>c, epoch 10: 0.02</title>" in html
    assert "<title>a, epoch" not in html  # so many epochs have no dots
    assert "Best validation accuracy: a: 99.67%; c: 98.00%." in html


def test_more_runs_than_colours_are_dashed() -> None:
    names = [f"run{n}" for n in range(8)]
    html = build_comparison(comparison(*names), dict.fromkeys(names, history(2, 0.1)))
    assert '<span class="tone-5">run5</span><span class="tone-0 again">run6</span>' in html


def test_the_page_asks_for_nothing_from_outside() -> None:
    html = build_comparison(comparison("a", "b"), {"a": history(1, 0.1)})
    assert "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\"" in html
    assert not re.search(r"(?:src|href)=\"(?!data:)", html)


@pytest.fixture
def two_networks(mnist: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = Mnist(
        mnist.train_images, mnist.train_labels, mnist.test_images[:200], mnist.test_labels[:200]
    )
    monkeypatch.setattr(mnist_command, "load_mnist", lambda: few)
    monkeypatch.chdir(tmp_path)
    MLP(hidden_sizes=(4,), seed=1).save("run/weights.pkl")
    MLP(hidden_sizes=(3,), seed=2).save("w.npz")


@pytest.mark.usefixtures("two_networks")
def test_compare_writes_the_curves_of_those_that_are_runs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [
        epoch | dict.fromkeys(("train_loss", "train_accuracy", "learning_rate", "gradient_norm"), 1)
        for epoch in history(3, 0.1)
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    Path("run/metrics.jsonl").write_text(text, encoding="utf-8")
    assert cli.main(["compare", "run", "w.npz", "--report", "new/page.html"]) == 0
    out, err = capsys.readouterr()
    assert "McNemar" in out
    assert err == "\nThe report is in new/page.html\n"
    html = Path("new/page.html").read_text(encoding="utf-8")
    assert '<p class="key"><span class="tone-0">run</span></p>' in html
    assert "784 → 3 → 10" in html


@pytest.mark.usefixtures("two_networks")
def test_a_folder_without_curves_is_compared_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["compare", "run", "w.npz", "--report", "page.html"]) == 0
    assert "warning: no curves of run: run is not the folder of a run" in capsys.readouterr().err
    assert "How they were trained" not in Path("page.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("two_networks")
def test_a_page_that_cannot_be_written_is_explained_and_the_numbers_are_not_lost(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["compare", "run", "w.npz", "--report", "run"]) == 1
    assert capsys.readouterr().err == "error: run is a folder: name a file in it for the report\n"
    assert cli.main(["compare", "run", "w.npz", "--report", "w.npz/page.html"]) == 1
    out, err = capsys.readouterr()
    assert "McNemar" in out
    assert "error: w.npz/page.html cannot be written: " in err
