"""The lessons of learn.html: each one from its start to its end, what is kept, and what helps."""

import re
from collections.abc import Iterator

import pytest
from handwriting import STYLES, placed
from lessons_page import FROM_DISK, LessonsPage
from playwright.sync_api import Browser, Page, expect
from servers import Server

FEWEST = """() => {
  const { network } = MNIST.learn.page.state.versions[0];
  const pixels = MNIST.learn.page.state.pixels;
  const before = MNIST.nn.answerTo(network, pixels);
  const isFooled = (one) => MNIST.nn.answerTo(network, one) !== before;
  const search = MNIST.nn.fewestPixels(network, pixels, isFooled);
  let next = search.next();
  while (!next.done) next = search.next();
  return next.value;
}"""


@pytest.fixture
def lessons(page: Page) -> Iterator[LessonsPage]:
    """The page, opened from disk, without any network."""
    page.context.set_offline(True)
    lessons = LessonsPage(page)
    yield lessons
    assert lessons.complaints == []


def toggle_by_hand(lessons: LessonsPage) -> None:
    """Toggle the pixels that fool the network, one after another."""
    lessons.number.fill("5")
    lessons.number.press("Enter")
    box = lessons.page.locator(".fool-hand canvas")
    box.scroll_into_view_if_needed()
    for pixel in lessons.page.evaluate(FEWEST):
        size = box.evaluate("(canvas) => canvas.getBoundingClientRect().width")
        row, column = divmod(pixel, 28)
        box.click(
            position={"x": (column + 0.5) * size / 28, "y": (row + 0.5) * size / 28}, force=True
        )
    lessons.wait_until_done()


@pytest.mark.parametrize("lesson", range(1, 9))
def test_a_lesson_can_be_done_from_its_first_step_to_its_last(lessons, lesson):
    lessons.open(lesson)
    steps = 0
    while lessons.position is not None:
        assert lessons.position == {"lesson": lesson, "step": steps}
        expect(lessons.words).not_to_contain_text(re.compile(r"[{}]|lesson\d\."))
        if (lesson, steps) == (8, 0):
            lessons.page.wait_for_function("'fewestPixels' in MNIST.nn")
            expect(lessons.number).to_be_visible()
            toggle_by_hand(lessons)
        else:
            lessons.do_step()
        if lessons.feedback.is_visible():
            expect(lessons.feedback).not_to_contain_text(
                re.compile(r"[{}]|lesson\d\.|NaN|undefined")
            )
        lessons.next.click()
        steps += 1
    expect(lessons.list).to_be_visible()
    record = lessons.records["lessons"][str(lesson)]
    assert record["isDone"]
    assert record["step"] == 0
    assert len(record["answers"]) >= 4
    assert lessons.page.evaluate("MNIST.learn.page.state.versions.length") == 1
    expect(lessons.list.locator(".lessons-item").nth(lesson - 1)).to_contain_text("done")


def test_the_network_of_the_prediction_is_the_learners_own(lessons):
    lessons.draw_with_mouse(placed(STYLES[7]["angular"], 0.8))
    lessons.open(1)
    expect(lessons.feedback).to_be_visible()
    lessons.next.click()
    lessons.next.click()
    ink = lessons.page.evaluate("MNIST.learn.page.state.pixels.filter((grey) => grey > 0).length")
    lessons.number.fill(str(ink))
    lessons.number.press("Enter")
    expect(lessons.feedback).to_contain_text(f"Right: it is {ink}.")
    answer = lessons.records["lessons"]["1"]["answers"]["ink"]
    assert (answer["guess"], answer["truth"], answer["grade"]) == (ink, ink, "right")
    assert lessons.records["drawing"]


def test_a_small_drawing_is_graded_once_it_was_read(lessons):
    lessons.open(1, 3)
    lessons.do_step()
    rows = lessons.page.evaluate(
        """() => {
          const { pixels } = MNIST.learn.page.state;
          const rows = [...Array(28).keys()].filter((row) =>
            pixels.subarray(28 * row, 28 * row + 28).some((grey) => grey > 0));
          return rows.at(-1) - rows[0] + 1;
        }"""
    )
    assert lessons.records["lessons"]["1"]["answers"]["corner"]["truth"] == rows
    assert 18 <= rows <= 22


def test_a_guess_that_is_no_number_is_asked_for_again(lessons):
    lessons.open(1, 2)
    lessons.number.fill("many")
    lessons.number.press("Enter")
    expect(lessons.number).to_have_attribute("aria-invalid", "true")
    expect(lessons.number).to_be_focused()
    lessons.number.fill("900")
    lessons.number.press("Enter")
    expect(lessons.feedback).not_to_be_visible()


