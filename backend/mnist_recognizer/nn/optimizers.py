"""Optimizers: what to do with a gradient g, in order of complexity.

Each one changes the flat parameter vector θ in place, given g = ∂L/∂θ and the learning rate η of
this step. What it remembers between steps (its *moments*) lies in `state`, plain arrays that a
checkpoint can save. The conventions are PyTorch's, so results can be compared with it.
"""

import math
from abc import ABC, abstractmethod
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


class Optimizer(ABC):
    """What all optimizers share: the step count, and the moments.

    Parameters
    ----------
    size : int
        How many parameters there are.
    dtype : numpy.dtype
        Theirs.

    Attributes
    ----------
    steps : int
        Steps that were taken.
    state : dict of (size,) arrays
        The moments by name, all 0 at first.
    """

    moments: ClassVar[tuple[str, ...]] = ()

    def __init__(self, size: int, dtype: np.dtype[Any]) -> None:
        self.steps = 0
        self.state: dict[str, Floats] = {name: np.zeros(size, dtype) for name in self.moments}

    def step(self, theta: Floats, gradient: Floats, lr: float) -> None:
        """Change `theta` in place.

        Parameters
        ----------
        theta, gradient : (size,) arrays
            θ and g = ∂L/∂θ. The optimizer may overwrite the gradient.
        lr : float
            The learning rate η of this step.
        """
        self.steps += 1
        self._update(theta, gradient, lr)

    @abstractmethod
    def _update(self, theta: Floats, g: Floats, lr: float) -> None:
        """Do what :meth:`step` says."""


class SGD(Optimizer):
    """Plain (stochastic) gradient descent: θ ← θ − η·g."""

    def _update(self, theta: Floats, g: Floats, lr: float) -> None:
        theta -= lr * g


class Momentum(Optimizer):
    """Heavy-ball momentum: v ← μ·v + g, θ ← θ − η·v.

    Source: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.
    """

    moments = ("v",)

    def __init__(self, size: int, dtype: np.dtype[Any], *, momentum: float = 0.9) -> None:
        super().__init__(size, dtype)
        self.momentum = momentum

    def _update(self, theta: Floats, g: Floats, lr: float) -> None:
        v = self.state["v"]
        v *= self.momentum
        v += g
        theta -= lr * v


class Nesterov(Momentum):
    """Momentum that looks ahead: v ← μ·v + g, θ ← θ − η·(g + μ·v).

    Source: Sutskever et al., "On the importance of initialization and momentum in deep learning",
    ICML 2013.
    """

    def _update(self, theta: Floats, g: Floats, lr: float) -> None:
        v = self.state["v"]
        v *= self.momentum
        v += g
        theta -= lr * (g + self.momentum * v)


class Adam(Optimizer):
    """Steps scaled for each parameter by how large its gradients usually are.

        m ← β₁·m + (1 − β₁)·g            a running mean of the gradient
        v ← β₂·v + (1 − β₂)·g²           and of its square
        m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)     both started at 0; this corrects for it
        θ ← θ − η·m̂ / (√v̂ + ε)

    Source: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015.
    """

    moments = ("m", "v")

    def __init__(
        self,
        size: int,
        dtype: np.dtype[Any],
        *,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(size, dtype)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def _update(self, theta: Floats, g: Floats, lr: float) -> None:
        m, v = self.state["m"], self.state["v"]
        # In place, and g serves as scratch: with a new array for each operation a step takes 8
        # times as long (1.1 ms, not 0.13), since the system hands out fresh memory page by page.
        m *= self.beta1
        m += (1 - self.beta1) * g
        g *= g  # g²
        g *= 1 - self.beta2
        v *= self.beta2
        v += g
        root = np.divide(v, 1 - self.beta2**self.steps, out=g)  # v̂
        np.sqrt(root, out=root)
        root += self.epsilon
        step = np.divide(m, root, out=g)
        step *= lr / (1 - self.beta1**self.steps)  # η·m̂ / (√v̂ + ε)
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

    def _update(self, theta: Floats, g: Floats, lr: float) -> None:
        theta *= 1 - lr * self.weight_decay
        super()._update(theta, g, lr)


class Muon(Momentum):
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
    size, dtype
        See :class:`Optimizer`.
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

    def __init__(
        self,
        size: int,
        dtype: np.dtype[Any],
        *,
        shapes: Sequence[tuple[int, ...]] = (),
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(size, dtype, momentum=momentum)
        self.shapes = tuple(shapes) or ((size,),)
        self.weight_decay = weight_decay

    def _update(self, theta: Floats, g: Floats, lr: float) -> None:
        theta *= 1 - self.weight_decay * lr
        v = self.state["v"]
        v *= self.momentum
        v += g
        ahead = g + self.momentum * v
        start = 0
        for shape in self.shapes:
            part = slice(start, start := start + math.prod(shape))
            matrix = ahead[part].reshape(-1, shape[-1])
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


OPTIMIZERS: Mapping[str, type[Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adam": Adam,
    "adamw": AdamW,
    "muon": Muon,
}
DECAYING: Final = frozenset({"adamw", "muon"})
"""Those that take `weight_decay`."""


def make_optimizer(name: str, model: MLP, **options: Any) -> Optimizer:
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
