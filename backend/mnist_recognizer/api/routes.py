"""The routes: what each address answers."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, FastAPI, Request, Response

from mnist_recognizer.api.answers import prediction
from mnist_recognizer.api.bodies import JSON, read_body, require_type
from mnist_recognizer.api.dependencies import (
    NO_MODEL_EXAMPLE,
    BareRoute,
    loaded_model,
    model_file,
)
from mnist_recognizer.api.drawing import parse_drawing
from mnist_recognizer.api.examples import SEVEN
from mnist_recognizer.api.model_file import ModelFile
from mnist_recognizer.api.problems import problem_responses
from mnist_recognizer.api.schemas import Health, Layer, ModelInfo, Prediction
from mnist_recognizer.nn import MLP


async def predict(request: Request) -> Response:
    """Answer which digit 784 grey values show, with a probability for each digit."""
    model = await loaded_model(request.state.model_file)
    require_type(request, JSON)
    pixels = parse_drawing(await read_body(request, request.state.settings.max_body_bytes))
    answer = prediction(model.predict_proba(pixels)[0].tolist())
    return Response(msgspec.json.encode(answer), media_type=JSON)


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
