"""learn.html, "Fool it": six experiments, each with its answer, its refusal and its table."""

import re
from collections.abc import Iterator

import numpy as np
import pytest
from digit_page import DigitPage
from playwright.sync_api import Locator, Page, expect
from servers import ROOT, Server

from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP

FROM_DISK = (ROOT / "frontend" / "learn.html").as_uri()
EXPERIMENTS = {
    "pixels": "Fewest pixels",
    "change": "Smallest noise",
    "noise": "Pure noise",
    "dream": "Dream",
    "morph": "Morph",
    "robustness": "Turn, shift, thicken",
}
SLOW = 120_000


def open_fool(page: Page, url: str) -> DigitPage:
    """Open the stage, and wait until it can be used."""
    learn = DigitPage(page)
    page.goto(f"{url}#fool")
    expect(page.locator(".fool-panel")).to_be_visible(timeout=SLOW)
    return learn


@pytest.fixture
def learn(page: Page) -> Iterator[DigitPage]:
    """The stage, opened from disk, without any network."""
    page.context.set_offline(True)
    learn = open_fool(page, FROM_DISK)
    yield learn
    assert learn.complaints == []


def choose(page: Page, name: str) -> None:
    """Open an experiment."""
    page.locator("#fool").get_by_role("radio", name=EXPERIMENTS[name]).check(force=True)
    expect(page.locator(".fool-panel h3")).to_have_text(EXPERIMENTS[name])


def at_rest(page: Page) -> str:
    """Wait until the open experiment computes nothing more, and return what it says."""
    expect(page.locator(".fool-panel")).to_have_attribute("aria-busy", "false", timeout=SLOW)
    return page.locator(".fool-result").inner_text()


def slide(slider: Locator, value: float) -> None:
    """Move a range as a drag does."""
    slider.evaluate(
        """(input, value) => {
          input.value = value;
          input.dispatchEvent(new Event('input', { bubbles: true }));
        }""",
        value,
    )


def table(page: Page, name: str) -> list[list[str]]:
    """Return the body of a table, cell by cell."""
    page.locator(f"[data-table={name}]").click()
    dialog = page.locator("#table-dialog")
    rows: list[list[str]] = dialog.locator("tbody tr").evaluate_all(
        "(rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent))"
    )
    dialog.get_by_role("button", name="Close").click()
    return rows


def pixels_of(page: Page) -> np.ndarray:
    """Return what the page's network reads, (784,) from 0 to 1."""
    return np.array(page.evaluate("Array.from(MNIST.learn.page.state.pixels)")) / 255


def answer_of_numpy(x: np.ndarray) -> int:
    """Return what the network in Python reads."""
    model = MLP.load(default_weights())
    return int(model.forward(x[None].astype(np.float32))[-1][0].argmax())


def test_each_experiment_says_what_is_read_whether_it_is_refused_and_what_it_means(learn):
    page = learn.page
    for name in EXPERIMENTS:
        choose(page, name)
        stamps = page.locator(".fool-stamp:visible")
        expect(stamps.first).to_have_text(re.compile("^(accepted|refused)$"))
        expect(page.locator(".fool-reason:visible").first).to_contain_text("The page would")
        for meaning in page.locator(".fool-meaning dd").all():
            assert len(meaning.inner_text()) > 40
        page.locator(".fool-again").click()


def test_the_pixels_that_the_gradient_toggles_fool_numpy_too(learn):
    page = learn.page
    page.locator(".fool-search").click()
    expect(page.locator(".fool-result")).to_contain_text("The gradient needed", timeout=SLOW)
    x = pixels_of(page)
    before = answer_of_numpy(x)
    rows = table(page, "pixels")
    for by, _, place, change in rows:
        assert by == "The gradient"
        row, column = map(int, re.findall(r"\d+", place))
        x[28 * row + column] = 1 if change == "paper became ink" else 0
    shown = page.locator(".fool-machine .fool-digit")
    expect(shown).to_have_text(str(answer_of_numpy(x)))
    assert answer_of_numpy(x) != before
    slide(page.locator(".fool-steps input"), 0)
    expect(shown).to_have_text(str(before))


