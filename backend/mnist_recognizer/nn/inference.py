"""The forward pass when nothing is to be learnt: the shortest way, without state.

It computes what ``MLP.logits`` and ``losses.softmax`` do, up to the order in which the terms of a
sum are added, with two differences in how the numbers lie in memory:

- One picture goes through as a vector. NumPy then calls the product of a matrix and a vector at
  once, and has half the bookkeeping, which is most of the time for one picture.
- The logits lie class by class. Then softmax's maximum and sum over ten classes are ten operations
  on long rows, and not a short one for every picture.

Many pictures go through in blocks. What the layers put out is written into arrays that each thread
keeps from one call to the next: memory that is new is handed out by the system page by page, each
emptied first, which took a fifth of the time of 1,000 pictures. Threads share nothing, so they can
share a network.
"""

import threading
from collections.abc import Sequence

import numpy as np

from mnist_recognizer.nn.losses import Floats

_ZERO = np.zeros((), np.float32)
_BLOCK = 1000  # pictures
_kept = threading.local()


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
        Where to write a₁ … a_{L−1}; (fan_out,) arrays when n is 1. New arrays by default.

    Returns
    -------
    hidden : list of (n, fan_out) arrays; of (fan_out,) arrays when n is 1
        a₁ … a_{L−1}.
    logits : (classes, n) array; (classes,) when n is 1
        z_L.
    """
    one = len(x) == 1
    a = x[0] if one else x
    hidden = []
    last = len(weights) - 1
    for layer in range(last):
        # dot does as @, and sooner for a vector
        a = a.dot(weights[layer]) if out is None else a.dot(weights[layer], out=out[layer])
        b = biases[layer]
        a += b
        # NumPy compares many pictures with a row of zeros in half the time that a single 0 takes.
        np.maximum(a, _ZERO if one else np.zeros(len(b), b.dtype), out=a)
        hidden.append(a)
    z: Floats = weights[last].T.dot(a.T)
    by_picture = z.T
    by_picture += biases[last]
    return hidden, z


def softmax_by_class(z: Floats) -> Floats:
    """Turn logits into probabilities, in place.

    Parameters
    ----------
    z : (classes, n) or (classes,) array
        The logits; overwritten with the probabilities.

    Returns
    -------
    (n,) array, or a number
        Each picture's largest logit.
    """
    # For a vector this is sooner than max, which NumPy's methods reach by way of Python.
    largest: Floats = z[z.argmax()] if z.ndim == 1 else np.maximum.reduce(z)
    z -= largest
    np.exp(z, out=z)
    z /= np.add.reduce(z)
    return largest


def probabilities(weights: Sequence[Floats], biases: Sequence[Floats], x: Floats) -> Floats:
    """Compute ŷ = softmax(z_L).

    Parameters
    ----------
    weights, biases, x
        As for :func:`activations`.

    Returns
    -------
    (n, classes) array
    """
    if len(x) == 1:
        _, z = activations(weights, biases, x)
        softmax_by_class(z)
        return z[None]
    dtype = np.result_type(x, weights[0])
    y: Floats = np.empty((len(biases[-1]), len(x)), dtype)
    for start in range(0, len(x), _BLOCK):
        block = x[start : start + _BLOCK]
        out = None
        if len(block) > 1:  # one that is left over goes through as a vector
            out = _buffers(len(block), tuple(map(len, biases[:-1])), dtype)
        _, z = activations(weights, biases, block, out)
        softmax_by_class(z)
        y[:, start : start + _BLOCK] = z.reshape(len(y), -1)
    return y.T


def _buffers(rows: int, widths: tuple[int, ...], dtype: np.dtype[np.floating]) -> list[Floats]:
    """Return this thread's arrays of these shapes, with anything in them."""
    key = widths, dtype
    if getattr(_kept, "key", None) != key or _kept.rows < rows:
        _kept.arrays = [np.empty((rows, width), dtype) for width in widths]
        _kept.key, _kept.rows = key, rows
    return [array[:rows] for array in _kept.arrays]
