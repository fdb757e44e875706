"""HEAD: what answers GET answers it as well, with the same headers and no body."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadLikeGet:
    """Shows an app GET where HEAD was asked, and leaves out the body of its answer.

    Starlette's static files know HEAD, FastAPI's routes do not. Load balancers and monitors use it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_headers(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        as_get = {**scope, "method": "GET"}
        try:
            await self.app(as_get, receive, send_headers)
        finally:
            if "route" in as_get:  # for the metrics
                scope["route"] = as_get["route"]
