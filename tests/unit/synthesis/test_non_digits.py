"""Images that are not digits."""

import numpy as np
import pytest

from mnist_recognizer.synthesis.non_digits import DRAWN, LETTERS, draw_not_digits
from mnist_recognizer.synthesis.pen_digits import draw_pen_digits
from mnist_recognizer.synthesis.spoiled_digits import SPOILT

DIGITS, LABELS = draw_pen_digits(200, np.random.default_rng(1))
MADE = draw_not_digits(40, DIGITS, LABELS, np.random.default_rng(2))


def test_there_are_images_of_every_kind() -> None:
    assert list(MADE) == [*DRAWN, *SPOILT]
    for kind, images in MADE.items():
        assert 25 <= len(images) / (2 if kind in LETTERS else 1) <= 40
        assert images.shape[1:] == (28, 28)
        assert images.dtype == np.uint8


@pytest.mark.parametrize("kind", [*DRAWN, *SPOILT])
def test_images_of_a_kind_differ_and_show_ink(kind: str) -> None:
    images = MADE[kind].reshape(len(MADE[kind]), -1)
    assert len(np.unique(images, axis=0)) > len(images) / 2
    assert (images.max(axis=1) > 60).mean() > 0.8


def test_the_same_seed_gives_the_same_images() -> None:
    again = draw_not_digits(40, DIGITS, LABELS, np.random.default_rng(2))
    for kind, images in MADE.items():
        np.testing.assert_array_equal(images, again[kind])


def test_another_seed_gives_others() -> None:
    others = draw_not_digits(40, DIGITS, LABELS, np.random.default_rng(3))
    for kind, images in MADE.items():
        assert not np.array_equal(images[:20], others[kind][:20])


def test_the_digits_stay_as_they_are() -> None:
    before = DIGITS.copy()
    draw_not_digits(10, DIGITS, LABELS, np.random.default_rng(4))
    np.testing.assert_array_equal(DIGITS, before)


def test_no_digit_comes_out_of_turning_unturned() -> None:
    rng = np.random.default_rng(5)
    for digit in range(10):
        one = DIGITS[digit == LABELS][:1].repeat(20, axis=0)
        labels = np.full(20, digit)
        turned = SPOILT["turned"](one, labels, rng)
        assert not any(np.array_equal(image, one[0]) for image in turned)
        assert (len(turned) == 0) == (digit == 0)  # a 0 stays a 0 however it is turned


def test_two_of_the_same_digit_are_never_drawn_over_each_other() -> None:
    sevens = DIGITS[LABELS == 7]
    labels = np.full(len(sevens), 7)
    assert len(SPOILT["overlaid"](sevens, labels, np.random.default_rng(6))) == 0


def test_quarters_keep_all_ink_and_change_its_place() -> None:
    rng = np.random.default_rng(7)
    mixed = SPOILT["quarters"](DIGITS, LABELS, rng)
    np.testing.assert_array_equal(np.sort(mixed.reshape(200, -1)), np.sort(DIGITS.reshape(200, -1)))
    assert (mixed != DIGITS).any(axis=(1, 2)).all()


def test_outlines_are_never_round() -> None:
    """A ring is a 0: a hollow shape must have corners, so it is never as even as a ring."""
    shapes = DRAWN["shapes"](400, np.random.default_rng(8)).astype(float)
    middle = shapes[:, 13:15, 13:15].mean(axis=(1, 2))
    hollow = shapes[(middle < 10) & (shapes.max(axis=(1, 2)) > 0)]
    assert len(hollow) > 20
    axis = np.arange(28) - 13.5
    radius = np.hypot(axis[:, None], axis)
    weight = hollow.sum(axis=(1, 2))
    mean = (hollow * radius).sum(axis=(1, 2)) / weight
    spread = np.sqrt((hollow * (radius - mean[:, None, None]) ** 2).sum(axis=(1, 2)) / weight)
    assert (spread > 0.55).mean() > 0.97
