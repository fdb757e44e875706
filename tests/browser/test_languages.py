"""Both pages in the visitor's language."""

import re
from collections.abc import Callable, Iterator

import pytest
from digit_page import DigitPage
from handwriting import STYLES, placed
from playwright.sync_api import Browser, expect
from pseudo_language import speak_pseudo, too_wide, written_elsewhere
from servers import ROOT
from simulated_photos import as_file, photo

PAGES = {name: (ROOT / "frontend" / f"{name}.html").as_uri() for name in ("index", "learn")}
SEVEN = placed(STYLES[7]["curved"], 0.8)
KEEP_NOISE = """async () => {
  const digits = Array.from({ length: 40 }, (_, n) => MNIST.own.ownDigit(
    Uint8Array.from({ length: 784 }, (_, i) => Math.imul(n * 784 + i + 1, 2654435761) >>> 24),
    n % 10, n));
  await (await MNIST.own.openOwnStore()).keep(digits);
}"""


@pytest.mark.parametrize(
    ("locale", "address", "language"),
    [
        ("de-AT", "", "de"),
        ("es-MX", "", "es"),
        ("zh-CN", "", "zh-Hans"),
        ("fi-FI", "", "en"),
        ("de-AT", "?lang=es", "es"),
        ("de-AT", "?lang=nonsense", "de"),
    ],
)
def test_address_and_browser_choose(
    browser: Browser, locale: str, address: str, language: str
) -> None:
    page = browser.new_page(locale=locale)
    page.goto(PAGES["learn"] + address)
    expect(page.locator("html")).to_have_attribute("lang", language)
    link = {"en": "Learn", "de": "Lernen", "es": "Aprender", "zh-Hans": "学习"}[language]
    expect(page.get_by_role("link", name=link)).to_be_visible()
    page.close()


def test_switching_keeps_the_drawing_and_is_remembered(digits: DigitPage) -> None:
    page = digits.page
    page.route(re.compile("^http:"), lambda route: route.abort())
    page.goto(PAGES["index"])
    digits.draw_with_mouse(SEVEN)
    digits.expect_live(7)
    page.get_by_label("Language").select_option("Deutsch")
    expect(page.get_by_role("link", name="Zeichnen")).to_be_visible()
    digits.expect_live(7)
    page.goto(PAGES["learn"])
    expect(page.get_by_role("link", name="Lernen")).to_be_visible()
    digits.forgive_failed_requests()


def test_switching_keeps_an_image_or_says_that_it_is_gone(digits: DigitPage) -> None:
    page = digits.page
    page.route(re.compile("^http:"), lambda route: route.abort())
    page.goto(PAGES["index"])
    # While the page opens again, its scripts may not be there yet.
    there = "'page' in (globalThis.MNIST?.index ?? {})"
    found = f"({there} ? MNIST.index.page.found : []).map((one) => one.pixels).join('|')"
    for file in (None, as_file(photo("ruled"))):
        page.goto(PAGES["index"])
        if file is None:
            page.locator("#sample").click()
        else:
            page.set_input_files("#image", file)
        page.wait_for_function(f"{found} !== '' && MNIST.index.page.answer !== null")
        before = page.evaluate(found)
        page.locator("#language").select_option("Deutsch")
        expect(page.get_by_role("link", name="Zeichnen")).to_be_visible()
        page.wait_for_function(f"before => {found} === before", arg=before)
        page.locator("#language").select_option("English")
        page.wait_for_function(f"before => {found} === before", arg=before)
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error(); }; }")
    page.locator("#language").select_option("Español")
    expect(page.locator("#note")).to_contain_text("no pudo conservar")
    digits.forgive_failed_requests()


def test_switching_keeps_what_no_link_can_hold_on_the_learning_page(digits: DigitPage) -> None:
    page = digits.page
    page.goto(PAGES["learn"])
    page.wait_for_function("MNIST.learn.page.state !== null")
    pixels = "MNIST.learn.page.state.pixels.join()"
    # A pen that moves in small steps over the whole pad for a while.
    page.evaluate("""() => MNIST.learn.drawing.load(Array.from({ length: 60 }, (_, n) => ({
        sigma: 0.8, points: Array.from({ length: 300 }, (_, i) => ({
            x: 14 + 9 * Math.sin(i * 0.37 + n), y: 14 + 9 * Math.cos(i * 0.61 + n * n) })) })))""")
    page.wait_for_function(f"{pixels}.split(',').filter(Number).length > 300")
    for is_image in (False, True):
        before = page.evaluate(pixels)
        if is_image:
            page.locator("#sample").click()
            page.wait_for_function(f"before => {pixels} !== before", arg=before)
            before = page.evaluate(pixels)
        for language in ("de", "en"):
            page.locator("#language").select_option(language)
            expect(page.locator("html")).to_have_attribute("lang", language)
            same = f"before => globalThis.MNIST?.learn?.page?.state && {pixels} === before"
            page.wait_for_function(same, arg=before)


