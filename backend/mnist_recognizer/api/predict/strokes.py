"""Reading a digit as pen strokes, and drawing them as the network knows digits."""

from itertools import chain
from typing import Annotated, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.api.predict import json_errors
from mnist_recognizer.api.predict.json_errors import Form, is_number, kind, number, problem_of
from mnist_recognizer.api.problems import FieldError
from mnist_recognizer.vision.strokes import FARTHEST, render_strokes

MAX_STROKES = 1000
MAX_POINTS = 10_000  # of all strokes together; they take 50 ms to draw
MAX_BODY_BYTES = 524_288  # bytes: MAX_POINTS with every digit that a float64 has

Coordinate = Annotated[float, msgspec.Meta(ge=-FARTHEST, le=FARTHEST)]
Stroke = Annotated[list[tuple[Coordinate, Coordinate]], msgspec.Meta(min_length=1)]


class PenStrokes(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A digit as it was drawn."""

    strokes: Annotated[
        list[Stroke],
        msgspec.Meta(
            min_length=1,
            max_length=MAX_STROKES,
            description="Each stroke is the points [x, y] that the pen went through, in any unit; "
            f"y grows downwards. {MAX_POINTS:,} points at most in all.",
        ),
    ]


_decoder = msgspec.json.Decoder(PenStrokes)


def parse_strokes(body: bytes) -> NDArray[np.float32]:
    """Return the image of a JSON body's strokes, shape (784,), float32 in 0..1.

    Raises
    ------
    ProblemError
        400 when the body is not JSON, 422 when the JSON does not fit the schema.
    """
    try:
        strokes = _decoder.decode(body).strokes
    except (ValueError, RecursionError):
        raise json_errors.refusal(body, _FORM) from None
    if errors := _wrong_amount(strokes):
        raise problem_of(errors)
    # The body holds no strings but its key, so more than two quotes are the same key given twice.
    if body.count(b'"') != 2:
        raise json_errors.refusal(body, _FORM)
    image = render_strokes(strokes)  # (28, 28)
    return np.divide(image.reshape(-1), 255, dtype=np.float32)


def _wrong_amount(strokes: list[Any]) -> list[FieldError]:
    """Say that the strokes are none, or too many."""
    points = sum(len(stroke) for stroke in strokes)
    message = ""
    if not points:
        message = "hold no point: the drawing is empty. Draw a digit first"
    elif len(strokes) > MAX_STROKES:
        message = f"are {len(strokes):,}, and {MAX_STROKES:,} are the most"
    elif points > MAX_POINTS:
        message = f"have {points:,} points, and {MAX_POINTS:,} are the most"
    return [FieldError(field="strokes", message=message)] if message else []


def _wrong_strokes(strokes: Any) -> list[FieldError]:
    """List what is wrong with the value of ``strokes``."""
    if not isinstance(strokes, list):
        message = f"must be an array of strokes, but is {kind(strokes)}"
        return [FieldError(field="strokes", message=message)]
    errors = [
        FieldError(
            field=f"strokes[{index}]",
            message=f"must be an array of points [x, y], but is {kind(stroke)}",
        )
        for index, stroke in enumerate(strokes)
        if not isinstance(stroke, list)
    ]
    points = (
        _wrong_point(point, f"strokes[{i}][{j}]")
        for i, stroke in enumerate(strokes)
        for j, point in enumerate(stroke)
    )
    return (
        errors
        or list(chain.from_iterable(points))
        or _wrong_amount(strokes)
        or [
            FieldError(field=f"strokes[{i}]", message="holds no point; leave it out")
            for i, stroke in enumerate(strokes)
            if not stroke
        ]
    )


def _wrong_point(point: Any, field: str) -> list[FieldError]:
    """List what is wrong with one point."""
    if not isinstance(point, list):
        message = f"must be a point [x, y], but is {kind(point)}"
        return [FieldError(field=field, message=message)]
    if len(point) != 2:
        message = f"must be a point [x, y], but has {len(point):,} items"
        return [FieldError(field=field, message=message)]
    return [
        FieldError(field=f"{field}[{axis}]", message=message)
        for axis, value in enumerate(point)
        if (message := _wrong_coordinate(value))
    ]


def _wrong_coordinate(value: Any) -> str:
    """Say what is wrong with one coordinate; nothing when it is fine."""
    if not is_number(value):
        return f"must be a number, but is {kind(value)}"
    if abs(value) <= FARTHEST:  # NaN compares false
        return ""
    return f"is {number(value)}, and must be within ±1,000,000,000"


_FORM = Form("strokes", "strokes of points [x, y]", "[[x, y], …], …", _wrong_strokes)
