"""The curves of pen templates, as matrices.

A curve is linear in the points that it runs through: one matrix turns a template's control points
into the polyline that the pen follows. With all templates' matrices side by side, the signs of a
whole batch, of whatever templates, are one stacked product.
"""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.synthesis.pen_templates import Template, letter_templates, templates

Number = TypeVar("Number", bound=np.generic)

DOWN, UP, DRAGGED = range(3)
"""What the pen does on its way from the point before; dragged, it is down only in a hurry."""
MEASURES = ("x", "y", "d", "a")
"""What a template's rule measures between two points."""

_SPACING = 6.0  # of a polyline's points, in the table's unit: about one pixel of MNIST's image
_FINE = 24  # samples of each curve's piece from which points of equal spacing are chosen
_ROUNDING = 1.5  # standard deviation of the Gaussian that rounds corners, in points


class Curve(NamedTuple):
    """A template's polyline, as linear functions of its control points.

    Attributes
    ----------
    matrix : ndarray of float64, shape (length, points)
        Times the control points: the polyline.
    rounded : ndarray of float64, shape (length, points)
        The same with its corners rounded.
    pen : ndarray of int, shape (length,)
        Whether the pen draws on its way from the point before: ``DOWN``, ``UP`` or ``DRAGGED``.
    at : ndarray of int, shape (points,)
        Which of the polyline's points each control point is, or is nearest to.
    slow : ndarray of bool, shape (length,)
        Where the pen stops: corners and the ends of strokes.
    """

    matrix: NDArray[np.float64]
    rounded: NDArray[np.float64]
    pen: NDArray[np.intp]
    at: NDArray[np.intp]
    slow: NDArray[np.bool_]


def curve_of(template: Template) -> Curve:
    """Work out a template's curve.

    Between corners it is a cubic Hermite spline with the tangents of Catmull and Rom and their
    centripetal knots, taken from the mean of the template's extremes (P. J. Barry and
    R. N. Goldman, "A recursive evaluation algorithm for a class of Catmull-Rom splines", SIGGRAPH
    1988; C. Yuksel et al., "On the parameterization of Catmull-Rom curves", 2009).
    """
    mean = template.shapes.mean(axis=0)  # (points, 2)
    identity = np.eye(len(mean))
    parts: list[NDArray[np.float64]] = []
    rounded, pen = [], []
    for stroke in range(len(template.dragged) + 1):
        members = np.flatnonzero(template.strokes == stroke)
        first = int(members[0])
        if stroke > 0 and template.dragged[stroke - 1]:
            way = _run(mean, slice(first - 1, first + 1))[1:-1]
            parts.append(way)
            rounded.append(way)
            pen.append(np.full(len(way), DRAGGED))
        inner = [int(i) for i in members[1:-1] if template.corners[i]]
        rows = [identity[first : first + 1]]
        for start, stop in pairwise([first, *inner, int(members[-1])]):
            rows.append(_run(mean, slice(start, stop + 1))[1:])
        part = np.concatenate(rows)
        parts.append(part)
        rounded.append(_smooth(len(part)) @ part)
        follows = DRAGGED if stroke > 0 and template.dragged[stroke - 1] else UP
        pen.append(np.array([follows] + [DOWN] * (len(part) - 1)))
    matrix = np.concatenate(parts)
    at = np.abs(matrix[:, None] - identity).sum(axis=2).argmin(axis=0)
    stops = template.corners | (_neighbour(template) != np.arange(len(mean)))
    slow = np.isin(np.arange(len(matrix)), at[stops])
    return Curve(matrix, np.concatenate(rounded), np.concatenate(pen), at, slow)


def _run(mean: NDArray[np.float64], points: slice) -> NDArray[np.float64]:
    """Return the matrix of a smooth curve through some of the points, at equal distances."""
    own = mean[points]
    identity = np.eye(len(mean))[points]  # (own, points): the curve is linear in these rows
    steps = np.sqrt(np.maximum(np.hypot(*np.diff(own, axis=0).T), 1e-3))  # centripetal knots
    slopes = np.diff(identity, axis=0) / steps[:, None]
    if len(own) == 2:
        tangents = np.concatenate([slopes, slopes])
    else:
        before, after = steps[:-1, None], steps[1:, None]
        inner = (after * slopes[:-1] + before * slopes[1:]) / (before + after)
        # At the ends, the parabola through the three nearest points.
        tangents = np.concatenate([2 * slopes[:1] - inner[:1], inner, 2 * slopes[-1:] - inner[-1:]])
    t = (np.arange(_FINE) / _FINE)[:, None]
    pieces = [
        (2 * t**3 - 3 * t**2 + 1) * identity[i]
        + (t**3 - 2 * t**2 + t) * steps[i] * tangents[i]
        + (3 * t**2 - 2 * t**3) * identity[i + 1]
        + (t**3 - t**2) * steps[i] * tangents[i + 1]
        for i in range(len(steps))
    ]
    fine = np.concatenate([*pieces, identity[-1:]])
    along = np.concatenate([[0], np.hypot(*np.diff(fine @ mean, axis=0).T).cumsum()])
    wanted = np.linspace(0, along[-1], max(2, round(along[-1] / _SPACING) + 1))
    chosen: NDArray[np.float64] = fine[np.abs(along - wanted[:, None]).argmin(axis=1)]
    return chosen


