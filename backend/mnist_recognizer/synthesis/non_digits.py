"""Images that are not digits, for a network to learn what it does not know.

A network that has seen digits alone calls everything a digit. Here are strokes that cross and bend
at random, scribbles, zigzags, dots, letters and signs, shapes, textures, noise, and digits that
were spoilt: mirrored, turned, mixed, cut up, inverted. They are made, not collected: no letter of a
font, no piece of clothing and nobody's drawing is among them, so what people do bring stays unseen
and can be measured. The letters come from templates of the project's own: ``pen_letters.py``.

The idea is that of D. Hendrycks, M. Mazeika and T. Dietterich, "Deep Anomaly Detection with Outlier
Exposure", ICLR 2019. ``docs/rejection.md`` shows the images.
"""

import string
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.synthesis.batch_strokes import render_batch
from mnist_recognizer.synthesis.pen_letters import draw_pen_letters
from mnist_recognizer.synthesis.spoiled_digits import SPOILT
from mnist_recognizer.vision.preprocessing import SIZE

Images = NDArray[np.uint8]
_LENGTH = 48  # points of a path
_PEN = (0.9, 1.9)  # half widths of ink, as thin and as thick as MNIST's


def draw_not_digits(
    each: int, digits: Images, labels: NDArray[np.integer], rng: np.random.Generator
) -> dict[str, Images]:
    """Make images of every kind that are not digits.

    Parameters
    ----------
    each : int
        How many of each kind. Of some kinds there are fewer: a mirrored 0 is a 0. Of letters and
        signs there are twice as many, since they are what people do draw.
    digits : ndarray of uint8, shape (n, 28, 28)
        Digits in MNIST's geometry to spoil; they are not changed.
    labels : ndarray of int, shape (n,)
        Which digits they are.
    rng : numpy.random.Generator
        Where the randomness comes from; the same state gives the same images.

    Returns
    -------
    dict of str to ndarray of uint8, shape (about each or twice as many, 28, 28)
        The images by the name of their kind; light ink on black.
    """
    images = {
        name: draw(2 * each if name in LETTERS else each, rng) for name, draw in DRAWN.items()
    }
    for name, spoil in SPOILT.items():
        chosen = rng.integers(len(digits), size=each)
        images[name] = spoil(digits[chosen], labels[chosen], rng)
    return images


# --- drawn with a pen -----------------------------------------------------------------------------