def test_by_keyboard_the_learner_toggles_pixels_and_takes_them_back(learn):
    page = learn.page
    page.locator(".fool-hand canvas").focus()
    keys = page.keyboard
    keys.press("Home")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.locator(".fool-result")).to_contain_text("You: one pixel,")
    said = page.locator(".fool-hand [aria-live]")
    keys.press("ArrowLeft")
    keys.press("ArrowRight")
    expect(said).to_have_text("row 1, column 0: ink 100%, toggled")
    page.locator(".fool-back").click()
    expect(page.locator(".fool-result")).to_have_text("")
    expect(page.locator(".fool-back")).to_be_disabled()


def test_the_smallest_change_makes_it_read_the_chosen_digit_and_random_noise_does_not(learn):
    page = learn.page
    choose(page, "change")
    page.locator(".fool-panel .target").nth(8).click()
    expect(page.locator(".fool-result")).to_contain_text("random noises", timeout=SLOW)
    expect(page.locator(".fool-after .fool-digit")).to_have_text("8")
    change = np.array(
        [[float(cell.replace("−", "-")) for cell in row[1:]] for row in table(page, "change")]
    )
    assert change.shape == (28, 28)
    assert 0 < np.abs(change).max() <= 1
    slide(page.locator(".fool-amount input"), 0)
    before = page.locator(".fool-before .fool-digit").inner_text()
    expect(page.locator(".fool-after .fool-digit")).to_have_text(before)


def test_noise_is_the_same_for_a_seed_and_its_images_can_be_walked(learn):
    page = learn.page
    choose(page, "noise")
    expect(page.locator(".fool-result")).to_contain_text("Of 1,000 images", timeout=SLOW)
    first, rows = at_rest(page), table(page, "noise")
    assert sum(int(row[1]) for row in rows) == 1000
    page.locator(".fool-next").click()
    expect(page.locator(".fool-result")).to_contain_text("Of 1,000 images", timeout=SLOW)
    assert table(page, "noise") != rows or at_rest(page) != first
    page.locator(".fool-seed").fill("1")
    page.locator(".fool-seed").press("Tab")
    expect(page.locator(".fool-result")).to_have_text(first, timeout=SLOW)
    page.locator(".fool-gallery").focus()
    page.keyboard.press("End")
    expect(page.locator(".fool-gallery")).to_have_attribute("aria-activedescendant", "fool-tile-17")


def test_both_dreams_end_at_the_chosen_digit_and_can_be_played(learn):
    page = learn.page
    choose(page, "dream")
    page.locator(".fool-panel .target").nth(5).click()
    expect(page.locator(".fool-result")).to_contain_text("log-odds of 5", timeout=SLOW)
    at_rest(page)
    for place in (".fool-free", ".fool-within"):
        expect(page.locator(f"{place} .fool-digit")).to_have_text("5")
    before = page.locator(".fool-result").inner_text()
    page.locator(".fool-play").click()
    expect(page.locator(".fool-play")).to_have_text("Pause")
    expect(page.locator(".fool-play")).to_have_text("Play", timeout=SLOW)
    expect(page.locator(".fool-result")).to_have_text(before)
    page.get_by_role("radio", name="your digit").check()
    at_rest(page)
    slide(page.locator(".fool-step input"), 0)
    expect(page.locator(".fool-free .fool-digit")).to_have_text(learn.digit.inner_text())


