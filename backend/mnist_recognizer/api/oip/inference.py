"""The Open Inference Protocol: reading its tensors and writing them, in JSON and in binary.

https://github.com/kserve/open-inference-protocol, with the extension ``binary_tensor_data``: a body
may begin with JSON, as long as ``Inference-Header-Content-Length`` says, and then hold the bytes of
the tensors.

A body may have megabytes, but only for its images. Their numbers are found before anything of the
JSON becomes an object of Python, and read image by image; what stands around them is short.
"""

import re
from typing import Annotated, Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.api.oip.wrong_requests import describe
from mnist_recognizer.api.predict import json_errors
from mnist_recognizer.api.predict.batch import AT_MOST, MAX_BATCH
from mnist_recognizer.api.predict.json_errors import problem_of
from mnist_recognizer.api.predict.pixels import PIXELS, Pixel, wrong_pixels
from mnist_recognizer.api.problems import FieldError, ProblemError, shorten

MODEL = "mnist"
VERSION = "1"
INPUT = "pixels"
OUTPUTS = {"probabilities": "FP32", "prediction": "INT64"}
MAX_TEXT = 65536
"""Bytes of JSON: for one image, and for all that is not an image."""
_DTYPES: dict[str, np.dtype[Any]] = {"FP32": np.dtype("<f4"), "INT64": np.dtype("<i8")}
_MAX_ID = 256  # characters


# The document says more than the decoder checks, because what is wrong is told in other words.
_PIXEL = {"type": "number", "minimum": 0, "maximum": 1}
_SHAPE = [{"type": "integer", "minimum": 1, "maximum": MAX_BATCH}, {"const": PIXELS}]
_FLAT = {
    "type": "array",
    "items": _PIXEL,
    "minItems": PIXELS,
    "maxItems": MAX_BATCH * PIXELS,
}
_NESTED = {
    "type": "array",
    "items": {"type": "array", "items": _PIXEL, "minItems": PIXELS, "maxItems": PIXELS},
    "minItems": 1,
    "maxItems": MAX_BATCH,
}


def _documented(**schema: Any) -> msgspec.Meta:
    return msgspec.Meta(extra_json_schema=schema)


class InputParameters(msgspec.Struct, frozen=True):
    """How the input travels. Others that a client sends are ignored."""

    binary_data_size: Annotated[
        int | None, _documented(description="Bytes of it that follow the JSON.")
    ] = None


class ChosenParameters(msgspec.Struct, frozen=True):
    """How an output shall travel. Others that a client sends are ignored."""

    binary_data: bool | None = None
    classification: Annotated[int, _documented(const=0)] = 0
    shared_memory_region: Annotated[str | None, _documented(const=None)] = None


class InferenceInput(msgspec.Struct, frozen=True):
    """The images: the tensor `pixels`, FP32 from 0 to 1, of shape [n, 784]."""

    name: Annotated[str, _documented(const=INPUT)]
    shape: Annotated[list[int], _documented(prefixItems=_SHAPE, minItems=2, maxItems=2)]
    datatype: Annotated[str, _documented(const="FP32")]
    parameters: InputParameters = InputParameters()
    data: Annotated[
        msgspec.Raw,
        _documented(
            description="The numbers: a flat array, or one for each row. Left out when they are "
            "bytes that follow the JSON.",
            oneOf=[_FLAT, _NESTED],
        ),
    ] = msgspec.field(default_factory=msgspec.Raw)


class RequestedOutput(msgspec.Struct, frozen=True):
    """A tensor to answer with: `probabilities` or `prediction`."""

    name: Annotated[str, _documented(enum=list(OUTPUTS))]
    parameters: ChosenParameters = ChosenParameters()


class RequestParameters(msgspec.Struct, frozen=True):
    """How the answer travels. Others that a client sends are ignored."""

    binary_data_output: bool = False


class InferenceRequest(msgspec.Struct, frozen=True):
    """Up to 1,000 images to recognise, and 65,536 bytes beside their numbers."""

    inputs: Annotated[list[InferenceInput], _documented(minItems=1, maxItems=1)]
    outputs: list[RequestedOutput] | None = None
    id: Annotated[str, msgspec.Meta(max_length=_MAX_ID)] | None = None
    parameters: RequestParameters = RequestParameters()


class _Data(msgspec.Struct, frozen=True):
    data: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class _Sizes(msgspec.Struct, frozen=True):
    """How long the parts of a request are: msgspec skips everything else without an object."""

    inputs: tuple[_Data]