@pytest.mark.parametrize("part", [".masthead"])
def test_no_sentence_is_written_elsewhere(digits: DigitPage, part: str) -> None:
    page = digits.page
    page.route(re.compile("^http:"), lambda route: route.abort())
    speak_pseudo(page)
    page.goto(f"{PAGES['learn']}?lang=de")
    expect(page.locator("html")).not_to_have_class(re.compile("is-translating"))
    assert written_elsewhere(page, part) == []


def test_the_drawing_page_says_nothing_that_is_written_elsewhere(digits: DigitPage) -> None:
    page = digits.page
    page.route(re.compile("^http:"), lambda route: route.abort())
    speak_pseudo(page)
    page.goto(f"{PAGES['index']}?lang=de")
    expect(page.locator("#api-status")).to_have_attribute("data-status", "unreachable")
    assert written_elsewhere(page) == []
    digits.draw_with_mouse(SEVEN)
    digits.expect_live(7)
    assert written_elsewhere(page) == []
    page.locator("#correction summary").click()
    page.locator("#correction-labels button").nth(7).click()
    expect(page.locator("#correction-kept")).not_to_be_empty()
    page.locator("#predict").click()
    expect(page.locator("#remark")).not_to_be_empty()
    assert written_elsewhere(page) == []
    page.locator("#help").click()
    assert written_elsewhere(page) == []
    digits.forgive_failed_requests()


@pytest.fixture
def learn(digits: DigitPage) -> Iterator[Callable[[str], DigitPage]]:
    """Open a stage of learn.html in the language that nobody speaks, and draw a seven on it."""

    def open_stage(stage: str) -> DigitPage:
        page = digits.page
        speak_pseudo(page)
        page.goto(f"{PAGES['learn']}?lang=de#{stage}")
        expect(page.locator(f"#{stage}")).to_be_visible()
        page.wait_for_function(
            "stage => document.getElementById(stage).childElementCount", arg=stage
        )
        digits.draw_with_mouse(SEVEN)
        expect(page.locator("#pad-frame")).not_to_have_class(re.compile("is-empty"))
        return digits

    yield open_stage
    page = digits.page
    page.evaluate("""() => document.querySelectorAll('main details').forEach((one) => {
        if (one.checkVisibility()) one.open = true;
    })""")
    assert written_elsewhere(page) == []
    assert too_wide(page) == []


@pytest.mark.parametrize("stage", ["think", "why", "blame"])
def test_a_stage_says_nothing_that_is_written_elsewhere_and_has_room(
    learn: Callable[[str], DigitPage], stage: str
) -> None:
    learn(stage)


def test_training_says_nothing_that_is_written_elsewhere_and_has_room(
    learn: Callable[[str], DigitPage],
) -> None:
    page = learn("watch").page
    batch = page.locator("[data-run=batches]")
    expect(batch).not_to_have_attribute("aria-disabled", "true")
    batch.click()
    expect(page.locator("#watch-answer")).not_to_have_text("–")


def test_my_digits_say_nothing_that_is_written_elsewhere_and_have_room(
    learn: Callable[[str], DigitPage],
) -> None:
    page = learn("mine").page
    page.locator("#mine-import").set_input_files(
        {"name": "1", "mimeType": "application/json", "buffer": b"{}"}
    )
    expect(page.locator("#mine-file-error")).to_be_visible()
    assert written_elsewhere(page) == []
    page.locator("#mine-labels button").nth(7).click()
    expect(page.locator(".mine-digit")).to_have_count(1)
    page.locator("#mine-labels button").nth(7).click()  # there is no drawing any more
    expect(page.locator("#note")).not_to_be_empty()
    page.locator(".mine-digit").click()
    page.evaluate(KEEP_NOISE)
    expect(page.locator(".mine-digit")).to_have_count(41)
    page.locator("#mine-passes").fill("60")
    page.locator("#mine-old").uncheck()
    page.locator("#mine-rate").fill("-0.5")
    page.locator("#mine-teach").click()
    expect(page.locator("#mine-stop")).to_be_visible()
    assert written_elsewhere(page) == []
    expect(page.locator("#mine-worse")).to_be_visible()
    for table in ("digits", "digit", "scores"):
        page.locator(f"#mine [data-table={table}]").click()
        assert written_elsewhere(page) == []
        page.keyboard.press("Escape")
    page.locator("#mine-keep").click()
    expect(page.locator("#mine-copy")).to_be_visible()


