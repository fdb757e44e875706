"""The requests of the API and the reading of its answers: what both clients share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx
import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_recognizer.client.answers import Answer, Health, Models, ServedModel
from mnist_recognizer.client.errors import ClientError, UnreachableError, problem_of

PIXELS = 784
OCTETS = "application/octet-stream"
TRIES = 4
MAX_WAIT = 30.0  # seconds; a server that asks for more is not waited for
_SIGNATURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}

T = TypeVar("T")


@dataclass(frozen=True)
class Call(Generic[T]):
    """A request, and how its answer is read."""

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    content: Mapping[str, Any] = field(default_factory=dict)  # arguments of httpx's request()


def connection(url: str, api_key: str | None, timeout: float) -> dict[str, Any]:
    """Return the arguments with which httpx makes a client of a server.

    Raises
    ------
    ClientError
        When the address or the key could be no server's.
    """
    try:
        base_url = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ClientError(f"'{url}' is not the address of a server: {error}.") from error
    if base_url.scheme not in {"http", "https"} or not base_url.host:
        raise ClientError(
            f"'{url}' is not the address of a server: write it like http://localhost:8000."
        )
    if api_key and not (api_key.isascii() and api_key.isprintable()):
        raise ClientError("The API key holds characters that no key has: only ASCII is allowed.")
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    return {"base_url": base_url, "headers": headers, "timeout": timeout}


def predict(pixels: ArrayLike) -> Call[Answer]:
    """Recognise one digit: 784 numbers, or 28 rows of 28, from 0 to 1."""
    numbers = np.asarray(pixels, dtype=np.float64).reshape(-1)
    return Call("POST", "/predict", _answer, {"json": {"pixels": _finite(numbers)}})


def predict_batch(images: ArrayLike) -> Call[NDArray[np.float32]]:
    """Recognise up to 1,000 digits of uint8 grey values, (n, 28, 28) or (n, 784)."""
    grey = np.asarray(images)
    if grey.dtype != np.uint8:
        raise ValueError(f"a batch is grey values 0 to 255 of dtype uint8, not {grey.dtype}")
    headers = {"Content-Type": OCTETS, "Accept": f"{OCTETS}, application/problem+json"}
    content = np.ascontiguousarray(grey).tobytes()
    return Call("POST", "/predict/batch", _rows, {"content": content, "headers": headers})


def predict_strokes(strokes: Sequence[ArrayLike]) -> Call[Answer]:
    """Recognise a digit from pen strokes, each a sequence of points (x, y)."""
    points = [_finite(np.asarray(stroke, dtype=np.float64)) for stroke in strokes]
    return Call("POST", "/predict/strokes", _answer, {"json": {"strokes": points}})


def predict_image(image: bytes | Path | str) -> Call[dict[str, Any]]:
    """Recognise what an image shows: the bytes of a PNG, JPEG or WebP file, or its path."""
    try:
        data = image if isinstance(image, bytes) else Path(image).read_bytes()
    except (OSError, ValueError) as error:  # the latter of a path that can be none
        reason = getattr(error, "strerror", None) or error
        raise ClientError(f"The image {str(image)!r} cannot be read: {reason}.") from error
    found = (kind for start, kind in _SIGNATURES.items() if data.startswith(start))
    headers = {"Content-Type": next(found, OCTETS)}
    return Call("POST", "/predict/image", _fields, {"content": data, "headers": headers})


def health() -> Call[Health]:
    """Ask whether the service can answer."""
    return Call("GET", "/health", lambda response: _known(Health, _fields(response)))


def models() -> Call[Models]:
    """List the weights files."""

    def read(response: httpx.Response) -> Models:
        answer = _fields(response)
        return Models(
            answer["active"], tuple(_known(ServedModel, model) for model in answer["models"])
        )

    return Call("GET", "/models", read)


def activate(name: str) -> Call[str]:
    """Answer from another weights file; the answer is the architecture of its network."""
    path = f"/models/{quote(name, safe='')}/activate"
    return Call("POST", path, lambda response: str(_fields(response)["architecture"]))


def no_answer(url: httpx.URL, error: httpx.HTTPError) -> UnreachableError:
    """Return what to raise when a request got no answer."""
    if isinstance(error, httpx.TimeoutException):
        return UnreachableError(f"No answer from {url} in the time that was given to it.")
    return UnreachableError(f"No answer from {url}: {str(error) or type(error).__name__}")


def wait_before_retry(response: httpx.Response, tries_left: int) -> float | None:
    """Return how long to wait before the next try; None when there shall be none.

    Only 429 and 503 with a number of seconds in ``Retry-After`` are worth it: the server has done
    nothing then, and says when it could.
    """
    given = response.headers.get("retry-after", "")
    if response.status_code not in {429, 503} or tries_left < 1 or not given.isdecimal():
        return None
    seconds = float(given)
    return seconds if seconds <= MAX_WAIT else None


def result(call: Call[T], response: httpx.Response) -> T:
    """Return what an answer says.

    Raises
    ------
    ProblemError
        When it is a problem.
    ClientError
        When it is not what this API answers.
    """
    if response.is_success:
        try:
            return call.read(response)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            sent = response.headers.get("content-type", "no Content-Type")
            message = (
                f"{response.url} does not answer as this API does: it sent {sent}. "
                "Is the address right, or does a proxy answer in its place?"
            )
            raise ClientError(message) from error
    if response.has_redirect_location:
        place = response.headers["location"]
        raise ClientError(f"{response.url} redirects to {place}: give the client that address.")
    try:
        document = response.json()
    except (ValueError, RecursionError):
        document = None
    raise problem_of(response.status_code, document, response.headers.get("x-request-id", ""))


def _finite(numbers: NDArray[np.float64]) -> list[Any]:
    if not np.isfinite(numbers).all():
        raise ValueError("every number must be finite, but there is a NaN or infinity")
    listed: list[Any] = numbers.tolist()
    return listed


def _fields(response: httpx.Response) -> dict[str, Any]:
    fields: dict[str, Any] = response.json()
    return fields


def _answer(response: httpx.Response) -> Answer:
    return Answer.of(_fields(response))


def _rows(response: httpx.Response) -> NDArray[np.float32]:
    return np.frombuffer(response.content, "<f4").reshape(-1, 10)


def _known(kind: type[T], given: dict[str, Any]) -> T:
    """Build a dataclass from the fields that it knows."""
    names = {item.name for item in fields(kind)}  # type: ignore[arg-type]  # a dataclass
    return kind(**{name: value for name, value in given.items() if name in names})
