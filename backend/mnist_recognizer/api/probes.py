"""``/livez`` and ``/readyz``: what a balancer or an orchestrator asks again and again."""

from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends

from mnist_recognizer.api.answers import require_probabilities
from mnist_recognizer.api.dependencies import HOW_TO_TRAIN, NO_MODEL_EXAMPLE, loaded_model
from mnist_recognizer.api.examples import SEVEN
from mnist_recognizer.api.problems import ProblemError, problem_responses
from mnist_recognizer.api.schemas import Live, Ready
from mnist_recognizer.nn import MLP

_GOLDEN = np.array(SEVEN, dtype=np.float32)  # (784,)

router = APIRouter(tags=["Service"])


def require_ready(model: MLP) -> None:
    """See that a network reads a clear seven as a seven. It takes as long as one prediction.

    The reader of weights files has already seen that all weights are finite.

    Raises
    ------
    ProblemError
        503 when it does not.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # finite weights of 1e38 overflow
        probabilities = model.predict_proba(_GOLDEN)[0]  # (10,)
    require_probabilities(probabilities)
    if (digit := int(probabilities.argmax())) != 7:
        raise ProblemError(503, f"The loaded network reads a clear 7 as a {digit}. {HOW_TO_TRAIN}")


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
