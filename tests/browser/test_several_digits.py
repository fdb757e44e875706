"""A number on the pad: its digits are told apart, boxed, and read together."""

import json
from itertools import pairwise

import pytest
from digit_page import DigitPage
from handwriting import STYLES, number, placed
from playwright.sync_api import expect


@pytest.mark.parametrize("text", ["2026", "41", "507", "389"])
def test_a_number_is_read_live_and_by_the_api(app: DigitPage, text: str) -> None:
    app.draw_with_mouse(number(text))
    app.expect_live(text)
    expect(app.boxes).to_have_count(len(text))
    expect(app.words).to_contain_text(f"{len(text)} digits.")
    app.predict.click()
    app.expect_digit(text)
    [question] = [request for request in app.requests if request.method == "POST"]
    assert question.url.endswith("/predict/batch")
    assert len(json.loads(question.post_data or "")["images"]) == len(text)


def test_a_number_is_read_on_a_phone(phone: DigitPage) -> None:
    phone.draw_with_finger(number("2026"))
    phone.expect_live("2026")
    phone.predict.tap()
    phone.expect_digit("2026")


def test_each_box_lies_around_its_digit_and_tells_its_answer(app: DigitPage) -> None:
    app.draw_with_mouse(number("41"))
    app.expect_live("41")
    pad = app.box()
    for index, digit in enumerate("41"):
        box = app.boxes.nth(index).bounding_box()
        assert box is not None
        strokes = number("41")[:2] if digit == "4" else number("41")[2:]
        for stroke in strokes:
            for x, y in stroke:
                assert box["x"] <= pad["x"] + x * pad["width"] <= box["x"] + box["width"]
                assert box["y"] <= pad["y"] + y * pad["height"] <= box["y"] + box["height"]
        expect(app.boxes.nth(index)).to_contain_text(digit)
        expect(app.boxes.nth(index)).to_contain_text("%")


def test_no_label_lies_over_the_next_one(app: DigitPage) -> None:
    for digits in ("2026", "31415926"):
        app.draw_with_mouse(number(digits))
        app.expect_live(digits)
        labels = [label.bounding_box() for label in app.page.locator(".digit-box span").all()]
        boxes = [box for box in labels if box is not None]
        for here, there in pairwise(boxes):
            is_beside = here["x"] + here["width"] <= there["x"] + 1
            is_apart = abs(here["y"] - there["y"]) >= here["height"] - 1
            assert is_beside or is_apart
        app.clear.click()


def test_no_label_leaves_the_pad(phone: DigitPage) -> None:
    phone.draw_with_finger([*placed(STYLES[3]["round"], 0.5, 0.3), [(0.985, 0.2), (0.985, 0.8)]])
    phone.expect_live("31")
    label = phone.boxes.nth(1).locator("span").bounding_box()
    pad = phone.box()
    assert label is not None
    assert label["x"] + label["width"] <= pad["x"] + pad["width"] + 1


def test_a_very_long_number_can_be_read_and_pressed_on_a_phone(phone: DigitPage) -> None:
    rows = ("31415926", "53589793", "23846264")
    for row, digits in enumerate(rows):
        phone.draw_with_finger([[(x, y - 0.3 + 0.3 * row) for x, y in s] for s in number(digits)])
    numerals = phone.digit.get_by_role("button")
    expect(numerals).to_have_count(24)
    assert phone.digit.inner_text() == "".join(rows), "to be copied in one piece"
    boxes = [box for numeral in numerals.all() if (box := numeral.bounding_box())]
    assert min(box["width"] for box in boxes) >= 10
    assert len({box["y"] for box in boxes}) > 1
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    numerals.nth(20).tap()
    expect(numerals.nth(20)).to_have_attribute("aria-pressed", "true")


def test_one_digit_needs_no_box(app: DigitPage) -> None:
    app.draw_with_mouse(placed(STYLES[4]["open"], 0.8))
    app.expect_live(4)
    expect(app.boxes).to_have_count(0)


def test_the_digit_that_was_drawn_last_is_looked_at_and_any_other_can_be(app: DigitPage) -> None:
    app.draw_with_mouse(number("203"))
    app.expect_live("203")
    expect(app.bars.nth(3)).to_have_class("bar is-answer")
    expect(app.digit.get_by_role("button", pressed=True)).to_have_text("3")
    app.digit.get_by_role("button", name="0,").click()
    expect(app.bars.nth(0)).to_have_class("bar is-answer")
    assert app.page.evaluate("MNIST.index.page.selected") == 1
    expect(app.boxes.nth(1)).to_have_class("digit-box is-selected")
    app.predict.click()
    app.expect_digit("203")
    expect(app.bars.nth(0)).to_have_class("bar is-answer")


def test_undo_takes_a_digit_from_the_number(app: DigitPage) -> None:
    app.draw_with_mouse(number("20"))
    app.expect_live("20")
    app.undo.click()
    app.expect_live("2")
    expect(app.boxes).to_have_count(0)
    app.redo.click()
    app.expect_live("20")


def test_a_number_is_announced_digit_by_digit(app: DigitPage) -> None:
    app.draw_with_mouse(number("20"))
    expect(app.announcement).to_contain_text("It reads 2 0")
