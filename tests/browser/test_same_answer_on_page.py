"""The page answers an image file as the API, the client and the command line do."""

from collections.abc import Iterator

import pytest
from digit_page import DigitPage
from image_inputs import BLANK, image_inputs
from playwright.sync_api import Browser, expect
from servers import Server

SAFARI_ALONE = ("TIFF", "HEIC")
NOT_HERE = "is a {} image, which this browser does not support; save it as a JPEG or PNG"


@pytest.fixture(scope="module")
def opened(browser: Browser, static: Server) -> Iterator[DigitPage]:
    """One page for all inputs, without the API: what it shows is its own."""
    with browser.new_context() as context:
        digits = DigitPage(context.new_page())
        digits.page.set_default_timeout(20_000)
        digits.open(static.url)
        yield digits


@pytest.mark.parametrize("name", list(image_inputs()))
def test_the_page_answers_as_the_others_do(opened: DigitPage, name: str) -> None:
    file, number, problem = image_inputs()[name]
    for kind in SAFARI_ALONE:
        if kind in name:
            number, problem = "", NOT_HERE.format(kind)
    opened.clear.click()
    expect(opened.note).to_be_empty()
    opened.page.get_by_label("Choose an image").set_input_files(
        {"name": "image", "mimeType": "image/png", "buffer": file}
    )
    if number:
        opened.expect_live(number)
        expect(opened.result).to_have_attribute("data-accepted", "true")
    elif problem == BLANK:
        expect(opened.result).to_contain_text(f"The image {problem}.")
    else:
        expect(opened.note).to_have_text(f"image {problem}.")
