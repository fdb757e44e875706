"""Synthetic pen digits are digits beyond doubt, in every style, in MNIST's geometry."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP
from mnist_recognizer.synthesis import pen_hand
from mnist_recognizer.synthesis.batch_strokes import render_batch
from mnist_recognizer.synthesis.pen_curves import DRAGGED, MEASURES, curve_of, tables
from mnist_recognizer.synthesis.pen_digits import draw_pen_digits
from mnist_recognizer.synthesis.pen_hand import draw_styles, write_legibly
from mnist_recognizer.synthesis.pen_templates import Template, templates
from mnist_recognizer.vision.geometry import network_input
from mnist_recognizer.vision.preprocessing import preprocess_raster
from mnist_recognizer.vision.strokes import render_strokes

TEMPLATES = templates()
# MNIST's writers hardly write these, so a network that learned from MNIST alone may misread them.
RARE = {
    *("0 slashed", "1 short flag", "1 long flag", "1 curved flag", "1 flag apart"),
    *("6 square", "8 square", "7 crossed and serifed", "4 curved, closed", "4 joined by a loop"),
}


def named(template: Template) -> str:
    return f"{template.digit} {template.name}"


def longest_side(image: np.ndarray) -> int:
    return max(int(np.ptp(np.flatnonzero(image.any(axis=axis)))) + 1 for axis in (0, 1))


def measure(kind: str, start: np.ndarray, end: np.ndarray) -> float:
    x, y = end - start
    return {"x": x, "y": y, "d": np.hypot(x, y), "a": np.degrees(np.arctan2(y, abs(x)))}[kind]


def test_images_and_labels() -> None:
    images, labels = draw_pen_digits(300, np.random.default_rng(0))
    assert images.shape == (300, 28, 28)
    assert images.dtype == np.uint8
    assert labels.shape == (300,)
    assert labels.dtype == np.uint8
    assert set(labels.tolist()) == set(range(10))
    assert (images.max(axis=(1, 2)) > 240).all()


def test_none_is_no_image() -> None:
    images, labels = draw_pen_digits(0, np.random.default_rng(0))
    assert images.shape == (0, 28, 28)
    assert labels.shape == (0,)


def test_the_same_generator_draws_the_same_digits() -> None:
    first = draw_pen_digits(200, np.random.default_rng(7))
    again = draw_pen_digits(200, np.random.default_rng(7))
    other = draw_pen_digits(200, np.random.default_rng(8))
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(first[0], other[0])


def test_no_two_digits_are_alike() -> None:
    images = draw_styles(tables(), np.zeros(500, np.intp), np.random.default_rng(0))
    assert len(np.unique(images.reshape(500, -1), axis=0)) == 500


def test_every_digit_is_as_likely_and_every_style_gets_its_share() -> None:
    _, labels = draw_pen_digits(5000, np.random.default_rng(0))
    np.testing.assert_allclose(np.bincount(labels, minlength=10) / 5000, 0.1, atol=0.02)
    table = tables()
    assert (table.chances > 0).all()
    for digit in range(10):
        own = [template.weight for template in TEMPLATES if template.digit == digit]
        np.testing.assert_allclose(
            table.chances[table.labels == digit], np.array(own) / sum(own) / 10
        )


def test_the_style_that_was_asked_for_is_drawn() -> None:
    """The label belongs to the image: batches of mixed styles are those of single styles."""
    styles = np.repeat(
        [TEMPLATES.index(t) for t in TEMPLATES if t.name in ("bar", "two rings")], 40
    )
    ink = draw_styles(tables(), styles, np.random.default_rng(3)).sum(axis=(1, 2)) / 255
    assert ink[:40].max() < 75 < ink[40:].min()


def test_geometry_is_mnists() -> None:
    """What preprocessing leaves alone fills 20 pixels and has its mass in the middle."""
    images, _ = draw_pen_digits(300, np.random.default_rng(1))
    for image in images:
        np.testing.assert_array_equal(preprocess_raster(image), image)
        assert longest_side(image) == 20


def test_a_thicker_pen_leaves_more_ink_in_the_same_box() -> None:
    def draw(radius: float) -> np.ndarray:
        return draw_pen_digits(200, np.random.default_rng(0), (radius, radius))[0]

    thin, thick = draw(0.85), draw(1.95)
    assert (thick.sum(axis=(1, 2)) > 1.3 * thin.sum(axis=(1, 2))).all()
    assert {longest_side(image) for image in (*thin, *thick)} == {20}


@pytest.mark.parametrize("pen_radius", [(0.1, 1.0), (2.0, 1.0), (1.0, 9.0), (np.nan, 1.0)])
def test_an_impossible_pen_is_an_error(pen_radius: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="pen_radius must be"):
        draw_pen_digits(1, np.random.default_rng(0), pen_radius)


@pytest.mark.slow
def test_the_trained_model_reads_the_common_styles() -> None:
    """It has learned from people's digits alone, so this vouches for the labels."""
    model = MLP.load(default_weights())
    count = 60
    images = draw_styles(
        tables(), np.repeat(np.arange(len(TEMPLATES)), count), np.random.default_rng(2)
    )
    read = model.predict(network_input(model, images)).reshape(-1, count)
    right = {named(t): (read[i] == t.digit).mean() for i, t in enumerate(TEMPLATES)}
    assert set(right) > RARE
    common = {name: share for name, share in right.items() if name not in RARE}
    assert {name: share for name, share in common.items() if share < 0.9} == {}
    assert np.mean(list(common.values())) >= 0.985


