"""How many requests are answered at once, and how many bytes of bodies are held."""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from mnist_recognizer.api.problems import RETRY_AFTER, LimitError

# Load balancers and monitors ask these, above all when the service is busy.
ALWAYS_ANSWERED = frozenset({"/livez", "/readyz", "/health", "/metrics"})


class Limits:
    """Counts the requests that are being answered, and the bytes of bodies that are held.

    Everything is called in the event loop's thread. A request whose body is still arriving is not
    counted, so that slow senders do not keep others out.

    Parameters
    ----------
    max_requests : int
        Requests that are answered, or wait to be, at one moment.
    max_buffered_bytes : int
        Bytes of all bodies that come in several parts together.
    """

    def __init__(self, max_requests: int, max_buffered_bytes: int) -> None:
        self.max_requests = max_requests
        self.max_buffered_bytes = max_buffered_bytes
        self.requests = 0
        self.buffered_bytes = 0

    @contextmanager
    def receiving(self) -> Iterator[None]:
        """Do not count a request while its body arrives."""
        self.requests -= 1
        try:
            yield
        finally:
            self.requests += 1

    def refuse_if_busy(self) -> None:
        """Raise :class:`LimitError`, 503, when too many requests are being answered."""
        if self.requests > self.max_requests:
            raise _busy()

    def hold(self, state: MutableMapping[str, Any], size: int) -> None:
        """Count bytes that a request holds from now until its end.

        Raises
        ------
        LimitError
            503 when all requests together hold too many.
        """
        if self.buffered_bytes + size > self.max_buffered_bytes:
            raise _busy()
        self.buffered_bytes += size
        state["held_bytes"] = state.get("held_bytes", 0) + size

    def release(self, state: MutableMapping[str, Any]) -> None:
        """Forget the bytes that a request held."""
        self.buffered_bytes -= state.pop("held_bytes", 0)


class RequestLimit:
    """Turns requests away while there are too many."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app = app
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.limits.requests += 1
        try:
            if scope["path"] not in ALWAYS_ANSWERED:
                self.limits.refuse_if_busy()
            await self.app(scope, receive, send)
        finally:
            self.limits.requests -= 1
            self.limits.release(scope["state"])


def _busy() -> LimitError:
    message = "The server has too much to do. Ask again in a second."
    return LimitError(503, message, headers=RETRY_AFTER)
