"""Take digits apart that touch: cut the ink in many places, read all parts, keep the surest path.

That is over-segmentation and a search for the best path (Y. LeCun et al., 1998, section VI).
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.vision.grouping import Extent
from mnist_recognizer.vision.preprocessing import normalise_ink
from mnist_recognizer.vision.segmentation import DigitInk

STEPS = 6
"""Cuts are tried every sixth of the height."""
MIN_PART_STEPS, MAX_PART_STEPS = 2, 7
"""Of a part's width, in steps."""
MAX_STEPS = 48
"""Wider ink, in steps, is not split."""
MIN_HEIGHT = 12
"""Lower ink, in pixels, is not split."""
MIN_ASPECT = 1.1
"""Ink is split only if its width is at least this share of its height."""
SURE_PART = 0.7
"""Each part must be at least this sure,"""
HIGH = 0.7
"""at least this share of the whole's height,"""
SURER = 0.2
"""and in the mean surer than the whole by this much."""


def split_touching(
    digit: DigitInk, score: float, sureness: Callable[[NDArray[np.uint8]], Sequence[float]]
) -> list[DigitInk]:
    """Take ink apart that may be several digits side by side.

    Parameters
    ----------
    digit : DigitInk
    score : float
        How sure it is as one digit.
    sureness : callable
        See :data:`mnist_recognizer.vision.hypotheses.Sureness`.

    Returns
    -------
    list of DigitInk
        The parts, from left to right; the digit itself if they are not surer.
    """
    height, width = digit.ink.shape
    steps = STEPS * width // height
    if (
        height < MIN_HEIGHT
        or width < MIN_ASPECT * height
        or steps > MAX_STEPS
        or steps < 2 * MIN_PART_STEPS
    ):
        return [digit]
    profile = np.count_nonzero(digit.ink, axis=0)
    cuts = [0, *(_thinnest(profile, k, steps) for k in range(1, steps)), width]
    spans = [
        (i, j)
        for i in range(steps)
        for j in range(i + MIN_PART_STEPS, min(i + MAX_PART_STEPS, steps) + 1)
        if profile[cuts[i] : cuts[j]].any() and (i, j) != (0, steps)
    ]
    parts = [_part(digit, cuts[i], cuts[j]) for i, j in spans]
    scores = sureness(np.stack([normalise_ink(part.ink) for part in parts]))
    best: list[tuple[float, list[int]] | None] = [(0.0, []), *[None] * steps]
    for k, (i, j) in enumerate(spans):
        before = best[i]
        if before is None or scores[k] < SURE_PART or parts[k].ink.shape[0] < HIGH * height:
            continue
        total = before[0] + scores[k] - 0.5
        now = best[j]
        if now is None or total > now[0]:
            best[j] = (total, [*before[1], k])
    last = best[steps]
    if last is None:
        return [digit]
    path = last[1]
    own = [float(scores[k]) for k in path]
    is_surer = sum(own) / len(own) >= score + SURER
    return [parts[k] for k in path] if is_surer else [digit]


def _thinnest(profile: NDArray[np.intp], step: int, steps: int) -> int:
    """Return the column with the least ink near a step, the first of several."""
    width = len(profile)
    first = ((2 * step - 1) * width + steps) // (2 * steps)
    end = max(((2 * step + 1) * width + steps) // (2 * steps), first + 1)
    return first + int(profile[first:end].argmin())


def _part(digit: DigitInk, first: int, end: int) -> DigitInk:
    """Return the ink in some columns, in its own extent."""
    ink = digit.ink[:, first:end]
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    top, bottom, left, right = rows[0], rows[-1], columns[0], columns[-1]
    x, y = int(digit.extent.left) + first, int(digit.extent.top)
    extent = Extent(int(x + left), int(y + top), int(x + right), int(y + bottom))
    return DigitInk(extent, ink[top : bottom + 1, left : right + 1])
