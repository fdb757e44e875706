"""Slanted digits are made to stand upright, in both languages alike."""

import numpy as np
import pytest
from repository import golden

from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.vision.fast_slant import straighten_one
from mnist_recognizer.vision.slant import straighten
from mnist_recognizer.vision.strokes import render_strokes

CASES = golden("slant")


def from_hex(rows: list[str]) -> np.ndarray:
    return np.array([list(bytes.fromhex(row)) for row in rows], dtype=np.uint8)


def slants(images: np.ndarray) -> np.ndarray:
    """Columns per row that the ink moves to the left, from the definition."""
    y, x = np.indices((28, 28))
    v = images.astype(float)
    mass = v.sum((1, 2))
    x = x - ((v * x).sum((1, 2)) / mass)[:, None, None]
    y = y - ((v * y).sum((1, 2)) / mass)[:, None, None]
    return (v * x * y).sum((1, 2)) / (v * y * y).sum((1, 2))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_golden_vectors_shared_with_javascript(case: dict) -> None:
    image = from_hex(case["image"])
    np.testing.assert_array_equal(straighten(image[None])[0], from_hex(case["upright"]))


def test_mnists_digits_stand_upright_afterwards(mnist: Mnist) -> None:
    images = mnist.test_images[:2000]
    before, after = slants(images), slants(straighten(images))
    assert np.abs(before).mean() > 0.15
    assert np.abs(after).mean() < 0.001


def test_straightening_twice_changes_hardly_anything(mnist: Mnist) -> None:
    once = straighten(mnist.test_images[:500])
    twice = straighten(once)
    assert np.abs(once.astype(int) - twice).mean() < 0.05


def test_ink_and_centre_of_mass_stay(mnist: Mnist) -> None:
    images = mnist.test_images[:500].astype(int)
    upright = straighten(mnist.test_images[:500]).astype(int)
    columns = np.arange(28)
    ink, ink_after = images.sum((1, 2)), upright.sum((1, 2))
    assert np.abs(ink_after / ink - 1).max() < 0.01
    centre = (images.sum(1) * columns).sum(1) / ink
    centre_after = (upright.sum(1) * columns).sum(1) / ink_after
    assert np.abs(centre_after - centre).max() < 0.1


def test_a_batch_gives_what_its_images_give_alone(mnist: Mnist) -> None:
    images = mnist.test_images[:300]  # more than one chunk
    alone = np.concatenate([straighten(image[None]) for image in images])
    np.testing.assert_array_equal(straighten(images), alone)


def test_rows_of_784_pixels_give_the_same_and_stay_as_they_were(mnist: Mnist) -> None:
    rows = mnist.test_images[:5].reshape(5, 784).copy()
    upright = straighten(rows)
    assert upright.shape == (5, 784)
    np.testing.assert_array_equal(rows.reshape(5, 28, 28), mnist.test_images[:5])
    np.testing.assert_array_equal(upright.reshape(5, 28, 28), straighten(mnist.test_images[:5]))


def test_an_upright_image_comes_back_unchanged() -> None:
    image = render_strokes([[(0, 0), (0, 10)], [(-3, 5), (3, 5)]])[None]
    np.testing.assert_array_equal(straighten(image), image)


def test_a_single_image_gives_the_same_on_the_fast_path(mnist: Mnist) -> None:
    images = mnist.test_images[:300].reshape(300, 784)
    cases = np.concatenate([images, np.zeros_like(images[:1]), np.full_like(images[:1], 255)])
    for image, expected in zip(cases, straighten(cases), strict=True):
        levels = image.astype(np.float32)
        np.testing.assert_array_equal(straighten_one(levels), expected)
        np.testing.assert_array_equal(levels, image, "the caller's own")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_golden_vectors_hold_on_the_fast_path(case: dict) -> None:
    levels = from_hex(case["image"]).reshape(784).astype(np.float32)
    np.testing.assert_array_equal(straighten_one(levels), from_hex(case["upright"]).reshape(784))


def test_no_images_give_no_images() -> None:
    assert straighten(np.zeros((0, 28, 28), np.uint8)).shape == (0, 28, 28)
