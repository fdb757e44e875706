"""Every error is a problem document, and a page on another origin may read it."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.middleware.errors import Errors
from mnist_recognizer.api.observability.metrics import Metrics
from mnist_recognizer.api.problems import Problem
from mnist_recognizer.api.settings import Settings

ORIGIN = {"Origin": "http://localhost:3000"}


@pytest.mark.parametrize(
    ("method", "path", "status", "detail"),
    [
        ("GET", "/nothing", 404, "There is nothing at /nothing. The API is described at /docs."),
        ("POST", "/predictt", 404, "There is nothing at /predictt."),
        ("DELETE", "/model/info/x", 404, "There is nothing at /model/info/x."),
        ("GET", "/" + "x" * 300, 404, "There is nothing at /" + "x" * 59 + "…."),
        ("POST", "/predict/", 404, "There is nothing at /predict/. Leave out the slash at its end"),
        ("GET", "/predict", 405, "/predict does not answer GET, only POST."),
        ("POST", "/health", 405, "/health does not answer POST, only GET, HEAD."),
        ("PUT", "/", 405, "/ does not answer PUT, only GET, HEAD."),
        ("A" * 300, "/", 405, "/ does not answer " + "A" * 60 + "…, only GET, HEAD."),
    ],
)
def test_a_wrong_address_or_method_is_a_problem(
    client: TestClient, method: str, path: str, status: int, detail: str
) -> None:
    response = client.request(method, path, headers=ORIGIN)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == ORIGIN["Origin"]
    assert ("allow" in response.headers) == (status == 405)
    problem = Problem.model_validate_json(response.content, strict=True)
    assert problem.type == "about:blank"
    assert problem.status == status
    assert problem.detail.startswith(detail)


def test_a_problem_has_the_members_of_rfc_9457(client: TestClient) -> None:
    response = client.post("/predict", json={"pixels": [0, 0, 300] + [0] * 781})
    assert response.json() == {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "pixels[2] is 300, and must be from 0 to 1.",
        "errors": [{"field": "pixels[2]", "message": "is 300, and must be from 0 to 1"}],
    }


def test_an_unexpected_error_is_logged_and_tells_the_sender_nothing_of_the_inside(
    app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/broken")
    async def broken() -> Response:
        raise RuntimeError("secret")

    with TestClient(app) as client:
        response = client.get("/broken", headers=ORIGIN)
    assert response.status_code == 500
    assert response.headers["access-control-allow-origin"] == ORIGIN["Origin"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert Problem.model_validate_json(response.content).status == 500
    assert "secret" not in response.text
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.exc_info is not None
    assert "GET /broken failed" in record.getMessage()


def test_a_parameter_that_the_framework_refuses_is_a_problem_too(app: FastAPI) -> None:
    @app.get("/double/{number}")
    async def double(number: int) -> int:
        return 2 * number

    with TestClient(app) as client:
        response = client.get("/double/x")
    problem = Problem.model_validate_json(response.content)
    assert problem.status == response.status_code == 422
    assert problem.errors[0].field == "path.number"
    assert problem.detail.startswith("path.number: Input should be a valid integer")


def call(app: Any, messages: list[Message]) -> list[Message]:
    """Call /predict with what a server would hand on, and return what it would be handed."""
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> None:
        async with app.router.lifespan_context(app) as state:
            scope = {
                "type": "http",
                "method": "POST",
                "path": "/predict",
                "headers": [(b"content-type", b"application/json")],
                "state": state,
            }
            await app(scope, receive, send)

    asyncio.run(run())
    return sent


@pytest.mark.parametrize(
    "before", [[], [{"type": "http.request", "body": b'{"pix', "more_body": True}]]
)
def test_a_sender_who_leaves_before_or_amid_the_body_is_no_error(
    app: FastAPI, caplog: pytest.LogCaptureFixture, before: list[Message]
) -> None:
    start, _ = call(app, [*before, {"type": "http.disconnect"}])
    assert start["status"] == 400, "for a body with wrong chunks, which the server reports so"
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_an_error_after_the_answer_began_goes_up_to_the_server() -> None:
    async def half_an_answer(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    with pytest.raises(RuntimeError):
        asyncio.run(Errors(half_an_answer, Metrics())(scope, None, send))  # type: ignore[arg-type]
    assert [message["type"] for message in sent] == ["http.response.start"]


class TestOtherOrigins:
    PREFLIGHT = {  # noqa: RUF012 - a constant
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }

    @pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1:3000", "null"])
    def test_the_pages_own_origins_may_call(self, client: TestClient, origin: str) -> None:
        headers = {"Origin": origin}
        asked = client.options("/predict", headers={**headers, **self.PREFLIGHT})
        assert asked.status_code == 200
        assert asked.headers["access-control-allow-origin"] == origin
        assert "POST" in asked.headers["access-control-allow-methods"]
        for response in (
            client.post("/predict", json={"pixels": [0] * 784}, headers=headers),
            client.post("/predict", json={"pixels": []}, headers=headers),
            client.post("/predict", content=b" " * 70_000, headers=headers),
            client.get("/health", headers=headers),
        ):
            assert response.headers["access-control-allow-origin"] == origin
            assert "access-control-allow-credentials" not in response.headers

    @pytest.mark.parametrize(
        "origin", ["http://evil.example", "http://localhost:3001", "https://localhost:3000"]
    )
    def test_any_other_origin_may_not(self, client: TestClient, origin: str) -> None:
        asked = client.options("/predict", headers={"Origin": origin, **self.PREFLIGHT})
        assert asked.status_code == 400
        assert "access-control-allow-origin" not in asked.headers
        response = client.get("/health", headers={"Origin": origin})
        assert "access-control-allow-origin" not in response.headers

    def test_the_origins_are_a_setting(self, weights: Path) -> None:
        settings = Settings(weights=weights, cors_origins=("https://digits.example",))
        with TestClient(create_app(settings)) as client:
            for origin, allowed in (("https://digits.example", True), ("null", False)):
                response = client.get("/health", headers={"Origin": origin})
                assert ("access-control-allow-origin" in response.headers) is allowed
