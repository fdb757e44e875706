"""``/predict``: one digit of 784 grey values."""

from typing import Final

import msgspec
from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from mnist_recognizer.api.middleware.bodies import JSON, checked_type, compressed, receive_body
from mnist_recognizer.api.model.dependencies import (
    NO_MODEL_EXAMPLE,
    BareRoute,
    current_model,
)
from mnist_recognizer.api.model.example import SEVEN
from mnist_recognizer.api.predict.answers import prediction
from mnist_recognizer.api.predict.drawing import parse_drawing
from mnist_recognizer.api.predict.schemas import Prediction
from mnist_recognizer.api.problems import problem_responses

PREDICT: Final = ("POST", "/predict")
_JSON = JSON.encode()


async def predict(_: Request) -> ASGIApp:
    """Answer which digit 784 grey values show, with a probability for each digit."""
    return answer_drawing


async def answer_drawing(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer `/predict`: an ASGI app by itself, without the framework's objects on its way."""
    state = scope["state"]
    content_type = declared = b""
    for key, value in scope["headers"]:
        if key == b"content-type":
            content_type = value
        elif key == b"content-length":
            declared = value
        elif key == b"content-encoding" and value != b"identity":
            raise compressed()
    model = current_model(state["model_file"])
    if content_type != _JSON:
        checked_type(content_type.decode("latin-1"), JSON)
    limit = state["settings"].max_body_bytes
    body = await receive_body(receive, state, declared.decode("latin-1"), limit)
    pixels = parse_drawing(body)  # (784,)
    answer = prediction(*await state["together"].read(model, pixels, state))
    state["metrics"].recognised(answer)
    content = msgspec.json.encode(answer)
    head = [(b"content-length", str(len(content)).encode()), (b"content-type", _JSON)]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": content})


def install_digit_route(app: FastAPI) -> None:
    """Add the route to an app."""
    app.router.add_api_route(
        "/predict",
        predict,
        methods=["POST"],
        route_class_override=BareRoute,
        summary="Recognise a digit",
        tags=["Recognition"],
        response_model=Prediction,
        responses=problem_responses(
            {
                400: "The body is not JSON: Expecting value at line 1, column 12.",
                413: "The body is larger than 65,536 bytes; 784 numbers need about 10,000.",
                415: "The header Content-Type is missing; send JSON with "
                "Content-Type: application/json.",
                422: "pixels[3] is 300, and must be from 0 to 1.",
                503: NO_MODEL_EXAMPLE,
            }
        ),
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {"$ref": "#/components/schemas/Drawing"},
                        "example": {"pixels": SEVEN},
                    }
                },
            }
        },
    )
