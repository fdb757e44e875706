"""learn.html, the stage "Map": places, neighbours and ruler, by pointer, finger and keyboard."""

import re
from collections.abc import Iterator

import pytest
from digit_page import DigitPage
from handwriting import STYLES, placed
from playwright.sync_api import Browser, Locator, Page, expect
from servers import ROOT, Server

FROM_DISK = (ROOT / "frontend" / "learn.html").as_uri() + "#map"
SEVEN = placed(STYLES[7]["angular"], 0.8)
SCRIBBLE = [[(0.1 + 0.8 * (n % 2), 0.1 + 0.04 * n) for n in range(20)]]
ALL_NEIGHBOURS = "5,000 of MNIST’s training digits"
SPACES = {"pixels": "784 pixels", "layer1": "layer 1", "layer2": "layer 2", "output": "10 scores"}


def open_map(page: Page, url: str) -> DigitPage:
    """Open the page with the map, and wait until all of its numbers are there."""
    learn = DigitPage(page)
    page.goto(url)
    expect(page.locator("#map-neighbours-note")).to_contain_text(ALL_NEIGHBOURS, timeout=60_000)
    return learn


@pytest.fixture
def learn(page: Page) -> Iterator[DigitPage]:
    """The map, opened from disk, without any network."""
    page.context.set_offline(True)
    learn = open_map(page, FROM_DISK)
    yield learn
    assert learn.complaints == []


def choose_space(page: Page, space: str) -> None:
    """Place the digits by other numbers, and wait until they are there."""
    page.locator(f"input[name=map-space][value={space}]").check()
    expect(page.locator("#map-caption")).to_contain_text(SPACES[space], timeout=60_000)


def picture(canvas: Locator) -> str:
    """Return what a canvas shows, after the next frame."""
    canvas.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    data: str = canvas.evaluate("(canvas) => canvas.toDataURL()")
    return data


def numbers_in(text: str) -> list[float]:
    """Return the numbers of a sentence."""
    return [float(number.replace("−", "-")) for number in re.findall(r"−?\d+(?:\.\d+)?", text)]


def test_the_map_says_how_much_it_keeps_and_layers_part_the_digits(learn):
    between = []
    for space in SPACES:
        choose_space(learn.page, space)
        text = learn.page.locator("#map-caption").inner_text()
        kept, share = (float(found) for found in re.findall(r"([\d.]+)%", text))
        assert 10 < kept < 70
        between.append(share)
    assert between == sorted(between)


def test_tsne_keeps_more_neighbours_and_says_that_it_places_the_drawing_approximately(learn):
    page = learn.page
    canvas = page.locator("#map-canvas")
    caption = page.locator("#map-caption")
    by_pca = picture(canvas)
    page.locator("input[value=tsne]").check()
    expect(caption).to_contain_text("placed approximately", timeout=120_000)
    own, planes = (float(found) for found in re.findall(r"([\d.]+)%", caption.inner_text()))
    assert own > planes + 10
    assert picture(canvas) != by_pca
    learn.clear.click()
    empty = picture(page.locator("#map-overlay"))
    learn.draw_with_mouse(SEVEN)
    assert picture(page.locator("#map-overlay")) != empty
    page.locator("input[value=pca]").check()
    expect(caption).to_contain_text("A map distorts: it keeps")
    assert picture(canvas) == by_pca


def test_tsne_that_is_left_before_its_end_begins_again(learn):
    page = learn.page
    page.locator("input[value=tsne]").check()
    page.locator("#tab-why").click()
    page.locator("#tab-map").click()
    expect(page.locator("#map-caption")).to_contain_text("placed approximately", timeout=120_000)


