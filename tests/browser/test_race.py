"""learn.html, "Watch it learn": the race of recipes, and the loss around a network."""

import re
from collections.abc import Iterator

import pytest
from digit_page import DigitPage
from playwright.sync_api import Page, expect
from servers import ROOT, Server

FROM_DISK = (ROOT / "frontend" / "learn.html").as_uri()


@pytest.fixture
def watch(page: Page) -> Iterator[DigitPage]:
    """The tab, opened from disk, without any network."""
    page.context.set_offline(True)
    watch = DigitPage(page)
    page.goto(f"{FROM_DISK}#watch")
    expect(page.locator(".race")).to_be_visible(timeout=30_000)
    yield watch
    assert watch.complaints == []


def test_a_race_names_each_lane_with_what_it_reached(watch: DigitPage) -> None:
    page = watch.page
    page.locator(".race > summary").click()
    page.locator("#race-lane-2").select_option("")
    page.locator("#race-epochs").select_option("1")
    page.get_by_role("button", name="Start the race").click()
    report = page.locator("#race-report")
    expect(report).to_contain_text("Plain gradient descent", timeout=60_000)
    expect(report).to_contain_text("Momentum")
    expect(report).not_to_contain_text("Adam")
    shares = re.findall(r"([\d.]+)%", report.inner_text())
    assert len(shares) == 2
    assert all(float(share) > 70 for share in shares)
    page.locator("#race-table").click()
    expect(page.locator("#table-dialog")).to_contain_text("images, about")
    assert page.locator("#table-dialog tbody tr").count() > 8


def test_a_race_pauses_when_the_tab_is_left_and_goes_on(watch: DigitPage) -> None:
    page = watch.page
    page.locator(".race > summary").click()
    page.locator("#race-epochs").select_option("10")
    page.get_by_role("button", name="Start the race").click()
    expect(page.locator("#race-result-0")).not_to_be_empty(timeout=30_000)
    page.locator("#tab-think").click()
    page.locator("#tab-watch").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    page.get_by_role("radio", name="milliseconds").check()
    page.locator("#race-lane-0").select_option("adam")
    expect(page.get_by_role("button", name="Start the race")).to_be_visible()
    expect(page.locator("#race-result-0")).to_be_empty()


def test_the_loss_around_the_network_is_measured_and_walked_by_keyboard(watch: DigitPage) -> None:
    page = watch.page
    page.locator(".landscape > summary").click()
    page.get_by_role("button", name="Look around").click()
    expect(page.locator("#landscape-caption")).to_contain_text(
        "Two random directions out of 109,386."
    )
    report = page.locator("#landscape-report")
    expect(report).to_contain_text("lowest of 441 points", timeout=60_000)
    first = report.inner_text()
    page.locator("#landscape-map").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.locator("#landscape-point")).to_contain_text("at −1.0 of the first direction")
    page.locator("#landscape-table").click()
    expect(page.locator("#table-dialog tbody tr")).to_have_count(21)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Two other directions").click()
    expect(report).to_contain_text("lowest of 441 points", timeout=60_000)
    assert report.inner_text() != first


def test_the_race_has_no_accessibility_fault(
    digits: DigitPage, static: Server, axe_source: str
) -> None:
    page = digits.page
    page.goto(f"{static.url}/learn.html#watch")
    expect(page.locator(".race")).to_be_visible(timeout=30_000)
    page.locator(".race > summary").click()
    page.locator(".landscape > summary").click()
    page.get_by_role("button", name="Look around").click()
    expect(page.locator("#landscape-report")).not_to_be_empty(timeout=60_000)
    assert digits.axe(axe_source) == []
