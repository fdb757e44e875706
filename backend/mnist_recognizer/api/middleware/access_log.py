"""One log line and one measurement for each request: never its body, nor its query."""

import logging
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mnist_recognizer.api.observability.logs import ACCESS
from mnist_recognizer.api.observability.metrics import Metrics
from mnist_recognizer.api.problems import shorten

access = logging.getLogger(ACCESS)


class AccessLog:
    """Measures and logs requests.

    Parameters
    ----------
    app : ASGI app
    metrics : Metrics
        What counts the answers and their durations.
    enabled : bool
        Whether log lines are written.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, *, enabled: bool) -> None:
        self.app = app
        self.metrics = metrics
        self.enabled = enabled

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 0  # until the answer begins

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began = perf_counter()
        self.metrics.began()
        try:
            await self.app(scope, receive, send_and_note)
        finally:
            seconds = perf_counter() - began
            self.metrics.answered(_route_of(scope), status, seconds)
            if self.enabled and access.isEnabledFor(logging.INFO):
                _log(scope, status, seconds)


def path_of(scope: Scope) -> str:
    """Return a path as it may stand in a log: percent-encoded, and not too long."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return shorten(raw.decode("latin-1"))


def _route_of(scope: Scope) -> str:
    """Return the pattern of the route that answered; the number of patterns is bounded."""
    return getattr(scope.get("route"), "path", "page")


def _log(scope: Scope, status: int, seconds: float) -> None:
    client = scope.get("client")
    details = {
        "method": shorten(scope["method"]),
        "path": path_of(scope),
        "status": status,
        "duration_ms": round(seconds * 1000, 3),
        "client": client[0] if client else "",
    }
    message = "%(method)s %(path)s %(status)d %(duration_ms).1f ms %(client)s"
    access.info(message, details, extra={"details": details})
