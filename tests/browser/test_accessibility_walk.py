"""Every stage of learn.html and two lessons, by the keyboard and the accessibility tree alone."""

import re
from itertools import pairwise

import pytest
from accessibility_tree import AccessibilityTree
from digit_page import DigitPage
from handwriting import STYLES, placed
from lessons_page import LessonsPage
from playwright.sync_api import Page, expect
from servers import ROOT

PAGE = (ROOT / "frontend" / "learn.html").as_uri()
SEVEN = placed(STYLES[7]["curved"], 0.8)


def open_stage(page: Page, stage: str, language: str = "en") -> AccessibilityTree:
    """Open a stage with a seven on the pad; the tab that names the stage has the focus."""
    digits = DigitPage(page)
    page.goto(f"{PAGE}?lang={language}#{stage}")
    expect(page.locator(f"#{stage}")).to_be_visible()
    page.wait_for_function("stage => document.getElementById(stage).childElementCount", arg=stage)
    digits.draw_with_mouse(SEVEN)
    page.wait_for_function("MNIST.learn.page.state.pass.probabilities[7] > 0.9")
    page.locator(f"#tab-{stage}").focus()
    return AccessibilityTree(page)


def press(page: Page, name: str, key: str = "Enter") -> None:
    """Press a button of the open stage by a key, as who cannot point at it does."""
    button = page.get_by_role("tabpanel").get_by_role("button", name=name, exact=True)
    expect(button).not_to_have_attribute("aria-disabled", "true")
    button.focus()
    page.keyboard.press(key)


@pytest.mark.parametrize(
    ("stage", "language"),
    [(stage, "en") for stage in ("think", "why", "blame", "watch", "mine", "map", "fool")]
    + [("blame", "de"), ("map", "es")],
)
def test_everything_has_a_name_and_tab_reaches_it_in_view(
    page: Page, stage: str, language: str
) -> None:
    tree = open_stage(page, stage, language)
    page.wait_for_function("document.querySelector('[aria-busy=true]') === null")
    assert tree.nameless() == []
    assert tree.names("tabpanel") == [page.locator(f"#tab-{stage}").inner_text()]
    headings = page.get_by_role("heading", level=1)
    expect(headings).to_have_count(1)
    walked = tree.tab_through()
    assert len(walked) >= 5
    assert [one for one in walked if not one.is_seen] == []


