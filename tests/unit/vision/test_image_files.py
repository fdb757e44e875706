"""Image files of every kind become grey levels, or one sentence."""

import io
import struct
import sys
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from image_inputs import heic
from PIL import Image

from mnist_recognizer.vision import image_files
from mnist_recognizer.vision.errors import (
    BlankImageError,
    ImageError,
    ImageTooLargeError,
    PillowMissingError,
    UnsupportedImageError,
)
from mnist_recognizer.vision.image_files import (
    FORMATS,
    MAX_MEGAPIXELS,
    MAX_SIDE,
    decode_image,
    find_digits_in_image,
)
from mnist_recognizer.vision.segmentation import find_digits
from mnist_recognizer.vision.strokes import render_strokes

SEVEN = render_strokes([[(20, 30), (80, 30), (45, 120)], [(35, 75), (70, 75)]])
ONE = render_strokes([[(5, 0), (5, 100)]])
INK = np.kron(np.concatenate([SEVEN, ONE], axis=1), np.ones((4, 4), np.uint8))  # (112, 224)
PAPER = 255 - INK
NOISE = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
TURNED_BACK = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def saved(grey: np.ndarray | Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    image = grey if isinstance(grey, Image.Image) else Image.fromarray(grey)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *more: bytes, depth: int = 8, colours: int = 0) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + chunk(b"IEND", b"")


def problem(data: bytes, kind: type[ImageError] = ImageError) -> str:
    """Return why a file is refused."""
    with pytest.raises(ImageError) as caught:
        decode_image(data)
    assert type(caught.value) is kind
    assert str(caught.value) == f"the image {caught.value.problem}"
    return caught.value.problem


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1", "LA", "CMYK", "I;16"])
def test_every_format_and_mode_shows_the_same_digits(kind: str, mode: str) -> None:
    image = Image.fromarray(PAPER.astype(np.uint16) * 257 if mode == "I;16" else PAPER)
    try:
        body = saved(image.convert(mode) if mode != "I;16" else image, kind, quality=95)
    except (OSError, ValueError):  # JPEG has no transparency, and so on
        assert mode in {"RGBA", "P", "LA", "CMYK", "I;16"}
        return
    decoded = decode_image(body)
    assert (decoded.width, decoded.height) == (224, 112)
    assert decoded.grey.shape == PAPER.shape
    assert np.abs(decoded.grey.astype(int) - PAPER).mean() < 12
    assert len(find_digits_in_image(decoded)) == 2


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF"])
def test_a_grey_image_in_a_lossless_format_comes_back_as_it_is(kind: str) -> None:
    np.testing.assert_array_equal(decode_image(saved(NOISE, kind)).grey, NOISE)


def test_a_lossless_webp_comes_back_as_it_is() -> None:
    np.testing.assert_array_equal(decode_image(saved(PAPER, "WebP", lossless=True)).grey, PAPER)


def test_red_becomes_the_grey_of_its_luminance() -> None:
    decoded = decode_image(saved(Image.new("RGB", (30, 20), (255, 0, 0)), "JPEG"))
    assert decoded.grey == pytest.approx(np.full((20, 30), 76), abs=2)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WebP", "TIFF"])
