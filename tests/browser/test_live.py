"""The network inside the page: it follows the pen, agrees with the API, and keeps to itself."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from digit_page import DigitPage
from handwriting import STYLES, number, placed
from playwright.sync_api import Request, expect
from servers import ROOT, Server

from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP
from mnist_recognizer.vision.geometry import network_input
from mnist_recognizer.vision.slant import straighten

SEVEN = placed(STYLES[7]["angular"], 0.8)
FROM_DISK = (ROOT / "frontend" / "index.html").as_uri()
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "network.json"


@pytest.mark.parametrize("digit", STYLES)
def test_each_digit_is_read_while_it_is_drawn(app: DigitPage, digit: int) -> None:
    for strokes in STYLES[digit].values():
        app.draw_with_mouse(placed(strokes, 0.8))
        app.expect_live(digit)
        expect(app.source).to_contain_text("Read by this page in")
        app.clear.click()


def test_the_answer_changes_with_the_pen_still_down(phone: DigitPage) -> None:
    bar, stem = SEVEN[0][:5], SEVEN[0][5:]
    phone.touch("touchStart", bar[0])
    for point in bar[1:]:
        phone.touch("touchMove", point)
    expect(phone.result).to_have_attribute("data-view", "answer")
    for point in stem:
        phone.touch("touchMove", point)
    phone.expect_live(7)
    phone.touch("touchEnd")
    phone.expect_live(7)


def test_nothing_that_is_drawn_leaves_the_page_until_predict_is_pressed(app: DigitPage) -> None:
    app.draw_with_mouse(SEVEN)
    app.expect_live(7)
    app.sample.click()
    app.undo.click()
    app.expect_live(7)
    assert {request.method for request in app.requests} <= {"GET", "HEAD"}
    assert not any("d=" in request.url for request in app.requests)
    app.predict.click()
    app.expect_digit(7)
    expect(app.source).to_contain_text("Read by the API in")
    assert [r.url.rpartition("/")[2] for r in app.requests if r.method == "POST"] == ["predict"]


def test_page_and_api_agree_within_a_hundred_thousandth(app: DigitPage) -> None:
    for styles in STYLES.values():
        for strokes in styles.values():
            app.draw_with_mouse(placed(strokes, 0.8))
            own = app.page.evaluate(
                "(({ page }) => (page.update(), page.answer.digits[0].prediction.probabilities))"
                "(MNIST.index)"
            )
            with app.page.expect_response("**/predict") as response:
                app.predict.click()
            asked = response.value.json()["probabilities"]
            assert own == pytest.approx([asked[str(digit)] for digit in range(10)], abs=1e-5)
            app.clear.click()


def test_weights_that_are_the_pages_own_are_asked_after_and_not_fetched(app: DigitPage) -> None:
    app.page.wait_for_function("() => MNIST.index.live.isReady")
    app.page.wait_for_load_state("networkidle")
    asked = [r.method for r in app.requests if r.url.endswith("/model/weights")]
    assert asked == ["HEAD"]


@pytest.mark.usefixtures("api")
def test_from_disk_the_network_is_live_too(digits: DigitPage) -> None:
    digits.open(FROM_DISK)
    digits.draw_with_mouse(SEVEN)
    digits.expect_live(7)


def test_without_weights_one_can_draw_and_ask_the_api(digits: DigitPage, api: Server) -> None:
    digits.without_live_network()
    digits.open(api.url)
    expect(digits.words).to_contain_text("press Predict")
    digits.draw_with_mouse(SEVEN)
    assert any(digits.ink())
    expect(digits.verdict).to_have_text("Ready when you are")
    expect(digits.source).to_be_empty()
    digits.predict.click()
    digits.expect_digit(7)
    digits.forgive_failed_requests()


def test_before_the_weights_are_here_the_page_promises_to_read_and_then_does(
    digits: DigitPage, api: Server
) -> None:
    held = digits.hold("**/js/data/model.js")
    digits.open(api.url)
    expect(digits.api_status).to_have_text("Ready")
    digits.next_frame()
    expect(digits.words).to_contain_text("reads while you draw")
    digits.draw_with_mouse(SEVEN)
    expect(digits.verdict).to_have_text("One moment")
    held.release()
    digits.expect_live(7)


@pytest.mark.parametrize("body", [b"", b"<!doctype html>", b"\xff" * 64])
def test_weights_that_are_none_leave_the_page_as_it_is(
    digits: DigitPage, api: Server, body: bytes
) -> None:
    digits.page.route("**/model/weights", lambda route: route.fulfill(body=body))
    digits.open(api.url)
    digits.draw_with_mouse(SEVEN)
    digits.predict.click()
    digits.expect_digit(7)


def test_a_network_that_the_api_has_no_more_is_fetched_anew(digits: DigitPage, api: Server) -> None:
    weights = base64.b64decode(json.loads(GOLDEN.read_text(encoding="utf-8"))["weights"])
    digits.page.route("**/model/weights", lambda route: route.fulfill(body=weights))
    digits.open(api.url)
    digits.draw_with_mouse(SEVEN)
    expect(digits.result).to_have_attribute("data-source", "page")
    digits.page.unroute("**/model/weights")
    digits.predict.click()
    digits.expect_digit(7)
    digits.page.wait_for_function("() => MNIST.index.page.found[0].prediction.confidence > 0.9")
    digits.expect_digit(7)
    digits.clear.click()
    digits.undo.click()
    digits.expect_live(7)


def test_the_pages_answer_is_announced_once_the_pen_rests(app: DigitPage) -> None:
    app.page.evaluate("MNIST.ui.Announcer.rest = 60_000")
    app.draw_with_mouse(SEVEN)
    app.expect_live(7)
    expect(app.announcement).to_be_empty()
    app.page.evaluate("MNIST.ui.Announcer.rest = 100")
    app.draw_with_mouse(SEVEN)
    expect(app.announcement).to_contain_text("It is a 7")


def pixels_of(app: DigitPage, canvas: str) -> list[int]:
    """Return the red of each pixel of a canvas of 28 by 28."""
    every: list[int] = app.page.locator(canvas).evaluate(
        "(canvas) => Array.from(canvas.getContext('2d').getImageData(0, 0, 28, 28).data)"
    )
    return every[::4]


@pytest.mark.parametrize("geometry", [1, 2])
def test_a_network_that_reads_straightened_images_has_a_stage_for_that(
    digits: DigitPage, api: Server, tmp_path: Path, geometry: int
) -> None:
    model = MLP.load(default_weights())
    model.metadata["geometry"] = geometry
    model.save(tmp_path / "weights.safetensors")
    weights = (tmp_path / "weights.safetensors").read_bytes()
    digits.page.route("**/model/weights", lambda route: route.fulfill(body=weights))
    digits.open(api.url)
    digits.draw_with_mouse([[(0.7, 0.2), (0.3, 0.8)]])
    expect(digits.result).to_have_attribute("data-source", "page")
    digits.next_frame()
    last = digits.stages.get_by_role("listitem").last
    expect(last).to_have_text("Upright" if geometry == 2 else "Centred")
    seen = np.array([pixels_of(digits, "#seen")], np.uint8)
    assert (straighten(seen) != seen).any()
    if geometry == 2:
        assert pixels_of(digits, "#upright") == straighten(seen)[0].tolist()
    own = digits.page.evaluate(
        "Array.from(MNIST.index.page.answer.digits[0].prediction.probabilities)"
    )
    expected = model.predict_proba(network_input(model, seen))[0]
    assert own == pytest.approx(expected.tolist(), abs=1e-5)


def test_what_the_network_sees_is_shown_in_stages(app: DigitPage) -> None:
    app.draw_with_mouse(placed(STYLES[3]["round"], 0.3, 0.25, 0.3))
    app.expect_live(3)
    shown = app.stages.get_by_role("listitem").all_inner_texts()
    assert shown[:4] == ["Your ink", "Its box", "Redrawn", "Centred"]
    app.next_frame()
    boxed = app.page.locator("#stage-box").evaluate(
        "(box) => ['--x', '--y', '--width'].map((name) => Number(box.style.getPropertyValue(name)))"
    )
    assert boxed == pytest.approx([0.15, 0.16, 0.19], abs=0.05)
    redrawn, seen = pixels_of(app, "#stage-redrawn"), pixels_of(app, "#seen")
    assert sum(redrawn) == sum(seen) > 0, "the same ink"
    assert seen == app.page.evaluate("Array.from(MNIST.index.page.found[0].pixels)")


def test_the_stages_move_only_where_motion_is_welcome(app: DigitPage) -> None:
    moving = (
        "document.getAnimations().filter(({ effect }) => effect.target.closest('.stage')).length"
    )
    app.draw_with_mouse(SEVEN)
    app.expect_live(7)
    assert app.page.evaluate(moving) == 0
    app.page.emulate_media(reduced_motion="no-preference")
    app.draw_with_mouse([[(0.3, 0.5), (0.7, 0.5)]])
    app.page.wait_for_function(f"() => {moving} === 3")
    app.page.wait_for_function(f"() => {moving} === 0")


def test_a_frame_reads_only_the_digit_that_has_changed(app: DigitPage) -> None:
    *others, six = number("2026")
    app.draw_with_mouse(others)
    app.expect_live("202")
    app.page.evaluate("window.before = MNIST.index.page.found.map(({ prediction }) => prediction)")
    app.draw_with_mouse([six])
    app.expect_live("2026")
    kept = app.page.evaluate(
        "MNIST.index.page.found.map(({ prediction }) => window.before.includes(prediction))"
    )
    assert kept == [True, True, True, False]


def test_a_first_visit_costs_less_than_700_kilobytes(digits: DigitPage, api: Server) -> None:
    requests: list[Request] = []
    digits.page.on("requestfinished", lambda request: requests.append(request))
    digits.open(api.url)
    digits.page.wait_for_function("() => MNIST.index.live.isReady")
    digits.page.wait_for_load_state("networkidle")
    sizes = [request.sizes() for request in requests]
    loaded = sum(size["responseHeadersSize"] + size["responseBodySize"] for size in sizes)
    assert 400_000 < loaded < 700_000, "as it travels, with the headers"
