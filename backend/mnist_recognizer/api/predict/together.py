"""Recognising together the digits that are asked about at the same moment.

To recognise one digit takes some twenty calls of NumPy, and each costs more than what it computes.
When many requests come at once, the event loop first takes in all that have arrived, and then lets
the task of each go on. Each leaves its picture here, and one pass of the network answers them all
when the loop comes round. Nobody waits for pictures that are yet to come, and who asks alone is
answered at once.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.api.middleware.limits import Limits
from mnist_recognizer.api.predict.answers import Reading, read_all
from mnist_recognizer.nn import MLP

_AT_ONCE = 8
"""Pictures in one pass: about as fast for each as more would be, and too few for BLAS to wake other
threads, which on a busy machine come late."""

TASKS = "tasks"
"""Where in a request's state the tasks of all requests are, if the server tells."""


class _Asked(NamedTuple):
    model: MLP
    pixels: NDArray[np.float32]
    answered: asyncio.Future[Reading]


class Together:
    """Gathers pictures for one turn of the event loop; everything happens in the loop's thread.

    Parameters
    ----------
    limits : Limits
        Who waits here takes no place of those that requests may take.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._asked: list[_Asked] = []

    async def read(
        self, model: MLP, pixels: NDArray[np.float32], state: Mapping[str, Any]
    ) -> Reading:
        """Recognise one picture, together with the others that are asked about now.

        Parameters
        ----------
        model : MLP
        pixels : (784,) array
            In 0..1.
        state : mapping
            The request's.
        """
        if len(state.get(TASKS, ())) == 1:
            return read_all(model, pixels[None])[0]
        loop = asyncio.get_running_loop()
        asked = _Asked(model, pixels, loop.create_future())
        if not self._asked:
            loop.call_soon(self._answer)
        self._asked.append(asked)
        self._limits.requests -= 1
        try:
            return await asked.answered
        finally:
            self._limits.requests += 1

    def _answer(self) -> None:
        """Answer all that have asked, those of one network together."""
        asked, self._asked = self._asked, []
        while asked:
            model = asked[0].model  # while it is switched, some may ask another one
            same = [each for each in asked if each.model is model]
            asked = [each for each in asked if each.model is not model]
            for start in range(0, len(same), _AT_ONCE):
                _answer_those(model, same[start : start + _AT_ONCE])


def _answer_those(model: MLP, asked: Sequence[_Asked]) -> None:
    """Answer some in one pass, but those whose request was cancelled in the meantime."""
    try:
        readings = read_all(model, np.stack([each.pixels for each in asked]))
    except Exception as error:  # whoever asked says what it means for them
        for each in asked:
            if not each.answered.done():
                each.answered.set_exception(error)
        return
    for each, reading in zip(asked, readings, strict=True):
        if not each.answered.done():
            each.answered.set_result(reading)
