"""POST /predict/image: the digits in an image file."""

import io
import struct
import zlib
from typing import Any

import httpx
import numpy as np
import pytest
from clients import refused, start
from fastapi.testclient import TestClient
from PIL import Image

from mnist_recognizer.locations import default_weights
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


def post(client: TestClient, body: bytes, kind: str = "image/png") -> httpx.Response:
    return client.post("/predict/image", content=body, headers={"Content-Type": kind})


def posted(client: TestClient, body: bytes, kind: str = "image/png") -> dict[str, Any]:
    response = post(client, body, kind)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_an_image_of_mnists_size_is_answered_as_its_pixels_are(client: TestClient) -> None:
    expected = client.post("/predict", json={"pixels": (SEVEN.ravel() / 255).tolist()}).json()
    answer = posted(client, saved(SEVEN))
    (found,) = find_digits(SEVEN)
    assert [digit.pop("box") for digit in answer["digits"]] == [found.box._asdict()]
    assert answer["digits"][0]["probabilities"] == pytest.approx(expected["probabilities"])
    assert answer["number"] == str(expected["prediction"])


def test_an_image_without_any_digit_says_so() -> None:
    lattice = np.full((300, 300), 255, np.uint8)
    for line in range(60, 250, 40):
        lattice[40:260, line : line + 8] = lattice[line : line + 8, 40:260] = 0
    with start(default_weights()) as client:
        answer = posted(client, saved(lattice))
        assert answer["warnings"] == ["Nothing in the image looks like a digit."]
        assert not any(digit["accepted"] for digit in answer["digits"])
        assert posted(client, saved(PAPER))["warnings"] == []


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
def test_boxes_are_in_pixels_of_the_large_image_that_was_sent(
    client: TestClient, kind: str
) -> None:
    scale = 6
    answer = posted(client, saved(np.kron(PAPER, np.ones((scale, scale), np.uint8)), kind))
    for digit, (box, _) in zip(answer["digits"], find_digits(PAPER), strict=True):
        for side, size in zip(box._fields, box, strict=True):
            assert digit["box"][side] == pytest.approx(size * scale, abs=14)


@pytest.mark.parametrize(
    "declared",
    ["image/png", "image/jpg", "IMAGE/WEBP; charset=binary", "application/octet-stream", ""],
)
def test_the_bytes_tell_the_format_whatever_was_declared(client: TestClient, declared: str) -> None:
    assert posted(client, saved(PAPER), declared) == posted(client, saved(PAPER))


def test_a_blank_image_is_refused_with_what_to_do(client: TestClient) -> None:
    detail = refused(post(client, saved(np.full((60, 80), 255, np.uint8))), 422)
    assert detail.startswith("The image is blank: nothing in it stands out from its border.")
    assert "margin" in detail


@pytest.mark.parametrize(
    ("status", "body", "detail"),
    [
        (422, b"", "The image is empty."),
        (422, saved(PAPER)[:60], "The image is a damaged PNG file."),
        (415, b"{}", "The image is not a PNG, JPEG, GIF, BMP, WebP or TIFF file; save it as"),
        (415, b"\0\0\0\x20ftypavif" + bytes(40), "The image is an AVIF image, which is not"),
    ],
)
def test_what_is_not_an_image_is_refused(
    client: TestClient, status: int, body: bytes, detail: str
) -> None:
    assert refused(post(client, body), status).startswith(detail)


def test_a_form_is_told_to_send_the_file_alone(client: TestClient) -> None:
    response = client.post("/predict/image", files={"file": ("a.png", saved(PAPER))})
    assert response.status_code == 415
    assert "--data-binary @photo.jpg" in response.json()["detail"]


def test_a_compressed_body_is_refused(client: TestClient) -> None:
    headers = {"Content-Type": "image/png", "Content-Encoding": "gzip"}
    assert client.post("/predict/image", content=b"x", headers=headers).status_code == 415


def test_a_body_beyond_the_setting_is_refused(weights: Any) -> None:
    with start(weights, max_image_bytes=4096) as client:
        noise = np.random.default_rng(0).integers(0, 255, (90, 90), np.uint8)
        assert "larger than 4,096 bytes" in refused(post(client, saved(noise)), 413)


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
        detail = refused(post(client, body), 413)
        assert "pixels" in detail, kind
