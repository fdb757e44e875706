"""The hand of a random writer: signs from templates, each deformed in its own way, and inked.

From a table of templates come strokes that a sloppy hand, a slant and another proportion have
deformed but that keep the templates' rules, so that each is still what its template says. Whole
batches are written at once. ``docs/pen-digits.md`` says how, step by step.
"""

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.synthesis.batch_strokes import render_batch
from mnist_recognizer.synthesis.pen_curves import DOWN, DRAGGED, Tables
from mnist_recognizer.vision.preprocessing import SIZE
from mnist_recognizer.vision.strokes import PEN_RADIUS

_CHUNK = 1024  # signs at a time: bounds the memory
_KNOTS = 14  # of the hand's tremor along a path
_WAVES = 3  # of the smooth warp


def draw_styles(
    table: Tables,
    styles: NDArray[np.intp],
    rng: np.random.Generator,
    pen_radius: tuple[float, float] = (PEN_RADIUS, PEN_RADIUS),
) -> NDArray[np.uint8]:
    """Draw one sign after each of the given templates.

    Parameters
    ----------
    table, styles, rng
        See :func:`write_legibly`.
    pen_radius : tuple of float, default that of every drawing
        The smallest and the largest half width of the ink, in pixels.

    Returns
    -------
    ndarray of uint8, shape (count, 28, 28)
        Light ink on black, in MNIST's geometry.

    Raises
    ------
    ValueError
        The pen is thinner or thicker than the image can show.
    """
    low, high = pen_radius
    if not 0.5 <= low <= high <= 4:
        raise ValueError(
            f"pen_radius must be from 0.5 to 4 pixels, the smaller first: {pen_radius}"
        )
    images = np.empty((len(styles), SIZE, SIZE), np.uint8)
    for start in range(0, len(styles), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        points, pen_down = write_legibly(table, styles[chunk], rng)
        images[chunk] = render_batch(points, pen_down, rng.uniform(low, high, len(points)))
    return images


def write_legibly(
    table: Tables, styles: NDArray[np.intp], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Write each sign, again and again until it keeps its template's rules.

    Parameters
    ----------
    table : Tables
        Of digits or of letters.
    styles : ndarray of int, shape (count,)
        Which of the table's templates each sign follows.
    rng : numpy.random.Generator
        Where the randomness comes from.

    Returns
    -------
    points : ndarray of float64, shape (count, length, 2)
        Each sign's pen positions, y growing downwards, about 2 high.
    pen_down : ndarray of bool, shape (count, length)
        Whether the pen drew on its way from the point before.
    """
    points, pen_down = _write(table, styles, rng)
    wrong = np.flatnonzero(~_keeps_rules(table, styles, points))
    while len(wrong) > 0:
        points[wrong], pen_down[wrong] = _write(table, styles[wrong], rng)
        wrong = wrong[~_keeps_rules(table, styles[wrong], points[wrong])]
    return points, pen_down


def _write(
    table: Tables, styles: NDArray[np.intp], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Write each sign once: its polyline (count, length, 2) and where the pen is down."""
    count = len(styles)
    sloppiness = np.exp(rng.normal(0, 0.5, count)).clip(0.3, 2.2)[:, None, None]

    control = _control_points(table, styles, sloppiness, rng)  # (count, points, 2)
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
    table: Tables,
    styles: NDArray[np.intp],
    sloppiness: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Mix each template's extremes and let the hand miss every point a little."""
    shapes = table.shapes[styles]
    count, extremes, points, _ = shapes.shape
    share = rng.gamma(0.8, size=(count, extremes)) * table.extremes[styles] + 1e-9
    share /= share.sum(axis=1, keepdims=True)
    control = (share[:, None] @ shapes.reshape(count, extremes, -1)).reshape(count, points, 2)

    loose = table.looseness[styles][..., None]
    control += 2.6 * sloppiness * loose * rng.normal(size=control.shape)
    # Every stroke lands near its place.
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
    """Bend the whole sign smoothly, and change the proportions of its parts.

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


def _keeps_rules(
    table: Tables, styles: NDArray[np.intp], points: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell which signs keep their templates' rules, and are at most twice as wide as high."""
    rules = table.rules[styles]  # (count, rules, 5)
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
