"""Corruptions of digits do what they say, and the accuracy under them can be measured again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_recognizer.evaluation.robustness import (
    CENTRE,
    CORRUPTIONS,
    SIDE,
    Corruption,
    Measurement,
    blur,
    measure,
    noise,
    rotate,
    scale,
    shift,
    thicken,
)
from mnist_recognizer.nn import MLP

Images = np.ndarray


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def square(top: int = 10, left: int = 8, height: int = 9, width: int = 5) -> Images:
    """One image of a filled rectangle, (1, 784)."""
    image = np.zeros((1, SIDE, SIDE), np.float32)
    image[0, top : top + height, left : left + width] = 1
    return image.reshape(1, -1)


def soft_dot() -> Images:
    """One image of a soft dot at the centre, (1, 784)."""
    y, x = np.mgrid[:SIDE, :SIDE] - CENTRE
    return np.exp(-(x**2 + y**2) / 8).astype(np.float32).reshape(1, -1)


def centre_of_mass(images: Images) -> tuple[float, float]:
    image = images.reshape(SIDE, SIDE)
    y, x = np.mgrid[:SIDE, :SIDE]
    return float((image * y).sum() / image.sum()), float((image * x).sum() / image.sum())


def spread(images: Images) -> float:
    """Return the variance of the ink's place along x."""
    image = images.reshape(SIDE, SIDE).sum(axis=0)
    x = np.arange(SIDE)
    mean = (image * x).sum() / image.sum()
    return float((image * (x - mean) ** 2).sum() / image.sum())


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda c: c.name)
def test_the_unchanged_level_changes_nothing(corruption: Corruption, mnist) -> None:
    images = mnist.test_images[:8].reshape(8, -1).astype(np.float32) / np.float32(255)
    assert corruption.unchanged in corruption.levels
    assert corruption.apply(images, corruption.unchanged, rng()) == pytest.approx(images, abs=1e-6)


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda c: c.name)
@settings(max_examples=20)
@given(st.data())
def test_every_level_keeps_pixels_in_0_to_1_and_leaves_its_argument_alone(
    corruption: Corruption, data: st.DataObject
) -> None:
    seed = data.draw(st.integers(0, 2**32 - 1))
    images = np.random.default_rng(seed).random((3, SIDE * SIDE), dtype=np.float32)
    before = images.copy()
    level = data.draw(st.sampled_from(corruption.levels))
    corrupted = corruption.apply(images, level, rng())
    assert corrupted.shape == images.shape
    assert corrupted.dtype == np.float32
    assert corrupted.min() >= -1e-6
    assert corrupted.max() <= 1 + 1e-5
    assert (images == before).all()


def test_levels_go_one_way() -> None:
    for corruption in CORRUPTIONS:
        assert list(corruption.levels) == sorted(set(corruption.levels))


def test_shift_moves_a_quarter_of_the_images_in_each_direction() -> None:
    four = np.repeat(square(), 4, axis=0)
    shifted = shift(four, 2, rng()).reshape(4, SIDE, SIDE)
    image = square().reshape(SIDE, SIDE)
    for moved, (down, right) in zip(shifted, ((0, 2), (2, 0), (0, -2), (-2, 0)), strict=True):
        assert (moved == np.roll(image, (down, right), axis=(0, 1))).all()


def test_paper_comes_in_where_ink_moves_out() -> None:
    moved = shift(np.ones((1, SIDE * SIDE), np.float32), 3, rng()).reshape(SIDE, SIDE)
    assert (moved[:, :3] == 0).all()
    assert (moved[:, 3:] == 1).all()


def test_rotation_turns_clockwise_around_the_centre_of_mass() -> None:
    image = square(top=4, left=CENTRE, height=6, width=1)  # above the centre
    turned = rotate(image, 90, rng()).reshape(SIDE, SIDE)
    assert np.flatnonzero(turned.sum(axis=1) > 1e-5).tolist() == [CENTRE]
    # row 4 was 10 above the centre, and column 24 is 10 to its right
    assert np.flatnonzero(turned.sum(axis=0) > 1e-5).tolist() == list(range(19, 25))


