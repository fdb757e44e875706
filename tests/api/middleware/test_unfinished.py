"""Answers that end before they are whole."""

import asyncio

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from mnist_recognizer.api.middleware.errors import Errors
from mnist_recognizer.api.middleware.timeout import Timeout
from mnist_recognizer.api.observability.metrics import Metrics
from mnist_recognizer.api.oip.inference import _unreadable


async def receive() -> Message:
    return {"type": "http.request"}


async def send(_: Message) -> None:
    """Take a message."""


SCOPE: Scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "state": {}}


def test_a_client_that_leaves_in_the_middle_of_its_answer_is_no_error() -> None:
    async def app(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ClientDisconnect

    asyncio.run(Errors(app, Metrics())(SCOPE, receive, send))


def test_a_timeout_of_the_applications_own_is_not_taken_for_the_requests() -> None:
    async def app(_: Scope, __: Receive, ___: Send) -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        asyncio.run(Timeout(app, 60)(SCOPE, receive, send))


def test_text_in_another_encoding_is_told() -> None:
    error = UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")
    assert "is not UTF-8" in str(_unreadable(b"{", error))
