"""Fingers, pens and palms, as a browser reports them, and screens of any density."""

from typing import Any

import pytest
from digit_page import DigitPage
from handwriting import STYLES, Point, lines, placed
from playwright.sync_api import Browser, expect
from servers import Server

SEVEN = placed(STYLES[7]["angular"], 0.8)

SEND = """(pad, [type, at, init]) => {
  const { left, top, width, height } = pad.getBoundingClientRect();
  const [x, y] = at;
  pad.dispatchEvent(new PointerEvent(type, {
    bubbles: true, cancelable: true, width: 20, height: 20,
    clientX: left + x * width, clientY: top + y * height, ...init,
  }));
}"""


def send(app: DigitPage, type_: str, at: Point, **init: Any) -> None:
    """Send a pointer event that says what it is."""
    app.pad.evaluate(SEND, [type_, at, init])


def drag(app: DigitPage, *points: Point, **init: Any) -> None:
    """Touch, move and lift."""
    send(app, "pointerdown", points[0], **init)
    for point in points[1:]:
        send(app, "pointermove", point, **init)
    send(app, "pointerup", points[-1], **init)


PEN = {"pointerId": 21, "pointerType": "pen"}
TOUCH = {"pointerId": 22, "pointerType": "touch"}
PALM = {"pointerId": 23, "pointerType": "touch", "width": 120, "height": 70}


def test_a_palm_leaves_no_ink(app: DigitPage) -> None:
    drag(app, (0.5, 0.9), (0.6, 0.9), **PALM)
    assert not any(app.ink())
    expect(app.undo).to_have_attribute("aria-disabled", "true")


def test_a_touch_that_grows_into_a_palm_takes_its_ink_back(app: DigitPage) -> None:
    app.draw_with_mouse(SEVEN)
    before = app.ink()
    send(app, "pointerdown", (0.5, 0.9), **TOUCH)
    send(app, "pointermove", (0.6, 0.9), **TOUCH)
    send(app, "pointermove", (0.6, 0.9), **TOUCH | {"height": 100})
    send(app, "pointermove", (0.9, 0.9), **TOUCH)
    assert app.ink() == before


def test_a_pen_takes_over_from_the_hand_that_came_down_before_it(app: DigitPage) -> None:
    send(app, "pointerdown", (0.8, 0.9), **TOUCH)
    send(app, "pointermove", (0.85, 0.95), **TOUCH)
    drag(app, *SEVEN[0], **PEN)
    send(app, "pointermove", (0.9, 0.5), **TOUCH)
    send(app, "pointerup", (0.9, 0.5), **TOUCH)
    app.expect_live(7)
    assert len(app.strokes()) == 1


def test_a_hand_that_rests_beside_the_pen_is_ignored(app: DigitPage) -> None:
    app.page.evaluate("MNIST.draw.DrawingPad.penRest = 60_000")
    send(app, "pointerdown", SEVEN[0][0], **PEN)
    send(app, "pointerdown", (0.8, 0.9), **TOUCH)
    for point in SEVEN[0][1:]:
        send(app, "pointermove", point, **PEN)
        send(app, "pointermove", (0.85, 0.95), **TOUCH)
    send(app, "pointerup", SEVEN[0][-1], **PEN)
    drag(app, (0.1, 0.9), (0.2, 0.9), **TOUCH)  # right after the pen was lifted
    app.expect_live(7)
    assert len(app.strokes()) == 1


def test_fingers_draw_again_once_the_pen_is_away(app: DigitPage) -> None:
    drag(app, (0.2, 0.2), (0.3, 0.2), **PEN)
    app.page.wait_for_timeout(1_100)
    drag(app, (0.2, 0.8), (0.3, 0.8), **TOUCH)
    assert len(app.strokes()) == 2


