"""Pictures of grey bytes: read only where there is ink, with the answers of the whole picture."""

import numpy as np
import pytest
from threads import wrong_answers

from mnist_recognizer.api.predict.batch import judge, recognise
from mnist_recognizer.api.predict.grey import by_borders, inked
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.rejection import Rejection

RNG = np.random.default_rng(0)
MODEL = MLP(seed=2)


def digits(count: int) -> np.ndarray:
    """Return pictures with white borders and ink in a fifth of the rest, (count, 784) uint8."""
    grey = np.zeros((count, 28, 28), np.uint8)
    middle = RNG.integers(1, 256, (count, 20, 18), dtype=np.uint8)
    grey[:, 4:24, 5:23] = np.where(RNG.random(middle.shape) < 0.2, middle, 0)
    return grey.reshape(count, 784)


def whole(grey: np.ndarray) -> np.ndarray:
    return MODEL.predict_proba(grey / 255)


@pytest.mark.parametrize("count", [0, 1, 7, 250, 251, 1000])
def test_answers_are_those_of_the_whole_pictures(count: int) -> None:
    grey = digits(count)
    np.testing.assert_allclose(recognise(MODEL, grey), whole(grey), rtol=0, atol=1e-6)


@pytest.mark.parametrize("count", [1, 7])
@pytest.mark.parametrize("value", [0, 1, 255])
def test_so_are_those_of_pictures_of_one_grey(count: int, value: int) -> None:
    grey = np.full((count, 784), value, np.uint8)
    np.testing.assert_allclose(recognise(MODEL, grey), whole(grey), rtol=0, atol=1e-6)


@pytest.mark.parametrize("place", [0, 1, 2, 3, 4, 399, 783])
def test_a_single_pixel_is_not_overlooked(place: int) -> None:
    grey = np.zeros((3, 784), np.uint8)
    grey[1, place] = 200
    pixels, weights = inked(MODEL, grey)
    assert pixels.shape == (3, 4)
    assert weights.shape == (4, 128)
    np.testing.assert_array_equal(pixels.sum(axis=1), [0, 200, 0])
    np.testing.assert_allclose(recognise(MODEL, grey), whole(grey), rtol=0, atol=1e-6)


def test_what_is_paper_in_all_pictures_is_left_out() -> None:
    pixels, weights = inked(MODEL, digits(100))
    # Columns 5 to 22 lie in 5 fours of each of 20 rows.
    assert pixels.shape == (100, 400)
    assert weights.shape == (400, 128)
    pixels, _ = inked(MODEL, np.ones((2, 784), np.uint8))
    assert pixels.shape == (2, 784)


def test_pictures_with_the_same_white_borders_come_together() -> None:
    grey = np.zeros((600, 28, 28), np.uint8)
    grey[:, 4:24, 8:20] = 1
    grey[0::3, 4:24, 4:20] = 1  # a four more on the left
    grey[1::3, 4:24, 8:27] = 1  # two more on the right
    blocks = by_borders(grey.reshape(600, 784), 200)
    assert sorted(block[0] for block in blocks) == [0, 1, 2]
    for block in blocks:
        assert block.tolist() == list(range(block[0], 600, 3))


@pytest.mark.parametrize("wide", [0, 1, 40, 100, 125, 300, 600])
def test_blocks_are_neither_many_nor_large(wide: int) -> None:
    grey = np.zeros((600, 28, 28), np.uint8)
    grey[:wide, 14] = 1
    blocks = by_borders(grey.reshape(600, 784), 200)
    assert sorted(np.concatenate(blocks).tolist()) == list(range(600))
    assert all(0 < len(block) <= 300 for block in blocks)
    assert len(blocks) <= 4


def test_kinds_of_few_pictures_share_a_block() -> None:
    grey = np.zeros((600, 7, 4), np.uint8)
    kinds = np.arange(600) % 16
    for bit, four in enumerate((0, 1, 5, 6)):
        grey[:, four] = (kinds >> bit & 1)[:, None]
    blocks = by_borders(np.tile(grey, (1, 28, 1)).reshape(600, 784), 200)
    assert sorted(np.concatenate(blocks).tolist()) == list(range(600))
    assert len(blocks) == 6  # of three kinds each, but for the last


@pytest.mark.parametrize("edges", [(0, 28), (1, 9), (7, 20), (20, 28), (27, 28)])
def test_answers_stay_with_their_pictures(edges: tuple[int, int]) -> None:
    grey = digits(600)
    wide = RNG.random(600) < 0.3
    grey.reshape(600, 28, 28)[wide, :, slice(*edges)] = 9
    np.testing.assert_allclose(recognise(MODEL, grey), whole(grey), rtol=0, atol=1e-6)


@pytest.mark.parametrize("count", [1, 7, 600])
def test_bytes_that_are_not_aligned_are_read(count: int) -> None:
    grey = digits(count)
    moved = np.frombuffer(b"?" + grey.tobytes(), np.uint8)[1:].reshape(count, 784)
    np.testing.assert_allclose(recognise(MODEL, moved), whole(grey), rtol=0, atol=1e-6)


@pytest.mark.parametrize("count", [0, 1, 7, 600])
def test_the_verdicts_are_those_of_the_pictures_one_by_one(count: int) -> None:
    def some(*shape: int) -> np.ndarray:
        return RNG.normal(0, 0.2, shape).astype(np.float32)

    layers = [some(width, 5) for width in (128, 64)]
    rejection = Rejection(layers, some(5), some(5), some(5), -0.02, 0.02)
    grey = digits(count)
    grey[::5] = 0
    found, reasons = judge(MODEL, grey, rejection)
    np.testing.assert_allclose(found, whole(grey), rtol=0, atol=1e-6)
    pixels = (grey / 255).astype(np.float32)
    expected = []
    for i in range(count):
        row, score = rejection.read(MODEL, pixels[i : i + 1])
        expected.append(rejection.reason(score.item(), row[0].tolist(), grey[i]))
    assert reasons == expected
    assert judge(MODEL, pixels, rejection)[1] == expected


def test_threads_do_not_disturb_each_other() -> None:
    inputs = [digits(count) for count in (1, 1000, 7, 251)]
    assert wrong_answers(lambda grey: recognise(MODEL, grey), inputs, 20, tolerance=1e-6) == 0