def test_a_drawing_has_the_neighbours_that_it_resembles_and_leaves_a_trail(learn):
    page = learn.page
    overlay = page.locator("#map-overlay")
    learn.clear.click()
    expect(page.locator("#map-votes")).to_contain_text("Draw a digit")
    empty = picture(overlay)
    learn.draw_with_mouse(SEVEN)
    expect(page.locator("#map-votes")).to_have_text(
        "9 of 9 neighbours are a 7. The network reads a 7 too."
    )
    assert picture(overlay) != empty
    labels = page.locator("#map-neighbours b")
    expect(labels).to_have_text(["7"] * 9)
    items = page.locator("#map-neighbours li").all_inner_texts()
    distances = [numbers_in(text)[-1] for text in items]
    assert distances == sorted(distances)


def test_neighbours_and_map_follow_an_edited_network(learn):
    page = learn.page
    choose_space(page, "output")
    before = page.locator("#map-caption").inner_text()
    page.locator("#tab-think").click()
    page.locator("#outputs button").nth(3).click()
    page.locator("#surgery summary").click()
    page.get_by_role("button", name="Double them").click()
    page.locator("#tab-map").click()
    expect(page.locator("#map-caption")).not_to_have_text(before, timeout=60_000)
    expect(page.locator("#map-ruler-note")).to_contain_text("edited copy")
    page.locator("#undo-change").click()
    expect(page.locator("#map-caption")).to_have_text(before, timeout=60_000)
    expect(page.locator("#map-ruler-note")).not_to_contain_text("edited copy")


def test_a_scribble_lies_left_of_the_threshold_and_would_be_refused(learn):
    page = learn.page
    verdict = page.locator("#map-verdict")
    learn.clear.click()
    expect(verdict).to_have_text("Draw something to see its score.")
    learn.draw_with_mouse(SEVEN)
    expect(verdict).to_contain_text("would be read as a 7")
    learn.clear.click()
    learn.draw_with_mouse(SCRIBBLE)
    expect(verdict).to_contain_text("would be refused: the score is below the threshold")
    left = "(element) => element.getBoundingClientRect().left"
    needle = page.locator("#map-needle").evaluate(left)
    assert needle < page.locator("#map-threshold").evaluate(left)
    assert numbers_in(verdict.inner_text())[0] < -2.8


def test_a_click_shows_the_digit_below_the_pointer(learn):
    page = learn.page
    canvas = page.locator("#map-canvas")
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    sentence = page.locator("#map-digit-sentence")
    expect(sentence).to_contain_text(re.compile(r"Test digit \d+ is an? \d. The network reads"))
    expect(page.locator("#map-digit-facts")).to_contain_text("distance to your drawing")
    expect(page.locator("#map-marker")).to_be_visible()


def test_arrow_keys_walk_enter_shows_and_signs_zoom(learn):
    page = learn.page
    keys = page.keyboard
    canvas = page.locator("#map-canvas")
    said = page.locator("#map-speech")
    page.locator("input[name=map-method]:checked").focus()
    keys.press("Tab")
    expect(canvas).to_be_focused()
    expect(said).to_contain_text("Test digit")
    first = said.inner_text()
    keys.press("ArrowDown")
    expect(said).not_to_have_text(first)
    second = said.inner_text()
    keys.press("Enter")
    expect(page.locator("#map-digit-sentence")).to_have_text(second)
    keys.press("Home")
    expect(said).to_have_text(first)
    whole = picture(canvas)
    keys.press("+")
    near = picture(canvas)
    assert near != whole
    keys.press("Shift+ArrowRight")
    assert picture(canvas) != near
    keys.press("0")
    assert picture(canvas) == whole


def test_buttons_wheel_and_drag_change_the_view_and_one_click_brings_it_back(learn):
    page = learn.page
    canvas = page.locator("#map-canvas")
    whole = picture(canvas)
    tools = page.get_by_role("group", name="View")
    for name in ("Zoom in", "Look right", "Look up", "Zoom in", "Zoom out"):
        before = picture(canvas)
        tools.get_by_role("button", name=name).click()
        assert picture(canvas) != before, name
    tools.get_by_role("button", name="Whole map").click()
    assert picture(canvas) == whole
    canvas.scroll_into_view_if_needed()
    canvas.focus()
    canvas.hover()
    page.mouse.wheel(0, -300)
    page.wait_for_function("document.querySelector('#map-canvas').matches('.is-zoomed')")
    before = picture(canvas)
    page.mouse.down()
    page.mouse.move(300, 300, steps=4)
    page.mouse.up()
    assert picture(canvas) != before


