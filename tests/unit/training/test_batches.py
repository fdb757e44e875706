"""Pools of training images and their mini-batches: what is in them, and how long they serve."""

import threading
import time
from typing import Any

import numpy as np
import pytest

from mnist_recognizer.nn import MLP
from mnist_recognizer.synthesis.augmentation import Distortion, distort_bytes
from mnist_recognizer.training import batches
from mnist_recognizer.training.batches import Batch, Pool, mini_batches, pools, with_pen_digits
from mnist_recognizer.training.config import Config

Data = tuple[np.ndarray, np.ndarray]


def numbered(count: int) -> Pool:
    """Return a pool of images whose first two pixels are their number."""
    pixels = np.zeros((count, 784), np.uint8)
    pixels[:, 0], pixels[:, 1] = np.divmod(np.arange(count), 256)
    return Pool(pixels, (np.arange(count) % 10).astype(np.uint8))


def cut(pool: Pool, size: int, seed: int = 0) -> list[Batch]:
    made = mini_batches(pool, size, np.random.default_rng(seed))
    return [(x.copy(), targets.copy()) for x, targets in made]


def numbers(made: list[Batch]) -> np.ndarray:
    x = np.rint(np.concatenate([x for x, _ in made]) * 255).astype(int)
    return x[:, 0] * 256 + x[:, 1]


def config(**settings: Any) -> Config:
    return Config.from_dict({"epochs": 6, "augment": True, **settings})


