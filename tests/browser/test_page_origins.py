"""The page works wherever it is opened: from the API, from a file server, straight from disk."""

import pytest
from digit_page import DigitPage
from handwriting import STYLES, placed
from playwright.sync_api import expect
from servers import ROOT, Server

SEVEN = placed(STYLES[7]["curved"], 0.8)
FROM_DISK = (ROOT / "frontend" / "index.html").as_uri()
PORT_3000 = "http://localhost:3000/"


def read_a_seven(digits: DigitPage, url: str) -> None:
    """Open the page there, draw, ask, and see the right answer."""
    digits.open(url)
    expect(digits.api_status).to_have_text("Ready")
    digits.draw_with_mouse(SEVEN)
    digits.expect_live(7)
    digits.predict.click()
    digits.expect_digit(7)


def asked(digits: DigitPage) -> set[str]:
    """Return the addresses of the questions."""
    return {request.url for request in digits.requests if request.url.endswith("/predict")}


@pytest.mark.usefixtures("api")
def test_opened_from_disk_it_asks_port_8000(digits: DigitPage) -> None:
    read_a_seven(digits, FROM_DISK)
    assert asked(digits) == {"http://localhost:8000/predict"}


@pytest.mark.usefixtures("api", "static")
def test_served_on_port_3000_it_asks_port_8000(digits: DigitPage) -> None:
    read_a_seven(digits, PORT_3000)
    assert asked(digits) == {"http://localhost:8000/predict"}


def test_served_by_the_api_it_asks_its_own_origin(digits: DigitPage, api: Server) -> None:
    read_a_seven(digits, api.url)
    assert asked(digits) == {f"{api.url}/predict"}


@pytest.mark.usefixtures("api")
def test_an_api_that_does_not_allow_pages_from_there_is_told_apart(
    digits: DigitPage, static: Server
) -> None:
    digits.page.goto(static.url)  # neither the API nor port 3000
    expect(digits.api_status).to_have_text("Not allowed")
    digits.draw_with_mouse(SEVEN)
    digits.expect_live(7)
    digits.predict.click()
    expect(digits.remark).to_contain_text("http://localhost:8000 does not allow pages from here")
    digits.forgive_failed_requests()


@pytest.mark.usefixtures("static")
def test_a_link_may_name_an_api_on_this_computer(digits: DigitPage, api: Server) -> None:
    read_a_seven(digits, f"{PORT_3000}?api={api.url}")
    assert asked(digits) == {f"{api.url}/predict"}


@pytest.mark.usefixtures("api", "static")
def test_a_link_cannot_send_drawings_elsewhere(digits: DigitPage) -> None:
    read_a_seven(digits, f"{PORT_3000}?api=http://collector.example")
    assert asked(digits) == {"http://localhost:8000/predict"}


@pytest.mark.usefixtures("api")
def test_a_page_without_storage_works_and_still_changes_its_colours(digits: DigitPage) -> None:
    digits.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } })"
    )
    read_a_seven(digits, FROM_DISK)
    digits.page.get_by_label("Colours").select_option("Dark")
    expect(digits.page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_page_leads_to_the_apis_documentation(app: DigitPage, api: Server) -> None:
    link = app.page.get_by_role("link", name="API documentation")
    expect(link).to_have_attribute("href", f"{api.url}/docs")
