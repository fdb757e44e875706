"""Distortions beside a slow, plain calculation, and at angles and shifts that are exact."""

import dataclasses
import math
from typing import Any

import numpy as np
import pytest

from mnist_recognizer.data.pixels import to_pixels
from mnist_recognizer.synthesis.augmentation import Distortion, distort_bytes, thicken

NONE = Distortion(rotation=0, scale=0, shear=0, shift=0, elastic=0, thickness=0)
STEP = 1 / 255  # between a byte and the next


class Largest(np.random.Generator):
    """Draws the largest value of every range, and no elastic bending."""

    def __init__(self) -> None:
        super().__init__(np.random.PCG64(0))

    def uniform(self, low: Any = 0, high: Any = 1, size: Any = None) -> Any:
        return np.full(size, high, float)

    def standard_normal(self, size: Any = None, dtype: Any = float, out: Any = None) -> Any:
        return np.zeros(size, dtype)


class Remembering(np.random.Generator):
    """Draws as usual, and remembers what."""

    def __init__(self, seed: int) -> None:
        super().__init__(np.random.PCG64(seed))
        self.draws: list[np.ndarray] = []

    def uniform(self, low: Any = 0, high: Any = 1, size: Any = None) -> Any:
        self.draws.append(super().uniform(low, high, size))
        return self.draws[-1]

    def standard_normal(self, size: Any = None, dtype: Any = float, out: Any = None) -> Any:
        self.draws.append(super().standard_normal(size, dtype, out))
        return self.draws[-1]


class Replaying(np.random.Generator):
    """Draws what was drawn before."""

    def __init__(self, draws: list[np.ndarray]) -> None:
        super().__init__(np.random.PCG64(0))
        self.draws = list(draws)

    def uniform(self, low: Any = 0, high: Any = 1, size: Any = None) -> Any:
        return self.draws.pop(0)

    def standard_normal(self, size: Any = None, dtype: Any = float, out: Any = None) -> Any:
        return self.draws.pop(0)


def distort(images: np.ndarray, rng: np.random.Generator, strength: Distortion) -> np.ndarray:
    return to_pixels(distort_bytes(images, rng, strength))


def random_images(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 28, 28)).astype(np.uint8)


def reference(
    image: np.ndarray, strength: Distortion, draws: list[np.ndarray], number: int
) -> np.ndarray:
    """Distort one image pixel by pixel: each takes its value from A·p + shift + bending."""
    angle, shear, log_x, log_y, shift_x, shift_y = (float(draw) for draw in draws[0][:6, number])
    a = math.radians(angle * strength.rotation)
    shear, log_x, log_y = shear * strength.shear, log_x * strength.scale, log_y * strength.scale
    shift_x, shift_y = shift_x * strength.shift, shift_y * strength.shift
    rotation = np.array([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]])
    A = rotation @ np.array([[1, shear], [0, 1]]) @ np.diag([math.exp(log_x), math.exp(log_y)])
    heights = strength.elastic * draws[1][:, number].reshape(2, 5, 5)
    paper = np.zeros((60, 60))
    paper[16:44, 16:44] = image / 255
    result = np.empty((28, 28))
    spacing = 27 / 4
    for row in range(28):
        for column in range(28):
            x, y = column - 13.5, row - 13.5
            place = A @ [x, y] + [shift_x, shift_y]
            for i in range(5):
                for j in range(5):
                    apart = (x + 13.5 - j * spacing) ** 2 + (y + 13.5 - i * spacing) ** 2
                    place += heights[:, i, j] * math.exp(-apart / (2 * (0.6 * spacing) ** 2))
            px, py = np.clip(place + 13.5, -1, 28) + 16
            left, top = int(px), int(py)
            fx, fy = px - left, py - top
            result[row, column] = (1 - fy) * (
                (1 - fx) * paper[top, left] + fx * paper[top, left + 1]
            ) + fy * ((1 - fx) * paper[top + 1, left] + fx * paper[top + 1, left + 1])
    return result


@pytest.mark.parametrize("strength", [Distortion(), Distortion(45, 0.5, 1.0, 6.0, 5.0)])
def test_every_pixel_is_where_the_plain_calculation_has_it(strength: Distortion) -> None:
    images, rng = random_images(4), Remembering(1)
    result = distort(images, rng, strength)
    for number, image in enumerate(images):
        expected = reference(image, strength, rng.draws, number)
        np.testing.assert_allclose(result[number].reshape(28, 28), expected, rtol=0, atol=STEP)
        assert abs(np.mean(result[number].reshape(28, 28) - expected)) < 0.05 * STEP  # no bias


