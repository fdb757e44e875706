"""Each optimizer beside its published formula, written out here in plain float64."""

from collections.abc import Callable

import numpy as np
import pytest

from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.optimizers import (
    OPTIMIZERS,
    Adam,
    AdamW,
    Momentum,
    Muon,
    Optimizer,
    clip_norm,
    make_optimizer,
    orthogonalized,
)

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


def newton_schulz(matrix: np.ndarray) -> np.ndarray:
    x = matrix / np.linalg.norm(matrix)
    for _ in range(5):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x


def muon(
    theta: np.ndarray, gradients: Path, rates: list[float], mu: float = 0.9, decay: float = 0.0
) -> Path:
    path, v = [], np.zeros_like(theta)
    for g, lr in zip(gradients, rates, strict=True):
        v = mu * v + g
        theta = (1 - lr * decay) * theta - lr * newton_schulz(np.atleast_2d(g + mu * v)).reshape(
            g.shape
        )
        path.append(theta)
    return path


FORMULAS: dict[str, Callable[[np.ndarray, Path, list[float]], Path]] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adam": adam,
    "adamw": adamw,
    "muon": muon,
}


def steps(optimizer: Optimizer, theta: np.ndarray, gradients: Path, rates: list[float]) -> Path:
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
    np.testing.assert_allclose(path[-1], expected[-1], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_lead_down_a_bowl(name: str) -> None:
    theta = np.array([3.0, -2.0])
    optimizer = OPTIMIZERS[name](2, theta.dtype)
    for step in range(500):  # Muon's steps are as long as the learning rate: it has to fall
        optimizer.step(theta, 2 * theta, lr=0.05 * (1 - step / 500))
    assert np.abs(theta).max() < 0.05


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_moments_are_as_many_as_the_parameters_and_of_their_dtype(
    name: str, dtype: type[np.floating]
) -> None:
    optimizer = OPTIMIZERS[name](7, np.dtype(dtype))
    assert set(optimizer.state) == set(optimizer.moments)
    for moment in optimizer.state.values():
        assert (moment.shape, moment.dtype, moment.any()) == ((7,), dtype, False)


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
    path = steps(Muon(20, theta.dtype, weight_decay=0.3), theta.copy(), gradients, rates)
    np.testing.assert_allclose(path[-1], muon(theta, gradients, rates, decay=0.3)[-1])


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


@pytest.mark.parametrize("shape", [(40, 12), (12, 40), (16, 16), (1, 30)], ids=str)
def test_muon_steps_each_matrix_by_its_own_newton_schulz_iteration(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    gradients = [rng.normal(size=shape) @ np.diag(1 + np.arange(shape[1])) for _ in range(20)]
    rates = [0.1] * 20
    wider = np.sqrt(max(1.0, shape[1] / shape[0]))
    start = rng.normal(size=shape)
    expected = muon(start / wider, gradients, rates)[-1] * wider
    optimizer = Muon(start.size + 3, np.dtype(np.float64), shapes=[(3,), shape])
    theta = np.concatenate([np.zeros(3), start.ravel()])
    for gradient, lr in zip(gradients, rates, strict=True):
        optimizer.step(theta, np.concatenate([np.zeros(3), gradient.ravel()]), lr)
    np.testing.assert_allclose(theta[3:].reshape(shape), expected, rtol=1e-9)
    assert theta[:3].tolist() == [0, 0, 0]  # no gradient, no step


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_orthogonalizing_keeps_the_directions_and_evens_out_their_strengths(
    dtype: type[np.floating],
) -> None:
    rng = np.random.default_rng(2)
    u, _ = np.linalg.qr(rng.normal(size=(784, 128)))
    v, _ = np.linalg.qr(rng.normal(size=(128, 128)))
    matrix = (u * np.geomspace(1, 0.02, 128) @ v.T).astype(dtype)
    result = orthogonalized(matrix)
    assert result.dtype == dtype
    strengths = u.T @ result @ v
    assert np.abs(strengths - np.diag(np.diag(strengths))).max() < 1e-3
    assert 0.5 < np.diag(strengths).min() < np.diag(strengths).max() < 1.3


def test_a_networks_optimizer_knows_the_shapes_of_its_layers() -> None:
    model = MLP(784, (6, 5), 10, seed=0)
    optimizer = make_optimizer("muon", model, momentum=0.5)
    assert vars(optimizer)["shapes"] == ((784, 6), (6,), (6, 5), (5,), (5, 10), (10,))
    assert vars(optimizer)["momentum"] == 0.5
    assert vars(make_optimizer("adamw", model, weight_decay=0.25))["weight_decay"] == 0.25
    with pytest.raises(KeyError, match="lion"):
        make_optimizer("lion", model)
