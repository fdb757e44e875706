"""Everything that is measured on one network, in one object.

The test images are for reporting only. The one thing that is fitted here, the temperature, and the
one that is chosen, the threshold from which answers are accepted, come from validation images.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.data.pixels import to_pixels
from mnist_recognizer.evaluation.calibration import (
    Acceptance,
    ReliabilityBin,
    accept_from,
    equal_mass_bins,
    equal_width_bins,
    expected_calibration_error,
    most_accepted,
    risk_coverage,
)
from mnist_recognizer.evaluation.metrics import (
    Counts,
    DigitScores,
    Floats,
    Share,
    accuracy,
    confusion_matrix,
    digit_scores,
    log_losses,
    log_softmax,
)
from mnist_recognizer.evaluation.robustness import CORRUPTIONS, Measurement, measure
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.temperature import fit_temperature
from mnist_recognizer.vision.geometry import network_input

PIXELS, DIGITS = 784, 10
ERROR_BUDGET = 0.001
"""The share of the accepted answers that may be wrong."""
_BATCH = 1000  # its activations fit in the cache

Bytes = NDArray[np.uint8]
Images = tuple[Bytes, Bytes]  # (n, 28, 28) images and (n,) labels


class AssessmentError(ValueError):
    """A network that cannot be assessed on MNIST; the message says why."""


@dataclass(frozen=True)
class Calibration:
    """How well confidence fits accuracy on the test images, at one temperature.

    Attributes
    ----------
    temperature : float
        1 is the network as it is.
    log_loss : float
        Mean cross-entropy, nats.
    expected_error : float
        Expected calibration error over 15 bins of equal mass, 0..1.
    bins : list of ReliabilityBin
        Ten intervals of confidence, the empty ones left out, for a diagram.
    confidence : (n,) float64 array
        The probability of each answer.
    """

    temperature: float
    log_loss: float
    expected_error: float
    bins: list[ReliabilityBin]
    confidence: Floats

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as JSON values."""
        return {
            "temperature": self.temperature,
            "log_loss": self.log_loss,
            "expected_calibration_error": self.expected_error,
        }


@dataclass(frozen=True)
class Assessment:
    """What was measured on one network.

    Attributes
    ----------
    architecture : str
    parameters : int
    labels, predicted : (n,) integer arrays
        What the test images are, and what they were read as.
    losses : (n,) float64 array
        Each test image's cross-entropy, nats.
    accuracy, validation_accuracy : Share
    confusion : (10, 10) int64 array
        Row: what it was. Column: what it was read as.
    digits : list of DigitScores
    before, after : Calibration
        As the network is, and with the temperature that was fitted on validation images.
    acceptance : Acceptance
        Accepting as much of the test images as an error budget of 0.1% allows.
    chosen_acceptance : Acceptance
        The same with the threshold that validation images chose, as one would in service.
    risk : (coverage, risk) arrays
        The share of wrong answers among the accepted ones, for every share accepted.
    robustness : list of Measurement
        Empty if that was not asked for.
    """

    architecture: str
    parameters: int
    labels: Bytes
    predicted: NDArray[np.int64]
    losses: Floats
    accuracy: Share
    validation_accuracy: Share
    confusion: Counts
    digits: list[DigitScores]
    before: Calibration
    after: Calibration
    acceptance: Acceptance
    chosen_acceptance: Acceptance
    risk: tuple[Floats, Floats]
    robustness: list[Measurement]

    @property
    def mistakes(self) -> NDArray[np.int64]:
        """Which test images were read wrong, the worst (by loss) first."""
        wrong = np.flatnonzero(self.labels != self.predicted)
        return wrong[np.argsort(-self.losses[wrong], kind="stable")]

    def confusions(self) -> list[tuple[int, int, int]]:
        """Return (digit, read as, how often), the most frequent first."""
        pairs = np.argwhere(self.confusion * ~np.eye(DIGITS, dtype=bool))
        found = [(int(t), int(p), int(self.confusion[t, p])) for t, p in pairs]
        return sorted(found, key=lambda item: (-item[2], item[:2]))

    def to_dict(self) -> dict[str, Any]:
        """Return all numbers as JSON values."""
        return {
            "model": self.architecture,
            "parameters": self.parameters,
            "accuracy": self.accuracy.to_dict(),
            "validation_accuracy": self.validation_accuracy.to_dict(),
            "log_loss": self.before.log_loss,
            "confusion_matrix": self.confusion.tolist(),
            "digits": [
                {
                    "digit": scores.digit,
                    "precision": scores.precision.to_dict(),
                    "recall": scores.recall.to_dict(),
                    "f1": scores.f1 if scores.f1 == scores.f1 else None,  # NaN is not JSON
                }
                for scores in self.digits
            ],
            "calibration": {"before": self.before.to_dict(), "after": self.after.to_dict()},
            "acceptance": {
                "error_budget": ERROR_BUDGET,
                "best_threshold": self.acceptance.to_dict(),
                "validation_threshold": self.chosen_acceptance.to_dict(),
            },
            "robustness": {
                corruption.name: [
                    {"level": m.level, "accuracy": m.accuracy.value}
                    for m in self.robustness
                    if m.corruption is corruption
                ]
                for corruption in CORRUPTIONS
                if self.robustness
            },
        }