def test_a_photo_is_turned_as_its_exif_orientation_says(kind: str, orientation: int) -> None:
    image = Image.fromarray(PAPER)
    if orientation > 1:
        image = image.transpose(TURNED_BACK[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    decoded = decode_image(saved(image, kind, exif=exif, quality=100))
    assert decoded.grey.shape == PAPER.shape
    assert (decoded.width, decoded.height) == (224, 112)
    assert np.abs(decoded.grey.astype(int) - PAPER).max() < 60


# --- transparency ------------------------------------------------------------------------------


@pytest.mark.parametrize("ink", [0, 100, 245, 255])
@pytest.mark.parametrize("kind", ["PNG", "WebP", "TIFF"])
def test_transparent_pixels_are_paper_whatever_the_ink(kind: str, ink: int) -> None:
    image = Image.new("RGBA", (224, 112), (ink, ink, ink))
    image.putalpha(Image.fromarray(INK))
    grey = decode_image(saved(image, kind, lossless=True)).grey
    share = INK / 255
    expected = share * ink + (1 - share) * 255 if ink < 240 else share * ink
    np.testing.assert_allclose(grey, expected, atol=2)


def test_white_ink_in_a_transparent_palette_is_seen_on_black() -> None:
    image = Image.fromarray((INK > 127).astype(np.uint8))
    image.putpalette([255] * 6)
    grey = decode_image(saved(image, "PNG", transparency=0)).grey
    np.testing.assert_array_equal(grey, np.where(INK > 127, 255, 0))


def test_an_image_without_any_ink_is_blank() -> None:
    decoded = decode_image(saved(Image.new("RGBA", (9, 9))))
    assert np.ptp(decoded.grey) == 0
    with pytest.raises(BlankImageError) as caught:
        find_digits_in_image(decoded)
    assert caught.value.problem == "is blank: nothing in it stands out from its border"


# --- 16 bits -----------------------------------------------------------------------------------


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bits_a_pixel_may_hold_fewer(kind: str, bits: int) -> None:
    levels = np.round(PAPER / 255 * (2**bits - 1)).astype(np.uint16)
    grey = decode_image(saved(levels, kind)).grey
    np.testing.assert_allclose(grey, PAPER, atol=1)


@pytest.mark.parametrize("bits", [10, 12, 14, 16])
def test_16_bits_a_colour_may_hold_fewer(bits: int) -> None:
    levels = np.round(PAPER / 255 * (2**bits - 1)).astype(">u2")
    rows = np.repeat(levels[:, :, None], 3, axis=2).reshape(len(levels), -1)
    lines = b"".join(b"\0" + row.tobytes() for row in rows)
    body = png(224, 112, chunk(b"IDAT", zlib.compress(lines)), depth=16, colours=2)
    grey = decode_image(body).grey
    np.testing.assert_allclose(grey, PAPER, atol=2 ** (17 - bits))


@pytest.mark.parametrize("scale", [1 / 255, 1, 1000])
def test_a_tiff_of_floats_keeps_its_greys(scale: float) -> None:
    grey = decode_image(saved(PAPER.astype(np.float32) * np.float32(scale), "TIFF")).grey
    np.testing.assert_allclose(grey, PAPER, atol=1)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -1])
def test_a_tiff_of_impossible_floats_is_blank(value: float) -> None:
    assert not decode_image(saved(np.full((9, 9), value, np.float32), "TIFF")).grey.any()


# --- frames ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WebP", "TIFF"])
@pytest.mark.parametrize("blank_frames", [0, 1, 3])
def test_the_first_frame_that_shows_something_counts(kind: str, blank_frames: int) -> None:
    frames = [Image.new("L", (224, 112), 255 - i) for i in range(blank_frames)]
    frames += [Image.fromarray(PAPER), Image.fromarray(INK)]
    body = saved(frames[0], kind, save_all=True, append_images=frames[1:], quality=100)
    grey = decode_image(body).grey
    assert np.abs(grey.astype(int) - PAPER).mean() < 5