def test_an_empty_pad_another_stage_and_a_changed_network_each_have_a_way_out(lessons):
    lessons.open(2, 1)
    lessons.clear.click()
    expect(lessons.strip).to_contain_text("The pad is empty")
    lessons.help.click()
    expect(lessons.choices.first).to_be_visible()
    lessons.page.locator("#tab-why").click()
    expect(lessons.strip).to_contain_text("This step takes place in “See it think”")
    lessons.help.click()
    expect(lessons.page.locator("#tab-think")).to_have_attribute("aria-selected", "true")
    lessons.page.keyboard.press("o")
    expect(lessons.strip).to_contain_text("The network has been changed")
    lessons.help.click()
    expect(lessons.page.locator("#badge")).to_be_hidden()
    expect(lessons.choices.first).to_be_visible()


def test_a_drawing_that_would_be_refused_is_not_asked_about(lessons):
    lessons.open(3, 4)
    lessons.clear.click()
    scribble = [[(0.2 + 0.6 * (i % 2), 0.1 + i / 40) for i in range(32)]]
    lessons.draw_with_mouse(scribble)
    expect(lessons.strip).to_contain_text("would refuse this drawing")
    lessons.help.click()
    expect(lessons.number).to_be_visible()


def test_a_step_can_be_skipped_and_gone_back_to(lessons):
    lessons.open(3, 2)
    expect(lessons.next).to_have_text("Skip")
    lessons.next.click()
    assert lessons.position == {"lesson": 3, "step": 3}
    expect(lessons.page.locator(".why-columns")).to_have_attribute("inert", "")
    lessons.choices.first.click()
    expect(lessons.page.locator(".why-columns")).not_to_have_attribute("inert", "")
    lessons.back.click()
    lessons.choices.first.click()
    expect(lessons.feedback).to_be_visible()
    lessons.next.click()
    expect(lessons.feedback).to_be_visible()  # the answer that was given stays
    lessons.page.get_by_role("button", name="Answer again").click()
    expect(lessons.choices.first).to_be_visible()


def test_a_lesson_goes_on_after_a_reload_and_begins_anew_once_it_is_done(lessons):
    lessons.open(1)
    for _ in range(2):
        lessons.do_step()
        lessons.next.click()
    lessons.page.reload()
    lessons.open_list()
    lessons.list.get_by_role("button", name="Continue: An image").click()
    assert lessons.position == {"lesson": 1, "step": 2}
    for _ in range(4):
        lessons.do_step()
        lessons.next.click()
    lessons.list.get_by_role("button", name="Once more: An image").click()
    assert lessons.position == {"lesson": 1, "step": 0}
    lessons.next.click()
    lessons.next.click()
    expect(lessons.number).to_be_visible()


def test_a_browser_that_keeps_nothing_says_so_and_the_lessons_work(page):
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('closed'); } })"
    )
    lessons = LessonsPage(page)
    lessons.open(1)
    lessons.do_step()
    lessons.next.click()
    lessons.open_list()
    expect(lessons.list).to_contain_text("keeps nothing")
    assert lessons.complaints == []


def test_a_link_may_open_a_lesson_before_the_weights_have_come(page: Page):
    page.goto(FROM_DISK)
    page.wait_for_function("window.MNIST && 'page' in MNIST.learn")
    page.evaluate("MNIST.learn.page.lessons.openAt(3, 2)")
    expect(page.locator("#lesson")).to_contain_text("Think of blank paper")


def test_leaving_takes_the_marks_away_and_gives_the_focus_back(lessons):
    lessons.open(3, 3)
    expect(lessons.page.locator(".is-veiled")).to_have_count(1)
    lessons.page.get_by_role("button", name="Leave the lesson").click()
    expect(lessons.strip).to_be_hidden()
    expect(lessons.page.locator(".is-veiled, .is-spotlit")).to_have_count(0)
    expect(lessons.button).to_be_focused()
    assert lessons.position is None


def press_until(lessons: LessonsPage, key: str, selector: str) -> None:
    """Press a key until the focus is there."""
    for _ in range(80):
        if lessons.page.evaluate("(one) => document.activeElement.matches(one)", selector):
            return
        lessons.page.keyboard.press(key)
    raise AssertionError(f"{selector} cannot be reached")


