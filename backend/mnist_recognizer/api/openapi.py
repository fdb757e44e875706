"""The OpenAPI document."""

from typing import Any

import msgspec
from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from mnist_recognizer.api.observability.request_id import HEADER
from mnist_recognizer.api.oip.inference import InferenceRequest
from mnist_recognizer.api.oip.schemas import InferenceProblem
from mnist_recognizer.api.predict.batch import Batch
from mnist_recognizer.api.predict.pixels import Drawing
from mnist_recognizer.api.predict.strokes import PenStrokes
from mnist_recognizer.api.problems import Problem

_REQUEST_ID = {
    "description": "The id that the request brought in this header, or one that was made for it.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128},
    "example": "5f1c9b6e0c8f4f0c9f3d6a1d1b6f2a7e",
}
_API_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "One of MNIST_API_KEYS. A server that has none lets its own machine do without.",
}


def describe(app: FastAPI) -> None:
    """Let an app's OpenAPI document say what no route's signature can.

    These are the types of bodies that are decoded by hand, of problems, and of headers.
    """
    of_the_routes = app.openapi

    def openapi() -> dict[str, Any]:
        if not app.openapi_schema:
            app.openapi_schema = _completed(of_the_routes())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's manual does


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    template = "#/components/schemas/{%s}"
    _, problem = models_json_schema(
        [(Problem, "serialization"), (InferenceProblem, "serialization")],
        ref_template=template % "model",
    )
    _, bodies = msgspec.json.schema_components(
        [Drawing, Batch, PenStrokes, InferenceRequest], ref_template=template % "name"
    )
    document["components"]["schemas"].update(problem["$defs"], **bodies)
    document["components"]["securitySchemes"] = {"ApiKey": _API_KEY}
    document["components"]["headers"] = {HEADER: _REQUEST_ID}
    for path in document["paths"].values():
        for operation in path.values():
            for response in operation["responses"].values():
                headers = response.setdefault("headers", {})
                headers[HEADER] = {"$ref": f"#/components/headers/{HEADER}"}
    return document
