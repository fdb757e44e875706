"""What the server answers, as types."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """One recognised digit.

    Attributes
    ----------
    prediction : int
        The likeliest digit.
    probabilities : tuple of 10 floats
        That of each digit, in order.
    confidence : float
        The probability of the prediction.
    fields : dict
        The whole answer, with what a newer server may say beside these.
    """

    prediction: int
    probabilities: tuple[float, ...]
    confidence: float
    fields: dict[str, Any]

    @classmethod
    def of(cls, fields: dict[str, Any]) -> "Answer":
        """Read the answer of a server."""
        probabilities = tuple(float(fields["probabilities"][str(digit)]) for digit in range(10))
        return cls(int(fields["prediction"]), probabilities, float(fields["confidence"]), fields)


@dataclass(frozen=True)
class Health:
    """Whether the service can answer; `detail` says why not."""

    status: str
    model_loaded: bool
    model_architecture: str | None
    detail: str | None = None


@dataclass(frozen=True)
class ServedModel:
    """A weights file that the server can answer from; `modified_at` is an ISO date."""

    name: str
    active: bool
    file_size_bytes: int
    modified_at: str


@dataclass(frozen=True)
class Models:
    """The weights files of a server, and the name of the one in use."""

    active: str
    models: tuple[ServedModel, ...]
