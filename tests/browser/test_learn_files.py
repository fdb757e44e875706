"""Pictures of the stages as PNG, and tables as CSV."""

import csv
import io
import struct
from pathlib import Path

import pytest
from digit_page import DigitPage
from playwright.sync_api import Page, expect
from servers import ROOT, Server

FROM_DISK = (ROOT / "frontend" / "learn.html").as_uri()
READY = "() => MNIST.learn.page.state !== null && !document.querySelector('#share').disabled"


def opened(digits: DigitPage, url: str) -> Page:
    page = digits.page
    page.goto(url)
    page.wait_for_function(READY)
    expect(page.locator("#verdict")).to_contain_text("%")
    return page


@pytest.mark.parametrize("where", ["disk", "server"])
@pytest.mark.parametrize(
    ("stage", "name"),
    [
        ("think", "mnist-think-flow-4.png"),
        ("why", "mnist-why-4-not-9.png"),
        ("blame", "mnist-blame-errors-4.png"),
    ],
)
def test_a_stage_is_saved_as_a_picture(
    digits: DigitPage, api: Server, stage: str, name: str, where: str
) -> None:
    page = opened(digits, f"{FROM_DISK if where == 'disk' else api.url + '/learn.html'}#{stage}")
    with page.expect_download() as download:
        page.locator(f"#{stage}").get_by_role("button", name="Save as picture").first.click()
    assert download.value.suggested_filename == name
    content = Path(download.value.path()).read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    assert width == 1920
    assert 300 < height < 3 * width
    assert len(content) > 10_000, "it shows something"


def test_a_table_is_saved_as_csv_that_programs_read(digits: DigitPage) -> None:
    page = opened(digits, f"{FROM_DISK}#why")
    page.locator("#why [data-table]").first.click()
    shown = page.locator("#table-dialog tr").evaluate_all(
        "(rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent))"
    )
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    assert download.value.suggested_filename == "mnist-why-4-not-9.csv"
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert text.count("\r\n") == text.count("\n")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    as_shown = [[cell.replace("\N{MINUS SIGN}", "-").lstrip("+") for cell in row] for row in shown]
    plain = [[cell.replace("\N{MINUS SIGN}", "-").lstrip("+") for cell in row] for row in rows]
    assert plain == as_shown
    assert any(cell.startswith("-") and float(cell) < 0 for row in rows[1:] for cell in row[1:])


def test_a_table_is_copied(digits: DigitPage) -> None:
    page = opened(digits, f"{FROM_DISK}#why")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#why [data-table]").first.click()
    page.locator("#table-dialog").get_by_role("button", name="Copy").click()
    expect(page.locator("#table-dialog").get_by_role("status")).to_have_text("Copied.")
    assert "\t" in page.evaluate("navigator.clipboard.readText()")
