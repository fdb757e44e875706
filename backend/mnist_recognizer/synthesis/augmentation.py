"""Random distortions of digits, whole batches at once.

Every training epoch sees each digit rotated, scaled, sheared, moved, bent, and drawn with a thinner
or thicker pen than before, so that the network learns what all of these have in common.

A distortion is a *displacement field*: output pixel p takes its value from the place p + u(p) of
the original. The field is a sum of fixed basis functions φₖ with random coefficients,

    p + u(p) = Σₖ cₖ·φₖ(p),     φ = 1, x, y (the affine part) and a 5×5 grid of Gaussians (the
    elastic part)

so the places of a whole batch are two matrix products, (batch, 28) × (28, 784), one for each
direction. Reading between pixels is bilinear, in whole numbers: a place has a whole part and a
fraction of 8 or 16 bits, the four pixels around it come out of one 32-bit word with one look-up,
and one multiplication blends two pairs of pixels at once.

Sources: Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied to
visual document analysis", ICDAR 2003 (elastic distortions); the fixed basis instead of their
smoothed noise is what makes it a matrix product. Lantuéjoul, "La squelettisation et son application
aux mesures topologiques des mosaïques polycristallines", 1978 (what keeps thin strokes).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIDE = 28
MAX_THICKNESS = 2.0  # what one dilation or erosion changes: a pixel on either side
_PADDED = SIDE + 2  # one blank pixel around, so that whatever is read outside is paper
_MIDDLE = (_PADDED - 1) / 2  # of the padded image, where the basis counts from
_GRID = 5  # the elastic part's Gaussians stand on a 5×5 grid
_CHUNK = 64  # images at a time: what is computed for more would fall out of the cache
_ONE_X = 2**8  # a pixel's width: 8 bits of fraction, as much as half a word can multiply
_ONE_Y = 2**16  # a pixel's height
_PAIRS = np.uint32(0x00FF00FF)  # two bytes of a word, with room to grow to 16 bits each


@dataclass(frozen=True)
class Distortion:
    """How strongly digits are distorted: each is drawn again for every image.

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
    thickness : float
        Pixels by which strokes grow or shrink, uniform in ±thickness; at most 2. Strokes that are
        too thin to shrink stay as they are.
    min_strength : float
        Each image has all of these at a strength of its own, uniform in min_strength..1.

    Raises
    ------
    ValueError
        When the thickness is not in 0..2, or `min_strength` not in 0..1.
    """

    rotation: float = 12.0
    scale: float = 0.12
    shear: float = 0.15
    shift: float = 1.5
    elastic: float = 1.2
    thickness: float = 0.0
    min_strength: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.thickness <= MAX_THICKNESS:
            raise ValueError(f"thickness must be in 0..{MAX_THICKNESS:g}, not {self.thickness}")
        if not 0 <= self.min_strength <= 1:
            raise ValueError(f"min_strength must be in 0..1, not {self.min_strength}")


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


def _coefficients(
    count: int, distortion: Distortion, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Draw the coefficients c of x and of y, (2, count, 28), and the thickness of each image."""
    d = distortion
    limits = np.array([d.rotation, d.shear, d.scale, d.scale, d.shift, d.shift, d.thickness])
    drawn = rng.uniform(-1, 1, (len(limits), count)) * limits[:, None]
    strength = rng.uniform(d.min_strength, 1, count) if d.min_strength < 1 else np.ones(count)
    drawn *= strength
    degrees, shear, log_x, log_y, shift_x, shift_y, thickness = drawn
    angle = np.radians(degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    scale_x, scale_y = np.exp(log_x), np.exp(log_y)
    c = np.empty((2, count, len(_BASIS)), np.float32)
    # the matrix rotation · shear · scale
    c[0, :, :3] = np.stack([shift_x, cos * scale_x, (cos * shear - sin) * scale_y], axis=1)
    c[1, :, :3] = np.stack([shift_y, sin * scale_x, (sin * shear + cos) * scale_y], axis=1)
    bends = rng.standard_normal((2, count, _GRID**2), dtype=np.float32)
    c[:, :, 3:] = bends * (d.elastic * strength[:, None]).astype(np.float32)
    return c, thickness


def _pad(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Put a frame of paper around each image: (count, 30, 30)."""
    padded = np.zeros((len(images), _PADDED, _PADDED), np.uint8)
    padded[:, 1:-1, 1:-1] = images
    return padded


def _neighbourhood(pixels: NDArray[np.uint8], choose: np.ufunc) -> NDArray[np.uint8]:
    """Choose from each pixel and the four beside it, in padded images laid end to end."""
    chosen = pixels.copy()
    for step in (1, _PADDED):
        choose(chosen[step:], pixels[:-step], out=chosen[step:])
        choose(chosen[:-step], pixels[step:], out=chosen[:-step])
    return chosen


def thicken(images: NDArray[np.uint8], thickness: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Draw digits with a thicker or a thinner pen.

    Dilation, each pixel's brightest neighbour, widens a stroke by a pixel on either side, and
    erosion, the darkest, narrows it likewise. What lies between is a blend with the image itself.
    A stroke that erosion would delete (what *opening*, erosion followed by dilation, does not bring
    back) is kept: the first step of Lantuéjoul's skeleton.

    Parameters
    ----------
    images : (count, 28, 28) uint8 array
        Ink is bright (255), paper is 0.
    thickness : (count,) float array
        Pixels by which strokes grow, or shrink where it is negative; in ±2.

    Returns
    -------
    (count, 28, 28) uint8 array
    """
    padded = _pad(images)
    pixels = padded.reshape(-1)
    dilated = _neighbourhood(pixels, np.maximum)
    eroded = _neighbourhood(pixels, np.minimum)
    opened = _neighbourhood(eroded, np.maximum)
    np.maximum(eroded, pixels - opened, out=eroded)
    pixels += _share(dilated - pixels, thickness)
    pixels -= _share(pixels - eroded, -thickness)
    return padded[:, 1:-1, 1:-1]


def _share(change: NDArray[np.uint8], thickness: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Take as much of a change by 2 pixels as each image wants, none where that is negative."""
    wanted = np.rint(np.maximum(thickness, 0) * (256 / MAX_THICKNESS)).astype(np.uint16)
    part = change.reshape(len(thickness), -1) * wanted[:, None]
    part >>= 8
    return part.astype(np.uint8).reshape(-1)


def _pack_neighbours(images: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Pack each padded pixel, in the lowest byte, with its right, lower and lower right neighbour.

    Returns
    -------
    (count · 900,) uint32 array
        Bits 0 to 7 are the pixel, 8 to 15 the right one, 16 to 23 the lower, 24 to 31 the last.
    """
    pair = _pad(images).reshape(-1).astype(np.uint16)
    pair[:-1] |= pair[1:] << 8
    packed = pair.astype(np.uint32)
    packed[:-_PADDED] |= packed[_PADDED:] << 16
    return packed


def _read(
    images: NDArray[np.uint8], x: NDArray[np.float32], y: NDArray[np.float32]
) -> NDArray[np.uint32]:
    """Read each image at the places x, y, (count, 784) in 256ths and 65,536ths of a pixel.

    With a and b the upper two pixels around a place, c and d the lower two, and fx, fy the
    fractions, the value is (1−fy)·[(1−fx)·a + fx·b] + fy·[(1−fx)·c + fx·d]. Arithmetic on a word
    is arithmetic on its parts as long as none overflows into the next: a and c, two bytes that are
    two bytes apart, have room for a fraction of 8 bits, and their result for one of 16 more. What
    a difference borrows from the next part, the sum that follows gives back.
    """
    np.clip(x, 0, (_PADDED - 1) * _ONE_X, out=x)
    np.clip(y, 0, (_PADDED - 1) * _ONE_Y, out=y)
    fx, fy = x.astype(np.int32).view(np.uint32), y.astype(np.int32).view(np.uint32)
    place = fy // _ONE_Y * _PADDED
    place += fx // _ONE_X
    place += (np.arange(len(images), dtype=np.uint32) * _PADDED**2)[:, None]
    fx &= _ONE_X - 1
    fy &= _ONE_Y - 1
    words = _pack_neighbours(images).take(place)  # (count, 784) of four bytes each: d c b a
    left = words & _PAIRS  # · c · a
    words >>= 8
    words &= _PAIRS  # · d · b
    words -= left
    words *= fx
    left <<= 8
    left += words  # (1−fx)·[c a] + fx·[d b], 16 bits each
    lower, upper = left >> np.uint32(16), left & np.uint32(0xFFFF)
    lower -= upper
    lower *= fy
    upper <<= 16
    lower += upper  # (1−fy)·upper + fy·lower, 8 bits and 24 of fraction
    lower += 1 << 23  # to the nearest
    lower >>= 24
    return lower


def distort_bytes(
    images: NDArray[np.uint8],
    rng: np.random.Generator,
    distortion: Distortion,
    out: NDArray[np.uint8] | None = None,
) -> NDArray[np.uint8]:
    """Distort each image in its own random way; the result has bytes, as MNIST's pixels are.

    Parameters
    ----------
    images : (count, 28, 28) uint8 array
        Ink is bright (255), paper is 0.
    rng : numpy.random.Generator
        Where the randomness comes from; the same state gives the same distortions.
    distortion : Distortion
        How strong they are.
    out : (count, 784) uint8 array, optional
        Where to write.

    Returns
    -------
    (count, 784) uint8 array
        Within 1 of the bilinear value.
    """
    count = len(images)
    if out is None:
        out = np.empty((count, SIDE * SIDE), np.uint8)
    for start in range(0, count, _CHUNK):
        chunk = images[start : start + _CHUNK]
        c, thickness = _coefficients(len(chunk), distortion, rng)
        if distortion.thickness:
            chunk = thicken(chunk, thickness)
        c[:, :, 0] += _MIDDLE
        c[0] *= _ONE_X
        c[0, :, 0] += 0.5  # to the nearest
        c[1] *= _ONE_Y
        x, y = c @ _BASIS  # (chunk, 784) each
        out[start : start + len(chunk)] = _read(chunk, x, y)
    return out
