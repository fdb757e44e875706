"""``/predict/batch``: up to 1,000 digits in one request."""

import msgspec
import numpy as np
from fastapi import FastAPI, Request, Response
from numpy.typing import NDArray
from starlette.concurrency import run_in_threadpool

from mnist_recognizer.api.answers import prediction, rejection_of, require_probabilities
from mnist_recognizer.api.batch import (
    AT_MOST,
    LARGEST_BATCH,
    judge,
    parse_json,
    parse_octets,
)
from mnist_recognizer.api.bodies import JSON, OCTETS, read_body, require_type
from mnist_recognizer.api.dependencies import NO_MODEL_EXAMPLE, BareRoute, loaded_model
from mnist_recognizer.api.drawing import PIXELS
from mnist_recognizer.api.examples import SEVEN
from mnist_recognizer.api.problems import problem_responses
from mnist_recognizer.api.schemas import Predictions
from mnist_recognizer.nn import MLP


async def predict_batch(request: Request) -> Response:
    """Answer which digits up to 1,000 pictures show.

    With `Accept: application/octet-stream` the answer is the probabilities alone: ten little-endian
    float32 for each digit, in the order of the request.
    """
    model = await loaded_model(request.state.model_file)
    media_type = require_type(request, JSON, OCTETS)
    limit = request.state.settings.max_batch_bytes
    advice = "raw bytes (application/octet-stream) need 784 for each digit"
    if media_type == OCTETS:
        limit, advice = min(limit, LARGEST_BATCH * PIXELS), AT_MOST
    body = await read_body(request, limit, advice)
    compact = _wants_octets(request)
    # In a thread: other requests need not wait for the 50 ms that a large JSON body takes.
    response, probabilities = await run_in_threadpool(
        _answer, model, body, media_type, compact=compact
    )
    request.state.metrics.recognised_many(probabilities)
    return response


def _answer(
    model: MLP, body: bytes, media_type: str, *, compact: bool
) -> tuple[Response, NDArray[np.float32]]:
    pictures = parse_octets(body) if media_type == OCTETS else parse_json(body)  # (n, 784)
    probabilities, reasons = judge(model, pictures, None if compact else rejection_of(model))
    if compact:
        require_probabilities(probabilities)
        content = probabilities.astype(np.dtype("<f4"), copy=False).tobytes()
        return Response(content, media_type=OCTETS), probabilities
    predictions = list(map(prediction, probabilities.tolist(), reasons))
    content = msgspec.json.encode({"predictions": predictions})
    return Response(content, media_type=JSON), probabilities


def _wants_octets(request: Request) -> bool:
    """Tell whether the sender accepts raw bytes, and did not ask for JSON as well."""
    accepted = request.headers.get("accept", "").lower().split(",")
    types = {item.partition(";")[0].strip() for item in accepted}
    return OCTETS in types and JSON not in types


def install_batch_route(app: FastAPI) -> None:
    """Add the route to an app."""
    octets = {"schema": {"type": "string", "format": "binary"}}
    app.router.add_api_route(
        "/predict/batch",
        predict_batch,
        methods=["POST"],
        route_class_override=BareRoute,
        summary="Recognise many digits",
        tags=["Recognition"],
        response_model=Predictions,
        responses={
            200: {"content": {OCTETS: octets}},
            **problem_responses(
                {
                    400: "The body is not JSON: Expecting value at line 1, column 12.",
                    413: "images has 1,001 items; a batch is 1,000 digits at most.",
                    415: "The header Content-Type is missing; send JSON with Content-Type: "
                    "application/json or raw bytes with Content-Type: application/octet-stream.",
                    422: "images[3][17] is 300, and must be from 0 to 1.",
                    503: NO_MODEL_EXAMPLE,
                }
            ),
        },
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    JSON: {
                        "schema": {"$ref": "#/components/schemas/Batch"},
                        "example": {"images": [SEVEN]},
                    },
                    OCTETS: octets,
                },
            }
        },
    )
