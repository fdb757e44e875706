"""learn.html, "My digits": collected, kept, corrected, deleted, saved and opened as a file."""

import base64
import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from digit_page import DigitPage
from full_storage import full_storage
from handwriting import STYLES, placed
from playwright.sync_api import Error, Page, expect
from servers import ROOT, Server

SEVEN = placed(STYLES[7]["angular"], 0.8)
ONE = placed(STYLES[1]["slanted"], 0.8)
FROM_DISK = (ROOT / "frontend" / "learn.html").as_uri()
KEEP_MANY = """async (count) => {
  const random = (i, n) => Math.imul(n * 784 + i + 1, 2654435761) >>> 24;
  const digits = Array.from({ length: count }, (_, n) => MNIST.own.ownDigit(
    Uint8Array.from({ length: 784 }, (_, i) => random(i, n)), n % 10, n));
  await (await MNIST.own.openOwnStore()).keep(digits);
}"""


def open_mine(page: Page, url: str = FROM_DISK) -> DigitPage:
    """Open the tab and wait until it can be used."""
    mine = DigitPage(page)
    page.goto(f"{url}#mine")
    expect(page.locator("#mine-labels button")).to_have_count(10)
    return mine


@pytest.fixture
def mine(page: Page) -> Iterator[DigitPage]:
    """The tab, opened from disk, without any network."""
    page.context.set_offline(True)
    mine = open_mine(page)
    yield mine
    assert mine.complaints == []


def collect(mine: DigitPage, strokes: Any, label: int, count: int) -> None:
    """Draw a digit and say which one it is; `count` digits are then kept."""
    mine.draw_with_mouse(strokes)
    mine.page.locator("#mine-labels button").nth(label).click()
    expect(mine.page.locator(".mine-digit")).to_have_count(count)


def test_digits_are_collected_by_pointer_and_by_key_and_outlast_the_visit(mine: DigitPage) -> None:
    page = mine.page
    collect(mine, SEVEN, 7, 1)
    expect(page.locator("#pad-frame")).to_have_class("pad-frame is-empty")
    mine.draw_with_mouse(ONE)
    page.keyboard.press("1")
    expect(page.locator("#mine-kept")).to_have_text("Kept as a 1.")
    page.reload()
    expect(page.get_by_role("heading", name="Your 2 digits")).to_be_visible()
    names = page.locator(".mine-digit").evaluate_all("(all) => all.map((digit) => digit.ariaLabel)")
    assert names == ["1", "7"]


def test_neither_the_example_nor_an_empty_pad_nor_two_digits_are_kept(mine: DigitPage) -> None:
    page = mine.page
    seven = page.locator("#mine-labels button").nth(7)
    seven.click()
    expect(mine.note).to_contain_text("Draw a digit of your own")
    mine.clear.click()
    seven.click()
    expect(mine.note).to_contain_text("Draw a digit of your own")
    mine.draw_with_mouse([*placed(STYLES[7]["angular"], 0.4, 0.25), *placed(ONE, 0.5, 0.75)])
    seven.click()
    expect(mine.note).to_contain_text("one digit at a time")
    expect(page.locator(".mine-digit")).to_have_count(0)


def test_a_digit_is_looked_at_relabelled_and_deleted_by_keyboard_alone(mine: DigitPage) -> None:
    page = mine.page
    collect(mine, SEVEN, 7, 1)
    collect(mine, ONE, 7, 2)
    first = page.locator(".mine-digit").first
    first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".mine-digit").nth(1)).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.locator("#mine-one-title")).to_have_text("Read as 1")
    page.get_by_role("group", name="It is a").get_by_role("button", name="1").press("Enter")
    expect(page.locator("#mine-one-title")).to_have_text("Read right")
    page.locator(".mine-digit").nth(1).focus()
    page.keyboard.press("Delete")
    expect(page.locator(".mine-digit")).to_have_count(1)
    expect(page.locator(".mine-digit")).to_have_attribute("aria-label", "1")
    expect(page.locator(".mine-digit")).to_be_focused()
    page.get_by_role("button", name="Undo", exact=True).last.press("Enter")
    expect(page.locator(".mine-digit")).to_have_count(2)