class Inference(NamedTuple):
    """A request that was read: its images, and how it wants to be answered."""

    pixels: NDArray[np.float32]  # (n, 784)
    outputs: dict[str, bool]  # name: whether in binary
    id: str | None


_sizes_decoder = msgspec.json.Decoder(_Sizes)
_decoder = msgspec.json.Decoder(InferenceRequest)
_row_decoder = msgspec.json.Decoder(list[Pixel])
_rows_decoder = msgspec.json.Decoder(list[msgspec.Raw])
_RUN = re.compile(rb"[^,]*(?:,[^,]*){0,%d},?" % (PIXELS - 1))


def parse_inference(body: bytes, header_length: str | None) -> Inference:
    """Read a request.

    Parameters
    ----------
    body : bytes
        JSON, and after it the bytes of a binary tensor, if there is one.
    header_length : str, optional
        The header ``Inference-Header-Content-Length``: how much of the body is JSON.

    Raises
    ------
    ProblemError
        400 when it is not as the protocol wants it, or holds more than 1,000 images, or more than
        65,536 bytes beside their numbers.
    """
    length = _length_of_json(body, header_length)
    text, binary = memoryview(body)[:length], memoryview(body)[length:]
    try:
        if body.count(b",", 0, length) > MAX_BATCH * PIXELS + MAX_TEXT:
            raise ProblemError(400, f"The request holds too many numbers; {AT_MOST}.")
        _refuse_too_large(text)
        request = _decoder.decode(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable(bytes(text), error) from None
    if request.inputs[0].name != INPUT:
        raise ProblemError(400, f"The request must have one input, '{INPUT}'.")
    pixels = _pixels(request.inputs[0], binary)
    outputs = request.outputs or [RequestedOutput(name) for name in OUTPUTS]
    for output in outputs:
        if output.name not in OUTPUTS:
            allowed = " and ".join(OUTPUTS)
            message = f"There is no output '{shorten(output.name)}', only {allowed}."
            raise ProblemError(400, message)
        if output.parameters.classification:
            raise ProblemError(400, "Outputs as classifications are not offered.")
        if output.parameters.shared_memory_region is not None:
            raise ProblemError(400, "Outputs in shared memory are not offered.")
    by_default = request.parameters.binary_data_output
    chosen = {
        output.name: by_default
        if output.parameters.binary_data is None
        else output.parameters.binary_data
        for output in outputs
    }
    return Inference(pixels, chosen, request.id)


def _length_of_json(body: bytes, header_length: str | None) -> int:
    if header_length is None:
        return len(body)
    if not re.fullmatch("[0-9]{1,20}", header_length):
        raise ProblemError(400, "Inference-Header-Content-Length is not a number.")
    length = int(header_length)
    if length > len(body):
        raise ProblemError(400, "Inference-Header-Content-Length is more than the body has.")
    return length


def _refuse_too_large(text: memoryview) -> None:
    """Refuse a request that would take much memory, before its parts become objects of Python."""
    (tensor,) = _sizes_decoder.decode(text).inputs
    if (others := len(text) - len(tensor.data)) > MAX_TEXT:
        raise ProblemError(
            400,
            f"The request has {others:,} bytes besides the numbers of {INPUT}, and may have "
            f"{MAX_TEXT:,}.",
        )


def _unreadable(text: bytes, error: Exception) -> ProblemError:
    """Say why a request cannot be read."""
    if not text.strip():
        return ProblemError(400, f"The request is empty; send JSON with the input '{INPUT}'.")
    if isinstance(error, msgspec.ValidationError):
        return ProblemError(400, describe(error))
    return json_errors.not_json(text, error)


def _pixels(tensor: InferenceInput, binary: memoryview) -> NDArray[np.float32]:
    """Return the images of an input, shape (n, 784)."""
    data = memoryview(tensor.data)
    if tensor.datatype != "FP32":
        message = f"The input {INPUT} must be FP32, but is '{shorten(tensor.datatype)}'."
        raise ProblemError(400, message)
    shape = tensor.shape
    if len(shape) != 2 or shape[0] < 1 or shape[1] != PIXELS:
        raise ProblemError(400, f"The shape of {INPUT} must be [n, {PIXELS}], n at least 1.")
    if shape[0] > MAX_BATCH:
        count = shorten(f"{shape[0]:,}")
        raise ProblemError(400, f"The input {INPUT} holds {count} digits; {AT_MOST}.")
    declared = tensor.parameters.binary_data_size
    if len(binary) != (declared or 0):
        size = "missing" if declared is None else shorten(str(declared))
        raise ProblemError(
            400, f"binary_data_size is {size}, but {len(binary):,} bytes follow the JSON."
        )
    if declared is not None and bytes(data[:5]) not in (b"", b"null"):
        raise ProblemError(
            400, f"The input {INPUT} has data and binary_data_size; send one of them."
        )
    numbers = _numbers(data) if declared is None else _bytes(binary)
    if numbers.size != shape[0] * PIXELS:
        raise ProblemError(
            400, f"The input {INPUT} has {numbers.size:,} numbers, and its shape is {shape}."
        )
    return numbers.reshape(-1, PIXELS)


def _bytes(binary: memoryview) -> NDArray[np.float32]:
    """Read a tensor from its bytes."""
    if len(binary) % 4:
        raise ProblemError(
            400, f"The input {INPUT} has {len(binary):,} bytes, not 4 for each number."
        )
    numbers = np.frombuffer(binary, _DTYPES["FP32"]).astype(np.float32)
    wrong = np.flatnonzero(~((numbers >= 0) & (numbers <= 1)))  # NaN compares false
    if wrong.size:
        at, value = int(wrong[0]), numbers[wrong[0]]
        place = f"{INPUT}[{at // PIXELS}][{at % PIXELS}]"
        raise ProblemError(400, f"{place} is {value:g}, and must be from 0 to 1.")
    return numbers


def _numbers(data: memoryview) -> NDArray[np.float32]:
    """Read a tensor from the JSON of its data: a flat array, or one array for each image."""
    if not data:
        raise ProblemError(400, f"The input {INPUT} has no data.")
    if data[0] != ord("["):
        raise ProblemError(400, f"The data of {INPUT} must be an array of numbers.")
    if re.match(rb"\[\s*\[", data):
        images = [
            _image(row, f"{INPUT}[{i}]", whole=True)
            for i, row in enumerate(_rows_decoder.decode(data))
        ]
    else:
        # Cut after every 784 numbers: a list of all would take 32 times the array's memory.
        rows = (found[0].rstrip(b",") for found in _RUN.finditer(data[1:-1]) if found[0])
        images = [_image(b"[%b]" % row, f"{INPUT}[{i}]", whole=False) for i, row in enumerate(rows)]
    return np.concatenate([*images, np.empty(0, np.float32)])


def _image(row: bytes | msgspec.Raw, field: str, *, whole: bool) -> NDArray[np.float32]:
    """Read the numbers of one image; the last of a flat array need not be `whole`."""
    if len(row) > MAX_TEXT:
        message = f"must be {PIXELS} numbers from 0 to 1, in {MAX_TEXT:,} bytes at most"
        raise problem_of([FieldError(field=field, message=message)], 400)
    try:
        pixels = _row_decoder.decode(row)
    except ValueError:
        pixels = []
    if not pixels or (whole and len(pixels) != PIXELS):
        raise problem_of(wrong_pixels(json_errors.load(bytes(row), field), field), 400)
    return np.array(pixels, np.float32)


def write_inference(
    probabilities: NDArray[np.float32], inference: Inference
) -> tuple[bytes, int | None]:
    """Write the answer to a request.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (n, 10)
        What the network says.
    inference : Inference
        The request.

    Returns
    -------
    bytes
        The body.
    int or None
        How much of it is JSON, when bytes follow that.
    """
    arrays = {"probabilities": probabilities, "prediction": probabilities.argmax(axis=1)}
    outputs = []
    blocks = []
    for name, binary in inference.outputs.items():
        array = arrays[name].astype(_DTYPES[OUTPUTS[name]])
        output: dict[str, Any] = {
            "name": name,
            "datatype": OUTPUTS[name],
            "shape": list(array.shape),
        }
        if binary:
            blocks.append(array.tobytes())
            output["parameters"] = {"binary_data_size": len(blocks[-1])}
        else:
            output["data"] = array.reshape(-1).tolist()
        outputs.append(output)
    answer = {"model_name": MODEL, "model_version": VERSION, "outputs": outputs}
    if inference.id is not None:
        answer["id"] = inference.id
    text = msgspec.json.encode(answer)
    return b"".join([text, *blocks]), len(text) if blocks else None
