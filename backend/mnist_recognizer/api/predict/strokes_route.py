"""``/predict/strokes``: a digit as it was drawn, stroke by stroke."""

import msgspec
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from mnist_recognizer.api.middleware.bodies import JSON, read_body, require_type
from mnist_recognizer.api.model.dependencies import NO_MODEL_EXAMPLE, BareRoute, loaded_model
from mnist_recognizer.api.predict.answers import answer_to
from mnist_recognizer.api.predict.schemas import Prediction
from mnist_recognizer.api.predict.strokes import MAX_BODY_BYTES, MAX_POINTS, parse_strokes
from mnist_recognizer.api.problems import problem_responses

ADVICE = f"a drawing is {MAX_POINTS:,} points at most"
SEVEN = [[[20, 30], [80, 30], [45, 120]], [[35, 75], [70, 75]]]  # with a bar


async def predict_strokes(request: Request) -> Response:
    """Answer which digit pen strokes show.

    They are drawn as MNIST shows digits, whatever their size and place: scaled to 20 pixels, with
    ink of MNIST's width, and centred.
    """
    model = await loaded_model(request.state.model_file)
    require_type(request, JSON)
    body = await read_body(request, MAX_BODY_BYTES, ADVICE)
    pixels = await run_in_threadpool(parse_strokes, body)  # (784,)
    answer = answer_to(model, pixels.reshape(1, -1))
    request.state.metrics.recognised(answer)
    return Response(msgspec.json.encode(answer), media_type=JSON)


def install_strokes_route(app: FastAPI) -> None:
    """Add the route to an app."""
    app.router.add_api_route(
        "/predict/strokes",
        predict_strokes,
        methods=["POST"],
        route_class_override=BareRoute,
        summary="Recognise a digit from pen strokes",
        tags=["Recognition"],
        response_model=Prediction,
        responses=problem_responses(
            {
                400: "The body is not JSON: invalid character (byte 12).",
                413: f"The body is larger than {MAX_BODY_BYTES:,} bytes; {ADVICE}.",
                415: "The header Content-Type is missing; send JSON with "
                "Content-Type: application/json.",
                422: "strokes hold no point: the drawing is empty. Draw a digit first.",
                503: NO_MODEL_EXAMPLE,
            }
        ),
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    JSON: {
                        "schema": {"$ref": "#/components/schemas/PenStrokes"},
                        "example": {"strokes": SEVEN},
                    }
                },
            }
        },
    )