def test_labels_belong_to_their_images() -> None:
    images, labels = draw_pen_digits(500, np.random.default_rng(4))
    model = MLP.load(default_weights())
    read = model.predict(network_input(model, images))
    assert (read == labels).mean() > 0.9


def test_a_lifted_pen_leaves_no_dots_on_its_way() -> None:
    table = tables()
    lifts = 0
    for pen, landing in zip(table.pen, table.landing, strict=True):
        for start in np.flatnonzero((pen == DRAGGED) & (np.roll(pen, 1) != DRAGGED)):
            end = start + int(np.argmax(pen[start:] != DRAGGED)) - 1
            assert (landing[start : end + 1] == end).all()
            lifts += 1
    assert lifts == sum(sum(template.dragged) for template in TEMPLATES)


# The templates


def test_each_digit_has_many_styles_with_names_of_their_own() -> None:
    assert min(Counter(template.digit for template in TEMPLATES).values()) >= 8
    assert len({named(template) for template in TEMPLATES}) == len(TEMPLATES)
    assert [t.digit for t in TEMPLATES] == sorted(t.digit for t in TEMPLATES)


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_each_extreme_keeps_the_rules_itself(template: Template) -> None:
    matrix, at = curve_of(template).matrix, curve_of(template).at
    for shape in template.shapes:
        path = matrix @ shape
        path *= 100 / np.ptp(path, axis=0).max()
        for rule in template.rules:
            assert rule.measure in MEASURES
            value = measure(rule.measure, path[at[rule.start]], path[at[rule.end]])
            assert rule.low <= value <= rule.high, rule


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_most_drawings_keep_the_rules(template: Template) -> None:
    """Those that do not are drawn anew, so this bounds how long that takes."""
    styles = np.full(400, TEMPLATES.index(template))
    points, _ = pen_hand._write(tables(), styles, np.random.default_rng(0))
    assert pen_hand._keeps_rules(tables(), styles, points).mean() > 0.25


def test_broken_rules_are_noticed() -> None:
    """A one that lies down is no longer a one."""
    styles = np.full(100, [named(template) for template in TEMPLATES].index("1 bar"))
    points, _ = pen_hand._write(tables(), styles, np.random.default_rng(0))
    upright = points[pen_hand._keeps_rules(tables(), styles, points)]
    assert len(upright) > 50
    assert not pen_hand._keeps_rules(tables(), styles[: len(upright)], upright[..., ::-1]).any()


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_curves_run_through_their_corners_and_ends(template: Template) -> None:
    curve = curve_of(template)
    ends = np.flatnonzero(np.diff(template.strokes, prepend=-1, append=-1))
    for point in {*np.flatnonzero(template.corners), *(ends % len(template.strokes))}:
        np.testing.assert_allclose(
            curve.matrix[curve.at[point]] @ template.shapes, template.shapes[:, point], atol=1e-9
        )
    # An affine map of the points is one of the curve.
    np.testing.assert_allclose(curve.matrix.sum(axis=1), 1)
    np.testing.assert_allclose(curve.rounded.sum(axis=1), 1)


def test_a_curve_through_points_of_a_circle_is_nearly_that_circle() -> None:
    angle = np.linspace(0, 2 * np.pi, 9)
    circle = 50 * np.stack([np.cos(angle), np.sin(angle)], axis=1)[None]
    none = np.zeros(9, np.intp)
    template = Template("0", "circle", 1.0, circle, none.astype(bool), none, (), ())
    distance = np.hypot(*(curve_of(template).matrix @ circle[0]).T)
    np.testing.assert_allclose(distance, 50, atol=1.0)


# Drawing many at once


def drawings(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(count, 40, 2)).cumsum(axis=1) * rng.uniform(0.01, 90, (count, 1, 1))
    pen_down = rng.random((count, 40)) > 0.1
    points[:, 30:] = points[:, 29:30]
    pen_down[:, 30:] = True
    return points, pen_down


def test_many_drawings_at_once_are_each_as_if_alone() -> None:
    points, pen_down = drawings(300)
    pen_down[0] = [True, *[False] * 29, *[True] * 10]  # dots
    points[1] = 5.0  # one dot
    # A block with a dot far off, whose centre of mass cannot come to the middle.
    points[2, :38, 0] = 6 * (np.arange(38) % 2)
    points[2, :38, 1] = np.linspace(0, 40, 38)
    points[2, 38:] = 40, 20
    points[3] = -points[2]
    pen_down[2:4] = np.arange(40) != 38
    together = render_batch(points, pen_down)
    for path, down, image in zip(points, pen_down, together, strict=True):
        starts = [0, *(np.flatnonzero(~down[1:]) + 1), len(path)]
        strokes = [path[first:end] for first, end in pairwise(starts)]
        np.testing.assert_array_equal(render_strokes(strokes), image)


def test_drawing_many_changes_no_input() -> None:
    points, pen_down = drawings(5)
    before = points.copy(), pen_down.copy()
    render_batch(points, pen_down)
    np.testing.assert_array_equal(points, before[0])
    np.testing.assert_array_equal(pen_down, before[1])


@pytest.mark.slow
def test_no_digit_is_more_than_twice_as_wide_as_high() -> None:
    rng = np.random.default_rng(0)
    styles = np.repeat(np.arange(len(templates())), 100)
    points, _ = write_legibly(tables(), styles, rng)
    wide, high = np.ptp(points, axis=1).T
    assert (high >= wide / 2).all()
    assert (high < wide * 0.6).any()  # some come close to it
