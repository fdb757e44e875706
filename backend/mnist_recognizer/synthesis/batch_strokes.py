"""Thousands of pen drawings become MNIST's images at once.

`render_batch` draws what :func:`mnist_recognizer.vision.strokes.render_strokes` draws, bit for
bit, dozens of times as fast. It goes along all drawings' paths in step: the k-th segment of every
drawing is inked in one set of array operations, and only within the few pixels that it can reach.
"""

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.vision.preprocessing import BOX, CENTRE, SIZE
from mnist_recognizer.vision.strokes import PEN_RADIUS, PEN_SOFTNESS

_CHUNK = 128  # drawings at a time: the distances of more would fall out of the cache


def render_batch(
    points: NDArray[np.float64],
    pen_down: NDArray[np.bool_],
    pen_radius: float | NDArray[np.float64] = PEN_RADIUS,
) -> NDArray[np.uint8]:
    """Draw many drawings as MNIST would show them: scaled to its box, inked again, centred.

    Parameters
    ----------
    points : ndarray of float64, shape (count, length, 2)
        Each drawing's pen positions, x and y, y growing downwards, in any unit. A drawing with
        fewer repeats its last one.
    pen_down : ndarray of bool, shape (count, length)
        Whether the pen drew on its way from the point before. At a stroke's first point it did not.
    pen_radius : float or ndarray of float64, shape (count,)
        Half the width of the ink, in pixels of the image.

    Returns
    -------
    ndarray of uint8, shape (count, 28, 28)
        Light ink on black.
    """
    count = len(points)
    radius = np.broadcast_to(np.asarray(pen_radius, np.float64), (count,))
    images = np.empty((count, SIZE, SIZE), np.uint8)
    for start in range(0, count, _CHUNK):
        chunk = slice(start, start + _CHUNK)
        images[chunk] = _centre(
            _ink(_normalise(points[chunk], radius[chunk]), pen_down[chunk], radius[chunk])
        )
    return images


def _normalise(points: NDArray[np.float64], radius: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale each drawing so that its ink will fill the box; see ``normalise_strokes``."""
    first = points.min(axis=1)  # (count, 2)
    last = points.max(axis=1)
    longest = (last - first).max(axis=1)  # (count,)
    path = BOX + 1 - 2 * radius - PEN_SOFTNESS
    scale = np.divide(path, longest, out=np.zeros_like(longest), where=longest > 1e-9)
    middle = (first + last) / 2
    placed: NDArray[np.float64] = (points - middle[:, None]) * scale[:, None, None] + (SIZE - 1) / 2
    return placed


def _ink(
    points: NDArray[np.float64], pen_down: NDArray[np.bool_], radius: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """Ink paths that are measured in pixels; see ``ink_strokes``."""
    count, length, _ = points.shape
    reach = radius + PEN_SOFTNESS / 2  # no ink from this distance on
    # The drawings are the last axis, so that every inner loop is long.
    x, y = points.transpose(2, 1, 0).copy()  # (length, count) each
    # A stroke's first point is a segment of no length, so that a single one leaves a dot.
    before = np.arange(length)[:, None] - pen_down.T
    before[0] = 0
    ax, ay = np.take_along_axis(x, before, axis=0), np.take_along_axis(y, before, axis=0)
    abx, aby = x - ax, y - ay
    length_squared = abx * abx + aby * aby
    drawn = length_squared > 0
    per_x = np.divide(abx, length_squared, out=np.zeros_like(abx), where=drawn)
    per_y = np.divide(aby, length_squared, out=np.zeros_like(aby), where=drawn)
    # A segment's window of pixels begins here, and no segment needs a larger one.
    left, top = np.ceil(np.minimum(ax, x) - reach), np.ceil(np.minimum(ay, y) - reach)
    window = int(np.ceil(max(np.abs(abx).max(), np.abs(aby).max()) + 2 * reach.max()))
    steps = np.arange(window)[:, None]
    side = SIZE + window
    squared = np.tile(reach * reach, (side * side, 1)).ravel()  # of (side, side, count)
    place = (((top * side) + left) * count).astype(np.intp) + np.arange(count)
    offsets = ((steps * side + steps.T) * count).reshape(-1, 1)
    for k in range(length):
        ap_x = (left[k] - ax[k]) + steps  # (window, count)
        ap_y = ((top[k] - ay[k]) + steps)[:, None]  # (window, 1, count)
        # t: how far along the segment its nearest point lies, 0 at a, 1 at b.
        t = ap_x * per_x[k] + ap_y * per_y[k]  # (window, window, count)
        np.clip(t, 0, 1, out=t)
        away = ap_x - t * abx[k]
        away *= away
        t *= aby[k]
        np.subtract(ap_y, t, out=t)
        t *= t
        away += t
        pixels = place[k] + offsets  # (window², count)
        nearest = squared.take(pixels)
        np.minimum(nearest, away.reshape(pixels.shape), out=nearest)
        squared[pixels] = nearest
    distance = np.sqrt(squared.reshape(side, side, count)[:SIZE, :SIZE])
    ink = np.clip((reach - distance) / PEN_SOFTNESS, 0, 1)
    return (255 * ink + 0.5).astype(np.uint8).transpose(2, 0, 1)  # the cast rounds down


def _centre(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Shift the centre of mass of each image to (14, 14); see ``centre_by_mass``."""
    moved = images
    for axis in (1, 2):
        profile = moved.sum(axis=3 - axis, dtype=np.int64)  # (count, 28)
        wanted = np.ceil(CENTRE - 0.5 - profile @ np.arange(SIZE) / profile.sum(axis=1))
        inked = profile > 0
        first = inked.argmax(axis=1)
        room = inked[:, ::-1].argmax(axis=1)
        shift = np.clip(wanted.astype(np.intp), -first, room)
        source = (np.arange(SIZE) - shift[:, None]) % SIZE  # what leaves one side is blank
        source = source[:, :, None] if axis == 1 else source[:, None, :]
        moved = np.take_along_axis(moved, source, axis=axis)
    return moved
