"""Digits between near ones of the same label."""

import numpy as np
import pytest

from mnist_recognizer.data.neighbours import between_neighbours


def blobs(places: list[tuple[int, int]], ink: int = 255) -> np.ndarray:
    images = np.zeros((len(places), 28, 28), np.uint8)
    for image, (row, column) in zip(images, places, strict=True):
        image[row : row + 8, column : column + 8] = ink
    return images


def test_each_image_is_mixed_with_one_of_its_own_label() -> None:
    images = blobs([(2, 2), (2, 2), (16, 16), (16, 16)])
    labels = np.array([3, 8, 3, 8], np.uint8)
    mixed = between_neighbours(images, labels, np.random.default_rng(0))
    assert mixed.dtype == np.uint8
    for own, other in ((0, 2), (1, 3), (2, 0), (3, 1)):
        inked = (images[own] > 0) | (images[other] > 0)
        assert (mixed[own] > 0).tolist() == inked.tolist()  # both, laid over each other


def test_the_twelve_nearest_are_asked_and_no_others() -> None:
    images = blobs([(2, 2)] * 13 + [(16, 16)] * 13)
    labels = np.zeros(26, np.uint8)
    mixed = between_neighbours(images, labels, np.random.default_rng(1))
    np.testing.assert_array_equal(mixed, images)  # each has twelve that are the same


def test_what_is_dark_in_one_and_light_in_the_other_becomes_clearer() -> None:
    images = blobs([(2, 2), (2, 6)])
    mixed = between_neighbours(images, np.zeros(2, np.uint8), np.random.default_rng(2))
    assert (mixed[:, 2:10, 6:10] == 255).all()  # in both
    for image in mixed:  # in one: 35 to 65 % of the ink, and 1.6 times as far from the middle
        assert 66 <= image[2:10, 2:6].min() <= image[2:10, 2:6].max() <= 189
    assert not mixed[:, 12:].any()


def test_faint_ink_of_both_is_paper() -> None:
    images = blobs([(2, 2), (2, 2)], ink=20)
    assert not between_neighbours(images, np.zeros(2, np.uint8), np.random.default_rng(0)).any()


def test_an_image_alone_of_its_label_stays_as_it_is() -> None:
    images = blobs([(2, 2), (9, 9), (10, 10)], ink=77)
    mixed = between_neighbours(images, np.array([0, 1, 1], np.uint8), np.random.default_rng(0))
    np.testing.assert_array_equal(mixed[0], images[0])
    assert (mixed[1] != images[1]).any()


@pytest.mark.parametrize("count", [0, 1, 2, 1001])
def test_any_number_of_images_will_do_and_chance_can_be_repeated(count: int) -> None:
    images = np.random.default_rng(3).integers(0, 256, (count, 28, 28), np.uint8)
    before, labels = images.copy(), np.zeros(count, np.uint8)
    one, two, other = (
        between_neighbours(images, labels, np.random.default_rng(seed)) for seed in (5, 5, 6)
    )
    np.testing.assert_array_equal(images, before)
    np.testing.assert_array_equal(one, two)
    assert count < 2 or (one != other).any()
