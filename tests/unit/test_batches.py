"""Mini-batches: every image once, in another order each time; and the thread that makes them."""

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from mnist_recognizer.data.augmentation import Distortion
from mnist_recognizer.data.pixels import to_pixels
from mnist_recognizer.training.batches import (
    Batch,
    distorted_batches,
    in_background,
    plain_batches,
    with_pen_digits,
)

NONE = Distortion(0, 0, 0, 0, 0)


def numbered(count: int) -> np.ndarray:
    """Return images whose first two pixels are their number."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = np.divmod(np.arange(count), 256)
    return images


def batches(kind: str, count: int, size: int, seed: int = 0) -> list[Batch]:
    images, y = numbered(count), (np.arange(count) % 10).astype(np.uint8)
    rng = np.random.default_rng(seed)
    made = (
        plain_batches(to_pixels(images), y, size, rng)
        if kind == "plain"
        else distorted_batches(images, y, size, rng, NONE)
    )
    return [(x.copy(), labels.copy()) for x, labels in made]


def numbers(made: list[Batch]) -> np.ndarray:
    x = np.rint(np.concatenate([x for x, _ in made]) * 255).astype(int)
    return x[:, 0] * 256 + x[:, 1]


both = pytest.mark.parametrize("kind", ["plain", "distorted"])


@both
@pytest.mark.parametrize(
    ("count", "size", "last"), [(100, 32, 4), (96, 32, 32), (5, 32, 5), (1000, 7, 6), (1, 1, 1)]
)
def test_every_image_comes_once_with_its_label(kind: str, count: int, size: int, last: int) -> None:
    made = batches(kind, count, size)
    order = numbers(made)
    np.testing.assert_array_equal(np.sort(order), np.arange(count))
    np.testing.assert_array_equal(np.concatenate([y for _, y in made]), order % 10)
    assert [len(x) for x, _ in made] == [size] * (count // size - (last == size)) + [last] * (
        count > 0
    )
    assert all(x.dtype == np.float32 and x.shape[1] == 784 for x, _ in made)


@both
def test_the_order_is_the_generators(kind: str) -> None:
    one, same, other = (numbers(batches(kind, 200, 32, seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
    assert (one != np.sort(one)).any()


def test_pixels_are_bytes_divided_by_255() -> None:
    images = np.arange(2 * 784).reshape(2, 28, 28).astype(np.uint8)
    x = to_pixels(images)
    assert x.dtype == np.float32
    np.testing.assert_allclose(x, images.reshape(2, 784) / 255, rtol=1e-7)


def test_distorted_images_are_distorted_anew_by_every_generator() -> None:
    images, y = numbered(10), np.zeros(10, np.uint8)
    images[:, 10:18, 10:18] = 255
    one, other = (
        next(distorted_batches(images, y, 10, np.random.default_rng(seed), Distortion()))[0]
        for seed in (0, 1)
    )
    assert (one != other).any()


# --- in the background ---------------------------------------------------------------------------


def endless(log: list[int]) -> Iterator[Batch]:
    while True:
        log.append(len(log))
        yield np.zeros((1, 784), np.float32), np.zeros(1, np.uint8)


def test_batches_made_in_the_background_are_the_same() -> None:
    here = batches("plain", 100, 7)
    there = list(in_background(iter(here)))
    assert len(there) == len(here)
    for a, b in zip(here, there, strict=True):
        assert a[0] is b[0]


@pytest.mark.parametrize("error", [ValueError("spoilt"), MemoryError()])
def test_an_error_in_the_background_is_raised_in_the_foreground(error: Exception) -> None:
    def failing() -> Iterator[Batch]:
        yield from batches("plain", 2, 1)
        raise error

    made = in_background(failing())
    next(made)
    next(made)
    with pytest.raises(type(error)) as raised:
        next(made)
    assert raised.value is error
    assert not [thread for thread in threading.enumerate() if thread.name == "batches"]


def test_the_thread_stops_when_its_consumer_does() -> None:
    log: list[int] = []
    made = in_background(endless(log), ahead=2)
    next(made)
    made.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "batches"]
    stopped_at = len(log)
    time.sleep(0.3)
    assert len(log) == stopped_at


def test_the_thread_is_no_further_ahead_than_allowed() -> None:
    log: list[int] = []
    made = in_background(endless(log), ahead=3)
    next(made)
    time.sleep(0.3)
    assert len(log) <= 1 + 3 + 1  # taken, waiting, and one in its hands
    made.close()


def test_pen_digits_come_after_mnists_and_depend_on_the_seed_alone():
    train = np.zeros((5, 28, 28), np.uint8), np.full(5, 3, np.uint8)
    images, labels = with_pen_digits(train, 7, seed=4)
    assert images.shape == (12, 28, 28)
    np.testing.assert_array_equal(labels[:5], train[1])
    assert images[5:].max(axis=(1, 2)).min() == 255
    again, other = with_pen_digits(train, 7, seed=4), with_pen_digits(train, 7, seed=5)
    np.testing.assert_array_equal(again[0], images)
    assert not np.array_equal(other[0], images)