@pytest.mark.parametrize("width", [390, 320])
def test_nothing_covers_what_has_the_focus_on_a_phone(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    tree = open_stage(page, "think", "de")
    for stage in ("think", "blame", "watch", "lesson"):
        if stage == "lesson":
            page.evaluate("MNIST.learn.page.lessons.openAt(2, 1)")
            expect(page.locator("#lesson")).to_be_visible()
        else:
            page.locator(f"#tab-{stage}").click()
            expect(page.locator(f"#{stage} button").first).to_be_visible()
        page.evaluate("document.querySelectorAll('main details').forEach((one) => one.open = true)")
        page.locator("footer").evaluate("(footer) => { footer.tabIndex = -1; footer.focus(); }")
        walked = tree.tab_through("Shift+Tab")
        assert len(walked) > 20
        assert [one for one in walked if not one.is_seen] == [], stage


def test_axe_finds_nothing_with_everything_unfolded_in_german(page: Page, axe_source: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_stage(page, "think", "de")
    digits = DigitPage(page)
    for stage in ("think", "why", "blame", "watch", "mine", "map", "fool"):
        page.locator(f"#tab-{stage}").click()
        expect(page.locator(f"#{stage}").locator("button, input").first).to_be_attached()
        page.wait_for_function("document.querySelector('[aria-busy=true]') === null")
        page.evaluate("document.querySelectorAll('main details').forEach((one) => one.open = true)")
        assert digits.axe(axe_source) == [], stage


def test_for_and_against_are_told_apart_in_forced_colours(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    open_stage(page, "why")
    bars = page.locator(".ledger-bar")
    expect(bars.first).to_be_attached()
    looks = bars.evaluate_all("""(bars) => bars.map((bar) => {
        const { backgroundColor, borderTopStyle } = getComputedStyle(bar);
        const isFilled = backgroundColor === getComputedStyle(document.body).color;
        return [bar.closest('.is-against') !== null, isFilled, borderTopStyle];
    })""")
    assert {True, False} == {is_against for is_against, *_ in looks}
    for is_against, *look in looks:
        assert look == ([False, "dashed"] if is_against else [True, "none"])


def test_think_a_neuron_is_chosen_read_out_and_switched_off(page: Page) -> None:
    tree = open_stage(page, "think")
    grid = page.get_by_role("application", name="Layer 1: 128 neurons")
    grid.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Layer 1, neuron"))).to_be_visible()
    expect(grid).to_be_focused()
    page.keyboard.press("o")
    expect(page.locator("#changes")).to_contain_text("switched off")
    expect(grid).to_be_focused()
    page.wait_for_function("heard.some(([, text]) => /switched off/.test(text))")
    page.keyboard.press("z")
    expect(page.locator("#changes")).to_be_hidden()
    assert tree.nameless() == []


def test_why_the_digits_are_chosen_and_the_sum_is_a_list(page: Page) -> None:
    tree = open_stage(page, "why")
    page.get_by_label("and not").focus()
    page.keyboard.press("9")
    expect(page.locator("#why-headline")).to_contain_text("ahead of the score of 9")
    page.get_by_role("radio", name="Layer 2", exact=False).first.focus()
    page.keyboard.press("Space")
    expect(page.locator("#why").get_by_role("listitem").first).to_contain_text("neuron")
    assert tree.nameless() == []


def test_blame_each_step_is_current_and_said(page: Page) -> None:
    tree = open_stage(page, "blame")
    for number in range(2, 8):
        press(page, "Next step")
        expect(page.locator("#blame [aria-current=step]")).to_have_count(1)
        expect(page.get_by_role("heading", name=re.compile(f"^{number} of 7"))).to_be_visible()
        assert tree.nameless() == []
    press(page, "One step")
    expect(page.locator("#step-report")).not_to_be_empty()
    expect(page.get_by_role("button", name="One step", exact=True)).to_be_focused()


def test_while_it_trains_no_more_than_a_sentence_in_two_seconds_is_said(page: Page) -> None:
    tree = open_stage(page, "watch")
    page.wait_for_function("heard.some(([, text]) => text.includes('reads a 7'))")
    page.evaluate("heard = []")
    press(page, "Play")
    expect(page.locator("#watch-status")).to_contain_text(re.compile(r"[1-9]\d\d steps"))
    page.wait_for_timeout(5_000)
    press(page, "Pause", "Space")
    pauses = [later - earlier for (earlier, _), (later, _) in pairwise(tree.heard)]
    assert min(pauses, default=9_999) > 1_900, tree.heard
    assert tree.nameless() == []


def test_my_digits_are_kept_labelled_and_deleted(page: Page) -> None:
    tree = open_stage(page, "mine")
    press(page, "7, 0 kept")
    expect(page.get_by_role("button", name="7, 1 kept")).to_be_focused()
    expect(page.locator("#mine-kept")).to_have_text("Kept as a 7.")
    page.get_by_role("list", name="Your digits, the latest first").get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Read right")).to_be_visible()
    assert tree.nameless() == []
    press(page, "Delete this digit")
    expect(page.locator("#mine-file-report")).to_have_text("One digit deleted.")
    expect(page.locator("#mine-undo")).to_be_focused()


def test_the_map_is_walked_digit_by_digit(page: Page) -> None:
    tree = open_stage(page, "map")
    expect(page.locator("#map-wait")).to_be_hidden()
    page.get_by_role("application", name="Map of 1,000 test digits").focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#map-digit-sentence")).to_contain_text("Test digit")
    page.wait_for_function("heard.some(([, text]) => text.startsWith('Test digit'))")
    assert tree.nameless() == []


def test_fool_it_says_what_each_toggle_did(page: Page) -> None:
    tree = open_stage(page, "fool")
    grid = page.get_by_role("application", name="Your image; select a pixel to toggle it")
    grid.focus()
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.wait_for_function("heard.some(([, text]) => text.startsWith('1 pixel. Read as'))")
    expect(grid).to_be_focused()
    press(page, "Undo")
    page.wait_for_function("heard.some(([, text]) => text.startsWith('0 pixels. Read as'))")
    for name in ("Smallest noise", "Pure noise", "Dream", "Morph", "Turn, shift, thicken"):
        page.get_by_role("radio", name=name).focus()
        page.keyboard.press("Space")
        expect(page.locator(".fool-panel").get_by_role("heading", name=name)).to_be_visible()
        assert tree.nameless() == [], name


@pytest.mark.parametrize("lesson", [0, 2])
def test_a_lesson_is_done_by_keyboard(page: Page, lesson: int) -> None:
    lessons = LessonsPage(page)
    tree = AccessibilityTree(page)
    lessons.button.focus()
    page.keyboard.press("Enter")
    expect(lessons.list).to_be_visible()
    assert tree.nameless() == []
    page.keyboard.press("Escape")
    expect(lessons.button).to_be_focused()
    lessons.open(lesson)
    for _ in range(12):
        assert tree.nameless() == []
        words = lessons.words.inner_text()
        lessons.do_step()
        lessons.wait_until_done()
        if lessons.strip.is_hidden() or not lessons.next.is_visible():
            break
        lessons.next.focus()
        page.keyboard.press("Enter")
        if lessons.strip.is_hidden():
            break
        expect(lessons.words).not_to_have_text(words)
        assert page.evaluate("document.activeElement !== document.body")
    assert any(text for _, text in tree.heard)
