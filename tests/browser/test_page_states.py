"""What the page says when there is no answer, an old one, or a slow one."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from digit_page import DigitPage, HeldRequests
from handwriting import STYLES, number, placed
from playwright.sync_api import Route, expect
from servers import Server, api_server

from mnist_recognizer.api.settings import load_settings

SEVEN = placed(STYLES[7]["angular"], 0.8)
THREE = placed(STYLES[3]["round"], 0.8)


def test_an_empty_pad_is_told_so_without_asking(app: DigitPage) -> None:
    app.predict.click()
    expect(app.verdict).to_have_text("The pad is empty")
    expect(app.announcement).to_contain_text("The pad is empty")
    assert app.sent() == []
    app.draw_with_mouse(SEVEN)
    expect(app.verdict).not_to_have_text("The pad is empty")
    app.predict.click()
    app.expect_digit(7)


def test_a_result_is_announced(app: DigitPage) -> None:
    app.draw_with_mouse(SEVEN)
    app.predict.click()
    expect(app.announcement).to_contain_text("It is a 7")
    expect(app.announcement).to_contain_text("% confident")


def test_without_a_live_network_a_changed_drawing_takes_the_answer_out_of_date(
    digits: DigitPage, api: Server
) -> None:
    app = digits
    app.without_live_network()
    app.open(api.url)
    app.draw_with_mouse(SEVEN)
    expect(app.verdict).to_have_text("Ready when you are")
    app.predict.click()
    app.expect_digit(7)
    app.draw_with_mouse([[(0.3, 0.5), (0.7, 0.5)]])
    expect(app.result).to_have_attribute("data-view", "outdated")
    expect(app.verdict).to_have_text("The drawing has changed")
    app.undo.click()
    app.expect_digit(7)
    app.forgive_failed_requests()


@pytest.fixture
def held(app: DigitPage) -> HeldRequests:
    """Hold the questions to the API back, until they are let through."""
    return app.hold("**/predict")


def test_an_impatient_double_click_asks_once(app: DigitPage, held: HeldRequests) -> None:
    app.draw_with_mouse(SEVEN)
    app.predict.dblclick()
    expect(app.result).to_have_attribute("aria-busy", "true")
    held.wait()
    app.next_frame()
    assert len(held.routes) == 1
    held.release()
    app.expect_digit(7)
    expect(app.result).to_have_attribute("aria-busy", "false")


def test_an_answer_for_an_older_drawing_is_never_shown(app: DigitPage, held: HeldRequests) -> None:
    app.draw_with_mouse(SEVEN)
    app.predict.click()
    expect(app.result).to_have_attribute("aria-busy", "true")
    app.clear.click()
    expect(app.result).to_have_attribute("aria-busy", "false")
    app.draw_with_mouse(THREE)
    app.predict.click()
    expect(app.result).to_have_attribute("aria-busy", "true")
    held.release()
    app.expect_digit(3)


def test_a_server_that_never_answers_is_given_up_after_ten_seconds(
    digits: DigitPage, api: Server
) -> None:
    digits.page.clock.install()
    digits.without_live_network()
    digits.open(api.url)
    digits.page.route("**/predict", lambda route: None)
    digits.draw_with_mouse(SEVEN)
    digits.page.clock.run_for(100)
    digits.predict.click()
    digits.page.clock.run_for(200)
    expect(digits.result).to_have_attribute("aria-busy", "true")
    digits.page.clock.run_for(10_000)
    expect(digits.verdict).to_have_text("The API is taking too long")
    expect(digits.result).to_have_attribute("aria-busy", "false")
    digits.page.unroute("**/predict")
    digits.predict.click()
    digits.expect_digit(7)
    digits.forgive_failed_requests()


def test_a_refusal_is_shown_in_the_servers_words(digits: DigitPage, api: Server) -> None:
    digits.without_live_network()
    digits.open(api.url)
    digits.page.route(
        "**/predict",
        lambda route: route.fulfill(status=422, json={"detail": "pixels[3] is not a number."}),
    )
    digits.draw_with_mouse(SEVEN)
    digits.predict.click()
    expect(digits.words).to_have_text("pixels[3] is not a number.")
    digits.forgive_failed_requests()


BUSY = "Your address may ask 5 per 1 second. Ask again in 3 s."
FAILURES: dict[str, tuple[Callable[[Route], None], str]] = {
    "stopped": (lambda route: route.abort(), "nothing answers at"),
    "asked too often": (
        lambda route: route.fulfill(status=429, json={"detail": BUSY}),
        f"it is busy ({BUSY.removesuffix('.')})",
    ),
    "busy": (
        lambda route: route.fulfill(status=503, json={}, headers={"Retry-After": "1"}),
        "it is busy",
    ),
    "without weights": (lambda route: route.fulfill(status=503, json={}), "no trained network"),
    "behind a gateway": (
        lambda route: route.fulfill(status=502, body="<h1>Bad Gateway</h1>"),
        "nothing answers at",
    ),
    "refusing": (lambda route: route.fulfill(status=422, json={}), "answered with an error"),
    "a server without the API": (
        lambda route: route.fulfill(body="<h1>Hello</h1>"),
        "serves this page without it",
    ),
}


@pytest.mark.parametrize(("answer", "reason"), FAILURES.values(), ids=FAILURES.keys())
def test_an_api_that_gives_no_answer_leaves_the_live_one_and_is_remarked_on(
    app: DigitPage, answer: Callable[[Route], None], reason: str
) -> None:
    app.draw_with_mouse(SEVEN)
    app.expect_live(7)
    app.page.route("**/predict", answer)
    app.page.route("**/health", lambda route: route.abort())  # or else it is asked again by itself
    app.predict.click()
    expect(app.remark).to_contain_text("The API could not be asked")
    expect(app.remark).to_contain_text(reason)
    expect(app.announcement).to_have_text(app.remark.inner_text())
    app.expect_live(7)
    expect(app.verdict).to_contain_text("confident")
    app.page.unroute("**/predict")
    app.predict.click()
    app.expect_digit(7)
    expect(app.remark).to_be_empty()
    app.forgive_failed_requests()


def test_the_live_answer_stays_while_a_slow_api_is_waited_for_and_given_up(
    digits: DigitPage, api: Server
) -> None:
    digits.page.clock.install()
    digits.open(api.url)
    digits.page.wait_for_function("() => MNIST.index.live.isReady")
    digits.page.route("**/predict", lambda route: None)
    digits.draw_with_mouse(SEVEN)
    digits.page.clock.run_for(100)
    digits.predict.click()
    digits.page.clock.run_for(200)
    expect(digits.result).to_have_attribute("aria-busy", "true")
    digits.expect_live(7)
    digits.page.clock.run_for(10_000)
    expect(digits.remark).to_contain_text("within 10 seconds. Press Predict to try again.")
    digits.expect_live(7)


def test_a_remark_goes_while_the_api_is_asked_again(app: DigitPage) -> None:
    app.page.route("**/predict", lambda route: route.abort())
    app.page.route("**/health", lambda route: route.abort())
    app.draw_with_mouse(SEVEN)
    app.expect_live(7)
    app.predict.click()
    expect(app.remark).to_be_visible()
    app.page.unroute("**/predict")
    held = app.hold("**/predict")
    app.predict.click()
    expect(app.result).to_have_attribute("aria-busy", "true")
    expect(app.remark).to_be_empty()
    app.expect_live(7)
    held.release()
    app.expect_digit(7)
    app.forgive_failed_requests()


def test_the_next_stroke_takes_the_remark_away_and_is_read(app: DigitPage) -> None:
    three, seven = number("37")[:1], number("37")[1:]
    app.page.route("**/predict", lambda route: route.abort())
    app.draw_with_mouse(three)
    app.expect_live(3)
    app.predict.click()
    expect(app.remark).to_be_visible()
    app.draw_with_mouse(seven)
    expect(app.remark).to_be_empty()
    app.expect_live(37)
    app.forgive_failed_requests()


def test_the_answer_the_api_gave_before_stays_when_it_is_asked_again_in_vain(
    app: DigitPage,
) -> None:
    app.draw_with_mouse(SEVEN)
    app.predict.click()
    app.expect_digit(7)
    app.page.route("**/predict", lambda route: route.abort())
    app.predict.click()
    expect(app.remark).to_be_visible()
    app.expect_digit(7)
    app.forgive_failed_requests()


def test_the_page_says_what_to_start_and_recovers_by_itself(
    digits: DigitPage, tmp_path: Path
) -> None:
    digits.without_live_network()
    with api_server(tmp_path / "log.txt") as server:
        digits.open(server.url)
        server.stop()
        digits.draw_with_mouse(SEVEN)
        digits.predict.click()
        expect(digits.verdict).to_have_text("The API is not running")
        expect(digits.words).to_contain_text(server.url)
        expect(digits.commands).to_contain_text("make run")
        expect(digits.commands).to_contain_text("cd backend && python main.py")
        expect(digits.announcement).to_contain_text("make run")
        expect(digits.api_status).to_have_text("Not running")
        server.start()
        digits.expect_digit(7)  # asked again without a click
        expect(digits.api_status).to_have_text("Ready")
    digits.forgive_failed_requests()


def test_drawing_goes_on_while_the_api_is_away(digits: DigitPage, tmp_path: Path) -> None:
    with api_server(tmp_path / "log.txt") as server:
        digits.open(server.url)
        digits.page.wait_for_function("() => MNIST.index.live.isReady")
        server.stop()
        digits.predict.click()
        expect(digits.verdict).to_have_text("The pad is empty")
        digits.draw_with_mouse(SEVEN)
        digits.predict.click()
        expect(digits.remark).to_contain_text(f"nothing answers at {server.url}")
        expect(digits.api_status).to_have_text("Not running")
        digits.clear.click()
        expect(digits.verdict).to_have_text("Your turn")
        digits.draw_with_mouse(THREE)
        digits.expect_live(3)
        server.start()
        expect(digits.api_status).to_have_text("Ready")
        digits.expect_live(3)
        assert len(digits.sent()) == 1, "what was never asked is not sent"
        digits.predict.click()
        digits.expect_digit(3)
    digits.forgive_failed_requests()


def test_without_weights_the_page_says_how_to_train_and_recovers_by_itself(
    digits: DigitPage, tmp_path: Path
) -> None:
    weights = tmp_path / "weights.pkl"
    with api_server(tmp_path / "log.txt", weights=weights) as server:
        digits.without_live_network()
        digits.page.unroute("**/model/weights")
        digits.open(server.url)
        expect(digits.verdict).to_have_text("The network is not trained yet")
        expect(digits.words).to_contain_text("weights.pkl does not exist.")
        expect(digits.commands).to_have_text("cd backend && python train.py")
        expect(digits.api_status).to_have_text("Not trained")
        digits.draw_with_mouse(SEVEN)
        digits.predict.click()
        expect(digits.announcement).to_contain_text("python train.py")
        shutil.copy(load_settings().weights, weights)
        digits.expect_digit(7)
        expect(digits.api_status).to_have_text("Ready")
    digits.forgive_failed_requests()


def test_a_hidden_page_asks_nothing_and_asks_at_once_when_seen(
    digits: DigitPage, api: Server
) -> None:
    hide = """(state) => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }"""
    digits.page.clock.install()
    digits.open(api.url)
    digits.page.wait_for_function("() => MNIST.index.live.isReady")
    digits.page.wait_for_load_state("networkidle")
    digits.page.evaluate(hide, "hidden")
    asked = len(digits.requests)
    digits.page.clock.run_for(120_000)
    assert len(digits.requests) == asked
    digits.page.evaluate(hide, "visible")
    with digits.page.expect_request("**/health"):
        digits.page.clock.run_for(20_000)
