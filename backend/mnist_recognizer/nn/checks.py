"""What a network refuses: impossible layers, and input that would give a wrong answer silently."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_recognizer.nn.losses import Floats

_UNSCALED = 100.0  # no input reaches this that was scaled for a network
_SCALE = "pixels are numbers from 0 to 1: divide grey values from 0 to 255 by 255"


class LayerSizesError(ValueError):
    """A network cannot have these layers; the message says why."""


def check_sizes(input_size: int, hidden_sizes: Sequence[int], output_size: int) -> tuple[int, ...]:
    """Return the layer sizes as plain integers, or raise :class:`LayerSizesError`."""
    try:
        sizes = (input_size, *hidden_sizes, output_size)
    except TypeError:
        raise LayerSizesError(
            f"hidden_sizes is a list such as [128, 64], not {hidden_sizes!r}"
        ) from None
    for size in sizes:
        if not isinstance(size, int | np.integer) or isinstance(size, bool) or size < 1:
            raise LayerSizesError(f"layer sizes are whole numbers from 1, not {size!r}")
    return tuple(map(int, sizes))


def check_dropout(dropout: float, rng: np.random.Generator | None) -> None:
    """Raise ValueError unless `dropout` is a probability below 1 and has a generator."""
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout is a probability from 0 to below 1, not {dropout!r}")
    if dropout and rng is None:
        raise ValueError(
            "dropout switches off units at random, so it needs a generator: give "
            "rng=numpy.random.default_rng(seed)"
        )


def check_input(x: ArrayLike, input_size: int, dtype: np.dtype[Any]) -> Floats:
    """Return `x` as (batch, input_size) floats of a dtype, or raise ValueError.

    Warns
    -----
    UserWarning
        When floats look like grey values from 0 to 255, since some are far above 1.
    """
    given: NDArray[np.generic] = np.asarray(x)
    with np.errstate(over="ignore"):  # what is too large for float32 becomes infinity
        images = np.atleast_2d(given.astype(dtype, copy=False))
    if images.ndim != 2 or images.shape[1] != input_size:
        raise ValueError(
            f"expected {input_size} numbers an image, as an array of shape "
            f"(images, {input_size}), but got the shape {given.shape}"
        )
    if not np.isfinite(images).all():
        raise ValueError("every pixel must be a finite number, but there is a NaN or infinity")
    if np.issubdtype(given.dtype, np.integer):
        if ((images != 0) & (images != 1)).any():
            raise ValueError(f"{given.dtype} holds integers other than 0 and 1, but {_SCALE}")
    elif images.size and images.max() > _UNSCALED:
        warnings.warn(f"the numbers reach {images.max():g}, but {_SCALE}", stacklevel=3)
    return images
