"""Things made one ahead of their use, in a thread of their own."""

import queue
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")


class Stopped(Exception):  # noqa: N818 - no error: nobody wants the rest any more
    """What `make` may raise when it sees that it was stopped."""


def in_background(make: Callable[[threading.Event], Iterator[T]], ahead: int = 1) -> Iterator[T]:
    """Make things in a thread, at most `ahead` more than were taken.

    An error in the thread is raised here; when the consumer stops, so does the thread.

    Parameters
    ----------
    make : callable
        Called in the thread with an event that is set as soon as nobody wants any more. A maker of
        things that take long looks at it meanwhile, and then raises :class:`Stopped`.
    ahead : int
        How many may be finished, or begun, before they are asked for.

    Yields
    ------
    T
        What the iterator that `make` returns yields, in its order.
    """
    ready: queue.SimpleQueue[tuple[T] | BaseException | None] = queue.SimpleQueue()
    room = threading.Semaphore(ahead)
    stopped = threading.Event()

    def produce() -> None:
        try:
            items = make(stopped)
            room.acquire()
            while not stopped.is_set():
                ready.put((next(items),))
                room.acquire()
        except (StopIteration, Stopped):
            ready.put(None)
        except BaseException as error:
            ready.put(error)

    thread = threading.Thread(target=produce, name="background", daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            room.release()
            yield item[0]
    finally:
        stopped.set()
        room.release()
        thread.join()