# --- mini-batches --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "size", "last"), [(100, 32, 4), (96, 32, 32), (5, 32, 5), (1000, 7, 6), (1, 1, 1)]
)
def test_every_image_comes_once_with_its_label(count: int, size: int, last: int) -> None:
    made = cut(numbered(count), size)
    order = numbers(made)
    np.testing.assert_array_equal(np.sort(order), np.arange(count))
    np.testing.assert_array_equal(np.concatenate([y for _, y in made]), order % 10)
    assert [len(x) for x, _ in made] == [size] * (count // size - (last == size)) + [last]
    assert all(x.dtype == np.float32 and x.shape[1] == 784 for x, _ in made)


def test_targets_that_are_distributions_stay_with_their_images() -> None:
    pool = numbered(50)
    targets = np.eye(10, dtype=np.float32)[pool.targets]
    made = cut(Pool(pool.pixels, targets), 8)
    np.testing.assert_array_equal(
        np.concatenate([t for _, t in made]).argmax(1), numbers(made) % 10
    )


def test_the_order_is_the_generators() -> None:
    one, same, other = (numbers(cut(numbered(200), 32, seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
    assert (one != np.sort(one)).any()


def test_pixels_are_bytes_divided_by_255() -> None:
    pool = Pool(np.arange(256 * 3, dtype=np.uint8).reshape(1, -1), np.zeros(1, np.uint8))
    ((x, _),) = cut(pool, 1)
    np.testing.assert_allclose(x, pool.pixels / 255, rtol=2e-7)


# --- pools ---------------------------------------------------------------------------------------


def test_without_distortions_the_pool_is_the_images_themselves(digits: Data) -> None:
    made = list(pools(digits, config(augment=False), 2))
    assert len(made) == 4  # epochs 3 to 6
    assert all(np.shares_memory(pool.pixels, digits[0]) for pool in made)
    assert made[0].targets is digits[1]


@pytest.mark.parametrize(
    ("reuse", "first_epoch", "blocks"),
    [(1, 0, [0, 1, 2, 3, 4, 5]), (2, 0, [0, 1, 2]), (4, 0, [0, 1]), (4, 3, [0, 1]), (4, 5, [1])],
)
def test_a_pool_serves_a_block_of_epochs_and_depends_on_its_number_alone(
    digits: Data, reuse: int, first_epoch: int, blocks: list[int]
) -> None:
    made = list(pools(digits, config(reuse=reuse), first_epoch))
    every = list(pools(digits, config(reuse=1), 0))
    assert len(made) == len(blocks)
    for pool, block in zip(made, blocks, strict=True):
        assert pool.pixels.tobytes() == every[block].pixels.tobytes()
    assert len({pool.pixels.tobytes() for pool in every}) == 6


def test_a_pool_holds_the_images_distorted_by_the_blocks_generator(digits: Data) -> None:
    settings = config(epochs=1, rotation=3.0, seed=8)
    (pool,) = pools(digits, settings, 0)
    rng, distortion = np.random.default_rng([8, 0, 1]), Distortion(3.0, 0.12, 0.15, 1.5, 1.2)
    np.testing.assert_array_equal(pool.pixels, distort_bytes(digits[0], rng, distortion))
    np.testing.assert_array_equal(pool.targets, digits[1])


def test_pools_of_more_images_than_are_distorted_together_are_whole(
    digits: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_CHUNK", 128)
    still = {"rotation": 0, "scale": 0, "shear": 0, "shift": 0, "elastic": 0}
    (pool,) = pools(digits, config(epochs=1, **still), 0)
    np.testing.assert_array_equal(pool.pixels, digits[0].reshape(300, 784))


def test_distortions_fade_evenly_from_block_to_block(
    digits: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = []

    def watched(images: Any, rng: Any, distortion: Distortion, out: np.ndarray) -> None:
        given.append((distortion.rotation, distortion.thickness, distortion.min_strength))

    monkeypatch.setattr(batches, "distort_bytes", watched)
    list(
        pools(
            digits,
            config(
                reuse=2, augment_decay=0.6, rotation=10.0, thickness=1.0, min_augment_strength=0.3
            ),
            0,
        )
    )
    assert np.allclose(given, [(10.0, 1.0, 0.3), (8.0, 0.8, 0.3), (6.0, 0.6, 0.3)])
    given.clear()
    list(pools(digits, config(reuse=2, augment_decay=0.6, rotation=10.0), 3))  # resumed
    assert np.allclose(given, [(8.0, 0.0, 1.0), (6.0, 0.0, 1.0)])


@pytest.mark.parametrize("augment", [True, False])
def test_pen_digits_take_turns_beside_all_other_images(augment: bool) -> None:
    still = {"rotation": 0, "scale": 0, "shear": 0, "shift": 0, "elastic": 0} if augment else {}
    settings = config(augment=augment, pen_digits=7, pen_period=3, **still)
    pixels, labels = numbered(20)  # the last 7 stand for pen digits
    made = list(pools((pixels.reshape(-1, 28, 28), labels), settings, 0))
    present = [pool.pixels[:, 1].tolist() for pool in made]
    mnist = list(range(13))
    assert present[:3] == [[*mnist, 13, 16, 19], [*mnist, 14, 17], [*mnist, 15, 18]]
    assert present[3:] == present[:3]
    assert all(pool.targets.tolist() == [n % 10 for n in pool.pixels[:, 1]] for pool in made)
    (resumed, *_) = pools((pixels.reshape(-1, 28, 28), labels), settings, 4)
    assert resumed.pixels[:, 1].tolist() == present[4]


def test_pen_digits_have_a_share_of_the_distortions(monkeypatch: pytest.MonkeyPatch) -> None:
    given = []

    def watched(images: Any, rng: Any, distortion: Distortion, out: np.ndarray) -> None:
        numbers = images[:, 0, :2].astype(int) @ [256, 1]
        given.append((numbers.tolist(), distortion.rotation, distortion.min_strength))
        out[:] = images.reshape(len(images), -1)

    monkeypatch.setattr(batches, "distort_bytes", watched)
    settings = {
        "pen_digits": 1100,
        "pen_period": 2,
        "pen_strength": 0.4,
        "min_augment_strength": 0.3,
    }
    pixels, labels = numbered(2200)
    first, *_ = pools(
        (pixels.reshape(-1, 28, 28), labels),
        config(**settings, rotation=10.0, augment_decay=0.6),
        0,
    )
    mnist, pens = list(range(1100)), list(range(1100, 2200, 2))
    expected = [(mnist[:1024], 10.0, 0.3), (mnist[1024:], 10.0, 0.3), (pens, 4.0, 0.3)]
    assert given[:3] == expected
    assert given[3][1] == pytest.approx(9.0)  # the next block is weaker
    assert given[5][1] == pytest.approx(3.6)
    assert (first.pixels[:, :2].astype(int) @ [256, 1]).tolist() == mnist + pens


def test_a_seed_gives_its_own_distortions(digits: Data) -> None:
    one, other = (next(pools(digits, config(seed=seed), 0)) for seed in (0, 1))
    assert one.pixels.tobytes() != other.pixels.tobytes()


@pytest.mark.parametrize("augment", [True, False])
def test_a_teachers_answers_are_to_the_very_images_of_the_pool(digits: Data, augment: bool) -> None:
    teacher = MLP(784, [20], 10, seed=3)
    settings = config(augment=augment, teacher_epochs=1, teacher_weight=0.7, temperature=3.0)
    pool = next(pools(digits, settings, 0, teacher))
    answers = np.exp(teacher.logits(pool.pixels / np.float32(255)) / 3)
    answers /= answers.sum(axis=1, keepdims=True)
    assert pool.targets.dtype == np.float32
    np.testing.assert_allclose(pool.targets, 0.7 * answers + 0.3 * np.eye(10)[digits[1]], rtol=1e-4)


def test_label_smoothing_smooths_the_labels_share_alone(digits: Data) -> None:
    teacher = MLP(784, [20], 10, seed=3)
    settings = config(teacher_epochs=1, teacher_weight=0.0, label_smoothing=0.2)
    pool = next(pools(digits, settings, 0, teacher))
    np.testing.assert_allclose(pool.targets, 0.8 * np.eye(10)[digits[1]] + 0.02, rtol=1e-6)


def test_closing_stops_the_thread_in_the_middle_of_a_pool(
    digits: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_CHUNK", 1)
    calls, second = [], threading.Event()

    def slow(images: Any, rng: Any, distortion: Any, out: np.ndarray) -> None:
        calls.append(len(images))
        if len(calls) > 300:
            second.set()
            time.sleep(0.1)  # the second pool takes 30 s

    monkeypatch.setattr(batches, "distort_bytes", slow)
    made = pools(digits, config(), 0)
    next(made)
    assert second.wait(20)
    made.close()
    assert len(calls) < 600
    assert not [thread for thread in threading.enumerate() if thread.name == "background"]


def test_an_error_while_distorting_is_raised_to_the_trainer(
    digits: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(batches, "distort_bytes", fail)
    with pytest.raises(MemoryError):
        next(pools(digits, config(), 0))


# --- pen digits ----------------------------------------------------------------------------------


def test_pen_digits_come_after_mnists_and_depend_on_the_seed_alone() -> None:
    train = np.zeros((5, 28, 28), np.uint8), np.full(5, 3, np.uint8)
    images, labels = with_pen_digits(train, 7, seed=4)
    assert images.shape == (12, 28, 28)
    np.testing.assert_array_equal(labels[:5], train[1])
    assert images[5:].max(axis=(1, 2)).min() == 255
    again, other = with_pen_digits(train, 7, seed=4), with_pen_digits(train, 7, seed=5)
    np.testing.assert_array_equal(again[0], images)
    assert not np.array_equal(other[0], images)
