"""How many digits are read right, which are mistaken for which, and how sure that makes us.

A test set is a sample: another 10,000 digits from the same people would give another count. So no
share stands alone here. A :class:`Share` carries its 95% confidence interval, and two networks that
read the same digits are compared by McNemar's test, which looks only at the digits on which they
differ.

Sources: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22,
1927; McNemar, "Note on the sampling error of the difference between correlated proportions",
Psychometrika 12, 1947.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.integer]
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

_Z_95 = 1.959963984540054  # the normal distribution's 97.5% quantile


@dataclass(frozen=True)
class Share:
    """How many of a number of cases, and what that says about cases not seen.

    Attributes
    ----------
    count, total : int
        `count` of `total` cases, 0 <= count <= total.
    """

    count: int
    total: int

    @property
    def value(self) -> float:
        """The share, 0..1; NaN where there was no case."""
        return self.count / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95% confidence interval; (0, 1) where there was no case.

        With p = count/n, the ends are the shares q whose own spread √(q(1−q)/n) reaches p:
        (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n), z = 1.96. Unlike p ± 1.96·√(p(1−p)/n)
        it never leaves 0..1, and it keeps a width where p is 0 or 1.
        """
        n = self.total
        if n == 0:
            return 0.0, 1.0
        p, squared = self.value, _Z_95**2
        middle = p + squared / (2 * n)
        half = _Z_95 * math.sqrt(p * (1 - p) / n + squared / (4 * n * n))
        low, high = ((middle + sign * half) / (1 + squared / n) for sign in (-1, 1))
        # at the ends these hold exactly, and rounding must not say otherwise
        return (0.0 if self.count == 0 else low), (1.0 if self.count == n else high)

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as JSON values; a share of no case is null."""
        low, high = self.interval
        value = self.value if self.total else None
        return {"count": self.count, "total": self.total, "value": value, "interval": [low, high]}


@dataclass(frozen=True)
class DigitScores:
    """How well one digit is read.

    Attributes
    ----------
    digit : int
    recall : Share
        Of the images that are this digit, those read as it.
    precision : Share
        Of the images that were read as this digit, those that are it.
    """

    digit: int
    recall: Share
    precision: Share

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; NaN if the digit neither came nor was read."""
        either = self.recall.total + self.precision.total
        return 2 * self.recall.count / either if either else math.nan


def accuracy(labels: Labels, predicted: Labels) -> Share:
    """Count how many labels were predicted right."""
    return Share(int(np.count_nonzero(labels == predicted)), len(labels))


def confusion_matrix(labels: Labels, predicted: Labels, classes: int = 10) -> Counts:
    """Count what was read as what.

    Parameters
    ----------
    labels, predicted : (n,) integer arrays
        The right classes and the predicted ones, 0 <= class < classes.
    classes : int

    Returns
    -------
    (classes, classes) int64 array
        Row: what it was. Column: what it was read as.
    """
    pairs = labels.astype(np.int64) * classes + predicted
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def digit_scores(confusion: Counts) -> list[DigitScores]:
    """Return each digit's precision and recall from a confusion matrix."""
    true, read = confusion.sum(axis=1), confusion.sum(axis=0)
    return [
        DigitScores(
            digit,
            recall=Share(int(confusion[digit, digit]), int(true[digit])),
            precision=Share(int(confusion[digit, digit]), int(read[digit])),
        )
        for digit in range(len(confusion))
    ]


def log_softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> Floats:
    """Return log softmax(z / T) in float64, where even 1 − 10⁻¹² can be told from 1.

    Parameters
    ----------
    logits : (n, classes) float array
        z, of any finite size.
    temperature : float
        T > 0; above 1 it makes the probabilities more even.

    Returns
    -------
    (n, classes) float64 array
    """
    z = logits.astype(np.float64) / temperature
    z -= z.max(axis=1, keepdims=True)
    z -= np.log(np.exp(z).sum(axis=1, keepdims=True))
    return z


def log_losses(log_probabilities: Floats, labels: Labels) -> Floats:
    """Return each image's cross-entropy, −log of the probability that its right class got.

    Parameters
    ----------
    log_probabilities : (n, classes) float64 array
    labels : (n,) integer array

    Returns
    -------
    (n,) float64 array
        Nats. Their mean is the log loss.
    """
    return -log_probabilities[np.arange(len(labels)), labels]


def mcnemar(first_right: NDArray[np.bool_], second_right: NDArray[np.bool_]) -> float:
    """Test whether two classifiers that read the same images are equally accurate.

    Images that both or neither read right say nothing about which is better. If the two were
    equally good, each of the others would fall to either side like a fair coin; the p-value is the
    probability that n coins fall at least as unevenly as they did (the exact binomial test, two
    sides).

    Parameters
    ----------
    first_right, second_right : (n,) bool arrays
        Whether each read each image right.

    Returns
    -------
    float
        The p-value, 0..1; 1 when they differ on no image.
    """
    only_first = int(np.count_nonzero(first_right & ~second_right))
    only_second = int(np.count_nonzero(second_right & ~first_right))
    n = only_first + only_second
    # Σ C(n, k) over the smaller tail, in whole numbers: exact however many images there are
    ways, tail = 1, 0
    for k in range(min(only_first, only_second) + 1):
        tail += ways
        ways = ways * (n - k) // (k + 1)
    p_value: float = min(1.0, 2 * tail / 2**n)
    return p_value
