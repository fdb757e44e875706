"""A client of the API, for programs in Python; the extra ``client`` has what it needs.

    from mnist_recognizer.client import Client

    with Client("http://localhost:8000") as client:
        answer = client.predict(pixels)      # 784 numbers from 0 to 1
        print(answer.prediction, answer.confidence)

:class:`AsyncClient` has the same methods as coroutines. Whatever goes wrong is a
:class:`ClientError`.
"""

from mnist_recognizer.client.answers import Answer, Health, Models, ServedModel
from mnist_recognizer.client.asynchronous import AsyncClient
from mnist_recognizer.client.errors import (
    BusyError,
    ClientError,
    NotPermittedError,
    ProblemError,
    RejectedInputError,
    UnreachableError,
)
from mnist_recognizer.client.synchronous import Client

__all__ = [
    "Answer",
    "AsyncClient",
    "BusyError",
    "Client",
    "ClientError",
    "Health",
    "Models",
    "NotPermittedError",
    "ProblemError",
    "RejectedInputError",
    "ServedModel",
    "UnreachableError",
]
