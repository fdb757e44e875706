"""Synthetic pen digits: what people draw and MNIST hardly has, for the network to learn from.

MNIST's writers were Americans around 1990: few of their ones have flags, few of their sevens are
crossed, few of their fours are open. Here digits are drawn from templates of how people around the
world write (``pen_templates.txt``), each deformed in its own random way by a sloppy hand, a slant,
another proportion, and inked as MNIST is. Whole batches are drawn at once.

``docs/pen-digits.md`` shows them.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.data.batch_strokes import render_batch
from mnist_recognizer.data.pen_curves import DOWN, DRAGGED, tables
from mnist_recognizer.data.preprocessing import SIZE
from mnist_recognizer.data.strokes import PEN_RADIUS

_CHUNK = 1024  # digits at a time: bounds the memory
_KNOTS = 14  # of the hand's tremor along a path
_WAVES = 3  # of the smooth warp


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
        The least and the greatest half width of the ink, in pixels. MNIST's strokes are 1.7 to
        3.9 pixels wide, so (0.85, 1.95) has them all.

    Returns
    -------
    images : ndarray of uint8, shape (count, 28, 28)
        Light ink on black, in MNIST's geometry.
    labels : ndarray of uint8, shape (count,)
        Their digits, each equally likely.
    """
    table = tables()
    styles = rng.choice(len(table.digits), count, p=table.chances)
    return draw_styles(styles, rng, pen_radius), table.digits[styles]


