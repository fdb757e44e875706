"""Softmax and cross-entropy, fused so that neither can overflow.

A network's last layer gives *logits* z, one real number a class. Softmax makes them probabilities,

    ŷₖ = exp(zₖ) / Σⱼ exp(zⱼ),

and cross-entropy measures how surprised the network is by the right answer y (one-hot, or any
distribution over the classes):

    L = −Σₖ yₖ·log ŷₖ = log Σⱼ exp(zⱼ) − Σₖ yₖ·zₖ        (since Σₖ yₖ = 1).

Its derivative by the logits is what makes the pair so pleasant, because everything but the error
cancels:

    ∂L/∂zₖ = exp(zₖ) / Σⱼ exp(zⱼ) − yₖ = ŷₖ − yₖ = δₖ.

Adding a constant to all logits changes neither ŷ nor L. So the largest logit is subtracted first:
then no exp is above 1, at least one is exactly 1, and the logarithm's argument is never below 1.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Targets = NDArray[Any]  # integer classes or float distributions


def softmax(z: Floats, out: Floats | None = None) -> Floats:
    """Turn logits into probabilities: ŷₖ = exp(zₖ) / Σⱼ exp(zⱼ), row by row.

    Parameters
    ----------
    z : (batch, classes) float array
        Logits of any finite size; ±1000 is as safe as ±1.
    out : (batch, classes) float array, optional
        Where to write; may be `z` itself. A new array by default.

    Returns
    -------
    (batch, classes) float array
        Rows of non-negative numbers that sum to 1.
    """
    y_hat: Floats = np.subtract(z, z.max(axis=1, keepdims=True), out=out)
    np.exp(y_hat, out=y_hat)
    y_hat /= y_hat.sum(axis=1, keepdims=True)
    return y_hat


def softmax_cross_entropy(z: Floats, y: Targets, delta: Floats) -> tuple[float, int]:
    """Measure the loss of a batch of logits, and write its derivative δ = ŷ − y.

    Parameters
    ----------
    z : (batch, classes) float array
        Logits. Overwritten with the logits less their row's largest. Like `delta`, it may lie in
        memory in either order; class by class (``order="F"``) is the faster one.
    y : (batch,) integer array or (batch, classes) float array
        The right classes, or target distributions (rows that sum to 1).
    delta : (batch, classes) float array
        Where ŷ − y is written: the derivative of each image's own loss by its logits.

    Returns
    -------
    loss : float
        The batch's mean cross-entropy, in nats.
    correct : int
        How many rows have their largest logit at the right (or the target's likeliest) class.

    Raises
    ------
    ValueError
        When `y` has neither of the two shapes.
    """
    if y.shape not in (z.shape[:1], z.shape):
        raise ValueError(
            f"y must have the shape {z.shape[:1]} (classes) or {z.shape} (distributions), "
            f"not {y.shape}"
        )
    z -= z.max(axis=1, keepdims=True)  # now ≤ 0, and the winner's is exactly 0
    np.exp(z, out=delta)
    total = delta.sum(axis=1, keepdims=True)  # (batch, 1), Σⱼ exp(zⱼ) ≥ 1
    delta /= total  # ŷ
    rows = np.arange(len(y))
    if y.ndim == 1:  # classes: y is one-hot, so only one term of Σₖ yₖ·zₖ is not zero
        classes = y
        z_right = z[rows, y]  # (batch,)
        delta[rows, y] -= 1  # δ = ŷ − y
    else:  # distributions
        classes = y.argmax(axis=1)
        z_right = np.einsum("bk,bk->b", y, z)  # (batch,)
        delta -= y  # δ = ŷ − y
    loss = np.log(total[:, 0]) - z_right
    return float(loss.sum() / len(y)), int(np.count_nonzero(z.argmax(axis=1) == classes))
