"""A link that holds all of learn.html: drawing, changes, stage, settings, lesson, language."""

from collections.abc import Iterator
from typing import Any

import pytest
from digit_page import DigitPage
from handwriting import STYLES, placed
from playwright.sync_api import Browser, expect
from pseudo_language import speak_pseudo, written_elsewhere
from servers import ROOT, Server

PAGES = {name: (ROOT / "frontend" / f"{name}.html").as_uri() for name in ("index", "learn")}
SEVEN = placed(STYLES[7]["curved"], 0.8)
# Numbers of the training stage come with its digits.
PATIENCE = 60_000
READY = "() => MNIST.learn.page.state !== null && !document.querySelector('#share').disabled"
STATE = """() => {
  const { page, drawing } = MNIST.learn;
  const { stage, versions, selected, digit, rival, map, list, target } = page.state;
  const { blameStep, learningRate, erased, pass } = page.state;
  return {
    stage, selected, digit, rival, map, list, target, blameStep, learningRate, erased: [...erased],
    changes: versions.slice(1).map(({ edits, text }) => ({ edits, text })),
    strokes: drawing.inkedStrokes.length,
    answer: pass.probabilities.indexOf(Math.max(...pass.probabilities)),
    bias: versions.at(-1).network.layers[0].b[3],
  };
}"""


class LinkPage(DigitPage):
    """learn.html with its link dialog."""

    def ready(self) -> None:
        """Wait until the page has its weights and has read what is drawn."""
        self.page.wait_for_function(READY)
        expect(self.page.locator("#verdict")).to_contain_text("%")

    def goto(self, url: str) -> None:
        """Open an address as if it were the first one of a new tab."""
        self.page.goto("about:blank")
        self.page.goto(url)
        self.ready()

    def link(self) -> str:
        """Open the dialog and return its link."""
        self.page.locator("#share").click()
        link = self.page.locator("#link-text")
        expect(link).to_be_visible()
        return link.input_value()

    @property
    def state(self) -> dict[str, Any]:
        """What a link restores."""
        found: dict[str, Any] = self.page.evaluate(STATE)
        return found

    def change(self, part: str) -> None:
        """Change the state as the stages do; `part` is JavaScript."""
        self.page.evaluate(
            f"""() => {{
              const {{ learn, nn }} = MNIST;
              {part}
            }}"""
        )


@pytest.fixture
def learn(digits: DigitPage) -> LinkPage:
    """learn.html, opened from disk."""
    page = LinkPage(digits.page)
    page.goto(PAGES["learn"])
    return page


