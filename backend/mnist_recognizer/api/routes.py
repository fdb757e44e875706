"""The routes: what each address answers."""

from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from mnist_recognizer.api.answers import prediction
from mnist_recognizer.api.bodies import JSON, checked_type, compressed, receive_body
from mnist_recognizer.api.dependencies import (
    NO_MODEL_EXAMPLE,
    BareRoute,
    current_model,
    loaded_model,
    model_file,
)
from mnist_recognizer.api.drawing import parse_drawing
from mnist_recognizer.api.examples import SEVEN
from mnist_recognizer.api.model_file import ModelFile
from mnist_recognizer.api.problems import problem_responses
from mnist_recognizer.api.schemas import Health, Layer, ModelInfo, Prediction
from mnist_recognizer.nn import MLP

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


router = APIRouter()


@router.get(
    "/health",
    summary="Ask whether the service can answer",
    tags=["Service"],
    response_model_exclude_unset=True,
    responses=problem_responses({}),
)
async def health(file: Annotated[ModelFile, Depends(model_file)]) -> Health:
    """Answer `healthy` with the network's architecture, or `degraded` with the reason."""
    model = file.current()
    if model is None:
        return Health(
            status="degraded", model_loaded=False, model_architecture=None, detail=file.trouble
        )
    return Health(status="healthy", model_loaded=True, model_architecture=model.architecture)


@router.get(
    "/model/info",
    summary="Describe the network",
    tags=["Service"],
    responses=problem_responses({503: NO_MODEL_EXAMPLE}),
)
def model_info(
    file: Annotated[ModelFile, Depends(model_file)],
    model: Annotated[MLP, Depends(loaded_model)],
) -> ModelInfo:
    """Answer with the network's layers, its size, and how it was trained."""
    last = len(model.weights) - 1
    layers = [
        Layer(
            inputs=weights.shape[0],
            outputs=weights.shape[1],
            activation="softmax" if index == last else "relu",
            weights_shape=weights.shape,
            biases_shape=biases.shape,
            parameters=weights.size + biases.size,
        )
        for index, (weights, biases) in enumerate(zip(model.weights, model.biases, strict=True))
    ]
    return ModelInfo(
        architecture=model.architecture,
        layers=layers,
        parameter_count=model.parameter_count,
        file_name=file.path.name,
        file_size_bytes=file.size,
        card=file.card(),
    )


def install_routes(app: FastAPI) -> None:
    """Add the routes to an app."""
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
    app.include_router(router)
