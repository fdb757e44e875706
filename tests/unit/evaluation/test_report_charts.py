"""The HTML report: its images and charts."""

import io
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from outline import Outline, decode
from PIL import Image

from mnist_recognizer.evaluation.charts import (
    Axis,
    Chart,
    Series,
    interval_strip,
    log_axis,
    round_ticks,
)
from mnist_recognizer.evaluation.image_sheets import (
    DIVERGING,
    INK,
    encode_png,
    make_sheet,
    weights_sheet,
)
from mnist_recognizer.evaluation.metrics import Share

# --- images ---------------------------------------------------------------------------------------


def test_a_png_is_read_by_others_as_it_was_written() -> None:
    levels = np.random.default_rng(0).integers(0, 256, (7, 11), dtype=np.uint8)
    image = Image.open(io.BytesIO(encode_png(levels, DIVERGING)))
    assert image.size == (11, 7)
    assert (np.asarray(image.convert("RGBA")) == DIVERGING[levels]).all()


@given(st.integers(1, 70))
def test_every_image_is_found_at_its_place_in_the_sheet(count: int) -> None:
    images = np.random.default_rng(count).integers(0, 256, (count, 28, 28), dtype=np.uint8)
    sheet = make_sheet(images, INK)
    whole = np.asarray(decode(sheet.uri).convert("RGBA"))
    assert whole.shape[:2] == (28 * sheet.rows, 28 * sheet.columns)
    for number, image in enumerate(images):
        column, row = sheet.place(number)
        part = whole[row * 28 : row * 28 + 28, column * 28 : column * 28 + 28]
        assert (part[..., 3] == image).all()
        assert (part[..., :3] == 0).all()


def test_a_sheet_of_nothing_is_blank() -> None:
    sheet = make_sheet(np.empty((0, 28, 28), np.uint8), INK)
    assert np.asarray(decode(sheet.uri).convert("RGBA")).max() == 0


def test_weights_are_red_above_0_and_blue_below_and_each_unit_has_its_own_scale() -> None:
    weights = np.zeros((784, 3), np.float32)
    weights[0, 0], weights[1, 0] = 2.0, -1.0
    weights[0, 1] = 0.001
    image = np.asarray(decode(weights_sheet(weights).uri).convert("RGBA")).astype(int)
    red, blue, _, _ = image[0, 0], image[0, 1], image[0, 28], image[0, 56]
    assert (red[0] > red[2], blue[2] > blue[0]) == (True, True)
    assert red[3] == pytest.approx(255, abs=2)
    assert blue[3] == pytest.approx(128, abs=2)
    assert image[0, 28, 3] == red[3]
    assert image[:, 56:, 3].max() == 0  # a unit without weights, and no division by zero


# --- charts ---------------------------------------------------------------------------------------


def test_an_axis_places_its_ends_its_middle_and_what_is_beyond() -> None:
    axis = Axis(10, 30, ())
    assert [axis.place(v, 0, 100) for v in (10, 20, 30, 5, 99)] == [0, 50, 100, 0, 100]
    logarithmic = Axis(0.01, 100, (), logarithmic=True)
    places = [logarithmic.place(v, 0, 100) for v in (0.01, 1, 100, 0)]
    assert places == pytest.approx([0, 50, 100, 0])
    assert Axis(3, 3, ()).place(3, 40, 90) == 40


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e4), st.integers(2, 20))
def test_round_ticks_lie_evenly_within_the_ends(low: float, extent: float, count: int) -> None:
    ticks = round_ticks(low, low + extent, count)
    assert all(low - 1e-6 <= tick <= low + extent + 1e-6 for tick in ticks)
    assert len(ticks) <= count + 1
    assert len(ticks) >= count / 2.5 - 1
    steps = np.diff(ticks)
    assert steps == pytest.approx(np.full(len(steps), steps[0] if len(steps) else 0), rel=1e-6)


def test_round_ticks_by_hand() -> None:
    assert round_ticks(0, 1) == [0, 0.2, 0.4, 0.6, 0.8, 1]
    assert round_ticks(1, 160) == [50, 100, 150]
    assert round_ticks(2, 2) == [2]


@given(st.lists(st.floats(1e-6, 1e6), min_size=1))
def test_a_logarithmic_axis_holds_its_values_between_round_numbers(values: list[float]) -> None:
    axis = log_axis(values, str)
    assert axis.low <= min(values) * (1 + 1e-8)
    assert axis.high >= max(values) * (1 - 1e-8)
    for end in (axis.low, axis.high):
        assert any(
            math.isclose(end, m * 10.0 ** math.floor(math.log10(end * 1.0001))) for m in (1, 2, 5)
        )
    assert all(axis.low <= tick <= axis.high for tick in axis.ticks)


def test_a_logarithmic_axis_by_hand() -> None:
    assert log_axis([0.03, 0.4], str).ticks == pytest.approx([0.02, 0.05, 0.1, 0.2, 0.5])
    assert log_axis([0.001, 3], str).ticks == pytest.approx([0.001, 0.01, 0.1, 1])
    assert log_axis([0.0], str).ticks == [1]


def test_a_chart_draws_lines_dots_intervals_guides_and_images() -> None:
    chart = Chart(
        "A < B",
        Axis(-10, 10, (-10, 0, 10), "pixels"),
        Axis(0, 1, (0, 1), form="{:.0%}".format),
        [
            Series([(-10, 0), (10, 1)], radii=[2, 3], notes=["a & b", "c"]),
            Series([(0, 0.5)], "soft", joined=False, intervals=[(0.25, 0.75)]),
            Series([], "soft"),
        ],
        guides=[((0, 0), (0, 1))],
        images=[(10, "data:image/png;base64,AAAA")],
    )
    svg = chart.svg()
    Outline(svg)
    assert 'aria-label="A &lt; B"' in svg
    assert '<path class="line" d="M46.0 178.0L346.0 12.0"/>' in svg
    assert '<circle cx="346.0" cy="12.0" r="3.0"><title>c</title>' in svg
    assert "<title>a &amp; b</title>" in svg
    assert '<path class="interval" d="M196.0 136.5V53.5"/>' in svg
    assert '<path class="guide" d="M196.0 178.0L196.0 12.0"/>' in svg
    assert 'href="data:image/png;base64,AAAA"' in svg
    assert ">−10<" in svg
    assert ">100%<" in svg


def test_a_strip_shows_a_share_within_its_interval() -> None:
    strip = interval_strip(Share(8, 10), Axis(0, 1, ()))
    low, high = Share(8, 10).interval
    assert f'x1="{low:.2%}" x2="{high:.2%}"' in strip
    assert 'cx="80.00%"' in strip
    assert 'cx="50.00%"' in interval_strip(Share(0, 0), Axis(0, 1, ()))
