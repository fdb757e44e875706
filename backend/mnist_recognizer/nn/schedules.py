"""Learning-rate schedules: the factor that the base learning rate is multiplied with.

Each is a function of `progress`, the share of the training that is done, from 0 to 1, so that it
does not depend on how many steps there are.
"""

import math
from collections.abc import Callable, Mapping

WARM_UP = 0.02  # of the training: large first steps would follow a random network's gradients
ONE_CYCLE_PEAK = 0.3


def constant(_progress: float) -> float:
    """Return 1: the same learning rate from first to last."""
    return 1.0


def step(progress: float) -> float:
    """Divide by ten after half, and again after three quarters, of the training."""
    return 1.0 if progress < 0.5 else 0.1 if progress < 0.75 else 0.01


def cosine(progress: float) -> float:
    """Warm up in a straight line, then follow half a cosine from 1 down to 0.

    Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017.
    """
    if progress < WARM_UP:
        return progress / WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP)))


def one_cycle(progress: float) -> float:
    """Rise from 1/25 to 1 over the first 30 %, then fall to almost 0, along cosines.

    Source: Smith and Topin, "Super-convergence", 2017.
    """
    low, final = 1 / 25, 1e-4
    if progress < ONE_CYCLE_PEAK:
        rise = 0.5 * (1 - math.cos(math.pi * progress / ONE_CYCLE_PEAK))
        return low + (1 - low) * rise
    fall = 0.5 * (1 + math.cos(math.pi * (progress - ONE_CYCLE_PEAK) / (1 - ONE_CYCLE_PEAK)))
    return final + (1 - final) * fall


SCHEDULES: Mapping[str, Callable[[float], float]] = {
    "constant": constant,
    "step": step,
    "cosine": cosine,
    "one_cycle": one_cycle,
}