def test_all_are_deleted_and_come_back(mine: DigitPage) -> None:
    page = mine.page
    delete, save = (page.get_by_role("button", name=name) for name in ("Delete all", "Save as a"))
    expect(page.get_by_role("heading", name="Your digits", exact=True)).to_be_visible()
    for button in (delete, save):
        expect(button).to_be_disabled()
    collect(mine, SEVEN, 7, 1)
    collect(mine, ONE, 1, 2)
    delete.click()
    expect(page.locator("#mine-empty")).to_be_visible()
    for button in (delete, save):
        expect(button).to_be_disabled()
    page.locator("#mine-undo").click()
    expect(page.locator(".mine-digit")).to_have_count(2)
    expect(delete).to_be_enabled()


def test_a_saved_file_brings_the_digits_to_another_browser(mine: DigitPage, tmp_path: Path) -> None:
    page = mine.page
    collect(mine, SEVEN, 7, 1)
    collect(mine, ONE, 1, 2)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    content = json.loads(path.read_text(encoding="utf-8"))
    assert [digit["label"] for digit in content["digits"]] == [1, 7]
    assert all(len(base64.b64decode(digit["pixels"])) == 784 for digit in content["digits"])
    page.get_by_role("button", name="Delete all").click()
    for report in ("2 digits were added.", "2 digits: 0 new, 2 here already."):
        page.locator("#mine-import").set_input_files(path)
        expect(page.locator("#mine-file-report")).to_have_text(report)
    expect(page.locator(".mine-digit")).to_have_count(2)


def test_a_file_that_holds_no_digits_is_refused_with_a_sentence(
    mine: DigitPage, tmp_path: Path
) -> None:
    page = mine.page
    collect(mine, SEVEN, 7, 1)
    path = tmp_path / "photo.json"
    path.write_bytes(b"\xff\xd8\xff\xe0")
    page.locator("#mine-import").set_input_files(path)
    expect(page.locator("#mine-file-error")).to_contain_text("photo.json was not opened. This file")
    expect(page.locator(".mine-digit")).to_have_count(1)


def test_a_thousand_digits_are_shown_in_parts(mine: DigitPage) -> None:
    page = mine.page
    page.evaluate(KEEP_MANY, 1000)
    expect(page.get_by_role("heading", name="Your 1,000 digits")).to_be_visible()
    expect(page.locator(".mine-digit")).to_have_count(60)
    page.get_by_role("button", name="Show 60 more of 940").click()
    expect(page.locator(".mine-digit")).to_have_count(120)
    expect(page.locator(".mine-digit").nth(60)).to_be_focused()
    page.get_by_role("radio", name="read wrong").check()
    expect(page.locator(".mine-digit:not(:has(.mine-wrong))")).to_have_count(0)
    page.get_by_role("radio", name="3", exact=True).check()
    expect(page.locator(".mine-digit")).to_have_count(60)
    page.get_by_role("button", name="Show 40 more of 40").click()
    expect(page.locator(".mine-digit")).to_have_count(100)
    expect(page.locator("#mine-more")).to_be_hidden()


def test_a_tab_that_is_killed_while_it_keeps_digits_has_lost_none(mine: DigitPage) -> None:
    page = mine.page
    kept: list[int] = []
    page.expose_function("tell", lambda count: kept.append(count))
    page.evaluate(
        """() => void (async () => {
          const store = await MNIST.own.openOwnStore();
          for (let n = 0; ; n++) {
            const pixels = Uint8Array.from({ length: 784 }, (_, i) => (i * (n + 1)) % 256);
            await store.keep([MNIST.own.ownDigit(pixels, n % 10, n)]);
            await tell(n + 1);
          }
        })()"""
    )
    while len(kept) < 20:
        page.wait_for_timeout(20)
    with contextlib.suppress(Error):  # there is nobody left to answer
        page.goto("chrome://kill", timeout=5_000)
    other = open_mine(page.context.new_page())
    title = other.page.get_by_role("heading", name=re.compile(r"Your \d+ digits"))
    expect(title).to_be_visible()
    found = int(title.inner_text().split()[1])
    assert kept[-1] <= found <= kept[-1] + 1  # the last may not have been told any more
    assert other.complaints == []


