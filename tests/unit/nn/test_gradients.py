"""The network: gradients, dropout's among them, and a step worked out by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mnist_recognizer.nn import MLP

# --- gradients -----------------------------------------------------------------------------------


def loss_from_the_definition(
    model: MLP, parameters: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[np.floating, list[np.ndarray]]:
    """Return the mean cross-entropy, and which hidden units are on; y is a distribution."""
    weights, biases = model.views(parameters)
    a, on = x, []
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        z = a @ W + b
        on.append(z > 0)
        a = np.where(z > 0, z, 0)
    z = a @ weights[-1] + biases[-1]
    return np.mean(np.log(np.exp(z).sum(axis=1)) - (y * z).sum(axis=1)), on


@st.composite
def problems(draw: st.DrawFn) -> tuple[MLP, np.ndarray, np.ndarray]:
    """Draw a float64 network of any shape, a batch, and classes or distributions as targets."""
    size = st.integers(1, 8)
    hidden = draw(st.lists(size, max_size=4))
    model = MLP(
        draw(size), hidden, draw(st.integers(2, 6)), seed=draw(st.integers(0)), dtype=np.float64
    )
    rng = np.random.default_rng(draw(st.integers(0)))
    model.parameters += rng.normal(0, 0.3, model.parameter_count)  # biases too
    batch, classes = draw(size), model.layer_sizes[-1]
    x = rng.normal(size=(batch, model.layer_sizes[0]))
    if draw(st.booleans()):
        return model, x, rng.integers(0, classes, batch)
    return model, x, rng.dirichlet(np.ones(classes), batch)


@settings(max_examples=100, deadline=None)
@given(problems())
def test_gradients_agree_with_central_differences(problem: tuple[Any, Any, Any]) -> None:
    model, x, y = problem
    loss, gradient = model.backward(model.forward(x), y)
    targets = y if y.ndim == 2 else np.eye(model.layer_sizes[-1])[y]
    step = 1e-5
    theta = model.parameters.astype(np.longdouble)  # what rounds here is divided by the small step
    numeric = np.empty_like(gradient)
    for i in range(model.parameter_count):
        shift = np.zeros_like(theta)
        shift[i] = step
        above, on_above = loss_from_the_definition(model, theta + shift, x, targets)
        below, on_below = loss_from_the_definition(model, theta - shift, x, targets)
        # Where a unit switches between the two, the loss has a kink and the quotient no meaning.
        assume(all((a == b).all() for a, b in zip(on_above, on_below, strict=True)))
        numeric[i] = (above - below) / (2 * step)
    error = np.linalg.norm(gradient - numeric)
    assert error <= 1e-7 * (np.linalg.norm(gradient) + np.linalg.norm(numeric))
    assert loss == pytest.approx(float(loss_from_the_definition(model, theta, x, targets)[0]))


def textbook_gradient(model: MLP, x: np.ndarray, y: np.ndarray) -> tuple[float, list[np.ndarray]]:
    """Return the loss and ∂L/∂W₁, ∂L/∂b₁, … as the formulas say, in float64, with no buffers."""
    weights = [W.astype(np.float64) for W in model.weights]
    biases = [b.astype(np.float64) for b in model.biases]
    a, z = [x.astype(np.float64)], []
    for W, b in zip(weights, biases, strict=True):
        z.append(a[-1] @ W + b)
        a.append(np.maximum(z[-1], 0))
    y_hat = np.exp(z[-1]) / np.exp(z[-1]).sum(axis=1, keepdims=True)
    delta = (y_hat - np.eye(y_hat.shape[1])[y]) / len(x)
    gradients: list[np.ndarray] = []
    for layer in reversed(range(len(weights))):
        gradients[:0] = [a[layer].T @ delta, delta.sum(axis=0)]
        delta = (delta @ weights[layer].T) * (a[layer] > 0)  # for layer 0 of no use, and no harm
    return -np.log(y_hat[np.arange(len(y)), y]).mean(), gradients


def test_a_step_in_float32_is_within_1e_6_of_the_textbooks() -> None:
    model, rng = MLP(seed=3), np.random.default_rng(4)
    model.parameters += rng.normal(0, 0.01, model.parameter_count).astype(np.float32)
    for batch in (128, 96, 1):
        x = rng.uniform(size=(batch, 784)).astype(np.float32)
        y = rng.integers(0, 10, batch).astype(np.uint8)
        loss, gradient = model.backward(model.forward(x), y)
        expected_loss, expected = textbook_gradient(model, x, y)
        assert loss == pytest.approx(expected_loss, rel=1e-6)
        flat = np.concatenate([part.ravel() for part in expected])
        error = np.linalg.norm(gradient - flat) / np.linalg.norm(flat)
        assert error <= 1e-6
        model.train_step(x, y, lr=0.01)


# --- a fit, worked out by hand -------------------------------------------------------------------


def small_network() -> MLP:
    """Return a 2 -> 2 -> 2 network with weights that give round numbers."""
    model = MLP(2, [2], 2, dtype=np.float64)
    model.weights[0][:] = [[1, -2], [1, 0.5]]
    model.biases[0][:] = [0, 0.5]
    model.weights[1][:] = [[0.5, 0.25], [1, -1]]
    model.biases[1][:] = [0, 0.75]
    return model


def test_one_step_is_the_one_worked_out_by_hand() -> None:
    # x = (1, 2): z₁ = (1 + 2, −2 + 1 + 0.5) = (3, −0.5), a₁ = (3, 0)
    # z₂ = (1.5, 0.75 + 0.75) = (1.5, 1.5), ŷ = (½, ½); the answer is class 0, so L = ln 2
    # δ₂ = (−½, ½), ∂W₂ = a₁ᵀδ₂ = ((−1.5, 1.5), (0, 0))
    # δ₂W₂ᵀ = (−0.25 + 0.125, …) = (−0.125, …); the second unit is off, so δ₁ = (−0.125, 0)
    # ∂W₁ = xᵀδ₁ = ((−0.125, 0), (−0.25, 0))
    model, x, y = small_network(), np.array([[1.0, 2.0]]), np.array([0])
    loss, gradient = model.backward(model.forward(x), y)
    dW, db = model.views(gradient)
    assert loss == pytest.approx(0.6931471805599453, rel=1e-15)
    np.testing.assert_array_equal(dW[0], [[-0.125, 0], [-0.25, 0]])
    np.testing.assert_array_equal(db[0], [-0.125, 0])
    np.testing.assert_array_equal(dW[1], [[-1.5, 1.5], [0, 0]])
    np.testing.assert_array_equal(db[1], [-0.5, 0.5])

    assert model.train_step(x, y, lr=0.1) == loss
    np.testing.assert_allclose(model.weights[0], [[1.0125, -2], [1.025, 0.5]], rtol=1e-15)
    np.testing.assert_allclose(model.biases[0], [0.0125, 0.5], rtol=1e-15)
    np.testing.assert_allclose(model.weights[1], [[0.65, 0.1], [1, -1]], rtol=1e-15)
    np.testing.assert_allclose(model.biases[1], [0.05, 0.7], rtol=1e-15)


def test_the_second_step_of_a_batch_is_the_one_worked_out_by_hand() -> None:
    # After the step above: a₁ = (1.0125 + 2.05 + 0.0125, 0) = (3.075, 0)
    # z₂ = (0.65·3.075 + 0.05, 0.1·3.075 + 0.7) = (2.04875, 1.0075), so ŷ₀ = 1 / (1 + e^−1.04125)
    # Beside it stands x = (0, 0) of class 1: a₁ = (0.0125, 0.5)
    # z₂ = (0.65·0.0125 + 0.5 + 0.05, 0.1·0.0125 − 0.5 + 0.7) = (0.558125, 0.20125)
    # and ŷ₀ = 1 / (1 + e^−0.356875). The loss and every gradient are the mean of both.
    model = small_network()
    model.train_step(np.array([[1.0, 2.0]]), np.array([0]), lr=0.1)
    first, second = 0.7390911224078014, 0.5882837497475746  # ŷ₀ of each
    activations = model.forward(np.array([[1.0, 2.0], [0, 0]]))
    loss, gradient = model.backward(activations, np.array([0, 1]))
    dW, db = model.views(gradient)
    assert loss == pytest.approx(0.5948774702509719, rel=1e-12)
    bias = (first - 1 + second) / 2  # δ₂ = (ŷ₀ − y₀, −(ŷ₀ − y₀))
    np.testing.assert_allclose(db[1], [bias, -bias], rtol=1e-12)
    upper = ((first - 1) * 3.075 + second * 0.0125) / 2
    lower = second * 0.5 / 2
    np.testing.assert_allclose(dW[1], [[upper, -upper], [lower, -lower]], rtol=1e-12)
    # δ₁ = δ₂W₂ᵀ: 0.65 − 0.1 = 0.55 for the first unit; 1 + 1 = 2 for the second, which the first
    # image leaves off
    np.testing.assert_allclose(db[0], [0.55 * bias, 2 * second / 2], rtol=1e-12)
    np.testing.assert_allclose(
        dW[0],
        [[0.55 * (first - 1) / 2, 0], [2 * 0.55 * (first - 1) / 2, 0]],
        rtol=1e-12,
    )


# --- dropout -------------------------------------------------------------------------------------


def test_gradients_under_dropout_agree_with_central_differences() -> None:
    model = MLP(6, [7, 5], 4, seed=1, dtype=np.float64)
    rng = np.random.default_rng(2)
    model.parameters += rng.normal(0, 0.3, model.parameter_count)
    x, y = rng.normal(size=(3, 6)), np.array([0, 3, 1])

    def backward() -> tuple[float, np.ndarray]:
        activations = model.forward(x, dropout=0.4, rng=np.random.default_rng(3))
        return model.backward(activations, y, dropout=0.4)

    gradient = backward()[1]
    numeric = np.empty_like(gradient)
    for i in range(model.parameter_count):
        losses = []
        for shift in (1e-5, -2e-5):
            model.parameters[i] += shift
            losses.append(backward()[0])
        model.parameters[i] += 1e-5
        numeric[i] = (losses[0] - losses[1]) / 2e-5
    np.testing.assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-9)


def test_dropout_leaves_out_its_share_and_scales_up_what_stays() -> None:
    model = MLP(4, [400, 300], 3, seed=0)
    x = np.random.default_rng(0).uniform(size=(50, 4)).astype(np.float32)
    whole = model.forward(x)[1]
    dropped = model.forward(x, dropout=0.25, rng=np.random.default_rng(1))[1]
    kept = dropped > 0
    np.testing.assert_allclose(dropped[kept], whole[kept] / 0.75, rtol=1e-6)
    assert (dropped[~kept] == 0).all()
    assert kept.sum() / (whole > 0).sum() == pytest.approx(0.75, abs=0.02)
    assert (kept.any(axis=0) == (whole > 0).any(axis=0)).mean() > 0.95  # not the same for each row
    assert dropped.mean() == pytest.approx(whole.mean(), rel=0.02)


def test_without_dropout_the_generator_is_left_alone() -> None:
    model, x, y = MLP(4, [3], 2), np.ones((5, 4), np.float32), np.array([0, 1, 0, 1, 0])
    rng = np.random.default_rng(0)
    _, plain = model.backward(model.forward(x), y)
    _, none = model.backward(model.forward(x, dropout=0.0, rng=rng), y, dropout=0.0)
    np.testing.assert_array_equal(plain, none)
    assert rng.random() == np.random.default_rng(0).random()


def test_the_same_generator_leaves_out_the_same_units() -> None:
    model, x = MLP(), np.ones((5, 784), np.float32)
    one, same, other = (
        model.forward(x, dropout=0.5, rng=np.random.default_rng(seed))[-1] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_dropout_without_a_generator_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"needs a generator: give rng=numpy.random.default_rng"):
        MLP().forward(np.ones((2, 784), np.float32), dropout=0.5)


@pytest.mark.parametrize("dropout", [-0.1, 1.0, 1.5, float("nan")])
def test_a_dropout_that_is_no_probability_below_1_is_refused(dropout: float) -> None:
    x, rng = np.ones((2, 784), np.float32), np.random.default_rng(0)
    with pytest.raises(ValueError, match="probability from 0 to below 1"):
        MLP().forward(x, dropout=dropout, rng=rng)
