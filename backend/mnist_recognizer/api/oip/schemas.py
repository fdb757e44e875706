"""What the routes of the Open Inference Protocol answer, as types."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from mnist_recognizer.api.problems import Problem


class ServerMetadata(BaseModel):
    """The server."""

    name: str
    version: str
    extensions: list[str]


class ServerLive(BaseModel):
    """The server lives."""

    live: Literal[True]


class ServerReady(BaseModel):
    """The server can answer."""

    ready: Literal[True]


class ModelReady(BaseModel):
    """The model can answer."""

    name: str
    ready: Literal[True]


class TensorMetadata(BaseModel):
    """A tensor that goes in or comes out."""

    name: str
    datatype: Literal["FP32", "INT64"]
    shape: Annotated[list[int], Field(description="-1 stands for any number of digits.")]


class ModelMetadata(BaseModel):
    """The model."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]


class OutputParameters(BaseModel):
    """How an output travels."""

    binary_data_size: Annotated[int, Field(description="Bytes of it that follow the JSON.")]


class InferenceOutput(BaseModel):
    """An output, with its numbers row by row in `data`, or in the bytes after the JSON."""

    name: str
    datatype: Literal["FP32", "INT64"]
    shape: list[int]
    data: list[float] | None = None
    parameters: OutputParameters | None = None


class InferenceResponse(BaseModel):
    """What the network says of the images."""

    model_name: str
    model_version: str
    id: str | None = None
    outputs: list[InferenceOutput]


class InferenceProblem(Problem):
    """A problem document that also has the protocol's own member."""

    error: Annotated[str, Field(description="The same as `detail`.")]
