"""What ``/predict/image`` answers, as types."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from mnist_recognizer.api.predict.schemas import Prediction

_OTHERS: dict[str, JsonValue] = dict.fromkeys("0123456789", 0.002)
_DIGITS: list[JsonValue] = [
    {
        "prediction": digit,
        "probabilities": {**_OTHERS, str(digit): 0.982},
        "confidence": 0.982,
        "accepted": True,
        "reason": None,
        "box": {"x": 40 + 160 * place, "y": 60, "width": 110, "height": 180},
    }
    for place, digit in enumerate((2, 0, 2, 6))
]


class Box(BaseModel):
    """Where something is, in pixels of the image as it is shown; x to the right, y downwards."""

    x: Annotated[int, Field(ge=0, description="The first column.")]
    y: Annotated[int, Field(ge=0, description="The first row.")]
    width: Annotated[int, Field(ge=1)]
    height: Annotated[int, Field(ge=1)]


class PicturedDigit(Prediction):
    """The answer for one digit of an image."""

    model_config = ConfigDict(json_schema_extra={"example": _DIGITS[0]})

    box: Annotated[Box, Field(description="Around its ink.")]


class ImagePrediction(BaseModel):
    """The answer for an image."""

    model_config = ConfigDict(json_schema_extra={"example": {"number": "2026", "digits": _DIGITS}})

    number: Annotated[
        str,
        Field(pattern="^[0-9]+$", description="All digits, accepted or not, in reading order."),
    ]
    digits: Annotated[list[PicturedDigit], Field(description="Line by line, from left to right.")]
