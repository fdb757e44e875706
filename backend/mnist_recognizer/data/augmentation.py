"""Random distortions of digits, whole batches at once.

Every training epoch sees each digit rotated, scaled, sheared, moved and bent a little differently,
so that the network learns what all of these have in common. A distortion is a *displacement field*:
output pixel p takes its value from the place p + u(p) of the original. The field is a sum of fixed
basis functions φₖ with random coefficients,

    u(p) = Σₖ cₖ·φₖ(p),     φ = 1, x, y (the affine part) and a 5×5 grid of Gaussians (the elastic
    part)

so the fields of a whole batch are two matrix products, (batch, 28) × (28, 784), one for each
direction. Reading between pixels is bilinear. That takes the four neighbours of each place: they
are packed into one 32-bit word beforehand, because one look-up is faster than four.

Sources: Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied to
visual document analysis", ICDAR 2003 (elastic distortions); the fixed basis instead of their
smoothed noise is what makes it a matrix product.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIDE = 28
_PADDED = SIDE + 2  # one blank pixel around, so that whatever is read outside is paper
_GRID = 5  # the elastic part's Gaussians stand on a 5×5 grid
_CHUNK = 512  # images at a time: the fields of more would fall out of the cache


@dataclass(frozen=True)
class Distortion:
    """How strongly digits are distorted: each is drawn anew for every image.

    Attributes
    ----------
    rotation : float
        Degrees, uniform in ±rotation.
    scale : float
        Sizes are e^s, with s uniform in ±scale, for each direction apart.
    shear : float
        Uniform in ±shear: how far x moves for each pixel of y.
    shift : float
        Pixels, uniform in ±shift, for each direction.
    elastic : float
        Pixels: the standard deviation of the Gaussians' heights.
    """

    rotation: float = 12.0
    scale: float = 0.12
    shear: float = 0.15
    shift: float = 1.5
    elastic: float = 1.2


def _basis() -> NDArray[np.float32]:
    """Return φ as a (3 + 25, 784) array: 1, x, y, counted from the centre, then the Gaussians."""
    axis = np.arange(SIDE) - (SIDE - 1) / 2
    y, x = (grid.ravel() for grid in np.meshgrid(axis, axis, indexing="ij"))
    centres = np.linspace(axis[0], axis[-1], _GRID)
    width = centres[1] - centres[0]
    bumps = [
        np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * (0.6 * width) ** 2))
        for cy in centres
        for cx in centres
    ]
    return np.array([np.ones_like(x), x, y, *bumps], dtype=np.float32)


_BASIS = _basis()
_PIXELS = np.arange(SIDE, dtype=np.float32) + 1  # where each row and column lies in the padding


def _coefficients(
    count: int, distortion: Distortion, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Draw the coefficients of the x and of the y displacement, (count, 28) each."""

    def uniform(limit: float) -> NDArray[np.float64]:
        return rng.uniform(-limit, limit, count)

    angle = np.radians(uniform(distortion.rotation))
    shear = uniform(distortion.shear)
    scale_x, scale_y = np.exp(uniform(distortion.scale)), np.exp(uniform(distortion.scale))
    shift_x, shift_y = uniform(distortion.shift), uniform(distortion.shift)
    bumps = rng.normal(0.0, distortion.elastic, (2, count, _GRID * _GRID))
    # the matrix (rotation · shear · scale) less the identity, since u is added to p
    cos, sin = np.cos(angle), np.sin(angle)
    x_part = np.stack([shift_x, cos * scale_x - 1, (cos * shear - sin) * scale_y], axis=1)
    y_part = np.stack([shift_y, sin * scale_x, (sin * shear + cos) * scale_y - 1], axis=1)
    return (
        np.concatenate([x_part, bumps[0]], axis=1, dtype=np.float32),
        np.concatenate([y_part, bumps[1]], axis=1, dtype=np.float32),
    )


def _pack_neighbours(images: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Pack each padded pixel with its right, lower and lower right neighbour: (count, 900)."""
    count = len(images)
    padded = np.zeros((count, _PADDED + 1, _PADDED + 1), np.uint8)
    padded[:, 1 : SIDE + 1, 1 : SIDE + 1] = images
    packed = np.empty((count, _PADDED, _PADDED, 4), np.uint8)
    packed[..., 0] = padded[:, :-1, :-1]
    packed[..., 1] = padded[:, :-1, 1:]
    packed[..., 2] = padded[:, 1:, :-1]
    packed[..., 3] = padded[:, 1:, 1:]
    return packed.view(np.uint32).reshape(count, _PADDED * _PADDED)


def _split(
    u: NDArray[np.float32], base: NDArray[np.float32]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Turn displacements into whole pixel positions inside the padding, and fractions."""
    u += base
    np.clip(u, 0, _PADDED - 1, out=u)
    whole = u.astype(np.int32)
    u -= whole
    return whole, u


def distort(
    images: NDArray[np.uint8],
    rng: np.random.Generator,
    distortion: Distortion,
    out: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Distort each image in its own random way.

    Parameters
    ----------
    images : (count, 28, 28) uint8 array
        Ink is bright (255), paper is 0.
    rng : numpy.random.Generator
        Where the randomness comes from; the same state gives the same distortions.
    distortion : Distortion
        How strong they are.
    out : (count, 784) float32 array, optional
        Where to write.

    Returns
    -------
    (count, 784) float32 array
        Pixels in 0..1, ready for the network.
    """
    count = len(images)
    if out is None:
        out = np.empty((count, SIDE * SIDE), np.float32)
    base_x, base_y = np.tile(_PIXELS, SIDE), np.repeat(_PIXELS, SIDE)
    for start in range(0, count, _CHUNK):
        chunk = images[start : start + _CHUNK]
        cx, cy = _coefficients(len(chunk), distortion, rng)
        left, fx = _split(cx @ _BASIS, base_x)  # (chunk, 784)
        place, fy = _split(cy @ _BASIS, base_y)
        place *= _PADDED
        place += left
        place += (np.arange(len(chunk), dtype=np.int32) * _PADDED**2)[:, None]
        corners = _pack_neighbours(chunk).ravel().take(place)  # (chunk, 784) of four bytes each
        # value = (1−fy)·[(1−fx)·a + fx·b] + fy·[(1−fx)·c + fx·d]
        a, b, c, d = ((corners >> shift & 255).astype(np.float32) for shift in (0, 8, 16, 24))
        b -= a
        b *= fx
        b += a
        d -= c
        d *= fx
        d += c
        d -= b
        d *= fy
        d += b
        np.multiply(d, np.float32(1 / 255), out=out[start : start + len(chunk)])
    return out
