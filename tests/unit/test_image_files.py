"""Picture files of every kind become grey arrays, or one sentence."""

import io
import struct
import sys
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mnist_recognizer.vision import image_files as picture_files
from mnist_recognizer.vision.image_files import (
    PictureError,
    PillowMissingError,
    decode_pictures,
)


def npy(array: np.ndarray, **options: bool) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


GREY = (np.arange(28 * 28).reshape(28, 28) % 256).astype(np.uint8)


def test_a_picture_in_npy_comes_back_as_it_is() -> None:
    (picture,) = decode_pictures(npy(GREY))
    assert (picture == GREY).all()
    (picture,) = decode_pictures(npy(GREY / 255))
    assert picture.dtype == np.float64


def test_784_numbers_are_one_picture_row_by_row() -> None:
    (picture,) = decode_pictures(npy(GREY.ravel()))
    assert (picture == GREY).all()


def test_npy_may_hold_several_pictures() -> None:
    pictures = decode_pictures(npy(np.stack([GREY, 255 - GREY])))
    assert [(p == q).all() for p, q in zip(pictures, (GREY, 255 - GREY), strict=True)] == [True] * 2


@pytest.mark.parametrize("shape", [(0, 28, 28), (5,), (2, 2, 28, 28), ()])
def test_npy_of_another_shape_is_refused_with_the_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(PictureError, match="holds an array of shape"):
        decode_pictures(npy(np.zeros(shape)))


def test_an_npy_file_cannot_run_code_or_be_cut_off() -> None:
    for data in (npy(np.array([print], object), allow_pickle=True), npy(GREY)[:200], b"\x93NUMPY"):
        with pytest.raises(PictureError, match=r"not an \.npy file of numbers, or it is damaged"):
            decode_pictures(data)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF"])
def test_a_grey_picture_comes_back_as_it_is(kind: str) -> None:
    (picture,) = decode_pictures(encoded(Image.fromarray(GREY), kind))
    assert (picture == GREY).all()


def test_a_colour_photo_becomes_grey() -> None:
    red = Image.new("RGB", (30, 20), (255, 0, 0))
    (picture,) = decode_pictures(encoded(red, "JPEG"))
    assert picture.shape == (20, 30)
    assert picture == pytest.approx(np.full((20, 30), 76), abs=2)


def test_16_bits_a_pixel_keep_their_range() -> None:
    deep = Image.fromarray(GREY.astype(np.uint16) * 257)
    (picture,) = decode_pictures(encoded(deep))
    assert picture == pytest.approx(GREY / 255, abs=1e-6)


@pytest.mark.parametrize("ink", [0, 255])
def test_ink_on_transparent_paper_is_seen_whatever_its_colour(ink: int) -> None:
    levels = np.zeros((28, 28, 4), np.uint8)
    levels[..., :3] = ink
    levels[10:18, 10:18, 3] = 255
    (picture,) = decode_pictures(encoded(Image.fromarray(levels, "RGBA")))
    assert (picture[10:18, 10:18] == ink).all()
    assert (picture[:10] == 255 - ink).all()


def test_a_phones_photo_is_turned_the_way_it_was_taken() -> None:
    image = Image.fromarray(GREY[:10])
    exif = image.getexif()
    exif[0x0112] = 6  # turn a quarter clockwise to see it upright
    (picture,) = decode_pictures(encoded(image, "PNG", exif=exif))
    assert (picture == np.rot90(GREY[:10], -1)).all()


def test_an_empty_file_is_called_empty() -> None:
    with pytest.raises(PictureError, match="it is empty"):
        decode_pictures(b"")


def test_a_file_too_large_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_files, "MAX_BYTES", 2**20)
    with pytest.raises(PictureError, match="it is larger than 1 MiB"):
        decode_pictures(b"x" * (2**20 + 1))


def test_a_small_file_of_too_many_pixels_is_not_decoded() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 10_000, 10_000, 8, 0, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    with pytest.raises(PictureError, match="more than 50,000,000 pixels"):
        decode_pictures(bomb)


def test_a_picture_without_any_ink_is_a_picture() -> None:
    (picture,) = decode_pictures(encoded(Image.new("RGBA", (9, 9))))
    assert np.ptp(picture) == 0


NOISE = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
PNG = encoded(Image.fromarray(NOISE))


@given(st.integers(1, len(PNG) - 100))
def test_a_picture_that_was_cut_off_is_refused(length: int) -> None:
    with pytest.raises(PictureError, match="it is not a picture, or it is damaged"):
        decode_pictures(PNG[:length])


@given(st.binary(min_size=1), st.sampled_from([b"", b"\x93NUMPY\x01\x00", PNG[:33]]))
def test_garbage_is_refused(data: bytes, prefix: bytes) -> None:
    with pytest.raises(PictureError):
        decode_pictures(prefix + data)


def test_without_pillow_only_npy_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(PillowMissingError, match="without Pillow"):
        decode_pictures(PNG)
    (picture,) = decode_pictures(npy(GREY))
    assert (picture == GREY).all()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "it is empty"),
        (b"text", "it is not a picture, or it is damaged"),
        (b"\x93NUMPY", "it is not an .npy file of numbers, or it is damaged"),
        (
            npy(np.zeros((0, 28, 28))),
            (
                "it holds an array of shape (0, 28, 28), but a picture is (height, width), "
                "and several are (pictures, height, width)"
            ),
        ),
    ],
)
def test_each_refusal_is_one_whole_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(PictureError) as caught:
        decode_pictures(data)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("module", ["PIL.Image", "PIL.ImageOps"])
def test_pillow_is_asked_for_in_one_whole_sentence(
    monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(PillowMissingError) as caught:
        decode_pictures(PNG)
    assert str(caught.value) == "only .npy files can be read without Pillow"


def test_a_file_may_be_as_large_as_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = 2**20
    monkeypatch.setattr(picture_files, "MAX_BYTES", limit)
    (picture,) = decode_pictures(PNG.ljust(limit, b"\0"))
    assert (picture == NOISE).all()
    with pytest.raises(PictureError) as caught:
        decode_pictures(PNG.ljust(limit + 1, b"\0"))
    assert str(caught.value) == "it is larger than 1 MiB"


def test_a_picture_may_have_as_many_pixels_as_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = encoded(Image.fromarray(NOISE[:10]))
    monkeypatch.setattr(picture_files, "MAX_PIXELS", 280)
    assert decode_pictures(wide)[0].shape == (10, 28)
    monkeypatch.setattr(picture_files, "MAX_PIXELS", 279)
    with pytest.raises(PictureError) as caught:
        decode_pictures(wide)
    assert str(caught.value) == "it has more than 279 pixels"


def test_a_large_photo_is_read_without_pillows_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 500)  # Pillow warns from here, raises from 1,000
    (picture,) = decode_pictures(PNG)
    assert (picture == NOISE).all()


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_what_is_transparent_is_white_paper_under_grey_ink(mode: str) -> None:
    levels = np.full((6, 6, 4), 100, np.uint8)
    levels[..., 3] = 255
    levels[3:, :, 3] = 0
    image = Image.fromarray(levels).convert(mode)
    (picture,) = decode_pictures(encoded(image))
    assert picture.dtype == np.uint8
    assert (picture[:3] == 100).all()
    assert (picture[3:] == 255).all()


def test_white_ink_that_white_paper_hides_is_seen_on_black() -> None:
    levels = np.full((6, 6, 4), 255, np.uint8)
    levels[3:, :, 3] = 0
    (picture,) = decode_pictures(encoded(Image.fromarray(levels)))
    assert (picture[0] == 255).all()
    assert (picture[5] == 0).all()
