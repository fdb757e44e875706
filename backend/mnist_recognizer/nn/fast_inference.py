"""The forward pass for a service: the same numbers as :class:`MLP`'s, with less overhead.

A single image takes some twenty NumPy calls, and each call costs more than what it computes. Here
it takes fewer and cheaper ones:

- The image is a vector: NumPy hands the product of a vector and a matrix to BLAS without the
  bookkeeping for batches.
- What the layers put out is written into one row, (a₁, 1, …, a_{L−1}, 1, max(z_L), 1). The 1 after
  each a makes the bias one more weight: bₗ lies below Wₗ in θ, so (aₗ₋₁, 1) times both is zₗ. The
  score of :class:`Rejection` is then one product with the whole row.
- The parameters begin at a multiple of 64 bytes, a cache line.

Several images go through ``MLP.forward``, in blocks that fit in the processor's cache.
"""

import copy
import threading
from itertools import pairwise
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.nn.losses import Floats, softmax
from mnist_recognizer.nn.model import MLP
from mnist_recognizer.nn.rejection import Rejection

_BLOCK = 250  # images: 784 kB as float32
_ZERO = np.zeros((), np.float32)


class FastInference:
    """A trained network that answers. Threads can share it.

    Parameters
    ----------
    model : MLP
        The network. It is copied: later changes of its parameters do not count.

    Attributes
    ----------
    rejection : Rejection or None
        What tells digits from other images; None when the network's metadata does not hold it.

    Raises
    ------
    ValueError
        When what the metadata holds does not fit the network.
    """

    def __init__(self, model: MLP) -> None:
        self.rejection = Rejection.of(model)
        self._model = copy.deepcopy(model)
        first, *self._later = _layers(model)
        self._W1, self._b1 = first[:-1], first[-1]
        self._score_weights = None if self.rejection is None else _joined(model, self.rejection)
        self._rows = _Rows(self._later, model.dtype)

    def read(
        self, x: NDArray[np.floating | np.uint8], *, with_scores: bool = True
    ) -> tuple[Floats, Floats | None]:
        """Recognise images, and score how much they look like digits.

        Parameters
        ----------
        x : (n, input_size) array
            Pixels in 0..1 as floats, or grey values in 0..255 as uint8.
        with_scores : bool
            Whether the scores are wanted.

        Returns
        -------
        probabilities : (n, classes) array
            ŷ = softmax(z_L).
        scores : (n,) array or None
            s of each image; None without `rejection`, or when they are not wanted.
        """
        rejection = self.rejection if with_scores else None
        if len(x) == 1:
            return self._read_one(self._pixels(x)[0], rejection)
        blocks = [x[start : start + _BLOCK] for start in range(0, len(x), _BLOCK)] or [x]
        results = [self._read_block(self._pixels(block), rejection) for block in blocks]
        probabilities = np.concatenate([block for block, _ in results])
        scores = [part for _, part in results if part is not None]
        return probabilities, np.concatenate(scores) if scores else None

    def _pixels(self, x: NDArray[np.floating | np.uint8]) -> Floats:
        if x.dtype == self._model.dtype:
            return cast("Floats", x)
        pixels: Floats = x.astype(self._model.dtype)
        if x.dtype == np.uint8:
            pixels /= 255
        return pixels

    def _read_block(self, x: Floats, rejection: Rejection | None) -> tuple[Floats, Floats | None]:
        activations = self._model.forward(x)
        scores = None if rejection is None else rejection.score(activations)
        return softmax(activations[-1]), scores

    def _read_one(self, x: Floats, rejection: Rejection | None) -> tuple[Floats, Floats | None]:
        row, steps = self._rows.row, self._rows.steps
        z = x.dot(self._W1)  # dot does what @ does, and is called sooner for vectors
        z += self._b1
        for (a, a_and_1), W_and_b in zip(steps, self._later, strict=True):
            np.maximum(z, _ZERO, out=a)
            z = a_and_1.dot(W_and_b)
        probabilities = softmax(z)[None]
        if rejection is None or self._score_weights is None:
            return probabilities, None
        row[-2] = z[z.argmax()]
        hidden = row.dot(self._score_weights)
        np.maximum(hidden, _ZERO, out=hidden)
        return probabilities, hidden.dot(rejection.output)[None]


class _Rows(threading.local):
    """A thread's own row (a₁, 1, …, a_{L−1}, 1, max(z_L), 1), and the views aₗ and (aₗ, 1) into it.

    Python calls `__init__` again, with the same arguments, in every thread that uses it.
    """

    def __init__(self, later: list[Floats], dtype: np.dtype[Any]) -> None:
        ends = np.cumsum([0, *map(len, later)])
        self.row: Floats = np.ones(ends[-1] + 2, dtype)
        self.steps = [(self.row[a : b - 1], self.row[a:b]) for a, b in pairwise(ends)]


def _layers(model: MLP) -> list[Floats]:
    """Return each layer's W with b as the row below it, in memory that begins at a cache line.

    The widest processor registers are one such line, and a load across two takes longer. NumPy
    alone begins at any multiple of 16.
    """
    parameters = model.parameters
    memory = np.empty(parameters.nbytes + 64, np.uint8)
    start = -memory.ctypes.data % 64
    aligned = memory[start : start + parameters.nbytes].view(parameters.dtype)
    aligned[:] = parameters
    ends = np.cumsum([0, *((m + 1) * n for m, n in pairwise(model.layer_sizes))])
    return [
        aligned[start:end].reshape(-1, n)
        for (start, end), n in zip(pairwise(ends), model.layer_sizes[1:], strict=True)
    ]


def _joined(model: MLP, rejection: Rejection) -> Floats:
    """Return what the row (a₁, 1, a₂, 1, …, max(z), 1) is multiplied with: A₁, 0, A₂, 0, …, u, c.

    The 1 after each a belongs to the recogniser's bias, and counts for nothing here.
    """
    hidden = np.cumsum(model.layer_sizes[1:-1], dtype=int)
    with_zeros: Floats = np.insert(rejection.weights, hidden, 0, axis=0)
    return np.concatenate([with_zeros, rejection.biases[None]])
