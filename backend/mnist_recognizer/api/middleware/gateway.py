"""What every request passes first: its id, the limits, the headers of its answer, its log line.

One layer does all of it, because each layer that wraps `send` costs as much as a tenth of the
recognition. Addresses that are asked most are then answered at once, past the framework's own
layers.
"""

import asyncio
import logging
import os
import re
from collections.abc import Mapping
from time import perf_counter
from typing import cast

from fastapi.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mnist_recognizer.api.middleware.deadlines import Deadlines, Task
from mnist_recognizer.api.middleware.limits import ALWAYS_ANSWERED, Limits, RateLimit, busy
from mnist_recognizer.api.middleware.security_headers import SECURITY_HEADERS
from mnist_recognizer.api.observability.logs import ACCESS
from mnist_recognizer.api.observability.metrics import Metrics
from mnist_recognizer.api.observability.request_id import HEADER, acceptable, current_id
from mnist_recognizer.api.problems import ProblemError, problem_response, shorten
from mnist_recognizer.api.settings import Settings

logger = logging.getLogger(__name__)
access = logging.getLogger(ACCESS)
_KEY = HEADER.lower().encode()
_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[\w.~%!$&'()*+,;=-]*)(?::[0-9]*)?")
Direct = Mapping[tuple[str, str], ASGIApp]

BREAK_OFF = "break_off"
"""Where in a request's state the way to end its connection is, if the server tells."""


class Gateway:
    """The outermost layer of the service.

    Parameters
    ----------
    app : ASGI app
        Whatever answers.
    settings : Settings
        Origins, hosts, limits.
    limits, metrics
        What counts.
    direct : mapping
        Apps that answer a method and a path without the framework.
    """

    def __init__(
        self, app: ASGIApp, settings: Settings, limits: Limits, metrics: Metrics, direct: Direct
    ) -> None:
        self.app = app
        self.limits = limits
        self.metrics = metrics
        self.direct = direct
        self.deadlines = Deadlines(settings.timeout_seconds)
        self.rates = RateLimit(settings.rate_limit) if settings.rate_limit else None
        self.hosts = frozenset(settings.trusted_hosts) - {"*"}
        self.log_requests = settings.access_log
        # A browser hides an error from a page that may not read it, so errors are made inside.
        self.for_other_origins = CORSMiddleware(
            self.answer,
            allow_origins=settings.cors_origins,
            allow_methods=("GET", "POST"),
            allow_headers=(HEADER,),
            expose_headers=(HEADER, "Retry-After", "ETag"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, whatever happens."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        given = b""
        answer: ASGIApp = self.answer
        for key, value in scope["headers"]:
            if key == _KEY:
                given = value
            elif key == b"origin":
                answer = self.for_other_origins
        request_id = given if acceptable(given) else os.urandom(16).hex().encode()
        current_id.set(request_id.decode())
        exchange = _Exchange(send, request_id, self.deadlines)
        scope.setdefault("state", {})["exchange"] = exchange
        self.metrics.began()
        try:
            await answer(scope, receive, exchange)
        finally:
            seconds = perf_counter() - began
            self.metrics.answered(_route_of(scope), exchange.status, seconds)
            if self.log_requests and access.isEnabledFor(logging.INFO):
                _log(scope, exchange.status, seconds)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the app answer within the limits, and answer in its place when it fails."""
        limits = self.limits
        state = scope["state"]
        exchange: _Exchange = state["exchange"]
        task = exchange.task
        limits.requests += 1
        self.deadlines.begin(task)
        try:
            self._check(scope)
            direct = self.direct.get((scope["method"], scope["path"]))
            if direct:
                scope["route"] = scope["path"]
            await (direct or self.app)(scope, receive, send)
        except ProblemError as error:
            # A traceback leads back here, and so to the error itself: a circle, in which the body
            # would stay until the garbage collector comes by.
            problem = error.with_traceback(None)
        except ClientDisconnect:
            return  # whoever asked has gone: there is nobody to answer
        except asyncio.CancelledError:
            if self.deadlines.end(task):
                task.uncancel()
                if exchange.status:
                    # Whoever asked does not read. The server ends a connection on which an answer
                    # is not complete; a traceback for each slow reader would fill the log.
                    logger.warning(
                        "%s %s: the answer does not get on", scope["method"], path_of(scope)
                    )
                    if break_off := state.get(BREAK_OFF):
                        break_off()
                    return
                problem = _too_late(receiving=state.get("receiving", False))
                self.metrics.rejected(problem.status)
            elif exchange.status:
                raise
            else:  # the server ends, and this request was not done in time
                problem = ProblemError(503, "The server is stopping. Ask again in a moment.")
        except Exception:
            if exchange.status:
                raise
            logger.exception("%s %s failed", scope["method"], path_of(scope))
            self.metrics.failed()
            problem = ProblemError(500, "The server made a mistake; its log says which.")
        else:
            return
        finally:
            limits.requests -= 1
            limits.release(state)
            self.deadlines.end(task)
        await problem_response(problem, path=scope["path"])(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        """Turn away what no limit allows."""
        path = scope["path"]
        hosts = []
        for key, value in scope["headers"]:
            if key == b"host":
                hosts.append(value)
            elif key == b"transfer-encoding" and value.lower() != b"chunked":
                raise ProblemError(
                    501, "Send the body as it is, or with Transfer-Encoding: chunked."
                )
        if not _are_one_host(hosts, scope.get("http_version", "")):
            raise ProblemError(400, "A request needs one header Host, such as Host: example.com.")
        if self.hosts and not self._is_trusted(hosts):
            self.metrics.rejected(400)
            raise ProblemError(400, "The header Host names no host that this server answers for.")
        try:
            if self.limits.requests > self.limits.max_requests and path not in ALWAYS_ANSWERED:
                raise busy()
            if self.rates and scope["method"] == "POST":
                client = scope.get("client")
                self.rates.refuse_beyond(client[0] if client else "")
        except ProblemError as problem:
            self.metrics.rejected(problem.status)
            raise

    def _is_trusted(self, hosts: list[bytes]) -> bool:
        """Tell whether the header Host names one of the hosts in the settings."""
        host = b"".join(hosts).decode("latin-1").lower()
        host = host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
        parents = ("*" + host[at:] for at, letter in enumerate(host) if letter == ".")
        return host in self.hosts or any(parent in self.hosts for parent in parents)


class _Exchange:
    """A request and its answer, and what the answer is sent by."""

    __slots__ = ("deadlines", "request_id", "send", "status", "task")

    def __init__(self, send: Send, request_id: bytes, deadlines: Deadlines) -> None:
        self.send = send
        self.request_id = request_id
        self.deadlines = deadlines
        self.status = 0  # until the answer begins
        self.task = cast("Task", asyncio.current_task())

    async def __call__(self, message: Message) -> None:
        """Send a part of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message["headers"], *SECURITY_HEADERS, (_KEY, self.request_id)]
            message = {"type": "http.response.start", "status": self.status, "headers": headers}
        elif message.get("more_body"):
            self.deadlines.extend(self.task)  # it may take its time, as long as it gets on
        await self.send(message)


def _are_one_host(hosts: list[bytes], http_version: str) -> bool:
    """Tell whether the header Host is there once and well formed (RFC 9112, section 3.2)."""
    if len(hosts) == 1:
        return _HOST.fullmatch(hosts[0]) is not None
    return not hosts and http_version != "1.1"  # HTTP/1.0 has none, HTTP/2 says it otherwise


def _route_of(scope: Scope) -> str:
    """Return the pattern of the route that answered; its number is bounded, unlike paths'."""
    route = scope.get("route", "page")
    return route if isinstance(route, str) else getattr(route, "path", "page")


def _too_late(*, receiving: bool) -> ProblemError:
    """Return the problem of a request that was not done in time."""
    if receiving:
        return ProblemError(
            408, "The body did not arrive in time.", headers={"Connection": "close"}
        )
    return ProblemError(
        503,
        "The server did not manage this in time. Ask again later.",
        headers={"Retry-After": "1"},
    )


def path_of(scope: Scope) -> str:
    """Return a path as it may stand in a log: percent-encoded, and not too long."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return shorten(raw.decode("latin-1"))


def _log(scope: Scope, status: int, seconds: float) -> None:
    """Write one line about a request: never its body, nor its query."""
    client = scope.get("client")
    details = {
        "method": scope["method"],
        "path": path_of(scope),
        "status": status,
        "duration_ms": round(seconds * 1000, 3),
        "client": client[0] if client else "",
    }
    message = "%(method)s %(path)s %(status)d %(duration_ms).1f ms %(client)s"
    access.info(message, details, extra={"details": details})
