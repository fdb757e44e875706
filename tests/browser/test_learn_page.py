"""learn.html: what it shows is what the network computes, by pointer and by keyboard alone."""

import re
from collections.abc import Iterator

import numpy as np
import pytest
from digit_page import DigitPage
from handwriting import STYLES, placed
from playwright.sync_api import Browser, Page, expect
from servers import ROOT, Server

from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP

SEVEN = placed(STYLES[7]["angular"], 0.8)
FROM_DISK = (ROOT / "frontend" / "learn.html").as_uri()
STAGES = ["think", "why", "blame"]


def open_learn(page: Page, url: str) -> DigitPage:
    """Open the page and wait until all of its numbers are there."""
    learn = DigitPage(page)
    page.goto(url)
    expect(page.locator("#accuracy")).to_contain_text("1,000 other digits", timeout=20_000)
    return learn


@pytest.fixture
def learn(page: Page) -> Iterator[DigitPage]:
    """The page, opened from disk, without any network."""
    page.context.set_offline(True)
    learn = open_learn(page, FROM_DISK)
    yield learn
    assert learn.complaints == []


def pixels_of(page: Page) -> np.ndarray:
    """Return what the page's network reads, (784,) float64 from 0 to 1."""
    return np.array(page.evaluate("Array.from(MNIST.learn.page.state.pixels)")) / 255


def in_double_precision() -> MLP:
    """Return the network that comes with the project, in float64."""
    shipped = MLP.load(default_weights())
    model = MLP(dtype=np.float64)
    model.parameters[:] = shipped.parameters
    return model


def number_after(text: str, words: str) -> float:
    """Return the number that follows some words."""
    found = re.search(re.escape(words) + r"\s*(−?[\d.]*\d)", text)
    assert found is not None, f"{words!r} in {text!r}"
    return float(found[1].replace("−", "-"))


def test_the_page_opens_with_a_digit_and_its_reading(learn):
    expect(learn.page.locator("#verdict")).to_contain_text("The network reads a")
    expect(learn.page.locator("#badge")).to_be_hidden()


def test_each_number_of_a_neuron_is_what_numpy_computes(learn):
    learn.clear.click()
    learn.draw_with_mouse(SEVEN)
    expect(learn.digit).to_have_text("7")
    page = learn.page
    activations = in_double_precision().forward(pixels_of(page)[None])
    sums = page.evaluate("MNIST.learn.page.state.pass.sums.map((z) => Array.from(z))")
    assert np.allclose(sums[2], activations[-1][0], atol=1e-6)
    for layer in (1, 2):
        shown = page.evaluate(f"Array.from(MNIST.learn.page.state.pass.activations[{layer}])")
        assert np.allclose(shown, activations[layer][0], atol=1e-6)


def test_followed_to_its_end_a_sum_is_the_z_that_the_tile_shows(learn):
    page = learn.page
    for place in ("#layer1-grid", "#layer2-grid"):
        page.locator(place).click(position={"x": 30, "y": 30})
        page.locator("#sum-skip").click()
        check = page.locator("#sum-check")
        expect(check).to_contain_text("add up to")
        text = check.inner_text()
        total, z = number_after(text, "add up to"), number_after(text, "z is")
        assert abs(total - z) < 1e-4


def test_an_edit_moves_the_answer_is_measured_and_can_be_undone(learn):
    page = learn.page
    page.locator("#outputs button").nth(3).click()
    page.locator("#surgery summary").click()
    before = page.locator("#accuracy").inner_text()
    page.locator("#edit-bias-number").fill("40")
    page.locator("#edit-bias-number").press("Tab")
    expect(learn.digit).to_have_text("3")
    expect(page.locator("#badge")).to_contain_text("1 change")
    expect(page.locator("#accuracy")).to_contain_text("it was")
    page.locator("#undo-change").click()
    expect(page.locator("#badge")).to_be_hidden()
    expect(page.locator("#accuracy")).to_have_text(before)


