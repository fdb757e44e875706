"""``/predict/image``: an image of one digit, or of a number."""

from typing import Any

import anyio
import msgspec
from fastapi import FastAPI, Request, Response

from mnist_recognizer.api.middleware.bodies import JSON, read_body, refuse_compression
from mnist_recognizer.api.model.dependencies import NO_MODEL_EXAMPLE, BareRoute, current_model
from mnist_recognizer.api.predict.answers import answer_to, sureness_of
from mnist_recognizer.api.predict.image_schemas import ImagePrediction
from mnist_recognizer.api.problems import FieldError, ProblemError, problem_responses
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.rejection import NOT_A_DIGIT
from mnist_recognizer.vision.errors import (
    BlankImageError,
    ImageError,
    ImageTooLargeError,
    UnsupportedImageError,
)
from mnist_recognizer.vision.image_files import (
    MAX_MEGAPIXELS,
    MAX_SIDE,
    decode_image,
    find_surest_in_image,
)

TYPES = tuple(f"image/{kind}" for kind in ("png", "jpeg", "webp", "gif", "bmp", "tiff", "heic"))
ADVICE = "make the image smaller, or save it as a JPEG"
HOW_TO_PHOTOGRAPH = (
    "write dark on light paper or light on dark, and leave a margin around what you wrote"
)
NO_DIGIT = "Nothing in the image looks like a digit."
_STATUS = {ImageTooLargeError: 413, UnsupportedImageError: 415}

Answer = dict[str, Any]


class _ImageReader:
    """Answers for images one at a time: a hostile one takes up to 80 MB and a second."""

    def __init__(self) -> None:
        self._one = anyio.CapacityLimiter(1)

    async def predict_image(self, request: Request) -> Response:
        """Read the digits in an image, dark on light or light on dark.

        They are found by themselves, and each is brought to MNIST's geometry. The bytes tell the
        format, whatever `Content-Type` says. The EXIF orientation is applied, and what is
        transparent is white paper.
        """
        state = request.state
        model = current_model(state.model_file)
        _refuse_form(request)
        refuse_compression(request)
        body = await read_body(request, state.settings.max_image_bytes, ADVICE)
        answer = await anyio.to_thread.run_sync(_read, model, body, limiter=self._one)
        for digit in answer["digits"]:
            state.metrics.recognised(digit)
        return Response(msgspec.json.encode(answer), media_type=JSON)


def _refuse_form(request: Request) -> None:
    """Refuse with 415 an image that was sent as a field of a form."""
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        raise ProblemError(
            415,
            "The body is a form; send the bytes of the image alone, such as with "
            "curl --data-binary @photo.jpg -H 'Content-Type: image/jpeg'.",
            [FieldError(field="Content-Type", message=f"must be one of {', '.join(TYPES)}")],
        )


def _read(model: MLP, body: bytes) -> Answer:
    """Read the digits in an image file."""
    try:
        finding = find_surest_in_image(decode_image(body), sureness_of(model))
    except ImageError as error:
        detail = f"The image {error.problem}."
        if isinstance(error, BlankImageError):
            detail += f" To be read, {HOW_TO_PHOTOGRAPH}."
        errors = [FieldError(field="body", message=error.problem)]
        raise ProblemError(_STATUS.get(type(error), 422), detail, errors) from None
    digits = []
    for box, pixels in finding.digits:
        answer = answer_to(model, pixels.reshape(1, -1))
        digits.append(answer | {"box": box._asdict()})
    warnings = list(finding.warnings)
    if all(digit["reason"] == NOT_A_DIGIT for digit in digits):
        warnings.append(NO_DIGIT)
    return {
        "number": "".join(str(digit["prediction"]) for digit in digits),
        "digits": digits,
        "background": finding.background,
        "rotation": finding.rotation,
        "rulings": finding.rulings,
        "warnings": warnings,
    }


def install_image_route(app: FastAPI) -> None:
    """Add the route to an app."""
    limits = ", ".join(f"{name} {count}" for name, count in MAX_MEGAPIXELS.items())
    app.router.add_api_route(
        "/predict/image",
        _ImageReader().predict_image,
        methods=["POST"],
        route_class_override=BareRoute,
        summary="Recognise the digits in an image",
        tags=["Recognition"],
        response_model=ImagePrediction,
        responses=problem_responses(
            {
                413: f"The body is larger than 20,971,520 bytes; {ADVICE}.",
                415: "The image is a PDF document, which is not supported; save it as a JPEG or "
                "PNG.",
                422: "The image is blank: nothing in it stands out from its border. To be read, "
                f"{HOW_TO_PHOTOGRAPH}.",
                503: NO_MODEL_EXAMPLE,
            }
        ),
        openapi_extra={
            "requestBody": {
                "required": True,
                "description": f"The bytes of an image file. Millions of pixels at most: {limits}; "
                f"{MAX_SIDE:,} pixels a side.",
                "content": {
                    kind: {"schema": {"type": "string", "format": "binary"}} for kind in TYPES
                },
            }
        },
    )
