"""``/health`` and ``/model/info``: whether a network is loaded, and which."""

from typing import Annotated

from fastapi import APIRouter, Depends

from mnist_recognizer.api.model.dependencies import NO_MODEL_EXAMPLE, loaded_model, model_file
from mnist_recognizer.api.model.schemas import Health, Layer, ModelInfo
from mnist_recognizer.api.model.weights_file import ModelFile
from mnist_recognizer.api.problems import problem_responses
from mnist_recognizer.nn import MLP

router = APIRouter(tags=["Service"])


@router.get(
    "/health",
    summary="Ask whether the service can answer",
    response_model_exclude_unset=True,
    responses=problem_responses({}),
)
async def health(file: Annotated[ModelFile, Depends(model_file)]) -> Health:
    """Answer `healthy` with the network's architecture, or `degraded` with the reason."""
    model = file.current()
    if model is None:
        return Health(
            status="degraded", model_loaded=False, model_architecture=None, detail=file.trouble
        )
    return Health(status="healthy", model_loaded=True, model_architecture=model.architecture)


@router.get(
    "/model/info",
    summary="Describe the network",
    responses=problem_responses({503: NO_MODEL_EXAMPLE}),
)
def model_info(
    file: Annotated[ModelFile, Depends(model_file)],
    model: Annotated[MLP, Depends(loaded_model)],
) -> ModelInfo:
    """Answer with the network's layers, its size, and how it was trained."""
    last = len(model.weights) - 1
    layers = [
        Layer(
            inputs=weights.shape[0],
            outputs=weights.shape[1],
            activation="softmax" if index == last else "relu",
            weights_shape=weights.shape,
            biases_shape=biases.shape,
            parameters=weights.size + biases.size,
        )
        for index, (weights, biases) in enumerate(zip(model.weights, model.biases, strict=True))
    ]
    return ModelInfo(
        architecture=model.architecture,
        layers=layers,
        parameter_count=model.parameter_count,
        file_name=file.path.name,
        file_size_bytes=file.size,
        card=file.card(),
    )