def test_frames_that_are_all_blank_are_blank() -> None:
    frames = [Image.new("L", (50, 50), 255 - i) for i in range(3)]
    decoded = decode_image(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    with pytest.raises(BlankImageError):
        find_digits_in_image(decoded)


def test_of_very_many_blank_frames_the_first_ones_are_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(image_files, "_MAX_TOTAL_MEGAPIXELS", 0.006)  # two of them
    frames = [Image.new("L", (50, 50), 255 - i) for i in range(3)]
    frames.append(Image.fromarray(PAPER[:50, :50]))
    decoded = decode_image(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert np.ptp(decoded.grey) == 0


# --- size --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
def test_boxes_are_in_pixels_of_the_image_in_the_file(kind: str) -> None:
    scale = 6
    decoded = decode_image(saved(np.kron(PAPER, np.ones((scale, scale), np.uint8)), kind))
    assert max(decoded.grey.shape) <= 1024
    assert decoded.width == 224 * scale
    found = find_digits_in_image(decoded)
    for (box, _), (expected, _) in zip(found, find_digits(PAPER), strict=True):
        np.testing.assert_allclose(box, np.multiply(expected, scale), atol=14)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF", "WebP"])
def test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setitem(MAX_MEGAPIXELS, kind, 1)
    body = saved(Image.new("1", (1000, 1001)), kind)
    assert problem(body, ImageTooLargeError) == (
        f"has 1,000 × 1,001 pixels, and a {kind} may have at most 1 million; "
        "shrink it or save it as a JPEG"
    )
    decode_image(saved(Image.new("1", (1000, 1000)), kind))


@pytest.mark.parametrize(
    ("kind", "options"), [("JPEG", {}), ("progressive JPEG", {"progressive": True})]
)
def test_a_jpeg_of_too_many_pixels_is_refused(
    monkeypatch: pytest.MonkeyPatch, kind: str, options: dict[str, bool]
) -> None:
    monkeypatch.setitem(MAX_MEGAPIXELS, kind, 1)
    body = saved(Image.new("L", (1000, 1001)), "JPEG", **options)
    assert problem(body, ImageTooLargeError).endswith(
        f"and a {kind} may have at most 1 million; shrink it"
    )


def test_an_image_that_pillow_would_not_open_is_too_large() -> None:
    body = png(2**16, 2**16, chunk(b"IDAT", zlib.compress(b"")))
    assert problem(body, ImageTooLargeError) == "has too many pixels; make it smaller"


@pytest.mark.parametrize("turned", [False, True])
def test_a_side_may_be_as_long_as_the_limit(turned: bool) -> None:
    longest, longer = np.full((80, MAX_SIDE), 255, np.uint8), np.full((1, MAX_SIDE + 1), 255)
    longest[20:60, 8000:8200] = 0
    files = [
        saved((grey.T if turned else grey).astype(np.uint8), "PNG") for grey in (longest, longer)
    ]
    assert len(find_digits_in_image(decode_image(files[0]))) == 1
    size = "1 × 16,385" if turned else "16,385 × 1"
    assert problem(files[1], ImageTooLargeError) == (
        f"has {size} pixels, and a side may have at most 16,384; shrink it"
    )


@pytest.mark.parametrize(
    ("size", "shrunk"), [((8191, 600), (2048, 150)), ((8192, 1), (8192, 1)), ((9000, 8), (1125, 1))]
)
def test_a_large_jpeg_is_shrunk_while_it_is_decoded(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], shrunk: tuple[int, int]
) -> None:
    decoded = []
    grey_levels = image_files._grey_levels

    def noted(image: Image.Image, *arguments: Any) -> Any:
        decoded.append(image.size)
        return grey_levels(image, *arguments)

    monkeypatch.setattr(image_files, "_grey_levels", noted)
    decode_image(saved(Image.new("CMYK", size), "JPEG"))
    assert decoded == [shrunk]


def test_a_file_may_be_as_large_as_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = 2**20
    monkeypatch.setattr(image_files, "MAX_FILE_BYTES", limit)
    body = saved(NOISE)
    np.testing.assert_array_equal(decode_image(body.ljust(limit, b"\0")).grey, NOISE)
    assert problem(body.ljust(limit + 1, b"\0"), ImageTooLargeError) == (
        "is larger than 1 MiB; make it smaller"
    )


def test_a_large_photo_is_read_without_pillows_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 500)  # Pillow warns from here, raises from 1,000
    np.testing.assert_array_equal(decode_image(saved(NOISE)).grey, NOISE)


# --- what cannot be read -----------------------------------------------------------------------

UNSUPPORTED = "which is not supported; save it as a JPEG or PNG"


