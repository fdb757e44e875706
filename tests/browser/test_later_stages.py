"""learn.html: a stage that comes when its tab is opened, here a small one of the test's own."""

import shutil
from pathlib import Path

import pytest
from digit_page import DigitPage
from playwright.sync_api import Page, expect
from servers import ROOT

FIRST = "MNIST.add('learn', (() => ({ FOOL_WORDS: 'pixels with ink' }))());"
STAGE = """
MNIST.add('learn', (() => {
  class FoolStage {
    #host;
    #text = document.createElement('p');
    left = 0;

    constructor(host) {
      this.#host = host;
      this.#text.className = 'fool-text';
      host.section.append(this.#text);
      globalThis.fool = this;
      globalThis.layers = host.shipped.layers.length;
    }

    render({ pixels, temperature }) {
      const count = pixels.filter((grey) => grey > 0).length;
      this.#text.textContent = `${count} ${MNIST.learn.FOOL_WORDS}, ${temperature}`;
    }

    leave() {
      this.left += 1;
    }

    go(steps) {
      this.#host.change({ temperature: this.#host.getState().temperature + steps });
    }
  }

  return { FoolStage };
})());
"""
SCRIPTS = "pages/learn/fool/fool-words.js pages/learn/fool/fool-stage.js"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy the pages, and give them one stage more."""
    folder = tmp_path / "frontend"
    shutil.copytree(ROOT / "frontend", folder)
    page = folder / "learn.html"
    html = page.read_text(encoding="utf-8")
    start = html.index('<button id="tab-fool"')
    end = html.index("</button>", start)
    tab = (
        '<button id="tab-fool" class="tab" type="button" role="tab" aria-controls="fool" '
        'aria-selected="false" tabindex="-1" data-styles="learn-fool" '
        f'data-scripts="{SCRIPTS}">Fool it'
    )
    page.write_text(html[:start] + tab + html[end:], encoding="utf-8")
    scripts = folder / "js/pages/learn/fool"
    shutil.rmtree(scripts, ignore_errors=True)
    scripts.mkdir()
    (scripts / "fool-words.js").write_text(FIRST, encoding="utf-8")
    (scripts / "fool-stage.js").write_text(STAGE, encoding="utf-8")
    style = ".fool-text { color: rgb(1, 2, 3); }"
    (folder / "css/pages/learn-fool.css").write_text(style, encoding="utf-8")
    return folder


def open_page(page: Page, folder: Path, fragment: str = "") -> DigitPage:
    """Open learn.html from disk, and wait until it can be used."""
    learn = DigitPage(page)
    page.context.set_offline(True)
    page.goto((folder / "learn.html").as_uri() + fragment)
    expect(page.locator("#learn")).not_to_have_attribute("inert", "")
    return learn


def test_a_stage_loads_when_its_tab_is_opened_and_follows_the_drawing(page, folder):
    learn = open_page(page, folder)
    assert page.evaluate("document.querySelector('script[src*=fool]')") is None
    page.locator("#tab-fool").click()
    text = page.locator("#fool .fool-text")
    expect(text).to_contain_text("pixels with ink")
    expect(text).to_have_css("color", "rgb(1, 2, 3)")
    expect(page.locator("#code-strip")).to_be_hidden()
    assert page.evaluate("layers") == 3
    learn.clear.click()
    expect(text).to_have_text("0 pixels with ink, 1")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("n")
    expect(text).to_have_text("0 pixels with ink, 2")
    page.locator("#tab-think").click()
    assert page.evaluate("fool.left") == 1
    expect(page.locator("#fool")).to_be_hidden()
    assert learn.complaints == []


def test_arrow_keys_reach_the_stage_and_wrap_around(page, folder):
    open_page(page, folder)
    page.locator("#tab-think").focus()
    shown = page.locator("[role=tab]:visible").count()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#tab-fool")).to_be_focused()
    expect(page.locator("#tab-fool")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#fool .fool-text")).to_be_visible()
    for _ in range(shown):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-fool")).to_be_focused()


def test_the_address_names_the_open_stage(page, folder):
    learn = open_page(page, folder, "#fool")
    expect(page.locator("#fool .fool-text")).to_be_visible()
    page.locator("#tab-why").click()
    assert page.url.endswith("learn.html#why")
    page.evaluate("location.hash = '#blame'")
    expect(page.locator("#blame")).to_be_visible()
    page.evaluate("location.hash = '#pad'")
    expect(page.locator("#blame")).to_be_visible()
    assert learn.complaints == []


@pytest.mark.parametrize(
    "missing", ["js/pages/learn/fool/fool-stage.js", "css/pages/learn-fool.css"]
)
def test_a_stage_that_does_not_load_says_so_and_can_be_tried_again(page, folder, missing):
    open_page(page, folder)
    content = (folder / missing).read_text(encoding="utf-8")
    (folder / missing).unlink()
    page.locator("#tab-fool").click()
    expect(page.locator("#fool [role=alert]")).to_contain_text(f"{missing} does not load")
    (folder / missing).write_text(content, encoding="utf-8")
    page.locator("#tab-fool").click()
    expect(page.locator("#fool .fool-text")).to_be_visible()
    expect(page.locator("#fool [role=alert]")).to_have_count(0)
