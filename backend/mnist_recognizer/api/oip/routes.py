"""The Open Inference Protocol, version 2: what Triton's and KServe's own clients speak."""

import json
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from numpy.typing import NDArray
from starlette.concurrency import run_in_threadpool

from mnist_recognizer import __version__
from mnist_recognizer.api.middleware.bodies import JSON, OCTETS, read_body, refuse_compression
from mnist_recognizer.api.model.dependencies import NO_MODEL_EXAMPLE, BareRoute, loaded_model
from mnist_recognizer.api.model.example import SEVEN
from mnist_recognizer.api.model.probes import require_ready
from mnist_recognizer.api.oip.inference import (
    INPUT,
    MODEL,
    OUTPUTS,
    VERSION,
    Inference,
    parse_inference,
    write_inference,
)
from mnist_recognizer.api.oip.schemas import (
    InferenceResponse,
    ModelMetadata,
    ModelReady,
    ServerLive,
    ServerMetadata,
    ServerReady,
    TensorMetadata,
)
from mnist_recognizer.api.predict.answers import read_images, require_probabilities
from mnist_recognizer.api.predict.batch import AT_MOST
from mnist_recognizer.api.predict.pixels import PIXELS
from mnist_recognizer.api.problems import problem_responses
from mnist_recognizer.nn import MLP

LENGTH = "Inference-Header-Content-Length"
_SHAPES = {"probabilities": [-1, 10], "prediction": [-1]}
# The shortest JSON that is a request: what describes one image whose bytes follow.
_SHORTEST = json.dumps(
    {
        "inputs": [
            {
                "name": INPUT,
                "shape": [1, PIXELS],
                "datatype": "FP32",
                "parameters": {"binary_data_size": 4 * PIXELS},
            }
        ]
    },
    separators=(",", ":"),
)


def _problems(details: dict[int, str]) -> dict[int | str, dict[str, Any]]:
    return problem_responses(details, error_member=True)


router = APIRouter(tags=["Open Inference Protocol"])


@router.get("/v2", summary="Describe the server", responses=_problems({}))
async def server_metadata() -> ServerMetadata:
    """Answer with the server's name, version and extensions of the protocol."""
    extensions = ["binary_tensor_data"]
    return ServerMetadata(name="mnist-recognizer", version=__version__, extensions=extensions)


@router.get("/v2/health/live", summary="Ask whether the server lives", responses=_problems({}))
async def server_live() -> ServerLive:
    """Answer as `/livez` does."""
    return ServerLive(live=True)


@router.get(
    "/v2/health/ready",
    summary="Ask whether the server is ready",
    responses=_problems({503: NO_MODEL_EXAMPLE}),
)
async def server_ready(model: Annotated[MLP, Depends(loaded_model)]) -> ServerReady:
    """Answer as `/readyz` does."""
    require_ready(model)
    return ServerReady(ready=True)


@router.get(f"/v2/models/{MODEL}", summary="Describe the model", responses=_problems({}))
async def model_metadata() -> ModelMetadata:
    """Answer with the tensors that go in and come out."""
    return ModelMetadata(
        name=MODEL,
        versions=[VERSION],
        platform="numpy",
        inputs=[TensorMetadata(name=INPUT, datatype="FP32", shape=[-1, PIXELS])],
        outputs=[
            TensorMetadata.model_validate({"name": name, "datatype": kind, "shape": _SHAPES[name]})
            for name, kind in OUTPUTS.items()
        ],
    )


@router.get(
    f"/v2/models/{MODEL}/ready",
    summary="Ask whether the model is ready",
    responses=_problems({503: NO_MODEL_EXAMPLE}),
)
async def model_ready(model: Annotated[MLP, Depends(loaded_model)]) -> ModelReady:
    """Answer as `/readyz` does."""
    require_ready(model)
    return ModelReady(name=MODEL, ready=True)


async def infer(request: Request) -> Response:
    """Answer with the probabilities and the likeliest digit of each image.

    Tensors travel as JSON, or, by the extension `binary_tensor_data`, as the bytes after it.
    """
    model = await loaded_model(request.state.model_file)
    refuse_compression(request)
    body = await read_body(request, request.state.settings.max_batch_bytes, AT_MOST)
    # Several are one with commas (RFC 9110, section 5.3), which is no number.
    length = ",".join(request.headers.getlist(LENGTH)) if LENGTH in request.headers else None
    response, probabilities = await run_in_threadpool(_answer, model, body, length)
    request.state.metrics.recognised_many(probabilities)
    return response


def _answer(
    model: MLP, body: bytes, header_length: str | None
) -> tuple[Response, NDArray[np.float32]]:
    inference: Inference = parse_inference(body, header_length)
    probabilities, _ = read_images(model, inference.pixels, with_reasons=False)  # (n, 10)
    require_probabilities(probabilities)
    content, length = write_inference(probabilities, inference)
    if length is None:
        return Response(content, media_type=JSON), probabilities
    response = Response(content, headers={LENGTH: str(length)}, media_type=OCTETS)
    return response, probabilities


def install_inference_routes(app: FastAPI) -> None:
    """Add the routes to an app."""
    length = {
        "description": "How many bytes of the body are JSON, when tensors follow.",
        "schema": {"type": "integer", "minimum": 1},
    }
    octets = {"schema": {"type": "string", "format": "binary"}}
    example = {"name": INPUT, "shape": [1, PIXELS], "datatype": "FP32", "data": SEVEN}
    app.include_router(router)
    app.router.add_api_route(
        f"/v2/models/{MODEL}/infer",
        infer,
        methods=["POST"],
        route_class_override=BareRoute,
        summary="Recognise digits",
        tags=["Open Inference Protocol"],
        response_model=InferenceResponse,
        responses={
            200: {"content": {OCTETS: octets}, "headers": {LENGTH: length}},
            **_problems(
                {
                    400: "The request must have one input, 'pixels'.",
                    413: f"The body is larger than 20,971,520 bytes; {AT_MOST}.",
                    415: "The body is compressed; send it as it is, without Content-Encoding.",
                    503: NO_MODEL_EXAMPLE,
                }
            ),
        },
        openapi_extra={
            "parameters": [
                {
                    "name": LENGTH,
                    "in": "header",
                    **length,
                    "schema": {"type": "integer", "minimum": len(_SHORTEST)},
                }
            ],
            "requestBody": {
                "required": True,
                "content": {
                    JSON: {
                        "schema": {"$ref": "#/components/schemas/InferenceRequest"},
                        "example": {"inputs": [example]},
                    },
                    OCTETS: octets,
                },
            },
        },
    )
