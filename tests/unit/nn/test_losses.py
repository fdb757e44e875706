"""Softmax and cross-entropy: the textbook's values, at any size of logit."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mnist_recognizer.nn.losses import count_correct, softmax, softmax_cross_entropy

LOGITS = hnp.arrays(
    np.float32,
    st.tuples(st.integers(1, 6), st.integers(2, 10)),
    elements=st.floats(-1000, 1000, width=32),
)


def test_softmax_of_zero_and_the_logarithm_of_three_is_a_quarter_and_three_quarters() -> None:
    y_hat = softmax(np.array([[0.0, math.log(3)]]))
    np.testing.assert_allclose(y_hat, [[0.25, 0.75]], rtol=1e-15)


@given(LOGITS)
def test_softmax_gives_probabilities_for_logits_up_to_1000(z: np.ndarray) -> None:
    y_hat = softmax(z)
    assert y_hat.dtype == np.float32
    assert (y_hat >= 0).all()
    np.testing.assert_allclose(y_hat.sum(axis=1), 1, rtol=1e-6)
    exact = np.exp(z.astype(np.longdouble) - z.max())
    exact /= exact.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(y_hat, exact.astype(np.float64), rtol=1e-4, atol=1e-30)


@pytest.mark.parametrize("size", [0, 1, 88, 89, 710, 1000])
def test_logits_of_any_size_neither_overflow_nor_underflow(size: float) -> None:
    z = np.array([[size, -size, 0], [-size, -size, -size], [size, size, size]], np.float32)
    np.testing.assert_allclose(softmax(z)[1:], 1 / 3, rtol=1e-6)
    loss, delta = softmax_cross_entropy(z, np.array([1, 0, 0]))
    assert loss == pytest.approx((_cross_entropy(z[0], 1) + 2 * math.log(3)) / 3, rel=1e-6)
    assert np.isfinite(delta).all()


def test_softmax_of_logits_far_apart_is_certain() -> None:
    z = np.array([[1000, -1000, 0]], np.float32)
    np.testing.assert_array_equal(softmax(z), [[1, 0, 0]])


@pytest.mark.parametrize("shape", [(10,), (3, 10), (2, 3, 10), (0, 10)], ids=str)
def test_softmax_runs_along_the_last_axis(shape: tuple[int, ...]) -> None:
    z = np.random.default_rng(0).normal(size=shape)
    before = z.copy()
    rows = [np.exp(row) / np.exp(row).sum() for row in z.reshape(-1, 10)]
    np.testing.assert_allclose(softmax(z), np.reshape(rows, shape), rtol=1e-12)
    np.testing.assert_array_equal(z, before)


@given(LOGITS, st.data())
def test_loss_and_delta_are_the_textbooks(z: np.ndarray, data: st.DataObject) -> None:
    batch, classes = z.shape
    y = np.array(data.draw(st.lists(st.integers(0, classes - 1), min_size=batch, max_size=batch)))
    loss, delta = softmax_cross_entropy(z, y)
    expected = np.mean([_cross_entropy(row, label) for row, label in zip(z, y, strict=True)])
    assert loss == pytest.approx(expected, rel=1e-5, abs=1e-6)
    np.testing.assert_allclose(batch * delta, softmax(z) - np.eye(classes)[y], atol=1e-6)
    assert count_correct(z, y) == np.count_nonzero(z.argmax(axis=1) == y)


@given(LOGITS, st.data())
def test_one_hot_targets_give_what_classes_give(z: np.ndarray, data: st.DataObject) -> None:
    batch, classes = z.shape
    y = np.array(data.draw(st.lists(st.integers(0, classes - 1), min_size=batch, max_size=batch)))
    one_hot = np.eye(classes, dtype=np.float32)[y]
    loss, delta = softmax_cross_entropy(z, y)
    loss_one_hot, delta_one_hot = softmax_cross_entropy(z, one_hot)
    assert loss_one_hot == pytest.approx(loss, rel=1e-6)
    np.testing.assert_array_equal(delta, delta_one_hot)
    assert count_correct(z, one_hot) == count_correct(z, y)


@pytest.mark.parametrize("one_hot", [False, True])
def test_the_loss_leaves_the_logits_and_the_targets_as_they_are(one_hot: bool) -> None:
    z = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    y: np.ndarray = np.array([0, 2, 1, 1])
    y = np.eye(3)[y] if one_hot else y
    before = z.copy(), y.copy()
    _, delta = softmax_cross_entropy(z, y)
    assert delta.dtype == np.float32
    np.testing.assert_array_equal(z, before[0])
    np.testing.assert_array_equal(y, before[1])


def test_soft_targets_are_compared_as_distributions() -> None:
    z = np.array([[0.0, math.log(3)], [0.0, 0.0]])
    y = np.array([[0.5, 0.5], [0.9, 0.1]])
    loss, delta = softmax_cross_entropy(z, y)
    first = -0.5 * math.log(0.25) - 0.5 * math.log(0.75)
    assert loss == pytest.approx((first + math.log(2)) / 2)
    np.testing.assert_allclose(delta, [[-0.125, 0.125], [-0.2, 0.2]])
    assert count_correct(z, y) == 1  # of two equal targets, or two equal logits, the first counts


def test_equal_logits_are_one_guess_and_not_all_of_them() -> None:
    assert count_correct(np.zeros((10, 10)), np.arange(10)) == 1


@pytest.mark.parametrize("shape", [(3, 1), (2,), (1,), (2, 4), (3, 5), ()])
def test_targets_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    z = np.zeros((3, 4))
    with pytest.raises(ValueError, match=r"y must have the shape \(3,\) .* or \(3, 4\)"):
        softmax_cross_entropy(z, np.zeros(shape, np.int64))


def _cross_entropy(z: np.ndarray, label: int) -> float:
    """Return −log softmax(z)[label], from the definition, in Python's own numbers."""
    logits = [float(value) for value in z]
    top = max(logits)
    return top + math.log(sum(math.exp(value - top) for value in logits)) - logits[label]