def test_the_wheel_scrolls_the_page_until_the_map_is_meant(learn):
    page = learn.page
    page.locator("#map-canvas").scroll_into_view_if_needed()
    page.locator("#map-canvas").hover()
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 200)
    page.wait_for_function("(before) => scrollY > before", arg=before)
    expect(page.locator("#map-canvas")).not_to_have_class(re.compile("is-zoomed"))


def test_digits_and_misread_ones_can_be_shown_alone(learn):
    page = learn.page
    canvas = page.locator("#map-canvas")
    everything = picture(canvas)
    chip = page.get_by_role("group", name="Show only").get_by_role("button", name="4")
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "true")
    assert picture(canvas) != everything
    page.locator("#map [data-table=digits]").click()
    rows = page.locator("#table-dialog tbody tr")
    labels = rows.locator("td:nth-child(2)").all_inner_texts()
    assert set(labels) == {"4"}
    page.locator("#table-dialog").get_by_role("button", name="Close").click()
    chip.click()
    misread = page.locator("#map-misread")
    count = int(numbers_in(misread.inner_text())[0])
    misread.click()
    page.locator("#map [data-table=digits]").click()
    expect(rows).to_have_count(count)
    for row in rows.all():
        cells = row.locator("td").all_inner_texts()
        assert cells[0] != cells[1]


def test_each_picture_of_the_map_has_a_table(learn):
    page = learn.page
    openers = page.locator("#map [data-table]")
    assert openers.count() == 3
    for n in range(3):
        openers.nth(n).click()
        expect(page.locator("#table-dialog tbody tr").first).to_be_visible()
        page.locator("#table-dialog").get_by_role("button", name="Close").click()


def test_two_fingers_zoom_and_one_scrolls_the_page(
    browser: Browser, browser_context_args: dict[str, object]
):
    screen = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with browser.new_context(**browser_context_args | screen) as context:
        learn = open_map(context.new_page(), FROM_DISK)
        canvas = learn.page.locator("#map-canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        learn.touch("touchStart", (0.45, 0.5), box=box)
        learn.touch("touchStart", (0.45, 0.5), (0.55, 0.5), box=box)
        for step in range(1, 8):
            apart = 0.05 + 0.04 * step
            learn.touch("touchMove", (0.5 - apart, 0.5), (0.5 + apart, 0.5), box=box)
        learn.touch("touchEnd", box=box)
        expect(canvas).to_have_class(re.compile("is-zoomed"))
        canvas.tap()
        expect(learn.page.locator("#map-digit-sentence")).to_contain_text("Test digit")
        assert learn.complaints == []


@pytest.mark.parametrize("width", [320, 390, 820, 1280])
def test_nothing_is_cut_off_sideways_on_the_map(learn, width):
    page = learn.page
    page.set_viewport_size({"width": width, "height": 844})
    page.add_style_tag(content="* { font-family: 'DejaVu Sans', Verdana, sans-serif !important }")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


SMALL_TARGETS = """() => {
  const controls = document.querySelectorAll('#map :is(button, input)');
  return [...controls].filter((control) => control.getClientRects().length > 0)
    .map((control) => (control.type === 'radio' ? control.closest('label') : control))
    .filter((control) => control.getBoundingClientRect().height < 44)
    .map((control) => control.id || control.textContent);
}"""


def test_a_finger_finds_targets_of_44_pixels_on_the_map(learn):
    learn.page.set_viewport_size({"width": 390, "height": 844})
    assert learn.page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_map(page, api: Server, axe_source, scheme, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    learn = open_map(page, f"{api.url}/learn.html#map")
    page.locator("#map-canvas").click()
    assert learn.axe(axe_source) == []
    assert learn.complaints == []
