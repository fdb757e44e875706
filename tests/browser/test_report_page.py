"""The evaluation report in a browser: from disk, on every screen, for everyone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.evaluation.assessment import assess
from mnist_recognizer.evaluation.report import write_report
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP

FIELDS = ("train_loss", "validation_loss", "learning_rate", "gradient_norm")
HISTORY = [
    {
        "epoch": float(epoch),
        "train_accuracy": 1 - 0.1 / epoch,
        "validation_accuracy": 1 - 0.2 / epoch,
        **dict.fromkeys(FIELDS, 1 / epoch),
    }
    for epoch in range(1, 30)
]
SCREENS = {"desktop": (1280, 900), "phone": (390, 844)}


@pytest.fixture(scope="module")
def report(mnist: Mnist, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the trained network on the first 2,000 test images."""
    model = MLP.load(default_weights())
    _, _, *validation = mnist.split()
    images = mnist.test_images[:2000]
    test = images, mnist.test_labels[:2000]
    assessment = assess(model, (validation[0], validation[1]), test)
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(path, assessment, model, images, {"Date": "today", "Python": "3"}, HISTORY)
    return path


@pytest.fixture(params=[(screen, scheme) for screen in SCREENS for scheme in ("light", "dark")])
def page(request: pytest.FixtureRequest, browser: Browser, report: Path) -> Iterator[Page]:
    """The report opened from disk; it must end without complaints or requests."""
    screen, scheme = request.param
    width, height = SCREENS[screen]
    with browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    ) as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda r: None if r.url.startswith(("data:", "file:")) else complaints.append(r.url),
        )
        page.goto(report.as_uri())
        yield page
        assert complaints == []


def test_a_cell_opens_its_images_and_closes_again(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_hidden()
    cell = page.locator("#matrix .wrong button").first
    count = int(cell.inner_text())
    cell.click()
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("read as")
    expect(dialog.locator(".digit")).to_have_count(count)
    first = dialog.locator(".digit").first
    assert "data:image/png" in first.evaluate("(e) => getComputedStyle(e).backgroundImage")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    cell.click()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    cell.click()
    page.mouse.click(3, 3)
    expect(dialog).to_be_hidden()


def test_cells_are_reached_by_arrow_keys_from_one_tab_stop(page: Page) -> None:
    assert page.locator('#matrix button[tabindex="0"]').count() == 1
    page.locator('[data-cell="1-1"]').focus()
    page.keyboard.press("ArrowDown")
    focused = page.locator(":focus")
    assert (focused.get_attribute("data-cell") or "")[0] > "1"
    assert focused.get_attribute("tabindex") == "0"
    assert page.locator('#matrix button[tabindex="0"]').count() == 1
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_nothing_is_wider_than_the_screen(page: Page) -> None:
    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] == widths[1]


def test_axe_finds_nothing(page: Page, axe_source: str) -> None:
    page.evaluate(axe_source)
    for opened in (False, True):
        if opened:
            page.locator("#matrix .right button").first.click()
        violations = page.evaluate(
            "async () => (await axe.run()).violations.map((v) => "
            "[v.id, v.help, v.nodes.map((n) => n.target.join(' ') + ' ' + n.failureSummary)])"
        )
        assert violations == []
