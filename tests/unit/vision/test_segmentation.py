"""Strokes and pieces of ink are grouped into digits, and digits are found in images."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from repository import golden

from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.synthesis.pen_digits import write_pen_digits
from mnist_recognizer.vision.grouping import group_strokes
from mnist_recognizer.vision.preprocessing import preprocess_raster
from mnist_recognizer.vision.segmentation import find_digits

CASES = golden("segmentation")
DRAWINGS, IMAGES = ({case["name"]: case for case in CASES[kind]} for kind in ("strokes", "images"))
NUMBER = DRAWINGS["digits of several strokes"]


def from_hex(rows: list[str]) -> np.ndarray:
    return np.array([list(bytes.fromhex(row)) for row in rows], dtype=np.uint8)


@pytest.mark.parametrize("case", CASES["strokes"], ids=lambda case: case["name"])
def test_strokes_of_golden_vectors_shared_with_javascript(case: dict) -> None:
    assert group_strokes(case["strokes"]) == case["groups"]


@pytest.mark.parametrize("case", CASES["images"], ids=lambda case: case["name"])
def test_images_of_golden_vectors_shared_with_javascript(case: dict) -> None:
    grey = from_hex(case["grey"])
    if not case["digits"]:
        with pytest.raises(ValueError, match="blank"):
            find_digits(grey)
        return
    found = find_digits(grey)
    assert [list(box) for box, _ in found] == [digit["box"] for digit in case["digits"]]
    for (_, pixels), digit in zip(found, case["digits"], strict=True):
        np.testing.assert_array_equal(pixels, from_hex(digit["pixels"]))


@pytest.mark.parametrize(
    ("name", "digits"),
    [
        ("2026", 4),
        ("2026 written closely", 4),
        ("written closely, of unequal heights", 2),
        ("two lines", 5),
        ("a zero in two halves", 1),
    ],
)
def test_golden_drawings_hold_so_many_digits(name: str, digits: int) -> None:
    assert len(DRAWINGS[name]["groups"]) == digits


@pytest.mark.parametrize(
    ("name", "digits"),
    [
        ("2026", 4),
        ("2026 on two lines", 4),
        ("unevenly lit, with noise", 4),
        ("on ruled paper", 4),
        ("with specks", 4),
        ("with broken strokes", 4),
        ("with a blot beside", 4),
        ("one digit, enlarged", 1),
    ],
)
def test_golden_images_hold_so_many_digits(name: str, digits: int) -> None:
    assert len(IMAGES[name]["digits"]) == digits


def test_synthetic_pen_digits_stay_whole() -> None:
    drawings, _ = write_pen_digits(1500, np.random.default_rng(5))
    whole = sum(len(group_strokes(strokes)) == 1 for strokes in drawings)
    assert whole >= 0.995 * len(drawings)


def test_synthetic_numbers_come_apart_into_their_digits() -> None:
    rng = np.random.default_rng(6)
    drawings, _ = write_pen_digits(400, rng)
    right = 0
    for start in range(0, 400, 4):
        strokes: list[np.ndarray] = []
        wanted = []
        end = 0.0
        for drawing in drawings[start : start + 4]:
            points = np.concatenate(drawing)
            size = rng.uniform(0.85, 1.15) / np.ptp(points[:, 1])
            place = (end - points[:, 0].min() * size, rng.uniform(-0.1, 0.1))
            wanted.append(list(range(len(strokes), len(strokes) + len(drawing))))
            strokes += [stroke * size + place for stroke in drawing]
            end = max(stroke[:, 0].max() for stroke in strokes) + rng.uniform(0.25, 0.6)
        right += group_strokes(strokes) == wanted
    assert right >= 98


@given(
    st.lists(
        st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), max_size=5), max_size=7
    )
)
def test_every_stroke_with_a_point_is_in_one_group(strokes: list) -> None:
    groups = group_strokes(strokes)
    assert sorted(chain.from_iterable(groups)) == [i for i, stroke in enumerate(strokes) if stroke]
    assert all(group == sorted(group) for group in groups)


@given(st.permutations(range(len(NUMBER["strokes"]))))
def test_the_order_of_drawing_does_not_matter(order: list[int]) -> None:
    groups = group_strokes([NUMBER["strokes"][i] for i in order])
    assert [sorted(order[i] for i in group) for group in groups] == NUMBER["groups"]


def test_size_and_place_do_not_matter() -> None:
    moved = [np.array(stroke) * 8.0 - [64, 8] for stroke in NUMBER["strokes"]]
    assert group_strokes(moved) == NUMBER["groups"]


@pytest.mark.parametrize("bad", [[[[np.nan, 1]]], [[[1, 2e9]]], [[1, 2]], [["a"]]])
def test_what_is_no_stroke_is_an_error(bad: list) -> None:
    with pytest.raises(ValueError, match="stroke 0"):
        group_strokes(bad)


@pytest.mark.parametrize("times", [1, 3])
def test_mnists_own_images_are_one_digit_each_as_before(mnist: Mnist, times: int) -> None:
    for image in mnist.test_images[:: 50 * times]:
        enlarged = np.kron(image, np.ones((times, times), np.uint8))
        (digit,) = find_digits(enlarged)
        np.testing.assert_array_equal(digit.pixels, preprocess_raster(enlarged))


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=60)))
def test_any_image_holds_digits_in_mnists_geometry_or_is_blank(grey: np.ndarray) -> None:
    before = grey.copy()
    try:
        found = find_digits(grey)
    except ValueError as error:
        assert "blank" in str(error)  # noqa: PT017 (either outcome is right)
    else:
        height, width = grey.shape
        assert found
        for box, pixels in found:
            assert pixels.shape == (28, 28)
            assert pixels.max() >= 254
            assert 0 <= box.x < box.x + box.width <= width
            assert 0 <= box.y < box.y + box.height <= height
    np.testing.assert_array_equal(grey, before)


def test_a_large_image_gives_boxes_in_its_own_pixels() -> None:
    grey = np.full((1500, 3100), 255, np.uint8)
    grey[300:900, 600:660] = grey[300:900, 1500:1560] = 0
    found = find_digits(grey)
    np.testing.assert_allclose(
        [found[0].box, found[1].box], [(600, 300, 60, 600), (1500, 300, 60, 600)], atol=8
    )
