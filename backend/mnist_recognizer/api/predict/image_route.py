"""``/predict/image``: a picture of one digit, or of a number."""

from typing import Any

import anyio
import msgspec
import numpy as np
from fastapi import FastAPI, Request, Response

from mnist_recognizer.api.middleware.bodies import JSON, read_body, refuse_compression
from mnist_recognizer.api.model.dependencies import NO_MODEL_EXAMPLE, BareRoute, loaded_model
from mnist_recognizer.api.predict.answers import answer_to
from mnist_recognizer.api.predict.image_file import LONGEST_SIDE, MOST_PIXELS, decode_picture
from mnist_recognizer.api.predict.image_schemas import ImagePrediction
from mnist_recognizer.api.problems import FieldError, ProblemError, problem_responses, shorten
from mnist_recognizer.nn import MLP
from mnist_recognizer.vision.segmentation import DigitBox, find_digits

TYPES = ("image/png", "image/jpeg", "image/webp")
ADVICE = "make the picture smaller, or save it as a JPEG"
HOW_TO_PHOTOGRAPH = (
    "write dark on light paper or light on dark, and leave a margin around what you wrote"
)

Answer = dict[str, Any]


class _PictureReader:
    """Answers for pictures, one at a time: a hostile one takes 50 MB and a second."""

    def __init__(self) -> None:
        self._one = anyio.CapacityLimiter(1)

    async def predict_image(self, request: Request) -> Response:
        """Read the digits in a picture, dark on light or light on dark.

        They are found by themselves, and brought to MNIST's geometry each. The bytes tell the
        format. The EXIF orientation is heeded, and what is transparent is white paper.
        """
        model = await loaded_model(request.state.model_file)
        _require_picture(request)
        body = await read_body(request, request.state.settings.max_image_bytes, ADVICE)
        answer = await anyio.to_thread.run_sync(_read, model, body, limiter=self._one)
        for digit in answer["digits"]:
            request.state.metrics.recognised(digit)
        return Response(msgspec.json.encode(answer), media_type=JSON)


def _require_picture(request: Request) -> None:
    """Refuse with 415 a body that is not said to be a picture."""
    given = request.headers.get("content-type", "")
    if given.partition(";")[0].strip().lower() not in TYPES:
        shown = f"'{shorten(given)}'" if given else "missing"
        allowed = f"{', '.join(TYPES[:-1])} or {TYPES[-1]}"
        raise ProblemError(
            415,
            f"The header Content-Type is {shown}; send the bytes of a picture with {allowed}.",
            [FieldError(field="Content-Type", message=f"must be {allowed}")],
        )
    refuse_compression(request)


def _read(model: MLP, body: bytes) -> Answer:
    """Read the digits in a picture file."""
    picture = decode_picture(body)
    try:
        found = find_digits(picture.grey)
    except ValueError as error:  # nothing else can be wrong with a decoded one
        message = "is blank: nothing stands out from its border"
        raise ProblemError(
            422,
            f"The picture {message}. To be read, {HOW_TO_PHOTOGRAPH}.",
            [FieldError(field="body", message=message)],
        ) from error
    rows, columns = picture.grey.shape
    across, down = picture.width / columns, picture.height / rows
    digits: list[Answer] = []
    for box, pixels in found:
        answer = answer_to(model, np.divide(pixels.reshape(1, -1), 255, dtype=np.float32))
        digits.append(answer | {"box": _enlarged(box, across, down)})
    return {"number": "".join(str(digit["prediction"]) for digit in digits), "digits": digits}


def _enlarged(box: DigitBox, across: float, down: float) -> dict[str, int]:
    """Return a box in pixels of the picture as it was sent, if that was larger."""
    left, top = round(box.x * across), round(box.y * down)
    right, bottom = round((box.x + box.width) * across), round((box.y + box.height) * down)
    return {"x": left, "y": top, "width": max(right - left, 1), "height": max(bottom - top, 1)}


def install_image_route(app: FastAPI) -> None:
    """Add the route to an app."""
    most = ", ".join(f"{name} {count:,}" for name, count in MOST_PIXELS.items())
    app.router.add_api_route(
        "/predict/image",
        _PictureReader().predict_image,
        methods=["POST"],
        route_class_override=BareRoute,
        summary="Recognise the digits in a picture",
        tags=["Recognition"],
        response_model=ImagePrediction,
        responses=problem_responses(
            {
                413: f"The body is larger than 8,388,608 bytes; {ADVICE}.",
                415: "The header Content-Type is missing; send the bytes of a picture with "
                "image/png, image/jpeg or image/webp.",
                422: "The picture is blank: nothing stands out from its border. To be read, "
                f"{HOW_TO_PHOTOGRAPH}.",
                503: NO_MODEL_EXAMPLE,
            }
        ),
        openapi_extra={
            "requestBody": {
                "required": True,
                "description": f"The bytes of a picture file. The most pixels: {most}; "
                f"{LONGEST_SIDE:,} a side.",
                "content": {
                    kind: {"schema": {"type": "string", "format": "binary"}} for kind in TYPES
                },
            }
        },
    )
