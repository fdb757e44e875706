"""Distortions beside a slow, plain calculation, and at angles and shifts that are exact."""

import dataclasses
import math
from typing import Any

import numpy as np
import pytest

from mnist_recognizer.data.augmentation import Distortion, distort

NONE = Distortion(rotation=0, scale=0, shear=0, shift=0, elastic=0)


class Largest(np.random.Generator):
    """Draws the largest value of every range, and no elastic bending."""

    def __init__(self) -> None:
        super().__init__(np.random.PCG64(0))

    def uniform(self, low: Any = 0, high: Any = 1, size: Any = None) -> Any:
        return np.full(size, high, float)

    def normal(self, loc: Any = 0, scale: Any = 1, size: Any = None) -> Any:
        return np.zeros(size)


class Remembering(np.random.Generator):
    """Draws as usual, and remembers what."""

    def __init__(self, seed: int) -> None:
        super().__init__(np.random.PCG64(seed))
        self.draws: list[np.ndarray] = []

    def uniform(self, low: Any = 0, high: Any = 1, size: Any = None) -> Any:
        self.draws.append(super().uniform(low, high, size))
        return self.draws[-1]

    def normal(self, loc: Any = 0, scale: Any = 1, size: Any = None) -> Any:
        self.draws.append(super().normal(loc, scale, size))
        return self.draws[-1]


def pictures(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 28, 28)).astype(np.uint8)


def reference(image: np.ndarray, draws: list[np.ndarray], number: int) -> np.ndarray:
    """Distort one image pixel by pixel: each takes its value from A·p + shift + bending."""
    angle, shear, log_x, log_y, shift_x, shift_y = (float(draw[number]) for draw in draws[:6])
    a = math.radians(angle)
    rotation = np.array([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]])
    A = rotation @ np.array([[1, shear], [0, 1]]) @ np.diag([math.exp(log_x), math.exp(log_y)])
    heights = draws[6][:, number].reshape(2, 5, 5)
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
    images, rng = pictures(4), Remembering(1)
    result = distort(images, rng, strength)
    for number, image in enumerate(images):
        expected = reference(image, rng.draws, number)
        np.testing.assert_allclose(result[number].reshape(28, 28), expected, atol=2e-4)


def test_images_beyond_the_first_chunk_are_distorted_alike() -> None:
    images, rng = pictures(514), Remembering(2)
    result = distort(images, rng, Distortion())
    second_chunk = rng.draws[7:]
    expected = reference(images[513], second_chunk, 1)
    np.testing.assert_allclose(result[513].reshape(28, 28), expected, atol=2e-4)


def test_no_distortion_changes_nothing() -> None:
    images = pictures(3)
    result = distort(images, np.random.default_rng(0), NONE)
    assert (result.shape, result.dtype) == ((3, 784), np.float32)
    np.testing.assert_allclose(result, images.reshape(3, 784) / 255, rtol=1e-6)


def test_a_quarter_turn_is_exact() -> None:
    images = pictures(2)
    result = distort(images, Largest(), dataclasses.replace(NONE, rotation=90))
    for image, turned in zip(images, result.reshape(2, 28, 28), strict=True):
        np.testing.assert_allclose(turned, np.rot90(image) / 255, atol=1e-4)


def test_a_shift_by_whole_pixels_is_exact_and_brings_in_paper() -> None:
    image = pictures(1)
    shifted = distort(image, Largest(), dataclasses.replace(NONE, shift=2)).reshape(28, 28)
    np.testing.assert_allclose(shifted[:26, :26], image[0, 2:, 2:] / 255, rtol=1e-6)
    assert not shifted[26:].any()
    assert not shifted[:, 26:].any()


def test_a_shift_by_half_a_pixel_is_the_mean_of_four() -> None:
    image = pictures(1)
    shifted = distort(image, Largest(), dataclasses.replace(NONE, shift=0.5)).reshape(28, 28)
    ink = image[0] / 255
    mean = (ink[:-1, :-1] + ink[1:, :-1] + ink[:-1, 1:] + ink[1:, 1:]) / 4
    np.testing.assert_allclose(shifted[:27, :27], mean, rtol=1e-5)


def test_a_digit_may_leave_the_picture() -> None:
    result = distort(pictures(1), Largest(), dataclasses.replace(NONE, shift=100))
    assert not result.any()


def test_each_image_is_distorted_in_its_own_way() -> None:
    images = np.repeat(pictures(1), 20, axis=0)
    results = distort(images, np.random.default_rng(0), Distortion())
    assert len({result.tobytes() for result in results}) == 20


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Distortion)])
def test_each_strength_does_something_alone(name: str) -> None:
    images = pictures(1)
    alone = dataclasses.replace(NONE, **{name: 0.4})
    result = distort(images, np.random.default_rng(0), alone)
    assert np.abs(result - images.reshape(1, 784) / 255).max() > 0.01


def test_distortions_are_as_strong_as_they_say_and_no_stronger() -> None:
    rng, strength = Remembering(0), Distortion(10.0, 0.2, 0.3, 2.0, 1.5)
    distort(pictures(500), rng, strength)
    limits = [10, 0.3, 0.2, 0.2, 2, 2]  # angle, shear, sizes, shifts
    for draw, limit in zip(rng.draws, limits, strict=False):
        assert 0.98 * limit < np.abs(draw).max() <= limit
        assert draw.min() < 0 < draw.max()
    assert rng.draws[6].std() == pytest.approx(1.5, rel=0.02)


def test_the_same_generator_state_gives_the_same_pictures() -> None:
    one, same, other = (
        distort(pictures(5), np.random.default_rng(seed), Distortion()) for seed in (3, 3, 4)
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
    images = pictures(3)
    before = images.copy()
    images.flags.writeable = False
    distort(images[::2], np.random.default_rng(0), Distortion())
    np.testing.assert_array_equal(images, before)


def test_the_result_is_written_where_it_is_wanted() -> None:
    images, out = pictures(3), np.full((3, 784), -1, np.float32)
    assert distort(images, np.random.default_rng(0), Distortion(), out=out) is out
    np.testing.assert_array_equal(out, distort(images, np.random.default_rng(0), Distortion()))


def test_no_images_give_no_pictures() -> None:
    assert distort(pictures(0), np.random.default_rng(0), Distortion()).shape == (0, 784)