@settings(max_examples=20)
@given(st.floats(-60, 60))
def test_rotation_leaves_a_round_dot_as_it_is_and_can_be_undone(degrees: float) -> None:
    assert rotate(soft_dot(), degrees, rng()) == pytest.approx(soft_dot(), abs=0.05)
    there_and_back = rotate(rotate(blur(square(), 1.5, rng()), degrees, rng()), -degrees, rng())
    assert there_and_back == pytest.approx(blur(square(), 1.5, rng()), abs=0.1)


@given(st.floats(0.4, 1.4))
def test_scaling_keeps_the_centre_and_changes_the_area_by_the_square(factor: float) -> None:
    scaled = scale(soft_dot(), factor, rng())
    assert centre_of_mass(scaled) == pytest.approx((CENTRE, CENTRE), abs=0.01)
    assert scaled.sum() == pytest.approx(soft_dot().sum() * factor**2, rel=0.02)


def test_shrinking_loses_no_line_however_thin() -> None:
    lines = np.zeros((1, SIDE, SIDE), np.float32)
    lines[0, 4:24, 9] = 1
    half = scale(lines.reshape(1, -1), 0.5, rng())
    assert half.sum() == pytest.approx(20 / 4, rel=0.01)


def test_noise_has_the_deviation_that_was_asked_for_and_comes_from_the_generator() -> None:
    grey = np.full((40, SIDE * SIDE), 0.5, np.float32)
    noisy = noise(grey, 0.1, rng())
    assert noisy.std() == pytest.approx(0.1, rel=0.02)
    assert noisy.mean() == pytest.approx(0.5, abs=0.002)
    assert (noisy == noise(grey, 0.1, rng())).all()
    assert (noisy != noise(grey, 0.1, np.random.default_rng(1))).any()


@pytest.mark.parametrize("sigma", [0.7, 1.0, 2.0])
def test_blur_keeps_the_ink_and_widens_it_by_the_square_of_sigma(sigma: float) -> None:
    blurred = blur(square(), sigma, rng())
    assert blurred.sum() == pytest.approx(square().sum(), rel=1e-3)
    assert spread(blurred) - spread(square()) == pytest.approx(sigma**2, rel=0.03)


def test_thicker_strokes_are_wider_by_so_many_pixels_and_as_bright() -> None:
    thick = thicken(square(), 4, rng()).reshape(SIDE, SIDE)
    inked = np.flatnonzero(thick[14] > 0.5)
    assert len(inked) == 5 + 4
    assert len(np.flatnonzero(thick[:, 10] > 0.5)) == 9 + 4
    assert thick.max() == 1


def test_thinner_strokes_are_narrower_by_so_many_pixels_and_as_bright() -> None:
    thin = thicken(square(), -2, rng()).reshape(SIDE, SIDE)
    assert np.flatnonzero(thin[14] > 0.5).tolist() == [9, 10, 11]
    assert thin.max() == 1


def test_strokes_too_thin_to_be_thinned_vanish_without_a_fuss() -> None:
    line = square(width=1)
    assert thicken(line, -2, rng()).max() == 0


def measured(seed: int = 0) -> list[Measurement]:
    """Return the measurements of an untrained network that is right wherever nothing is changed."""
    model = MLP(seed=3)
    images = np.random.default_rng(1).random((200, SIDE * SIDE), dtype=np.float32)
    return list(measure(model, images, model.predict(images), seed=seed))


def test_measuring_yields_every_level_in_order() -> None:
    expected = [(c.name, level) for c in CORRUPTIONS for level in c.levels]
    assert [(m.corruption.name, m.level) for m in measured()] == expected


def test_unchanged_images_are_read_as_they_were_and_others_are_not() -> None:
    for m in measured():
        assert m.accuracy.total == 200
        # a matrix that changes nothing may still round the last bit of a pixel
        assert (m.accuracy.count >= 199) == (m.level == m.corruption.unchanged)


def test_the_same_seed_measures_the_same_and_another_one_has_other_noise_only() -> None:
    first, again, other = measured(), measured(), measured(seed=1)
    assert first == again
    changed = {a.corruption.name for a, b in zip(first, other, strict=True) if a != b}
    assert changed == {"noise"}
