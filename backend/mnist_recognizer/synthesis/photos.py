"""Simulated photos of handwritten digits and numbers, for choosing how digits are found in photos.

Digits of MNIST's training images and synthetic pen digits (:mod:`.pen_digits`) are written on paper
(:mod:`.paper`) and photographed. Each photo has one kind of damage, and a little of most others.
Needs Pillow.
"""

import io
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.synthesis import paper
from mnist_recognizer.synthesis.pen_digits import write_pen_digits

DAMAGES = (
    "none",
    "gradient",
    "vignette",
    "shadow",
    "ruled",
    "squared",
    "texture",
    "faint",
    "thin",
    "marker",
    "blur",
    "noise",
    "JPEG",
    "perspective",
    "low resolution",
    "small in the image",
    "light on dark",
    "table edge",
    "touching",
    "uneven baseline",
    "two lines",
    "sideways",
)
_NUMBERS_ONLY = {"touching", "uneven baseline", "two lines"}


class Photo(NamedTuple):
    """A simulated photo.

    Attributes
    ----------
    grey : ndarray of uint8, shape (height, width)
    number : str
        What is written, line by line.
    damage : str
        One of DAMAGES.
    """

    grey: NDArray[np.uint8]
    number: str
    damage: str


def simulate_photo(
    images: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    rng: np.random.Generator,
    damage: str,
    digits: int,
) -> Photo:
    """Write digits on paper and photograph them.

    Parameters
    ----------
    images, labels
        MNIST's training images, (n, 28, 28), and labels.
    rng : numpy.random.Generator
    damage : str
        One of DAMAGES.
    digits : int
        How many to write.

    Raises
    ------
    ValueError
        The damage is unknown, or one digit alone cannot have it.
    """
    if damage not in DAMAGES or (digits == 1 and damage in _NUMBERS_ONLY):
        raise ValueError(f"damage must be one of {', '.join(DAMAGES)}, not {damage}")
    height = int(rng.uniform(60, 260) if digits == 1 else rng.uniform(50, 120))
    ink, number = _write(images, labels, rng, damage, digits, height)
    margins = rng.uniform(0.4, 1.6, 4) * height * (4 if damage == "small in the image" else 1)
    top, bottom, left, right = (int(margin) for margin in margins)
    ink = np.pad(ink, ((top, bottom), (left, right)))
    shape = (ink.shape[0], ink.shape[1])

    sheet = paper.texture(shape, rng, 0.06 if damage == "texture" else 0.012)
    if damage in ("ruled", "squared"):
        squared = damage == "squared"
        spacing = height * rng.uniform(0.25, 0.6) if squared else height * rng.uniform(0.6, 1.4)
        sheet *= paper.rulings(shape, rng, max(spacing, 12), squared)
    darkness = rng.uniform(0.15, 0.35) if damage == "faint" else rng.uniform(0.45, 0.92)
    page = sheet * (1 - darkness * ink)
    if damage == "light on dark":
        page = 1.15 - page
    if damage == "sideways":
        page = np.rot90(page, rng.choice([1, 3]))
    size = (page.shape[0], page.shape[1])
    light = _LIGHT.get(damage)
    lit = page * (light(size, rng) if light else 0.75 + 0.25 * paper.gradient(size, rng))
    return Photo(_photograph(lit * rng.uniform(150, 250), rng, damage, height), number, damage)


_LIGHT: dict[str, Callable[[tuple[int, int], np.random.Generator], NDArray[np.float64]]] = {
    "gradient": paper.gradient,
    "vignette": paper.vignette,
    "shadow": paper.shadow,
    "table edge": paper.table_edge,
}


