"""Saying "this is no digit" and "I am not sure" instead of guessing.

Softmax divides one whole probability among ten digits, whatever the picture shows: a shoe is a
sure 8. Yet inside the network a shoe does not look like an 8. A second, tiny network reads what the
first one's layers put out, and tells digits from everything else:

    s = max(0, Σₗ aₗ·Aₗ + max(z)·u + c)·v

Here aₗ are the hidden layers' activations, max(z) is the largest logit, and s is large for digits.
The recogniser itself stays as it is: A, u, c and v are fitted afterwards, on digits and on made-up
pictures that are none. Such pictures are the idea of D. Hendrycks, M. Mazeika and T. Dietterich
("Deep Anomaly Detection with Outlier Exposure", ICLR 2019; there the recogniser itself sees them),
reading all layers is that of K. Lee et al. ("A Simple Unified Framework for Detecting
Out-of-Distribution Samples and Adversarial Attacks", NeurIPS 2018).

A picture is *no digit* when s is below a threshold, and *ambiguous* when the two likeliest digits'
probabilities are closer than another one. Both thresholds come from validation digits, so that all
but a few of those are accepted. Everything lies in the weights file's metadata under `KEY`, so that
weights and thresholds cannot go apart; ``frontend/js/nn/rejection.js`` reads the same.
"""

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.nn.inference import activations, softmax_by_class
from mnist_recognizer.nn.losses import Floats
from mnist_recognizer.nn.model import MLP

KEY = "rejection"
"""Where in a network's metadata the fitted numbers lie."""

_ZERO = np.zeros((), np.float32)

NOT_A_DIGIT = "This does not look like a digit."
EMPTY = "The picture is empty."
_MISFIT = (
    f"its metadata's {KEY!r}, which tells digits from other pictures, does not fit the network: "
    "fit it again with `mnist-recognizer fit-rejection`"
)