def test_images_beyond_the_first_chunk_are_distorted_alike() -> None:
    images, rng = random_images(66), Remembering(2)
    result = distort(images, rng, Distortion())
    second_chunk = rng.draws[2:]
    expected = reference(images[65], Distortion(), second_chunk, 1)
    np.testing.assert_allclose(result[65].reshape(28, 28), expected, rtol=0, atol=STEP)


def test_no_distortion_changes_nothing() -> None:
    images = random_images(3)
    result = distort_bytes(images, np.random.default_rng(0), NONE)
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(result, images.reshape(3, 784))


def test_a_quarter_turn_is_exact() -> None:
    images = random_images(2)
    result = distort(images, Largest(), dataclasses.replace(NONE, rotation=90))
    for image, turned in zip(images, result.reshape(2, 28, 28), strict=True):
        np.testing.assert_allclose(turned, np.rot90(image) / 255, rtol=0, atol=STEP)


def test_a_shift_by_whole_pixels_is_exact_and_brings_in_paper() -> None:
    image = random_images(1)
    shifted = distort(image, Largest(), dataclasses.replace(NONE, shift=2)).reshape(28, 28)
    np.testing.assert_allclose(shifted[:26, :26], image[0, 2:, 2:] / 255, rtol=1e-6)
    assert not shifted[26:].any()
    assert not shifted[:, 26:].any()


def test_a_shift_by_half_a_pixel_is_the_mean_of_four() -> None:
    image = random_images(1)
    shifted = distort(image, Largest(), dataclasses.replace(NONE, shift=0.5)).reshape(28, 28)
    ink = image[0] / 255
    mean = (ink[:-1, :-1] + ink[1:, :-1] + ink[:-1, 1:] + ink[1:, 1:]) / 4
    np.testing.assert_allclose(shifted[:27, :27], mean, rtol=0, atol=0.51 * STEP)


def test_a_digit_may_leave_the_image() -> None:
    result = distort(random_images(1), Largest(), dataclasses.replace(NONE, shift=100))
    assert not result.any()


def test_each_image_is_distorted_in_its_own_way() -> None:
    images = np.repeat(random_images(1), 20, axis=0)
    results = distort(images, np.random.default_rng(0), Distortion())
    assert len({result.tobytes() for result in results}) == 20


@pytest.mark.parametrize(
    "name", sorted({f.name for f in dataclasses.fields(Distortion)} - {"min_strength"})
)
def test_each_strength_does_something_alone(name: str) -> None:
    images = random_images(1)
    alone = dataclasses.replace(NONE, **{name: 0.4})
    result = distort(images, np.random.default_rng(0), alone)
    assert np.abs(result - images.reshape(1, 784) / 255).max() > 0.01


def test_distortions_are_uniform_between_their_limits_and_bends_are_normal() -> None:
    rng = Remembering(0)
    distort(random_images(500), rng, Distortion())
    uniform = np.concatenate(rng.draws[::2], axis=1)
    assert (np.abs(uniform).max(axis=1) > 0.98).all()
    assert (np.abs(uniform) <= 1).all()
    assert (np.abs(uniform.mean(axis=1)) < 0.1).all()
    bends = np.concatenate(rng.draws[1::2], axis=1)
    assert bends.std() == pytest.approx(1, rel=0.02)


def test_each_image_has_a_strength_of_its_own_down_to_the_weakest() -> None:
    count = 64
    images, strong = random_images(count), Distortion(20, 0.2, 0.3, 2.0, 1.0, 0.5)
    rng = Remembering(5)
    varied = distort(images, rng, dataclasses.replace(strong, min_strength=0.25))
    strengths = rng.draws[1]
    assert strengths.shape == (count,)
    assert 0.25 <= strengths.min() < 0.35
    assert 0.9 < strengths.max() <= 1
    for number in (0, 1, 2):
        rest = strengths[number]
        alone = Distortion(*(rest * value for value in dataclasses.astuple(strong)[:6]))
        expected = distort(images, Replaying([rng.draws[0], rng.draws[2]]), alone)
        assert np.abs(varied[number] - expected[number]).max() <= STEP


@pytest.mark.parametrize("min_strength", [-0.1, 1.1])
def test_a_weakest_strength_that_is_out_of_range_is_refused(min_strength: float) -> None:
    with pytest.raises(ValueError, match=r"min_strength must be in 0\.\.1"):
        Distortion(min_strength=min_strength)


def test_the_same_generator_state_gives_the_same_images() -> None:
    one, same, other = (
        distort(random_images(5), np.random.default_rng(seed), Distortion()) for seed in (3, 3, 4)
    )
    assert one.tobytes() == same.tobytes()
    assert one.tobytes() != other.tobytes()


