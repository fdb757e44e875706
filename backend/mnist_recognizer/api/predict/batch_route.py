"""``/predict/batch``: up to 1,000 digits in one request."""

import numpy as np
from fastapi import FastAPI, Request, Response
from numpy.typing import NDArray
from starlette.concurrency import run_in_threadpool

from mnist_recognizer.api.middleware.bodies import JSON, OCTETS, read_body, require_type
from mnist_recognizer.api.model.dependencies import NO_MODEL_EXAMPLE, BareRoute, current_model
from mnist_recognizer.api.model.example import SEVEN
from mnist_recognizer.api.predict.answers import predictions, read_images, require_probabilities
from mnist_recognizer.api.predict.batch import (
    AT_MOST,
    MAX_BATCH,
    parse_json,
    parse_octets,
)
from mnist_recognizer.api.predict.pixels import PIXELS
from mnist_recognizer.api.predict.schemas import Predictions
from mnist_recognizer.api.problems import problem_responses
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.losses import Floats


async def predict_batch(request: Request) -> Response:
    """Answer which digits up to 1,000 images show.

    With `Accept: application/octet-stream` the answer is the probabilities alone: ten little-endian
    float32 for each digit, in the order of the request.
    """
    state = request.state
    model = current_model(state.model_file)
    media_type = require_type(request, JSON, OCTETS)
    limit = state.settings.max_batch_bytes
    advice = "raw bytes (application/octet-stream) need 784 for each digit"
    if media_type == OCTETS:
        limit, advice = min(limit, MAX_BATCH * PIXELS), AT_MOST
    body = await read_body(request, limit, advice)
    compact = _wants_octets(request)
    if media_type == OCTETS:
        # At once: it takes 3 ms, and threads that wait for each other took twice as long.
        content, probabilities = _answer(model, parse_octets(body), compact=compact)
    else:  # in a thread: other requests need not wait for the 50 ms that a large body takes
        content, probabilities = await run_in_threadpool(_answer_json, model, body, compact=compact)
    state.metrics.recognised_many(probabilities)
    return Response(content, media_type=OCTETS if compact else JSON)


def _answer_json(model: MLP, body: bytes, *, compact: bool) -> tuple[bytes, Floats]:
    return _answer(model, parse_json(body), compact=compact)


def _answer(
    model: MLP, pixels: NDArray[np.uint8 | np.float32], *, compact: bool
) -> tuple[bytes, Floats]:
    """Return the answer's bytes, and the probabilities in it."""
    probabilities, reasons = read_images(model, pixels, with_reasons=not compact)
    require_probabilities(probabilities)
    if compact:
        return probabilities.astype(np.dtype("<f4"), copy=False).tobytes(), probabilities
    return predictions(probabilities, reasons), probabilities


def _wants_octets(request: Request) -> bool:
    """Tell whether the sender accepts raw bytes, and did not ask for JSON as well."""
    accepted = request.headers.get("accept", "").lower().split(",")
    types = {item.partition(";")[0].strip() for item in accepted}
    return OCTETS in types and JSON not in types


def install_batch_route(app: FastAPI) -> None:
    """Add the route to an app."""
    octets = {"schema": {"type": "string", "format": "binary"}}
    digits = {
        "type": "string",
        "format": "binary",
        "minLength": PIXELS,
        "maxLength": MAX_BATCH * PIXELS,
        "description": f"{PIXELS} bytes for each digit, and nothing else; {AT_MOST}.",
    }
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
                    400: "The body is not JSON: invalid character (byte 12).",
                    413: f"The body is larger than 784,000 bytes; {AT_MOST}.",
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
                    OCTETS: {"schema": digits},
                },
            }
        },
    )
