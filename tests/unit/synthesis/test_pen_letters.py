"""Drawn letters and signs look like no digit, in every style, in MNIST's geometry."""

import string
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from mnist_recognizer.synthesis.non_digits import DRAWN, LETTERS
from mnist_recognizer.synthesis.pen_curves import curve_of, letter_tables
from mnist_recognizer.synthesis.pen_digits import draw_pen_digits
from mnist_recognizer.synthesis.pen_hand import _keeps_rules, _write, draw_styles
from mnist_recognizer.synthesis.pen_letters import draw_pen_letters
from mnist_recognizer.synthesis.pen_templates import Template, letter_templates
from mnist_recognizer.vision.preprocessing import preprocess_raster

TEMPLATES = letter_templates()
DIGIT_LIKE = "BbDGgIiJjlOoQqSsZz&$!|" + string.digits
"""What is a digit in many a hand, or nearly."""


def named(template: Template) -> str:
    return f"{template.sign} {template.name}"


def as_vectors(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1).astype(np.float32) / 255


def test_letters_are_images_in_mnists_geometry() -> None:
    images = draw_pen_letters(200, np.random.default_rng(0))
    assert images.shape == (200, 28, 28)
    assert images.dtype == np.uint8
    assert (images.max(axis=(1, 2)) > 240).all()
    for image in images:
        np.testing.assert_array_equal(preprocess_raster(image), image)


def test_the_same_generator_draws_the_same_letters() -> None:
    first, again, other = (draw_pen_letters(200, np.random.default_rng(i)) for i in (7, 7, 8))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_what_looks_like_a_digit_is_left_out() -> None:
    signs = {template.sign for template in TEMPLATES}
    assert not signs & set(DIGIT_LIKE)
    # Where a small letter has its capital's shape, the capital stands for both.
    assert set(string.ascii_uppercase) - signs == set("BDGIJOQSZ")
    assert set(string.ascii_lowercase) - signs == set("bcgijloqsvwxz")


def test_templates_have_names_of_their_own_and_those_of_a_sign_stand_together() -> None:
    assert len({named(template) for template in TEMPLATES}) == len(TEMPLATES)
    signs = [template.sign for template in TEMPLATES]
    assert sum(a != b for a, b in pairwise(signs)) + 1 == len(set(signs))


def test_every_sign_is_as_likely_and_every_style_gets_its_share() -> None:
    chances = letter_tables().chances
    each = 1 / len({template.sign for template in TEMPLATES})
    total = Counter[str]()
    for template, chance in zip(TEMPLATES, chances, strict=True):
        total[template.sign] += chance
        all_styles = sum(t.weight for t in TEMPLATES if t.sign == template.sign)
        assert chance == pytest.approx(each * template.weight / all_styles)
    assert list(total.values()) == pytest.approx([each] * len(total))


@pytest.mark.parametrize("sign", ["L", "♥"])
def test_the_signs_that_were_asked_for_are_drawn(sign: str) -> None:
    """An L leaves its upper right quarter empty, a heart does not."""
    corner = draw_pen_letters(60, np.random.default_rng(1), signs=sign)[:, 6:12, 17:22]
    assert (corner.any(axis=(1, 2)).mean() > 0.8) == (sign == "♥")


def test_each_template_belongs_to_one_kind_of_images(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def note(count: int, rng: object, pen: object, signs: str) -> np.ndarray:
        drawn.extend(signs)
        return np.zeros((count, 28, 28), np.uint8)

    monkeypatch.setattr("mnist_recognizer.synthesis.non_digits.draw_pen_letters", note)
    for kind in LETTERS:
        DRAWN[kind](1, np.random.default_rng(0))
    assert {template.sign for template in TEMPLATES} <= set(drawn)
    assert len(set(drawn)) == len(drawn)


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_each_extreme_keeps_the_rules_itself(template: Template) -> None:
    """So does every sign of a hand that is not sloppy."""
    styles = np.full(len(template.shapes), TEMPLATES.index(template))
    paths = curve_of(template).matrix @ template.shapes
    assert _keeps_rules(letter_tables(), styles, paths).all()


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_most_drawings_keep_the_rules(template: Template) -> None:
    """Those that do not are drawn anew, so this bounds how long that takes."""
    styles = np.full(400, TEMPLATES.index(template))
    points, _ = _write(letter_tables(), styles, np.random.default_rng(0))
    assert _keeps_rules(letter_tables(), styles, points).mean() > 0.25


@pytest.mark.slow
def test_no_style_looks_like_a_digit() -> None:
    """Among as many digits and letters, its drawings' nearest neighbours are letters."""
    rng = np.random.default_rng(0)
    digits, _ = draw_pen_digits(3000, rng)
    known = as_vectors(np.concatenate([digits, draw_pen_letters(3000, rng)]))
    squared = (known * known).sum(axis=1)
    like_digits = {}
    for i, template in enumerate(TEMPLATES):
        drawings = as_vectors(draw_styles(letter_tables(), np.full(40, i), rng))
        nearest = (squared - 2 * drawings @ known.T).argmin(axis=1)
        like_digits[named(template)] = float((nearest < len(digits)).mean())
    assert {name: share for name, share in like_digits.items() if share > 0.35} == {}
    assert np.mean(list(like_digits.values())) < 0.06
