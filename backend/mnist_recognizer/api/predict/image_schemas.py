"""What ``/predict/image`` answers, as types."""

from typing import Annotated, Literal

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

_EXAMPLE: JsonValue = {
    "number": "2026",
    "digits": _DIGITS,
    "background": "plane",
    "rotation": 0,
    "rulings": False,
    "warnings": [],
}


class Box(BaseModel):
    """Where something is, in pixels of the image as it is shown; x to the right, y downwards."""

    x: Annotated[int, Field(ge=0, description="The first column.")]
    y: Annotated[int, Field(ge=0, description="The first row.")]
    width: Annotated[int, Field(ge=1)]
    height: Annotated[int, Field(ge=1)]


class LocatedDigit(Prediction):
    """The answer for one digit of an image."""

    model_config = ConfigDict(json_schema_extra={"example": _DIGITS[0]})

    box: Annotated[Box, Field(description="Around its ink.")]


class ImagePrediction(BaseModel):
    """The answer for an image."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})

    number: Annotated[
        str,
        Field(pattern="^[0-9]+$", description="All digits, accepted or not, in reading order."),
    ]
    digits: Annotated[list[LocatedDigit], Field(description="Line by line, from left to right.")]
    background: Annotated[
        Literal["plane", "local"],
        Field(
            description="How the paper's brightness was found: as a plane through the border, or "
            "locally, because the light is uneven."
        ),
    ]
    rotation: Annotated[
        Literal[0, 90, 270],
        Field(description="By how many degrees the image was turned clockwise to be read."),
    ]
    rulings: Annotated[bool, Field(description="Whether ruled lines were removed.")]
    warnings: Annotated[
        list[str], Field(description="What in the image may be why a digit is not read surely.")
    ]
