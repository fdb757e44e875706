"""Bodies that no schema can describe, for Schemathesis: images, digits as bytes, tensors.

The tests import this. With the command line, from the project's folder::

    SCHEMATHESIS_HOOKS=tests/api/plausible_bodies.py schemathesis run URL/openapi.json

Without it, Schemathesis sends any bytes as an image or a tensor, expects them to be recognised,
and reports that they are refused.
"""

import io
import json
from typing import Any

import numpy as np
import schemathesis
from hypothesis import strategies as st
from PIL import Image

INFER = "/v2/models/mnist/infer"
LENGTH = "Inference-Header-Content-Length"


@st.composite
def images(draw: st.DrawFn, kind: str) -> bytes:
    """Return a file of white paper with a stroke of ink somewhere on it."""
    width, height = draw(st.integers(40, 300)), draw(st.integers(40, 300))
    x, y = draw(st.integers(4, width - 12)), draw(st.integers(4, height - 36))
    sheet = Image.new(draw(st.sampled_from(["L", "RGB"])), (width, height), "white")
    sheet.paste("black", (x, y, x + draw(st.integers(2, 8)), y + draw(st.integers(16, 32))))
    file = io.BytesIO()
    sheet.save(file, kind)
    return file.getvalue()


# What bytes are, no schema can say: an image's are its format's, raw digits' are 784 for each.
schemathesis.openapi.media_type(
    "application/octet-stream",
    st.binary(min_size=784, max_size=784).flatmap(lambda row: st.integers(1, 20).map(row.__mul__)),
)
for name in ("png", "jpeg", "webp", "gif", "bmp", "tiff"):
    schemathesis.openapi.media_type(f"image/{name}", images(name))
# Pillow alone writes no HEIC; the route believes the bytes, not their declared type.
schemathesis.openapi.media_type("image/heic", images("jpeg"))


@schemathesis.hook
def before_call(
    context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]
) -> None:
    """Make a request for the inference what it should be, where it is meant to be answered."""
    if case.path == INFER and case.meta and case.meta.generation.mode.is_positive:
        make_tensors_agree(case)


def make_tensors_agree(case: schemathesis.Case) -> None:
    """Make true of a request what no schema can say: parts of it depend on each other.

    The shape of a tensor follows from its data; whether the JSON is followed by bytes, and by how
    many, from the header and a parameter.
    """
    case.headers.pop(LENGTH, None)
    if case.media_type == "application/octet-stream":
        numbers = np.frombuffer(case.body, np.uint8).astype("<f4") / 255
        tensor = numbers.tobytes()
        described: dict[str, Any] = {
            "name": "pixels",
            "shape": [numbers.size // 784, 784],
            "datatype": "FP32",
            "parameters": {"binary_data_size": len(tensor)},
        }
        head = json.dumps({"inputs": [described]}).encode()
        case.body = head + tensor
        case.headers[LENGTH] = str(len(head))
        return
    (given,) = case.body["inputs"]
    data = given.get("data", [])
    nested = data and isinstance(data[0], list)
    rows = data if nested else [data[at : at + 784] for at in range(0, len(data) - 783, 784)]
    given["data"] = rows or [[0] * 784]
    given["shape"][0] = len(given["data"])
    given.get("parameters", {}).pop("binary_data_size", None)
