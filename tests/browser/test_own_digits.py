"""Own digits on the drawing page: labelled, kept in the browser, and read with an own copy."""

from typing import Any

import pytest
from digit_page import DigitPage
from full_storage import full_storage
from handwriting import STYLES, placed
from playwright.sync_api import BrowserContext, Page, expect
from servers import Server

SEVEN = placed(STYLES[7]["angular"], 0.8)
ONE = placed(STYLES[1]["slanted"], 0.8)
REFUSED = (
    "Object.defineProperty(window, 'indexedDB', "
    "{get() { throw new DOMException('', 'SecurityError'); }});"
)


def kept(page: Page) -> list[int]:
    """Return the labels of the digits that the browser keeps, the latest first."""
    labels: list[int] = page.evaluate(
        "async () => (await (await MNIST.own.openOwnStore()).digits()).map(({ label }) => label)"
    )
    return labels


def label_as(page: Page, label: int) -> None:
    """Say which digit the drawing is."""
    if not page.get_by_role("group", name="This is a").is_visible():
        page.get_by_text("Not right?").click()
    page.get_by_role("group", name="This is a").get_by_role("button", name=str(label)).click()


def keep_copy(page: Page, learned: int = 12) -> None:
    """Keep a network that answers 3 whatever is drawn as the own copy."""
    page.evaluate(
        """async (learned) => {
          const { network } = await MNIST.nn.loadShippedNetwork();
          const layers = network.layers.map((layer) => ({ ...layer, b: layer.b.slice() }));
          layers[2].b[3] = 1000;
          const file = MNIST.nn.writeNetwork({ ...network, layers });
          await (await MNIST.own.openOwnStore()).keepCopy({ file, time: Date.now(), learned });
        }""",
        learned,
    )


def test_a_corrected_digit_is_kept_and_outlasts_the_visit(app: DigitPage) -> None:
    page = app.page
    expect(page.locator("#correction")).to_be_hidden()
    app.draw_with_mouse(SEVEN)
    app.expect_live(7)
    label_as(page, 1)
    expect(page.locator("#correction-kept")).to_contain_text("Kept as a 1")
    expect(page.get_by_role("button", name="1", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    label_as(page, 8)
    expect(page.locator("#correction-kept")).to_contain_text("Kept as an 8. This browser keeps 1")
    page.reload()
    assert kept(page) == [8]


def test_undo_gives_the_label_before_and_then_none(app: DigitPage) -> None:
    page = app.page
    app.draw_with_mouse(SEVEN)
    label_as(page, 1)
    expect(page.locator("#correction-kept")).to_contain_text("a 1")
    page.locator("#correction-undo").click()
    expect(page.locator("#correction-undo")).to_be_hidden()
    assert kept(page) == []


def test_of_several_digits_the_selected_one_is_labelled(app: DigitPage) -> None:
    page = app.page
    app.draw_with_mouse(placed(STYLES[7]["angular"], 0.4, 0.25))
    app.draw_with_mouse(placed(STYLES[1]["slanted"], 0.4, 0.75))
    app.expect_live("71")
    page.get_by_role("button", name="7, ").click()
    page.get_by_text("Not right?").click()
    group = page.get_by_role("group", name="Digit 1 of 2 is a")
    group.get_by_role("button", name="2").click()
    expect(page.locator("#correction-kept")).to_contain_text("Kept as a 2")
    page.get_by_role("button", name="1, ").click()
    expect(page.locator("#correction-kept")).to_be_empty()


def test_where_storage_is_refused_the_page_says_so_and_goes_on(app: DigitPage) -> None:
    page = app.page
    page.add_init_script(REFUSED)
    page.reload()
    app.draw_with_mouse(SEVEN)
    app.expect_live(7)
    label_as(page, 1)
    expect(page.locator("#correction-kept")).to_contain_text("keeps nothing for this page")


def test_where_storage_is_full_nothing_that_was_kept_is_lost(app: DigitPage, api: Server) -> None:
    page = app.page
    app.draw_with_mouse(ONE)
    label_as(page, 1)
    expect(page.locator("#correction-kept")).to_contain_text("Kept as a 1")
    with full_storage(page, api.url):
        app.clear.click()
        app.draw_with_mouse(SEVEN)
        label_as(page, 7)
        expect(app.note).to_contain_text("no room left")
        assert kept(page) == [1]


def test_two_tabs_keep_both_their_digits(app: DigitPage, context: BrowserContext) -> None:
    other = DigitPage(context.new_page())
    other.open(app.page.url)
    app.draw_with_mouse(SEVEN)
    other.draw_with_mouse(ONE)
    label_as(app.page, 7)
    label_as(other.page, 1)
    for tab in (app, other):
        expect(tab.page.locator("#correction-kept")).to_contain_text("Kept as a")
    assert kept(app.page) == kept(other.page) == [1, 7]
    assert other.complaints == []


def test_an_own_copy_reads_says_so_and_the_api_is_not_asked(
    app: DigitPage, context: BrowserContext
) -> None:
    page = app.page
    app.draw_with_mouse(SEVEN)
    app.expect_live(7)
    tab = context.new_page()
    tab.goto(page.url)
    keep_copy(tab)
    expect(page.locator("#own-copy")).to_contain_text("your own copy, which learned 12 digits")
    expect(app.digit).to_have_text("3")
    expect(app.source).to_contain_text("Read by your own copy")
    app.predict.click()
    expect(app.note).to_contain_text("The API is not asked")
    assert app.sent() == []
    page.get_by_role("button", name="Use the original network").click()
    app.expect_live(7)
    expect(page.locator("#own-copy")).to_be_hidden()
    app.predict.click()
    app.expect_digit(7)


def test_an_own_copy_is_there_again_after_a_reload_also_without_the_api(app: DigitPage) -> None:
    page = app.page
    keep_copy(page)
    page.route("**/health", lambda route: route.abort())
    page.reload()
    app.draw_with_mouse(SEVEN)
    expect(page.locator("#own-copy")).to_be_visible()
    expect(app.digit).to_have_text("3")
    app.forgive_failed_requests()


def test_an_own_copy_that_is_damaged_leaves_the_page_its_own_network(app: DigitPage) -> None:
    page = app.page
    page.evaluate(
        """async () => (await MNIST.own.openOwnStore()).keepCopy(
          { file: new ArrayBuffer(10), time: 1, learned: 1 })"""
    )
    expect(app.note).to_contain_text("cannot be read")
    app.draw_with_mouse(SEVEN)
    app.expect_live(7)
    expect(page.locator("#own-copy")).to_be_hidden()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_label_and_own_copy_have_no_accessibility_fault(
    app: DigitPage, axe_source: str, theme: str
) -> None:
    page = app.page
    keep_copy(page)
    page.get_by_label("Colours").select_option(theme)
    app.draw_with_mouse(SEVEN)
    label_as(page, 7)
    expect(page.locator("#correction-kept")).to_contain_text("Kept as a 7")
    faults: list[dict[str, Any]] = app.axe(axe_source)
    assert faults == []