@pytest.fixture
def other(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[LinkPage]:
    """A page of somebody else's browser."""
    with browser.new_context(**browser_context_args) as context:
        yield LinkPage(context.new_page())


def edit_everything(learn: LinkPage) -> None:
    """Draw a seven, edit two neurons, and set each stage."""
    page = learn.page
    learn.draw_with_mouse(SEVEN)
    expect(page.locator("#verdict")).to_contain_text("a 7")
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    page.locator("#layer1-grid").click(position={"x": 5, "y": 5})
    page.locator("#edit-bias-number").fill("0.5")
    page.locator("#edit-bias-number").press("Enter")
    page.locator("#edit-off").click()
    page.locator("#tab-why").click()
    page.locator("#why-digit").select_option("7")
    page.locator("#why-rival").select_option("2")
    page.locator("#tab-blame").click()
    page.locator("#targets").get_by_text("3").click()
    page.locator("#blame-next").click()
    page.locator("#blame-next").click()
    page.wait_for_function("() => MNIST.learn.page.state.blameStep === 2")


def test_a_link_restores_drawing_changes_stage_and_settings(
    learn: LinkPage, other: LinkPage
) -> None:
    edit_everything(learn)
    before = learn.state
    link = learn.link()
    assert len(link.partition("#")[2]) < 400
    other.goto(link)
    other.page.wait_for_function("() => MNIST.learn.page.state.target === 3")
    assert other.state == before
    expect(other.page.locator("#tab-blame")).to_have_attribute("aria-selected", "true")
    assert other.complaints == []


def test_a_link_of_a_server_opens_from_disk_and_the_reverse(
    learn: LinkPage, other: LinkPage, api: Server
) -> None:
    edit_everything(learn)
    before = learn.state
    from_disk = learn.link()
    other.goto(f"{api.url}/learn.html")
    other.link()
    other.page.get_by_label("Paste a link").fill(f"  {from_disk}\n")
    other.page.get_by_role("button", name="Open", exact=True).click()
    expect(other.page.locator("#link-dialog")).to_be_hidden()
    other.page.wait_for_function("() => MNIST.learn.page.state.target === 3")
    assert other.state == before
    from_server = other.link()
    assert from_server.startswith("http")
    assert len(from_server) < 500
    learn.page.keyboard.press("Escape")
    learn.goto(PAGES["learn"])
    learn.link()
    learn.page.get_by_label("Paste a link").fill(from_server)
    learn.page.keyboard.press("Enter")
    learn.page.wait_for_function("() => MNIST.learn.page.state.target === 3")
    assert learn.state == before


def test_a_drawing_goes_from_one_page_to_the_other(learn: LinkPage, other: LinkPage) -> None:
    learn.draw_with_mouse(SEVEN)
    expect(learn.page.locator("#verdict")).to_contain_text("a 7")
    fragment = learn.link().partition("#")[2]
    other.open(f"{PAGES['index']}#{fragment}")
    other.forgive_failed_requests()
    other.expect_live(7)
    drawing = next(part for part in fragment.split("&") if part.startswith("d="))
    learn.goto(f"{PAGES['learn']}#{drawing}")
    expect(learn.page.locator("#verdict")).to_contain_text("a 7")


def test_a_link_restores_a_training_and_does_not_start_it(learn: LinkPage, other: LinkPage) -> None:
    page = learn.page
    page.locator("#tab-watch").click()
    page.wait_for_function(
        "() => document.querySelector('#watch-play:not([aria-disabled])')", timeout=PATIENCE
    )
    page.locator("#watch-preset").select_option("adam")
    page.locator("#watch-seed").fill("77")
    page.locator("#watch-seed").press("Enter")
    page.locator("#watch-hidden").fill("32")
    page.locator("#watch-hidden").press("Enter")
    link = learn.link()
    other.goto(link)
    page = other.page
    page.wait_for_function(
        "() => document.querySelector('#watch-play:not([aria-disabled])')", timeout=PATIENCE
    )
    expect(page.locator("#watch-seed")).to_have_value("77")
    expect(page.locator("#watch-hidden")).to_have_value("32")
    expect(page.locator("#watch-optimizer")).to_have_value("adam")
    expect(page.locator("#watch-play")).to_have_text("Play")


def test_a_link_restores_lesson_and_step(learn: LinkPage, other: LinkPage) -> None:
    learn.page.evaluate("MNIST.learn.page.lessons.openAt(3, 2)")
    expect(learn.page.locator("#lesson")).to_be_visible()
    other.goto(learn.link())
    expect(other.page.locator("#lesson")).to_be_visible()
    assert other.page.evaluate("MNIST.learn.page.lessons.position") == {"lesson": 3, "step": 2}


def test_a_link_has_the_language(learn: LinkPage) -> None:
    learn.page.get_by_label("Language").select_option("Deutsch")
    learn.page.wait_for_url("**lang=de**")
    learn.ready()
    link = learn.link()
    assert "lang=de" in link
    learn.goto(link.replace("lang=de", "lang=en"))
    expect(learn.page.get_by_role("link", name="Learn")).to_be_visible()
    learn.link()
    learn.page.get_by_label("Paste a link").fill(link)
    learn.page.keyboard.press("Enter")
    expect(learn.page.get_by_role("link", name="Lernen")).to_be_visible()


def test_switching_the_language_keeps_all(learn: LinkPage) -> None:
    edit_everything(learn)
    before = learn.state
    learn.page.get_by_label("Language").select_option("Deutsch")
    expect(learn.page.get_by_role("link", name="Lernen")).to_be_visible()
    learn.page.wait_for_function("() => MNIST.learn.page.state?.target === 3")
    after = learn.state
    for found in (before, after):
        for change in found["changes"]:
            del change["text"]
    assert after == before


@pytest.mark.parametrize(
    ("fragment", "sentence"),
    [
        ("why&v=1&neuron=1.1&d=AQUEhICAgIC", "damaged"),
        ("d=<img src=x onerror=alert(1)>", "damaged"),
        ("v=99&d=AQ", "later version"),
        ("a=b&c=d", "not a link of this page"),
        ("why&train=seed:-1", "damaged"),
    ],
)
def test_a_bad_link_gives_one_sentence_and_a_working_page(
    digits: DigitPage, fragment: str, sentence: str
) -> None:
    learn = LinkPage(digits.page)
    learn.goto(f"{PAGES['learn']}#{fragment}")
    expect(learn.note).to_contain_text(sentence)
    learn.draw_with_mouse(SEVEN)
    expect(learn.page.locator("#verdict")).to_contain_text("a 7")
    expect(learn.note).to_be_empty()
    learn.link()
    learn.page.get_by_label("Paste a link").fill(f"https://example.org/#{fragment}")
    learn.page.keyboard.press("Enter")
    expect(learn.page.get_by_role("alert").filter(has_text=sentence)).to_be_visible()


def test_back_and_forward_lead_through_the_stages_and_keep_what_was_done(learn: LinkPage) -> None:
    page = learn.page
    learn.draw_with_mouse(SEVEN)
    link = learn.link()
    learn.goto(link)
    page.locator("#tab-why").click()
    page.locator("#tab-blame").click()
    page.locator("#clear").click()
    learn.draw_with_mouse(placed(STYLES[3]["round"], 0.8))
    expect(page.locator("#verdict")).to_contain_text("a 3")
    for tab in ("why", "think"):
        page.go_back()
        expect(page.locator(f"#tab-{tab}")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#verdict")).to_contain_text("a 3")
    page.go_forward()
    expect(page.locator("#tab-why")).to_have_attribute("aria-selected", "true")


def test_what_a_link_does_not_hold_is_said(learn: LinkPage) -> None:
    page = learn.page
    page.locator("#tab-blame").click()
    page.locator("#one-step").click()
    expect(page.locator("#step-report")).to_contain_text("One step")
    learn.link()
    expect(page.locator("#link-notes")).to_contain_text("does not hold the last change")
    page.keyboard.press("Escape")
    page.locator("#sample").click()
    page.wait_for_function("() => MNIST.learn.drawing.image !== null")
    learn.link()
    expect(page.locator("#link-notes")).to_contain_text("does not hold the image")


def test_the_dialog_speaks_from_the_catalogue_and_holds_longer_texts(digits: DigitPage) -> None:
    learn = LinkPage(digits.page)
    speak_pseudo(digits.page)
    digits.page.set_viewport_size({"width": 390, "height": 844})
    digits.page.goto(f"{PAGES['learn']}?lang=de")
    digits.page.wait_for_function(READY)
    learn.link()
    assert written_elsewhere(digits.page, "#link-dialog") == []
    digits.page.locator(".link-teachers summary").click()
    sizes = "(dialog) => [dialog.scrollWidth, dialog.clientWidth]"
    needed, given = digits.page.locator("#link-dialog").evaluate(sizes)
    assert needed <= given
    for control in digits.page.locator("#link-dialog :is(button, summary, .switch)").all():
        box = control.bounding_box()
        assert box is None or box["height"] >= 44


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_dialog_is_accessible(
    digits: DigitPage, api: Server, axe_source: str, theme: str
) -> None:
    learn = LinkPage(digits.page)
    learn.goto(f"{api.url}/learn.html")
    learn.page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    learn.link()
    learn.page.locator(".link-teachers summary").click()
    assert learn.axe(axe_source) == []
    learn.page.locator("#link-sheet").click()
    expect(learn.page.locator("#class-sheet")).to_be_visible()
    assert learn.axe(axe_source) == []
