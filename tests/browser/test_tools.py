"""Undo and redo, eraser, brushes, MNIST's digits, images, and the keys for all of it."""

import base64
import io
import re

import numpy as np
import pytest
from digit_page import DigitPage
from handwriting import STYLES, Strokes, lines, number, placed
from PIL import Image, ImageDraw
from playwright.sync_api import expect

SEVEN = placed(STYLES[7]["angular"], 0.8)
BAR, STEM = lines("20 15, 80 15"), lines("80 15, 40 90")


def photo(
    strokes: Strokes,
    size: tuple[int, int] = (800, 600),
    ink: str = "#223",
    paper: str = "#ddd8cc",
    kind: str = "PNG",
) -> bytes:
    """Return an image file of strokes, drawn with a thick pen."""
    image = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(image)
    width, height = size
    for stroke in strokes:
        at = [(x * width, y * height) for x, y in stroke]
        draw.line(at, fill=ink, width=18, joint="curve")
        for x, y in at:
            draw.ellipse((x - 9, y - 9, x + 9, y + 9), fill=ink)
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def choose(app: DigitPage, file: bytes, name: str = "photo.png", kind: str = "image/png") -> None:
    """Choose a file in the dialog that the image button opens."""
    app.page.get_by_label("Choose an image").set_input_files(
        {"name": name, "mimeType": kind, "buffer": file}
    )


HAND_OVER = """({ target, type, file, name, kind }) => {
  const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: kind }));
  const init = { bubbles: true, cancelable: true };
  const event = type === 'paste'
    ? new ClipboardEvent('paste', { ...init, clipboardData: data })
    : new DragEvent(type, { ...init, dataTransfer: data });
  return !document.querySelector(target).dispatchEvent(event);
}"""


def hand_over(app: DigitPage, type_: str, file: bytes, target: str = "body") -> bool:
    """Paste or drop a file; returns whether the page took it from the browser."""
    data = base64.b64encode(file).decode()
    taken: bool = app.page.evaluate(
        HAND_OVER,
        {"target": target, "type": type_, "file": data, "name": "a.png", "kind": "image/png"},
    )
    return taken


def test_the_eraser_takes_away_what_it_touches_and_undo_brings_it_back(app: DigitPage) -> None:
    app.draw_with_mouse([BAR, STEM])
    whole = app.ink()
    app.page.get_by_role("radio", name="Eraser").check(force=True)
    app.draw_with_mouse([lines("20 15, 70 15")])
    assert sum(app.ink()) < sum(whole)
    app.expect_live(1)
    app.undo.click()
    assert app.ink() == whole
    app.expect_live(7)
    app.page.get_by_role("radio", name="Pen").check(force=True)
    app.draw_with_mouse([lines("10 90, 20 95")])
    assert sum(app.ink()) > sum(whole)


def test_the_brushes_differ_in_width_and_not_in_what_is_read(app: DigitPage) -> None:
    inked = []
    for brush in ("Fine", "Medium", "Bold"):
        app.page.get_by_role("radio", name=brush).check(force=True)
        app.draw_with_mouse(SEVEN)
        app.expect_live(7)
        inked.append((sum(app.ink()), app.page.evaluate("MNIST.index.page.found[0].pixels.join()")))
        app.clear.click()
    (fine, seen), (medium, _), (bold, _) = inked
    assert fine < medium < bold
    assert all(pixels == seen for _, pixels in inked)


def test_a_random_digit_of_mnist_is_shown_and_read(app: DigitPage) -> None:
    right = 0
    for _ in range(12):
        app.sample.click()
        expect(app.result).to_have_attribute("data-source", "page")
        expect(app.digit).not_to_be_empty()
        app.next_frame()
        label = app.page.evaluate("MNIST.index.drawing.image.name").removeprefix("a ")[0]
        right += app.digit.inner_text() == label
        assert app.ink() == app.page.evaluate("Array.from(MNIST.index.drawing.image.cells)")
    assert right >= 9, "they are MNIST's digits, and named as MNIST names them"
    app.predict.click()
    expect(app.result).to_have_attribute("data-source", "api")
    for _ in range(12):
        app.undo.click()
    assert not any(app.ink())


