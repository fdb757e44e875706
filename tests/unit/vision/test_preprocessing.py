"""Any grey image comes to MNIST's geometry, and MNIST's own stay as they are."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from repository import golden

from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.vision.preprocessing import centre_by_mass, preprocess_raster
from mnist_recognizer.vision.strokes import render_strokes

CASES = golden("preprocessing")["rasters"]
FOUR = render_strokes([[(10, 4), (7, 14), (19, 14)], [(16, 9), (15, 24)]])


def from_hex(rows: list[str]) -> np.ndarray:
    return np.array([list(bytes.fromhex(row)) for row in rows], dtype=np.uint8)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Mean absolute difference, as a share of the ink."""
    return float(np.abs(one.astype(float) - other).sum() / other.sum())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_golden_vectors_shared_with_javascript(case: dict) -> None:
    grey = from_hex(case["grey"])
    assert grey.shape == (case["height"], case["width"])
    np.testing.assert_array_equal(preprocess_raster(grey), from_hex(case["image"]))


@pytest.mark.slow
def test_mnists_own_images_stay_as_they_are(mnist: Mnist) -> None:
    unchanged = [np.array_equal(preprocess_raster(image), image) for image in mnist.test_images]
    # The other three have a longest side of 19 pixels.
    assert sum(unchanged) == 9_997


@pytest.mark.parametrize("pad", [((0, 0), (0, 0)), ((40, 3), (0, 70))])
def test_mnists_geometry_is_found_anywhere_in_an_image(pad: tuple) -> None:
    np.testing.assert_array_equal(preprocess_raster(np.pad(FOUR, pad)), FOUR)


def test_dark_ink_on_light_is_the_same() -> None:
    np.testing.assert_array_equal(preprocess_raster(255 - FOUR), FOUR)


def test_fractions_from_0_to_1_are_the_same() -> None:
    np.testing.assert_array_equal(preprocess_raster(FOUR / 255), FOUR)
    np.testing.assert_array_equal(preprocess_raster((FOUR / 255).astype(np.float32)), FOUR)
    np.testing.assert_array_equal(
        preprocess_raster(FOUR > 127), preprocess_raster(np.where(FOUR > 127, 255, 0))
    )


@pytest.mark.parametrize("times", [2, 3, 7, 20])
def test_enlarged_images_shrink_back(times: int) -> None:
    large = np.kron(FOUR, np.ones((times, times), np.uint8))
    assert difference(preprocess_raster(large), FOUR) < 0.08


def test_small_images_are_enlarged_to_20_pixels() -> None:
    small = np.zeros((12, 12), np.uint8)
    small[2:10, 5] = 200
    image = preprocess_raster(small)
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    assert rows[-1] - rows[0] + 1 == 20
    assert columns[-1] - columns[0] + 1 < 6
    assert image.max() == 255


def test_a_speck_stays_smaller_than_a_digit() -> None:
    speck = np.zeros((28, 28), np.uint8)
    speck[4, 20] = 255
    assert np.count_nonzero(preprocess_raster(speck).any(axis=1)) < 9


def test_shadow_and_noise_of_a_photograph_are_not_ink() -> None:
    rng = np.random.default_rng(0)
    ink = np.zeros((400, 300))
    ink[100:300, 50:250] = np.kron(FOUR[4:24, 4:24], np.ones((10, 10)))
    light = 150 + np.linspace(0, 60, 400)[:, None] + np.linspace(0, 30, 300)
    photo = np.clip(light - 0.5 * ink + rng.normal(0, 5, ink.shape), 0, 255).astype(np.uint8)
    # Soft edges that drown in the noise are lost; the strokes and their place are not.
    assert difference(preprocess_raster(photo), preprocess_raster(ink / 255)) < 0.2


def test_ink_that_touches_the_border_is_still_ink() -> None:
    rows, columns = np.flatnonzero(FOUR.any(axis=1)), np.flatnonzero(FOUR.any(axis=0))
    cropped = FOUR[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    np.testing.assert_array_equal(preprocess_raster(255 - cropped), FOUR)


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=40)))
def test_any_image_gives_mnists_geometry_or_is_called_blank(grey: np.ndarray) -> None:
    before = grey.copy()
    try:
        image = preprocess_raster(grey)
    except ValueError as error:
        assert "blank" in str(error)  # noqa: PT017 (either outcome is right)
    else:
        assert image.shape == (28, 28)
        assert image.dtype == np.uint8
        assert image.max() >= 254
    np.testing.assert_array_equal(grey, before)


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_blank_image_is_an_error(grey: int) -> None:
    with pytest.raises(ValueError, match="blank"):
        preprocess_raster(np.full((50, 40), grey, np.uint8))


def test_faint_noise_alone_is_blank() -> None:
    noise = np.random.default_rng(0).integers(240, 255, (90, 90))
    with pytest.raises(ValueError, match="blank"):
        preprocess_raster(noise)


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (28,), (28, 28, 3), ()])
def test_what_is_not_a_grey_image_is_an_error(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="a grey image has the shape"):
        preprocess_raster(np.ones(shape, np.uint8))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -0.01, 1.01])
def test_a_fraction_out_of_range_is_an_error(bad: float) -> None:
    with pytest.raises(ValueError, match="must be numbers from 0 to 1"):
        preprocess_raster([[0.0, bad]])


@pytest.mark.parametrize("bad", [-1, 256, 70_000])
def test_a_whole_level_out_of_range_is_an_error(bad: int) -> None:
    with pytest.raises(ValueError, match="must be numbers from 0 to 255"):
        preprocess_raster([[0, bad]])


@pytest.mark.parametrize("grey", [[["a", "b"]], [[1j, 2]], [[None, 3]]])
def test_levels_that_are_no_numbers_are_an_error(grey: list) -> None:
    with pytest.raises(ValueError, match="grey levels are numbers"):
        preprocess_raster(grey)


@given(st.integers(0, 27), st.integers(0, 27))
def test_centring_moves_one_pixel_to_the_middle(row: int, column: int) -> None:
    image = np.zeros((28, 28), np.uint8)
    image[row, column] = 7
    centred = centre_by_mass(image)
    assert centred[14, 14] == 7
    assert np.count_nonzero(centred) == 1
