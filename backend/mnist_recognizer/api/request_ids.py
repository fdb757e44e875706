"""``X-Request-ID``: one name for a request, in its answer and in every log line about it."""

import logging
import re
import uuid
from contextvars import ContextVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-ID"
_KEY = HEADER.lower().encode()
# 1 to 128 printable ASCII characters, with no space at either end. A log is safe with these.
_acceptable = re.compile(rb"[!-~](?:[ -~]{0,126}[!-~])?")
_current: ContextVar[str] = ContextVar("request_id", default="")


class RequestIds:
    """Takes the id that a request brings, or makes one, and puts it on the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, and add to the head of its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((value for key, value in scope["headers"] if key == _KEY), b"")
        request_id = given if _acceptable.fullmatch(given) else uuid.uuid4().hex.encode()
        _current.set(request_id.decode())

        async def add_header(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (_KEY, request_id)]
            await send(message)

        await self.app(scope, receive, add_header)


class RequestIdFilter(logging.Filter):
    """Lets every record pass, with the id of the request that it belongs to.

    The attribute ``request`` is `` [id]``, or empty for what belongs to no request.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the attribute."""
        request_id = _current.get()
        record.request = f" [{request_id}]" if request_id else ""
        return True
