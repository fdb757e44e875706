"""The page of several networks in a browser: from disk, on every screen, for everyone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from mnist_recognizer.evaluation.comparison import Comparison, Pair
from mnist_recognizer.evaluation.comparison_report import write_comparison
from mnist_recognizer.evaluation.metrics import Share

NAMES = [f"runs/2026-01-{day}-120000" for day in range(10, 17)]  # one more than there are colours


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 900), (390, 844)], ids=["desktop", "phone"])
def test_it_fits_is_accessible_and_each_run_has_its_colour(
    size: tuple[int, int], scheme: str, browser: Browser, tmp_path: Path, axe_source: str
) -> None:
    networks = {n: ("784 -> 128 -> 64 -> 10", Share(9900 + i, 10_000)) for i, n in enumerate(NAMES)}
    epochs = [
        {"epoch": float(e), "validation_loss": 1 / e, "validation_accuracy": 1 - 0.1 / e}
        for e in range(1, 30)
    ]
    pairs = [Pair(NAMES[0], NAMES[1], 2, 12, 0.013)]
    path = tmp_path / "comparison.html"
    write_comparison(path, Comparison(networks, pairs), dict.fromkeys(NAMES, epochs))
    viewport = {"width": size[0], "height": size[1]}
    with browser.new_context(viewport=viewport, color_scheme=scheme) as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(path.as_uri())
        widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] == widths[1]
        colours = page.eval_on_selector_all(
            ".chart:first-of-type .line", "(lines) => lines.map((l) => getComputedStyle(l).stroke)"
        )
        assert len(set(colours)) == 6
        page.evaluate(axe_source)
        violations = page.evaluate(
            "async () => (await axe.run()).violations.map((v) => "
            "[v.id, v.help, v.nodes.map((n) => n.target.join(' ') + ' ' + n.failureSummary)])"
        )
        assert violations == []
        assert complaints == []
