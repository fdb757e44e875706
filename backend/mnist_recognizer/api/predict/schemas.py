"""What the recognition routes answer, as types: FastAPI documents the answers by them."""

from typing import Annotated

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
        Field(description="false when the image looks like no digit, or like two of them."),
    ]
    reason: Annotated[
        str | None,
        Field(description="Why the image is not accepted, in a sentence; null when it is."),
    ] = None


class Predictions(BaseModel):
    """The answer for several drawings, in the order of the request."""

    model_config = ConfigDict(json_schema_extra={"example": {"predictions": [_SEVEN]}})

    predictions: list[Prediction]
