"""Image files of every kind that people have, and what each of them must be answered."""

import io
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pillow_heif
from PIL import Image

from mnist_recognizer.vision.strokes import render_strokes

SEVEN = render_strokes([[(15, 15), (85, 18), (40, 120)]])
INK = np.pad(np.kron(SEVEN, np.ones((8, 8), np.uint8)), 20)
PAPER = 255 - INK
BLANK = "is blank: nothing in it stands out from its border"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="140">'
    '<path d="M15 15L85 18L40 120" stroke="black" stroke-width="9" fill="none"/></svg>'
)
UNSUPPORTED = "which is not supported; save it as a JPEG or PNG"


class Input(NamedTuple):
    """A file, the number that is read in it, or else what is wrong with it."""

    file: bytes
    number: str = ""
    problem: str = ""


def saved(image: Image.Image | np.ndarray, kind: str = "PNG", **options: Any) -> bytes:
    """Return an image's file."""
    buffer = io.BytesIO()
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def on_transparent(level: int) -> Image.Image:
    """Return ink of one grey level on transparent paper."""
    image = Image.new("RGBA", INK.shape[::-1], (level, level, level))
    image.putalpha(Image.fromarray(INK))
    return image


def heic(image: Image.Image, **options: Any) -> bytes:
    """Return an image's HEIC file."""
    pillow_heif.register_heif_opener(thumbnails=False)
    return saved(image, "HEIF", **options)


@cache
def image_inputs() -> dict[str, Input]:
    """Return the inputs by what they are."""
    image, blank = Image.fromarray(PAPER), Image.new("L", INK.shape[::-1], 255)
    turned = Image.Exif()
    turned[0x0112] = 6
    jpeg, gif = saved(image, "JPEG"), saved(image, "GIF")
    damaged = {
        f"truncated {kind}": Input(file[: len(file) // 2], problem=f"is a damaged {kind} file")
        for kind in ("PNG", "JPEG", "GIF", "BMP", "WebP", "TIFF")
        for file in [saved(image, kind)]
    }
    damaged["truncated HEIC"] = Input(heic(image)[:300], problem="is a damaged HEIC file")
    return {
        "PNG": Input(saved(image), "7"),
        "JPEG": Input(jpeg, "7"),
        "GIF": Input(gif, "7"),
        "GIF with text behind it": Input(gif + b"\r\nhello", "7"),
        "GIF without its last byte": Input(gif[:-1], "7"),
        "BMP": Input(saved(image, "BMP"), "7"),
        "WebP": Input(saved(image, "WebP"), "7"),
        "TIFF": Input(saved(image, "TIFF"), "7"),
        "light ink on black": Input(saved(INK), "7"),
        "black ink on transparent": Input(saved(on_transparent(0)), "7"),
        "white ink on transparent": Input(saved(on_transparent(255)), "7"),
        "12 bits in 16": Input(saved(PAPER.astype(np.uint16) * 16), "7"),
        "turned by EXIF": Input(
            saved(image.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=turned), "7"
        ),
        "animation with a blank first frame": Input(
            saved(blank, "GIF", save_all=True, append_images=[image]), "7"
        ),
        "blank": Input(saved(blank), problem=BLANK),
        **damaged,
        "empty": Input(b"", problem="is empty"),
        "text": Input(
            b"hello",
            problem="is not a PNG, JPEG, GIF, BMP, WebP or TIFF file; save it as one of these",
        ),
        "HEIC": Input(heic(image), "7"),
        "AVIF": Input(b"\0\0\0\x1cftypavif", problem=f"is an AVIF image, {UNSUPPORTED}"),
        "SVG": Input(SVG.encode(), problem=f"is an SVG image, {UNSUPPORTED}"),
        "PDF": Input(b"%PDF-1.7", problem=f"is a PDF document, {UNSUPPORTED}"),
        "too many pixels": Input(
            saved(Image.new("1", (5000, 4000))),
            problem="has 5,000 × 4,000 pixels, and a PNG may have at most 16 million; "
            "shrink it or save it as a JPEG",
        ),
        "too many pixels in stages": Input(
            saved(Image.new("L", (4000, 3001)), "JPEG", progressive=True),
            problem="has 4,000 × 3,001 pixels, and a progressive JPEG may have at most 12 million; "
            "shrink it",
        ),
        "too long a side": Input(
            saved(Image.new("1", (16_385, 1))),
            problem="has 16,385 × 1 pixels, and a side may have at most 16,384; shrink it",
        ),
    }
