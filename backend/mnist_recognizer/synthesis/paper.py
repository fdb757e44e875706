"""What paper and light do to a photo: texture, rulings, gradients, shadows, vignettes.

Everything is an array of brightness, 1 being white paper in full light, that is multiplied.
"""

import numpy as np
from numpy.typing import NDArray

Brightness = NDArray[np.float64]


def texture(shape: tuple[int, int], rng: np.random.Generator, strength: float) -> Brightness:
    """Return paper with blotches of several sizes."""
    height, width = shape
    blotches = np.zeros(shape)
    for size in (4, 16, 64):
        coarse = rng.normal(size=(height // size + 3, width // size + 3))
        y, x = np.arange(height) / size, np.arange(width) / size
        blotches += bilinear(coarse, y, x)
    return 1 + strength * blotches / 3


def rulings(
    shape: tuple[int, int], rng: np.random.Generator, spacing: float, squared: bool
) -> Brightness:
    """Return the brightness of printed lines, horizontal or squared, slightly turned."""
    height, width = shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    strength, thickness = rng.uniform(0.1, 0.7), rng.uniform(1, max(1.5, spacing / 40))
    slope, offset = rng.uniform(-0.04, 0.04), rng.uniform(0, spacing, 2)
    paper = np.ones(shape)
    for along, across, start in ((x, y, offset[0]), (y, -x, offset[1]))[: 2 if squared else 1]:
        distance = np.abs((across - slope * along - start + spacing / 2) % spacing - spacing / 2)
        paper *= 1 - strength * np.clip(thickness / 2 + 0.5 - distance, 0, 1)
    return paper


def gradient(shape: tuple[int, int], rng: np.random.Generator) -> Brightness:
    """Return light that falls off from one side to the other."""
    along = _direction(shape, rng)
    light: Brightness = 1 - rng.uniform(0.2, 0.6) * along
    return light


def vignette(shape: tuple[int, int], rng: np.random.Generator) -> Brightness:
    """Return light that falls off towards the corners."""
    height, width = shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    middle_y, middle_x = rng.uniform(0.3, 0.7, 2)
    distance = ((y / height - middle_y) ** 2 + (x / width - middle_x) ** 2) * 2
    light: Brightness = 1 - rng.uniform(0.3, 0.75) * np.clip(distance, 0, 1)
    return light


def shadow(shape: tuple[int, int], rng: np.random.Generator) -> Brightness:
    """Return the shadow of a hand or phone: darker behind a wavy edge, sharp or soft."""
    along = _direction(shape, rng)
    height, width = shape
    y, x = np.mgrid[0:height, 0:width] / max(shape)
    wave = rng.uniform(0, 0.06) * np.sin(rng.uniform(3, 12) * (x + y) + rng.uniform(0, 6))
    softness = rng.uniform(0.005, 0.12)
    edge = rng.uniform(0.25, 0.75)
    light: Brightness = 1 - rng.uniform(0.2, 0.6) / (1 + np.exp(-(along + wave - edge) / softness))
    return light


def table_edge(shape: tuple[int, int], rng: np.random.Generator) -> Brightness:
    """Return a dark strip along one side: the table beyond the paper, or a book's gutter."""
    along = _direction(shape, rng, slanted=0.04)
    return np.where(along > 1 - rng.uniform(0.02, 0.15), rng.uniform(0.1, 0.6), 1.0)


def bilinear(values: Brightness, y: Brightness, x: Brightness) -> Brightness:
    """Read values between whole positions."""
    row, column = y.astype(np.intp), x.astype(np.intp)
    down, right = (y - row)[:, None], x - column
    above = values[row][:, column] * (1 - right) + values[row][:, column + 1] * right
    below = values[row + 1][:, column] * (1 - right) + values[row + 1][:, column + 1] * right
    between: Brightness = above * (1 - down) + below * down
    return between


def _direction(
    shape: tuple[int, int], rng: np.random.Generator, slanted: float | None = None
) -> Brightness:
    """Return how far each pixel is in a random direction, from 0 to 1."""
    height, width = shape
    angle = rng.uniform(0, 2 * np.pi)
    if slanted is not None:
        angle = rng.integers(4) * np.pi / 2 + rng.uniform(-slanted, slanted)
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    along = np.cos(angle) * x + np.sin(angle) * y
    share: Brightness = (along - along.min()) / (along.max() - along.min())
    return share
