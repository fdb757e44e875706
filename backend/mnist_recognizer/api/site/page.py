"""The page at ``/``: static files which a browser always revalidates, and gets compressed."""

import mimetypes
import re
from http import HTTPStatus
from pathlib import Path

from fastapi import HTTPException, Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send

# Windows takes types from its registry, where some programs leave .js as text/plain. A browser that
# is told not to guess would then refuse to run the page's scripts.
mimetypes.add_type("text/javascript", ".js")
_REFUSES_GZIP = re.compile(rb"gzip\s*;\s*q=0(\.0*)?\s*(,|$)", re.IGNORECASE)


class Page(StaticFiles):
    """Files of a folder, with ``index.html`` at its root.

    Each answer carries an ETag and may be kept, but must be revalidated: a browser gets a short
    304 while nothing has changed, and never shows last week's script beside today's page.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)
        self.folder = folder
        self._compressed = GZipMiddleware(super().__call__)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; with gzip whom that suits, which takes two thirds off the page's text.

        Always with the whole file: its files are small, and a part of one that is compressed for
        some would not fit what they have of it.
        """
        headers = [
            (key, value)
            for key, value in scope["headers"]
            if key not in {b"range", b"if-range"}
            and not (key == b"accept-encoding" and _REFUSES_GZIP.search(value))
        ]
        # A server that sends files by itself (granian) would send them uncompressed.
        extensions = {**scope.get("extensions", {})}
        extensions.pop("http.response.pathsend", None)
        await self._compressed(
            {**scope, "headers": headers, "extensions": extensions}, receive, send
        )

    async def check_config(self) -> None:
        """Do nothing: a server without the page's folder still answers the API."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file at `path`, 404 where there is none, 405 for anything but reading."""
        if path == "." and not (self.folder / "index.html").is_file():
            raise HTTPException(
                HTTPStatus.NOT_FOUND,
                "The page is not installed: its folder holds no index.html. The API works, and is "
                "described at /docs.",
            )
        # StaticFiles would redirect to whatever the header Host says. Where dots lead back to the
        # root, `path` has lost them already.
        if ".." in path.split("/") or (path == "." and not scope["path"].endswith("/")):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        response = await super().get_response(path, {**scope, "method": "GET"})
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD"})
        if "ETag" not in response.headers:  # another such redirect, to a folder
            raise HTTPException(HTTPStatus.NOT_FOUND)
        response.headers["Cache-Control"] = "no-cache"
        # Weak: it stands for the file, compressed or not.
        response.headers["ETag"] = "W/" + response.headers["ETag"]
        if "Accept-Ranges" in response.headers:
            del response.headers["Accept-Ranges"]
        return response
