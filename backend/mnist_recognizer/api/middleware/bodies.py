"""Receiving a request's body: its maximum size, and the media type that it must declare."""

from fastapi import Request
from starlette.requests import ClientDisconnect

from mnist_recognizer.api.problems import FieldError, ProblemError, shorten

JSON = "application/json"
OCTETS = "application/octet-stream"
_NAMES = {JSON: "JSON", OCTETS: "raw bytes"}


async def read_body(request: Request, limit: int, advice: str) -> bytes:
    """Return the body of a request, and read no more than `limit` bytes of it.

    Parameters
    ----------
    request : Request
    limit : int
        Bytes.
    advice : str
        What the sender of a larger body is told after the limit.

    Raises
    ------
    ProblemError
        413 when the body is larger, or its Content-Length says so; 503 when the bodies that all
        clients are sending take too much memory.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > limit:
        raise _too_large(limit, advice)
    state = request.scope["state"]
    limits = state["limits"]
    parts: list[bytes] = []
    size = 0
    state["receiving"] = True  # for the timeout's message
    with limits.receiving():
        more = True
        while more:
            message = await request.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            part = message.get("body", b"")
            more = message.get("more_body", False)
            size += len(part)
            if size > limit:
                raise _too_large(limit, advice)
            if more or parts:
                limits.hold(state, len(part))
            parts.append(part)
    state["receiving"] = False
    limits.refuse_if_busy()
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large(limit: int, advice: str) -> ProblemError:
    return ProblemError(
        413,
        f"The body is larger than {limit:,} bytes; {advice}.",
        [FieldError(field="body", message=f"is larger than {limit:,} bytes")],
    )


def require_type(request: Request, *allowed: str) -> str:
    """Return the media type of a body; refuse with 415 what is not one of those allowed."""
    given = request.headers.get("content-type", "")
    media_type = given.partition(";")[0].strip().lower()
    if media_type not in allowed:
        shown = f"'{shorten(given)}'" if given else "missing"
        advice = " or ".join(f"{_NAMES[name]} with Content-Type: {name}" for name in allowed)
        raise ProblemError(
            415,
            f"The header Content-Type is {shown}; send {advice}.",
            [FieldError(field="Content-Type", message=f"must be {' or '.join(allowed)}")],
        )
    refuse_compression(request)
    return media_type


def refuse_compression(request: Request) -> None:
    """Refuse a compressed body with 415: a small one can unpack to gigabytes."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise ProblemError(
            415,
            "The body is compressed; send it as it is, without Content-Encoding.",
            [FieldError(field="Content-Encoding", message="must be left out")],
        )
