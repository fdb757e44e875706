"""One number that makes a network as sure as it ought to be; see ``docs/calibration.md``.

Source: Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017.
"""

import math

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.nn.losses import softmax
from mnist_recognizer.nn.model import MLP

TEMPERATURES = (0.05, 20.0)
"""The range that a temperature is looked for in."""


def fit_temperature(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    """Find the temperature at which the log loss is least.

    In β = 1/T the mean log loss L(β) = ⟨log Σⱼ exp(βzⱼ) − βz_y⟩ is convex, with

        L′(β) = ⟨E[z] − z_y⟩,   L″(β) = ⟨Var[z]⟩,

    expectation and variance being those under softmax(βz). So L′ has one zero, which Newton's
    method finds in a few steps; a step that leaves the interval known to hold the zero is replaced
    by halving that interval.

    Parameters
    ----------
    logits : (n, classes) float array
        What the network gave for the validation images.
    labels : (n,) integer array
        Their right classes.

    Returns
    -------
    float
        T, within `TEMPERATURES`; an end of that range if the loss falls all the way to it, as it
        does when every answer is right.

    Raises
    ------
    ValueError
        When there are no images.
    """
    if len(labels) == 0:
        raise ValueError("a temperature needs at least one image to be fitted on")
    z = logits.astype(np.float64)
    z_right = z[np.arange(len(z)), labels]

    def slope_and_curvature(beta: float) -> tuple[float, float]:
        p = softmax(beta * z)
        mean = (p * z).sum(axis=1)
        variance = (p * z**2).sum(axis=1) - mean**2
        return float((mean - z_right).mean()), float(variance.mean())

    low, high = 1 / TEMPERATURES[1], 1 / TEMPERATURES[0]
    if slope_and_curvature(low)[0] >= 0:
        return TEMPERATURES[1]
    if slope_and_curvature(high)[0] <= 0:
        return TEMPERATURES[0]
    beta, step = 1.0, math.inf
    while abs(step) > 1e-12 * beta:
        slope, curvature = slope_and_curvature(beta)
        low, high = (beta, high) if slope < 0 else (low, beta)
        newton = beta - slope / curvature if curvature > 0 else math.inf
        step = (newton if low < newton < high else (low + high) / 2) - beta
        beta += step
    return 1 / beta


def divide_logits(model: MLP, temperature: float) -> None:
    """Build a temperature into a network, in place: W_L ← W_L / T, b_L ← b_L / T.

    Its logits are then z / T; which of them is the largest, its answer, stays the same.
    """
    for last in (model.weights[-1], model.biases[-1]):
        last /= temperature
