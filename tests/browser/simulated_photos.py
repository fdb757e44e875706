"""Simulated photos of digits, as a visitor opens them."""

import base64
import io
import json
from typing import Any

from PIL import Image
from playwright.sync_api import FilePayload
from servers import ROOT

GOLDEN = {
    case["name"]: case for case in json.loads((ROOT / "tests/golden/photos.json").read_text())
}


def photo(name: str) -> Image.Image:
    """Return the golden photo of this name, four times as large."""
    case: dict[str, Any] = GOLDEN[name]
    size = (case["width"], case["height"])
    image = Image.frombytes("L", size, base64.b64decode(case["grey"]))
    return image.resize((4 * size[0], 4 * size[1]), Image.Resampling.BICUBIC)


def as_file(image: Image.Image) -> FilePayload:
    """Return an image as a file that a visitor chooses."""
    file = io.BytesIO()
    image.save(file, "PNG")
    return {"name": "photo.png", "mimeType": "image/png", "buffer": file.getvalue()}
