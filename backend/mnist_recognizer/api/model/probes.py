"""``/livez`` and ``/readyz``: what a balancer or an orchestrator asks again and again."""

from typing import Annotated

from fastapi import APIRouter, Depends

from mnist_recognizer.api.model.dependencies import HOW_TO_TRAIN, NO_MODEL_EXAMPLE, loaded_model
from mnist_recognizer.api.model.schemas import Live, Ready
from mnist_recognizer.api.model.weights_file import golden_failure
from mnist_recognizer.api.problems import ProblemError, problem_responses
from mnist_recognizer.nn import MLP

router = APIRouter(tags=["Service"])


def require_ready(model: MLP) -> None:
    """See that a network reads a clear seven as a seven. It takes as long as one prediction.

    Raises
    ------
    ProblemError
        503 when it does not.
    """
    if trouble := golden_failure(model):
        raise ProblemError(503, f"The loaded network {trouble}. {HOW_TO_TRAIN}")


@router.get("/livez", summary="Ask whether the process lives", responses=problem_responses({}))
async def livez() -> Live:
    """Answer as long as the server runs, with or without a network."""
    return Live(status="alive")


@router.get(
    "/readyz",
    summary="Ask whether requests should be sent here",
    responses=problem_responses({503: NO_MODEL_EXAMPLE}),
)
async def readyz(model: Annotated[MLP, Depends(loaded_model)]) -> Ready:
    """Answer once the weights are loaded and the network reads a clear seven as a seven."""
    require_ready(model)
    return Ready(status="ready")