def test_pixels_stay_between_paper_and_ink() -> None:
    strong = Distortion(45, 0.5, 1, 6, 5)
    white, black = np.full((50, 28, 28), 255, np.uint8), np.zeros((50, 28, 28), np.uint8)
    result = distort(np.concatenate([white, black]), np.random.default_rng(0), strong)
    assert 0 <= result.min() <= result.max() <= 1
    assert result[:50].max() == pytest.approx(1)
    assert not result[50:].any()


def test_images_are_left_as_they_were_and_may_be_read_only() -> None:
    images = random_images(3)
    before = images.copy()
    images.flags.writeable = False
    distort(images[::2], np.random.default_rng(0), Distortion())
    np.testing.assert_array_equal(images, before)


def test_there_may_be_no_image() -> None:
    assert distort_bytes(random_images(0), np.random.default_rng(0), Distortion()).shape == (0, 784)


def test_the_result_is_written_where_it_is_wanted() -> None:
    images, out = random_images(3), np.full((3, 784), 7, np.uint8)
    assert distort_bytes(images, np.random.default_rng(0), NONE, out=out) is out
    np.testing.assert_array_equal(out, images.reshape(3, 784))


def bars(width: float, count: int = 1) -> np.ndarray:
    """Vertical strokes of any width in pixels, in the middle, with anti-aliased edges."""
    edge = np.arange(29.0)
    ink = np.clip(14 + width / 2 - edge, 0, 28) - np.clip(14 - width / 2 - edge, 0, 28)
    row = np.rint(255 * -np.diff(ink)).astype(np.uint8)
    return np.tile(row, (count, 28, 1))


def ink_width(images: np.ndarray) -> np.ndarray:
    return images[:, 14].sum(axis=1) / 255


@pytest.mark.parametrize("width", [4.0, 5.0, 6.5])
def test_a_stroke_grows_and_shrinks_by_as_many_pixels_as_asked(width: float) -> None:
    wanted = np.array([-2, -1.5, -1, -0.3, 0, 0.3, 1, 1.5, 2])
    pens = thicken(bars(width, len(wanted)), wanted)
    np.testing.assert_allclose(ink_width(pens), width + wanted, atol=0.02)


@pytest.mark.parametrize("width", [0.5, 1.0, 1.7, 2.0, 2.5, 3.0])
def test_a_thin_stroke_never_vanishes(width: float) -> None:
    bar = bars(width)
    thin = thicken(bar, np.array([-2.0]))
    assert ink_width(thin)[0] >= min(width, 0.7)
    assert thin.max() >= 0.5 * bar.max()


def test_a_line_of_one_pixel_stays_in_every_direction() -> None:
    lines = np.zeros((4, 28, 28), np.uint8)
    span = np.arange(6, 22)
    lines[0, 14, span] = lines[1, span, 14] = 255
    lines[2, span, span] = lines[3, span, 27 - span] = 255
    np.testing.assert_array_equal(thicken(lines, np.full(4, -2.0)), lines)


def test_a_thicker_pen_takes_no_ink_away_and_a_thinner_one_brings_none() -> None:
    images = random_images(20)
    changed = thicken(images, np.linspace(-2, 2, 20)).astype(int) - images
    assert (changed[:10] <= 0).all()
    assert (changed[10:] >= 0).all()
    assert (changed != 0).any(axis=(1, 2)).all()


def test_a_thicker_pen_stays_in_its_own_image() -> None:
    ink = np.zeros((3, 28, 28), np.uint8)
    ink[1] = 255
    grown = thicken(ink, np.full(3, 2.0))
    np.testing.assert_array_equal(grown, ink)
    ink[1] = 0
    ink[1, 5, 27] = 200  # at the right edge: its neighbour in memory is the next row
    grown = thicken(ink, np.full(3, 2.0))
    expected = np.zeros((28, 28), np.uint8)
    expected[5, 26:] = expected[[4, 6], 27] = 200
    np.testing.assert_array_equal(grown[1], expected)
    assert not grown[[0, 2]].any()


def test_pens_are_as_thick_and_as_thin_as_the_strength_says() -> None:
    images = bars(6.0, 400)
    strength = dataclasses.replace(NONE, thickness=1.5)
    pens = distort_bytes(images, np.random.default_rng(0), strength).reshape(-1, 28, 28)
    change = ink_width(pens) - 6
    assert -1.5 <= change.min() < -1.45
    assert 1.45 < change.max() <= 1.5
    assert abs(change.mean()) < 0.1


@pytest.mark.parametrize("thickness", [-0.1, 2.1, math.nan])
def test_a_thickness_that_is_out_of_range_is_refused(thickness: float) -> None:
    with pytest.raises(ValueError, match=r"thickness must be in 0..2, not"):
        Distortion(thickness=thickness)
