"""New digits between those there are: each image, mixed with one that is much like it.

Two sevens that look alike to begin with, laid over each other and sharpened, make a seven that
nobody wrote but somebody might have. Of images that differ much, that would be two faint sevens; so
each takes one of its nearest neighbours with the same label.

Source: Chawla et al., "SMOTE: synthetic minority over-sampling technique", 2002, which makes new
examples of a rare class this way.
"""

import numpy as np
from numpy.typing import NDArray

_NEIGHBOURS = 12  # one of so many is chosen
_SHARES = (0.35, 0.65)  # of the image itself in the mixture
_CONTRAST = 1.6  # makes half-grey ink that only one of the two has lighter or darker
_PAPER = 20  # what is lighter than this was paper in both
_ROWS = 1000  # images compared at a time: bounds the memory


def between_neighbours(
    images: NDArray[np.uint8], labels: NDArray[np.uint8], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Mix each image with a near one of the same label.

    Parameters
    ----------
    images : (n, 28, 28) uint8 array
        Light ink on black.
    labels : (n,) uint8 array
        Their digits. An image that has no other of its label stays as it is.
    rng : numpy.random.Generator
        Chooses the neighbours and their shares.

    Returns
    -------
    (n, 28, 28) uint8 array
        In the images' order.
    """
    mixed = images.copy()
    # Nearness is judged at half the resolution: a pixel's shift hardly counts.
    small = images.reshape(-1, 14, 2, 14, 2).mean((2, 4)).reshape(-1, 196).astype(np.float32)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        count = min(_NEIGHBOURS, len(rows) - 1)
        if not count:
            continue
        points = small[rows]
        squares = (points * points).sum(axis=1)
        for start in range(0, len(rows), _ROWS):
            own = rows[start : start + _ROWS]
            size = len(own)
            # ‖a − b‖² but for ‖a‖², which is the same for all b
            distances = squares - 2 * points[start : start + size] @ points.T
            distances[np.arange(size), start + np.arange(size)] = np.inf
            near = np.argpartition(distances, count, axis=1)[:, :count]
            other = rows[near[np.arange(size), rng.integers(0, count, size)]]
            share = rng.uniform(*_SHARES, (size, 1, 1)).astype(np.float32)
            x = share * images[own] + (1 - share) * images[other]
            sharp = np.clip((x - 127.5) * _CONTRAST + 127.5, 0, 255)
            mixed[own] = sharp * (x > _PAPER)
    return mixed
