"""How a network does on images that it is not trained on."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.nn.losses import count_correct, softmax_cross_entropy
from mnist_recognizer.nn.model import MLP

_BATCH = 1000  # its activations fit in the cache


class Evaluation(NamedTuple):
    """What :func:`evaluate` measures.

    Attributes
    ----------
    loss : float
        The mean cross-entropy in nats.
    accuracy : float
        The share that is classified right.
    dead_units : list of int
        How many units of each hidden layer are 0 for all images.
    """

    loss: float
    accuracy: float
    dead_units: list[int]


def evaluate(model: MLP, x: NDArray[np.float32], y: NDArray[np.integer]) -> Evaluation:
    """Measure a network on (n, 784) float32 pixels in 0..1 and their (n,) right digits."""
    loss, correct = 0.0, 0
    largest = [np.zeros(width, x.dtype) for width in model.layer_sizes[1:-1]]
    for start in range(0, len(x), _BATCH):
        labels = y[start : start + _BATCH]
        _, *hidden, z = model.forward(x[start : start + _BATCH])
        loss += softmax_cross_entropy(z, labels)[0] * len(labels)
        correct += count_correct(z, labels)
        largest = [np.maximum(m, a.max(axis=0)) for m, a in zip(largest, hidden, strict=True)]
    dead_units = [int(np.count_nonzero(units == 0)) for units in largest]
    return Evaluation(loss / len(x), correct / len(x), dead_units)
