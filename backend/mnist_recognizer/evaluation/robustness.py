"""How much a network still reads when digits are moved, turned, noisy, blurred or drawn otherwise.

MNIST's test digits are as neatly centred and sized as its training digits. Real ones are not. Each
:class:`Corruption` does one thing to all images, more and more of it, and the accuracy at each
level makes a curve: how gently it falls says more about a network than its one number.

Turning, moving, scaling and blurring are linear in the pixels, so each is a product with a matrix
that is made once for all images. The idea of such curves: Hendrycks and Dietterich, "Benchmarking
neural network robustness to common corruptions and perturbations", ICLR 2019; of MNIST's own: Mu
and Gilmer, "MNIST-C", 2019.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.evaluation.metrics import Floats, Labels, Share, accuracy
from mnist_recognizer.nn import MLP
from mnist_recognizer.vision.geometry import network_input

SIDE = 28
CENTRE = 14  # where MNIST's digits have their centre of mass, counted from 0
_DIRECTIONS = 12  # the corners of the polygon that stands for a pen's round tip

Pixels = NDArray[np.float32]  # (n, 784), 0..1


@dataclass(frozen=True)
class Corruption:
    """One way to make digits harder to read.

    Attributes
    ----------
    name : str
    unit : str
        What the levels count, for an axis.
    levels : tuple of float
        From one extreme to the other; the images as they are (`unchanged`) are among them.
    unchanged : float
        The level that changes nothing.
    apply : callable
        (images, level, generator) -> images, each (n, 784) float32 in 0..1.
    """

    name: str
    unit: str
    levels: tuple[float, ...]
    unchanged: float
    apply: Callable[[Pixels, float, np.random.Generator], Pixels]


@dataclass(frozen=True)
class Measurement:
    """The accuracy under one level of one corruption."""

    corruption: Corruption
    level: float
    accuracy: Share


def measure(model: MLP, images: Pixels, labels: Labels, seed: int = 0) -> Iterator[Measurement]:
    """Yield the accuracy under every level of every corruption in `CORRUPTIONS`.

    Parameters
    ----------
    model : MLP
    images : (n, 784) float32 array
        Pixels in 0..1.
    labels : (n,) integer array
    seed : int
        Of the noise; the same seed gives the same measurements.
    """
    for number, corruption in enumerate(CORRUPTIONS):
        for step, level in enumerate(corruption.levels):
            rng = np.random.default_rng([seed, number, step])
            corrupted = corruption.apply(images, level, rng)
            predicted = model.logits(network_input(model, corrupted)).argmax(axis=1)
            yield Measurement(corruption, level, accuracy(labels, predicted))


# --- each corruption ------------------------------------------------------------------------------


def shift(images: Pixels, distance: float, _: np.random.Generator) -> Pixels:
    """Move digits by so many pixels; a quarter of them in each of the four directions."""
    shifted = np.empty_like(images)
    for i, (down, right) in enumerate(((0, 1), (1, 0), (0, -1), (-1, 0))):
        part = images[i::4]
        shifted[i::4] = _move(part, down * distance, right * distance)
    return shifted


def rotate(images: Pixels, degrees: float, _: np.random.Generator) -> Pixels:
    """Turn digits clockwise around their centre of mass."""
    angle = np.radians(degrees)
    y, x = (g.ravel() - CENTRE for g in np.meshgrid(*[np.arange(SIDE)] * 2, indexing="ij"))
    # where each output pixel's ink comes from, (784,) each
    from_x = CENTRE + np.cos(angle) * x + np.sin(angle) * y
    from_y = CENTRE - np.sin(angle) * x + np.cos(angle) * y
    # bilinear: column p of the matrix holds the weights of the pixels around p's source
    weights = _triangle(from_y[:, None] - np.arange(SIDE))[:, :, None]  # (784, rows, 1)
    weights = weights * _triangle(from_x[:, None] - np.arange(SIDE))[:, None, :]
    matrix = weights.reshape(SIDE * SIDE, -1).T.astype(np.float32)  # (784 from, 784 to)
    rotated: Pixels = images @ matrix
    return rotated


def scale(images: Pixels, factor: float, _: np.random.Generator) -> Pixels:
    """Enlarge or shrink digits around their centre of mass; shrinking averages, so no ink is lost.

    See Turkowski, "Filters for common resampling tasks", Graphics Gems, 1990.
    """
    reach = max(1.0, 1 / factor)  # in pixels of the source
    source = CENTRE + (np.arange(SIDE) - CENTRE) / factor
    kernel = _filter(source, lambda distance: _triangle(distance / reach))
    return _separable(images, kernel, kernel)


def noise(images: Pixels, deviation: float, rng: np.random.Generator) -> Pixels:
    """Add Gaussian noise to each pixel; what leaves 0..1 is clipped."""
    noisy = rng.standard_normal(images.shape, dtype=np.float32)
    noisy *= np.float32(deviation)
    noisy += images
    return np.clip(noisy, 0, 1, out=noisy)


def blur(images: Pixels, sigma: float, _: np.random.Generator) -> Pixels:
    """Blur digits with a Gaussian of `sigma` pixels."""
    if sigma == 0:
        return images
    kernel = _filter(np.arange(SIDE), lambda distance: np.exp(-((distance / sigma) ** 2) / 2))
    return _separable(images, kernel, kernel)


def thicken(images: Pixels, pixels: float, _: np.random.Generator) -> Pixels:
    """Make strokes wider, or with a negative number of pixels thinner, and as bright as before.

    Greyscale dilation and erosion (Serra, "Image analysis and mathematical morphology", 1982) with
    a round tip whose diameter is that number of pixels: each pixel becomes the brightest, or the
    darkest, of those that the tip covers.
    """
    if pixels == 0:
        return images
    choose = np.maximum if pixels > 0 else np.minimum
    result = images.copy()
    for angle in np.arange(_DIRECTIONS) * (2 * np.pi / _DIRECTIONS):
        moved = _move(images, np.sin(angle) * pixels / 2, np.cos(angle) * pixels / 2)
        choose(result, moved, out=result)
    before, after = images.max(axis=1, keepdims=True), result.max(axis=1, keepdims=True)
    result *= np.divide(before, after, out=np.ones_like(before), where=after > 0)
    return result


def _move(images: Pixels, down: float, right: float) -> Pixels:
    """Move images by fractions of a pixel too, bilinearly; paper comes in from the border."""
    rows = _filter(np.arange(SIDE) - down, _triangle)
    columns = _filter(np.arange(SIDE) - right, _triangle)
    return _separable(images, rows, columns)


def _triangle(distance: Floats) -> Floats:
    """Weigh a neighbour by its distance: 1 at 0, falling to 0 at 1 pixel."""
    return np.maximum(0.0, 1.0 - np.abs(distance))


def _filter(source: NDArray[Any], weigh: Callable[[Floats], Floats]) -> Floats:
    """Return the weight of each pixel of a line in each new pixel, (28, 28).

    Parameters
    ----------
    source : (28,) array
        The place in the line that each new pixel looks at.
    weigh : callable
        The weight of a pixel by its distance from that place.
    """
    pixels = np.arange(-SIDE, 2 * SIDE)  # the paper beyond both ends has its share of the weight
    weights = weigh(source[:, None] - pixels)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights[:, SIDE : 2 * SIDE]


def _separable(images: Pixels, rows: Floats, columns: Floats) -> Pixels:
    """Combine the rows of each image, then its columns: R·X·Cᵀ for (28, 28) matrices R and C."""
    squares = images.reshape(-1, SIDE, SIDE)
    combined: Pixels = rows.astype(np.float32) @ squares @ columns.T.astype(np.float32)
    return combined.reshape(images.shape)


CORRUPTIONS = (
    Corruption("shift", "pixels", (0, 1, 2, 3, 4, 5, 6), 0, shift),
    Corruption("rotation", "degrees", tuple(range(-60, 61, 10)), 0, rotate),
    Corruption("scale", "times", tuple(n / 10 for n in range(4, 15)), 1, scale),
    Corruption("noise", "standard deviation", (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6), 0, noise),
    Corruption("blur", "σ in pixels", (0, 0.5, 1, 1.5, 2, 2.5, 3), 0, blur),
    Corruption("thickness", "pixels wider", (-2, -1, 0, 1, 2, 3, 4), 0, thicken),
)
"""What is measured, in the report's order."""