def _strokes(count: int, rng: np.random.Generator, bent: bool = True) -> Images:
    """Draw two to four strokes, straight or bent, that often begin where another one passes."""
    most, per = 4, _LENGTH // 4
    number = rng.integers(2, most + 1, count)
    t = np.linspace(0, 1, per)[:, None]
    paths = np.zeros((count, most, per, 2))
    for stroke in range(most):
        start, end = rng.integers(-2, 3, (2, count, 2)) / 2 + rng.normal(0, 0.08, (2, count, 2))
        if stroke:
            place = rng.choice([0, per // 2, per - 1], count)
            joined = rng.random((count, 1)) < 0.6
            start = np.where(joined, paths[np.arange(count), stroke - 1, place], start)
        short = np.hypot(*(end - start).T)[:, None] < 0.5
        end = np.where(short, rng.normal(0, 0.1, (count, 2)) - start, end)
        way = (end - start)[:, None]  # (count, 1, 2)
        aside = way[..., ::-1] * [-1, 1]
        arc, wave = rng.uniform(-0.6, 0.6, count), rng.uniform(-0.5, 0.5, count)
        kind = rng.integers(3 if bent else 1, size=count)
        bow = np.where(kind == 1, arc, rng.normal(0, 0.03, count))[:, None, None]
        swing = np.where(kind == 2, wave, 0)[:, None, None]
        sideways = 4 * bow * t * (1 - t) + swing * np.sin(2 * np.pi * t)
        path = start[:, None] + way * t + aside * sideways
        kept = (stroke < number)[:, None, None]
        paths[:, stroke] = np.where(kept, path, paths[:, max(stroke - 1, 0), -1:])
    down = np.ones((count, most, per), bool)
    down[:, :, 0] = False
    return render_batch(
        paths.reshape(count, -1, 2), down.reshape(count, -1), rng.uniform(*_PEN, count)
    )


def _lines(count: int, rng: np.random.Generator) -> Images:
    """Draw two to four straight strokes."""
    return _strokes(count, rng, bent=False)


def _scribbles(count: int, rng: np.random.Generator) -> Images:
    """Draw random walks of a pen that keeps more or less of its direction."""
    inertia = rng.choice([0.0, 0.5, 0.8, 0.9], (count, 1))
    speed, place = np.zeros((2, count, 2))
    points = np.empty((count, _LENGTH, 2))
    for step in range(_LENGTH):
        push = rng.normal(size=(count, 2))
        speed = inertia * speed + np.sqrt(1 - inertia * inertia) * push
        place = 0.97 * place + 0.3 * speed
        points[:, step] = place
    end = rng.integers(8, _LENGTH, (count, 1))
    steps = np.arange(_LENGTH)
    points = np.take_along_axis(points, np.minimum(steps, end)[..., None], axis=1)
    lifted = rng.random((count, _LENGTH)) < rng.choice([0, 0.03, 0.1], (count, 1))
    return render_batch(points, (steps > 0) & (steps <= end) & ~lifted, rng.uniform(*_PEN, count))


def _zigzags(count: int, rng: np.random.Generator) -> Images:
    """Draw zigzags of three to thirteen lines in any direction."""
    corner = np.minimum(np.arange(14), rng.integers(3, 14, (count, 1)))
    along = 2 * corner / corner[:, -1:] - 1
    across = np.where(corner % 2, 1, -1) * rng.uniform(0.2, 1, (count, 1))
    angle = rng.uniform(0, np.pi, (count, 1))
    x = along * np.cos(angle) - across * np.sin(angle)
    y = along * np.sin(angle) + across * np.cos(angle)
    points = np.stack([x, y], axis=-1) + rng.normal(0, 0.05, (count, 14, 2))
    points = np.take_along_axis(points, corner[..., None], axis=1)
    down = np.arange(14) == corner
    down[:, 0] = False
    return render_batch(points, down, rng.uniform(*_PEN, count))


def _heart() -> NDArray[np.float64]:
    """Return a heart's outline from its notch on, about within ±1."""
    t = np.linspace(0, 2 * np.pi, 30)
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return np.stack([16 * np.sin(t) ** 3, -y], axis=-1) / 16


def _spiral() -> NDArray[np.float64]:
    """Return two and a half turns from the middle outwards."""
    t = np.linspace(0, 5 * np.pi, 40)
    return np.stack([t * np.cos(t), t * np.sin(t)], axis=-1) / (5 * np.pi)


_OUTLINES = [
    _heart(),
    _spiral(),
    np.array([(0, -1), (0.9, 0.8), (-0.9, 0.8), (0, -1)]),  # triangle
    np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]),  # square
    np.array([(-0.6, 1), (0, -1), (0.6, 1), (-1, -0.2), (1, -0.2), (-0.6, 1)]),  # star
    np.array([(-1, 0), (1, 0), (0.4, -0.5), (1, 0), (0.4, 0.5)]),  # arrow
    np.array([(-0.8, 1), (-0.8, 0), (0, -1), (0.8, 0), (0.8, 1), (-0.8, 1)]),  # house
]


def _figures(count: int, rng: np.random.Generator) -> Images:
    """Draw hearts, spirals, triangles, squares, stars, arrows and houses in one stroke."""
    place = np.linspace(0, 1, _LENGTH)
    paths = np.array(
        [
            np.stack([np.interp(place, np.linspace(0, 1, len(line)), axis) for axis in line.T], -1)
            for line in _OUTLINES
        ]
    )  # (kinds, length, 2)
    points = paths[rng.integers(len(paths), size=count)]
    angle, shear = rng.normal(0, 0.15, (2, count))
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = np.stack([cos, sin, shear - sin, cos], axis=1).reshape(count, 2, 2)
    points = points * np.exp(rng.normal(0, 0.2, (count, 1, 2))) @ matrix
    knots = rng.normal(0, 0.07, (count, 8, 2))  # the hand is not steady
    wave = np.maximum(0, 1 - np.abs(place[:, None] * 7 - np.arange(8)))  # (length, knots)
    down = np.ones((count, _LENGTH), bool)
    down[:, 0] = False
    return render_batch(points + wave @ knots, down, rng.uniform(*_PEN, count))


