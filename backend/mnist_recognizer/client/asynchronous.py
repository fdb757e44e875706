"""The client for programs with an event loop: the same methods, as coroutines."""

from asyncio import sleep
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_recognizer.client import requests
from mnist_recognizer.client.answers import Answer, Health, Models
from mnist_recognizer.client.requests import (
    TRIES,
    Call,
    connection,
    no_answer,
    result,
    wait_before_retry,
)

T = TypeVar("T")


class AsyncClient:
    """Asks a server. Use it in an ``async with`` statement, or await :meth:`close`.

    The methods and the parameters are those of :class:`~mnist_recognizer.client.Client`; only
    `transport` is an ``httpx.AsyncBaseTransport``.
    """

    def __init__(
        self,
        url: str = "http://localhost:8000",
        *,
        api_key: str | None = None,
        timeout: float = 30.0,
        tries: int = TRIES,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(**connection(url, api_key, timeout), transport=transport)
        self._tries = tries

    async def predict(self, pixels: ArrayLike) -> Answer:
        """Recognise one digit: 784 numbers, or 28 rows of 28, from 0 (paper) to 1 (ink)."""
        return await self._ask(requests.predict(pixels))

    async def predict_batch(self, images: ArrayLike) -> NDArray[np.float32]:
        """Recognise up to 1,000 digits: uint8 (n, 28, 28) or (n, 784); see :class:`Client`."""
        return await self._ask(requests.predict_batch(images))

    async def predict_strokes(self, strokes: Sequence[ArrayLike]) -> Answer:
        """Recognise a digit from pen strokes, each a sequence of points (x, y), y downwards."""
        return await self._ask(requests.predict_strokes(strokes))

    async def predict_image(self, image: bytes | Path | str) -> dict[str, Any]:
        """Recognise what a PNG, JPEG or WebP shows: its bytes or its path; the answer as sent."""
        return await self._ask(requests.predict_image(image))

    async def health(self) -> Health:
        """Ask whether the service can answer."""
        return await self._ask(requests.health())

    async def models(self) -> Models:
        """List the weights files that the server can answer from."""
        return await self._ask(requests.models())

    async def activate(self, name: str) -> str:
        """Make the server answer from another weights file; return its network's architecture."""
        return await self._ask(requests.activate(name))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def _ask(self, call: Call[T]) -> T:
        tries_left = self._tries
        while True:
            tries_left -= 1
            try:
                response = await self._http.request(call.method, call.path, **call.content)
            except httpx.HTTPError as error:
                raise no_answer(self._http.base_url, error) from error
            wait = wait_before_retry(response, tries_left)
            if wait is None:
                return result(call, response)
            await sleep(wait)
