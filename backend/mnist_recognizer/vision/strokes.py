"""Pen strokes become MNIST's image: 28 × 28 grey values, light ink on black.

Strokes stay vectors until they are drawn again at MNIST's size, so the ink is as wide as MNIST's
however large somebody draws. ``docs/preprocessing.md`` numbers the steps and says where the pen's
width comes from; the page's ``frontend/js/vision/strokes.js`` follows them bit for bit.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_recognizer.vision.preprocessing import BOX, SIZE, centre_by_mass

PEN_RADIUS = 1.25
"""Half the width of the ink, in pixels."""
PEN_SOFTNESS = 1.2
"""Width of the ink's soft edge, in pixels: from full to none around ``PEN_RADIUS``."""
FARTHEST = 1e9
"""Coordinates beyond this are refused."""

_REACH = PEN_RADIUS + PEN_SOFTNESS / 2  # no ink from this distance on
_SEGMENTS_AT_ONCE = 64  # bounds the memory that a scribble of many thousand points takes


def render_strokes(strokes: Iterable[ArrayLike], dot_size: float = 0.0) -> NDArray[np.uint8]:
    """Draw pen strokes as MNIST would show them: scaled to its box, inked again, centred.

    Parameters
    ----------
    strokes : iterable of array_like, shape (points, 2)
        One polyline of x and y for each stroke, y growing downwards, in any unit. A stroke of one
        point is a dot. They are not changed.
    dot_size : float, default 0
        A drawing smaller than this (longest side, in the strokes' unit) is a dot or a slip of the
        pen: it is enlarged no more than a drawing of this size would be. With 0, only a drawing
        without any extent is a dot.

    Returns
    -------
    ndarray of uint8, shape (28, 28)
        Light ink on black.

    Raises
    ------
    ValueError
        No stroke has a point, a stroke is not a list of points, or a coordinate is not a number
        within ±1e9.
    """
    return centre_by_mass(ink_strokes(normalise_strokes(strokes, dot_size)))


def normalise_strokes(
    strokes: Iterable[ArrayLike], dot_size: float = 0.0
) -> list[NDArray[np.float64]]:
    """Scale strokes so that their ink will fill MNIST's 20-pixel box, in the image's middle.

    Parameters
    ----------
    strokes, dot_size
        See :func:`render_strokes`.

    Returns
    -------
    list of ndarray of float64, shape (points, 2)
        In pixels of the 28 × 28 image; 0 is the centre of the first pixel. Empty strokes are
        left out.

    Raises
    ------
    ValueError
        See :func:`render_strokes`.
    """
    if not 0 <= dot_size <= FARTHEST:  # NaN compares false
        raise ValueError(f"dot_size must be a number from 0 to {FARTHEST:g}, not {dot_size}")
    polylines = [as_polyline(i, stroke) for i, stroke in enumerate(strokes)]
    polylines = [polyline for polyline in polylines if len(polyline) > 0]
    if not polylines:
        raise ValueError("the drawing is empty: no stroke has a point")
    points = np.concatenate(polylines)  # (points, 2)
    first = points.min(axis=0)
    last = points.max(axis=0)
    longest = max(*(last - first), dot_size)
    # The pen's path ends where its ink just stays within the box.
    path = BOX + 1 - 2 * PEN_RADIUS - PEN_SOFTNESS
    scale = path / longest if longest > 1e-9 else 0.0
    return [(polyline - (first + last) / 2) * scale + (SIZE - 1) / 2 for polyline in polylines]


def ink_strokes(strokes: Sequence[NDArray[np.float64]]) -> NDArray[np.uint8]:
    """Ink strokes that are measured in pixels of the image.

    The grey of a pixel depends on the distance d of its centre from the pen's path:
    255 · clip((PEN_RADIUS + PEN_SOFTNESS / 2 − d) / PEN_SOFTNESS, 0, 1).

    Parameters
    ----------
    strokes : sequence of ndarray of float64, shape (points, 2)
        As :func:`normalise_strokes` returns them.

    Returns
    -------
    ndarray of uint8, shape (28, 28)
    """
    # The first point is a segment of no length, so that a stroke of one point leaves a dot.
    starts = np.concatenate([np.concatenate([stroke[:1], stroke[:-1]]) for stroke in strokes])
    ends = np.concatenate(strokes)
    squared = np.full((SIZE, SIZE), _REACH * _REACH)
    for i in range(0, len(ends), _SEGMENTS_AT_ONCE):
        chunk = slice(i, i + _SEGMENTS_AT_ONCE)
        _lower_to_nearest(squared, starts[chunk], ends[chunk])
    ink: NDArray[np.float64] = np.clip((_REACH - np.sqrt(squared)) / PEN_SOFTNESS, 0, 1)
    return (255 * ink + 0.5).astype(np.uint8)  # the cast rounds down


def _lower_to_nearest(
    squared: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]
) -> None:
    """Lower each pixel's squared distance, in place, to that of the nearest segment from a to b."""
    # Only these rows and columns can come within reach of any segment.
    low = np.clip(np.ceil(np.minimum(a, b).min(axis=0) - _REACH), 0, SIZE).astype(int)
    high = np.clip(np.floor(np.maximum(a, b).max(axis=0) + _REACH) + 1, 0, SIZE).astype(int)
    x = np.arange(low[0], high[0], dtype=np.float64)
    y = np.arange(low[1], high[1], dtype=np.float64)
    ab = b - a  # (segments, 2)
    length_squared = ab[:, :1] * ab[:, :1] + ab[:, 1:] * ab[:, 1:]  # (segments, 1)
    per_length = np.divide(ab, length_squared, out=np.zeros_like(ab), where=length_squared > 0)
    ap_x = x - a[:, :1]  # (segments, columns)
    ap_y = y - a[:, 1:]  # (segments, rows)
    # t: how far along the segment its nearest point lies, 0 at a, 1 at b.
    t = (ap_x * per_length[:, :1])[:, None, :] + (ap_y * per_length[:, 1:])[:, :, None]
    np.clip(t, 0, 1, out=t)  # (segments, rows, columns)
    away_x = ap_x[:, None, :] - t * ab[:, :1, None]
    away_y = ap_y[:, :, None] - t * ab[:, 1:, None]
    away_x *= away_x
    away_y *= away_y
    away_x += away_y
    region = squared[low[1] : high[1], low[0] : high[0]]
    np.minimum(region, away_x.min(axis=0), out=region)


def as_polyline(index: int, stroke: ArrayLike) -> NDArray[np.float64]:
    """Check one stroke and return its points as float64, shape (points, 2)."""
    try:
        points = np.asarray(stroke, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"stroke {index} is not a list of (x, y) numbers: {error}") from error
    if points.size == 0:
        return np.empty((0, 2))
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(
            f"stroke {index} has the shape {points.shape}, not (points, 2): "
            "each stroke is a list of (x, y) points"
        )
    outside = np.flatnonzero(~(np.abs(points) <= FARTHEST).all(axis=1))  # NaN compares false
    if outside.size > 0:
        at = int(outside[0])
        x, y = points[at]
        raise ValueError(
            f"point {at} of stroke {index} is ({x:g}, {y:g}): "
            f"coordinates must be numbers within ±{FARTHEST:g}"
        )
    return points