def _dots(count: int, rng: np.random.Generator) -> Images:
    """Draw dots, and now and then nothing at all."""
    down = np.zeros((count, 1), bool)
    images = render_batch(np.zeros((count, 1, 2)), down, rng.uniform(0.9, 4, count))
    images[rng.random(count) < 0.1] = 0
    return images


# --- shapes, textures, noise ----------------------------------------------------------------------


def _shapes(count: int, rng: np.random.Generator) -> Images:
    """Draw ellipses, polygons, stars and hearts, filled, grey or as outlines."""

    def uniform(low: float, high: float) -> NDArray[np.float64]:
        return rng.uniform(low, high, (count, 1, 1))

    axis = np.arange(SIZE) - (SIZE - 1) / 2
    wide, high = uniform(4, 13.5), uniform(4, 13.5)
    big = rng.random((count, 1, 1)) < 0.5
    high = np.where(big, 10, high)
    tilt = uniform(-np.pi, np.pi)
    x, y = axis[None, :] / wide, axis[:, None] / high  # (count, 28, 28) together
    x, y = x * np.cos(tilt) - y * np.sin(tilt), x * np.sin(tilt) + y * np.cos(tilt)
    angle, radius = np.arctan2(y, x), np.hypot(x, y)
    corners = rng.integers(3, 9, (count, 1, 1))
    sector = (angle * corners / np.pi) % 2 - 1  # -1 … 1 from corner to corner
    polygon = np.cos(np.pi / corners) / np.cos(sector * np.pi / corners)
    star = 1 - uniform(0.2, 0.6) * (1 - np.abs(sector))
    heart = 0.55 * (1 - np.sin(angle)) * (0.75 + 0.25 * np.abs(np.cos(angle)))
    heart = 0.25 + 0.75 * heart
    kind = rng.integers(4, size=(1, count, 1, 1))
    edge = np.take_along_axis(np.stack([np.ones_like(angle), polygon, star, heart]), kind, axis=0)
    inside = (edge[0] - radius) * np.minimum(wide, high)  # about in pixels
    ink = np.clip(inside + 0.5, 0, 1)
    # The outline of anything round is a 0.
    round_ = (kind[0] == 0) | ((kind[0] == 1) & (corners > 4))
    hollow = ~round_ & (rng.random((count, 1, 1)) < 0.6)
    outline = np.clip(uniform(1.5, 4) - inside + 0.5, 0, 1)
    ink = np.where(hollow, ink * outline, ink)
    return _grey(ink * uniform(0.3, 1.3))


def _profiles(count: int, rng: np.random.Generator) -> Images:
    """Draw filled bodies whose two sides run in straight pieces, plain, striped or rough."""
    axis = np.arange(SIZE)
    knots = rng.uniform(1, 14, (2, count, 6))
    symmetric = rng.random(count) < 0.7
    knots[1] = np.where(symmetric[:, None], knots[0], knots[1])
    spread = axis * rng.uniform(1, 5, (count, 1)) / (SIZE - 1)  # where each row lies among knots
    whole = np.minimum(spread.astype(np.intp), 4)
    sides = [
        np.take_along_axis(side, whole, 1) * (1 - spread + whole)
        + np.take_along_axis(side, whole + 1, 1) * (spread - whole)
        for side in knots
    ]  # (count, 28) each: how far the body reaches in each row
    top, bottom = rng.integers(0, 7, (count, 1)), rng.integers(20, SIZE, (count, 1))
    x = axis - (SIZE - 1) / 2
    rows = (axis >= top) & (axis <= bottom)
    body = (x > -sides[0][..., None]) & (x < sides[1][..., None]) & rows[..., None]
    gap = np.abs(x) < rng.uniform(0.5, 3, (count, 1))
    low = axis > rng.integers(8, 40, (count, 1))
    body &= ~(low[..., None] & gap[:, None])
    stripes = np.sin(axis * rng.uniform(0.2, 2, (count, 1))) * rng.normal(0, 0.2, (count, 1))
    rough = rng.normal(0, 1, body.shape) * rng.choice([0, 0.15], (count, 1, 1))
    ink = body * rng.uniform(0.3, 1, (count, 1, 1)) * (1 + stripes[:, :, None] + rough)
    lying = rng.random((count, 1, 1)) < 0.3
    return _grey(np.where(lying, ink.transpose(0, 2, 1), ink))


