"""``/metrics``: the counts and histograms, for Prometheus."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from mnist_recognizer.api.problems import problem_responses

router = APIRouter(tags=["Service"])


@router.get(
    "/metrics",
    summary="Show the metrics",
    response_class=Response,
    responses={
        200: {
            "description": "Prometheus' text format.",
            "content": {CONTENT_TYPE_LATEST: {"schema": {"type": "string"}}},
        },
        **problem_responses({}),
    },
)
async def metrics(request: Request) -> Response:
    """Answer with counts and histograms of what this process has done, for Prometheus."""
    file = request.state.model_file
    model = file.current()
    text: bytes = request.state.metrics.exposition(
        file.path.name, model.architecture if model else ""
    )
    return Response(text, media_type=CONTENT_TYPE_LATEST)
