"""learn.html, "Watch it learn": a network is trained in the page, and each control works."""

import re
from collections.abc import Iterator

import pytest
from digit_page import DigitPage
from handwriting import STYLES, placed
from playwright.sync_api import Browser, Locator, Page, expect
from servers import ROOT, Server

FROM_DISK = (ROOT / "frontend" / "learn.html").as_uri() + "#watch"
SEVEN = placed(STYLES[7]["angular"], 0.8)
STATUS = "document.querySelector('#watch-status').textContent"
STEPS = f"Number({STATUS}.match(/([\\d,]+) step/)[1].replace(',', ''))"
EPOCH = f"Number({STATUS}.match(/Epoch ([\\d.]+)/)[1])"


class WatchPage(DigitPage):
    """The stage, opened and with its digits."""

    def __init__(self, page: Page, url: str = FROM_DISK) -> None:
        super().__init__(page)
        page.goto(url)
        self.status = page.locator("#watch-status")
        expect(self.status).to_contain_text("Epoch 0.00")
        self.play = page.locator("#watch-play")
        self.finding = page.locator("#watch-finding")

    def run_one(self, unit: str) -> None:
        """Train for one image, batch or epoch, and wait for it."""
        before = self.steps
        self.page.locator(f"[data-run={unit}]").click()
        expect(self.status).not_to_have_text(re.compile(rf"· {before:,} steps? ·"), timeout=60_000)
        expect(self.play).to_have_text("Play")

    def reach_epoch(self, epoch: float) -> None:
        """Wait until the training is so far."""
        self.page.wait_for_function(f"{EPOCH} >= {epoch}", timeout=120_000)

    def choose(self, field: str, value: str) -> None:
        """Set a field of the settings."""
        self.page.locator(f"#watch-{field}").select_option(value)

    def slide(self, field: str, value: float) -> None:
        """Move a slider of the settings."""
        slider = self.page.locator(f"#watch-{field}")
        slider.evaluate(
            """(slider, value) => {
              slider.value = value;
              slider.dispatchEvent(new Event('input'));
            }""",
            value,
        )

    @property
    def steps(self) -> int:
        """How many steps the status names."""
        found = re.search(r"([\d,]+) steps?", self.status.inner_text())
        assert found is not None
        return int(found[1].replace(",", ""))

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the weights that the status names."""
        return self.status.inner_text().split("weights ")[1][:8]


@pytest.fixture
def watch(page: Page) -> Iterator[WatchPage]:
    """The stage, opened from disk, without any network."""
    page.context.set_offline(True)
    watch = WatchPage(page)
    yield watch
    assert watch.complaints == []


def painted(canvas: Locator) -> str:
    """Return what a canvas shows, as a text that differs when it does."""
    shown: str = canvas.evaluate("(canvas) => canvas.toDataURL()")
    return shown


def test_a_new_network_learns_to_read_in_an_epoch(watch):
    expect(watch.page.locator("#watch-test")).to_contain_text("%")
    watch.run_one("epochs")
    assert watch.steps == 157
    expect(watch.status).to_contain_text("Epoch 1.00")
    watch.page.wait_for_function(
        "parseFloat(document.querySelector('#watch-test').textContent) > 80"
    )


def test_one_image_and_one_batch_are_one_step_each(watch):
    watch.run_one("images")
    expect(watch.status).to_contain_text("1 step ")
    watch.run_one("batches")
    expect(watch.status).to_contain_text("2 steps ")


def test_play_goes_on_until_pause(watch):
    watch.play.click()
    expect(watch.play).to_have_text("Pause")
    watch.page.wait_for_function(f"{STEPS} > 5")
    watch.play.click()
    expect(watch.play).to_have_text("Play")
    watch.page.wait_for_function(
        f"""() => new Promise((done) => {{
          const before = {STATUS};
          setTimeout(() => done({STATUS} === before), 300);
        }})"""
    )


def test_the_same_seed_gives_the_same_weights_and_another_one_does_not(watch):
    watch.run_one("batches")
    expect(watch.status).to_contain_text("1 step ")
    first = watch.fingerprint
    watch.page.locator("#watch-again").click()
    expect(watch.status).to_contain_text("0 steps")
    watch.run_one("batches")
    expect(watch.status).to_contain_text(first)
    watch.page.locator("#watch-seed").fill("2")
    watch.page.locator("#watch-seed").press("Enter")
    expect(watch.status).to_contain_text("seed 2")
    watch.run_one("batches")
    expect(watch.status).to_contain_text("1 step ")
    assert watch.fingerprint != first


def test_all_images_follow_the_training(watch):
    page = watch.page
    canvases = [
        "#watch-accuracy",
        "#watch-losses",
        "#watch-ribbon",
        "#watch-tiles canvas",
        "#watch-strip",
    ]
    expect(page.locator("#watch-tile-text")).to_contain_text("of 300 test digits")
    before = {name: painted(page.locator(name)) for name in canvases}
    watch.run_one("epochs")
    for name in canvases:
        page.wait_for_function(
            "([name, before]) => document.querySelector(name).toDataURL() !== before",
            arg=[name, before[name]],
        )


def test_another_drawing_is_read_by_the_network_as_it_is_and_as_it_was(watch):
    watch.run_one("epochs")
    before = painted(watch.page.locator("#watch-ribbon"))
    watch.clear.click()
    watch.draw_with_mouse(SEVEN)
    expect(watch.page.locator("#watch-answer")).to_have_text("7")
    expect(watch.page.locator("#watch-ribbon")).to_have_attribute(
        "aria-label", re.compile("read as 7 now")
    )
    assert painted(watch.page.locator("#watch-ribbon")) != before


@pytest.mark.parametrize(
    ("preset", "finding"),
    [
        ("rate-high", "learning rate is too high"),
        ("rate-low", "too low"),
        ("zeros", "began at zero"),
        ("huge", "far too large"),
        ("by-heart", "by heart"),
        ("labels", "labels are wrong"),
    ],
)
def test_the_doctor_names_what_goes_wrong_in_each_bad_recipe(watch, preset, finding):
    watch.choose("preset", preset)
    expect(watch.page.locator("#watch-reason")).not_to_be_empty()
    watch.play.click()
    expect(watch.finding).to_contain_text(finding, timeout=60_000)


def test_the_fix_of_the_doctor_cures(watch):
    watch.choose("preset", "zeros")
    watch.run_one("epochs")
    expect(watch.finding).to_contain_text("began at zero")
    watch.page.locator("#watch-fix").click()
    expect(watch.page.locator("#watch-initialisation")).to_have_value("he")
    watch.reach_epoch(1)
    expect(watch.finding).to_be_hidden()


def test_a_training_that_brings_nothing_more_stops_by_itself_and_says_how_well_it_reads(watch):
    watch.choose("examples", "10")
    watch.slide("rate", 0)  # 1
    watch.play.click()
    expect(watch.status).to_contain_text("It stopped by itself", timeout=60_000)
    expect(watch.play).to_have_text("Play")
    result = watch.page.locator("#watch-result")
    expect(result).to_contain_text("of 1,000 test digits right")
    expect(result).to_contain_text("400 epochs")


def test_settings_change_the_training_that_is_going_on(watch):
    watch.run_one("batches")
    watch.choose("batch", "128")
    watch.choose("optimizer", "adam")
    watch.slide("rate", -3)
    watch.slide("dropout", 0.2)
    watch.choose("decay", "0.001")
    watch.page.locator("#watch-distortions").check()
    expect(watch.page.locator("#watch-rate-value")).to_have_text("0.001")
    expect(watch.page.locator("#watch-preset")).to_have_value("")
    watch.run_one("batches")
    expect(watch.status).to_contain_text("2 steps ")
    shown = "MNIST.learn.page.state !== null"
    assert watch.page.evaluate(shown)


def test_other_hidden_layers_make_another_network_and_nonsense_is_refused(watch):
    hidden = watch.page.locator("#watch-hidden")
    hidden.fill("32")
    hidden.press("Enter")
    expect(watch.page.locator("#watch-tiles canvas")).to_have_attribute(
        "aria-label", re.compile("32 neurons")
    )
    watch.run_one("batches")
    expect(watch.status).to_contain_text("1 step ")
    hidden.fill("many")
    hidden.press("Enter")
    expect(watch.page.locator("#watch-form-error")).to_contain_text("whole number")
    expect(hidden).to_have_attribute("aria-invalid", "true")
    expect(watch.status).to_contain_text("1 step ")


def test_the_film_goes_back_and_a_branch_goes_on_from_there(watch):
    page = watch.page
    watch.run_one("epochs")
    expect(page.locator("#watch-frame-text")).to_have_text("Now")
    end = watch.fingerprint
    frame = page.locator("#watch-frame")
    page.wait_for_function("Number(document.querySelector('#watch-frame').max) >= 2")
    frame.focus()
    frame.press("Home")
    expect(page.locator("#watch-frame-text")).to_contain_text("Epoch 0.00, step 0: frame 1")
    page.locator("#watch-branch").click()
    expect(watch.status).to_contain_text("0 steps")
    expect(page.locator(".is-branch")).to_be_visible()
    watch.run_one("epochs")
    expect(watch.status).to_contain_text(end)  # nothing was changed, so it is the same run


def test_slow_motion_goes_through_the_five_stages_of_a_step(watch):
    page = watch.page
    page.locator("#watch-slow-open").click()
    text = page.locator("#watch-slow-text")
    expect(text).to_contain_text("The network answers")
    page.keyboard.press("n")
    for said in ("−ln", "should rise"):
        expect(text).to_contain_text(said)
        page.locator("#watch-slow-next").click()
    expect(text).to_contain_text("flows back")
    expect(watch.status).to_contain_text("0 steps")
    page.locator("#watch-slow-next").click()
    expect(text).to_contain_text("Every weight moves")
    expect(watch.status).to_contain_text("1 step ")


def test_to_leave_the_stage_pauses_the_training(watch):
    watch.play.click()
    watch.page.wait_for_function(f"{STEPS} > 2")
    watch.page.locator("#tab-why").click()
    watch.page.locator("#tab-watch").click()
    expect(watch.play).to_have_text("Play")


def test_each_image_has_a_table(watch):
    page = watch.page
    watch.run_one("epochs")
    page.locator("#watch-slow-open").click()
    expect(page.locator("#watch-slow-text")).not_to_be_empty()
    buttons = page.locator("#watch [data-table]")
    assert buttons.count() == 5
    for n in range(buttons.count()):
        buttons.nth(n).click()
        dialog = page.locator("#table-dialog")
        expect(dialog.locator("tbody tr").first).to_be_visible()
        dialog.get_by_role("button", name="Close").click()


def test_a_screen_reader_hears_at_most_one_sentence_in_two_seconds(watch):
    watch.page.evaluate(
        """() => {
          window.heard = [];
          new MutationObserver(() => {
            const text = document.querySelector('#announcer').textContent;
            if (text !== '') window.heard.push([performance.now(), text]);
          }).observe(document.querySelector('#announcer'), { childList: true });
        }"""
    )
    watch.play.click()
    watch.page.wait_for_function(
        "window.heard.filter(([, text]) => text.includes('Epoch')).length >= 3", timeout=120_000
    )
    times = [time for time, _ in watch.page.evaluate("window.heard")]
    # A busy page may be late with one of them, so they are counted.
    assert len(times) <= (times[-1] - times[0]) / 2_000 + 2


def test_the_keyboard_alone_trains_and_looks_at_tiles(watch):
    page = watch.page
    watch.play.focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"{STEPS} > 2")
    page.keyboard.press("Space")
    expect(watch.play).to_have_text("Play")
    page.locator("#watch-tiles canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#watch-tile-text")).to_contain_text("neuron 1:")
    page.get_by_role("radio", name="its weights", exact=True).check()
    expect(page.locator("#watch-tile-text")).to_contain_text("neuron 1:")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_cut_off_sideways_in_a_wide_font(watch, width):
    page = watch.page
    page.set_viewport_size({"width": width, "height": 844})
    page.add_style_tag(content="* { font-family: 'DejaVu Sans', Verdana, sans-serif !important }")
    page.locator("#watch-slow-open").click()
    page.locator(".watch-settings").evaluate("(details) => (details.open = true)")
    watch.choose("preset", "zeros")
    watch.run_one("epochs")
    expect(watch.finding).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(page, api: Server, axe_source, scheme, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    watch = WatchPage(page, f"{api.url}/learn.html#watch")
    page.locator(".watch-settings").evaluate("(details) => (details.open = true)")
    watch.choose("preset", "zeros")
    watch.run_one("epochs")
    expect(watch.finding).to_be_visible()
    page.locator("#watch-slow-open").click()
    expect(page.locator("#watch-slow-text")).not_to_be_empty()
    assert watch.axe(axe_source) == []
    assert watch.complaints == []


def test_on_a_phone_every_target_is_44_pixels_high_and_a_finger_trains(
    browser: Browser, browser_context_args: dict[str, object]
):
    screen = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with browser.new_context(**browser_context_args | screen) as context:
        watch = WatchPage(context.new_page())
        watch.page.locator("#watch-slow-open").tap()
        expect(watch.page.locator("#watch-slow-text")).not_to_be_empty()
        watch.page.locator(".watch-settings summary").tap()
        small = watch.page.evaluate(
            """() => [...document.querySelectorAll('#watch :is(button, select, summary, input)')]
              .filter((control) => control.getClientRects().length > 0)
              .map((one) => (/radio|checkbox/.test(one.type) ? one.closest('label') : one))
              .filter((control) => control.getBoundingClientRect().height < 44)
              .map((control) => control.id || control.textContent)"""
        )
        assert small == []
        watch.play.tap()
        watch.page.wait_for_function(f"{STEPS} > 2")
        assert watch.complaints == []


def test_a_training_whose_worker_is_gone_goes_on_from_the_film(watch: WatchPage) -> None:
    """A browser that is short of memory ends a worker without a word."""
    page = watch.page
    watch.run_one("batches")
    watch.play.click()
    watch.reach_epoch(0.2)
    (worker,) = page.workers
    worker.evaluate("self.close()")
    expect(watch.status).to_contain_text("The browser has ended the training", timeout=60_000)
    expect(watch.play).to_have_text("Play")
    page.locator("#watch-frame").focus()
    page.locator("#watch-frame").press("Home")
    page.locator("#watch-branch").click()
    expect(watch.status).to_contain_text(" 0 steps")
    watch.run_one("batches")
    assert watch.steps == 1


def test_a_moment_of_the_film_has_its_own_numbers(watch: WatchPage) -> None:
    page = watch.page
    watch.run_one("epochs")
    page.wait_for_function("Number(document.querySelector('#watch-frame').max) >= 4")
    frame = page.locator("#watch-frame")
    frame.focus()
    frame.press("Home")
    frame.press("ArrowRight")
    frame.press("ArrowRight")
    text = page.locator("#watch-frame-text").inner_text()
    step = re.search(r"step ([\d,]+)", text)
    assert step is not None
    expect(watch.status).to_contain_text(f"· {step[1]} step")
    accuracy = page.locator("#watch-test")
    expect(accuracy).not_to_have_text("–")
    shown = [accuracy.inner_text(), page.locator("#watch-answer-name").inner_text()]
    prints = watch.fingerprint
    page.locator("#watch-branch").click()
    expect(page.locator("#watch-frame-text")).to_have_text("Now")
    expect(accuracy).to_have_text(shown[0])
    expect(page.locator("#watch-answer-name")).to_have_text(shown[1])
    assert watch.fingerprint == prints


def test_an_empty_pad_gets_no_answer_from_the_network_that_trains(watch: WatchPage) -> None:
    page = watch.page
    watch.run_one("batches")
    expect(page.locator("#watch-answer")).not_to_have_text("–")
    watch.clear.click()
    expect(page.locator("#watch-answer")).to_have_text("–")
    watch.run_one("batches")
    expect(page.locator("#watch-answer")).to_have_text("–")


def test_escape_closes_slow_motion_and_keeps_the_drawing(watch: WatchPage) -> None:
    page = watch.page
    watch.draw_with_mouse(SEVEN)
    page.locator("#watch-slow-open").click()
    expect(page.locator("#watch-slow")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#watch-slow")).to_be_hidden()
    expect(page.locator("#watch-slow-open")).to_be_focused()
    assert page.evaluate("MNIST.learn.drawing.isEmpty") is False