def _textures(count: int, rng: np.random.Generator) -> Images:
    """Make smooth noise: clouds, blots, veins; over the whole image or a part of it."""
    frequency = np.fft.fftfreq(SIZE)
    squared = frequency[:, None] ** 2 + frequency**2
    smooth = rng.choice([1, 2, 3, 4], (count, 1, 1))
    spectrum = np.fft.fft2(rng.normal(size=(count, SIZE, SIZE)))
    z = np.fft.ifft2(spectrum * np.exp(-squared * (2 * np.pi * smooth) ** 2 / 2)).real
    z = (z - z.mean((1, 2), keepdims=True)) / z.std((1, 2), keepdims=True)
    level, steep = rng.normal(0, 0.5, (count, 1, 1)), rng.uniform(0.5, 3, (count, 1, 1))
    kinds = np.stack([0.5 + 0.3 * z, 3 * z + level, 0.5 - 0.5 * steep * np.abs(z)])
    ink = np.take_along_axis(kinds, rng.integers(3, size=(1, count, 1, 1)), axis=0)[0]
    axis = np.abs(np.arange(SIZE) - (SIZE - 1) / 2)
    x = axis / rng.uniform(4, 28, (count, 1, 1))
    y = axis[:, None] / rng.uniform(4, 28, (count, 1, 1))
    part = np.where(rng.random((count, 1, 1)) < 0.5, np.maximum(x, y), np.hypot(x, y)) < 1
    return _grey(np.clip(ink, 0, 1) * part * rng.uniform(0.6, 1, (count, 1, 1)))


def _noise(count: int, rng: np.random.Generator) -> Images:
    """Sprinkle pixels: grey or white, few or many."""
    grey = rng.random((count, SIZE, SIZE))
    share = rng.uniform(0.02, 0.5, (count, 1, 1))
    kind = rng.integers(3, size=(count, 1, 1))
    return _grey(np.where(kind == 0, grey, np.where(kind == 1, grey < share, grey * share)))


def _grey(ink: NDArray[np.float64]) -> Images:
    """Turn ink from 0 to 1 into grey levels; what is beyond is cut off."""
    return (255 * np.clip(ink, 0, 1) + 0.5).astype(np.uint8)


# --- letters and signs ----------------------------------------------------------------------------


def _capitals(count: int, rng: np.random.Generator) -> Images:
    """Draw capital letters that do not look like a digit."""
    return draw_pen_letters(count, rng, _PEN, string.ascii_uppercase)


def _small_letters(count: int, rng: np.random.Generator) -> Images:
    """Draw small letters that do not look like a digit, and not like their capitals either."""
    return draw_pen_letters(count, rng, _PEN, string.ascii_lowercase)


def _signs(count: int, rng: np.random.Generator) -> Images:
    """Draw smooth hearts, ticks, faces, and signs that are on many a keyboard."""
    return draw_pen_letters(count, rng, _PEN, "♥✓☺+?@♯%*€<π")


DRAWN: dict[str, Callable[[int, np.random.Generator], Images]] = {
    "strokes": _strokes,
    "lines": _lines,
    "scribbles": _scribbles,
    "zigzags": _zigzags,
    "figures": _figures,
    "dots": _dots,
    "shapes": _shapes,
    "profiles": _profiles,
    "textures": _textures,
    "noise": _noise,
    "capitals": _capitals,
    "small letters": _small_letters,
    "signs": _signs,
}
"""Kinds that are drawn from nothing."""
LETTERS = ("capitals", "small letters", "signs")
"""Kinds of which twice as many are drawn."""
