"""The client for ordinary programs."""

from collections.abc import Sequence
from pathlib import Path
from time import sleep
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


class Client:
    """Asks a server. Use it in a ``with`` statement, or call :meth:`close`.

    Every method raises :class:`~mnist_recognizer.client.ClientError` when something goes wrong.

    Parameters
    ----------
    url : str
        Where the server is.
    api_key : str, optional
        What :meth:`activate` needs.
    timeout : float
        Seconds to wait for a connection, and for each part of an answer.
    tries : int
        How often a request is sent in all when the server is busy and says when to come back.
    transport : httpx.BaseTransport, optional
        Another way to send requests, for tests.
    """

    def __init__(
        self,
        url: str = "http://localhost:8000",
        *,
        api_key: str | None = None,
        timeout: float = 30.0,
        tries: int = TRIES,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = httpx.Client(**connection(url, api_key, timeout), transport=transport)
        self._tries = tries

    def predict(self, pixels: ArrayLike) -> Answer:
        """Recognise one digit: 784 numbers, or 28 rows of 28, from 0 (paper) to 1 (ink)."""
        return self._ask(requests.predict(pixels))

    def predict_batch(self, images: ArrayLike) -> NDArray[np.float32]:
        """Recognise up to 1,000 digits.

        Parameters
        ----------
        images : array_like of uint8, shape (n, 28, 28) or (n, 784)
            Grey values, 0 for paper and 255 for ink.

        Returns
        -------
        ndarray of float32, shape (n, 10)
            The probability of each digit.
        """
        return self._ask(requests.predict_batch(images))

    def predict_strokes(self, strokes: Sequence[ArrayLike]) -> Answer:
        """Recognise a digit from pen strokes, each a sequence of points (x, y), y downwards."""
        return self._ask(requests.predict_strokes(strokes))

    def predict_image(self, image: bytes | Path | str) -> dict[str, Any]:
        """Recognise what a PNG, JPEG or WebP shows: its bytes or its path; the answer as sent."""
        return self._ask(requests.predict_image(image))

    def health(self) -> Health:
        """Ask whether the service can answer."""
        return self._ask(requests.health())

    def models(self) -> Models:
        """List the weights files that the server can answer from."""
        return self._ask(requests.models())

    def activate(self, name: str) -> str:
        """Make the server answer from another weights file; return its network's architecture."""
        return self._ask(requests.activate(name))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, call: Call[T]) -> T:
        tries_left = self._tries
        while True:
            tries_left -= 1
            try:
                response = self._http.request(call.method, call.path, **call.content)
            except httpx.HTTPError as error:
                raise no_answer(self._http.base_url, error) from error
            wait = wait_before_retry(response, tries_left)
            if wait is None:
                return result(call, response)
            sleep(wait)