def test_mnists_digits_are_loaded_only_when_somebody_wants_them(app: DigitPage) -> None:
    def loaded() -> bool:
        return any(request.url.endswith("mnist-samples.js") for request in app.requests)

    assert not loaded()
    app.page.route("**/mnist-samples.js", lambda route: route.abort())
    app.sample.click()
    expect(app.note).to_contain_text("could not be loaded")
    app.page.unroute("**/mnist-samples.js")
    app.sample.click()
    expect(app.digit).to_have_text(re.compile(r"\d"))
    assert loaded()
    app.forgive_failed_requests()


def test_ink_takes_the_place_of_mnists_digit(app: DigitPage) -> None:
    app.sample.click()
    expect(app.digit).not_to_be_empty()
    app.draw_with_mouse(SEVEN)
    app.expect_live(7)


@pytest.mark.parametrize(
    ("ink", "paper", "size", "kind"),
    [
        ("#223", "#ddd8cc", (800, 600), "PNG"),
        ("#eee", "#142b20", (500, 900), "PNG"),
        ("#113", "#fff", (4000, 3000), "JPEG"),
    ],
    ids=["on paper", "on a blackboard", "twelve megapixels"],
)
def test_a_chosen_image_is_read(
    app: DigitPage, ink: str, paper: str, size: tuple[int, int], kind: str
) -> None:
    digit = placed(STYLES[3]["round"], 0.6)
    choose(app, photo(digit, size, ink, paper, kind))
    app.expect_live(3)
    expect(app.boxes).to_have_count(1)
    app.predict.click()
    app.expect_digit(3)


def test_the_page_says_how_it_found_the_ink(app: DigitPage) -> None:
    way = app.page.locator("#ink-way")
    shadowed = np.array(Image.open(io.BytesIO(photo(SEVEN))), float)
    shadowed[:, :380] *= 0.35
    shadowed[:300] *= 0.7
    file = io.BytesIO()
    Image.fromarray(shadowed.astype(np.uint8)).save(file, "PNG")
    choose(app, file.getvalue())
    app.expect_live(7)
    expect(way).to_have_text(re.compile("^The light is uneven"))
    choose(app, photo(SEVEN))
    app.expect_live(7)
    expect(way).to_be_empty()


def test_a_photographed_number_is_read_digit_by_digit(app: DigitPage) -> None:
    choose(app, photo(number("2026"), (1200, 900)))
    app.expect_live("2026")
    expect(app.boxes).to_have_count(4)
    xs = [box["x"] for box in app.page.evaluate("MNIST.index.page.found.map(({ box }) => box)")]
    assert xs == sorted(xs)
    app.predict.click()
    app.expect_digit("2026")


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_pasted_or_dropped_image_is_read(app: DigitPage, way: str) -> None:
    assert hand_over(app, way, photo(placed(STYLES[4]["closed"], 0.6)))
    app.expect_live(4)


def test_of_two_images_dropped_quickly_the_last_one_wins(app: DigitPage) -> None:
    large = photo(placed(STYLES[3]["round"], 0.6), (4000, 3000), kind="JPEG")
    hand_over(app, "drop", large)
    hand_over(app, "drop", photo(placed(STYLES[4]["closed"], 0.6)))
    app.expect_live(4)
    app.page.wait_for_timeout(1_000)
    app.expect_live(4)


def test_a_file_over_the_page_is_welcomed(app: DigitPage) -> None:
    file = photo(SEVEN)
    assert hand_over(app, "dragover", file), "or else the browser would open it"
    expect(app.page.get_by_text("Drop the image")).to_have_css("opacity", "1")
    assert hand_over(app, "drop", file)
    expect(app.page.get_by_text("Drop the image")).to_have_css("opacity", "0")
    app.expect_live(7)


