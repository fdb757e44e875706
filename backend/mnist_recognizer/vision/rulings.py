"""Remove ruled and squared lines from ink.

A ruling is a straight line from one side of the image to the opposite one. It is found by counting
the ink along lines of many slopes (P. Hough's idea, 1962). Where ink crosses it, the ink is higher
than the ruling is thick, and stays.
"""

import numpy as np
from numpy.typing import NDArray

SLOPES = 24
"""Lines rise by up to this many steps of 1/128 of their length, either way."""
STEEPEST = 128
COVERED = 0.5
"""A ruling has ink on at least this share of its length,"""
ENDS = 0.12
"""and some of it within this share of both ends."""
MAX_RULINGS = 60
MAX_INKED = 0.25
"""Where more of the image is inked than this, there is something else than digits and lines."""
NEAR = 2
"""Its ink is at most so many pixels above or below the line."""


def remove_rulings(ink: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the ink without rulings, horizontal and vertical; None if there are none."""
    mask = ink > 0
    if np.count_nonzero(mask) > MAX_INKED * mask.size:
        return None
    rows = find_rulings(mask)
    columns = find_rulings(mask.T)
    if not rows and not columns:
        return None
    kept = ink.copy()
    for line in rows:
        _erase(kept, mask, line)
    for line in columns:
        _erase(kept.T, mask.T, line)
    return kept


def find_rulings(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """List the rulings that run from left to right.

    Returns
    -------
    list of (slope, row)
        By how many 128ths of its length the line falls, and its row at the left end.
    """
    height, width = mask.shape
    y, x = np.nonzero(mask)
    end = ENDS * width
    found: list[tuple[int, int, int]] = []
    for slope in range(-SLOPES, SLOPES + 1):
        row = y - (slope * x + STEEPEST // 2) // STEEPEST
        inside = (row >= 0) & (row < height)
        counts = np.bincount(row[inside], minlength=height)
        full = np.flatnonzero(counts >= COVERED * width)
        if not full.size:
            continue
        west = np.bincount(row[inside & (x < end)], minlength=height)
        east = np.bincount(row[inside & (x >= width - end)], minlength=height)
        found += [(-int(counts[r]), slope, int(r)) for r in full if west[r] and east[r]]
    chosen: list[tuple[int, int]] = []
    ends: list[tuple[int, int]] = []
    for _, slope, left in sorted(found):
        right = left + slope * width // STEEPEST
        if len(chosen) < MAX_RULINGS and all(
            max(abs(left - other_left), abs(right - other_right)) > NEAR
            for other_left, other_right in ends
        ):
            chosen.append((slope, left))
            ends.append((left, right))
    return chosen


def _erase(kept: NDArray[np.float64], mask: NDArray[np.bool_], line: tuple[int, int]) -> None:
    """Erase the ink of a ruling, except where other ink crosses it."""
    slope, row = line
    height, width = mask.shape
    runs: list[tuple[int, int, int]] = []
    for x in range(width):
        middle = row + (slope * x + STEEPEST // 2) // STEEPEST
        column = mask[:, x]
        near = (middle + down for down in (0, -1, 1, -2, 2) if 0 <= middle + down < height)
        y = next((y for y in near if column[y]), None)
        if y is None:
            continue
        top = bottom = y
        while top > 0 and column[top - 1]:
            top -= 1
        while bottom < height - 1 and column[bottom + 1]:
            bottom += 1
        runs.append((x, top, bottom + 1))
    thickness = sorted(stop - top for _, top, stop in runs)[(len(runs) - 1) // 2]
    for x, top, stop in runs:
        if stop - top <= 1.5 * thickness + 1:
            kept[top:stop, x] = 0
