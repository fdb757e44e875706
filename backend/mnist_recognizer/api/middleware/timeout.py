"""How long a request may take."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mnist_recognizer.api.problems import RETRY_AFTER, LimitError


class Timeout:
    """Ends requests that take too long.

    Parameters
    ----------
    app : ASGI app
    seconds : float
        Until the answer begins, and again for each further part of it.
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self.app = app
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_and_extend(message: Message) -> None:
            if message.get("more_body"):
                timer.reschedule(asyncio.get_running_loop().time() + self.seconds)
            await send(message)

        try:
            async with asyncio.timeout(self.seconds) as timer:
                await self.app(scope, receive, send_and_extend)
        except TimeoutError:
            if not timer.expired():
                raise
            raise _too_late(receiving=scope["state"].get("receiving", False)) from None


def _too_late(*, receiving: bool) -> LimitError:
    if receiving:
        headers = {"Connection": "close"}
        return LimitError(408, "The body did not arrive in time.", headers=headers)
    message = "The server did not manage this in time. Ask again later."
    return LimitError(503, message, headers=RETRY_AFTER)
