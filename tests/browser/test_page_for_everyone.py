"""Small screens, dark rooms, keyboards, screen readers."""

from collections.abc import Callable

import pytest
from digit_page import DigitPage
from handwriting import STYLES, number, placed
from playwright.sync_api import Page, expect
from servers import Server

SCREENS = [(320, 568), (390, 844), (844, 390), (640, 400), (768, 1024), (1280, 800)]
SEVEN = placed(STYLES[7]["angular"], 0.8)


def show_prompt(digits: DigitPage) -> None:
    """As the page is when it opens."""
    expect(digits.result).to_have_attribute("data-view", "prompt")


def show_answer(digits: DigitPage) -> None:
    """With a current answer."""
    digits.draw_with_mouse(SEVEN)
    digits.predict.click()
    digits.expect_digit(7)


def show_live_answer(digits: DigitPage) -> None:
    """With the page's own answer."""
    digits.draw_with_mouse(SEVEN)
    digits.expect_live(7)


def show_number(digits: DigitPage) -> None:
    """With several digits, each in its box."""
    digits.draw_with_mouse(number("203"))
    digits.expect_live("203")


def show_image(digits: DigitPage) -> None:
    """With one of MNIST's digits."""
    digits.sample.click()
    expect(digits.result).to_have_attribute("data-view", "answer")


