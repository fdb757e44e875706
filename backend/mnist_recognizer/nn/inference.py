"""The forward pass when nothing is to be learnt: the shortest way.

It computes what ``MLP.logits`` and ``losses.softmax`` do, up to the order in which the terms of a
sum are added.

One picture goes through as a vector (:class:`OnePicture`). NumPy then calls the product of a matrix
and a vector at once, and has half the bookkeeping, which is most of the time for one picture.

Many pictures go through in blocks (:func:`probabilities`). Their logits lie class by class, so that
softmax's maximum and sum over ten classes are ten operations on long rows, and not a short one for
every picture. What the layers put out is written into arrays that each thread keeps from one call
to the next: memory that is new is handed out by the system page by page, each emptied first, which
took a fifth of the time of 1,000 pictures. Threads share nothing, so they can share a network.
"""

import threading
from collections.abc import Sequence

import numpy as np

from mnist_recognizer.nn.losses import Floats

_ZERO = np.zeros((), np.float32)
_BLOCK = 1000  # pictures
_kept = threading.local()


class OnePicture(threading.local):
    """The way of a single picture through a network.

    Every thread has its own: Python runs `__init__` again, with the same arguments, in each thread
    that uses a ``threading.local``. So threads share the weights, and nothing that is written.

    What the layers put out is kept in one row, (a₁, 1, …, a_{L−1}, 1, max(z_L), 1). A 1 behind a
    makes the bias one more weight: bₗ lies below Wₗ in θ, so (aₗ₋₁, 1) times both together is zₗ,
    and adding the bias is no step of its own. The row's end serves who multiplies the whole row, as
    ``Rejection`` does.

    Parameters
    ----------
    W1, b1 : (inputs, fan_out), (fan_out,) arrays
        The first layer's. The picture has no 1 behind it, so that it need not be copied.
    later : sequence of (fan_in + 1, fan_out) arrays
        Wₗ above bₗ, for each layer after the first.

    Attributes
    ----------
    row : (all hidden units + L + 1,) array
        (a₁, 1, …, a_{L−1}, 1, max(z_L), 1) of this thread's last picture.
    """

    def __init__(self, W1: Floats, b1: Floats, later: Sequence[Floats]) -> None:
        self.row = np.ones(sum(map(len, later)) + 2, W1.dtype)
        steps = []
        start = 0
        for W_and_b in later:
            a_and_1 = self.row[start : start + len(W_and_b)]
            steps.append((a_and_1[:-1], a_and_1, W_and_b))
            start += len(W_and_b)
        ones = np.ones(later[-1].shape[1] if later else len(b1), W1.dtype)
        self._parts = W1, b1, steps, ones, self.row  # one look into what the thread has, not five

    def read(self, x: Floats, first: Floats | None = None) -> Floats:
        """Recognise a picture.

        Parameters
        ----------
        x : (inputs,) array
            Its pixels, of the network's dtype.
        first : (inputs, fan_out) array, optional
            What takes W₁'s place, such as its rows for the few inputs that `x` holds.

        Returns
        -------
        (classes,) array
            ŷ = softmax(z_L).
        """
        W1, b1, steps, ones, row = self._parts
        z: Floats = x.dot(W1 if first is None else first)  # dot does as @, and sooner for a vector
        z += b1
        for a, a_and_1, W_and_b in steps:
            np.maximum(z, _ZERO, out=a)
            z = a_and_1.dot(W_and_b)
        # NumPy's max and sum have more to do beside the ten numbers than argmax and a product.
        row[-2] = largest = z[z.argmax()]
        z -= largest
        np.exp(z, out=z)
        z /= z.dot(ones)
        return z


def activations(
    weights: Sequence[Floats],
    biases: Sequence[Floats],
    x: Floats,
    out: Sequence[Floats] | None = None,
) -> tuple[list[Floats], Floats]:
    """Compute what every layer of a network puts out.

    Parameters
    ----------
    weights, biases : sequences of arrays
        Wₗ of shape (fan_in, fan_out) and bₗ of shape (fan_out,).
    x : (n, inputs) array
        Pixels of n pictures.
    out : sequence of (n, fan_out) arrays, optional
        Where to write a₁ … a_{L−1}. New arrays by default.

    Returns
    -------
    hidden : list of (n, fan_out) arrays
        a₁ … a_{L−1}.
    logits : (classes, n) array
        z_L.
    """
    a = x
    hidden = []
    last = len(weights) - 1
    for layer in range(last):
        # dot does as @, but refuses a single picture's vector where many are to be written
        a = a.dot(weights[layer], out=out[layer] if out else None)
        b = biases[layer]
        a += b
        # NumPy compares many pictures with a row of zeros in half the time that a single 0 takes.
        np.maximum(a, np.zeros(len(b), b.dtype), out=a)
        hidden.append(a)
    z: Floats = weights[last].T @ a.T
    z += biases[last][:, None]
    return hidden, z


def softmax_by_class(z: Floats) -> Floats:
    """Turn logits into probabilities, in place.

    Parameters
    ----------
    z : (classes, n) array
        The logits; overwritten with the probabilities.

    Returns
    -------
    (n,) array
        Each picture's largest logit.
    """
    largest: Floats = np.maximum.reduce(z)
    z -= largest
    np.exp(z, out=z)
    z /= np.add.reduce(z)
    return largest


def probabilities(weights: Sequence[Floats], biases: Sequence[Floats], x: Floats) -> Floats:
    """Compute ŷ = softmax(z_L) of many pictures.

    Parameters
    ----------
    weights, biases, x
        As for :func:`activations`.

    Returns
    -------
    (n, classes) array
    """
    dtype = np.result_type(x, weights[0])
    y: Floats = np.empty((len(biases[-1]), len(x)), dtype)
    for start in range(0, len(x), _BLOCK):
        block = x[start : start + _BLOCK]
        out = _buffers(len(block), tuple(map(len, biases[:-1])), dtype)
        _, z = activations(weights, biases, block, out)
        softmax_by_class(z)
        y[:, start : start + _BLOCK] = z
    return y.T


def _buffers(rows: int, widths: tuple[int, ...], dtype: np.dtype[np.floating]) -> list[Floats]:
    """Return this thread's arrays of these shapes, with anything in them."""
    key = widths, dtype
    if getattr(_kept, "key", None) != key or _kept.rows < rows:
        _kept.arrays = [np.empty((rows, width), dtype) for width in widths]
        _kept.key, _kept.rows = key, rows
    return [array[:rows] for array in _kept.arrays]