@pytest.mark.parametrize("lesson", [1, 3, 6])
def test_a_lesson_can_be_done_with_the_keyboard_alone(lessons, lesson):
    keyboard = lessons.page.keyboard
    press_until(lessons, "Tab", "#lessons")
    keyboard.press("Enter")
    expect(lessons.list).to_be_visible()
    press_until(lessons, "Tab", f".lessons-item:nth-child({lesson}) .lessons-start")
    keyboard.press("Enter")
    expect(lessons.strip).to_be_visible()
    while lessons.position is not None:
        expect(lessons.words).to_be_focused()  # a screen reader reads the step
        for _ in range(6):
            if lessons.is_done():
                break
            if lessons.number.is_visible():
                press_until(lessons, "Tab", "#lesson-number")
                keyboard.type("10")
            elif lessons.choices.first.is_visible():
                press_until(lessons, "Tab", ".lesson-choice")
            elif lessons.help.is_visible():
                press_until(lessons, "Tab", ".lesson-help")
            elif lessons.act.is_visible():
                press_until(lessons, "Tab", ".lesson-act")
            keyboard.press("Enter")
            lessons.page.wait_for_function(
                "document.querySelector('.lesson-next.button-primary, .lesson-act, .lesson-help')",
                timeout=120_000,
            )
        lessons.wait_until_done()
        if lessons.feedback.is_visible():
            expect(lessons.next).to_be_focused()
        else:
            press_until(lessons, "Tab", ".lesson-next")
        keyboard.press("Enter")
    expect(lessons.list).to_be_visible()


def erase_in_rows(page: Page) -> None:
    """Drag over the map, row by row, until the network reads something else than a 4."""
    canvas = page.locator("#why-map")
    canvas.scroll_into_view_if_needed()
    for row in range(3, 26, 2):
        box = canvas.bounding_box()
        assert box is not None
        y = box["y"] + (row + 0.5) * box["height"] / 28
        page.mouse.move(box["x"] + 4, y)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 4, y, steps=28)
        page.mouse.up()
        if page.locator("#digit").inner_text() != "4":
            return


def train_on_wrong_labels(page: Page) -> None:
    """Choose a hundred examples, make all labels wrong, and let it train."""
    page.locator("#watch-preset").select_option("by-heart")
    page.locator("#watch-spoiled").fill("1")
    page.locator("#watch-play").click()


BY_HAND = {
    (2, 3): lambda page: page.locator('[data-scale="2"]').click(),
    (2, 4): lambda page: page.locator('[data-scale="-1"]').click(),
    (3, 4): erase_in_rows,
    (4, 4): lambda page: page.keyboard.press("o"),
    (5, 1): lambda page: [page.locator("#blame-next").click() for _ in range(2)],
    (5, 4): lambda page: page.locator("#one-step").click(),
    (5, 5): lambda page: page.locator("#ten-steps").click(),
    (5, 6): lambda page: (page.locator("#mix").check(), page.locator("#ten-steps").click()),
    (6, 2): lambda page: page.locator('[data-run="epochs"]').click(),
    (7, 4): train_on_wrong_labels,
    (8, 3): lambda page: page.locator("label", has_text="Dream").click(),
}


@pytest.mark.parametrize("place", BY_HAND)
def test_what_is_done_by_hand_counts_as_well_as_the_button(lessons, place):
    lessons.open(*place)
    lessons.page.wait_for_selector("#lesson-number, .lesson-choice")
    if lessons.number.is_visible():
        lessons.number.fill("1")
        lessons.number.press("Enter")
    else:
        lessons.choices.first.click()
    expect(lessons.page.locator(".lesson-task")).to_be_visible()
    assert not lessons.is_done()
    BY_HAND[place](lessons.page)
    lessons.wait_until_done()
    expect(lessons.feedback).to_be_visible()


def test_what_was_found_is_announced(lessons):
    lessons.open(1, 2)
    lessons.number.fill("784")
    lessons.number.press("Enter")
    expect(lessons.page.locator("#announcer")).to_contain_text("You said 784, but it is")


def test_what_is_blurred_is_not_spoken_either(lessons):
    lessons.page.evaluate(
        """() => {
          window.said = [];
          new MutationObserver(() => window.said.push(announcer.textContent))
            .observe(announcer, { childList: true });
        }"""
    )
    lessons.open(7)
    lessons.do_step()
    lessons.next.click()
    lessons.do_step()
    expect(lessons.page.locator("#announcer")).to_contain_text("It knows its digits")
    assert "of test digits" not in " ".join(lessons.page.evaluate("window.said"))


