"""What the tests of the Python client share."""

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np

from mnist_recognizer.api.model.example import SEVEN
from mnist_recognizer.client import (
    AsyncClient,
    Client,
)

KEY = "correct-horse-battery"
IMAGE = (255 - np.array(SEVEN).reshape(28, 28) * 255).astype(np.uint8)


class Both:
    """Calls a method of the client, or of the one for event loops."""

    def __init__(self, kind: type[Client] | type[AsyncClient], **arguments: Any) -> None:
        self.kind = kind
        self.arguments = arguments

    def __call__(self, method: str, *given: Any) -> Any:
        if self.kind is Client:
            with Client(**self.arguments) as client:
                return getattr(client, method)(*given)

        async def ask() -> Any:
            async with AsyncClient(**self.arguments) as client:
                return await getattr(client, method)(*given)

        return asyncio.run(ask())


Ask = Callable[..., Both]
