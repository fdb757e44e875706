"""Each optimizer beside its published formula, written out here in plain float64."""

from collections.abc import Callable

import numpy as np
import pytest

from mnist_recognizer.nn.optimizers import OPTIMIZERS, SGD, Adam, AdamW, Momentum, clip_norm

STEPS = 100
Path = list[np.ndarray]


def sgd(theta: np.ndarray, gradients: Path, rates: list[float]) -> Path:
    path = []
    for g, lr in zip(gradients, rates, strict=True):
        theta = theta - lr * g
        path.append(theta)
    return path


def momentum(theta: np.ndarray, gradients: Path, rates: list[float], mu: float = 0.9) -> Path:
    path, v = [], np.zeros_like(theta)
    for g, lr in zip(gradients, rates, strict=True):
        v = mu * v + g
        theta = theta - lr * v
        path.append(theta)
    return path


def nesterov(theta: np.ndarray, gradients: Path, rates: list[float], mu: float = 0.9) -> Path:
    path, v = [], np.zeros_like(theta)
    for g, lr in zip(gradients, rates, strict=True):
        v = mu * v + g
        theta = theta - lr * (g + mu * v)
        path.append(theta)
    return path


def adam(
    theta: np.ndarray,
    gradients: Path,
    rates: list[float],
    decay: float = 0.0,
    beta1: float = 0.9,
    beta2: float = 0.999,
) -> Path:
    path, m, v = [], np.zeros_like(theta), np.zeros_like(theta)
    for t, (g, lr) in enumerate(zip(gradients, rates, strict=True), start=1):
        theta = theta - lr * decay * theta
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        theta = theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
        path.append(theta)
    return path


def adamw(theta: np.ndarray, gradients: Path, rates: list[float]) -> Path:
    return adam(theta, gradients, rates, decay=0.01)


FORMULAS: dict[str, Callable[[np.ndarray, Path, list[float]], Path]] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adam": adam,
    "adamw": adamw,
}


def steps(optimizer: SGD, theta: np.ndarray, gradients: Path, rates: list[float]) -> Path:
    path = []
    for gradient, lr in zip(gradients, rates, strict=True):
        optimizer.step(theta, gradient.astype(theta.dtype), lr)
        path.append(theta.copy())
    return path


def problem(size: int) -> tuple[np.ndarray, Path, list[float]]:
    """Return parameters, and gradients and learning rates of 100 steps."""
    rng = np.random.default_rng(0)
    scale = 10.0 ** rng.uniform(-6, 2, size)  # as different as a network's layers are
    gradients = [scale * rng.normal(size=size) for _ in range(STEPS)]
    return rng.normal(size=size), gradients, list(rng.uniform(1e-4, 1e-1, STEPS))


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 1e-4)], ids=["float64", "float32"]
)
def test_100_steps_follow_the_published_formula(
    name: str, dtype: type[np.floating], tolerance: float
) -> None:
    theta, gradients, rates = problem(50)
    expected = FORMULAS[name](theta, gradients, rates)
    optimizer = OPTIMIZERS[name](len(theta), np.dtype(dtype))
    path = steps(optimizer, theta.astype(dtype), gradients, rates)
    for ours, formula in zip(path, expected, strict=True):
        error = np.linalg.norm(ours - formula) / np.linalg.norm(formula)
        assert error <= tolerance
    assert optimizer.steps == STEPS


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_as_many_parameters_as_the_network_has_are_all_changed_alike(name: str) -> None:
    size = 109_386
    theta, gradients, rates = problem(size)
    optimizer = OPTIMIZERS[name](size, np.dtype(np.float64))
    path = steps(optimizer, theta.copy(), gradients[:3], rates[:3])
    expected = FORMULAS[name](theta, gradients[:3], rates[:3])
    np.testing.assert_allclose(path[-1], expected[-1], rtol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_lead_down_a_bowl(name: str) -> None:
    theta = np.array([3.0, -2.0])
    optimizer = OPTIMIZERS[name](2, theta.dtype)
    for _ in range(500):
        optimizer.step(theta, 2 * theta, lr=0.05)
    assert np.abs(theta).max() < 0.05


def test_adams_first_step_is_the_learning_rate_whatever_the_gradients_size() -> None:
    theta = np.zeros(3)
    Adam(3, theta.dtype).step(theta, np.array([1e-3, -1e3, 0.0]), lr=0.5)
    np.testing.assert_allclose(theta, [-0.5, 0.5, 0.0], rtol=1e-4)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_copied_state_goes_on_bit_for_bit(name: str) -> None:
    theta, gradients, rates = problem(50)
    optimizer = OPTIMIZERS[name](50, theta.dtype)
    steps(optimizer, theta, gradients[:40], rates[:40])
    copy, theta_copy = OPTIMIZERS[name](50, theta.dtype), theta.copy()
    copy.steps = optimizer.steps
    assert copy.state.keys() == optimizer.state.keys()
    for moment, values in optimizer.state.items():
        copy.state[moment][:] = values
    one = steps(optimizer, theta, gradients[40:], rates[40:])
    other = steps(copy, theta_copy, gradients[40:], rates[40:])
    np.testing.assert_array_equal(one, other)


def test_other_constants_than_the_usual_are_followed() -> None:
    theta, gradients, rates = problem(20)
    path = steps(Momentum(20, theta.dtype, momentum=0.5), theta.copy(), gradients, rates)
    np.testing.assert_allclose(path[-1], momentum(theta, gradients, rates, mu=0.5)[-1])
    optimizer = AdamW(20, theta.dtype, weight_decay=0.3, beta1=0.8, beta2=0.95)
    path = steps(optimizer, theta.copy(), gradients, rates)
    expected = adam(theta, gradients, rates, decay=0.3, beta1=0.8, beta2=0.95)
    np.testing.assert_allclose(path[-1], expected[-1])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_l2_adds_its_share_of_the_parameters_to_the_gradient(name: str) -> None:
    theta, gradients, rates = problem(20)
    optimizer, plain = (OPTIMIZERS[name](20, theta.dtype, l2=l2) for l2 in (0.3, 0.0))
    one, other = theta.copy(), theta.copy()
    for g, lr in zip(gradients, rates, strict=True):
        optimizer.step(one, g.copy(), lr)
        plain.step(other, g + 0.3 * other, lr)
    np.testing.assert_allclose(one, other, rtol=1e-12)
    assert not np.allclose(one, steps(OPTIMIZERS[name](20, theta.dtype), theta, gradients, rates))


def test_a_gradient_longer_than_the_limit_is_shortened_to_it() -> None:
    gradient = np.array([3.0, -4.0])
    assert clip_norm(gradient, 1.0) == 5.0
    np.testing.assert_allclose(gradient, [0.6, -0.8], rtol=1e-15)


@pytest.mark.parametrize("limit", [5.0, 6.0, float("inf")])
def test_a_gradient_within_the_limit_is_left_alone(limit: float) -> None:
    gradient = np.array([3.0, -4.0])
    assert clip_norm(gradient, limit) == 5.0
    np.testing.assert_array_equal(gradient, [3.0, -4.0])


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_clipping_does_not_hide_that_numbers_overflowed(value: float) -> None:
    gradient = np.array([1.0, value])
    assert not np.isfinite(clip_norm(gradient, 1.0))
    np.testing.assert_array_equal(gradient, [1.0, value])
