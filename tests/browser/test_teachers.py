"""What a teacher's link hides and locks, the boxes that make it, and the page for a projector."""

import re

import pytest
from digit_page import DigitPage
from playwright.sync_api import Page, expect
from servers import ROOT

FROM_DISK = (ROOT / "frontend" / "learn.html").as_uri()
READY = "() => MNIST.learn.page.state !== null && !document.querySelector('#share').disabled"
ANSWERED = "() => document.querySelector('#verdict').textContent.includes('%')"


@pytest.fixture
def page(digits: DigitPage) -> Page:
    """An empty page."""
    return digits.page


def opened(page: Page, fragment: str) -> None:
    page.goto(f"{FROM_DISK}#{fragment}")
    page.wait_for_function(READY)
    page.wait_for_function(ANSWERED)


def test_a_link_hides_stages_and_parts(page: Page) -> None:
    opened(page, "map&hide=map,fool,code,lessons,accuracy,images")
    for gone in ("#tab-map", "#tab-fool", "#code-strip", "#lessons", "#accuracy", "#sample"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator("#tab-think")).to_have_attribute("aria-selected", "true")
    page.locator("#tab-think").press("End")
    expect(page.locator("#tab-mine")).to_have_attribute("aria-selected", "true")
    assert "hide=map,fool,code" in page.url
    expect(page.locator("#note")).to_be_empty()


def test_names_that_there_are_not_are_left_out_with_one_sentence(page: Page) -> None:
    opened(page, "why&hide=map,homework&lock=everything")
    expect(page.locator("#note")).to_contain_text("homework, everything")
    expect(page.locator("#tab-map")).to_be_hidden()
    expect(page.locator("#locked")).to_be_hidden()


def test_not_all_stages_can_be_hidden(page: Page) -> None:
    opened(page, "why&hide=think,why,blame,watch,mine,map,fool,code")
    expect(page.locator("#tab-why")).to_be_visible()
    expect(page.locator("#code-strip")).to_be_hidden()


def test_a_link_locks_stage_settings_and_network(page: Page) -> None:
    opened(page, "blame&lock=stage,settings,network")
    expect(page.locator("#locked")).to_contain_text("the stage, the settings, and the network")
    page.locator("#tab-why").click()
    expect(page.locator("#note")).to_contain_text("Locked by the link")
    page.locator("#tab-blame").press("ArrowLeft")
    expect(page.locator("#tab-blame")).to_have_attribute("aria-selected", "true")
    for control in ("#one-step", "#ten-steps", "#learning-rate", "#mix"):
        expect(page.locator(control)).to_be_disabled()
    page.keyboard.press("o")
    page.keyboard.press("z")
    assert page.evaluate("MNIST.learn.page.state.versions.length") == 1


def test_settings_of_a_training_are_locked_when_they_come(page: Page) -> None:
    opened(page, "watch&lock=settings")
    expect(page.locator("#watch-seed")).to_be_disabled(timeout=60_000)
    expect(page.locator("#watch-play")).to_be_enabled()
    expect(page.locator(".race-lanes select").first).to_be_disabled()


def test_ticking_boxes_makes_the_link(page: Page) -> None:
    opened(page, "why")
    page.locator("#share").click()
    page.get_by_text("For teachers").click()
    page.get_by_role("checkbox", name="Fool it").check()
    page.get_by_role("checkbox", name="the network").check()
    link = page.locator("#link-text").input_value()
    assert "&hide=fool&lock=network&" in link
    expect(page.locator("#tab-fool")).to_be_visible()
    page.goto("about:blank")
    opened(page, link.partition("#")[2])
    expect(page.locator("#tab-fool")).to_be_hidden()
    expect(page.locator("#locked")).to_contain_text("the network")


@pytest.mark.parametrize("has_full_screen", [True, False])
def test_large_type_for_a_projector(page: Page, has_full_screen: bool) -> None:
    if not has_full_screen:
        page.add_init_script("Element.prototype.requestFullscreen = undefined;")
    opened(page, "why")
    page.locator("#share").click()
    page.get_by_text("For teachers").click()
    page.get_by_role("button", name="Full screen with large type").click()
    size = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"
    page.wait_for_function(f"() => ({size})() > 20")
    if has_full_screen:
        page.wait_for_function("() => document.fullscreenElement !== null")
    drawn = page.evaluate("MNIST.learn.drawing.inkedStrokes.length")
    page.keyboard.press("Escape")
    page.wait_for_function(f"() => ({size})() < 20 && !document.fullscreenElement")
    assert page.evaluate("MNIST.learn.drawing.inkedStrokes.length") == drawn


@pytest.mark.parametrize("language", ["en", "de", "es", "zh"])
def test_the_sheet_for_a_class_is_one_page(page: Page, language: str) -> None:
    page.goto(f"{FROM_DISK}?lang={language}")
    page.wait_for_function(READY)
    page.wait_for_function(ANSWERED)
    page.locator("#share").click()
    link = page.locator("#link-text").input_value()
    page.locator(".link-teachers summary").click()
    page.locator("#link-sheet").click()
    sheet = page.locator("#class-sheet")
    expect(sheet.locator("tbody tr")).to_have_count(8)
    expect(sheet.locator("code")).to_have_text(link)
    assert page.evaluate("document.querySelector('#class-sheet canvas').width") == 28
    margins = dict.fromkeys(("top", "right", "bottom", "left"), "15mm")
    paper = page.pdf(format="A4", margin=margins)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