def draw_styles(
    styles: NDArray[np.intp],
    rng: np.random.Generator,
    pen_radius: tuple[float, float] = (PEN_RADIUS, PEN_RADIUS),
) -> NDArray[np.uint8]:
    """Draw one digit after each of the given templates.

    Parameters
    ----------
    styles : ndarray of int, shape (count,)
        Indices of :func:`mnist_recognizer.data.pen_templates.templates`.
    rng, pen_radius
        See :func:`draw_pen_digits`.

    Returns
    -------
    ndarray of uint8, shape (count, 28, 28)

    Raises
    ------
    ValueError
        The pen is thinner or thicker than the picture can show.
    """
    low, high = pen_radius
    if not 0.5 <= low <= high <= 4:
        raise ValueError(f"pen_radius must be from 0.5 to 4 pixels, the least first: {pen_radius}")
    images = np.empty((len(styles), SIZE, SIZE), np.uint8)
    for start in range(0, len(styles), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        points, pen_down = _write_legibly(styles[chunk], rng)
        images[chunk] = render_batch(points, pen_down, rng.uniform(low, high, len(points)))
    return images


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
    styles = rng.choice(len(table.digits), count, p=table.chances)
    digits = []
    for points, pen_down in zip(*_write_legibly(styles, rng), strict=True):
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
    return digits, table.digits[styles]


def _write_legibly(
    styles: NDArray[np.intp], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Write each digit, again and again until it keeps its template's rules; see ``_write``."""
    points, pen_down = _write(styles, rng)
    wrong = np.flatnonzero(~_keeps_rules(styles, points))
    while len(wrong) > 0:
        points[wrong], pen_down[wrong] = _write(styles[wrong], rng)
        wrong = wrong[~_keeps_rules(styles[wrong], points[wrong])]
    return points, pen_down


def _write(
    styles: NDArray[np.intp], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Write each digit once: its polyline (count, length, 2) and where the pen is down."""
    table = tables()
    count = len(styles)
    sloppiness = np.exp(rng.normal(0, 0.5, count)).clip(0.3, 2.2)[:, None, None]

    control = _control_points(styles, sloppiness, rng)  # (count, points, 2)
    rounding = rng.beta(0.8, 1.2, (count, 1, 1))
    points = (table.matrix[styles] + rounding * table.rounding[styles]) @ control
    points += sloppiness * _tremor(count, points.shape[1], rng)
    points = _warp(points / 50, sloppiness, rng) @ _affine(count, rng)

    pen = table.pen[styles]
    dragged = (pen == DRAGGED) & (rng.random((count, 1)) < 0.08)
    landing = np.where(dragged, np.arange(pen.shape[1]), table.landing[styles])
    points = np.take_along_axis(
        _sample(points, table.slow[styles], rng), landing[..., None], axis=1
    )
    pen_down = (pen == DOWN) | dragged
    # Now and then the pen skips.
    skip = rng.integers(0, 6 * pen.shape[1], (count, 1))
    return points, pen_down & (np.arange(pen.shape[1]) != skip)


def _control_points(
    styles: NDArray[np.intp], sloppiness: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Mix each template's extremes and let the hand miss every point a little."""
    table = tables()
    shapes = table.shapes[styles]
    count, extremes, points, _ = shapes.shape
    share = rng.gamma(0.8, size=(count, extremes)) * table.extremes[styles] + 1e-9
    share /= share.sum(axis=1, keepdims=True)
    control = (share[:, None] @ shapes.reshape(count, extremes, -1)).reshape(count, points, 2)

    loose = table.looseness[styles][..., None]
    control += 2.6 * sloppiness * loose * rng.normal(size=control.shape)
    # Every stroke lands beside its place.
    strokes = table.strokes[styles][..., None]
    moved = 2.2 * sloppiness * rng.normal(size=(count, int(table.strokes.max()) + 1, 2))
    control += np.take_along_axis(moved, strokes, axis=1)
    # Every stroke ends too early or too late.
    neighbour = np.take_along_axis(control, table.neighbour[styles][..., None], axis=1)
    overshoot = (0.12 * sloppiness[..., 0] * rng.normal(size=control.shape[:2])).clip(-0.3, 0.4)
    control += overshoot[..., None] * (control - neighbour)
    return control


def _tremor(count: int, length: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return what a shaking hand adds to every point of a path, (count, length, 2)."""
    # Hats over equidistant knots: linear interpolation as a matrix product.
    place = np.linspace(0, _KNOTS - 1, length)
    hats = np.maximum(0, 1 - np.abs(place[:, None] - np.arange(_KNOTS)))  # (length, knots)
    strength = np.abs(rng.normal(0, 0.9, (count, 1, 1)))
    shake: NDArray[np.float64] = hats @ (strength * rng.normal(size=(count, _KNOTS, 2)))
    return shake


def _sample(
    points: NDArray[np.float64], slow: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Record some pens so seldom that what they draw quickly becomes straight lines."""
    length = points.shape[1]
    every = rng.choice([1, 2, 3, 4], len(points), p=[0.7, 0.1, 0.1, 0.1])[:, None]
    position = np.arange(length)
    recorded = slow | (position % every == 0)
    before = np.maximum.accumulate(np.where(recorded, position, 0), axis=1)
    after = np.where(recorded, position, length - 1)[:, ::-1]
    after = np.minimum.accumulate(after, axis=1)[:, ::-1]
    t = ((position - before) / np.maximum(after - before, 1))[..., None]
    start, end = (np.take_along_axis(points, i[..., None], axis=1) for i in (before, after))
    sampled: NDArray[np.float64] = start + t * (end - start)
    return sampled


def _warp(
    points: NDArray[np.float64], sloppiness: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Bend the whole digit smoothly, and change the proportions of its parts.

    Parameters
    ----------
    points : ndarray of float64, shape (count, length, 2)
        About within ±1.
    """
    count = len(points)
    # The waist goes up or down, a side bulges, the top grows wider than the bottom.
    high, wide, taper = (
        0.09 * rng.normal(size=(3, count, 1)).clip(-2, 2) * np.array([1.0, 1.0, 1.5])[:, None, None]
    )
    x, y = points[..., 0], points[..., 1]
    bent = np.stack(
        [x * (1 + taper * y) + wide * (1 - y * y) * 0.6, y + high * (1 - y * y)], axis=-1
    )
    direction = rng.normal(0, 1.5, (count, 2, _WAVES))
    phase = rng.uniform(0, 2 * np.pi, (count, 1, _WAVES))
    height = 0.035 * sloppiness * rng.normal(size=(count, _WAVES, 2))
    bent += np.sin(points @ direction + phase) @ height
    return bent


def _affine(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Slant, widen and turn: matrices (count, 2, 2) for points as rows."""
    slant = rng.normal(0.1, 0.3, count).clip(-0.48, 0.81)  # how far the top leans to the right
    width = np.exp(rng.normal(0, 0.22, count).clip(-0.53, 0.53))
    angle = np.radians(rng.normal(0, 5, count).clip(-13, 13))
    cos, sin = np.cos(angle), np.sin(angle)
    lean = np.stack([width, 0 * width, -slant, 0 * width + 1], axis=1).reshape(count, 2, 2)
    turn = np.stack([cos, sin, -sin, cos], axis=1).reshape(count, 2, 2)
    matrices: NDArray[np.float64] = lean @ turn
    return matrices


def _keeps_rules(styles: NDArray[np.intp], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which digits keep their templates' rules, and are at most twice as wide as high."""
    rules = tables().rules[styles]  # (count, rules, 5)
    wide, high = np.ptp(points, axis=1).T
    longest = np.maximum(wide, high)
    start, end = (
        np.take_along_axis(points, rules[..., i : i + 1].astype(np.intp), axis=1) for i in (1, 2)
    )
    way = 100 * (end - start) / longest[:, None, None]  # (count, rules, 2)
    x, y = way[..., :1], way[..., 1:]
    # in the order of MEASURES
    measures = np.concatenate([x, y, np.hypot(x, y), np.degrees(np.arctan2(y, np.abs(x)))], axis=2)
    measured = np.take_along_axis(measures, rules[..., :1].astype(np.intp), axis=2)[..., 0]
    held: NDArray[np.bool_] = (measured >= rules[..., 3]) & (measured <= rules[..., 4])
    kept: NDArray[np.bool_] = np.logical_and.reduce(held, axis=1) & (high >= 0.5 * wide)
    return kept
