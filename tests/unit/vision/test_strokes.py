"""Pen strokes become images with MNIST's geometry and MNIST's ink."""

import math
import runpy
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from repository import GOLDEN, golden

from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.vision.preprocessing import centre_by_mass, preprocess_raster
from mnist_recognizer.vision.strokes import ink_strokes, normalise_strokes, render_strokes

CASES = golden("preprocessing")["strokes"]
SEVEN = [[(40, 20), (160, 25), (90, 250)], [(70, 130), (150, 125)]]

coordinates = st.floats(-1000, 1000, allow_nan=False)
drawings = st.lists(
    st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=12), min_size=1, max_size=4
)


def extent(strokes: list[list[tuple[float, float]]]) -> float:
    points = np.concatenate([np.array(stroke, dtype=float) for stroke in strokes])
    return float(np.ptp(points, axis=0).max())


def inked_size(image: np.ndarray) -> tuple[int, int]:
    rows = np.flatnonzero(image.any(axis=1))
    columns = np.flatnonzero(image.any(axis=0))
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def centre_of_mass(image: np.ndarray) -> tuple[float, float]:
    rows, columns = np.indices(image.shape)
    return float(np.average(rows, weights=image)), float(np.average(columns, weights=image))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_golden_vectors_shared_with_javascript(case: dict) -> None:
    image = render_strokes(case["strokes"], case["dot_size"])
    assert [row.tobytes().hex() for row in image] == case["image"]


def test_golden_file_is_what_its_script_writes() -> None:
    script = runpy.run_path(str(GOLDEN / "make_preprocessing.py"))
    assert script["golden_file"]() == (GOLDEN / "preprocessing.json").read_text(encoding="utf-8")


@given(drawings.filter(lambda strokes: extent(strokes) > 1e-6))
def test_every_drawing_fills_a_box_of_20_pixels(strokes: list) -> None:
    image = render_strokes(strokes)
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    assert max(inked_size(image)) == 20


@given(drawings.filter(lambda strokes: extent(strokes) > 1e-6))
def test_a_rendered_drawing_is_mnist_geometry_already(strokes: list) -> None:
    image = render_strokes(strokes)
    np.testing.assert_array_equal(preprocess_raster(image), image)


def test_ink_is_as_wide_and_as_strong_as_mnists(mnist: Mnist) -> None:
    """The width of a line is its ink in one row; MNIST's upright ones show theirs."""
    ones = mnist.train_images[mnist.train_labels == 1]
    straight = ones[ones.any(axis=1).sum(axis=1) <= 6]  # upright ones, at most 6 columns wide
    their_width = np.median(straight[:, 8:20].sum(axis=2) / 255)
    pen_width = render_strokes([[(0, 0), (0, 1)]])[8:20].sum(axis=1) / 255
    assert pen_width == pytest.approx(their_width, abs=0.5)
    assert render_strokes(SEVEN).max() == 255


@pytest.mark.parametrize("name", ["zero", "eight", "hooked nine", "two dots"])
def test_grey_follows_from_the_distance_to_the_path(name: str) -> None:
    """An independent calculation: the nearest of many points along each segment."""
    strokes = normalise_strokes(next(c["strokes"] for c in CASES if c["name"] == name))
    path = [
        start + t * (end - start)
        for stroke in strokes
        for start, end in pairwise(stroke)
        for t in np.linspace(0, 1, 400)
    ] + [stroke[0] for stroke in strokes]
    x, y = np.array(path).T
    expected = np.empty((28, 28))
    for row, column in np.ndindex(28, 28):
        distance = np.sqrt((x - column) ** 2 + (y - row) ** 2).min()
        expected[row, column] = 255 * min(max((1.85 - distance) / 1.2, 0), 1)
    np.testing.assert_allclose(ink_strokes(strokes), expected, atol=0.6)


@given(drawings)
def test_centre_of_mass_is_as_near_the_middle_as_whole_pixels_allow(strokes: list) -> None:
    image = render_strokes(strokes)
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    for centre, inked in zip(centre_of_mass(image), (rows, columns), strict=True):
        # A shift that would push ink out of the image stops at its edge.
        if inked[0] > 0 and inked[-1] < 27:
            assert 13.5 <= centre < 14.5


