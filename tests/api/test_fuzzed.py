"""Schemathesis sends what the OpenAPI document allows, and what it does not, to every route."""

import io
import json
from typing import Any

import numpy as np
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from PIL import Image
from schemathesis.config import SchemathesisConfig

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.settings import Settings

KEY = "correct-horse-battery"
INFER = "/v2/models/mnist/infer"
LENGTH = "Inference-Header-Content-Length"
# Too many numbers are too large a body: refused, and rightly so.
REFUSALS = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429]

config = SchemathesisConfig.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}}
)
app = create_app(Settings(api_keys=(KEY,), access_log=False))
schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)


@st.composite
def pictures(draw: st.DrawFn, kind: str) -> bytes:
    """Return a file of white paper with a stroke of ink somewhere on it."""
    width, height = draw(st.integers(40, 300)), draw(st.integers(40, 300))
    x, y = draw(st.integers(4, width - 12)), draw(st.integers(4, height - 36))
    sheet = Image.new(draw(st.sampled_from(["L", "RGB"])), (width, height), "white")
    sheet.paste("black", (x, y, x + draw(st.integers(2, 8)), y + draw(st.integers(16, 32))))
    file = io.BytesIO()
    sheet.save(file, kind)
    return file.getvalue()


# What bytes are, no schema can say: a picture's are its format's, raw digits' are 784 for each.
schemathesis.openapi.media_type(
    "application/octet-stream",
    st.binary(min_size=784, max_size=784).flatmap(lambda row: st.integers(1, 20).map(row.__mul__)),
)
for name in ("png", "jpeg", "webp"):
    schemathesis.openapi.media_type(f"image/{name}", pictures(name))


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


@schema.parametrize()
@settings(max_examples=8, suppress_health_check=list(HealthCheck), derandomize=True)
def test_every_answer_keeps_to_the_document(case: schemathesis.Case) -> None:
    if case.path == INFER and case.meta.generation.mode.is_positive:
        make_tensors_agree(case)
    case.call_and_validate(headers={"Authorization": f"Bearer {KEY}"})


def test_all_routes_are_tried() -> None:
    assert len(list(schema.get_all_operations())) > 15