@dataclass(frozen=True, eq=False)
class Rejection:
    """The second network, and the thresholds.

    Attributes
    ----------
    layers : list of (fan_out, hidden) arrays
        A, one for each hidden layer of the recogniser.
    largest_logit, biases, output : (hidden,) arrays
        u, c and v.
    least_score : float
        A picture with a lower s is no digit.
    least_margin : float
        A picture whose two likeliest digits' probabilities differ by less is ambiguous.
    """

    layers: Sequence[NDArray[np.float32]]
    largest_logit: NDArray[np.float32]
    biases: NDArray[np.float32]
    output: NDArray[np.float32]
    least_score: float
    least_margin: float

    # --- reading -------------------------------------------------------------------------------

    def read(self, model: MLP, x: Floats, first: Floats | None = None) -> tuple[Floats, Floats]:
        """Recognise pictures, and score how much they look like digits.

        Parameters
        ----------
        model : MLP
            The network that this was fitted to.
        x : (n, input_size) array
            Finite pixels in 0..1, of the model's dtype.
        first : (inputs, fan_out) array, optional
            What takes W₁'s place, such as its rows for the few inputs that `x` holds.

        Returns
        -------
        probabilities : (n, classes) array
            The same, bit for bit, as of ``MLP.forward`` with the same `first`, for up to 1,000
            pictures.
        scores : (n,) array
            s: how much each picture looks like a digit.
        """
        if len(x) == 1 and x.dtype == model.dtype:
            return self._read_one(model, x[0], first)
        weights = model.weights if first is None else [first, *model.weights[1:]]
        hidden, z = activations(weights, model.biases, x)
        largest = softmax_by_class(z)
        total: Floats = largest[:, None] * self.largest_logit  # (n, hidden)
        total += self.biases
        for a, A in zip(hidden, self.layers, strict=True):
            total += a.dot(A)
        np.maximum(total, 0, out=total)
        return z.T, total.dot(self.output)

    def _read_one(self, model: MLP, x: Floats, first: Floats | None) -> tuple[Floats, Floats]:
        """Do it for one picture, where a NumPy call costs more than what it computes.

        All that the second network reads lies in one row there, and so it is one product instead
        of one for each part.
        """
        y = model.one_picture.read(x, first)
        total: Floats = model.one_picture.row.dot(self._joined)
        np.maximum(total, _ZERO, out=total)
        return y[None], total.dot(self.output)[None]

    @cached_property
    def _joined(self) -> NDArray[np.float32]:
        """What the row (a₁, 1, a₂, 1, …, max(z), 1) is multiplied with: A₁, 0, A₂, 0, …, u, c.

        The 1 behind each a belongs to the recogniser's bias, and counts for nothing here.
        """
        nothing = np.zeros_like(self.biases)
        hidden = [part for A in self.layers for part in (A, nothing[None])]
        return np.concatenate([*hidden, self.largest_logit[None], self.biases[None]])

    def reason(
        self, score: float, probabilities: Sequence[float], picture: NDArray[Any]
    ) -> str | None:
        """Say why a picture is not accepted; None when it is.

        Parameters
        ----------
        score : float
            s of the picture.
        probabilities : sequence of float
            One for each digit.
        picture : array
            Its pixels, of any shape: to tell an empty picture from a strange one.
        """
        if score < self.least_score:
            return NOT_A_DIGIT if picture.any() else EMPTY
        if 2 * max(probabilities) - 1 >= self.least_margin:  # no two can be closer
            return None
        first, second = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])[:2]
        if probabilities[first] - probabilities[second] < self.least_margin:
            return f"This could be {_with_article(first)} or {_with_article(second)}."
        return None

    def reasons(
        self, scores: Floats, probabilities: Floats, pictures: NDArray[Any]
    ) -> list[str | None]:
        """Say of each of many pictures what :meth:`reason` says of one.

        Parameters
        ----------
        scores : (n,) array
        probabilities : (n, classes) array
        pictures : (n, …) array

        Returns
        -------
        list of n strings or None
        """
        reasons: list[str | None] = [None] * len(scores)
        # In double precision, as Python's own numbers are.
        doubtful = scores < np.float64(self.least_score)
        doubtful |= 2 * probabilities.max(axis=1).astype(np.float64) - 1 < self.least_margin
        for i in doubtful.nonzero()[0].tolist():  # few
            row: list[float] = probabilities[i].tolist()
            reasons[i] = self.reason(scores[i].item(), row, pictures[i])
        return reasons

    # --- in the weights file -------------------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """Return the fitted numbers as JSON values: A, u, c and v as float32 in base64."""
        parts = [*self.layers, self.largest_logit, self.biases, self.output]
        flat = np.concatenate([np.asarray(part, "<f4").ravel() for part in parts])
        return {
            "hidden": len(self.biases),
            "parameters": base64.b64encode(flat.tobytes()).decode(),
            "least_score": self.least_score,
            "least_margin": self.least_margin,
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
        widths = model.layer_sizes[1:-1]
        try:
            hidden = int(content["hidden"])
            flat = np.frombuffer(base64.b64decode(content["parameters"], validate=True), "<f4")
            least_score, least_margin = (float(content[k]) for k in ("least_score", "least_margin"))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ValueError(_MISFIT) from error
        sizes = [*(width * hidden for width in widths), hidden, hidden, hidden]
        finite = np.isfinite(flat).all() and math.isfinite(least_score + least_margin)
        if hidden < 1 or len(flat) != sum(sizes) or not finite:
            raise ValueError(_MISFIT)
        parts = np.split(flat.astype(np.float32), np.cumsum(sizes)[:-1])
        *layers, largest_logit, biases, output = parts
        return cls(
            [A.reshape(width, hidden) for A, width in zip(layers, widths, strict=True)],
            largest_logit,
            biases,
            output,
            least_score,
            least_margin,
        )


def _with_article(digit: int) -> str:
    return f"an {digit}" if digit == 8 else f"a {digit}"


def features(model: MLP, x: Floats) -> Floats:
    """Return what the second network reads: each a and max(z), (n, all hidden units + 1)."""
    outputs = []
    a = x
    for W, b in zip(model.weights[:-1], model.biases[:-1], strict=True):
        a = np.maximum(a @ W + b, 0)
        outputs.append(a)
    z = a @ model.weights[-1] + model.biases[-1]
    outputs.append(z.max(axis=1, keepdims=True))
    return np.concatenate(outputs, axis=1)
