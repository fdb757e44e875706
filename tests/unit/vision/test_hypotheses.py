"""Several ways to find a photo's digits: what each mends, and which one is kept."""

import base64

import numpy as np
import pytest
from numpy.typing import NDArray
from repository import golden

from mnist_recognizer.synthesis.pen_digits import draw_pen_digits
from mnist_recognizer.synthesis.photos import DAMAGES, simulate_photo
from mnist_recognizer.vision.hypotheses import UNEVEN_LIGHT, find_surest_digits
from mnist_recognizer.vision.rulings import remove_rulings
from mnist_recognizer.vision.segmentation import find_digits
from mnist_recognizer.vision.stroke_width import stroke_width, widen_thin_ink

Images = NDArray[np.uint8]


def ink_sureness(images: Images) -> list[float]:
    """Judge images by their inked area, as tests/golden/make_photos.py does."""
    areas = np.count_nonzero(images > 127, axis=(1, 2)).tolist()
    return [max(0.0, 1 - abs(area - 100) / 100) for area in areas]


def page(height: int = 120, width: int = 240) -> NDArray[np.float64]:
    """Return white paper with two bars of ink."""
    levels = np.full((height, width), 230.0)
    levels[40:80, 80:86] = 60
    levels[40:80, 140:146] = 60
    return levels


def test_a_sure_plain_way_is_kept_without_trying_others() -> None:
    grey = page().astype(np.uint8)
    asked: list[int] = []

    def sureness(images: Images) -> list[float]:
        asked.append(len(images))
        return [1.0] * len(images)

    finding = find_surest_digits(grey, sureness)
    assert asked == [2]
    assert (finding.background, finding.rotation, finding.rulings) == ("plane", 0, False)
    for found, plain in zip(finding.digits, find_digits(grey), strict=True):
        assert found.box == plain.box
        assert np.array_equal(found.pixels, plain.pixels)


def test_a_shadow_over_half_the_page_is_not_ink() -> None:
    levels = page()
    levels[:, 125:] *= 0.4

    def narrow(images: Images) -> list[float]:
        return [0.9 if (image > 0).mean() < 0.25 else 0.1 for image in images]

    finding = find_surest_digits(levels.astype(np.uint8), narrow)
    assert finding.background == "local"
    assert UNEVEN_LIGHT in finding.warnings
    assert [digit.box.x for digit in finding.digits] == pytest.approx([80, 140], abs=2)


def test_a_dark_table_edge_is_not_a_digit() -> None:
    levels = page()
    levels[:, :12] = 20
    boxes = [digit.box for digit in find_digits(levels.astype(np.uint8))]
    assert [box.x for box in boxes] == [80, 140]


def test_a_ruling_is_removed_and_strokes_that_cross_it_stay() -> None:
    ink = np.zeros((60, 100))
    ink[30:32] = 50
    ink[10:50, 40:45] = 90
    without = remove_rulings(ink)
    assert without is not None
    assert not without[30:32, :40].any()
    assert without[10:50, 40:45].all()
    assert remove_rulings(np.where(ink == 90, ink, 0)) is None


def test_a_sideways_number_is_turned_and_its_boxes_are_in_the_image() -> None:
    grey = np.rot90(page()).astype(np.uint8)

    def upright(images: Images) -> list[float]:
        tall = [bool(np.ptp(np.nonzero(i)[0]) > np.ptp(np.nonzero(i)[1])) for i in images]
        return [0.9 if is_tall else 0.1 for is_tall in tall]

    finding = find_surest_digits(grey, upright)
    assert finding.rotation in (90, 270)
    for digit in finding.digits:
        x, y, width, height = digit.box
        assert (grey[y : y + height, x : x + width] < 150).mean() > 0.8


def test_thin_ink_is_widened_to_the_width_of_the_pen() -> None:
    ink = np.zeros((300, 300))
    ink[:, 150:153] = 200
    ink[0, 0] = ink[0, 299] = 200
    wide = widen_thin_ink(ink, 20)
    assert 2 < stroke_width(wide) * 20 / max(wide.shape) < 3.5
    assert widen_thin_ink(wide, 20) is wide


def test_simulated_photos_are_found_as_the_page_finds_them() -> None:
    for case in golden("photos"):
        pixels = np.frombuffer(base64.b64decode(case["grey"]), np.uint8)
        grey = pixels.reshape(case["height"], case["width"])
        finding = find_surest_digits(grey, ink_sureness)
        assert finding.background == case["background"], case["name"]
        assert (finding.rotation, finding.rulings) == (case["rotation"], case["rulings"])
        assert [list(digit.box) for digit in finding.digits] == [d["box"] for d in case["digits"]]
        for digit, expected in zip(finding.digits, case["digits"], strict=True):
            assert digit.pixels.tobytes() == base64.b64decode(expected["pixels"])


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_simulated_photo_says_what_is_written_and_repeats_with_its_seed(damage: str) -> None:
    images, labels = draw_pen_digits(9, np.random.default_rng(0))
    one, other = (
        simulate_photo(images, labels, np.random.default_rng(3), damage, 2) for _ in range(2)
    )
    assert len(one.number) == 2
    assert one.number.isdecimal()
    assert one.grey.dtype == np.uint8
    assert np.array_equal(one.grey, other.grey)


def test_one_digit_cannot_touch_another() -> None:
    images, labels = draw_pen_digits(9, np.random.default_rng(0))
    with pytest.raises(ValueError, match="damage must be one of"):
        simulate_photo(images, labels, np.random.default_rng(3), "touching", 1)
