"""``X-Request-ID``: one name for a request, in its answer and in every log line about it."""

import re
from contextvars import ContextVar

HEADER = "X-Request-ID"
# 1 to 128 printable ASCII characters, with no space at either end. A log is safe with these.
_pattern = re.compile(rb"[!-~](?:[ -~]{0,126}[!-~])?")
current_id: ContextVar[str] = ContextVar("request_id", default="")


def acceptable(given: bytes) -> bool:
    """Tell whether an id that a request brings can be used."""
    return bool(given) and _pattern.fullmatch(given) is not None
