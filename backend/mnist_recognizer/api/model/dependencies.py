"""What the routes need before they can answer: the weights file, and the network in it."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute

from mnist_recognizer.api.model.weights_file import ModelFile
from mnist_recognizer.api.problems import ProblemError
from mnist_recognizer.nn import MLP

HOW_TO_TRAIN = "Train one with: cd backend && python train.py"
NO_MODEL_EXAMPLE = f"No trained model is loaded: weights.pkl does not exist. {HOW_TO_TRAIN}"


# The dependencies are coroutines: FastAPI would run plain functions in a thread.
async def model_file(request: Request) -> ModelFile:
    """Return the weights file that the service was started with."""
    file: ModelFile = request.state.model_file
    return file


async def loaded_model(file: Annotated[ModelFile, Depends(model_file)]) -> MLP:
    """Return the network; without one the request ends with 503 and how to train it."""
    return current_model(file)


def current_model(file: ModelFile) -> MLP:
    """Return the network.

    Raises
    ------
    ProblemError
        503, with how to train one, when there is none.
    """
    model = file.recent()
    if model is None:
        raise ProblemError(503, f"No trained model is loaded: {file.trouble} {HOW_TO_TRAIN}")
    return model


class BareRoute(APIRoute):
    """A route whose function takes the request alone, and fetches for itself what it needs.

    It is documented like any other. To let FastAPI resolve parameters costs 20 to 40 µs a request,
    as much as recognising the digit.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the function itself."""
        return self.endpoint
