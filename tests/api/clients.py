"""Clients of an app in this process, and what every refusal must look like."""

from pathlib import Path
from typing import Any

import httpx
from fastapi.testclient import TestClient

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.settings import Settings

LARGEST_PROBLEM = 4000  # bytes: an answer never repeats what was sent


def start(
    weights: Path, client: tuple[str, int] = ("127.0.0.1", 50000), **settings: Any
) -> TestClient:
    """Return a client, at an address of its own, of a new app; ``with`` starts the app."""
    app = create_app(Settings(weights=weights, **settings))
    return TestClient(app, base_url="http://localhost:8000", client=client)


def refused(response: httpx.Response, status: int, field: str | None = None) -> str:
    """See that a response is a problem document, about this field if given; return its detail."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert len(response.content) < LARGEST_PROBLEM
    problem = response.json()
    assert problem["status"] == status
    if field is not None:
        assert problem["errors"][0]["field"] == field
    if response.request.url.path.startswith("/v2"):  # as the Open Inference Protocol wants it
        assert problem["error"] == problem["detail"]
    detail: str = problem["detail"]
    return detail
