"""Whether a network is as sure as it ought to be, and how to make it so.

A network is *calibrated* if, of all answers given with 90% confidence, 90% are right. Training on
cross-entropy alone overshoots, and label smoothing or distorted training images undershoot.
*Temperature scaling* mends both with one number: the logits are divided by T before the softmax,

    ŷ = softmax(z / T),

which changes how sure the network is of its answers, but none of the answers. T is the one that
makes the log loss on the validation images least.

Sources: Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017
(temperature scaling); Nixon et al., "Measuring calibration in deep learning", CVPR Workshops 2019
(bins of equal mass); Geifman and El-Yaniv, "Selective classification for deep neural networks",
NeurIPS 2017 (risk and coverage).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.evaluation.metrics import Floats, Share

Right = NDArray[np.bool_]


@dataclass(frozen=True)
class ReliabilityBin:
    """Images of like confidence.

    Attributes
    ----------
    confidence : float
        Their mean confidence, 0..1.
    accuracy : Share
        How many of them were read right.
    """

    confidence: float
    accuracy: Share


def _bin(confidence: Floats, right: Right) -> ReliabilityBin:
    return ReliabilityBin(
        float(confidence.mean()), Share(int(np.count_nonzero(right)), len(confidence))
    )


def equal_mass_bins(confidence: Floats, right: Right, bins: int = 15) -> list[ReliabilityBin]:
    """Sort images by confidence and cut them into bins of as many images each (or one more).

    Parameters
    ----------
    confidence : (n,) float64 array
        The probability of each answer.
    right : (n,) bool array
        Whether it was the right one.
    bins : int
        How many bins; with fewer images there are as many as images.
    """
    order = np.argsort(confidence, kind="stable")
    parts = np.array_split(order, min(bins, len(order)))
    return [_bin(confidence[part], right[part]) for part in parts]


def equal_width_bins(confidence: Floats, right: Right, bins: int = 10) -> list[ReliabilityBin]:
    """Cut 0..1 into intervals of equal width and leave out the empty ones; see equal_mass_bins."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    return [_bin(confidence[which == i], right[which == i]) for i in np.unique(which)]


def expected_calibration_error(bins: Iterable[ReliabilityBin]) -> float:
    """Return the mean distance of confidence and accuracy over all images, bin by bin, 0..1."""
    bins = list(bins)
    total = sum(b.accuracy.total for b in bins)
    return sum(b.accuracy.total / total * abs(b.accuracy.value - b.confidence) for b in bins)


@dataclass(frozen=True)
class Acceptance:
    """What comes of accepting only answers from some confidence on.

    Attributes
    ----------
    threshold : float
        The least confidence that is accepted; infinite if none is.
    accepted : Share
        How many images that accepts.
    errors : Share
        How many of the accepted ones are read wrong.
    """

    threshold: float
    accepted: Share
    errors: Share

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as JSON values; an infinite threshold is null."""
        threshold = self.threshold if math.isfinite(self.threshold) else None
        return {
            "threshold": threshold,
            "accepted": self.accepted.to_dict(),
            "errors": self.errors.to_dict(),
        }


def accept_from(confidence: Floats, right: Right, threshold: float) -> Acceptance:
    """Accept the answers whose confidence is at least `threshold`, and count the wrong ones."""
    accepted = confidence >= threshold
    count = int(np.count_nonzero(accepted))
    wrong = int(np.count_nonzero(accepted & ~right))
    return Acceptance(threshold, Share(count, len(confidence)), Share(wrong, count))


def risk_coverage(confidence: Floats, right: Right) -> tuple[Floats, Floats, Floats]:
    """Return what each threshold would accept, and how much of that is wrong.

    Images of exactly the same confidence are accepted together, since no threshold parts them.

    Parameters
    ----------
    confidence : (n,) float64 array
    right : (n,) bool array

    Returns
    -------
    threshold, coverage, risk : (k,) float64 arrays
        From the strictest threshold to none: the least accepted confidence, the share of images
        accepted, and the share of those that are wrong.
    """
    order = np.argsort(-confidence, kind="stable")
    ordered = confidence[order]
    last_of_its_kind = np.append(ordered[1:] != ordered[:-1], True)
    count = np.arange(1, len(order) + 1)
    risk = np.cumsum(~right[order]) / count
    return (
        ordered[last_of_its_kind],
        (count / len(order))[last_of_its_kind],
        risk[last_of_its_kind],
    )


def most_accepted(confidence: Floats, right: Right, budget: float = 0.001) -> Acceptance:
    """Find the threshold that accepts the most while at most `budget` of that is wrong.

    Parameters
    ----------
    confidence : (n,) float64 array
    right : (n,) bool array
    budget : float
        The share of the accepted answers that may be wrong.
    """
    threshold, _, risk = risk_coverage(confidence, right)
    within = np.flatnonzero(risk <= budget)
    return accept_from(confidence, right, float(threshold[within[-1]]) if len(within) else math.inf)
