"""Taking in a request's body: its size limit, and the type that it must declare."""

from collections.abc import MutableMapping
from typing import Any

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from mnist_recognizer.api.problems import FieldError, ProblemError, shorten

JSON = "application/json"
OCTETS = "application/octet-stream"
_NAMES = {JSON: "JSON", OCTETS: "raw bytes"}
_784_NUMBERS = "784 numbers need about 10,000"


async def read_body(request: Request, limit: int, advice: str = _784_NUMBERS) -> bytes:
    """Return the body of a request, and read no more than `limit` bytes of it.

    Parameters
    ----------
    request : Request
        The request.
    limit : int
        Bytes.
    advice : str
        What the sender of a larger body is told beside the limit.

    Raises
    ------
    ProblemError
        413 when the body is, or says that it is, larger; 503 when the bodies that all senders are
        sending take too much memory.
    """
    declared = request.headers.get("content-length", "")
    return await receive_body(request.receive, request.scope["state"], declared, limit, advice)


async def receive_body(
    receive: Receive,
    state: MutableMapping[str, Any],
    declared: str,
    limit: int,
    advice: str = _784_NUMBERS,
) -> bytes:
    """Do what :func:`read_body` does, from the parts of a request.

    Parameters
    ----------
    receive : callable
        ASGI's, which gives the next part of the body.
    state : mapping
        The request's state.
    declared : str
        The header Content-Length, or nothing.
    limit, advice
        As there.
    """
    if declared.isdecimal() and int(declared[:20]) > limit:
        raise _too_large(limit, advice)
    state["receiving"] = True  # so that whoever waits too long knows what for
    message = await receive()
    if message.get("more_body"):
        body = await _rest(message, receive, state, limit, advice)
    elif message["type"] == "http.disconnect":
        raise ClientDisconnect
    else:
        body = message.get("body", b"")
        if len(body) > limit:
            raise _too_large(limit, advice)
    state["receiving"] = False
    return body


async def _rest(
    message: MutableMapping[str, Any],
    receive: Receive,
    state: MutableMapping[str, Any],
    limit: int,
    advice: str,
) -> bytes:
    """Return a body that comes in several parts, of which `message` is the first."""
    limits = state["limits"]
    chunks: list[bytes] = []
    size = 0
    with limits.slow_sender():
        while True:
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > limit:
                raise _too_large(limit, advice)
            limits.hold(state, len(chunk))
            chunks.append(chunk)
            if not message.get("more_body"):
                break
            message = await receive()
    limits.refuse_if_busy()
    return b"".join(chunks)


def _too_large(limit: int, advice: str) -> ProblemError:
    return ProblemError(
        413,
        f"The body is larger than {limit:,} bytes; {advice}.",
        [FieldError(field="body", message=f"is larger than {limit:,} bytes")],
    )


def require_type(request: Request, *allowed: str) -> str:
    """Return the media type of a body, and refuse with 415 what is not one of those allowed."""
    media_type = checked_type(request.headers.get("content-type", ""), *allowed)
    refuse_compression(request)
    return media_type


def checked_type(given: str, *allowed: str) -> str:
    """Return the media type in the header Content-Type, or refuse it with 415."""
    media_type = given.partition(";")[0].strip().lower()
    if media_type not in allowed:
        shown = f"'{shorten(given)}'" if given else "missing"
        advice = " or ".join(f"{_NAMES[name]} with Content-Type: {name}" for name in allowed)
        raise ProblemError(
            415,
            f"The header Content-Type is {shown}; send {advice}.",
            [FieldError(field="Content-Type", message=f"must be {' or '.join(allowed)}")],
        )
    return media_type


def refuse_compression(request: Request) -> None:
    """Refuse a compressed body with 415: a small one can unpack to gigabytes."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise compressed()


def compressed() -> ProblemError:
    """Return the problem of a compressed body."""
    return ProblemError(
        415,
        "The body is compressed; send it as it is, without Content-Encoding.",
        [FieldError(field="Content-Encoding", message="must be left out")],
    )