def test_on_a_phone_the_strip_is_below_the_drawing(
    browser: Browser, browser_context_args: dict[str, object]
) -> None:
    screen = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with browser.new_context(**browser_context_args | screen) as context:
        lessons = LessonsPage(context.new_page())
        lessons.open(1)
        strip = lessons.strip.bounding_box()
        pad = lessons.pad.bounding_box()
        assert strip is not None
        assert pad is not None
        assert pad["y"] >= 0
        assert strip["y"] >= pad["y"] + pad["height"]
        assert strip["y"] + strip["height"] <= 845
        lessons.draw_with_finger(placed(STYLES[7]["angular"], 0.8))
        lessons.wait_until_done()
        while lessons.position is not None:
            lessons.do_step()
            wide = lessons.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 390
            small = lessons.strip.evaluate(
                """(strip) => [...strip.querySelectorAll('button, input')].filter((one) =>
                  one.checkVisibility() && one.getBoundingClientRect().height < 43.5).length"""
            )
            assert small == 0
            lessons.next.click()
        expect(lessons.list).to_be_visible()
        assert lessons.complaints == []


def test_the_page_to_print_has_drawing_run_and_predictions(lessons):
    lessons.open(1)
    lessons.do_step()
    lessons.next.click()
    lessons.next.click()
    lessons.do_step()
    lessons.open(6, 3)
    lessons.do_step()
    lessons.page.get_by_role("button", name="Leave the lesson").click()
    lessons.open_list()
    lessons.list.get_by_role("button", name="Your page to print").click()
    sheet = lessons.page.locator("#lesson-sheet")
    expect(sheet.locator("canvas")).to_be_visible()
    expect(sheet.locator(".lesson-sheet-curve")).to_have_attribute("d", re.compile("^M.*L"))
    expect(sheet.locator("tbody tr")).to_have_count(2)
    expect(sheet).to_contain_text("How many of the 784 numbers are above 0 for your drawing?")
    sheet.locator("#lesson-sheet-name").fill("Ada")
    sheet.locator("#lesson-sheet-name").press("Tab")
    lessons.page.emulate_media(media="print")
    expect(sheet).to_be_visible()
    expect(lessons.page.locator("main")).to_be_hidden()
    expect(sheet.get_by_role("button", name="Print")).to_be_hidden()
    assert lessons.records["name"] == "Ada"


@pytest.mark.parametrize("place", [(1, 2), (3, 3), (4, 3), (6, 0)])
def test_axe_finds_nothing_wrong_with_a_lesson(page: Page, static: Server, axe_source, place):
    lessons = LessonsPage(page, f"{static.url}/learn.html")
    lessons.open(*place)
    expect(lessons.words).to_be_visible()
    if place == (6, 0):
        lessons.do_step()
    assert lessons.axe(axe_source) == []


def test_axe_finds_nothing_wrong_with_the_list_and_the_page_to_print(
    page: Page, static: Server, axe_source
):
    lessons = LessonsPage(page, f"{static.url}/learn.html")
    lessons.open(1)
    lessons.do_step()
    lessons.open_list()
    assert lessons.axe(axe_source) == []
    lessons.list.get_by_role("button", name="Your page to print").click()
    assert lessons.axe(axe_source) == []


def test_a_lesson_works_under_the_servers_content_security_policy(page: Page, api: Server):
    lessons = LessonsPage(page, f"{api.url}/learn.html")
    lessons.open(6)
    for _ in range(3):
        lessons.do_step()
        lessons.next.click()
    assert lessons.records["lessons"]["6"]["answers"].keys() == {"nothing", "epoch"}
    assert lessons.complaints == []


def test_the_layout_holds_in_large_german_type_on_a_phone(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    lessons = LessonsPage(page, f"{FROM_DISK}?lang=de")
    page.add_style_tag(content="html { font-size: 200% }")
    for place in [(1, 4), (3, 3), (5, 1)]:
        lessons.open(*place)
        expect(lessons.strip).to_contain_text("Lektion")
        overflow = "(one) => one.scrollWidth - one.clientWidth"
        assert lessons.strip.evaluate(overflow) <= 0
        assert page.locator("html").evaluate(overflow) <= 0
    lessons.button.click()
    assert lessons.list.evaluate(overflow) <= 0


def test_the_lessons_are_not_loaded_with_the_page(lessons):
    loaded = [request.url for request in lessons.requests]
    assert not [
        url for url in loaded if re.search("learn/lessons/|words/../lesson|learn-lessons", url)
    ]
    lessons.open_list()
    assert any("learn/lessons/room.js" in request.url for request in lessons.requests)
