"""One clock for the deadlines of all requests."""

import asyncio
from typing import Any

Task = asyncio.Task[Any]


class Deadlines:
    """Cancels the tasks that take too long.

    All have the same time, so they are late in the order in which they begin, and one timer, for
    the oldest, is enough. `asyncio.timeout` sets one for each, which takes 5 µs of a request's 200.

    Parameters
    ----------
    seconds : float
        How long a task may take.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._due: dict[Task, float] = {}  # by the loop's clock, the earliest first
        self._late: set[Task] = set()
        self._loop: asyncio.AbstractEventLoop | None = None  # the one that the timer runs in

    def begin(self, task: Task) -> None:
        """Let the time of a task run."""
        loop = task.get_loop()
        self._due[task] = due = loop.time() + self.seconds
        if self._loop is not loop:
            self._loop = loop
            loop.call_at(due, self._cancel_late)

    def extend(self, task: Task) -> None:
        """Give a task the whole time once more, if it was in time until now."""
        if self._due.pop(task, None) is not None:
            self._due[task] = task.get_loop().time() + self.seconds

    def end(self, task: Task) -> bool:
        """Stop the time of a task; tell whether it was cancelled because it was late."""
        self._due.pop(task, None)
        if task in self._late:
            self._late.remove(task)
            return True
        return False

    def _cancel_late(self) -> None:
        """Cancel what is late, and come back when the next one may be."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        for task, due in list(self._due.items()):
            if due > now:
                loop.call_at(due, self._cancel_late)
                return
            del self._due[task]
            self._late.add(task)
            task.cancel()
        self._loop = None
