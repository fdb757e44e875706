"""What the API answers, as types: FastAPI checks and documents the answers by them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

Probability = Annotated[float, Field(ge=0, le=1)]
Probabilities = TypedDict(
    "Probabilities",
    {
        "0": Probability,
        "1": Probability,
        "2": Probability,
        "3": Probability,
        "4": Probability,
        "5": Probability,
        "6": Probability,
        "7": Probability,
        "8": Probability,
        "9": Probability,
    },
)


_SEVEN: dict[str, JsonValue] = {
    "prediction": 7,
    "probabilities": {**dict.fromkeys("012345689", 0.002), "7": 0.982},
    "confidence": 0.982,
    "accepted": True,
}


class Prediction(BaseModel):
    """The answer for one drawing."""

    model_config = ConfigDict(json_schema_extra={"example": _SEVEN})

    prediction: Annotated[int, Field(ge=0, le=9, description="The digit that is most likely.")]
    probabilities: Annotated[
        Probabilities, Field(description="One for each digit; their sum is 1.")
    ]
    confidence: Annotated[
        float, Field(ge=0, le=1, description="The probability of the predicted digit.")
    ]
    accepted: Annotated[
        bool,
        Field(description="false when the picture looks like no digit, or like two of them."),
    ]
    reason: Annotated[
        str | None,
        Field(description="Why the picture is not accepted, in a sentence; null when it is."),
    ] = None


class Predictions(BaseModel):
    """The answer for several drawings, in the order of the request."""

    model_config = ConfigDict(json_schema_extra={"example": {"predictions": [_SEVEN]}})

    predictions: list[Prediction]


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


class FieldError(BaseModel):
    """One thing that is wrong with a request."""

    field: Annotated[str, Field(description="Where: `pixels[3]`, `body`, `Content-Type` …")]
    message: str


class Problem(BaseModel):
    """What every error looks like: an RFC 9457 problem document."""

    type: str = "about:blank"
    title: Annotated[str, Field(description="The HTTP status in words.")]
    status: Annotated[int, Field(ge=400, le=599)]
    detail: Annotated[str, Field(description="What is wrong, and what to do about it.")]
    errors: Annotated[
        list[FieldError], Field(description="The first few places that are wrong; may be empty.")
    ] = []