@pytest.mark.parametrize(
    ("data", "kind", "sentence"),
    [
        (b"", ImageError, "is empty"),
        (
            b"text",
            UnsupportedImageError,
            "is not a PNG, JPEG, GIF, BMP, WebP or TIFF file; save it as one of these",
        ),
        (b"\0\0\0\x18ftypheic", ImageError, "is a damaged HEIC file"),
        (b"\0\0\0\x18ftypmif1", ImageError, "is a damaged HEIC file"),
        (b"\0\0\0\x18ftypavif", UnsupportedImageError, f"is an AVIF image, {UNSUPPORTED}"),
        (b"%PDF-1.7", UnsupportedImageError, f"is a PDF document, {UNSUPPORTED}"),
        (b"<?xml?><svg>", UnsupportedImageError, f"is an SVG image, {UNSUPPORTED}"),
        (b"\x89PNG\r\n\x1a\n", ImageError, "is a damaged PNG file"),
    ],
)
def test_each_refusal_is_one_sentence(data: bytes, kind: type[ImageError], sentence: str) -> None:
    assert problem(data, kind) == sentence


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_without_pillow_heif_a_heic_image_is_not_supported(
    brand: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    image_files._reads_heic.cache_clear()
    assert problem(b"\0\0\0\x18ftyp" + brand, UnsupportedImageError) == (
        f"is a HEIC image, {UNSUPPORTED}"
    )
    image_files._reads_heic.cache_clear()


def test_a_phones_heic_is_read() -> None:
    file = decode_image(heic(Image.fromarray(PAPER)))
    assert (file.width, file.height) == PAPER.shape[::-1]
    assert np.abs(file.grey.astype(int) - PAPER).mean() < 3
    assert len(find_digits_in_image(file)) == 2


def test_a_heic_with_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MAX_MEGAPIXELS, "HEIC", 0.02)
    sentence = problem(heic(Image.fromarray(PAPER)), ImageTooLargeError)
    assert sentence.endswith("a HEIC may have at most 0.02 million; shrink it or save it as a JPEG")


def test_pillow_is_asked_for_when_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    body = saved(NOISE)
    monkeypatch.setitem(sys.modules, "PIL", None)
    sentence = "can only be read with Pillow: pip install pillow"
    assert problem(body, PillowMissingError) == sentence


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_a_truncated_image_is_refused(kind: str, share: float) -> None:
    body = saved(PAPER, kind)
    assert problem(body[: max(int(share * len(body)), 12)]) == f"is a damaged {kind} file"


def crowded() -> Iterator[bytes]:
    """Yield files of very many tiny parts."""
    yield png(20, 20, *[chunk(b"tEXt", b"a\0b")] * 50_000)
    yield b"\xff\xd8" + b"\xff\xfe\x00\x02" * 50_000 + saved(Image.new("L", (9, 9)), "JPEG")[2:]


def test_a_file_of_very_many_parts_is_refused() -> None:
    for body in crowded():
        assert "damaged" in problem(body)


@pytest.mark.parametrize(("width", "height"), [(0, 9), (9, 0)])
def test_an_image_without_width_or_height_is_refused(width: int, height: int) -> None:
    body = png(width, height, chunk(b"IDAT", zlib.compress(b"\0" * 333)))
    assert problem(body) == "is a damaged PNG file"


def test_a_second_header_is_the_one_that_is_measured() -> None:
    second = chunk(b"IHDR", struct.pack(">IIBBBBB", 10_000, 10_000, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 333))
    assert problem(png(9, 9, second, pixels), ImageTooLargeError).startswith("has 10,000 × 10,000")
    assert decode_image(png(9, 9, pixels, second)).grey.shape == (9, 9)


def test_texts_that_unpack_to_megabytes_are_refused() -> None:
    text = chunk(b"zTXt", b"k\0\0" + zlib.compress(b" " * 900_000))
    body = png(9, 9, text, text, chunk(b"IDAT", zlib.compress(b"\0" * 333)))
    assert problem(body) == "is a damaged PNG file"


SAMPLES = {kind: saved(PAPER[::4, ::4], kind) for kind in FORMATS}


@settings(max_examples=100)
@given(
    st.sampled_from(FORMATS),
    st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=6)), max_size=4),
    st.integers(0, 3000),
)
def test_any_damage_to_an_image_is_decoded_or_refused(
    kind: str, changes: list[tuple[int, bytes]], length: int
) -> None:
    body = bytearray(SAMPLES[kind])
    for place, new in changes:
        at = place % len(body)
        body[at : at + len(new)] = new
    try:
        decoded = decode_image(bytes(body[:length]))
    except ImageError as error:
        assert len(error.problem) < 150  # noqa: PT017 (either outcome is right)
    else:
        assert decoded.grey.dtype == np.uint8
        assert max(decoded.grey.shape) <= 1024
