"""Reading many pictures of grey bytes: only where there is ink.

Two thirds of what a batch costs is the first layer's product of pixels and weights, and paper, 0,
adds nothing to it. Digits leave their borders white, so a fifth to a quarter of the pixels are
paper in all pictures of a block. These and their rows of W₁ are left out:

    z₁ = x·W₁ / 255 = x[:, ink]·(W₁[ink] / 255)

Pixels are looked at and copied by fours, as one number each, which is four times as fast as one by
one. In the worst case, with ink everywhere, nothing is left out, and the looking costs 2 %.

A block with one wide digit has no white borders any more. So pictures with the same white borders
make a block, and then more than a third of the pixels is left out.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.losses import Floats


@lru_cache(maxsize=4)
def _first_weights(model: MLP) -> Floats:
    """Return W₁ / 255, the rows of four pixels as one."""
    W = model.weights[0]
    return (W / W.dtype.type(255)).reshape(len(W) // 4, -1)


def inked(model: MLP, grey: NDArray[np.uint8]) -> tuple[Floats, Floats]:
    """Return the pixels that are not paper in all pictures, and their rows of W₁ / 255.

    Parameters
    ----------
    model : MLP
        A network that does not change any more.
    grey : (n, inputs) array of uint8
        Grey values from 0 to 255, row after row in memory; the number of inputs is a multiple of 4.

    Returns
    -------
    pixels : (n, k) array of float32
        Grey values from 0 to 255.
    weights : (k, fan_out) array
    """
    fours = grey.view(np.uint32)
    ink = np.flatnonzero(np.bitwise_or.reduce(fours))
    # "clip" only spares it the look whether there are such places.
    pixels = fours.take(ink, axis=1, mode="clip").view(np.uint8).astype(np.float32)
    weights = _first_weights(model).take(ink, axis=0, mode="clip")
    return pixels, weights.reshape(-1, model.weights[0].shape[1])


def by_borders(grey: NDArray[np.uint8], block: int) -> list[NDArray[np.intp]]:
    """Put pictures with the same white borders together.

    Parameters
    ----------
    grey : (n, 784) array of uint8
        28 rows of 28 grey values each, row after row in memory.
    block : int
        About how many pictures come together.

    Returns
    -------
    list of arrays
        Which pictures: each of the n is in one of them.
    """
    # Two rows are 56 bytes, seven numbers of 64 bits: the first holds eight pixels at the upper
    # row's left, the last eight at the lower one's right. Ten of the fourteen pairs tell enough.
    words = grey.view(np.uint64).reshape(len(grey), 14, 7)[:, 2:12]
    borders = np.empty((len(grey), 2), np.uint64)
    for side, word in enumerate((0, 6)):
        np.bitwise_or.reduce(words[:, :, word], axis=1, out=borders[:, side])
    inked_fours = borders.view(np.uint32) != 0  # (n, 4): two on the left, two on the right
    kinds = np.packbits(inked_fours, axis=1)[:, 0] >> 4  # 0 to 15
    order = kinds.argsort(kind="stable")
    blocks = []
    start = 0
    for end in np.bincount(kinds, minlength=16).cumsum().tolist():
        # A kind with few pictures goes with the next one: each block costs something by itself.
        count = end - start
        if count >= block // 2 or 0 < count == len(grey) - start:
            blocks += np.array_split(order[start:end], max(1, round(count / block)))
            start = end
    return blocks
