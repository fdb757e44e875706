"""Optimizers: what to do with a gradient g, in order of complexity.

Each one changes the flat parameter vector θ in place, given g = ∂L/∂θ and the learning rate η of
this step. What it remembers between steps (its *moments*) lies in `state`, plain arrays that a
checkpoint can save. The conventions are PyTorch's, so results can be compared with it.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from mnist_recognizer.nn.losses import Floats
from mnist_recognizer.nn.model import MLP


def clip_norm(gradient: Floats, limit: float) -> float:
    """Shorten a gradient to a length of at most `limit`, in place: g ← g·min(1, limit / ‖g‖).

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks",
    ICML 2013.

    Parameters
    ----------
    gradient : (parameter_count,) array
        ∂L/∂θ.
    limit : float
        The largest length that it may keep; infinity leaves it alone.

    Returns
    -------
    float
        ‖g‖ as it was. NaN or infinity, from numbers that overflowed, leaves the gradient alone.
    """
    norm = math.sqrt(gradient @ gradient)
    if limit < norm < math.inf:
        gradient *= limit / norm
    return norm


class SGD:
    """Plain (stochastic) gradient descent: θ ← θ − η·g.

    Parameters
    ----------
    size : int
        How many parameters there are.
    dtype : numpy.dtype
        Theirs.
    l2 : float
        λ of L2 regularisation: the loss has λ/2·‖θ‖² added to it, so that g ← g + λ·θ first.
    """

    moments: ClassVar[tuple[str, ...]] = ()

    def __init__(self, size: int, dtype: np.dtype[Any], *, l2: float = 0.0) -> None:
        self.l2 = l2
        self.steps = 0
        self.state: dict[str, Floats] = {name: np.zeros(size, dtype) for name in self.moments}

    def step(self, theta: Floats, gradient: Floats, lr: float) -> None:
        """Change `theta` in place.

        Parameters
        ----------
        theta, gradient : (parameter_count,) arrays
            θ and ∂L/∂θ. The gradient's content is used up.
        lr : float
            The learning rate η of this step.
        """
        self.steps += 1
        if self.l2:
            gradient += self.l2 * theta
        self._step(theta, gradient, lr)

    def _step(self, theta: Floats, gradient: Floats, lr: float) -> None:
        gradient *= lr
        theta -= gradient


class Momentum(SGD):
    """Heavy-ball momentum: v ← μ·v + g, θ ← θ − η·v.

    Source: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.
    """

    moments = ("velocity",)

    def __init__(
        self, size: int, dtype: np.dtype[Any], *, momentum: float = 0.9, l2: float = 0.0
    ) -> None:
        super().__init__(size, dtype, l2=l2)
        self.momentum = momentum

    def _step(self, theta: Floats, gradient: Floats, lr: float) -> None:
        velocity = self.state["velocity"]
        velocity *= self.momentum
        velocity += gradient
        theta -= np.multiply(velocity, lr, out=gradient)


class Nesterov(SGD):
    """Momentum that looks ahead: v ← μ·v + g, θ ← θ − η·(g + μ·v).

    What is kept between steps is μ·v, which both this step and the next one use.

    Source: Sutskever et al., "On the importance of initialization and momentum in deep learning",
    ICML 2013.
    """

    moments = ("decayed_velocity",)

    def __init__(
        self, size: int, dtype: np.dtype[Any], *, momentum: float = 0.9, l2: float = 0.0
    ) -> None:
        super().__init__(size, dtype, l2=l2)
        self.momentum = momentum

    def _step(self, theta: Floats, gradient: Floats, lr: float) -> None:
        velocity = self.state["decayed_velocity"]  # μ·v of the step before
        velocity += gradient  # v
        velocity *= self.momentum  # μ·v
        gradient += velocity
        gradient *= lr
        theta -= gradient


class Adam(SGD):
    """Steps scaled for each parameter by how large its gradients usually are.

        m ← β₁·m + (1 − β₁)·g            a running mean of the gradient
        v ← β₂·v + (1 − β₂)·g²           and of its square
        m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)     both started at 0; this corrects for it
        θ ← θ − η·m̂ / (√v̂ + ε)

    The constants 1 − β can wait: what is kept are the fading sums m/(1 − β₁) and v/(1 − β₂), which
    spares two passes over all parameters in every step, and gives the same θ.

    Source: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015.
    """

    moments = ("gradient_sum", "square_sum")

    def __init__(
        self,
        size: int,
        dtype: np.dtype[Any],
        *,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        l2: float = 0.0,
    ) -> None:
        super().__init__(size, dtype, l2=l2)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def _step(self, theta: Floats, gradient: Floats, lr: float) -> None:
        # m̂ = m_scale·m and √v̂ = v_scale·√v, where m and v are the sums. Both factors move out of
        # the fraction: η·m̂ / (√v̂ + ε) = (η·m_scale / v_scale)·m / (√v + ε / v_scale).
        m_scale = (1 - self.beta1) / (1 - self.beta1**self.steps)
        v_scale = math.sqrt((1 - self.beta2) / (1 - self.beta2**self.steps))
        g, m, v = gradient, self.state["gradient_sum"], self.state["square_sum"]
        m *= self.beta1
        m += g
        v *= self.beta2
        v += np.square(g, out=g)
        denominator = np.sqrt(v, out=g)
        denominator += self.epsilon / v_scale
        step = np.divide(m, denominator, out=g)
        step *= lr * m_scale / v_scale
        theta -= step


class AdamW(Adam):
    """Adam, with weights that decay on their own: first θ ← θ − η·λ·θ, then Adam's step.

    Source: Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019.
    """

    def __init__(
        self, size: int, dtype: np.dtype[Any], *, weight_decay: float = 0.01, **adam: float
    ) -> None:
        super().__init__(size, dtype, **adam)
        self.weight_decay = weight_decay

    def _step(self, theta: Floats, gradient: Floats, lr: float) -> None:
        theta *= 1 - lr * self.weight_decay
        super()._step(theta, gradient, lr)


class Muon(SGD):
    """Momentum whose step moves a layer's weights as far in its rare directions as in its main one.

        v ← μ·v + G,   U S Vᵀ = G + μ·v (its singular values),
        W ← (1 − η·λ)·W − η·√max(1, n_out/n_in)·U Vᵀ

    A layer's gradient G is a matrix, and a few directions nearly always outweigh all others in it.
    Here every singular value of the step becomes about 1. A bias is a matrix of one row: its step
    has the length η.

    Source: Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024. They
    give biases and the last layer to Adam; for a network as small as this, one rule for all did as
    well (docs/experiments.md).

    Parameters
    ----------
    size, dtype, l2
        See :class:`SGD`.
    shapes : sequence of tuples of int, optional
        Of the matrices (n_in, n_out) and vectors (n,) that lie in θ one behind the other. By
        default it is one vector.
    momentum : float
        μ.
    weight_decay : float
        λ, as for :class:`AdamW`. Steps are as long as ever while the gradient shrinks, so without
        it weights grow for as long as training goes on (Liu et al., "Muon is scalable for LLM
        training", 2025).
    """

    moments = ("velocity",)

    def __init__(
        self,
        size: int,
        dtype: np.dtype[Any],
        *,
        shapes: Sequence[tuple[int, ...]] = (),
        momentum: float = 0.9,
        weight_decay: float = 0.0,
        l2: float = 0.0,
    ) -> None:
        super().__init__(size, dtype, l2=l2)
        self.shapes = tuple(shapes) or ((size,),)
        self.momentum = momentum
        self.weight_decay = weight_decay

    def _step(self, theta: Floats, gradient: Floats, lr: float) -> None:
        theta *= 1 - self.weight_decay * lr
        velocity = self.state["velocity"]
        velocity *= self.momentum
        velocity += gradient
        gradient += self.momentum * velocity
        start = 0
        for shape in self.shapes:
            part = slice(start, start := start + math.prod(shape))
            matrix = gradient[part].reshape(-1, shape[-1])
            wider = max(1.0, shape[-1] / shape[0])
            theta[part] -= lr * math.sqrt(wider) * orthogonalized(matrix).ravel()


def orthogonalized(matrix: Floats) -> Floats:
    """Return U Vᵀ of a matrix U S Vᵀ, about: every singular value s > 0 becomes 0.7 to 1.2.

    With the singular values scaled into 0..1, five times s ← a·s + b·s³ + c·s⁵ lifts all but the
    very smallest close to 1. For a matrix X that is X ← X·(a·I + b·A + c·A²) with A = XᵀX. All
    those factors are polynomials of the first A, so they commute, and A itself can be carried along
    by A ← Q·A·Q. Thus the large matrix is multiplied twice and not ten times.

    Source: see :class:`Muon`; the Newton–Schulz iteration with their coefficients.

    Parameters
    ----------
    matrix : (m, n) array
        Left as it is.

    Returns
    -------
    (m, n) array
        Zeros if the matrix is 0.
    """
    if matrix.shape[0] < matrix.shape[1]:
        return orthogonalized(matrix.T).T
    a, b, c = 3.4445, -4.7750, 2.0315
    A = matrix.T @ matrix
    scale = float(np.trace(A))  # the sum of all s²
    if not scale > 0:
        return np.zeros_like(matrix)
    A /= scale
    identity = np.eye(len(A), dtype=A.dtype)
    product = identity / A.dtype.type(math.sqrt(scale))
    for _ in range(5):
        Q = a * identity + b * A + c * (A @ A)
        product = product @ Q
        A = Q @ A @ Q
    result: Floats = matrix @ product
    return result


OPTIMIZERS: Mapping[str, type[SGD]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adam": Adam,
    "adamw": AdamW,
    "muon": Muon,
}
DECAYING: Final = frozenset({"adamw", "muon"})
"""Those that take `weight_decay`."""


def make_optimizer(name: str, model: MLP, **options: Any) -> SGD:
    """Make one of :data:`OPTIMIZERS` for a network's parameters.

    Parameters
    ----------
    name : str
        Its key.
    model : MLP
        Whose `parameters` it will change.
    **options
        Its constants other than their defaults.

    Raises
    ------
    KeyError
        There is none of this name.
    """
    if name == "muon":
        layers = zip(model.weights, model.biases, strict=True)
        options["shapes"] = [array.shape for layer in layers for array in layer]
    return OPTIMIZERS[name](model.parameter_count, model.dtype, **options)
