"""``X-Request-ID``: one name for a request, in its answer and in every log line about it."""

import os

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mnist_recognizer.api.observability.request_id import HEADER, acceptable, current_id

_KEY = HEADER.lower().encode()


class RequestId:
    """Gives each request an id: the one that it brings, or a new one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((value for key, value in scope["headers"] if key == _KEY), b"")
        request_id = given if acceptable(given) else os.urandom(16).hex().encode()
        current_id.set(request_id.decode())

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (_KEY, request_id)]
            await send(message)

        await self.app(scope, receive, send_with_id)
