"""What the page shows when the network says that it is no digit, or either of two."""

import base64
import json

import numpy as np
import pytest
from digit_page import DigitPage
from handwriting import STYLES, number, placed
from playwright.sync_api import expect
from servers import Server

from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.weight_formats import encode_safetensors

SEVEN = placed(STYLES[7]["angular"], 0.8)


def weights_with(least_score: float, least_margin: float) -> bytes:
    """Return the network with a score of 0 for every image, and these thresholds."""
    model = MLP.load(default_weights())
    arrays = {f"W{layer}": W for layer, W in enumerate(model.weights, start=1)}
    arrays |= {f"b{layer}": b for layer, b in enumerate(model.biases, start=1)}
    zeros = np.zeros(sum(model.layer_sizes[1:-1]) + 3, "<f4")
    rejection = {
        "hidden": 1,
        "parameters": base64.b64encode(zeros.tobytes()).decode(),
        "least_score": least_score,
        "least_margin": least_margin,
    }
    return encode_safetensors(arrays, json.dumps({"rejection": rejection}))


@pytest.fixture
def strict(digits: DigitPage, api: Server) -> DigitPage:
    """A page whose network takes nothing for a digit."""
    digits.page.route("**/model/weights", lambda route: route.fulfill(body=weights_with(1, 0)))
    digits.open(api.url)
    return digits


def test_what_is_no_digit_is_a_question_mark_with_the_reason(strict: DigitPage) -> None:
    strict.draw_with_mouse(SEVEN)
    strict.expect_live("?")
    expect(strict.verdict).to_have_text("Not a digit?")
    expect(strict.words).to_have_text("This does not look like a digit.")
    expect(strict.result).to_have_attribute("data-accepted", "false")
    expect(strict.announcement).to_contain_text("does not look like a digit")


def test_refused_digits_stand_in_their_places_in_a_number(strict: DigitPage) -> None:
    strict.draw_with_mouse(number("20"))
    strict.expect_live("??")
    expect(strict.boxes.first).to_contain_text("?")
    expect(strict.verdict).to_have_text("No digit found")


def test_a_refused_answer_is_as_readable_as_any(strict: DigitPage, axe_source: str) -> None:
    for strokes in (SEVEN, number("20")):
        strict.draw_with_mouse(strokes)
        expect(strict.result).to_have_attribute("data-accepted", "false")
        for scheme in ("light", "dark"):
            strict.page.emulate_media(color_scheme=scheme)
            assert strict.axe(axe_source) == []
        strict.clear.click()


def test_what_could_be_either_of_two_is_still_named(digits: DigitPage, api: Server) -> None:
    digits.page.route("**/model/weights", lambda route: route.fulfill(body=weights_with(-1, 2)))
    digits.open(api.url)
    digits.draw_with_mouse(SEVEN)
    digits.expect_live(7)
    expect(digits.verdict).to_have_text("Not sure")
    expect(digits.words).to_contain_text("This could be a 7 or a")


def test_the_apis_refusal_is_shown_too(app: DigitPage) -> None:
    refusal = {
        "prediction": 7,
        "probabilities": {str(digit): 0.1 for digit in range(10)},
        "confidence": 0.1,
        "accepted": False,
        "reason": "This does not look like a digit.",
    }
    app.page.route("**/predict", lambda route: route.fulfill(json=refusal))
    app.draw_with_mouse(SEVEN)
    app.predict.click()
    app.expect_digit("?")
    expect(app.words).to_have_text("This does not look like a digit.")
