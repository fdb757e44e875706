"""Temperature, calibration error and acceptance, against calculations by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_recognizer.evaluation.calibration import (
    accept_from,
    equal_mass_bins,
    equal_width_bins,
    expected_calibration_error,
    most_accepted,
    risk_coverage,
)
from mnist_recognizer.evaluation.metrics import Share, log_losses, log_softmax
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.temperature import TEMPERATURES, divide_logits, fit_temperature


def two_class_logits(margin: float, right: int, wrong: int) -> tuple[np.ndarray, np.ndarray]:
    """Images of two classes, each with the same margin for class 0."""
    logits = np.tile([[margin, 0.0]], (right + wrong, 1)).astype(np.float32)
    return logits, np.array([0] * right + [1] * wrong)


def test_the_temperature_by_hand() -> None:
    # With probability 1/(1 + e^(−a/T)) for class 0, right in 8 of 10, the best T has a/T = log 4.
    logits, labels = two_class_logits(3.0, right=8, wrong=2)
    assert fit_temperature(logits, labels) == pytest.approx(3.0 / math.log(4))


@given(st.integers(0, 2**32 - 1), st.floats(0.4, 3.0))
@pytest.mark.slow
def test_the_temperature_that_made_the_labels_is_found_and_no_other_has_a_lower_loss(
    seed: int, true_temperature: float
) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 3, (4000, 10))
    p = np.exp(log_softmax(logits, true_temperature))
    labels = (p.cumsum(axis=1) > rng.random((4000, 1))).argmax(axis=1)
    found = fit_temperature(logits, labels)
    assert found == pytest.approx(true_temperature, rel=0.15)

    def loss(temperature: float) -> float:
        return log_losses(log_softmax(logits, temperature), labels).mean()

    assert loss(found) <= min(loss(found * factor) for factor in (0.9, 0.999, 1.001, 1.1))


@given(st.floats(0.2, 5.0))
def test_logits_twice_as_large_need_twice_the_temperature(factor: float) -> None:
    logits, labels = two_class_logits(2.0, right=9, wrong=1)
    assert fit_temperature(logits * factor, labels) == pytest.approx(
        factor * fit_temperature(logits, labels), rel=1e-5
    )


def test_newton_steps_that_leave_the_interval_are_caught() -> None:
    # so sure of everything that the curvature vanishes in float64 and Newton's step is infinite
    logits, labels = two_class_logits(800.0, right=999, wrong=1)
    fitted = fit_temperature(logits, labels)
    assert fitted == TEMPERATURES[1]
    logits, labels = two_class_logits(40.0, right=999, wrong=1)
    assert fit_temperature(logits, labels) == pytest.approx(40 / math.log(999))


def test_a_network_that_is_always_right_gets_the_lowest_temperature() -> None:
    logits, labels = two_class_logits(1.0, right=5, wrong=0)
    assert fit_temperature(logits, labels) == TEMPERATURES[0]


def test_a_network_that_is_always_wrong_gets_the_highest_temperature() -> None:
    logits, labels = two_class_logits(1.0, right=0, wrong=5)
    assert fit_temperature(logits, labels) == TEMPERATURES[1]


def test_no_images_cannot_fit_a_temperature() -> None:
    with pytest.raises(ValueError, match="at least one image"):
        fit_temperature(np.empty((0, 10)), np.empty(0, np.int64))


CONFIDENCE = np.array([0.95, 0.55, 0.65, 0.85])
RIGHT = np.array([True, False, True, True])


def test_bins_of_equal_mass_by_hand() -> None:
    low, high = equal_mass_bins(CONFIDENCE, RIGHT, bins=2)
    assert (low.confidence, low.accuracy) == (pytest.approx(0.6), Share(1, 2))
    assert (high.confidence, high.accuracy) == (pytest.approx(0.9), Share(2, 2))


def test_bins_of_equal_width_by_hand_leave_out_the_empty_ones() -> None:
    bins = equal_width_bins(CONFIDENCE, RIGHT, bins=5)
    assert [b.accuracy for b in bins] == [Share(0, 1), Share(1, 1), Share(2, 2)]
    assert [b.confidence for b in bins] == pytest.approx([0.55, 0.65, 0.9])


def test_a_confidence_of_exactly_1_is_in_the_last_bin() -> None:
    (only,) = equal_width_bins(np.array([0.95, 1.0]), np.array([True, True]))
    assert only.accuracy == Share(2, 2)


def test_the_calibration_error_by_hand() -> None:
    bins = equal_mass_bins(CONFIDENCE, RIGHT, bins=2)
    assert expected_calibration_error(bins) == pytest.approx((0.1 + 0.1) / 2)


@given(st.integers(1, 200))
def test_bins_of_equal_mass_hold_every_image_once_and_differ_by_at_most_one(count: int) -> None:
    rng = np.random.default_rng(count)
    bins = equal_mass_bins(rng.random(count), rng.random(count) < 0.5)
    sizes = [b.accuracy.total for b in bins]
    assert len(sizes) == min(15, count)
    assert sum(sizes) == count
    assert max(sizes) - min(sizes) <= 1
    assert [b.confidence for b in bins] == sorted(b.confidence for b in bins)


def test_a_calibrated_network_has_almost_no_calibration_error() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.5, 1, 200_000)
    right = rng.random(200_000) < confidence
    assert expected_calibration_error(equal_mass_bins(confidence, right)) < 0.005
    overconfident = equal_mass_bins(np.minimum(confidence + 0.1, 1), right)
    assert expected_calibration_error(overconfident) > 0.05


def test_risk_and_coverage_by_hand() -> None:
    threshold, coverage, risk = risk_coverage(CONFIDENCE, RIGHT)
    assert threshold.tolist() == [0.95, 0.85, 0.65, 0.55]
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk.tolist() == [0, 0, 0, 0.25]


def test_equally_sure_answers_are_accepted_together() -> None:
    threshold, coverage, risk = risk_coverage(
        np.array([0.9, 0.9, 0.8]), np.array([True, False, True])
    )
    assert threshold.tolist() == [0.9, 0.8]
    assert coverage.tolist() == [2 / 3, 1]
    assert risk.tolist() == [1 / 2, 1 / 3]


def test_the_most_is_accepted_that_the_budget_allows() -> None:
    acceptance = most_accepted(CONFIDENCE, RIGHT, budget=0.1)
    assert acceptance.threshold == 0.65
    assert (acceptance.accepted, acceptance.errors) == (Share(3, 4), Share(0, 3))
    assert most_accepted(CONFIDENCE, RIGHT, budget=0.25).accepted == Share(4, 4)


def test_nothing_is_accepted_if_the_surest_answer_is_wrong() -> None:
    acceptance = most_accepted(np.array([0.9, 0.8]), np.array([False, True]), budget=0.1)
    assert (acceptance.threshold, acceptance.accepted) == (math.inf, Share(0, 2))
    assert acceptance.to_dict()["threshold"] is None
    assert acceptance.to_dict()["errors"]["value"] is None


@given(st.integers(0, 2**32 - 1), st.floats(0, 0.5))
def test_no_other_threshold_accepts_more_within_the_budget(seed: int, budget: float) -> None:
    rng = np.random.default_rng(seed)
    confidence = rng.integers(1, 20, 50) / 20
    right = rng.random(50) < confidence
    best = most_accepted(confidence, right, budget)
    assert best.errors.count <= budget * max(best.accepted.count, 1) + 1e-9
    for threshold in np.unique(confidence):
        other = accept_from(confidence, right, threshold)
        if other.errors.value <= budget:
            assert other.accepted.count <= best.accepted.count


def test_a_threshold_accepts_what_is_as_sure_as_it() -> None:
    acceptance = accept_from(CONFIDENCE, RIGHT, 0.55)
    assert (acceptance.accepted, acceptance.errors) == (Share(4, 4), Share(1, 4))
    assert acceptance.to_dict() == {
        "threshold": 0.55,
        "accepted": Share(4, 4).to_dict(),
        "errors": Share(1, 4).to_dict(),
    }


def test_a_temperature_that_is_built_in_changes_how_sure_a_network_is_and_no_answer() -> None:
    model, rng = MLP(784, (20, 12), 10, seed=0), np.random.default_rng(0)
    for b in model.biases:  # with none, any layer would do
        b[:] = rng.normal(size=b.shape)
    x = rng.uniform(size=(50, 784)).astype(np.float32)
    before = model.logits(x).copy()
    divide_logits(model, 0.5)
    np.testing.assert_allclose(model.logits(x), before / 0.5, rtol=1e-5, atol=1e-5)
    assert fit_temperature(model.logits(x), model.predict(x)) == TEMPERATURES[0]
