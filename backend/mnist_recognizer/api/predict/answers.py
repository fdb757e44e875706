"""From the network's probabilities to the answer that is sent."""

import math
from collections.abc import Sequence
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.api.model.dependencies import HOW_TO_TRAIN
from mnist_recognizer.api.problems import ProblemError
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.fast_inference import FastInference
from mnist_recognizer.nn.losses import Floats
from mnist_recognizer.vision.geometry import network_input, to_geometry
from mnist_recognizer.vision.hypotheses import Sureness

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


def read_images(
    model: MLP, images: NDArray[np.uint8 | np.float32], *, with_reasons: bool = True
) -> tuple[Floats, list[str | None]]:
    """Recognise images.

    Parameters
    ----------
    model : MLP
    images : (n, 784) array of uint8 in 0..255, or of float32 in 0..1
    with_reasons : bool
        Whether to say which are accepted.

    Returns
    -------
    probabilities : (n, 10) array
    reasons : list of n strings or None
        Why each is not accepted as a digit; None where it is, and everywhere if the network's
        weights do not hold what tells digits from other images.
    """
    network = fast(model)
    if images.dtype == np.uint8:
        x: NDArray[np.uint8 | np.float32] = to_geometry(model, images.view(np.uint8))
    else:
        x = network_input(model, images)
    probabilities, scores = network.read(x, with_scores=with_reasons)
    if network.rejection is None or scores is None:
        return probabilities, [None] * len(images)
    return probabilities, network.rejection.reasons(scores, probabilities, images)


def sureness_of(model: MLP) -> Sureness:
    """Return what says how surely a network reads images, (n, 28, 28) uint8, from 0 to 1."""

    def sureness(images: NDArray[np.uint8]) -> list[float]:
        probabilities, reasons = read_images(model, images.reshape(len(images), -1))
        confidences = probabilities.max(axis=1).tolist()
        return [
            confidence if reason is None else confidence / 2
            for confidence, reason in zip(confidences, reasons, strict=True)
        ]

    return sureness


def answer_to(model: MLP, pixels: NDArray[np.uint8 | np.float32]) -> dict[str, object]:
    """Return the answer for one image, (1, 784) uint8 in 0..255 or float32 in 0..1.

    Raises
    ------
    ProblemError
        503 when the network gives no probabilities.
    """
    probabilities, reasons = read_images(model, pixels)
    return prediction(probabilities[0].tolist(), reasons[0])


def prediction(probabilities: list[float], reason: str | None = None) -> dict[str, object]:
    """Return the answer for one digit: the likeliest, how likely each is, and how far to trust it.

    Parameters
    ----------
    probabilities : list of 10 floats
    reason : str, optional
        Why the image is not accepted as a digit; None when it is.

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


def predictions(probabilities: Floats, reasons: Sequence[str | None]) -> bytes:
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


def require_probabilities(probabilities: Floats) -> None:
    """Refuse, as :func:`prediction` does, what a network gives whose numbers overflow."""
    if np.isnan(probabilities).any():
        raise _no_probabilities()


def _no_probabilities() -> ProblemError:
    return ProblemError(503, f"The loaded weights give no probabilities. {HOW_TO_TRAIN}")
