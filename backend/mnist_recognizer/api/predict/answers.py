"""From the network's probabilities to the answer that is sent."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.api.model.dependencies import HOW_TO_TRAIN
from mnist_recognizer.api.problems import ProblemError
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.fast_inference import FastInference
from mnist_recognizer.vision.geometry import network_input

DIGITS = tuple("0123456789")

_names = {f"p{digit}": digit for digit in DIGITS}
_Probabilities = msgspec.defstruct(
    "Probabilities", [(name, float) for name in _names], rename=_names, frozen=True, gc=False
)


class _Prediction(msgspec.Struct, frozen=True, gc=False):
    prediction: int
    probabilities: msgspec.Struct
    confidence: float
    accepted: bool
    reason: str | None


@lru_cache(maxsize=4)
def fast(model: MLP) -> FastInference:
    """Return a network's tuned forward pass."""
    return FastInference(model)


class Reading(NamedTuple):
    """What the network says of one picture."""

    probabilities: list[float]
    reason: str | None  # why it is not accepted as a digit


def read_all(model: MLP, pixels: NDArray[np.float32]) -> list[Reading]:
    """Return what the network says of each of some pictures, (n, 784) float32 in 0..1."""
    pixels = network_input(model, pixels)
    network = fast(model)
    probabilities, scores = network.read(pixels)
    rows: list[list[float]] = probabilities.tolist()
    rejection = network.rejection
    if rejection is None or scores is None:
        return [Reading(row, None) for row in rows]
    if len(rows) == 1:  # sooner than what can be done for many
        return [Reading(rows[0], rejection.reason(scores.item(), rows[0], pixels))]
    return list(map(Reading, rows, rejection.reasons(scores, probabilities, pixels)))


def answer_to(model: MLP, pixels: NDArray[np.float32]) -> dict[str, object]:
    """Return the answer for one picture, (1, 784) float32 in 0..1.

    Raises
    ------
    ProblemError
        503 when the network gives no probabilities.
    """
    return prediction(*read_all(model, pixels)[0])


def prediction(probabilities: list[float], reason: str | None = None) -> dict[str, object]:
    """Return the answer for one digit: the likeliest, how likely each is, and how far to trust it.

    Parameters
    ----------
    probabilities : list of 10 floats
    reason : str, optional
        Why the picture is not accepted as a digit; None when it is.

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
        "accepted": reason is None,
        "reason": reason,
    }


def predictions(probabilities: NDArray[np.float32], reasons: Sequence[str | None]) -> bytes:
    """Return the answer for many digits as JSON, each as :func:`prediction` answers for one.

    msgspec writes objects of known fields several times as fast as dictionaries.

    Parameters
    ----------
    probabilities : (n, 10) array of float32
        None is NaN; see :func:`require_probabilities`.
    reasons : sequence of n strings or None
        Why each is not accepted.
    """
    answers = map(
        _Prediction,
        probabilities.argmax(axis=1).tolist(),
        map(_Probabilities, *probabilities.T.tolist()),
        probabilities.max(axis=1).tolist(),
        [reason is None for reason in reasons],
        reasons,
    )
    return msgspec.json.encode({"predictions": list(answers)})


def require_probabilities(probabilities: NDArray[np.float32]) -> None:
    """Refuse, as :func:`prediction` does, what a network gives whose numbers overflow."""
    if np.isnan(probabilities).any():
        raise _no_probabilities()


def _no_probabilities() -> ProblemError:
    return ProblemError(503, f"The loaded weights give no probabilities. {HOW_TO_TRAIN}")
