"""Requests and answers of the Open Inference Protocol."""

import json
from typing import Any

import httpx
import numpy as np

INFER = "/v2/models/mnist/infer"
LENGTH = "Inference-Header-Content-Length"
PIXELS = np.random.default_rng(0).random((3, 784), dtype=np.float32)


def tensor(data: Any = None, **changes: Any) -> dict[str, Any]:
    """Describe three images as an input, with something changed."""
    data = PIXELS.reshape(-1).tolist() if data is None else data
    return {"name": "pixels", "shape": [3, 784], "datatype": "FP32", "data": data, **changes}


def binary(pixels: np.ndarray[Any, Any] = PIXELS, **request: Any) -> tuple[bytes, dict[str, str]]:
    """Write a request as Triton's client does: JSON, then the tensor's bytes."""
    raw = pixels.tobytes()
    described = tensor(shape=list(pixels.shape), parameters={"binary_data_size": len(raw)})
    del described["data"]
    text = json.dumps({"inputs": [described], **request}).encode()
    return text + raw, {LENGTH: str(len(text))}


def arrays(response: httpx.Response) -> dict[str, np.ndarray[Any, Any]]:
    """Read an answer as Triton's client does."""
    assert response.status_code == 200
    length = int(response.headers.get(LENGTH, len(response.content)))
    text, raw = response.content[:length], response.content[length:]
    found = {}
    for output in json.loads(text)["outputs"]:
        dtype = {"FP32": "<f4", "INT64": "<i8"}[output["datatype"]]
        size = output.get("parameters", {}).get("binary_data_size")
        if size is None:
            array = np.array(output["data"], dtype)
        else:
            array, raw = np.frombuffer(raw[:size], dtype), raw[size:]
        found[output["name"]] = array.reshape(output["shape"])
    assert raw == b""
    return found
