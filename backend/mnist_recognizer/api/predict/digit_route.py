"""``/predict``: one digit of 784 grey values."""

import msgspec
from fastapi import FastAPI, Request, Response

from mnist_recognizer.api.middleware.bodies import JSON, read_body, require_type
from mnist_recognizer.api.model.dependencies import NO_MODEL_EXAMPLE, BareRoute, current_model
from mnist_recognizer.api.model.example import SEVEN
from mnist_recognizer.api.predict.answers import answer_to
from mnist_recognizer.api.predict.pixels import parse_drawing
from mnist_recognizer.api.predict.schemas import Prediction
from mnist_recognizer.api.problems import problem_responses

ADVICE = "784 numbers need about 10,000"


async def predict(request: Request) -> Response:
    """Answer which digit 784 grey values show, with a probability for each digit."""
    state = request.state
    model = current_model(state.model_file)
    require_type(request, JSON)
    body = await read_body(request, state.settings.max_body_bytes, ADVICE)
    answer = answer_to(model, parse_drawing(body)[None])
    state.metrics.recognised(answer)
    return Response(msgspec.json.encode(answer), media_type=JSON)


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
                400: "The body is not JSON: invalid character (byte 12).",
                413: f"The body is larger than 65,536 bytes; {ADVICE}.",
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
                    JSON: {
                        "schema": {"$ref": "#/components/schemas/Drawing"},
                        "example": {"pixels": SEVEN},
                    }
                },
            }
        },
    )
