"""Pictures that are asked about at the same moment are read in one pass, each for who asked."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from live import serving
from starlette.types import Receive, Scope, Send

from mnist_recognizer.api.middleware.limits import Limits
from mnist_recognizer.api.predict import together
from mnist_recognizer.api.predict.answers import Reading, read_all
from mnist_recognizer.api.predict.together import TASKS, Together
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP

T = TypeVar("T")
MODEL = MLP.load(default_weights())
OTHER = MLP(hidden_sizes=(16,), seed=1)
PICTURES = np.random.default_rng(0).random((9, 784), np.float32)
MANY = {TASKS: {1, 2}}


@pytest.fixture
def limits() -> Limits:
    return Limits(max_requests=10, max_buffered_bytes=0)


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pictures each pass of a network had."""
    counted = []

    def counting(model: MLP, pixels: np.ndarray) -> list[Reading]:
        counted.append(len(pixels))
        return read_all(model, pixels)

    monkeypatch.setattr(together, "read_all", counting)
    return counted


def run(asking: Coroutine[Any, Any, T]) -> T:
    """Run it to its end; what nobody answers fails instead of waiting."""
    return asyncio.run(asyncio.wait_for(asking, 20))


def assert_same(reading: Reading, model: MLP, picture: np.ndarray) -> None:
    expected = read_all(model, picture[None])[0]
    np.testing.assert_allclose(reading.probabilities, expected.probabilities, atol=1e-5)
    assert reading.reason == expected.reason


def test_what_is_asked_at_once_is_read_in_one_pass(limits: Limits, passes: list[int]) -> None:
    async def ask() -> list[Reading]:
        gathered = Together(limits)
        return await asyncio.gather(*(gathered.read(MODEL, x, MANY) for x in PICTURES))

    for reading, picture in zip(run(ask()), PICTURES, strict=True):
        assert_same(reading, MODEL, picture)
    assert passes == [8, 1]


def test_what_is_asked_later_is_read_later(limits: Limits, passes: list[int]) -> None:
    async def ask() -> None:
        gathered = Together(limits)
        for picture in PICTURES[:3]:
            await gathered.read(MODEL, picture, MANY)

    run(ask())
    assert passes == [1, 1, 1]


def test_each_network_reads_its_own(limits: Limits, passes: list[int]) -> None:
    models = [MODEL, OTHER, MODEL, OTHER, OTHER]

    async def ask() -> list[Reading]:
        gathered = Together(limits)
        pairs = zip(models, PICTURES, strict=False)
        return await asyncio.gather(*(gathered.read(model, x, MANY) for model, x in pairs))

    for reading, model, picture in zip(run(ask()), models, PICTURES, strict=False):
        assert_same(reading, model, picture)
    assert passes == [2, 3]


def test_who_asks_alone_is_answered_at_once(limits: Limits) -> None:
    reading = Together(limits).read(MODEL, PICTURES[0], {TASKS: {1}})
    with pytest.raises(StopIteration) as ended:  # the coroutine ends without having waited
        reading.send(None)
    assert_same(ended.value.value, MODEL, PICTURES[0])


def test_where_no_server_tells_how_many_ask_they_are_read_together(
    limits: Limits, passes: list[int]
) -> None:
    async def ask() -> None:
        gathered = Together(limits)
        await asyncio.gather(*(gathered.read(MODEL, x, {}) for x in PICTURES[:2]))

    run(ask())
    assert passes == [2]


def test_the_server_tells_how_many_ask(app: FastAPI) -> None:
    """One who asks a server alone is answered at once, because this is there."""
    seen = []

    async def looking(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            seen.append(len(scope["state"][TASKS]))
        await app(scope, receive, send)

    with serving(looking) as address:
        assert httpx.get(f"{address}/livez").status_code == 200
    assert seen == [1]


def test_who_leaves_harms_nobody(limits: Limits, passes: list[int]) -> None:
    async def ask() -> list[Reading | BaseException]:
        gathered = Together(limits)
        tasks = [asyncio.create_task(gathered.read(MODEL, x, MANY)) for x in PICTURES[:3]]
        await asyncio.sleep(0)
        tasks[1].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    first, left, last = run(ask())
    assert isinstance(left, asyncio.CancelledError)
    for reading, picture in ((first, PICTURES[0]), (last, PICTURES[2])):
        assert isinstance(reading, Reading)
        assert_same(reading, MODEL, picture)
    assert limits.requests == 0


def test_a_network_that_fails_fails_those_who_asked_it_alone(
    limits: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(model: MLP, pixels: np.ndarray) -> list[Reading]:
        if model is OTHER:
            raise MemoryError("no room")
        return read_all(model, pixels)

    monkeypatch.setattr(together, "read_all", failing)

    async def ask() -> list[Reading | BaseException]:
        gathered = Together(limits)
        tasks = [
            asyncio.create_task(gathered.read(model, PICTURES[0], MANY))
            for model in (OTHER, OTHER, MODEL)
        ]
        await asyncio.sleep(0)
        tasks[1].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    failed, left, read = run(ask())
    assert isinstance(failed, MemoryError)
    assert isinstance(left, asyncio.CancelledError)
    assert isinstance(read, Reading)


def test_who_waits_takes_no_place(limits: Limits) -> None:
    async def ask() -> int:
        gathered = Together(limits)
        limits.requests = 9
        tasks = [asyncio.create_task(gathered.read(MODEL, x, MANY)) for x in PICTURES]
        await asyncio.sleep(0)
        waiting = limits.requests
        await asyncio.gather(*tasks)
        return waiting

    assert run(ask()) == 0
    assert limits.requests == 9


def test_many_who_ask_a_server_at_once_get_each_their_own_answer(
    app: FastAPI, weights: Path
) -> None:
    model = MLP.load(weights)

    async def ask(address: str) -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=address, limits=limits, timeout=60) as client:
            bodies = ({"pixels": x.tolist()} for x in np.tile(PICTURES, (25, 1)))
            return await asyncio.gather(*(client.post("/predict", json=x) for x in bodies))

    with serving(app) as address:
        answers = asyncio.run(ask(address))
    assert {answer.status_code for answer in answers} == {200}
    for answer, expected in zip(
        answers, np.tile(model.predict_proba(PICTURES), (25, 1)), strict=True
    ):
        given = list(answer.json()["probabilities"].values())
        np.testing.assert_allclose(given, expected, atol=1e-5)