def test_every_list_of_the_ledger_closes_on_the_page(learn):
    page = learn.page
    page.locator("#tab-why").click()
    for name in ("regions", "pieces of ink", "pixels", "layer 1", "layer 2"):
        page.get_by_role("radio", name=name, exact=True).check()
        text = page.locator("#ledger-check").inner_text()
        total, difference = number_after(text, "Adds up to"), number_after(text, "scores is")
        assert abs(total - difference) < 1e-3
    activations = in_double_precision().forward(pixels_of(page)[None])
    first, second = np.argsort(activations[-1][0])[::-1][:2]
    wanted = activations[-1][0][first] - activations[-1][0][second]
    assert abs(difference - wanted) < 1e-3


def test_erased_ink_changes_the_ledger_and_comes_back(learn):
    page = learn.page
    page.locator("#tab-why").click()
    expect(page.locator("#why-headline")).to_contain_text("ahead of")
    before = page.locator("#why-headline").inner_text()
    canvas = page.locator("#why-map")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.45)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.5, steps=30)
    page.mouse.up()
    expect(page.locator("#why-headline")).not_to_have_text(before)
    page.locator("#ink-back").click()
    expect(page.locator("#why-headline")).to_have_text(before)


def test_the_gradients_of_a_weight_and_a_bias_are_pythons_and_the_nudge_agrees(learn):
    page = learn.page
    page.locator("#tab-blame").click()
    page.locator(".target").nth(9).click()
    model = in_double_precision()
    activations = model.forward(pixels_of(page)[None])
    _, gradient = model.backward(activations, np.array([9]))
    strongest = int(activations[1][0].argmax())
    page.locator("#weight-layer").select_option(label="2")
    page.locator("#weight-input").fill(str(strongest))
    page.locator("#weight-output").fill("9")
    page.locator("#weight-output").press("Tab")
    expect(page.locator("#weight-title")).to_have_text(
        f"The weight from layer 1, neuron {strongest} to layer 2, neuron 9"
    )
    dW, db = model.views(gradient)
    for is_bias, expected in ((False, dW[1][strongest, 9]), (True, db[1][9])):
        page.locator("#weight-bias").set_checked(is_bias)
        title = "The bias of" if is_bias else "The weight from"
        expect(page.locator("#weight-title")).to_contain_text(title)
        text = page.locator("#slope-check").inner_text()
        computed, measured = number_after(text, "gradient is"), number_after(text, "slope is")
        assert abs(computed - expected) < 1e-5
        assert abs(computed - measured) < 1e-3 * (1 + abs(computed))


def test_ten_steps_alone_teach_the_drawing_and_undo_brings_the_network_back(learn):
    page = learn.page
    page.locator("#tab-blame").click()
    page.locator(".target").nth(2).click()
    page.locator("#ten-steps").click()
    expect(page.locator("#step-report")).to_contain_text("10 steps towards 2")
    expect(learn.digit).to_have_text("2")
    expect(page.locator("#accuracy")).to_contain_text("it was")
    page.locator("#undo-step").click()
    expect(page.locator("#badge")).to_be_hidden()


def test_old_digits_in_each_step_keep_what_was_known(learn):
    page = learn.page
    page.locator("#tab-blame").click()
    page.locator(".target").nth(2).click()
    shares = []
    for is_mixed in (False, True):
        if is_mixed:
            page.locator("#restore").click()
            page.locator("#mix").check()
        for number in range(1, 4):
            page.locator("#ten-steps").click()
            expect(page.locator("#badge-text")).to_contain_text(f"{number} change")
        page.wait_for_function("MNIST.learn.page.accuracy !== null")
        shares.append(page.evaluate("MNIST.learn.page.accuracy"))
    assert shares[1] > shares[0]


def test_the_code_lights_up_with_this_drawings_numbers(learn):
    page = learn.page
    lit = page.locator("#code-lines .is-lit")
    expect(lit.first).to_contain_text("z = activations[-1] @ W + b")
    z = page.evaluate(
        "((s) => s.pass.sums[s.selected.layer][s.selected.neuron])(MNIST.learn.page.state)"
    )
    expect(lit.first).to_contain_text(f"{z:.4f}".replace("-", "−"))
    page.locator("#tab-blame").click()
    for _ in range(2):
        page.locator("#blame-next").click()
    expect(lit).to_contain_text("delta[right] -= 1")
    page.get_by_role("radio", name="JavaScript").check(force=True)
    expect(lit).to_contain_text("delta[target] -= 1")
    page.get_by_role("radio", name="Formula").check(force=True)
    expect(lit).to_contain_text("δ = ŷ − y")


