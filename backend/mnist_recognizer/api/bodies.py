"""Taking in a request's body: its size limit, and the type that it must declare."""

from fastapi import Request

from mnist_recognizer.api.problems import ProblemError, shorten
from mnist_recognizer.api.schemas import FieldError

JSON = "application/json"
OCTETS = "application/octet-stream"
_NAMES = {JSON: "JSON", OCTETS: "raw bytes"}


async def read_body(
    request: Request, limit: int, advice: str = "784 numbers need about 10,000"
) -> bytes:
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
        413 when the body is, or says that it is, larger.
    """
    too_large = ProblemError(
        413,
        f"The body is larger than {limit:,} bytes; {advice}.",
        [FieldError(field="body", message=f"is larger than {limit:,} bytes")],
    )
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > limit:
        raise too_large
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise too_large
        chunks.append(chunk)
    return b"".join(chunks)


def require_type(request: Request, *allowed: str) -> str:
    """Return the media type of a body, and refuse with 415 what is not one of those allowed."""
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
    encoding = request.headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise ProblemError(
            415,
            "The body is compressed; send it as it is, without Content-Encoding.",
            [FieldError(field="Content-Encoding", message="must be left out")],
        )
