"""Learning-rate schedules at the places that their definitions name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_recognizer.nn.schedules import SCHEDULES

PROGRESS = st.floats(0, 1)


@pytest.mark.parametrize(
    ("name", "progress", "factor"),
    [
        ("constant", 0.0, 1.0),
        ("constant", 1.0, 1.0),
        ("step", 0.0, 1.0),
        ("step", 0.4999, 1.0),
        ("step", 0.5, 0.1),
        ("step", 0.7499, 0.1),
        ("step", 0.75, 0.01),
        ("step", 1.0, 0.01),
        ("cosine", 0.0, 0.0),
        ("cosine", 0.01, 0.5),  # half of the warm-up
        ("cosine", 0.02, 1.0),
        ("cosine", 0.51, 0.5),  # half-way between the warm-up's end and the end
        ("cosine", 0.755, 0.14644660940672624),  # (1 − 1/√2) / 2
        ("cosine", 1.0, 0.0),
        ("one_cycle", 0.0, 0.04),
        ("one_cycle", 0.15, 0.52),
        ("one_cycle", 0.3, 1.0),
        ("one_cycle", 0.65, 0.50005),
        ("one_cycle", 1.0, 0.0001),
    ],
)
def test_the_factor_at_places_that_can_be_worked_out_by_hand(
    name: str, progress: float, factor: float
) -> None:
    assert SCHEDULES[name](progress) == pytest.approx(factor, abs=1e-12)


@pytest.mark.parametrize("name", SCHEDULES)
@given(progress=PROGRESS)
def test_a_factor_is_never_below_0_or_above_1(name: str, progress: float) -> None:
    assert 0 <= SCHEDULES[name](progress) <= 1


@pytest.mark.parametrize("name", ["cosine", "one_cycle"])
@given(progress=st.floats(0, 0.9999))
def test_smooth_schedules_do_not_jump(name: str, progress: float) -> None:
    factor = SCHEDULES[name]
    assert abs(factor(progress + 1e-4) - factor(progress)) <= 0.0051  # the warm-up's slope is 50


@pytest.mark.parametrize("name", ["step", "cosine", "one_cycle"])
@given(one=st.floats(0.3, 1), other=st.floats(0.3, 1))
def test_after_its_peak_a_schedule_only_falls(name: str, one: float, other: float) -> None:
    early, late = sorted([one, other])
    assert SCHEDULES[name](late) <= SCHEDULES[name](early)
