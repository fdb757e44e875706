"""Reading many digits at once, from JSON or from raw bytes, in bounded memory.

The JSON is read image by image: msgspec finds where each begins and ends, and the numbers of
only one are ever held as Python objects.
"""

from typing import Annotated, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.api.predict import json_errors
from mnist_recognizer.api.predict.json_errors import Form, kind, problem_of
from mnist_recognizer.api.predict.pixels import PIXELS, Pixels, packed, wrong_pixels
from mnist_recognizer.api.problems import FieldError, ProblemError

MAX_BATCH = 1000  # digits
AT_MOST = f"a batch is {MAX_BATCH:,} digits at most"
# A mistake is described exactly only in texts of up to this size: Python's objects take 30 times
# the memory of the JSON that they come from.
_READ_EXACTLY = 65536  # bytes


class Batch(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Images to recognise."""

    images: Annotated[
        list[Pixels],
        msgspec.Meta(
            min_length=1,
            max_length=MAX_BATCH,
            description="Each is 28 rows of 28 grey values, row by row from the top left; 0 is "
            "paper, 1 is ink.",
        ),
    ]


class _Unread(msgspec.Struct, frozen=True):
    # Other fields are skipped, and found later: msgspec would name one, however long its name is.
    images: list[msgspec.Raw]


_decoder = msgspec.json.Decoder(_Unread)
_image_decoder = msgspec.json.Decoder(Pixels)


def parse_json(body: bytes) -> NDArray[np.float32]:
    """Return the pixels of a JSON body, shape (n, 784), float32 in 0..1.

    Raises
    ------
    ProblemError
        400 when the body is not JSON, 422 when the JSON does not fit the schema.
    """
    if body.count(b",") >= MAX_BATCH * PIXELS:  # before any memory is taken for its parts
        message = f"holds more than {MAX_BATCH * PIXELS:,} numbers; {AT_MOST}"
        raise problem_of([FieldError(field="body", message=message)])
    try:
        images = _decoder.decode(body).images
    except (ValueError, RecursionError) as error:
        raise _refusal(body, error) from None
    if not 1 <= len(images) <= MAX_BATCH:
        raise problem_of(_wrong_number(len(images)))
    pixels = np.empty((len(images), PIXELS), np.float32)
    for index, image in enumerate(images):
        try:
            pixels[index] = packed(_image_decoder.decode(image))
        except (ValueError, RecursionError):
            raise _refusal_of_image(index, bytes(image)) from None
    # The body holds no strings but its key, so more than two quotes are other keys, or the same.
    if body.count(b'"') != 2:
        if len(body) <= _READ_EXACTLY:
            raise json_errors.refusal(body, _FORM)
        message = "must hold images and nothing else, once"
        raise problem_of([FieldError(field="body", message=message)])
    return pixels


def parse_octets(body: bytes) -> NDArray[np.uint8]:
    """Return the grey values of raw bytes, shape (n, 784), 0..255.

    Raises
    ------
    ProblemError
        422 when the body is empty, or its size is not a multiple of 784 bytes.
    """
    count, rest = divmod(len(body), PIXELS)
    if rest or not count:
        message = f"has {len(body):,} bytes, and must have {PIXELS} for each digit"
        raise problem_of([FieldError(field="body", message=message)])
    return np.frombuffer(body, np.uint8).reshape(count, PIXELS)


def _refusal(body: bytes, error: Exception) -> ProblemError:
    """Say why a body is not an object with a list of images."""
    if len(body) <= _READ_EXACTLY or not body.strip():
        return json_errors.refusal(body, _FORM)
    if not isinstance(error, msgspec.ValidationError):
        return json_errors.not_json(body, error)
    if not body.lstrip().startswith(b"{"):
        message = f'must be an object, {{"images": [{_FORM.content}]}}'
        return problem_of([FieldError(field="body", message=message)])
    if "missing" in str(error):
        message = f"is missing; {_FORM.content} are needed"
    else:
        message = f"must be an array of up to {MAX_BATCH:,} images"
    return problem_of([FieldError(field="images", message=message)])


def _refusal_of_image(index: int, image: bytes) -> ProblemError:
    """Say what is wrong with one image."""
    field = f"images[{index}]"
    errors = []
    if len(image) <= _READ_EXACTLY:
        try:
            errors = wrong_pixels(json_errors.load(image, field), field)
        except ProblemError as problem:
            return problem
    message = "must be an array of 784 numbers from 0 to 1, in 65,536 bytes at most"
    return problem_of(errors or [FieldError(field=field, message=message)])


def _wrong_images(images: Any) -> list[FieldError]:
    """List what is wrong with the value of ``images``: itself, or the first image that is."""
    if not isinstance(images, list):
        message = f"must be an array of up to {MAX_BATCH:,} images, but is {kind(images)}"
        return [FieldError(field="images", message=message)]
    found = (wrong_pixels(image, f"images[{index}]") for index, image in enumerate(images))
    return next(filter(None, found), [])


def _wrong_number(count: int) -> list[FieldError]:
    message = f"has {count:,} items; {AT_MOST}" if count else "is empty; send at least one digit"
    return [FieldError(field="images", message=message)]


_FORM = Form(
    "images",
    f"up to {MAX_BATCH:,} arrays of {PIXELS} numbers",
    f"up to {MAX_BATCH:,} arrays of {PIXELS} numbers from 0 to 1",
    _wrong_images,
)
