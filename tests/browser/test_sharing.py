"""A link that holds the drawing."""

from typing import Any

import pytest
from digit_page import DigitPage
from handwriting import STYLES, number, placed
from playwright.sync_api import Browser, expect
from servers import ROOT, Server

SEVEN = placed(STYLES[7]["curved"], 0.8)
FROM_DISK = (ROOT / "frontend" / "index.html").as_uri()


def link_to(app: DigitPage) -> str:
    """Open the dialog and return its link."""
    app.share.click()
    link = app.page.get_by_role("textbox", name="Link to this drawing")
    expect(link).to_be_visible()
    return link.input_value()


def test_a_shared_link_draws_the_drawing_and_the_page_reads_it(
    app: DigitPage, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    app.draw_with_mouse(number("2026"))
    app.expect_live("2026")
    link = link_to(app)
    assert len(link) < 2_000
    with browser.new_context(**browser_context_args) as context:
        other = DigitPage(context.new_page())
        other.open(link)
        other.expect_live("2026")
        assert other.page.evaluate("MNIST.index.drawing.strokes.length") == len(app.strokes())
        assert {request.method for request in other.requests} <= {"GET", "HEAD"}
        assert not any("d=" in line.url.partition("#")[0] for line in other.requests)
        other.undo.click()
        expect(other.result).to_have_attribute("data-view", "prompt")
        assert other.complaints == []


def test_a_link_works_from_disk(digits: DigitPage, api: Server) -> None:
    digits.open(FROM_DISK)
    digits.draw_with_mouse(SEVEN)
    digits.expect_live(7)
    link = link_to(digits)
    digits.page.goto("about:blank")
    digits.open(link)
    digits.expect_live(7)


def test_a_link_that_is_opened_in_the_page_replaces_the_drawing(app: DigitPage) -> None:
    app.draw_with_mouse(SEVEN)
    app.expect_live(7)
    fragment = link_to(app).partition("#")[2]
    app.page.keyboard.press("Escape")
    app.clear.click()
    app.draw_with_mouse(placed(STYLES[3]["round"], 0.8))
    app.expect_live(3)
    app.page.evaluate("(fragment) => { location.hash = fragment; }", fragment)
    app.expect_live(7)
    app.undo.click()
    app.expect_live(3)


def test_the_link_is_copied(app: DigitPage) -> None:
    app.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    app.draw_with_mouse(SEVEN)
    link = link_to(app)
    app.page.get_by_role("button", name="Copy link").click()
    expect(app.page.get_by_text("Copied.")).to_be_visible()
    assert app.page.evaluate("navigator.clipboard.readText()") == link


def test_without_a_clipboard_the_link_is_selected_to_copy_by_hand(
    digits: DigitPage, api: Server
) -> None:
    digits.page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
        "document.execCommand = () => false;"
    )
    digits.open(api.url)
    digits.draw_with_mouse(SEVEN)
    link = link_to(digits)
    digits.page.get_by_role("button", name="Copy link").click()
    expect(digits.page.get_by_text("Select the link and copy it.")).to_be_visible()
    assert digits.page.evaluate("String(getSelection())") in {link, ""}
    assert digits.page.evaluate("document.activeElement.selectionEnd") == len(link)


def test_a_phone_can_hand_the_link_to_its_system(digits: DigitPage, api: Server) -> None:
    digits.page.add_init_script("navigator.share = async (data) => { window.shared = data; };")
    digits.open(api.url)
    digits.draw_with_mouse(SEVEN)
    link = link_to(digits)
    digits.page.get_by_role("button", name="Share…").click()
    digits.page.wait_for_function("() => window.shared !== undefined")
    assert digits.page.evaluate("window.shared.url") == link


def test_where_there_is_no_such_system_there_is_no_such_button(
    digits: DigitPage, api: Server
) -> None:
    digits.page.add_init_script("navigator.share = undefined;")
    digits.open(api.url)
    digits.draw_with_mouse(SEVEN)
    link_to(digits)
    expect(digits.page.get_by_role("button", name="Share…")).to_be_hidden()


def test_what_no_link_can_hold_is_said(app: DigitPage) -> None:
    app.share.click()
    expect(app.note).to_contain_text("nothing to share")
    app.sample.click()
    expect(app.digit).not_to_be_empty()
    app.share.click()
    expect(app.note).to_contain_text("but no image")


@pytest.mark.parametrize(
    "fragment",
    [
        "d=",
        "d=AQ",
        "d=%00%ff",
        "d=AQUEhICAgICAgICAgAE",
        "d=" + "A" * 100_000,
        "d=<img src=x onerror=alert(1)>",
        "d=AgUEBA",
    ],
)
def test_a_hostile_fragment_is_refused_with_a_note(
    digits: DigitPage, api: Server, fragment: str
) -> None:
    digits.open(f"{api.url}/#{fragment}")
    expect(digits.note).to_contain_text("no drawing that this page can read")
    assert not any(digits.ink())
    digits.draw_with_mouse(SEVEN)
    digits.expect_live(7)


def test_other_fragments_are_left_alone(digits: DigitPage, api: Server) -> None:
    digits.open(f"{api.url}/#pad")
    expect(digits.note).to_be_empty()
    expect(digits.result).to_have_attribute("data-view", "prompt")
