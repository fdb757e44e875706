"""Reading what is sent to be recognised: the size limit, the fast way, and the exact refusal.

A good body takes one pass of msgspec, which checks types, range and length while it decodes. Only a
bad one is read again, slowly, by :func:`refusal`, to say what is wrong and where.
"""

import json
from collections import Counter
from typing import Annotated, Any

import msgspec
import numpy as np
from fastapi import Request
from numpy.typing import NDArray

from mnist_recognizer.api.problems import ProblemError, shorten
from mnist_recognizer.api.schemas import FieldError

PIXELS = 784
LISTED_ERRORS = 10

Pixel = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Drawing(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A picture to recognise."""

    pixels: Annotated[
        list[Pixel],
        msgspec.Meta(
            min_length=PIXELS,
            max_length=PIXELS,
            description="28 rows of 28 grey values, row by row from the top left; 0 is paper, "
            "1 is ink.",
        ),
    ]


_decoder = msgspec.json.Decoder(Drawing)


async def read_body(request: Request, limit: int) -> bytes:
    """Return the body of a request, and read no more than `limit` bytes of it.

    Raises
    ------
    ProblemError
        413 when the body is, or says that it is, larger.
    """
    too_large = ProblemError(
        413,
        f"The body is larger than {limit:,} bytes; 784 numbers need about 10,000.",
        [FieldError(field="body", message=f"is larger than {limit:,} bytes")],
    )
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > limit:
        raise too_large
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise too_large
        chunks.append(chunk)
    return b"".join(chunks)


def require_json(request: Request) -> None:
    """Refuse a body that does not say that it is JSON, with 415."""
    given = request.headers.get("content-type", "")
    media_type = given.partition(";")[0].strip().lower()
    if media_type != "application/json":
        shown = f"'{shorten(given)}'" if given else "missing"
        raise ProblemError(
            415,
            f"The header Content-Type is {shown}; send JSON with Content-Type: application/json.",
            [FieldError(field="Content-Type", message="must be application/json")],
        )
    encoding = request.headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise ProblemError(
            415,
            "The body is compressed; send it as it is, without Content-Encoding.",
            [FieldError(field="Content-Encoding", message="must be left out")],
        )


def parse_drawing(body: bytes) -> NDArray[np.float32]:
    """Return the pixels of a JSON body, shape (784,), float32 in 0..1.

    Raises
    ------
    ProblemError
        400 when the body is no JSON, 422 when it is not what the JSON should be.
    """
    try:
        drawing = _decoder.decode(body)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors, as are Unicode's
        raise refusal(body) from None
    # The body holds no strings but its keys, so more than two quotes are the same key given twice.
    if body.count(b'"') != 2:
        raise refusal(body)
    return np.asarray(drawing.pixels, dtype=np.float32)


class _Object(list[tuple[str, Any]]):
    """A JSON object as its (key, value) pairs, so that a key given twice is seen."""


def refusal(body: bytes) -> ProblemError:
    """Return the problem document that says what is wrong with a body."""
    if not body.strip():
        return _bad_json('The body is empty; send {"pixels": [784 numbers from 0 to 1]}.')
    if body.startswith(b"\xef\xbb\xbf"):
        return _bad_json("The body starts with a byte order mark; send UTF-8 without one.")
    try:
        text = body.decode()
        # Numbers as floats, because Python refuses to convert integers of thousands of digits.
        content = json.loads(text, object_pairs_hook=_Object, parse_int=float)
    except UnicodeDecodeError as error:
        return _bad_json(f"The body is not UTF-8: byte {error.start} is wrong.")
    except json.JSONDecodeError as error:
        return _bad_json(
            f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        )
    except RecursionError:
        return _bad_json("The body is nested too deeply.")
    errors = list(_wrong_fields(content)) or [
        FieldError(field="body", message='must be {"pixels": [784 numbers from 0 to 1]}')
    ]
    detail = f"{errors[0].field} {errors[0].message}."
    if len(errors) > 1:
        detail += f" That is one of {len(errors):,} mistakes."
    return ProblemError(422, detail, errors[:LISTED_ERRORS])


def _bad_json(detail: str) -> ProblemError:
    message = detail.removeprefix("The body ").removesuffix(".")
    return ProblemError(400, detail, [FieldError(field="body", message=message)])


def _wrong_fields(content: Any) -> list[FieldError]:
    """List what is wrong with a body that is JSON."""
    if not isinstance(content, _Object):
        message = f'must be an object, {{"pixels": [784 numbers]}}, but is {_kind(content)}'
        return [FieldError(field="body", message=message)]
    errors = []
    keys = Counter(key for key, _ in content)
    if "pixels" not in keys:
        errors.append(FieldError(field="pixels", message="is missing; 784 numbers are needed"))
    for key, times in keys.items():
        if key != "pixels":
            message = "is not a field of this request; its only field is pixels"
            errors.append(FieldError(field=shorten(key), message=message))
        elif times > 1:
            errors.append(FieldError(field=key, message="is given more than once"))
    return errors or _wrong_pixels(content[0][1])


def _wrong_pixels(pixels: Any) -> list[FieldError]:
    """List what is wrong with the value of ``pixels``."""
    if isinstance(pixels, _Object) or not isinstance(pixels, list):
        message = f"must be an array of 784 numbers, but is {_kind(pixels)}"
        return [FieldError(field="pixels", message=message)]
    if len(pixels) != PIXELS:
        message = f"has {len(pixels):,} items, and 784 numbers are needed"
        if len(pixels) == 28:
            message += ": put the 28 rows into one array, one after the other"
        return [FieldError(field="pixels", message=message)]
    return [
        FieldError(field=f"pixels[{index}]", message=message)
        for index, value in enumerate(pixels)
        if (message := _wrong_pixel(value))
    ]


def _wrong_pixel(value: Any) -> str:
    """Say what is wrong with one pixel; nothing when it is fine."""
    if not isinstance(value, float):
        return f"must be a number from 0 to 1, but is {_kind(value)}"
    if 0 <= value <= 1:
        return ""
    message = f"is {_number(value)}, and must be from 0 to 1"
    if 1 < value <= 255:
        message += "; divide grey values of 0 to 255 by 255"
    return message


def _number(value: float) -> str:
    """Write a number the short way: 300, 1.0001, 1e+300, NaN, Infinity."""
    return json.dumps(value).removesuffix(".0")


def _kind(value: Any) -> str:
    """Name a JSON value, and show it if it is a short one."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float():
            return f"the number {_number(value)}"
        case str():
            return f'the string "{shorten(value)}"'
        case _Object():
            return "an object"
        case _:
            return "an array"
