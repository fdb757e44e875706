"""What the routes about the service and its network answer, as types."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue


class Health(BaseModel):
    """Whether the service can answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "status": "healthy",
                "model_loaded": True,
                "model_architecture": "784 -> 128 -> 64 -> 10",
            }
        }
    )

    status: Annotated[
        Literal["healthy", "degraded"],
        Field(description="`degraded`: the server runs, and has no network to answer with."),
    ]
    model_loaded: bool
    model_architecture: Annotated[
        str | None, Field(description="Units of each layer, from input to output.")
    ]
    detail: Annotated[
        str | None, Field(description="Why no network is loaded; left out when one is.")
    ] = None


class Live(BaseModel):
    """The process lives."""

    model_config = ConfigDict(json_schema_extra={"example": {"status": "alive"}})

    status: Literal["alive"]


class Ready(BaseModel):
    """The service can answer, and answers rightly."""

    model_config = ConfigDict(json_schema_extra={"example": {"status": "ready"}})

    status: Literal["ready"]


class Layer(BaseModel):
    """One layer of the network."""

    inputs: int
    outputs: int
    activation: Literal["relu", "softmax"]
    weights_shape: Annotated[tuple[int, int], Field(description="(inputs, outputs)")]
    biases_shape: Annotated[tuple[int], Field(description="(outputs,)")]
    parameters: Annotated[int, Field(description="Weights and biases together.")]


class ModelInfo(BaseModel):
    """The network that is in use."""

    architecture: str
    layers: list[Layer]
    parameter_count: int
    file_name: str
    file_size_bytes: int
    card: Annotated[
        dict[str, JsonValue] | None,
        Field(
            description="How the network was trained and how good it is: the JSON file beside the "
            "weights. null when there is none, or when it describes another weights file."
        ),
    ]


class AvailableModel(BaseModel):
    """A weights file that the service could answer from."""

    name: Annotated[str, Field(description="The file's name.")]
    active: Annotated[bool, Field(description="Whether it is the one in use.")]
    file_size_bytes: int
    modified_at: datetime


class Models(BaseModel):
    """The weights files that can be chosen from."""

    active: Annotated[str, Field(description="The file in use, even when it has been deleted.")]
    models: list[AvailableModel]


class ActivatedModel(BaseModel):
    """The weights file that is in use from now on."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"active": "weights.pkl", "architecture": "784 -> 128 -> 64 -> 10"}
        }
    )

    active: str
    architecture: str