def test_a_morph_begins_with_the_drawing_and_ends_with_the_chosen_digit(learn):
    page = learn.page
    choose(page, "morph")
    page.locator(".fool-panel .target").nth(0).click()
    for way in ("fading", "reshaping"):
        page.get_by_role("radio", name=way).check()
        expect(page.locator(".fool-result")).to_contain_text("The answer changes", timeout=SLOW)
        rows = table(page, "morph")
        assert len(rows) == 61
        slide(page.locator(".fool-where input"), 60)
        expect(page.locator(".fool-now .fool-digit")).to_have_text("0")
        slide(page.locator(".fool-where input"), 0)
        expect(page.locator(".fool-now .fool-digit")).to_have_text(learn.digit.inner_text())


def test_a_shift_is_undone_by_the_pages_own_steps_and_only_by_them(learn):
    page = learn.page
    choose(page, "robustness")
    slide(page.get_by_role("slider", name="Shift to the right"), 8)
    result = page.locator(".fool-result")
    expect(result).to_contain_text("Of 1,000 test digits changed like this", timeout=SLOW)
    own, raw = (float(share) for share in re.findall(r"([\d.]+)%", result.inner_text()))
    assert own > 90 > 60 > raw
    page.locator(".fool-again").click()
    expect(page.get_by_role("slider", name="Shift to the right")).to_have_value("0")


def test_what_is_computed_stops_when_the_stage_is_left_and_goes_on_after(learn):
    page = learn.page
    choose(page, "robustness")
    panel = page.locator(".fool-panel")
    expect(panel).to_have_attribute("aria-busy", "true")
    page.locator("#tab-why").click()
    expect(panel).to_have_attribute("aria-busy", "false")
    page.locator("#tab-fool").click()
    expect(panel).to_have_attribute("aria-busy", "true")


def test_what_the_learner_toggled_is_kept_while_another_stage_is_open(learn):
    page = learn.page
    page.locator(".fool-hand canvas").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.locator(".fool-result")).to_contain_text("You: one pixel,")
    page.locator("#tab-why").click()
    page.locator("#tab-fool").click()
    expect(page.locator(".fool-result")).to_contain_text("You: one pixel,")
    page.locator(".fool-again").click()
    expect(page.locator(".fool-result")).to_have_text("")


def test_another_drawing_and_an_edited_network_begin_the_experiment_again(learn):
    page = learn.page
    expect(page.locator(".fool-edited")).to_be_hidden()
    page.locator("#tab-think").click()
    page.keyboard.press("o")
    page.locator("#tab-fool").click()
    expect(page.locator(".fool-edited")).to_be_visible()
    learn.clear.click()
    expect(page.locator(".fool-empty")).to_be_visible()
    for name in EXPERIMENTS:
        choose(page, name)
    learn.page.locator("#sample").click()
    choose(page, "pixels")
    expect(page.locator(".fool-body")).to_be_visible()
    expect(page.locator(".fool-hand .fool-digit")).to_have_text(learn.digit.inner_text())


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_cut_off_sideways_in_a_wide_font(learn, width):
    page = learn.page
    page.set_viewport_size({"width": width, "height": 844})
    page.add_style_tag(content="* { font-family: 'DejaVu Sans', Verdana, sans-serif !important }")
    for name in EXPERIMENTS:
        choose(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


SMALL_TARGETS = """() => {
  const controls = document.querySelectorAll('#fool :is(button, select, input)');
  return [...controls].filter((control) => control.getClientRects().length > 0)
    .map((control) => (/radio|checkbox/.test(control.type) ? control.closest('label') : control))
    .filter((control) => control.getBoundingClientRect().height < 44)
    .map((control) => control.className || control.textContent);
}"""


def test_a_finger_finds_targets_of_44_pixels(learn):
    page = learn.page
    page.set_viewport_size({"width": 390, "height": 844})
    for name in EXPERIMENTS:
        choose(page, name)
        assert page.evaluate(SMALL_TARGETS) == [], name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_in_any_experiment(page, api: Server, axe_source, scheme, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    learn = open_fool(page, f"{api.url}/learn.html")
    for name in EXPERIMENTS:
        choose(page, name)
        assert learn.axe(axe_source) == [], name
    assert learn.complaints == []
