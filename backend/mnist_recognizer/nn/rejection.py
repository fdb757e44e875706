"""Saying "this is not a digit" and "I am not sure" instead of guessing.

Softmax divides a probability of 1 among ten digits, whatever the image shows: a shoe is a sure 8.
Yet inside the network a shoe does not look like an 8. A second, tiny network reads what the first
one's layers put out, and tells digits from everything else:

    s = max(0, Σₗ aₗ·Aₗ + max(z)·u + c)·v

Here aₗ are the hidden layers' activations, max(z) is the largest logit, and s is large for digits.
The first network stays as it is: A, u, c and v are fitted afterwards, on digits and on synthetic
images that are not digits. Such images are the idea of D. Hendrycks, M. Mazeika and T. Dietterich
("Deep Anomaly Detection with Outlier Exposure", ICLR 2019; there the classifier itself sees them),
reading all layers is that of K. Lee et al. ("A Simple Unified Framework for Detecting
Out-of-Distribution Samples and Adversarial Attacks", NeurIPS 2018).

An image is *not a digit* when s is below a threshold. It is *ambiguous* when the two likeliest
digits' probabilities differ by less than another one. Both thresholds come from validation digits,
so that all but a few of those are accepted. Everything is in the weights file's metadata under
`KEY`, so that weights and thresholds stay together; ``frontend/js/nn/rejection.js`` reads the same.
"""

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.nn.losses import Floats
from mnist_recognizer.nn.model import MLP

KEY = "rejection"
"""Where in a network's metadata the fitted numbers lie."""

NOT_A_DIGIT = "This does not look like a digit."
EMPTY = "The image is empty."
_MISFIT = (
    f"its metadata's {KEY!r}, which tells digits from other images, does not fit the network: "
    "fit it again with `mnist-recognizer fit-rejection`"
)


@dataclass(frozen=True, eq=False)
class Rejection:
    """The second network, and the thresholds.

    Attributes
    ----------
    weights : (features, hidden) array
        A of every hidden layer, one below the other, and u as the last row.
    biases, output : (hidden,) arrays
        c and v.
    min_score : float
        An image with a lower s is not a digit.
    min_margin : float
        An image whose two likeliest digits' probabilities differ by less is ambiguous.
    """

    weights: NDArray[np.float32]
    biases: NDArray[np.float32]
    output: NDArray[np.float32]
    min_score: float
    min_margin: float

    def score(self, activations: list[Floats]) -> Floats:
        """Return s of each image, (n,): how much it looks like a digit.

        Parameters
        ----------
        activations : list of (n, width) arrays
            What ``MLP.forward`` returned for the images.
        """
        hidden = np.maximum(features(activations) @ self.weights + self.biases, 0)
        scores: Floats = hidden @ self.output
        return scores

    def reason(
        self, score: float, probabilities: Sequence[float], image: NDArray[Any]
    ) -> str | None:
        """Say why an image is not accepted; None when it is.

        Parameters
        ----------
        score : float
            s of the image.
        probabilities : sequence of float
            One for each digit.
        image : array
            Its pixels, of any shape: to tell an empty image from a strange one.
        """
        if score < self.min_score:
            return NOT_A_DIGIT if image.any() else EMPTY
        if 2 * max(probabilities) - 1 >= self.min_margin:  # no two can be closer
            return None
        first, second = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])[:2]
        if probabilities[first] - probabilities[second] < self.min_margin:
            return f"This could be {_with_article(first)} or {_with_article(second)}."
        return None

    def reasons(
        self, scores: Floats, probabilities: Floats, images: NDArray[Any]
    ) -> list[str | None]:
        """Say of each of many images what :meth:`reason` says of one.

        Parameters
        ----------
        scores : (n,) array
        probabilities : (n, classes) array
        images : (n, …) array

        Returns
        -------
        list of n strings or None
        """
        if len(scores) == 1:
            return [self.reason(scores.item(), probabilities[0].tolist(), images[0])]
        reasons: list[str | None] = [None] * len(scores)
        # In double precision, as Python's own numbers are.
        doubtful = scores < np.float64(self.min_score)
        doubtful |= 2 * probabilities.max(axis=1).astype(np.float64) - 1 < self.min_margin
        for i in doubtful.nonzero()[0].tolist():  # few
            row: list[float] = probabilities[i].tolist()
            reasons[i] = self.reason(scores[i].item(), row, images[i])
        return reasons

    # --- in the weights file -------------------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """Return the fitted numbers as JSON values: A, u, c and v as float32 in base64."""
        parts = (self.weights, self.biases, self.output)
        flat = np.concatenate([np.asarray(part, "<f4").ravel() for part in parts])
        return {
            "hidden": len(self.biases),
            "parameters": base64.b64encode(flat.tobytes()).decode(),
            "least_score": self.min_score,
            "least_margin": self.min_margin,
        }

    @classmethod
    def of(cls, model: MLP) -> Self | None:
        """Return what a network's metadata holds; None when there is nothing, or it has no layers.

        Raises
        ------
        ValueError
            When it is there and does not fit the network.
        """
        content = model.metadata.get(KEY)
        if content is None:
            return None
        try:
            hidden = int(content["hidden"])
            flat = np.frombuffer(base64.b64decode(content["parameters"], validate=True), "<f4")
            min_score, min_margin = float(content["least_score"]), float(content["least_margin"])
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ValueError(_MISFIT) from error
        count = sum(model.layer_sizes[1:-1]) + 1  # features
        finite = np.isfinite(flat).all() and math.isfinite(min_score + min_margin)
        if hidden < 1 or len(flat) != (count + 2) * hidden or not finite:
            raise ValueError(_MISFIT)
        rows = flat.astype(np.float32).reshape(count + 2, hidden)
        return cls(rows[:-2], rows[-2], rows[-1], min_score, min_margin)


def _with_article(digit: int) -> str:
    return f"an {digit}" if digit == 8 else f"a {digit}"


def features(activations: list[Floats]) -> Floats:
    """Return what the second network reads: each a and max(z), (n, all hidden units + 1)."""
    _, *hidden, z = activations
    return np.concatenate([*hidden, z.max(axis=1, keepdims=True)], axis=1)