def focus(page: Page) -> str:
    """Return the id of what has the focus."""
    name: str = page.evaluate("document.activeElement?.id ?? ''")
    return name


def tab_to(page: Page, name: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(80):
        if focus(page) == name:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reaches #{name}")


def test_all_three_stages_can_be_worked_by_keyboard_alone(learn):
    page = learn.page
    keys = page.keyboard
    tab_to(page, "layer1-grid")
    keys.press("Home")
    keys.press("ArrowRight")
    keys.press("ArrowDown")
    keys.press("Enter")
    said = page.locator("#layer1-grid ~ [aria-live]")
    expect(said).to_contain_text("layer 1, neuron 17: ")
    expect(page.locator("#neuron-title")).to_have_text("Layer 1, neuron 17")
    keys.press("o")
    expect(page.locator("#badge")).to_contain_text("1 change")
    keys.press("z")
    expect(page.locator("#badge")).to_be_hidden()
    keys.press("n")
    expect(page.locator("#sum-rows li")).to_have_count(1)
    page.evaluate("document.activeElement.blur()")
    keys.press("Space")
    expect(page.locator("#sum-rows li")).to_have_count(2)
    keys.press("ArrowLeft")
    expect(page.locator("#sum-rows li")).to_have_count(1)
    tab_to(page, "tab-think")
    keys.press("ArrowRight")
    assert focus(page) == "tab-why"
    expect(page.locator("#ledger li").first).to_be_visible()
    tab_to(page, "why-map")
    for _ in range(9):
        keys.press("ArrowDown")
    keys.press("Enter")
    page.evaluate("document.querySelector('#tab-why').focus()")
    keys.press("ArrowRight")
    assert focus(page) == "tab-blame"
    page.evaluate("document.activeElement.blur()")
    for step in range(2, 8):
        keys.press("Space")
        expect(page.locator("#blame-title")).to_contain_text(f"{step} of 7")
    keys.press("ArrowLeft")
    expect(page.locator("#blame-title")).to_contain_text("6 of 7")
    tab_to(page, "gradient-canvas")
    before = page.locator("#weight-title").inner_text()
    keys.press("PageDown")
    keys.press("PageUp")
    keys.press("PageUp")
    expect(page.locator("#weight-title")).not_to_have_text(before)
    keys.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    keys.press("Escape")


def test_two_keys_in_one_frame_move_two_places(learn):
    page = learn.page
    page.locator("#tab-blame").click()
    for _ in range(6):
        page.locator("#blame-next").click()
    page.locator("#weight-output").fill("5")
    page.locator("#weight-output").press("Tab")
    expect(page.locator("#weight-title")).to_contain_text("neuron 5")
    page.locator("#gradient-canvas").evaluate(
        """(canvas) => {
          for (const key of ['PageDown', 'PageDown']) {
            canvas.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
          }
        }"""
    )
    expect(page.locator("#weight-title")).to_contain_text("neuron 7")


@pytest.mark.parametrize("stage", STAGES)
def test_each_image_has_a_table(learn, stage):
    page = learn.page
    page.locator(f"#tab-{stage}").click()
    for _ in range(3 if stage == "blame" else 0):
        page.locator("#blame-next").click()
    buttons = page.locator(f"#{stage} [data-table]")
    assert buttons.count() > 0
    for n in range(buttons.count()):
        buttons.nth(n).click()
        dialog = page.locator("#table-dialog")
        expect(dialog.locator("tbody tr").first).to_be_visible()
        dialog.get_by_role("button", name="Close").click()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_cut_off_sideways_in_a_wide_font(learn, width):
    page = learn.page
    page.set_viewport_size({"width": width, "height": 844})
    page.add_style_tag(content="* { font-family: 'DejaVu Sans', Verdana, sans-serif !important }")
    for stage in STAGES:
        page.locator(f"#tab-{stage}").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_in_any_stage(page, api: Server, axe_source, scheme, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    learn = open_learn(page, f"{api.url}/learn.html")
    if width == 390:
        page.locator("#neuron-toggle").click()
    for stage in STAGES:
        page.locator(f"#tab-{stage}").click()
        assert learn.axe(axe_source) == []


def test_served_under_its_security_policy_the_page_works(page, api: Server):
    learn = open_learn(page, f"{api.url}/learn.html")
    page.locator("#tab-blame").click()
    expect(page.locator("#blame-title")).to_contain_text("1 of 7")
    assert learn.complaints == []


def test_on_a_phone_a_finger_draws_and_the_page_reads(
    browser: Browser, browser_context_args: dict[str, object]
):
    screen = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with browser.new_context(**browser_context_args | screen) as context:
        learn = open_learn(context.new_page(), FROM_DISK)
        learn.clear.tap()
        learn.draw_with_finger(SEVEN)
        expect(learn.digit).to_have_text("7")
        body = learn.page.locator("#neuron-body")
        expect(body).to_be_hidden()
        learn.page.locator("#layer2-grid").tap()
        expect(body).to_be_in_viewport()
        expect(learn.page.locator("#neuron-title")).to_contain_text("Layer 2")
        learn.page.locator("#neuron-toggle").tap()
        expect(body).to_be_hidden()
        learn.page.locator("#code-lines").scroll_into_view_if_needed()
        expect(learn.page.locator("#mini-text")).to_contain_text("7 ")
        expect(learn.page.locator("#mini")).to_be_in_viewport()
        assert learn.complaints == []


SMALL_TARGETS = """() => {
  for (const details of document.querySelectorAll('details')) details.open = true;
  const all = '#learn :is(button, select, summary, input), .tools :is(button, input), '
    + '.actions :is(button, input), .masthead :is(a, input)';
  const parts = (control) => [control, control.closest('label')].filter((part) => part !== null);
  return [...document.querySelectorAll(all)]
    .filter((control) => control.getClientRects().length > 0)
    .filter((control) => parts(control).every((part) => part.getBoundingClientRect().height < 44))
    .map((control) => control.id || control.value || control.textContent);
}"""


def test_a_finger_finds_targets_of_44_pixels_in_each_stage(learn):
    page = learn.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("#neuron-toggle").click()
    for stage in STAGES:
        page.locator(f"#tab-{stage}").click()
        assert page.evaluate(SMALL_TARGETS) == []


COVERED = """(selector) => {
  const { left, right, top, bottom } = document.querySelector(selector).getBoundingClientRect();
  const middle = (left + right) / 2;
  const found = [top + 2, (top + bottom) / 2, bottom - 2]
    .map((y) => document.elementFromPoint(middle, y)?.closest(selector));
  return found.some((element) => element == null);
}"""


def test_on_the_smallest_phone_the_sheet_of_a_neuron_leaves_the_drawing_in_view(learn):
    page = learn.page
    page.set_viewport_size({"width": 320, "height": 640})
    assert not page.evaluate(COVERED, "#pad-frame")
    assert not page.evaluate(COVERED, "#verdict")
    page.locator("#layer1-grid").click()
    expect(page.locator("#neuron-body")).to_be_in_viewport()
    assert not page.evaluate(COVERED, "#mini")
    expect(page.locator("#layer1-grid")).to_be_in_viewport()


def test_the_table_of_errors_lists_each_neuron_of_the_three_layers(learn):
    page = learn.page
    page.locator("#tab-blame").click()
    page.locator(".target").nth(9).click()
    page.locator("[data-table=errors]").click()
    errors = page.locator("#table-dialog tbody td:last-child")
    expect(errors).to_have_count(10 + 64 + 128)
    shown = [float(text.replace("−", "-")) for text in errors.all_inner_texts()]
    model = in_double_precision()
    _, gradient = model.backward(model.forward(pixels_of(page)[None]), np.array([9]))
    of_biases = model.views(gradient)[1]  # of one image: the errors themselves
    assert np.allclose(shown, np.concatenate(of_biases[::-1]), atol=1e-4)


def test_an_empty_pad_is_no_error_in_any_stage(learn):
    page = learn.page
    learn.clear.click()
    expect(page.locator("#verdict")).to_have_text("Draw a digit.")
    for stage in STAGES:
        page.locator(f"#tab-{stage}").click()
    page.locator("#one-step").click()
    page.locator("#tab-think").click()
    page.locator("#sum-skip").click()