def test_where_storage_is_full_the_drawing_stays_and_no_digit_is_lost(
    page: Page, api: Server
) -> None:
    mine = open_mine(page, f"{api.url}/learn.html")
    collect(mine, SEVEN, 7, 1)
    with full_storage(page, api.url):
        mine.draw_with_mouse(ONE)
        page.locator("#mine-labels button").nth(1).click()
        expect(mine.note).to_contain_text("no room left")
        expect(page.locator("#pad-frame")).not_to_have_class("pad-frame is-empty")
        page.reload()
        expect(page.get_by_role("heading", name="Your digit", exact=True)).to_be_visible()


def test_what_another_tab_keeps_is_shown(mine: DigitPage) -> None:
    other = open_mine(mine.page.context.new_page())
    collect(other, SEVEN, 7, 1)
    expect(mine.page.locator(".mine-digit")).to_have_count(1)
    assert other.complaints == []


def test_the_digits_are_shown_as_a_table_and_saved_as_a_picture(mine: DigitPage) -> None:
    page = mine.page
    collect(mine, SEVEN, 7, 1)
    collect(mine, ONE, 7, 2)
    page.get_by_role("radio", name="read wrong").check()
    page.locator("#mine-tables [data-table]").click()
    dialog = page.locator("#table-dialog")
    expect(dialog.get_by_role("heading")).to_have_text("1 of your 2 digits")
    cells = dialog.locator("tbody tr").locator("th, td").all_inner_texts()
    assert cells[:3] == ["1", "7", "1"]
    page.keyboard.press("Escape")
    page.locator(".mine-digit").click()
    page.locator("#mine-one [data-table]").click()
    expect(dialog.locator("tbody td")).to_have_count(784)
    page.keyboard.press("Escape")
    for part, name in (("#mine-tables", "mnist-mine-digits"), ("#mine-one", "mnist-mine-digit")):
        with page.expect_download() as download:
            page.locator(part).get_by_role("button", name="Save as picture").click()
        assert download.value.suggested_filename == f"{name}.png"


def test_a_message_goes_with_the_next_action(mine: DigitPage) -> None:
    page = mine.page
    said = [f"#mine-{name}" for name in ("kept", "file-report", "file-error", "teach-report")]

    def only(*shown: str) -> None:
        for message in said:
            if message in shown:
                expect(page.locator(message)).not_to_be_empty()
            else:
                expect(page.locator(message)).to_be_empty()

    page.locator("#mine-teach").click(force=True)
    only("#mine-teach-report")
    page.locator("#mine-labels button").nth(7).click()
    expect(mine.note).to_be_visible()
    only()
    page.locator("#mine-import").set_input_files(
        {"name": "no.json", "mimeType": "application/json", "buffer": b"{}"}
    )
    only("#mine-file-error")
    expect(mine.note).to_be_hidden()
    collect(mine, SEVEN, 7, 1)
    only("#mine-kept")
    page.locator("#mine-delete-all").click()
    only("#mine-file-report")
    page.locator("#mine-teach").click(force=True)
    only("#mine-teach-report")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_my_digits_has_no_accessibility_fault(
    page: Page, static: Server, axe_source: str, theme: str
) -> None:
    mine = open_mine(page, f"{static.url}/learn.html")
    collect(mine, SEVEN, 1, 1)
    page.get_by_label("Colours").select_option(theme)
    page.locator(".mine-digit").click()
    expect(page.locator("#mine-one")).to_be_visible()
    assert mine.axe(axe_source) == []
    assert mine.complaints == []