def show_keys(digits: DigitPage) -> None:
    """With the list of keys."""
    digits.page.keyboard.press("?")
    expect(digits.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def show_link(digits: DigitPage) -> None:
    """With the link to share."""
    digits.draw_with_mouse(SEVEN)
    digits.share.click()
    expect(digits.page.get_by_role("dialog", name="Share this drawing")).to_be_visible()


def show_note(digits: DigitPage) -> None:
    """With a note under the pad."""
    digits.share.click()
    expect(digits.note).to_contain_text("nothing to share")


def show_old_answer(digits: DigitPage) -> None:
    """With an answer that the drawing has left behind."""
    digits.without_live_network()
    digits.page.reload()
    expect(digits.api_status).to_have_text("Ready")
    show_answer(digits)
    digits.draw_with_mouse([[(0.3, 0.5), (0.7, 0.5)]])
    expect(digits.result).to_have_attribute("data-view", "outdated")


def show_error(digits: DigitPage) -> None:
    """With the words that stand there when neither the API nor a network in the page is here."""
    digits.without_live_network()
    digits.page.reload()
    expect(digits.api_status).to_have_text("Ready")
    for path in ("**/predict", "**/health"):
        digits.page.route(path, lambda route: route.abort())
    digits.draw_with_mouse(SEVEN)
    digits.predict.click()
    expect(digits.verdict).to_have_text("The API is not running")
    expect(digits.api_status).to_have_text("Not running")
    digits.forgive_failed_requests()


def show_remark(digits: DigitPage) -> None:
    """With the page's own answer, and why it is not the API's."""
    show_live_answer(digits)
    for path in ("**/predict", "**/health"):
        digits.page.route(path, lambda route: route.abort())
    digits.predict.click()
    expect(digits.remark).to_be_visible()
    expect(digits.api_status).to_have_text("Not running")
    digits.forgive_failed_requests()


def show_long_name(digits: DigitPage) -> None:
    """With a note on a file that has a long name."""
    digits.page.get_by_label("Choose an image").set_input_files(
        {"name": f"{'x' * 120}.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    expect(digits.note).to_contain_text("is a PDF document")


SHOWN = [
    show_prompt, show_answer, show_live_answer, show_number, show_image, show_old_answer,
    show_error, show_remark, show_keys, show_link, show_note,
]  # fmt: skip


@pytest.mark.parametrize("show", SHOWN)
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(
    app: DigitPage, axe_source: str, width: int, show: Callable[[DigitPage], None]
) -> None:
    app.page.set_viewport_size({"width": width, "height": 844})
    show(app)
    app.pad.focus()
    for scheme in ("light", "dark"):
        app.page.emulate_media(color_scheme=scheme)
        expect(app.page.locator("html")).to_have_attribute("data-theme", scheme)
        assert app.axe(axe_source) == []
    app.forgive_failed_requests()


@pytest.mark.parametrize(
    "show", [show_answer, show_number, show_error, show_remark, show_long_name]
)
def test_nothing_is_cut_off_sideways(app: DigitPage, show: Callable[[DigitPage], None]) -> None:
    show(app)
    for width, height in SCREENS:
        app.page.set_viewport_size({"width": width, "height": height})
        assert app.page.evaluate("document.documentElement.scrollWidth") <= width
        for part in (app.pad, app.predict, app.undo, app.clear, app.verdict, app.bars.last):
            box = part.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
    app.forgive_failed_requests()


def test_the_answer_is_beside_the_pad_on_a_desktop(app: DigitPage) -> None:
    show_answer(app)
    pad, answer = app.box(), app.digit.bounding_box()
    assert answer is not None
    assert answer["x"] > pad["x"] + pad["width"]
    assert answer["y"] < pad["y"] + pad["height"]


def test_the_answer_is_below_the_pad_on_a_phone_and_comes_into_view(phone: DigitPage) -> None:
    phone.page.set_viewport_size({"width": 320, "height": 568})
    phone.draw_with_finger(SEVEN)
    phone.predict.tap()
    phone.expect_digit(7)
    expect(phone.digit).to_be_in_viewport(ratio=0.9)
    pad, answer = phone.pad.bounding_box(), phone.digit.bounding_box()
    assert pad is not None
    assert answer is not None
    assert answer["y"] > pad["y"] + pad["height"]


def test_pad_and_answer_are_on_a_phones_first_screen(phone: DigitPage) -> None:
    phone.draw_with_finger(SEVEN)
    phone.expect_live(7)
    assert phone.page.evaluate("scrollY") == 0
    for part in (phone.pad, phone.predict, phone.digit, phone.verdict, phone.bars.last):
        expect(part).to_be_in_viewport(ratio=1)


def test_the_weights_come_after_the_first_paint(app: DigitPage) -> None:
    painted, *asked = app.page.wait_for_function(
        """() => {
          const first = performance.getEntriesByName('first-contentful-paint');
          const asked = performance.getEntriesByType('resource')
            .filter(({ name }) => /(\\/data\\/model\\.js|\\/model\\/weights)$/.test(name));
          return first.length === 1 && asked.length === 2
            && [...first, ...asked].map(({ startTime }) => startTime);
        }"""
    ).json_value()
    assert painted < min(asked)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_when_slow_scripts_arrive(digits: DigitPage, api: Server, width: int) -> None:
    digits.page.set_viewport_size({"width": width, "height": 1000})
    held = digits.hold("**/js/pages/index/controller.js")
    digits.page.goto(api.url, wait_until="commit")
    digits.page.wait_for_function(
        "() => performance.getEntriesByName('first-contentful-paint').length === 1"
    )
    places = [element.bounding_box() for element in (digits.pad, digits.predict, digits.stages)]
    held.release()
    digits.page.wait_for_function("() => 'live' in MNIST.index && MNIST.index.live.isReady")
    assert places == [
        element.bounding_box() for element in (digits.pad, digits.predict, digits.stages)
    ]


@pytest.mark.parametrize("width", [390, 320])
def test_captions_keep_to_one_line_on_a_phone(phone: DigitPage, width: int) -> None:
    phone.page.set_viewport_size({"width": width, "height": 844})
    captions = phone.stages.get_by_role("listitem")
    heights = captions.evaluate_all("(items) => items.map((item) => item.offsetHeight)")
    assert len(set(heights)) == 1
    rights = captions.evaluate_all(
        """(items) => items.map((item) => {
          const range = document.createRange();
          range.selectNodeContents(item);
          return [item.getBoundingClientRect().left, range.getBoundingClientRect().right];
        })"""
    )
    lefts = [left for left, _ in rights[1:]]
    assert all(right < left for (_, right), left in zip(rights, lefts, strict=False))


def test_fingers_are_not_told_about_keys(phone: DigitPage) -> None:
    expect(phone.page.locator("#pad-help")).to_be_hidden()
    button = phone.page.get_by_role("button", name="Keyboard shortcuts")
    expect(button).to_have_css("pointer-events", "none")
    for _ in range(4):  # past the link to the pad, and the links to the two pages
        phone.page.keyboard.press("Tab")
    expect(button).to_be_focused()
    expect(button).to_have_css("pointer-events", "auto")  # somebody has a keyboard after all


def test_the_colours_follow_the_system_until_somebody_chooses(app: DigitPage) -> None:
    html = app.page.locator("html")
    app.page.emulate_media(color_scheme="dark")
    expect(html).to_have_attribute("data-theme", "dark")
    app.page.emulate_media(color_scheme="light")
    expect(html).to_have_attribute("data-theme", "light")
    app.page.get_by_label("Colours").select_option("Dark")
    expect(html).to_have_attribute("data-theme", "dark")
    app.page.reload()
    expect(html).to_have_attribute("data-theme", "dark")
    expect(app.page.get_by_label("Colours")).to_have_value("dark")
    app.page.get_by_label("Colours").select_option("System")
    expect(html).to_have_attribute("data-theme", "light")


def hold(page: Page, *keys: str, times: int) -> None:
    """Press keys together and keep them down until the last one has repeated so often."""
    for key in keys:
        page.keyboard.down(key)
    for _ in range(times - 1):
        page.keyboard.down(keys[-1])
    for key in keys:
        page.keyboard.up(key)


def test_a_digit_can_be_drawn_and_read_with_the_keyboard_alone(app: DigitPage) -> None:
    keys = app.page.keyboard
    keys.press("Tab")
    expect(app.page.get_by_role("link", name="Skip to the drawing pad")).to_be_focused()
    keys.press("Enter")
    expect(app.pad).to_be_focused()
    hold(app.page, "ArrowUp", times=9)
    hold(app.page, "ArrowLeft", times=6)
    expect(app.page.locator("#cursor")).to_be_visible()
    assert not any(app.ink()), "the pen is still up"
    keys.press("Space")
    expect(app.announcement).to_have_text("Pen down.")
    hold(app.page, "ArrowRight", times=12)
    hold(app.page, "ArrowLeft", "ArrowDown", times=5)
    hold(app.page, "ArrowDown", times=12)
    keys.press("Space")
    expect(app.announcement).to_have_text("Pen up.")
    keys.press("Enter")
    app.expect_digit(7)
    expect(app.announcement).to_contain_text("It is a 7")
    keys.press("Escape")
    expect(app.result).to_have_attribute("data-view", "prompt")
    assert not any(app.ink())
    keys.press("ControlOrMeta+z")
    assert any(app.ink())


def test_the_cursor_says_where_it_is_and_stays_on_the_pad(app: DigitPage) -> None:
    app.pad.focus()
    hold(app.page, "ArrowUp", times=40)
    app.page.keyboard.press("Shift+ArrowLeft")
    expect(app.announcement).to_have_text("Column 12, row 1, pen up.")


def test_the_keyboards_pen_is_the_tool_that_is_chosen(app: DigitPage) -> None:
    app.pad.focus()
    app.page.keyboard.press("Space")
    hold(app.page, "ArrowDown", times=8)
    app.page.keyboard.press("Space")
    assert any(app.ink())
    app.page.keyboard.press("e")
    app.page.keyboard.press("Space")
    expect(app.announcement).to_have_text("Eraser down.")
    hold(app.page, "ArrowUp", times=8)
    app.page.keyboard.press("Space")
    assert not any(app.ink())


def test_a_place_that_is_due_to_be_said_gives_way_to_the_pen(app: DigitPage) -> None:
    app.page.clock.install()
    app.pad.focus()
    app.page.keyboard.press("ArrowDown")
    app.page.keyboard.press("Space")
    app.page.clock.run_for(5000)
    expect(app.announcement).to_have_text("Pen down.")


def test_a_pad_full_of_specks_is_no_number_and_says_so_aloud(app: DigitPage) -> None:
    expect(app.api_status).to_have_text("Ready")
    app.draw_with_mouse([[(x / 6, y / 6)] for x in range(1, 6) for y in range(1, 6)])
    expect(app.verdict).to_have_text("No digit found")
    expect(app.boxes).to_have_count(0)
    expect(app.announcement).to_contain_text("No digit found")
    app.clear.click()
    expect(app.announcement).to_have_text("The pad is empty.")


def test_leaving_the_pad_lifts_the_keyboards_pen(app: DigitPage) -> None:
    app.pad.focus()
    app.page.keyboard.press("Space")
    app.page.keyboard.press("Tab")
    expect(app.pad).not_to_be_focused()
    before = app.ink()
    app.pad.focus()
    app.page.keyboard.press("ArrowDown")
    assert app.ink() == before


def test_clearing_lifts_the_keyboards_pen(app: DigitPage) -> None:
    app.pad.focus()
    app.page.keyboard.press("Space")
    app.page.keyboard.press("Escape")
    app.page.keyboard.press("ArrowDown")
    assert not any(app.ink())


def test_enter_on_a_button_presses_that_button_only(app: DigitPage) -> None:
    app.draw_with_mouse(SEVEN)
    app.clear.focus()
    app.page.keyboard.press("Enter")
    assert not any(app.ink())
    assert app.sent() == []


def test_enter_works_right_after_drawing_with_the_mouse(app: DigitPage) -> None:
    app.draw_with_mouse(SEVEN)
    app.page.keyboard.press("Enter")
    app.expect_digit(7)


def test_enter_works_right_after_choosing_a_brush(app: DigitPage) -> None:
    app.draw_with_mouse(SEVEN)
    app.page.get_by_role("radio", name="Bold").click(force=True)
    app.page.keyboard.press("Enter")
    app.expect_digit(7)


def test_pressing_undo_until_nothing_is_left_keeps_the_focus(app: DigitPage) -> None:
    app.draw_with_mouse(SEVEN)
    app.undo.focus()
    for _ in range(3):
        app.page.keyboard.press("Enter")
    expect(app.undo).to_be_focused()
