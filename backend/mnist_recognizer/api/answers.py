"""From the network's probabilities to the answer that is sent."""

import math

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.api.dependencies import HOW_TO_TRAIN
from mnist_recognizer.api.problems import ProblemError

DIGITS = tuple("0123456789")


def prediction(probabilities: list[float]) -> dict[str, object]:
    """Return the answer for one digit: the likeliest, and how likely each is.

    Parameters
    ----------
    probabilities : list of 10 floats

    Raises
    ------
    ProblemError
        503 when they are no probabilities.
    """
    confidence = max(probabilities)
    if math.isnan(confidence):  # weights as large as 1e38 are finite, and overflow
        raise _no_probabilities()
    return {
        "prediction": probabilities.index(confidence),
        "probabilities": dict(zip(DIGITS, probabilities, strict=True)),
        "confidence": confidence,
    }


def require_probabilities(probabilities: NDArray[np.float32]) -> None:
    """Refuse, as :func:`prediction` does, what a network gives whose numbers overflow."""
    if np.isnan(probabilities).any():
        raise _no_probabilities()


def _no_probabilities() -> ProblemError:
    return ProblemError(503, f"The loaded weights give no probabilities. {HOW_TO_TRAIN}")
