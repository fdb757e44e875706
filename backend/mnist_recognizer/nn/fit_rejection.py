"""Fitting what tells digits from other images; see :mod:`mnist_recognizer.nn.rejection`."""

import dataclasses
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.nn.losses import Floats, softmax
from mnist_recognizer.nn.model import MLP
from mnist_recognizer.nn.optimizers import Adam
from mnist_recognizer.nn.rejection import Rejection, features

Images = NDArray[np.uint8]
HIDDEN = 64  # units of the second network; with 32, fewer letters are refused
_MAX_WEIGHTS = 2**17  # of the second network: metadata is 1 MiB of text at most
_EPOCHS = 8
_BATCH = 256
_LEARNING_RATE = 0.002
_CHUNK = 4096  # images: bounds the memory


class Digits(NamedTuple):
    """Validation digits, and which shares of them may be refused.

    Attributes
    ----------
    images : (n, 28, 28) uint8 array
    strange : float
        The share that may count as not digits.
    ambiguous : float
        The share that may count as ambiguous.
    """

    images: Images
    strange: float
    ambiguous: float


def fit_rejection(
    model: MLP,
    digits: Images,
    others: Images,
    validation: Sequence[Digits],
    rng: np.random.Generator,
) -> Rejection:
    """Fit the second network on training images, and the thresholds on validation digits.

    Parameters
    ----------
    model : MLP
        The trained network; it is not changed.
    digits, others : (n, 28, 28) uint8 arrays
        Training images: digits, and images that are not digits.
    validation : sequence of Digits
        Digits that neither network was trained on. Each collection's shares are kept to.
    rng : numpy.random.Generator
        Draws the initial weights and the order of the images.

    Returns
    -------
    Rejection

    Raises
    ------
    ValueError
        When there are no digits, or none of the others.
    """
    if not len(digits) or not len(others):
        raise ValueError("to tell digits from other images, some of both are needed")
    x = np.concatenate([_features(model, images) for images in (digits, others)])
    y = np.repeat([1, 0], [len(digits), len(others)])
    mean = x.mean(axis=0)
    scale = x.std(axis=0)
    scale += 1e-3 * scale.max() + 1e-6  # units that are always off stay off
    x -= mean
    x /= scale
    second = _train(x, y, max(1, min(HIDDEN, _MAX_WEIGHTS // x.shape[1])), rng)

    # (x − mean) / scale · A = x · (A / scale) − mean · (A / scale)
    A = (second.weights[0] / scale[:, None]).astype(np.float32)
    fitted = Rejection(
        weights=A,
        biases=(second.biases[0] - mean @ A).astype(np.float32),
        output=(second.weights[1][:, 1] - second.weights[1][:, 0]).astype(np.float32),
        min_score=0.0,
        min_margin=0.0,
    )
    return _with_thresholds(fitted, model, validation)


def measure(fitted: Rejection, model: MLP, images: Images) -> tuple[Floats, Floats]:
    """Return each image's score, and the margin between its two likeliest digits, (n,) each."""
    scores, margins = [], []
    for start in range(0, len(images), _CHUNK):
        activations = model.forward(_pixels(model, images[start : start + _CHUNK]))
        scores.append(fitted.score(activations))
        best = np.sort(softmax(activations[-1]), axis=1)
        margins.append(best[:, -1] - best[:, -2])
    return np.concatenate(scores), np.concatenate(margins)


def _with_thresholds(fitted: Rejection, model: MLP, validation: Sequence[Digits]) -> Rejection:
    """Choose the highest thresholds that keep to every collection's shares."""
    min_score, min_margin = np.inf, np.inf
    for images, strange, ambiguous in validation:
        scores, margins = measure(fitted, model, images)
        min_score = min(min_score, float(np.quantile(scores, strange)))
        seen_as_digits = margins[scores >= min_score]
        min_margin = min(min_margin, float(np.quantile(seen_as_digits, ambiguous)))
    return dataclasses.replace(fitted, min_score=min_score, min_margin=min_margin)


def _pixels(model: MLP, images: Images) -> Floats:
    pixels: Floats = images.reshape(len(images), -1).astype(model.dtype)
    pixels /= 255
    return pixels


def _features(model: MLP, images: Images) -> Floats:
    starts = [*range(0, len(images), _CHUNK), len(images)]
    chunks = (images[start:end] for start, end in pairwise(starts))
    return np.concatenate([features(model.forward(_pixels(model, chunk))) for chunk in chunks])


def _train(x: Floats, y: NDArray[np.integer], hidden: int, rng: np.random.Generator) -> MLP:
    """Train a network that takes features to two classes: 0 is not a digit, 1 is one."""
    second = MLP(x.shape[1], (hidden,), 2, seed=rng, dtype=x.dtype)
    optimizer = Adam(second.parameters.size, second.dtype)
    batch = min(_BATCH, len(x))
    steps = _EPOCHS * (len(x) // batch)
    step = 0
    for _ in range(_EPOCHS):
        order = rng.permutation(len(x))
        for start in range(0, len(x) - batch + 1, batch):
            chosen = order[start : start + batch]
            _, gradient = second.backward(second.forward(x[chosen]), y[chosen])
            lr = _LEARNING_RATE * 0.5 * (1 + np.cos(np.pi * step / steps))
            optimizer.step(second.parameters, gradient, lr)
            step += 1
    return second
