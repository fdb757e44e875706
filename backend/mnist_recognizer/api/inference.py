"""The Open Inference Protocol: reading its tensors and writing them, in JSON and in binary.

https://github.com/kserve/open-inference-protocol, with the extension ``binary_tensor_data``: a body
may begin with JSON, as long as ``Inference-Header-Content-Length`` says, and then hold the bytes of
the tensors.
"""

import re
from typing import Annotated, Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.api.batch import AT_MOST, LARGEST_BATCH
from mnist_recognizer.api.drawing import PIXELS
from mnist_recognizer.api.problems import ProblemError, shorten

MODEL = "mnist"
VERSION = "1"
INPUT = "pixels"
OUTPUTS = {"probabilities": "FP32", "prediction": "INT64"}
_DTYPES: dict[str, np.dtype[Any]] = {"FP32": np.dtype("<f4"), "INT64": np.dtype("<i8")}


# The document says more than the decoder checks, because what is wrong is told in other words.
_PIXEL = {"type": "number", "minimum": 0, "maximum": 1}
_SHAPE = [{"type": "integer", "minimum": 1, "maximum": LARGEST_BATCH}, {"const": PIXELS}]
_FLAT = {
    "type": "array",
    "items": _PIXEL,
    "minItems": PIXELS,
    "maxItems": LARGEST_BATCH * PIXELS,
}
_NESTED = {
    "type": "array",
    "items": {"type": "array", "items": _PIXEL, "minItems": PIXELS, "maxItems": PIXELS},
    "minItems": 1,
    "maxItems": LARGEST_BATCH,
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


class InferenceInput(msgspec.Struct, frozen=True):
    """The pictures: the tensor `pixels`, FP32 from 0 to 1, of shape [n, 784]."""

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
    """Up to 1,000 pictures to recognise."""

    inputs: Annotated[list[InferenceInput], _documented(minItems=1, maxItems=1)]
    outputs: list[RequestedOutput] | None = None
    id: str | None = None
    parameters: RequestParameters = RequestParameters()


class Inference(NamedTuple):
    """A request that was read: its pictures, and how it wants to be answered."""

    pixels: NDArray[np.float32]  # (n, 784)
    outputs: dict[str, bool]  # name: whether in binary
    id: str | None


_decoder = msgspec.json.Decoder(InferenceRequest)
_flat = msgspec.json.Decoder(list[float])
_nested = msgspec.json.Decoder(
    list[Annotated[list[float], msgspec.Meta(min_length=PIXELS, max_length=PIXELS)]]
)


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
        400 when it is not as the protocol wants it, or holds more than 1,000 pictures.
    """
    text, binary = _split(body, header_length)
    if text.count(b",") > LARGEST_BATCH * (PIXELS + 1):  # before memory is taken for its parts
        raise ProblemError(400, f"The request holds too many numbers; {AT_MOST}.")
    try:
        request = _decoder.decode(text)
    except (ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError)
        message = "is nested too deeply" if deep else f"cannot be read: {error}"
        raise ProblemError(400, f"The request {message}.") from None
    if [tensor.name for tensor in request.inputs] != [INPUT]:
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
    by_default = request.parameters.binary_data_output
    chosen = {
        output.name: by_default
        if output.parameters.binary_data is None
        else output.parameters.binary_data
        for output in outputs
    }
    return Inference(pixels, chosen, request.id)


def _split(body: bytes, header_length: str | None) -> tuple[bytes, bytes]:
    """Split a body into its JSON and its tensor."""
    if header_length is None:
        return body, b""
    if not re.fullmatch("[0-9]{1,20}", header_length):
        raise ProblemError(400, "Inference-Header-Content-Length is not a number.")
    length = int(header_length)
    if length > len(body):
        raise ProblemError(400, "Inference-Header-Content-Length is more than the body has.")
    return body[:length], body[length:]


def _pixels(tensor: InferenceInput, binary: bytes) -> NDArray[np.float32]:
    """Return the pictures of an input, shape (n, 784)."""
    if tensor.datatype != "FP32":
        message = f"The input {INPUT} must be FP32, but is '{shorten(tensor.datatype)}'."
        raise ProblemError(400, message)
    shape = tensor.shape
    if len(shape) != 2 or shape[0] < 1 or shape[1] != PIXELS:
        raise ProblemError(400, f"The shape of {INPUT} must be [n, {PIXELS}], n at least 1.")
    if shape[0] > LARGEST_BATCH:
        raise ProblemError(400, f"The input {INPUT} holds {shape[0]:,} digits; {AT_MOST}.")
    declared = tensor.parameters.binary_data_size
    if len(binary) != (declared or 0):
        raise ProblemError(
            400, f"binary_data_size is {declared}, but {len(binary):,} bytes follow the JSON."
        )
    numbers = _numbers(bytes(tensor.data)) if declared is None else _bytes(binary)
    if numbers.size != shape[0] * PIXELS:
        raise ProblemError(
            400, f"The input {INPUT} has {numbers.size:,} numbers, and its shape is {shape}."
        )
    wrong = np.flatnonzero(~((numbers >= 0) & (numbers <= 1)))  # NaN compares false
    if wrong.size:
        at, value = int(wrong[0]), numbers[wrong[0]]
        place = f"{INPUT}[{at // PIXELS}][{at % PIXELS}]"
        raise ProblemError(400, f"{place} is {value:g}, and must be from 0 to 1.")
    return numbers.reshape(-1, PIXELS)


def _bytes(binary: bytes) -> NDArray[np.float32]:
    if len(binary) % 4:
        raise ProblemError(
            400, f"The input {INPUT} has {len(binary):,} bytes, not 4 for each number."
        )
    return np.frombuffer(binary, _DTYPES["FP32"]).astype(np.float32)


def _numbers(data: bytes) -> NDArray[np.float32]:
    """Read the JSON of a tensor's data, flat or nested."""
    if not data:
        raise ProblemError(400, f"The input {INPUT} has no data.")
    decoder = _nested if data[1:].lstrip().startswith(b"[") else _flat
    try:
        numbers = decoder.decode(data)
    except (ValueError, RecursionError) as error:
        raise ProblemError(400, f"The data of {INPUT} cannot be read: {error}.") from None
    with np.errstate(over="ignore"):  # 1e300 becomes infinity, and is refused
        return np.asarray(numbers, dtype=np.float32).reshape(-1)


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
