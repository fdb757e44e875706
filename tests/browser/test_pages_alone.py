"""Both pages without a server or scripts, on paper, in large type, with another network."""

import base64
import re

import numpy as np
import pytest
from digit_page import DigitPage
from handwriting import STYLES, placed
from playwright.sync_api import Browser, expect
from servers import ROOT, Server

from mnist_recognizer.nn import MLP
from mnist_recognizer.page_model import model_script

PAGES = {name: (ROOT / "frontend" / f"{name}.html").as_uri() for name in ("index", "learn")}
SEVEN = placed(STYLES[7]["curved"], 0.8)
LARGE_TYPE = "* {{ font-family: 'DejaVu Sans' !important; }} html {{ font-size: {size}%; }}"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def alone(digits: DigitPage) -> DigitPage:
    """A page that reaches no server."""
    digits.page.route(re.compile("^http:"), lambda route: route.abort())
    return digits


def test_opened_from_disk_the_page_reads_without_any_server(alone: DigitPage) -> None:
    alone.page.goto(PAGES["index"])
    alone.draw_with_mouse(SEVEN)
    alone.expect_live(7)
    expect(alone.api_status).to_have_text("Not running")
    alone.predict.click()
    expect(alone.remark).to_contain_text("nothing answers at http://localhost:8000")
    alone.expect_live(7)
    alone.forgive_failed_requests()


def test_the_pages_lead_to_each_other(alone: DigitPage) -> None:
    alone.page.goto(PAGES["index"])
    alone.page.get_by_role("link", name="Learn").click()
    expect(alone.page).to_have_title("MNIST Recognizer – see it think")
    alone.draw_with_mouse(SEVEN)
    alone.page.get_by_role("link", name="Draw", exact=True).click()
    expect(alone.page).to_have_title("MNIST Recognizer – draw a digit")
    alone.forgive_failed_requests()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("size", [100, 200])
def test_nothing_is_cut_off_with_a_wide_font(alone: DigitPage, name: str, size: int) -> None:
    page = alone.page
    page.goto(PAGES[name])
    page.add_style_tag(content=LARGE_TYPE.format(size=size))
    alone.draw_with_mouse(SEVEN)
    if name == "index":
        alone.expect_live(7)
    for width in (320, 390, 640, 800, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(TOO_WIDE) == 0, f"at {width} px"
    alone.forgive_failed_requests()


@pytest.mark.parametrize(
    ("stage", "last"),
    [
        ("why", "#ledger li"),
        ("blame", ".blame-step"),
        ("watch", "#watch-test"),
        ("mine", "#mine h3"),
        ("map", "#map-neighbours li"),
        ("fool", "#fool h3"),
    ],
)
def test_no_stage_is_cut_off_with_a_wide_font(alone: DigitPage, stage: str, last: str) -> None:
    page = alone.page
    page.goto(f"{PAGES['learn']}#{stage}")
    expect(page.locator(last).first).to_be_visible()
    for size in (100, 200):
        page.add_style_tag(content=LARGE_TYPE.format(size=size))
        for width in (320, 390, 640, 800, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(TOO_WIDE) == 0, f"at {width} px, {size}%"
    alone.forgive_failed_requests()


def test_the_surest_share_is_no_wider_than_its_column(alone: DigitPage) -> None:
    page = alone.page
    page.goto(PAGES["index"])
    page.add_style_tag(content=LARGE_TYPE.format(size=100))
    alone.draw_with_mouse(SEVEN)
    alone.expect_live(7)
    left, text = page.locator(".bar.is-answer .bar-share").evaluate(
        """(share) => {
          share.textContent = '>99.9%';
          const range = document.createRange();
          range.selectNodeContents(share);
          return [share.getBoundingClientRect().left, range.getBoundingClientRect().left];
        }"""
    )
    assert text >= left
    alone.forgive_failed_requests()


@pytest.mark.parametrize("name", PAGES)
def test_without_scripts_the_notice_comes_first_and_nothing_is_dead(
    browser: Browser, name: str
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(PAGES[name])
        notice = page.locator(".noscript")  # which is text to no other kind of locator
        expect(notice).to_be_in_viewport()
        expect(page.locator("#pad")).to_be_hidden()
        expect(page.get_by_role("button")).to_have_count(0)


def test_on_paper_there_is_the_answer_and_nothing_to_press(alone: DigitPage) -> None:
    page = alone.page
    page.emulate_media(color_scheme="dark")
    page.goto(PAGES["index"])
    alone.draw_with_mouse(SEVEN)
    alone.expect_live(7)
    page.emulate_media(media="print", color_scheme="dark")
    expect(alone.digit).to_be_visible()
    expect(alone.pad).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("radio")).to_have_count(0)
    colour = page.evaluate("getComputedStyle(document.body).color")
    assert sum(map(int, colour[4:-1].split(","))) < 200, "dark ink on light paper"
    alone.forgive_failed_requests()


@pytest.mark.parametrize("hidden", [(32,), (40, 30, 20)], ids=["one layer", "three layers"])
def test_the_text_is_about_the_network_that_answers(
    alone: DigitPage, hidden: tuple[int, ...]
) -> None:
    model = MLP(hidden_sizes=list(hidden), seed=1)
    script = model_script(model)
    alone.page.route("**/js/data/model.js", lambda route: route.fulfill(body=script))
    alone.page.goto(PAGES["index"])
    count = f"{model.parameter_count:,}"
    expect(alone.page.locator(".intro")).to_contain_text(f"of {count} parameters")
    expect(alone.page.locator(".aside")).to_contain_text(count)
    sizes = alone.page.locator(".layers .count").all_inner_texts()
    assert sizes == ["784", *map(str, hidden), "10"]
    circles = alone.page.locator("#diagram circle")
    assert len(set(circles.evaluate_all("(all) => all.map((c) => c.getAttribute('cx'))"))) == (
        len(hidden) + 2
    )
    alone.forgive_failed_requests()


def test_the_page_computes_what_numpy_computes(alone: DigitPage) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (20, 784), dtype=np.uint8)
    alone.page.goto(PAGES["learn"])
    answers = alone.page.evaluate(
        """async (images) => {
          const { network } = await MNIST.nn.loadShippedNetwork();
          return images.map((image) => MNIST.nn.forward(
            network, Uint8Array.from(atob(image), (c) => c.charCodeAt(0))).probabilities);
        }""",
        [base64.b64encode(image.tobytes()).decode() for image in pixels],
    )
    model = MLP.load(ROOT / "backend" / "saved_model" / "weights.pkl")
    expected = model.predict_proba(pixels.astype(np.float32) / 255)
    np.testing.assert_allclose(answers, expected, atol=1e-5)


def test_the_learning_page_has_no_accessibility_fault(
    digits: DigitPage, static: Server, axe_source: str
) -> None:
    digits.page.goto(f"{static.url}/learn.html")
    for theme in ("Light", "Dark"):
        digits.page.get_by_label("Colours").select_option(theme)
        assert digits.axe(axe_source) == [], theme


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ('<div id="pad-frame"', '<div class="actions">'),
        ('<label class="icon-choice"', "</header>"),
    ],
    ids=["pad and tools", "language and colours"],
)
def test_what_both_pages_have_is_the_same(start: str, end: str) -> None:
    parts = []
    for name in PAGES:
        html = (ROOT / "frontend" / f"{name}.html").read_text(encoding="utf-8")
        parts.append(html[html.index(start) : html.index(end, html.index(start))])
    assert parts[0] == parts[1]
