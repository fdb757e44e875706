"""POST /predict/image: the digits in a picture file."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.predict import image_file
from mnist_recognizer.api.predict.image_file import LONGEST_SIDE, MOST_PIXELS, decode_picture
from mnist_recognizer.api.problems import ProblemError
from mnist_recognizer.api.settings import Settings
from mnist_recognizer.vision.segmentation import find_digits
from mnist_recognizer.vision.strokes import render_strokes

SEVEN = render_strokes([[(20, 30), (80, 30), (45, 120)], [(35, 75), (70, 75)]])
ONE = render_strokes([[(5, 0), (5, 100)]])
NUMBER = np.kron(np.concatenate([SEVEN, ONE], axis=1), np.ones((4, 4), np.uint8))  # (112, 224)
PAPER = 255 - NUMBER
FORMATS = ("PNG", "JPEG", "WebP")
EXIF_ORIENTATION = 0x0112


def saved(grey: np.ndarray | Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    image = grey if isinstance(grey, Image.Image) else Image.fromarray(grey)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def posted(client: TestClient, body: bytes, kind: str = "image/png") -> dict[str, Any]:
    response = client.post("/predict/image", content=body, headers={"Content-Type": kind})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def refused(client: TestClient, status: int, body: bytes, kind: str = "image/png") -> str:
    """Post a picture, see that it is refused properly, and return what is said."""
    response = client.post("/predict/image", content=body, headers={"Content-Type": kind})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert len(response.content) < 1000
    detail: str = response.json()["detail"]
    return detail


def test_a_picture_of_mnists_size_is_answered_as_its_pixels_are(client: TestClient) -> None:
    expected = client.post("/predict", json={"pixels": (SEVEN.ravel() / 255).tolist()}).json()
    answer = posted(client, saved(SEVEN))
    (found,) = find_digits(SEVEN)
    assert [digit.pop("box") for digit in answer["digits"]] == [found.box._asdict()]
    assert answer["digits"][0]["probabilities"] == pytest.approx(expected["probabilities"])
    assert answer["number"] == str(expected["prediction"])


def test_each_digit_of_a_number_is_answered_with_its_box(client: TestClient) -> None:
    answer = posted(client, saved(PAPER))
    found = find_digits(PAPER)
    assert [digit["box"] for digit in answer["digits"]] == [box._asdict() for box, _ in found]
    assert len(found) == 2
    assert answer["number"] == "".join(str(digit["prediction"]) for digit in answer["digits"])
    for digit, (_, pixels) in zip(answer["digits"], found, strict=True):
        own = client.post("/predict", json={"pixels": (pixels.ravel() / 255).tolist()}).json()
        assert digit["probabilities"] == pytest.approx(own["probabilities"], abs=1e-6)
        assert digit["prediction"] == own["prediction"]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1", "LA", "CMYK", "I;16"])
def test_pictures_of_every_kind_show_the_same_digits(kind: str, mode: str) -> None:
    image = Image.fromarray(PAPER.astype(np.uint16) * 257 if mode == "I;16" else PAPER)
    try:
        body = saved(image.convert(mode) if mode != "I;16" else image, kind, quality=95)
    except OSError:  # JPEG has no transparency, and so on
        assert (kind, mode) in {
            *(("JPEG", other) for other in ("RGBA", "P", "LA", "I;16")),
            ("PNG", "CMYK"),
            ("WebP", "I;16"),
        }
        return
    picture = decode_picture(body)
    assert (picture.width, picture.height) == (224, 112)
    assert picture.grey.shape == PAPER.shape
    assert np.abs(picture.grey.astype(int) - PAPER).mean() < 12
    assert len(find_digits(picture.grey)) == 2


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", FORMATS)
def test_a_turned_photograph_is_read_upright(kind: str, orientation: int) -> None:
    turns = Image.Transpose
    turn_back = {
        2: turns.FLIP_LEFT_RIGHT, 3: turns.ROTATE_180, 4: turns.FLIP_TOP_BOTTOM,
        5: turns.TRANSPOSE, 6: turns.ROTATE_90, 7: turns.TRANSVERSE, 8: turns.ROTATE_270,
    }  # fmt: skip
    image = Image.fromarray(PAPER)
    if orientation > 1:
        image = image.transpose(turn_back[orientation])
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    picture = decode_picture(saved(image, kind, exif=exif, quality=100))
    assert picture.grey.shape == PAPER.shape
    assert (picture.width, picture.height) == (224, 112)
    assert np.abs(picture.grey.astype(int) - PAPER).max() < 60


@pytest.mark.parametrize("ink", ["black", "white"])
def test_what_is_transparent_is_paper_whatever_the_ink(ink: str) -> None:
    image = Image.new("RGBA", (224, 112), ink)
    image.putalpha(Image.fromarray(NUMBER))
    picture = decode_picture(saved(image))
    np.testing.assert_allclose(picture.grey, PAPER if ink == "black" else NUMBER, atol=1)


@pytest.mark.parametrize("kind", FORMATS)
def test_boxes_are_in_pixels_of_the_large_picture_that_was_sent(
    client: TestClient, kind: str
) -> None:
    scale = 6
    answer = posted(client, saved(np.kron(PAPER, np.ones((scale, scale), np.uint8)), kind))
    for digit, (box, _) in zip(answer["digits"], find_digits(PAPER), strict=True):
        for side, size in zip(box._fields, box, strict=True):
            assert digit["box"][side] == pytest.approx(size * scale, abs=14)


def test_the_bytes_tell_the_format_whatever_was_declared(client: TestClient) -> None:
    answers = [
        posted(client, saved(PAPER), kind)["number"]
        for kind in ("image/png", "image/jpeg", "IMAGE/WEBP; charset=binary")
    ]
    assert len(set(answers)) == 1


def test_a_blank_picture_is_refused_with_what_to_do(client: TestClient) -> None:
    detail = refused(client, 422, saved(np.full((60, 80), 255, np.uint8)))
    assert detail.startswith("The picture is blank: nothing stands out from its border.")
    assert "margin" in detail


def test_what_is_no_picture_is_refused(client: TestClient) -> None:
    assert "is empty" in refused(client, 422, b"")
    assert "no PNG, JPEG or WebP" in refused(client, 415, b"GIF89a" + b"\0" * 99)
    assert "no PNG, JPEG or WebP" in refused(client, 415, saved(PAPER, "BMP"))
    assert "'text/plain'" in refused(client, 415, saved(PAPER), "text/plain")
    assert "missing" in refused(client, 415, saved(PAPER), "")


def test_a_compressed_body_is_refused(client: TestClient) -> None:
    headers = {"Content-Type": "image/png", "Content-Encoding": "gzip"}
    assert client.post("/predict/image", content=b"x", headers=headers).status_code == 415


def test_a_body_beyond_the_setting_is_refused(weights: Any) -> None:
    with TestClient(create_app(Settings(weights=weights, max_image_bytes=4096))) as client:
        noise = np.random.default_rng(0).integers(0, 255, (90, 90), np.uint8)
        assert "larger than 4,096 bytes" in refused(client, 413, saved(noise))


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_a_truncated_picture_is_refused(client: TestClient, kind: str, share: float) -> None:
    body = saved(PAPER, kind)
    detail = refused(client, 422, body[: max(int(share * len(body)), 12)])
    assert detail == f"The picture is a damaged {kind}."


@pytest.mark.parametrize("kind", ["PNG", "WebP"])
def test_an_animation_is_refused(client: TestClient, kind: str) -> None:
    frames = [Image.fromarray(PAPER), Image.fromarray(NUMBER)]
    body = saved(frames[0], kind, save_all=True, append_images=frames[1:])
    assert "animated; send one of its frames" in refused(client, 422, body)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IEND", b"")


def test_a_decompression_bomb_is_refused_by_its_header(client: TestClient) -> None:
    side = 60_000
    vp8x = b"\x10\0\0\0" + (16_382).to_bytes(3, "little") * 2
    jpeg = saved(Image.new("L", (8, 8)), "JPEG")
    start = jpeg.index(b"\xff\xc0") + 5
    bombs = {
        "PNG": png(side, side, chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000))),
        "JPEG": jpeg[:start] + struct.pack(">HH", side, side) + jpeg[start + 4 :],
        "WebP": b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + vp8x,
    }
    for kind, body in bombs.items():
        detail = refused(client, 413, body)
        assert f"more than this server decodes of a {kind}; make it smaller" in detail


def test_a_picture_is_decoded_up_to_the_limit_of_its_format() -> None:
    side = int(MOST_PIXELS["PNG"] ** 0.5)
    grey = np.full((side, side), 255, np.uint8)
    grey[1000:1600, 900:960] = 0
    picture = decode_picture(saved(grey, "PNG", compress_level=1))
    assert max(picture.grey.shape) <= 1024
    assert len(find_digits(picture.grey)) == 1


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_side_is_as_long_as_the_limit_and_no_longer(
    client: TestClient, kind: str, turned: bool
) -> None:
    longest, longer = np.full((80, LONGEST_SIDE), 255), np.full((1, LONGEST_SIDE + 1), 255)
    longest[20:60, 8000:8200] = 0
    files = [
        saved((grey.T if turned else grey).astype(np.uint8), kind) for grey in (longest, longer)
    ]
    assert len(find_digits(decode_picture(files[0]).grey)) == 1
    size = "1 × 16,385" if turned else "16,385 × 1"
    assert refused(client, 413, files[1], f"image/{kind.lower()}") == (
        f"The picture has {size} pixels, and a side may have 16,384; make it smaller."
    )


@pytest.mark.parametrize(
    ("size", "shrunk"), [((8191, 600), (2048, 150)), ((8192, 1), (8192, 1)), ((9000, 8), (1125, 1))]
)
def test_a_large_jpeg_is_shrunk_while_it_is_decoded(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], shrunk: tuple[int, int]
) -> None:
    decoded = []

    def noted(image: Image.Image, paper: str) -> Any:
        decoded.append(image.size)
        return read(image, paper)

    read = image_file._grey
    monkeypatch.setattr(image_file, "_grey", noted)
    decode_picture(saved(Image.new("CMYK", size), "JPEG"))
    assert decoded == [shrunk]


def test_a_progressive_jpeg_whose_coefficients_take_too_much_memory_is_refused() -> None:
    body = saved(np.zeros((4000, 6000), np.uint8), "JPEG", progressive=True)
    with pytest.raises(ProblemError, match="of a progressive JPEG"):
        decode_picture(body)


def test_a_file_of_very_many_parts_is_refused_before_they_are_read() -> None:
    picture = saved(np.zeros((20, 20), np.uint8))
    crowded = png(20, 20, *[chunk(b"tEXt", b"a\0b")] * 10_000)
    jpeg = b"\xff\xd8" + b"\xff\xfe\x00\x02" * 10_000 + saved(Image.new("L", (9, 9)), "JPEG")[2:]
    assert decode_picture(picture).width == 20
    for body in (crowded, jpeg):
        with pytest.raises(ProblemError, match="damaged"):
            decode_picture(body)


def test_a_lossless_webp_is_measured_and_read() -> None:
    picture = decode_picture(saved(PAPER, "WebP", lossless=True))
    assert (picture.width, picture.height) == (224, 112)
    np.testing.assert_array_equal(picture.grey, PAPER)


def test_a_progressive_jpeg_that_fits_into_memory_is_read() -> None:
    picture = decode_picture(saved(PAPER, "JPEG", progressive=True, quality=100))
    assert np.abs(picture.grey.astype(int) - PAPER).max() < 60


def test_restart_markers_before_a_jpegs_frame_are_passed_over() -> None:
    body = saved(PAPER, "JPEG")
    picture = decode_picture(body[:2] + b"\xff\xd0\xff\xd7" + body[2:])
    np.testing.assert_array_equal(picture.grey, decode_picture(body).grey)


@pytest.mark.parametrize(("width", "height"), [(0, 9), (9, 0)])
def test_a_picture_without_width_or_height_is_refused(width: int, height: int) -> None:
    with pytest.raises(ProblemError, match="damaged PNG"):
        decode_picture(png(width, height, chunk(b"IDAT", zlib.compress(b"\0" * 333))))


@pytest.mark.parametrize("side", [10, 60_000])
def test_a_second_header_with_another_size_is_refused(side: int) -> None:
    """Otherwise the first would be measured, and what the second one says decoded."""
    second = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0))
    with pytest.raises(ProblemError, match="damaged PNG"):
        decode_picture(png(9, 9, second, chunk(b"IDAT", zlib.compress(b"\0" * 333))))


def test_texts_that_unpack_to_megabytes_are_refused() -> None:
    text = chunk(b"zTXt", b"k\0\0" + zlib.compress(b" " * 900_000))
    with pytest.raises(ProblemError, match="damaged PNG"):
        decode_picture(png(9, 9, text, text, chunk(b"IDAT", zlib.compress(b"\0" * 333))))


SAMPLES = {kind: saved(PAPER[::4, ::4], kind) for kind in FORMATS}


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(FORMATS),
    st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=6)), max_size=4),
    st.integers(0, 3000),
)
def test_any_damage_to_a_picture_is_decoded_or_refused(
    kind: str, changes: list[tuple[int, bytes]], length: int
) -> None:
    body = bytearray(SAMPLES[kind])
    for place, new in changes:
        at = place % len(body)
        body[at : at + len(new)] = new
    try:
        picture = decode_picture(bytes(body[:length]))
    except ProblemError as problem:
        assert problem.status in {413, 415, 422}  # noqa: PT017 (either outcome is right)
        assert len(problem.detail) < 150  # noqa: PT017
    else:
        assert picture.grey.dtype == np.uint8
        assert max(picture.grey.shape) <= 1024
