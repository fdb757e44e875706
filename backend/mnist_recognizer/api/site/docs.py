"""``/docs``: Swagger UI, from files that are installed, so that it needs no internet."""

from importlib.resources import files
from pathlib import Path

import fastapi_offline
from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, Response

from mnist_recognizer.api.site.page import Page

# Every address is relative, so that the page also works behind a proxy that adds a path. The script
# is a file of its own because the content-security policy allows none inside a page.
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>MNIST Recognizer API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/files/swagger-ui.css">
<script defer src="docs/files/swagger-ui-bundle.js"></script>
<script defer src="docs/start.js"></script>
</head>
<body>
<div id="swagger-ui"></div>
</body>
</html>
"""
_SCRIPT = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
"""

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def docs() -> HTMLResponse:
    """Show the API's description."""
    return HTMLResponse(_PAGE)


@router.get("/docs/start.js")
async def script() -> Response:
    """Start Swagger UI on that page."""
    return Response(_SCRIPT, media_type="text/javascript")


def install_docs(app: FastAPI) -> None:
    """Add ``/docs`` to an app."""
    app.include_router(router)
    app.mount("/docs/files", Page(Path(str(files(fastapi_offline))) / "static"))
