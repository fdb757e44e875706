"""Digits that were spoilt so that they are none: mirrored, turned, mixed, cut up, inverted.

They are made of digits' own strokes, so some of them are the hardest to tell from digits of what
:mod:`mnist_recognizer.synthesis.non_digits` makes.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.vision.preprocessing import SIZE

Images = NDArray[np.uint8]
_HALF = SIZE // 2

# What each digit is turned into: mirrored (m), or turned anticlockwise by so many quarters. What
# would still look like a digit is left out: a mirrored 2 is nearly a 5, a 6 upside down a 9.
_TURNS: dict[int, str] = {1: "1", 2: "13", 3: "m13", 4: "m123", 5: "13", 6: "m13", 7: "m123"}
_TURNS |= {8: "1", 9: "m13"}


def _turned(digits: Images, labels: NDArray[np.integer], rng: np.random.Generator) -> Images:
    """Mirror or turn digits so that they are none."""
    ways = {
        "m": lambda images: images[:, :, ::-1],
        "1": lambda images: np.rot90(images, 1, (1, 2)),
        "2": lambda images: np.rot90(images, 2, (1, 2)),
        "3": lambda images: np.rot90(images, 3, (1, 2)),
    }
    draw = rng.random(len(digits))
    pieces = []
    for digit, allowed in _TURNS.items():
        of_digit = labels == digit
        which = (draw * len(allowed)).astype(np.intp)
        for index, way in enumerate(allowed):
            pieces.append(ways[way](digits[of_digit & (which == index)]))
    return np.concatenate(pieces)


def _overlaid(digits: Images, labels: NDArray[np.integer], rng: np.random.Generator) -> Images:
    """Draw two different digits over each other."""
    other = rng.permutation(len(digits))
    overlaid: Images = np.maximum(digits, digits[other])[labels != labels[other]]
    return overlaid


def _beside(digits: Images, labels: NDArray[np.integer], rng: np.random.Generator) -> Images:
    """Put two digits next to each other, at half their size."""
    del labels  # 11 is not a digit either
    half = digits.reshape(-1, _HALF, 2, _HALF, 2).max(axis=(2, 4))
    images = np.zeros_like(digits)
    rows = slice(_HALF // 2, _HALF // 2 + _HALF)
    images[:, rows, 2:_HALF] = half[:, :, 1:-1]
    images[:, rows, _HALF:-2] = half[rng.permutation(len(half)), :, 1:-1]
    return images


def _quarters(digits: Images, labels: NDArray[np.integer], rng: np.random.Generator) -> Images:
    """Exchange a digit's four quarters."""
    del labels
    tiles = digits.reshape(-1, 2, _HALF, 2, _HALF).transpose(0, 1, 3, 2, 4)
    tiles = tiles.reshape(-1, 4, _HALF, _HALF)
    order = np.array([[1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0], [1, 2, 3, 0], [3, 0, 1, 2]])
    chosen = order[rng.integers(len(order), size=len(digits))]
    tiles = np.take_along_axis(tiles, chosen[:, :, None, None], axis=1)
    tiles = tiles.reshape(-1, 2, 2, _HALF, _HALF).transpose(0, 1, 3, 2, 4)
    return tiles.reshape(digits.shape)


def _pieces(digits: Images, labels: NDArray[np.integer], rng: np.random.Generator) -> Images:
    """Show a tenth of a digit's area at twice its size."""
    del labels
    axis = np.arange(10)
    top, left = rng.integers(5, 14, (2, len(digits), 1))
    each = np.arange(len(digits))[:, None, None]
    window = digits[each, (top + axis)[:, :, None], (left + axis)[:, None, :]]
    large = window.repeat(2, axis=1).repeat(2, axis=2).astype(np.float64)  # (n, 20, 20)
    for direction in (1, 2):  # soft edges
        large = (large + np.roll(large, 1, axis=direction)) / 2
    images = np.zeros_like(digits)
    images[:, 4:24, 4:24] = large
    return images


def _inverted(digits: Images, labels: NDArray[np.integer], rng: np.random.Generator) -> Images:
    """Exchange ink and paper."""
    del labels, rng
    return 255 - digits


SPOILT: dict[str, Callable[[Images, NDArray[np.integer], np.random.Generator], Images]] = {
    "turned": _turned,
    "overlaid": _overlaid,
    "beside": _beside,
    "quarters": _quarters,
    "pieces": _pieces,
    "inverted": _inverted,
}
"""Kinds that are made of digits, and what spoils them."""
