"""What keeps the service from being overwhelmed, seen from outside and request by request."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from clients import start
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from granian.utils.proxies import wrap_asgi_with_proxy_headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.middleware.bodies import read_body
from mnist_recognizer.api.problems import ProblemError
from mnist_recognizer.api.settings import Settings, SettingsError, load_settings

DRAWING = {"pixels": [0.5] * 784}
BODY = b'{"pixels": [' + b",".join([b"0.5"] * 784) + b"]}"


def behind_a_proxy(app: FastAPI) -> ASGIApp:
    """Wrap an app as the server does, in what the test client takes for an ASGI app."""
    wrapped = wrap_asgi_with_proxy_headers(app)

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        await wrapped(scope, receive, send)

    return call


class Gate(asyncio.Event):
    """An event that tells how many wait for it."""

    waiting = 0

    async def wait(self) -> Literal[True]:
        self.waiting += 1
        return await super().wait()

    async def reached_by(self, number: int = 1) -> None:
        """Wait until so many have come to the gate."""
        while self.waiting < number:
            await asyncio.sleep(0)


class Service:
    """An app in a running event loop, to be called by several senders at once."""

    def __init__(self, app: FastAPI, state: dict[str, Any]) -> None:
        self.app = app
        self.state = state

    async def ask(
        self,
        receive: Callable[[], Awaitable[Message]],
        method: str = "POST",
        path: str = "/predict",
    ) -> tuple[int, dict[str, str]]:
        """Return the status and the headers of an answer."""
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": [(b"content-type", b"application/json")],
            "client": ("192.0.2.1", 1),
            "state": dict(self.state),
        }
        await self.app(scope, receive, send)
        headers = {key.decode(): value.decode() for key, value in sent[0]["headers"]}
        return sent[0]["status"], headers


def run(
    talk: Callable[[Service], Awaitable[None]],
    weights: Path,
    extend: Callable[[FastAPI], None] = lambda app: None,
    **settings: Any,
) -> None:
    app = create_app(Settings(weights=weights, **settings))
    extend(app)

    async def main() -> None:
        async with app.router.lifespan_context(app) as state:
            await talk(Service(app, state))
            limits = state["limits"]
            assert (limits.requests, limits.buffered_bytes) == (0, 0), "all was given back"

    asyncio.run(main())


def sender(*parts: bytes, then: asyncio.Event | None = None) -> Callable[[], Awaitable[Message]]:
    """Send parts of a body; wait for an event before the last one."""
    left = list(parts)

    async def receive() -> Message:
        part = left.pop(0)
        if not left and then is not None:
            await then.wait()
        return {"type": "http.request", "body": part, "more_body": bool(left)}

    return receive


def blocking(gate: asyncio.Event) -> Callable[[FastAPI], None]:
    """Give an app a route that takes as long as it takes until the gate opens."""

    def extend(app: FastAPI) -> None:
        @app.post("/long")
        async def long() -> str:
            await gate.wait()
            return "done"

    return extend


def test_beyond_the_requests_at_a_time_it_is_503_and_probes_are_answered(weights: Path) -> None:
    gate = Gate()

    async def talk(service: Service) -> None:
        long = asyncio.create_task(service.ask(sender(b""), path="/long"))
        await gate.reached_by()
        status, headers = await service.ask(sender(BODY))
        assert (status, headers["retry-after"]) == (503, "1")
        for path in ("/livez", "/health", "/metrics"):
            assert (await service.ask(sender(b""), "GET", path))[0] == 200
        gate.set()
        assert (await long)[0] == 200
        assert (await service.ask(sender(BODY)))[0] == 200

    run(talk, weights, blocking(gate), max_requests=1)


def test_slow_senders_take_nobodys_place(weights: Path) -> None:
    gate = Gate()

    async def talk(service: Service) -> None:
        slow = [
            asyncio.create_task(service.ask(sender(BODY[:9], BODY[9:], then=gate)))
            for _ in range(20)
        ]
        await gate.reached_by(20)
        assert (await service.ask(sender(BODY)))[0] == 200
        gate.set()
        assert {(await task)[0] for task in slow} == {200}

    run(talk, weights, max_requests=1)


def test_a_slow_body_that_ends_while_the_server_is_busy_is_503(weights: Path) -> None:
    ends, gate = Gate(), Gate()

    async def talk(service: Service) -> None:
        slow = asyncio.create_task(service.ask(sender(BODY[:9], BODY[9:], then=ends)))
        await ends.reached_by()
        long = asyncio.create_task(service.ask(sender(b""), path="/long"))
        await gate.reached_by()
        ends.set()
        status, headers = await slow
        assert (status, headers["retry-after"]) == (503, "1")
        gate.set()
        assert (await long)[0] == 200

    run(talk, weights, blocking(gate), max_requests=1)


def test_the_bodies_of_all_together_take_no_more_than_they_may(weights: Path) -> None:
    gate = Gate()

    async def talk(service: Service) -> None:
        first = asyncio.create_task(service.ask(sender(BODY[:3000], BODY[3000:], then=gate)))
        await gate.reached_by()
        assert (await service.ask(sender(BODY[:2000], BODY[2000:])))[0] == 503
        gate.set()
        assert (await first)[0] == 200
        assert (await service.ask(sender(BODY[:2000], BODY[2000:])))[0] == 200

    run(talk, weights, max_buffered_bytes=4096)


def test_a_body_in_parts_is_refused_at_the_first_part_beyond_the_limit(weights: Path) -> None:
    async def talk(service: Service) -> None:
        unread = asyncio.Event()  # never set: the last part would be waited for without end
        parts = sender(b"{" * 40_000, b"{" * 40_000, b"}", then=unread)
        status, _ = await service.ask(parts)
        assert status == 413

    run(talk, weights)


def test_a_body_that_does_not_arrive_in_time_is_408_and_ends_the_connection(weights: Path) -> None:
    async def talk(service: Service) -> None:
        for parts in ((BODY,), (BODY[:9], BODY[9:])):
            status, headers = await service.ask(sender(*parts, then=asyncio.Event()))
            assert (status, headers["connection"]) == (408, "close")

    run(talk, weights, timeout_seconds=0.05)


def test_an_answer_that_does_not_come_in_time_is_503(weights: Path) -> None:
    async def talk(service: Service) -> None:
        status, headers = await service.ask(sender(b""), path="/long")
        assert (status, headers["retry-after"]) == (503, "1")

    run(talk, weights, blocking(asyncio.Event()), timeout_seconds=0.05)


def streaming(pause: float, times: int) -> Callable[[FastAPI], None]:
    """Give an app a route that sends its answer part by part, past the framework."""

    def extend(app: FastAPI) -> None:
        async def answer(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for left in reversed(range(times)):
                await asyncio.sleep(pause)
                await send({"type": "http.response.body", "body": b"x", "more_body": left > 0})

        app.mount("/stream", answer)

    return extend


@pytest.mark.slow
def test_a_long_answer_may_take_longer_as_long_as_it_gets_on(weights: Path) -> None:
    async def talk(service: Service) -> None:
        assert (await service.ask(sender(b""), "GET", "/stream/"))[0] == 200

    run(talk, weights, streaming(0.3, 6), timeout_seconds=1.5)


def test_an_answer_that_stops_half_way_is_given_up_in_one_line(
    weights: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def talk(service: Service) -> None:
        assert (await service.ask(sender(b""), "GET", "/stream/"))[0] == 200, "as was sent before"

    run(talk, weights, streaming(60, 1), timeout_seconds=0.05)
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert record.getMessage() == (
        "GET /stream/ broken off: The server did not manage this in time. Ask again later."
    )
    assert record.exc_info is None


def test_a_declared_length_is_believed_before_anything_is_read(weights: Path) -> None:
    async def never() -> Message:
        pytest.fail("read")

    async def read() -> None:
        headers = [(b"content-length", b"9" * 30)]
        scope = {"type": "http", "headers": headers, "state": {}}
        with pytest.raises(ProblemError) as caught:
            await read_body(Request(scope, never), 100, "no more")
        assert caught.value.status == 413

    asyncio.run(read())


class TestRates:
    def test_whoever_asks_too_often_is_told_when_to_come_back(self, weights: Path) -> None:
        settings = Settings(weights=weights, rate_limit="3/minute")
        with TestClient(create_app(settings)) as client:
            statuses = [client.post("/predict", json=DRAWING).status_code for _ in range(5)]
            assert statuses == [200, 200, 200, 429, 429]
            response = client.post("/predict", json=DRAWING)
            assert 1 <= int(response.headers["retry-after"]) <= 60
            assert response.headers["content-type"] == "application/problem+json"
            assert response.json()["detail"].startswith("Your address may ask 3 per 1 minute. Ask")
            assert client.get("/health").status_code == 200, "asking is free"
            counted = client.get("/metrics").text
        assert 'mnist_rejections_total{status="429"} 3.0' in counted

    def test_other_addresses_are_not_concerned(self, weights: Path) -> None:
        app = create_app(Settings(weights=weights, rate_limit="1/hour"))
        for host in ("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8:0:1::1", "unix"):
            with TestClient(app, client=(host, 1)) as client:
                assert client.post("/predict", json=DRAWING).status_code == 200
                assert client.post("/predict", json=DRAWING).status_code == 429

    def test_an_ipv6_network_counts_as_one(self, weights: Path) -> None:
        app = create_app(Settings(weights=weights, rate_limit="1/hour"))
        for host, status in (("2001:db8::1", 200), ("2001:db8::2:3", 429)):
            with TestClient(app, client=(host, 1)) as client:
                assert client.post("/predict", json=DRAWING).status_code == status

    def test_behind_a_trusted_proxy_the_address_it_appended_counts(self, weights: Path) -> None:
        app = behind_a_proxy(create_app(Settings(weights=weights, rate_limit="1/hour")))
        with TestClient(app, client=("127.0.0.1", 1)) as client:
            said = ["192.0.2.1", "192.0.2.2", "198.51.100.9, 192.0.2.1"]
            statuses = [
                client.post("/predict", json=DRAWING, headers={"X-Forwarded-For": who}).status_code
                for who in said
            ]
        assert statuses == [200, 200, 429], "what stands before it may be forged"

    def test_nobody_else_can_pretend_to_be_another_address(self, weights: Path) -> None:
        app = behind_a_proxy(create_app(Settings(weights=weights, rate_limit="1/hour")))
        with TestClient(app, client=("192.0.2.1", 1)) as client:
            statuses = [
                client.post("/predict", json=DRAWING, headers={"X-Forwarded-For": who}).status_code
                for who in ("192.0.2.2", "192.0.2.3", "127.0.0.1")
            ]
        assert statuses == [200, 429, 429]

    def test_the_strictest_of_several_rates_counts(self, weights: Path) -> None:
        app = create_app(Settings(weights=weights, rate_limit="100/second; 2/hour"))
        with TestClient(app) as client:
            answers = [client.post("/predict", json=DRAWING) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 60 < int(answers[-1].headers["Retry-After"]) <= 3600

    def test_a_rate_that_is_none_is_one_sentence(self) -> None:
        with pytest.raises(SettingsError, match=r"^MNIST_RATE_LIMIT is wrong \('often'\): write"):
            load_settings(rate_limit="often")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("digits.example", 200),
        ("digits.example:8000", 200),
        ("DIGITS.example", 200),
        ("a.wide.example", 200),
        ("a.b.wide.example", 200),
        ("[::1]:80", 200),
        ("wide.example", 400),
        ("evil.example", 400),
        ("digits.example.evil.example", 400),
        ("notdigits.example", 400),
    ],
)
def test_only_trusted_hosts_are_answered_for(weights: Path, host: str, status: int) -> None:
    hosts = ("digits.example", "*.wide.example", "[::1]")
    with start(weights, trusted_hosts=hosts) as client:
        response = client.get("/health", headers={"Host": host})
    assert response.status_code == status
    if status == 400:
        assert response.json()["detail"].startswith("The header Host names a host")
        assert host not in response.text
