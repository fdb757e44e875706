"""The application's class, whose OpenAPI document says what no route's signature can."""

from collections.abc import Callable
from typing import Any

import msgspec
from fastapi import FastAPI
from pydantic.json_schema import models_json_schema
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from mnist_recognizer.api.middleware.head import HeadLikeGet
from mnist_recognizer.api.observability.request_id import HEADER
from mnist_recognizer.api.oip.inference import InferenceRequest
from mnist_recognizer.api.oip.schemas import InferenceProblem
from mnist_recognizer.api.predict.batch import Batch
from mnist_recognizer.api.predict.drawing import Drawing
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


class Application(FastAPI):
    """FastAPI, with the types of hand-read bodies, of problems, and of headers in its document.

    `outermost` wraps all of the framework's own layers in one of ours.
    """

    outermost: Callable[[ASGIApp], ASGIApp]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, past what the framework looks up in the environment for each."""
        if self.middleware_stack is None:
            self.middleware_stack = self.build_middleware_stack()
        scope["app"] = self
        await self.middleware_stack(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        """Return the app with all of its layers."""
        stack = super().build_middleware_stack()
        if isinstance(stack, ServerErrorMiddleware):  # ours answers for errors
            stack = stack.app
        return self.outermost(HeadLikeGet(stack))

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        document = super().openapi()
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
