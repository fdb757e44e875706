"""Arrays of grey levels in .npy files."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_recognizer.vision.errors import ImageError
from mnist_recognizer.vision.npy_files import decode_npy

GREY = (np.arange(28 * 28).reshape(28, 28) % 256).astype(np.uint8)


def npy(array: np.ndarray, **options: bool) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def test_an_image_in_npy_comes_back_as_it_is() -> None:
    (image,) = decode_npy(npy(GREY))
    assert (image == GREY).all()
    (image,) = decode_npy(npy(GREY / 255))
    assert image.dtype == np.float64


def test_784_numbers_are_one_image_row_by_row() -> None:
    (image,) = decode_npy(npy(GREY.ravel()))
    assert (image == GREY).all()


def test_npy_may_hold_several_images() -> None:
    images = decode_npy(npy(np.stack([GREY, 255 - GREY])))
    assert [(p == q).all() for p, q in zip(images, (GREY, 255 - GREY), strict=True)] == [True] * 2


@pytest.mark.parametrize("shape", [(0, 28, 28), (5,), (2, 2, 28, 28), ()])
def test_npy_of_another_shape_is_refused_with_the_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(ImageError) as caught:
        decode_npy(npy(np.zeros(shape)))
    assert f"is an array of shape {shape}, which must be" in caught.value.problem


@pytest.mark.parametrize(
    "data", [npy(np.array([print], object), allow_pickle=True), npy(GREY)[:200], b"\x93NUMPY"]
)
def test_an_npy_file_cannot_run_code_or_be_cut_off(data: bytes) -> None:
    with pytest.raises(ImageError) as caught:
        decode_npy(data)
    assert caught.value.problem == "is a damaged .npy file, or does not contain numbers"


@given(st.binary())
def test_garbage_after_the_signature_is_refused(data: bytes) -> None:
    with pytest.raises(ImageError):
        decode_npy(b"\x93NUMPY\x01\x00" + data)
