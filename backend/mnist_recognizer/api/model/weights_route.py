"""``/model/weights``: the network itself, to compute with it elsewhere."""

from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response

from mnist_recognizer.api.model.dependencies import NO_MODEL_EXAMPLE, loaded_model
from mnist_recognizer.api.problems import problem_responses
from mnist_recognizer.nn import MLP
from mnist_recognizer.page_model import digest_of, to_safetensors

MEDIA_TYPE = "application/octet-stream"

router = APIRouter(tags=["Service"])


@lru_cache(maxsize=1)
def _safetensors(model: MLP) -> tuple[bytes, str]:
    """Return a network as a .safetensors file, and the ETag of that."""
    data = to_safetensors(model)
    return data, f'"{digest_of(data)}"'


_ETAG = {"ETag": {"description": "Names these weights.", "schema": {"type": "string"}}}


# Not a coroutine, so that the 2 ms that a new network takes are spent in a thread.
@router.get(
    "/model/weights",
    summary="Download the network's weights",
    response_class=Response,
    responses={
        200: {
            "description": "The weights as a .safetensors file: W1, b1, W2, b2, … in float32.",
            "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
            "headers": _ETAG,
        },
        304: {
            "description": "They are the ones that If-None-Match names.",
            "headers": _ETAG,
        },
        **problem_responses({503: NO_MODEL_EXAMPLE}),
    },
)
def weights(
    model: Annotated[MLP, Depends(loaded_model)],
    if_none_match: Annotated[
        str | None, Header(description="An ETag that was received before, or several.")
    ] = None,
) -> Response:
    """Answer with the weights in use, or with 304 when the sender has them already."""
    data, etag = _safetensors(model)
    known = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if known & {etag, "*"}:
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'attachment; filename="weights.safetensors"'
    return Response(data, headers=headers, media_type=MEDIA_TYPE)
