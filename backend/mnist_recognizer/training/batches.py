"""What an epoch trains on: images as bytes with their targets, cut into shuffled mini-batches.

A :class:`Pool` holds every training image once, but of the pen digits only those whose turn it is.
Without distortions it is the images themselves. With them, each image is distorted in its own way,
and a pool serves for ``reuse`` epochs. The next pool is made in the background while training goes
through the present one. Bytes take a quarter of the memory that floats do, and gathering their rows
and making floats of one batch is faster than gathering rows of floats.
"""

import threading
from collections.abc import Generator, Iterator
from dataclasses import fields
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.data.pixels import to_pixels
from mnist_recognizer.nn.losses import Floats
from mnist_recognizer.nn.model import MLP
from mnist_recognizer.synthesis.augmentation import Distortion, distort_bytes
from mnist_recognizer.synthesis.pen_digits import draw_pen_digits
from mnist_recognizer.training.background import Stopped, in_background
from mnist_recognizer.training.config import Config
from mnist_recognizer.training.teacher import soft_targets
from mnist_recognizer.vision.strokes import PEN_RADIUS

Bytes = NDArray[np.uint8]
Batch = tuple[NDArray[np.float32], NDArray[Any]]
_PEN_DIGITS = 10**6  # their randomness is none of the epochs', which are (seed, epoch)
_PEN = 0.8 * PEN_RADIUS, 1.2 * PEN_RADIUS
_DISTORTIONS = 1  # nor is that of block b's distortions, (seed, b, 1)
_CHUNK = 1024  # images distorted together: what is computed on the way stays small


class Pool(NamedTuple):
    """Every training image once, and what the network should say to it."""

    pixels: Bytes  # (n, 784)
    targets: NDArray[Any]  # (n,) uint8 labels, or (n, 10) float32 distributions


def with_pen_digits(train: tuple[Bytes, Bytes], count: int, seed: int) -> tuple[Bytes, Bytes]:
    """Append `count` synthetic pen digits, in about the ink that every drawing gets."""
    images, labels = draw_pen_digits(count, np.random.default_rng([seed, _PEN_DIGITS]), _PEN)
    return np.concatenate([train[0], images]), np.concatenate([train[1], labels])


def mini_batches(pool: Pool, batch_size: int, rng: np.random.Generator) -> Iterator[Batch]:
    """Yield every image once, in random order: (batch, 784) pixels in 0..1, and their targets.

    Both lie in buffers that the next batch overwrites.
    """
    count = len(pool.pixels)
    order = rng.permutation(count)
    rows = np.empty((batch_size, pool.pixels.shape[1]), np.uint8)
    pixels = np.empty(rows.shape, np.float32)
    for start in range(0, count, batch_size):
        chosen = order[start : start + batch_size]
        size = len(chosen)
        np.take(pool.pixels, chosen, axis=0, out=rows[:size], mode="clip")
        x = pixels[:size]
        x[:] = rows[:size]
        x *= np.float32(1 / 255)
        yield x, pool.targets[chosen]


def pools(
    train: tuple[Bytes, Bytes], config: Config, first_epoch: int, teacher: MLP | None = None
) -> Generator[Pool]:
    """Yield the pool of the block that `first_epoch` lies in, then that of each block after it.

    A block is ``reuse`` epochs. Without distortions all blocks share one pool, unless pen digits
    take turns.

    Parameters
    ----------
    train : (images, labels)
        (n, 28, 28) uint8 and (n,) uint8.
    config : Config
        The recipe.
    first_epoch : int
        Counted from 0.
    teacher : MLP, optional
        Whose answers the targets are blended with.
    """
    blocks = range(first_epoch // config.reuse, _count_blocks(config))
    if config.augment:
        make = partial(_distorted_pools, train, config, blocks, teacher)
        yield from in_background(make)
    else:
        images, labels = train
        pool = Pool(images.reshape(len(images), -1), _targets(labels, config, teacher))
        if teacher:
            _ask(teacher, pool, config)
        for block in blocks:
            if config.pen_period > 1:
                present = _present(len(images), config, block)
                yield Pool(pool.pixels[present], pool.targets[present])
            else:
                yield pool


def _distorted_pools(
    train: tuple[Bytes, Bytes],
    config: Config,
    blocks: range,
    teacher: MLP | None,
    stopped: threading.Event,
) -> Iterator[Pool]:
    images, labels = train
    for block in blocks:
        present = _present(len(images), config, block)
        mnist = len(images) - config.pen_digits  # of those present; the pen digits come after
        rng = np.random.default_rng([config.seed, block, _DISTORTIONS])
        pixels = np.empty((len(present), images[0].size), np.uint8)
        targets = _targets(labels[present], config, teacher)
        for part, distortion in _parts(mnist, len(present), config, block):
            if stopped.is_set():
                raise Stopped
            distort_bytes(images[present[part]], rng, distortion, out=pixels[part])
            if teacher:
                _ask(teacher, Pool(pixels[part], targets[part]), config)
        yield Pool(pixels, targets)


def _parts(
    mnist: int, count: int, config: Config, block: int
) -> Iterator[tuple[slice, Distortion]]:
    """Cut a pool of `mnist` images and then pen digits into what is distorted at once, and how."""
    for first, stop, share in ((0, mnist, 1.0), (mnist, count, config.pen_strength)):
        distortion = _distortion(config, block, share)
        for start in range(first, stop, _CHUNK):
            yield slice(start, min(start + _CHUNK, stop)), distortion


def _present(count: int, config: Config, block: int) -> NDArray[np.intp]:
    """Return which images a block trains on: the pen digits, which are the last, take turns."""
    mnist = count - config.pen_digits
    turn = mnist + block % config.pen_period
    return np.concatenate([np.arange(mnist), np.arange(turn, count, config.pen_period)])


def _count_blocks(config: Config) -> int:
    return -(-config.epochs // config.reuse)  # rounded up


def _distortion(config: Config, block: int, share: float) -> Distortion:
    """Return how strongly a block's images are distorted; `augment_decay` weakens later ones."""
    rest = share * (1 - config.augment_decay * block / _count_blocks(config))
    names = {kind.name for kind in fields(Distortion)} - {"min_strength"}
    strengths = {name: rest * getattr(config, name) for name in names}
    return Distortion(**strengths, min_strength=config.min_augment_strength)


def _targets(labels: Bytes, config: Config, teacher: MLP | None) -> NDArray[Any]:
    """Return the labels, or as distributions what they alone ask for, where those are needed."""
    if config.label_smoothing or teacher:
        return smooth(labels, config.label_smoothing)
    return labels


def smooth(y: NDArray[np.integer], share: float, classes: int = 10) -> Floats:
    """Return one-hot targets with a share of each spread evenly over the classes."""
    targets: Floats = np.full((len(y), classes), share / classes, np.float32)
    targets[np.arange(len(y)), y] += 1 - share
    return targets


def _ask(teacher: MLP, pool: Pool, config: Config) -> None:
    """Blend the targets, in place, with the teacher's answers."""
    for start in range(0, len(pool.pixels), _CHUNK):
        part = slice(start, start + _CHUNK)
        x = to_pixels(pool.pixels[part])
        pool.targets[part] = soft_targets(teacher, x, pool.targets[part], config)