def assess(
    model: MLP,
    validation: Images,
    test: Images,
    *,
    robustness: bool = True,
    seed: int = 0,
    show: Callable[[Iterable[Measurement]], Iterable[Measurement]] = lambda each: each,
) -> Assessment:
    """Measure a network.

    Parameters
    ----------
    model : MLP
        784 inputs, 10 outputs.
    validation, test : (images, labels)
        (n, 28, 28) uint8 and (n,) uint8.
    robustness : bool
        Measure the accuracy under corruptions too, which takes most of the time.
    seed : int
        Of the corruptions' noise.
    show : callable
        Wraps the measurements under corruptions as they come, for a progress bar.

    Raises
    ------
    AssessmentError
        When the network does not take 784 pixels to 10 digits.
    """
    require_mnist(model)
    (_, validation_labels), (images, labels) = validation, test
    validation_logits, logits = compute_logits(model, validation[0]), compute_logits(model, images)
    predicted = logits.argmax(axis=1)
    right = predicted == labels
    validation_right = validation_logits.argmax(axis=1) == validation_labels

    temperature = fit_temperature(validation_logits, validation_labels)
    before = _calibration(logits, labels, right, 1.0)
    after = _calibration(logits, labels, right, temperature)
    validation_confidence = np.exp(log_softmax(validation_logits, temperature).max(axis=1))
    chosen = most_accepted(validation_confidence, validation_right, ERROR_BUDGET)
    confusion = confusion_matrix(labels, predicted, DIGITS)
    return Assessment(
        architecture=model.architecture,
        parameters=model.parameter_count,
        labels=labels,
        predicted=predicted,
        losses=log_losses(log_softmax(logits), labels),
        accuracy=accuracy(labels, predicted),
        validation_accuracy=Share(int(validation_right.sum()), len(validation_labels)),
        confusion=confusion,
        digits=digit_scores(confusion),
        before=before,
        after=after,
        acceptance=most_accepted(after.confidence, right, ERROR_BUDGET),
        chosen_acceptance=accept_from(after.confidence, right, chosen.threshold),
        risk=risk_coverage(after.confidence, right)[1:],
        robustness=list(show(measure(model, to_pixels(images), labels, seed)))
        if robustness
        else [],
    )


def require_mnist(model: MLP) -> None:
    """Raise AssessmentError unless a network takes 784 pixels to 10 digits."""
    if (model.layer_sizes[0], model.layer_sizes[-1]) != (PIXELS, DIGITS):
        raise AssessmentError(
            f"this network ({model.architecture}) does not read MNIST: "
            f"that takes {PIXELS} inputs and {DIGITS} outputs"
        )


def compute_logits(model: MLP, images: Bytes) -> NDArray[np.floating]:
    """Return the (n, 10) logits of (n, 28, 28) uint8 images."""
    parts = [images[start : start + _BATCH] for start in range(0, len(images), _BATCH)]
    return np.concatenate(
        [model.logits(network_input(model, part).astype(model.dtype, copy=False)) for part in parts]
    )


def _calibration(
    logits: NDArray[np.floating], labels: Bytes, right: NDArray[np.bool_], temperature: float
) -> Calibration:
    log_probabilities = log_softmax(logits, temperature)
    confidence = np.exp(log_probabilities.max(axis=1))
    return Calibration(
        temperature=temperature,
        log_loss=float(log_losses(log_probabilities, labels).mean()),
        expected_error=expected_calibration_error(equal_mass_bins(confidence, right)),
        bins=equal_width_bins(confidence, right),
        confidence=confidence,
    )
