"""Synthetic pen digits: what people draw and MNIST hardly has, for the network to learn from.

MNIST's writers were Americans around 1990: few of their ones have flags, few of their sevens are
crossed, few of their fours are open. Here digits are drawn from templates of how people around the
world write (``pen_templates.txt``), each deformed in its own random way by a sloppy hand, a slant,
another proportion (``pen_hand.py``), and inked as MNIST is. Whole batches are drawn at once.

``docs/pen-digits.md`` shows them.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.synthesis.pen_curves import tables
from mnist_recognizer.synthesis.pen_hand import draw_styles, write_legibly
from mnist_recognizer.vision.strokes import PEN_RADIUS


def draw_pen_digits(
    count: int, rng: np.random.Generator, pen_radius: tuple[float, float] = (PEN_RADIUS, PEN_RADIUS)
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Draw random digits as people with pens write them.

    Parameters
    ----------
    count : int
        How many.
    rng : numpy.random.Generator
        Where the randomness comes from; the same state gives the same digits.
    pen_radius : tuple of float, default that of every drawing
        The smallest and the largest half width of the ink, in pixels. MNIST's strokes are 1.7 to
        3.9 pixels wide, so (0.85, 1.95) has them all.

    Returns
    -------
    images : ndarray of uint8, shape (count, 28, 28)
        Light ink on black, in MNIST's geometry.
    labels : ndarray of uint8, shape (count,)
        Their digits, each equally likely.
    """
    table = tables()
    styles = rng.choice(len(table.labels), count, p=table.chances)
    return draw_styles(table, styles, rng, pen_radius), table.labels[styles]


def write_pen_digits(
    count: int, rng: np.random.Generator
) -> tuple[list[list[NDArray[np.float64]]], NDArray[np.uint8]]:
    """Write random digits as :func:`draw_pen_digits` does, and return the pen's strokes.

    Parameters
    ----------
    count, rng
        See there.

    Returns
    -------
    digits : list of list of ndarray of float64, shape (points, 2)
        The strokes of each digit, y growing downwards, about 2 high.
    labels : ndarray of uint8, shape (count,)
    """
    table = tables()
    styles = rng.choice(len(table.labels), count, p=table.chances)
    digits = []
    for points, pen_down in zip(*write_legibly(table, styles, rng), strict=True):
        strokes = np.split(points, np.flatnonzero(~pen_down[1:]) + 1)
        # Where the pen is not dragged it waits at its landing: points that are not strokes.
        lands = [not np.array_equal(a[-1], b[0]) for a, b in pairwise(strokes)]
        digits.append(
            [
                stroke
                for stroke, is_one in zip(strokes, [*lands, True], strict=True)
                if is_one or len(stroke) > 1
            ]
        )
    return digits, table.labels[styles]