def test_the_other_end_of_a_pen_erases(app: DigitPage) -> None:
    app.draw_with_mouse(SEVEN)
    end = PEN | {"button": 5, "buttons": 32}
    send(app, "pointerdown", (0.5, 0.5), **end)
    for point in SEVEN[0]:
        send(app, "pointermove", point, **end)
    send(app, "pointerup", (0.5, 0.5), **end)
    assert app.strokes() == [] or sum(map(len, app.strokes())) < 4


def test_while_one_draws_there_is_no_menu(app: DigitPage) -> None:
    menu = """(pad) => !pad.dispatchEvent(
      new MouseEvent('contextmenu', { bubbles: true, cancelable: true }))"""
    assert not app.pad.evaluate(menu)
    send(app, "pointerdown", (0.5, 0.5), **TOUCH)
    assert app.pad.evaluate(menu)


def test_nothing_is_selected_scrolled_or_written_by_the_system(phone: DigitPage) -> None:
    phone.draw_with_finger([lines("10 10, 90 90"), lines("90 50, 10 50")])
    assert phone.page.evaluate("String(getSelection())") == ""
    assert phone.page.evaluate("scrollY") == 0
    expect(phone.page.locator("#pad-frame")).to_have_css("user-select", "none")
    prevented = phone.pad.evaluate(
        """(pad) => ['touchstart', 'touchmove'].map((type) => !pad.dispatchEvent(
          new TouchEvent(type, { bubbles: true, cancelable: true })))"""
    )
    assert prevented == [True, True], "iOS Scribble goes by these"


@pytest.mark.parametrize("density", [1, 1.5, 3])
def test_ink_is_as_sharp_as_the_screen(
    browser: Browser, browser_context_args: dict[str, Any], api: Server, density: float
) -> None:
    with browser.new_context(**browser_context_args | {"device_scale_factor": density}) as context:
        app = DigitPage(context.new_page())
        app.open(api.url)
        app.draw_with_mouse(SEVEN)
        width = app.page.locator("#ink").evaluate("(ink) => ink.width")
        assert width == round(app.box()["width"] * density)


def test_a_screen_that_changes_its_density_gets_its_ink_anew(app: DigitPage) -> None:
    app.draw_with_mouse(SEVEN)
    app.next_frame()
    inked = """(ink) => {
      const copy = new OffscreenCanvas(ink.width, ink.height).getContext('2d');
      copy.drawImage(ink, 0, 0);
      const { data } = copy.getImageData(0, 0, ink.width, ink.height);
      let count = 0;
      for (let i = 3; i < data.length; i += 4) count += data[i] > 128;
      return [ink.width, count / data.length];
    }"""
    ink = app.page.locator("#ink")
    width, share = ink.evaluate(inked)
    session = app.page.context.new_cdp_session(app.page)
    session.send(
        "Emulation.setDeviceMetricsOverride",
        {"width": 1280, "height": 720, "deviceScaleFactor": 2, "mobile": False},
    )
    app.draw_with_mouse([[(0.9, 0.9)]])  # an emulated screen does not tell; a real one does
    app.undo.click()
    app.next_frame()
    assert ink.evaluate(inked) == [2 * width, pytest.approx(share, rel=0.05)]
    app.expect_live(7)


def test_a_phone_turned_in_the_middle_of_a_stroke_adds_no_tail_to_it(phone: DigitPage) -> None:
    finger = phone.box()
    phone.touch("touchStart", SEVEN[0][0], box=finger)
    for point in SEVEN[0][1:]:
        phone.touch("touchMove", point, box=finger)
    phone.next_frame()
    before = phone.strokes()
    phone.page.set_viewport_size({"width": 844, "height": 390})
    phone.next_frame()
    phone.touch("touchMove", SEVEN[0][-1], box=finger)  # where it lay on the screen
    phone.touch("touchEnd", box=finger)
    assert phone.strokes() == before
    phone.expect_live(7)
    phone.draw_with_finger([[(0.8, 0.8), (0.9, 0.9)]])
    assert len(phone.strokes()) == 2
