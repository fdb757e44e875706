"""HEAD: whatever answers GET answers it as well, with the same head and no body."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadLikeGet:
    """Lets an app see GET where HEAD was asked, and keeps the body of its answer back.

    The framework's own static files know HEAD, its routes do not. Balancers and watchers ask so.

    Parameters
    ----------
    app : ASGI app
        Whatever answers GET.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        as_get = {**scope, "method": "GET"}
        try:
            await self.app(as_get, receive, send_head)
        finally:
            if "route" in as_get:  # for the metrics
                scope["route"] = as_get["route"]