def test_the_map_says_nothing_that_is_written_elsewhere_and_has_room(
    learn: Callable[[str], DigitPage],
) -> None:
    page = learn("map").page
    expect(page.locator("#map-wait")).to_be_hidden()
    page.locator("#map-canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#map-digit")).to_be_visible()
    for table in ("digits", "neighbours", "scores"):
        page.locator(f"#map [data-table={table}]").click()
        assert written_elsewhere(page) == []
        page.keyboard.press("Escape")
    before = page.locator("#map-caption").text_content()
    page.get_by_role("radio", name="t-SNE").check(force=True)
    expect(page.locator("#map-caption")).not_to_have_text(before or "")


def test_fool_it_says_nothing_that_is_written_elsewhere_and_has_room(
    learn: Callable[[str], DigitPage],
) -> None:
    page = learn("fool").page
    page.locator(".fool-search").click()
    expect(page.locator(".fool-steps")).to_be_visible()
    page.locator(".fool-hand canvas").click()
    for experiment in ("pixels", "change", "noise", "dream", "morph", "robustness"):
        page.locator(f"[name=fool-experiment][value={experiment}]").check(force=True)
        expect(page.locator(".fool-panel")).to_be_visible()
        expect(page.locator(".fool-result:empty")).to_have_count(0)
        page.locator(".fool-panel [data-table]").first.click()
        assert written_elsewhere(page) == []
        page.keyboard.press("Escape")
        assert too_wide(page) == []
        page.set_viewport_size({"width": 1280, "height": 800})


def test_the_share_dialog_says_nothing_that_is_written_elsewhere_and_has_room(
    learn: Callable[[str], DigitPage],
) -> None:
    page = learn("why").page
    page.locator("#share").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    page.evaluate("document.querySelectorAll('dialog details').forEach((one) => (one.open = true))")
    assert written_elsewhere(page, "dialog[open]") == []
    assert too_wide(page, "dialog[open]") == []
    page.keyboard.press("Escape")


def test_lessons_say_nothing_that_is_written_elsewhere_and_have_room(
    learn: Callable[[str], DigitPage],
) -> None:
    page = learn("think").page
    page.locator("#lessons").click()
    expect(page.locator("#lessons-dialog")).to_be_visible()
    assert written_elsewhere(page, "#lessons-dialog") == []
    assert too_wide(page, "#lessons-dialog") == []
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1280, "height": 800})
    for lesson in range(8):
        for step in (0, 1, 4):
            page.evaluate("(place) => MNIST.learn.page.lessons.openAt(...place)", [lesson, step])
            expect(page.locator("#lesson")).to_be_visible()
            assert written_elsewhere(page, "#lesson") == [], (lesson, step)
    assert too_wide(page, "#lesson") == []


def test_what_the_drawing_page_finds_is_said_in_the_language(digits: DigitPage) -> None:
    page = digits.page
    page.route(re.compile("^http:"), lambda route: route.abort())
    speak_pseudo(page)
    page.goto(f"{PAGES['index']}?lang=de")
    several = [*placed(STYLES[7]["curved"], 0.5, 0.25), *placed(STYLES[1]["slanted"], 0.5, 0.75)]
    scribble = [[(0.2 + 0.03 * n, 0.2 + 0.6 * (n % 2)) for n in range(20)]]
    for strokes in (several, scribble):
        digits.draw_with_mouse(strokes)
        page.wait_for_function("MNIST.index.page.found.length > 0")
        digits.next_frame()
        assert written_elsewhere(page) == []
        page.locator("#clear").click()
    page.set_input_files("#image", as_file(photo("ruled")))
    expect(page.locator("#ink-panel")).to_be_visible()
    assert written_elsewhere(page) == []
    assert too_wide(page) == []
    digits.forgive_failed_requests()