def _smooth(length: int) -> NDArray[np.float64]:
    """Return the matrix of a moving Gaussian average that leaves the ends in place."""
    positions = np.arange(length)
    reach = np.minimum(positions, length - 1 - positions)[:, None]
    distance = np.abs(positions[:, None] - positions)
    kernel = np.where(distance <= reach, np.exp(-((distance / _ROUNDING) ** 2) / 2), 0.0)
    smooth: NDArray[np.float64] = kernel / kernel.sum(axis=1, keepdims=True)
    return smooth


class Tables(NamedTuple):
    """All templates side by side, each padded to the largest; t counts templates."""

    labels: NDArray[np.uint8]  # (t,): which sign, counted in their order; the digit itself
    chances: NDArray[np.float64]  # (t,) of being drawn; each sign is as likely
    shapes: NDArray[np.float64]  # (t, extremes, points, 2), the first extreme's box centred
    extremes: NDArray[np.bool_]  # (t, extremes) that exist
    strokes: NDArray[np.intp]  # (t, points)
    neighbour: NDArray[np.intp]  # (t, points): next to a stroke's end point, else the point itself
    looseness: NDArray[np.float64]  # (t, points): how far each point may move
    matrix: NDArray[np.float64]  # (t, length, points)
    rounding: NDArray[np.float64]  # (t, length, points): what rounding adds to it
    pen: NDArray[np.intp]  # (t, length)
    landing: NDArray[np.intp]  # (t, length): where the pen is if it is not dragged
    slow: NDArray[np.bool_]  # (t, length)
    rules: NDArray[np.float64]  # (t, rules, 5): measure, start, end, low, high


@cache
def tables() -> Tables:
    """Return the tables of the digits' templates, in the order of ``templates()``."""
    return _tables(templates())


@cache
def letter_tables() -> Tables:
    """Return the tables of the letters' templates, in the order of ``letter_templates()``."""
    return _tables(letter_templates())


def _tables(known: Sequence[Template]) -> Tables:
    """Put templates side by side, those of each sign together."""
    curves = [curve_of(template) for template in known]
    signs = list(dict.fromkeys(template.sign for template in known))
    labels = np.array([signs.index(template.sign) for template in known], np.uint8)
    weights = np.array([template.weight for template in known])
    length = max(len(curve.pen) for curve in curves)
    return Tables(
        labels,
        chances=weights / np.bincount(labels, weights)[labels] / len(signs),
        shapes=_stack([_centred(template.shapes) for template in known]),
        extremes=_stack([np.ones(len(template.shapes), np.bool_) for template in known]),
        strokes=_stack([template.strokes for template in known]),
        neighbour=_stack([_neighbour(template) for template in known]),
        looseness=_stack([_looseness(template) for template in known]),
        matrix=_stack([curve.matrix for curve in curves]),
        rounding=_stack([curve.rounded - curve.matrix for curve in curves]),
        pen=_stack([curve.pen for curve in curves]),
        landing=np.stack([_landing(curve.pen, length) for curve in curves]),
        slow=_stack([curve.slow for curve in curves], fill=True),
        # A rule of zeros always holds: no point is beside itself.
        rules=_stack([_rules(*pair) for pair in zip(known, curves, strict=True)]),
    )


def _stack(arrays: list[NDArray[Number]], fill: float = 0) -> NDArray[Number]:
    """Stack arrays of different sizes."""
    shape = np.max([array.shape for array in arrays], axis=0)
    stacked = np.full((len(arrays), *shape), fill, arrays[0].dtype)
    for room, array in zip(stacked, arrays, strict=True):
        room[tuple(map(slice, array.shape))] = array
    return stacked


def _centred(shapes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move all extremes alike."""
    centred: NDArray[np.float64] = shapes - (shapes[0].min(axis=0) + shapes[0].max(axis=0)) / 2
    return centred


def _neighbour(template: Template) -> NDArray[np.intp]:
    """For each control point that ends a stroke, the one beside it; for others, themselves."""
    first = np.diff(template.strokes, prepend=-1) > 0
    last = np.append(first[1:], True)
    neighbour: NDArray[np.intp] = np.arange(len(first)) + first - last
    return neighbour


def _looseness(template: Template) -> NDArray[np.float64]:
    """Let points that stand close together move less, so that small loops stay loops."""
    mean = template.shapes.mean(axis=0)
    apart = np.hypot(*(mean[:, None] - mean).T)
    nearest = np.where(apart > 8, apart, np.inf).min(axis=1)
    loose: NDArray[np.float64] = np.minimum(1, nearest / 25)
    return loose


def _landing(pen: NDArray[np.intp], length: int) -> NDArray[np.intp]:
    """For each position on the path: itself, or where a pen comes down that is lifted there."""
    landing = np.minimum(np.arange(length), len(pen) - 1)  # at the end, it stays
    for k in reversed(np.flatnonzero(pen == DRAGGED)):
        if pen[k + 1] == DRAGGED:
            landing[k] = landing[k + 1]
    return landing


def _rules(template: Template, curve: Curve) -> NDArray[np.float64]:
    """Return a template's rules about positions on the path."""
    rules = [
        (
            MEASURES.index(rule.measure),
            curve.at[rule.start],
            curve.at[rule.end],
            rule.low,
            rule.high,
        )
        for rule in template.rules
    ]
    return np.array(rules, np.float64).reshape(-1, 5)
