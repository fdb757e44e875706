"""The forward pass when nothing is to be learnt: the shortest way, without state.

It computes what ``MLP.logits`` and ``losses.softmax`` do, up to the order in which the terms of a
sum are added, with two differences in how the numbers lie in memory:

- One picture goes through as a vector. NumPy then calls the product of a matrix and a vector at
  once, and has half the bookkeeping, which is most of the time for one picture.
- The logits lie class by class. Then softmax's maximum and sum over ten classes are ten operations
  on long rows, and not a short one for every picture.

Nothing is kept between two calls, so threads can share a network.
"""

from collections.abc import Sequence

import numpy as np

from mnist_recognizer.nn.losses import Floats

_ZERO = np.zeros((), np.float32)
_BLOCK = 250  # pictures


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
        Where to write a₁ … a_{L−1}, for a batch that is not one picture. New arrays by default.

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
        a = a.dot(weights[layer]) if one or out is None else a.dot(weights[layer], out=out[layer])
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
    """Compute ŷ = softmax(z_L), block by block.

    What a block's layers put out stays in the processor's cache, and the next block writes it anew:
    memory that is new costs as much as half of what is computed in it.

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
    buffers = [np.empty((min(len(x), _BLOCK), len(b)), dtype) for b in biases[:-1]]
    for start in range(0, len(x), _BLOCK):
        block = x[start : start + _BLOCK]
        _, z = activations(weights, biases, block, [buffer[: len(block)] for buffer in buffers])
        softmax_by_class(z)
        y[:, start : start + _BLOCK] = z.reshape(len(y), -1)
    return y.T
