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


def softmax(z: Floats) -> Floats:
    """Turn logits into probabilities: ŷₖ = exp(zₖ) / Σⱼ exp(zⱼ).

    Parameters
    ----------
    z : (…, classes) float array
        Logits of any finite size; ±1000 is as safe as ±1.

    Returns
    -------
    (…, classes) float array
        Along the last axis, numbers from 0 to 1 whose sum is 1.
    """
    exp = np.exp(z - z.max(axis=-1, keepdims=True))
    y_hat: Floats = exp / exp.sum(axis=-1, keepdims=True)
    return y_hat


def softmax_cross_entropy(z: Floats, y: Targets) -> tuple[float, Floats]:
    """Measure the loss of a batch of logits, and its derivative by them.

    Parameters
    ----------
    z : (batch, classes) float array
        Logits.
    y : (batch,) integer array or (batch, classes) float array
        The right classes, or target distributions (rows that sum to 1).

    Returns
    -------
    loss : float
        The batch's mean cross-entropy, in nats.
    delta : (batch, classes) float array
        Its derivative by the logits, (ŷ − y) / batch.

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
    # Class by class in memory, where a maximum or a sum over ten classes takes half the time.
    z = np.asfortranarray(z - z.max(axis=1, keepdims=True))
    log_y_hat = z - np.log(np.exp(z).sum(axis=1, keepdims=True))  # the sum is 1 or more
    delta = softmax(z)
    if y.ndim == 1:  # classes: y is one-hot, so only one term of Σₖ yₖ·log ŷₖ is not zero
        right = np.arange(len(y)), y
        loss = -log_y_hat[right].sum()
        delta[right] -= 1
    else:
        loss = -(y * log_y_hat).sum()
        delta -= y
    delta /= len(y)
    return float(loss) / len(y), delta


def count_correct(z: Floats, y: Targets) -> int:
    """Count the rows whose largest logit is at the right class (or the target's likeliest)."""
    classes = y if y.ndim == 1 else y.argmax(axis=1)
    return int(np.count_nonzero(z.argmax(axis=1) == classes))
