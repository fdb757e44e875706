"""Shares, confusion, log loss and McNemar's test, against calculations by hand."""

import math
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_recognizer.evaluation.metrics import (
    Share,
    accuracy,
    confusion_matrix,
    digit_scores,
    log_losses,
    log_softmax,
    mcnemar,
)

LABELS = np.array([0, 0, 0, 1, 1, 2], np.uint8)
PREDICTED = np.array([0, 0, 1, 1, 1, 0], np.int64)

shares = st.integers(1, 100_000).flatmap(
    lambda total: st.builds(Share, st.integers(0, total), st.just(total))
)


def test_accuracy_counts_the_labels_that_were_predicted() -> None:
    assert accuracy(LABELS, PREDICTED) == Share(4, 6)
    assert accuracy(LABELS, PREDICTED).value == 4 / 6


def test_the_interval_of_8_in_10_is_the_one_in_the_textbooks() -> None:
    assert Share(8, 10).interval == pytest.approx((0.4902, 0.9433), abs=5e-5)


@given(shares)
def test_the_intervals_ends_are_the_shares_whose_own_spread_just_reaches_the_measured_one(
    share: Share,
) -> None:
    for end in share.interval:
        spread = 1.959963984540054 * math.sqrt(end * (1 - end) / share.total)
        assert spread == pytest.approx(abs(share.value - end), abs=1e-7)


@given(shares)
def test_the_interval_lies_in_0_to_1_around_the_share(share: Share) -> None:
    low, high = share.interval
    assert 0 <= low <= share.value <= high <= 1
    assert low < high


def test_more_cases_make_the_interval_narrower() -> None:
    widths = [high - low for low, high in (Share(9 * n, 10 * n).interval for n in (1, 10, 100))]
    assert widths == sorted(widths, reverse=True)


def test_a_share_of_no_case_is_unknown() -> None:
    share = Share(0, 0)
    assert math.isnan(share.value)
    assert share.interval == (0, 1)
    assert share.to_dict() == {"count": 0, "total": 0, "value": None, "interval": [0, 1]}


def test_a_share_is_its_numbers_in_json() -> None:
    low, high = Share(1, 4).interval
    expected = {"count": 1, "total": 4, "value": 0.25, "interval": [low, high]}
    assert Share(1, 4).to_dict() == expected


def test_the_confusion_matrix_has_a_row_for_what_it_was_and_a_column_for_what_was_read() -> None:
    matrix = confusion_matrix(LABELS, PREDICTED, classes=3)
    assert matrix.tolist() == [[2, 1, 0], [0, 2, 0], [1, 0, 0]]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1))
def test_the_confusion_matrix_counts_every_image_once(pairs: list[tuple[int, int]]) -> None:
    labels, predicted = np.array(pairs, np.uint8).T
    matrix = confusion_matrix(labels, predicted)
    assert matrix.sum() == len(pairs)
    assert all(matrix[true, read] == pairs.count((true, read)) for true, read in pairs)


def test_recall_precision_and_f1_by_hand() -> None:
    zero, one, two = digit_scores(confusion_matrix(LABELS, PREDICTED, classes=3))
    assert (zero.recall, zero.precision) == (Share(2, 3), Share(2, 3))
    assert (one.recall, one.precision) == (Share(2, 2), Share(2, 3))
    assert one.f1 == pytest.approx(2 / (1 / 1 + 1 / (2 / 3)))
    assert (two.digit, two.recall, two.precision) == (2, Share(0, 1), Share(0, 0))
    assert two.f1 == 0


def test_f1_of_a_digit_that_neither_came_nor_was_read_is_unknown() -> None:
    assert math.isnan(digit_scores(np.zeros((1, 1), np.int64))[0].f1)


def test_log_softmax_by_hand_and_at_a_temperature() -> None:
    z = np.array([[math.log(3.0), 0.0]])
    assert np.exp(log_softmax(z)) == pytest.approx(np.array([[0.75, 0.25]]))
    warm = np.exp(log_softmax(2 * z, temperature=2.0))
    assert warm == pytest.approx(np.array([[0.75, 0.25]]))


def test_log_softmax_leaves_its_argument_alone_and_survives_logits_of_1000() -> None:
    z = np.array([[1000.0, -1000.0]], np.float32)
    result = log_softmax(z)
    assert z.tolist() == [[1000.0, -1000.0]]
    assert result.dtype == np.float64
    assert result.tolist() == [[0.0, -2000.0]]


def test_the_log_loss_is_the_surprise_at_the_right_class() -> None:
    p = np.log(np.array([[0.5, 0.5], [0.9, 0.1]]))
    losses = log_losses(p, np.array([0, 1]))
    assert losses == pytest.approx([math.log(2), math.log(10)])


def rights(only_first: int, only_second: int, both: int = 3) -> tuple[np.ndarray, np.ndarray]:
    first = np.array([True] * only_first + [False] * only_second + [True] * both + [False])
    second = np.array([False] * only_first + [True] * only_second + [True] * both + [False])
    return first, second


def test_mcnemar_by_hand() -> None:
    # one against five: P(at most 1 head, or at most 1 tail, of 6 coins) = 2·(1 + 6)/64
    assert mcnemar(*rights(1, 5)) == 14 / 64


def test_mcnemar_sees_no_difference_where_there_is_none() -> None:
    assert mcnemar(*rights(0, 0)) == 1
    assert mcnemar(*rights(7, 7)) == 1


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_the_binomial_tail_and_does_not_care_who_is_first(a: int, b: int) -> None:
    tail = sum(comb(a + b, k) for k in range(min(a, b) + 1)) / 2 ** (a + b)
    assert mcnemar(*rights(a, b)) == pytest.approx(min(1, 2 * tail))
    assert mcnemar(*rights(a, b)) == mcnemar(*rights(b, a))


def test_mcnemar_is_exact_for_thousands_of_differences() -> None:
    # the normal approximation with continuity correction: z = (|b − c| − 1)/√(b + c)
    z = (200 - 1) / math.sqrt(9800)
    assert mcnemar(*rights(5000, 4800)) == pytest.approx(math.erfc(z / math.sqrt(2)), rel=1e-3)
