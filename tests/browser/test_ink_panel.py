"""How the ink of a photo was found: shown on the page, and corrected there."""

import re

import pytest
from digit_page import DigitPage
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, expect
from pseudo_language import speak_pseudo, written_elsewhere
from servers import ROOT, Server
from simulated_photos import as_file, photo

PAGE = f"{(ROOT / 'frontend' / 'index.html').as_uri()}"


class InkPanel:
    """The part of the page that shows how the ink was found."""

    def __init__(self, digits: DigitPage) -> None:
        self.digits = digits
        self.section = digits.page.locator("#ink-panel")
        self.boxes = digits.page.locator(".ink-box")

    def open(self, image: Image.Image) -> None:
        self.digits.page.set_input_files("#image", as_file(image))
        expect(self.section).to_be_visible()

    def command(self, name: str) -> Locator:
        return self.section.get_by_role("button", name=name)

    def expect_number(self, number: str) -> None:
        self.digits.expect_live(number)
        expect(self.boxes).to_have_count(len(number))


@pytest.fixture
def panel(digits: DigitPage) -> InkPanel:
    """The page from disk, so without the API."""
    digits.page.route(re.compile("^http:"), lambda route: route.abort())
    digits.page.goto(PAGE)
    return InkPanel(digits)


def test_each_correction_reads_the_photo_again(panel: InkPanel) -> None:
    page = panel.digits.page
    assert page.locator("script[src*=ink-panel]").count() == 0, "comes with the first photo"
    image = photo("ruled")
    ImageDraw.Draw(image).ellipse((640, 120, 710, 440), fill=40)  # a shadow that looks like a 1
    panel.open(image)
    panel.expect_number("8691")
    panel.boxes.last.press("Enter")
    panel.command("This is not ink").press("Enter")
    panel.expect_number("869")
    expect(panel.boxes.nth(1)).to_have_attribute(
        "aria-label", re.compile(r"^Digit 2 of 3: 6, .*% sure$")
    )

    panel.boxes.first.click()
    panel.boxes.first.press("ArrowRight")
    page.keyboard.press("Space")
    expect(panel.boxes.and_(page.locator("[aria-pressed=true]"))).to_have_count(2)
    panel.command("These belong together").click()
    expect(panel.boxes).to_have_count(2)
    panel.boxes.first.click()
    panel.command("These are two digits").click()
    panel.expect_number("869")

    panel.command("Turn right").click()
    expect(panel.section).to_contain_text("It was read as it stands")
    panel.command("Turn left").click()
    panel.expect_number("869")
    panel.command("Invert").click()
    expect(panel.section).to_contain_text("The ink is lighter than the paper")
    panel.command("Undo").click()
    panel.expect_number("869")
    panel.command("As found").click()
    panel.expect_number("8691")
    expect(panel.command("As found")).to_have_attribute("aria-disabled", "true")
    panel.digits.forgive_failed_requests()


def test_a_photo_is_cropped_with_the_pointer_or_the_keyboard(panel: InkPanel) -> None:
    page = panel.digits.page
    panel.open(photo("ruled"))
    panel.expect_number("869")
    panel.command("Crop").click()
    expect(page.get_by_role("slider", name="Left edge")).to_be_focused()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_role("slider", name="Left edge")).to_have_attribute("aria-valuetext", "40%")
    page.keyboard.press("Escape")
    panel.expect_number("869")
    panel.command("Crop").click()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    panel.expect_number("69")
    expect(panel.command("Crop")).to_be_focused()

    panel.command("Crop").click()
    box = page.locator("#ink-crop").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 30, box["y"] + box["height"] - 2)
    page.mouse.up()
    panel.command("Keep this part").click()
    panel.expect_number("9")
    panel.command("Undo").click()
    panel.expect_number("69")
    panel.boxes.first.click()
    panel.boxes.last.click()
    panel.command("These belong together").click()
    expect(panel.boxes).to_have_count(1)
    page.get_by_label("Language").select_option("Deutsch")
    expect(panel.section).to_contain_text("Wie die Tinte gefunden wurde")
    expect(panel.boxes).to_have_count(1)
    panel.digits.forgive_failed_requests()


def test_it_is_accessible_in_any_language_and_on_a_phone(
    digits: DigitPage, api: Server, axe_source: str
) -> None:
    page = digits.page
    page.set_viewport_size({"width": 390, "height": 844})
    speak_pseudo(page)
    digits.open(f"{api.url}/?lang=de")
    page.set_input_files("#image", as_file(photo("ruled")))
    boxes = page.locator(".ink-box")
    expect(boxes).to_have_count(3)
    boxes.first.click()
    assert written_elsewhere(page, "#ink-panel") == []
    assert digits.axe(axe_source) == []
    page.locator("[data-command=crop]").click()
    assert written_elsewhere(page, "#ink-panel") == []
    assert digits.axe(axe_source) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    sizes = [control.bounding_box() for control in page.locator(".ink-command, .crop-edge").all()]
    assert all(min(box["width"], box["height"]) >= 44 for box in sizes if box is not None)


def test_the_learning_page_reads_photos_in_the_same_way(digits: DigitPage) -> None:
    page = digits.page
    page.goto((ROOT / "frontend" / "learn.html").as_uri())
    expect(page.locator("#verdict")).to_contain_text("%")
    page.set_input_files("#image", as_file(photo("sideways")))
    expect(digits.note).to_have_text("Only the first of 4 digits is explained here.")
    expect(page.locator("#digit")).to_have_text("9")
    hatching = Image.new("L", (300, 300), 230)
    for x in range(40, 260, 30):
        ImageDraw.Draw(hatching).line((x, 40, 300 - x, 260), fill=20, width=9)
        ImageDraw.Draw(hatching).line((40, x, 260, 300 - x), fill=20, width=9)
    page.set_input_files("#image", as_file(hatching))
    expect(digits.note).to_have_text("This does not look like a digit.")
    page.set_input_files("#image", as_file(Image.new("L", (300, 300), 230)))
    expect(digits.note).to_contain_text("The image is blank")