def test_ink_stays_in_the_image_however_lopsided() -> None:
    block = [(6 * (y % 2), y) for y in range(41)]
    tail = [(0, 20), (40, 20)]
    image = render_strokes([block, tail])
    assert inked_size(image) == (20, 20)
    assert image[:, 27].any()
    assert centre_of_mass(image)[1] < 13.5


def test_size_and_place_do_not_matter() -> None:
    moved = [[(4 * x - 64, 4 * y + 8) for x, y in stroke] for stroke in SEVEN]
    np.testing.assert_array_equal(render_strokes(moved), render_strokes(SEVEN))


def test_a_short_upright_line_is_a_one_of_20_pixels() -> None:
    assert inked_size(render_strokes([[(5, 5), (5, 5.5)]])) == (20, 4)


def test_a_tap_is_a_dot() -> None:
    dot = render_strokes([[(17, 3)]])
    assert inked_size(dot) == (4, 4)
    assert dot.max() > 240
    np.testing.assert_array_equal(render_strokes([[(5, 5)] * 9, [(5, 5)]]), dot)


def test_a_tap_that_shook_stays_small() -> None:
    shaky = [[(17, 3), (17.5, 3.2), (17.2, 3.4)]]
    assert max(inked_size(render_strokes(shaky, dot_size=3))) <= 7
    assert max(inked_size(render_strokes(shaky))) == 20


def test_dot_size_leaves_larger_drawings_alone() -> None:
    np.testing.assert_array_equal(render_strokes(SEVEN, dot_size=200), render_strokes(SEVEN))


def test_strokes_without_points_do_not_count() -> None:
    strokes = [[], *SEVEN, np.empty((0, 2)), []]
    np.testing.assert_array_equal(render_strokes(strokes), render_strokes(SEVEN))


def test_a_scribble_of_many_thousand_points_is_its_points_and_lines() -> None:
    rng = np.random.default_rng(0)
    scribble = rng.uniform(0, 100, (20_000, 2))
    assert np.count_nonzero(render_strokes([scribble]) == 255) >= 18 * 18


def test_stages_in_turn_are_the_whole() -> None:
    normalised = normalise_strokes(SEVEN)
    points = np.concatenate(normalised)
    assert np.ptp(points, axis=0).max() == pytest.approx(17.3)
    assert (points.max(axis=0) + points.min(axis=0)) / 2 == pytest.approx([13.5, 13.5])
    np.testing.assert_array_equal(centre_by_mass(ink_strokes(normalised)), render_strokes(SEVEN))


def test_input_is_not_changed() -> None:
    strokes = [np.array(stroke, dtype=np.float64) for stroke in SEVEN]
    before = [stroke.copy() for stroke in strokes]
    for stroke in strokes:
        stroke.flags.writeable = False
    render_strokes(strokes)
    for stroke, original in zip(strokes, before, strict=True):
        np.testing.assert_array_equal(stroke, original)


@pytest.mark.parametrize("strokes", [[], [[]], [[], []], [np.empty((0, 2))]])
def test_an_empty_drawing_is_an_error(strokes: list) -> None:
    with pytest.raises(ValueError, match="the drawing is empty"):
        render_strokes(strokes)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 2e9, -1e300])
def test_an_impossible_coordinate_is_named(bad: float) -> None:
    with pytest.raises(ValueError, match=r"point 1 of stroke 1 .* within ±1e\+09"):
        render_strokes([[(0, 0)], [(1, 1), (2, bad)]])


@pytest.mark.parametrize(
    ("stroke", "message"),
    [
        ([1, 2, 3], r"stroke 0 has the shape \(3,\)"),
        ([(1, 2, 3)], r"stroke 0 has the shape \(1, 3\)"),
        ([(1, 2), (3,)], "stroke 0 is not a list"),
        ([("a", "b")], "stroke 0 is not a list"),
        ([None], "stroke 0"),
        ([{"x": 1, "y": 2}], "stroke 0 is not a list"),
    ],
)
def test_what_is_not_a_stroke_is_named(stroke: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        render_strokes([stroke])


@pytest.mark.parametrize("dot_size", [-1.0, math.nan, math.inf])
def test_an_impossible_dot_size_is_an_error(dot_size: float) -> None:
    with pytest.raises(ValueError, match="dot_size must be"):
        render_strokes(SEVEN, dot_size)
