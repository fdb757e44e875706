"""Optimizers: what to do with a gradient g, in order of complexity.

Each one changes the flat parameter vector θ in place, given g = ∂L/∂θ and the learning rate η of
this step. What it remembers between steps (its *moments*) lies in `state`, plain arrays that a
checkpoint can save. The conventions are PyTorch's, so results can be compared with it.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from mnist_recognizer.nn.losses import Floats

_BLOCK = 16_384  # floats: Adam's five arrays of this length stay in the level-2 cache


class SGD:
    """Plain (stochastic) gradient descent: θ ← θ − η·g."""

    moments: ClassVar[tuple[str, ...]] = ()

    def __init__(self, size: int, dtype: np.dtype[Any]) -> None:
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
        self._step(theta, gradient, lr)

    def _step(self, theta: Floats, gradient: Floats, lr: float) -> None:
        gradient *= lr
        theta -= gradient


class Momentum(SGD):
    """Heavy-ball momentum: v ← μ·v + g, θ ← θ − η·v.

    Source: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.
    """

    moments = ("velocity",)

    def __init__(self, size: int, dtype: np.dtype[Any], *, momentum: float = 0.9) -> None:
        super().__init__(size, dtype)
        self.momentum = momentum

    def _step(self, theta: Floats, gradient: Floats, lr: float) -> None:
        velocity = self.state["velocity"]
        velocity *= self.momentum
        velocity += gradient
        theta -= np.multiply(velocity, lr, out=gradient)


class Nesterov(Momentum):
    """Momentum that looks ahead: v ← μ·v + g, θ ← θ − η·(g + μ·v).

    Source: Sutskever et al., "On the importance of initialization and momentum in deep learning",
    ICML 2013.
    """

    def _step(self, theta: Floats, gradient: Floats, lr: float) -> None:
        velocity = self.state["velocity"]
        velocity *= self.momentum
        velocity += gradient
        gradient += self.momentum * velocity
        gradient *= lr
        theta -= gradient


class Adam(SGD):
    """Steps scaled for each parameter by how large its gradients usually are.

        m ← β₁·m + (1 − β₁)·g            a running mean of the gradient
        v ← β₂·v + (1 − β₂)·g²           and of its square
        m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)     both started at 0; this corrects for it
        θ ← θ − η·m̂ / (√v̂ + ε)

    Source: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015.
    """

    moments = ("mean", "square")

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
        self._scratch = np.empty(min(size, _BLOCK), dtype)

    def _step(self, theta: Floats, gradient: Floats, lr: float) -> None:
        # √v̂ + ε = (√v + ε·√(1 − β₂ᵗ)) / √(1 − β₂ᵗ), so both corrections become one factor of η
        correction = float(np.sqrt(1 - self.beta2**self.steps))
        rate = lr * correction / (1 - self.beta1**self.steps)
        for start in range(0, len(theta), _BLOCK):
            block = slice(start, start + _BLOCK)
            g, m, v = gradient[block], self.state["mean"][block], self.state["square"][block]
            scratch = self._scratch[: len(g)]
            np.multiply(g, g, out=scratch)
            scratch *= 1 - self.beta2
            v *= self.beta2
            v += scratch
            g *= 1 - self.beta1
            m *= self.beta1
            m += g
            np.sqrt(v, out=scratch)
            scratch += self.epsilon * correction
            np.divide(m, scratch, out=scratch)
            scratch *= rate
            theta[block] -= scratch


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


OPTIMIZERS: Mapping[str, type[SGD]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adam": Adam,
    "adamw": AdamW,
}