def _write(
    images: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    rng: np.random.Generator,
    damage: str,
    digits: int,
    height: int,
) -> tuple[NDArray[np.float64], str]:
    """Return the ink of a number, from 0 to 1, and its digits."""
    pen = {"thin": (0.012, 0.03), "marker": (0.13, 0.2)}.get(damage, (0.03, 0.13))
    pen_width = max(rng.uniform(*pen) * height, 1.2)
    uses_mnist = rng.random() < 0.4 and damage not in ("thin", "marker")
    cells, number = [], ""
    for _ in range(digits):
        if uses_mnist:
            chosen = int(rng.integers(len(labels)))
            cells.append(_enlarged(images[chosen], height))
            number += str(labels[chosen])
        else:
            strokes, (label,) = write_pen_digits(1, rng)
            cells.append(_drawn(strokes[0], height, pen_width))
            number += str(label)
    lines = [cells]
    if damage == "two lines" and digits > 1:
        lines = [cells[: digits // 2], cells[digits // 2 :]]
    unevenness = 0.5 if damage == "uneven baseline" else 0.06
    rows = [_row(line, rng, height, unevenness, touching=damage == "touching") for line in lines]
    width = max(row.shape[1] for row in rows)
    rows = [np.pad(row, ((0, height // 4), (0, width - row.shape[1]))) for row in rows]
    ink = np.concatenate(rows)
    used_rows, used_columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[used_rows[0] : used_rows[-1] + 1, used_columns[0] : used_columns[-1] + 1], number


def _row(
    cells: list[NDArray[np.float64]],
    rng: np.random.Generator,
    height: int,
    unevenness: float,
    *,
    touching: bool,
) -> NDArray[np.float64]:
    """Put digits beside each other."""
    gap = 0 if touching else int(height * rng.uniform(0.15, 0.6))
    sheet = np.zeros((2 * height + 8, sum(cell.shape[1] + gap for cell in cells) + 8))
    left = 2
    for place, cell in enumerate(cells):
        if touching and place:  # until ink meets ink
            while left > 2 and not (sheet[:, left : left + cell.shape[1]].max(axis=1) > 0.3).any():
                left -= 1
        top = height // 2 + int(height * unevenness * rng.uniform(-1, 1))
        there = sheet[top : top + cell.shape[0], left : left + cell.shape[1]]
        np.maximum(there, cell[: there.shape[0], : there.shape[1]], out=there)
        left += cell.shape[1] + gap - (int(0.04 * height) if touching else 0)
    return sheet


def _enlarged(image: NDArray[np.uint8], height: int) -> NDArray[np.float64]:
    """Enlarge one of MNIST's digits smoothly, and make its edges sharper again."""
    from PIL import Image

    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    box = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    box = np.pad(box, 1)
    scale = height / 20
    size = (max(round(box.shape[1] * scale), 1), max(round(box.shape[0] * scale), 1))
    smooth = np.asarray(Image.fromarray(box).resize(size, Image.Resampling.BICUBIC)) / 255.0
    sharp: NDArray[np.float64] = np.clip((smooth - 0.5) * 2.5 + 0.5, 0, 1)
    return sharp


def _drawn(
    strokes: list[NDArray[np.float64]], height: int, pen_width: float
) -> NDArray[np.float64]:
    """Draw strokes with a round pen, `height` pixels high or wide."""
    from PIL import Image, ImageDraw

    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    times = 3  # supersampling
    scale = times * (height - pen_width) / max(*(high - low), 1e-6)
    margin = times * (pen_width / 2 + 1)
    width_, height_ = (int(v) for v in (high - low) * scale + 2 * margin + times)
    sheet = Image.new("L", (width_, height_))
    pen = ImageDraw.Draw(sheet)
    radius = times * pen_width / 2
    for stroke in strokes:
        path = [(float(x), float(y)) for x, y in (stroke - low) * scale + margin]
        pen.line(path, fill=255, width=max(round(2 * radius), 1))
        for x, y in path:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(sheet.reduce(times)) / 255.0


def _photograph(
    scene: NDArray[np.float64], rng: np.random.Generator, damage: str, height: int
) -> NDArray[np.uint8]:
    """Return what a camera makes of a scene of brightness 0 to 255."""
    from PIL import Image, ImageFilter

    photo = Image.fromarray(np.clip(scene, 0, 255).astype(np.uint8))
    width_, height_ = photo.size
    if damage == "perspective" or rng.random() < 0.3:
        most = 0.12 if damage == "perspective" else 0.03
        corners = np.array([[0, 0], [0, height_], [width_, height_], [width_, 0]], np.float64)
        corners += rng.uniform(-most, most, (4, 2)) * min(photo.size) / 2
        photo = photo.transform(
            photo.size,
            Image.Transform.QUAD,
            tuple(corners.ravel()),
            Image.Resampling.BICUBIC,
            fillcolor=int(np.median(np.asarray(photo))),
        )
    if damage == "low resolution":
        shrink = rng.uniform(14, 26) / height
        photo = photo.resize(
            (max(round(width_ * shrink), 8), max(round(height_ * shrink), 8)),
            Image.Resampling.BOX,
        )
        height = int(height * shrink)
    blur = rng.uniform(0.03, 0.07) if damage == "blur" else rng.uniform(0, 0.006)
    photo = photo.filter(ImageFilter.GaussianBlur(blur * height))
    noise = rng.uniform(6, 16) if damage == "noise" else rng.uniform(0, 3)
    levels = np.asarray(photo) + rng.normal(0, noise, (photo.height, photo.width))
    photo = Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))
    file = io.BytesIO()
    quality = int(rng.uniform(8, 25) if damage == "JPEG" else rng.uniform(60, 95))
    photo.save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file).convert("L"))