def test_pasting_text_is_left_to_the_browser(app: DigitPage) -> None:
    taken = app.page.evaluate(
        """() => {
          const clipboardData = new DataTransfer();
          clipboardData.setData('text/plain', '7');
          const init = { bubbles: true, cancelable: true, clipboardData };
          return !document.body.dispatchEvent(new ClipboardEvent('paste', init));
        }"""
    )
    assert not taken
    assert not any(app.ink())


def test_a_file_that_is_not_an_image_is_named_in_a_note(app: DigitPage) -> None:
    app.draw_with_mouse(SEVEN)
    choose(app, b"%PDF-1.7", "thesis.pdf", "application/pdf")
    expect(app.note).to_contain_text("thesis.pdf is a PDF document")
    app.expect_live(7)
    app.draw_with_mouse([[(0.2, 0.9)]])
    expect(app.note).to_be_empty()


def as_file(*frames: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Return an image file, animated if there are several frames."""
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=len(frames) > 1, append_images=frames[1:], **options)
    return file.getvalue()


def white_on_nothing() -> bytes:
    """Return a PNG of white ink on transparency."""
    ink = Image.open(io.BytesIO(photo(SEVEN, ink="#fff", paper="#000"))).convert("L")
    image = Image.new("RGBA", ink.size, "white")
    image.putalpha(ink)
    return as_file(image)


def blank_first() -> bytes:
    """Return a GIF whose first frame shows nothing."""
    frame = Image.open(io.BytesIO(photo(SEVEN, ink="#000", paper="#fff")))
    return as_file(Image.new("RGB", frame.size, "white"), frame, kind="GIF", duration=9_000)


@pytest.mark.parametrize("file", [white_on_nothing(), blank_first()], ids=["white", "animation"])
def test_ink_that_does_not_show_at_first_sight_is_found(app: DigitPage, file: bytes) -> None:
    choose(app, file)
    app.expect_live(7)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (photo(SEVEN)[:2000], "photo.png is a damaged PNG file."),
        (photo(SEVEN, kind="TIFF"), "is a TIFF image, which this browser does not support;"),
    ],
    ids=["cut-off PNG", "TIFF"],
)
def test_what_cannot_be_opened_is_said_and_the_drawing_stays(
    app: DigitPage, file: bytes, sentence: str
) -> None:
    app.draw_with_mouse(SEVEN)
    choose(app, file)
    expect(app.note).to_contain_text(sentence)
    app.expect_live(7)


def test_a_note_goes_when_the_pad_is_cleared_even_if_it_is_empty(app: DigitPage) -> None:
    choose(app, b"%PDF-1.7", "thesis.pdf")
    expect(app.note).not_to_be_empty()
    app.clear.click()
    expect(app.note).to_be_empty()


def test_a_blank_image_holds_no_digit(app: DigitPage) -> None:
    choose(app, photo([]))
    expect(app.verdict).to_have_text("No digit found")
    app.predict.click()
    expect(app.verdict).to_have_text("No digit found")
    assert app.sent() == []
    app.undo.click()
    expect(app.result).to_have_attribute("data-view", "prompt")


def test_the_same_image_can_be_chosen_twice(app: DigitPage) -> None:
    for _ in range(2):
        choose(app, photo(SEVEN))
        app.expect_live(7)
        app.clear.click()


def test_an_image_upright_by_its_exif_data_is_read_upright(app: DigitPage) -> None:
    upright = Image.open(io.BytesIO(photo(SEVEN)))
    turned = upright.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held sideways: turn it clockwise to show it
    file = io.BytesIO()
    turned.save(file, "JPEG", exif=exif)
    choose(app, file.getvalue(), "photo.jpg", "image/jpeg")
    app.expect_live(7)


def test_ink_on_transparent_ground_is_read(app: DigitPage) -> None:
    opaque = np.asarray(Image.open(io.BytesIO(photo(SEVEN, ink="#000", paper="#fff"))).convert("L"))
    image = np.zeros((*opaque.shape, 4), np.uint8)
    image[..., 3] = 255 - opaque
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    choose(app, file.getvalue())
    app.expect_live(7)


def test_a_phone_offers_its_camera(phone: DigitPage) -> None:
    camera = phone.page.get_by_label("Take a photo")
    expect(camera).to_be_visible()
    expect(camera).to_have_attribute("capture", "environment")
    camera.set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo(SEVEN, kind="JPEG")}
    )
    phone.expect_live(7)


def test_a_desktop_has_no_camera_button(app: DigitPage) -> None:
    expect(app.page.get_by_label("Take a photo")).to_be_hidden()


def test_the_keys_are_shown_under_the_question_mark_and_do_what_they_say(app: DigitPage) -> None:
    keys = app.page.keyboard
    keys.press("?")
    dialog = app.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Redo")
    keys.press("r")
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    assert not any(app.ink()), "keys do nothing behind the dialog"
    app.draw_with_mouse([BAR, STEM])
    app.expect_live(7)
    both = app.ink()
    keys.press("ControlOrMeta+z")
    assert app.ink() != both
    keys.press("ControlOrMeta+Shift+z")
    assert app.ink() == both
    keys.press("ControlOrMeta+z")
    keys.press("ControlOrMeta+y")
    assert app.ink() == both
    keys.press("e")
    expect(app.page.get_by_role("radio", name="Eraser")).to_be_checked()
    keys.press("p")
    expect(app.page.get_by_role("radio", name="Pen")).to_be_checked()
    keys.press("]")
    expect(app.page.get_by_role("radio", name="Bold")).to_be_checked()
    keys.press("[")
    keys.press("[")
    expect(app.page.get_by_role("radio", name="Fine")).to_be_checked()
    keys.press("Escape")
    assert not any(app.ink())
    keys.press("r")
    expect(app.digit).to_have_text(re.compile(r"\d"))


def test_keys_work_on_a_cyrillic_keyboard(app: DigitPage) -> None:
    def press(key: str, code: str, **held: bool) -> None:
        app.page.evaluate(
            "(init) => document.body.dispatchEvent(new KeyboardEvent('keydown', init))",
            {"key": key, "code": code, "bubbles": True, **held},
        )

    app.draw_with_mouse([BAR])
    drawn = app.ink()
    press("я", "KeyZ", ctrlKey=True)
    assert not any(app.ink())
    press("Я", "KeyZ", ctrlKey=True, shiftKey=True)
    assert app.ink() == drawn
    press("у", "KeyE")
    expect(app.page.get_by_role("radio", name="Eraser")).to_be_checked()
    press("ъ", "BracketRight")
    expect(app.page.get_by_role("radio", name="Bold")).to_be_checked()
    press("[", "Digit8", ctrlKey=True, altKey=True)  # AltGr, as Windows reports it
    expect(app.page.get_by_role("radio", name="Medium")).to_be_checked()


def test_letters_can_be_switched_off_as_shortcuts_for_good(app: DigitPage) -> None:
    app.page.get_by_role("button", name="Keyboard shortcuts").click()
    switch = app.page.get_by_role("checkbox", name="Single keys work as shortcuts")
    switch.uncheck()
    for _ in range(2):
        app.page.keyboard.press("Escape")
        app.draw_with_mouse(SEVEN)
        app.page.keyboard.press("e")
        expect(app.page.get_by_role("radio", name="Pen")).to_be_checked()
        app.page.keyboard.press("Escape")
        assert not any(app.ink()), "other keys work as before"
        app.page.reload()
        app.page.get_by_role("button", name="Keyboard shortcuts").click()
        expect(switch).not_to_be_checked()


def test_every_control_has_a_name_and_can_be_reached_by_tab(app: DigitPage) -> None:
    names = []
    app.page.locator("#pad").focus()
    for _ in range(12):
        app.page.keyboard.press("Tab")
        names.append(
            app.page.evaluate(
                """() => {
                  const { activeElement: at } = document;
                  return at.ariaLabel || (at.labels?.[0] ?? at).textContent.trim();
                }"""
            )
        )
    wanted = ["Pen", "Medium", "Undo", "Redo", "Clear", "Predict", "Random MNIST digit"]
    assert [name for name in names if name in wanted] == wanted
    assert {"Choose an image", "Share this drawing"} <= set(names)
