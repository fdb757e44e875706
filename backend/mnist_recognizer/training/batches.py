"""One epoch's mini-batches: shuffled, and distorted if asked, in the background of training."""

import queue
import threading
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.data.augmentation import Distortion, distort
from mnist_recognizer.data.pen_digits import draw_pen_digits

Batch = tuple[NDArray[np.float32], NDArray[np.uint8]]
_PEN_DIGITS = 10**6  # their randomness is none of the epochs', which are (seed, epoch)
_BATCHES_AT_ONCE = 16  # distorted together: enough to keep NumPy busy, little to hold in memory


def with_pen_digits(
    train: tuple[NDArray[np.uint8], NDArray[np.uint8]], count: int, seed: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Append `count` synthetic pen digits, in ink as thin and as thick as MNIST's."""
    images, labels = draw_pen_digits(
        count, np.random.default_rng([seed, _PEN_DIGITS]), pen_radius=(0.9, 1.9)
    )
    return np.concatenate([train[0], images]), np.concatenate([train[1], labels])


def plain_batches(
    x: NDArray[np.float32], y: NDArray[np.uint8], batch_size: int, rng: np.random.Generator
) -> Iterator[Batch]:
    """Yield every image once, in random order: (batch, 784) floats and (batch,) labels.

    The pixels of a batch lie in one buffer that the next batch overwrites.
    """
    order = rng.permutation(len(x))
    buffer = np.empty((batch_size, x.shape[1]), x.dtype)
    for start in range(0, len(x), batch_size):
        chosen = order[start : start + batch_size]
        yield np.take(x, chosen, axis=0, out=buffer[: len(chosen)], mode="clip"), y[chosen]


def distorted_batches(
    images: NDArray[np.uint8],
    y: NDArray[np.uint8],
    batch_size: int,
    rng: np.random.Generator,
    distortion: Distortion,
) -> Iterator[Batch]:
    """Yield every image once, in random order, each distorted in its own way."""
    order = rng.permutation(len(images))
    group = batch_size * _BATCHES_AT_ONCE
    for start in range(0, len(images), group):
        chosen = order[start : start + group]
        x, labels = distort(images[chosen], rng, distortion), y[chosen]
        for begin in range(0, len(chosen), batch_size):
            yield x[begin : begin + batch_size], labels[begin : begin + batch_size]


def in_background(batches: Iterator[Batch], ahead: int = 64) -> Iterator[Batch]:
    """Make batches in a thread, at most `ahead` of where training is.

    An error in the thread is raised here; when the consumer stops, so does the thread.
    """
    ready: queue.Queue[Batch | BaseException | None] = queue.Queue(maxsize=ahead)
    stopped = threading.Event()

    def put(item: Batch | BaseException | None) -> bool:
        while not stopped.is_set():
            try:
                ready.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def produce() -> None:
        try:
            for batch in batches:
                if not put(batch):
                    return
            put(None)
        except BaseException as error:
            put(error)

    thread = threading.Thread(target=produce, name="batches", daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        thread.join()
