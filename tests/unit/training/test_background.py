"""Things made in a thread: the same things, no further ahead than allowed, and no thread left."""

import threading
import time
from collections.abc import Iterator

import pytest

from mnist_recognizer.training.background import Stopped, in_background


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "background"]


class Endless:
    """Counts for ever, and knows how far it came."""

    def __init__(self) -> None:
        self.begun = 0

    def __call__(self, stopped: threading.Event) -> Iterator[int]:
        while True:
            self.begun += 1
            yield self.begun


def test_what_is_made_in_the_background_is_the_same_in_the_same_order() -> None:
    items = [object() for _ in range(100)]
    made = list(in_background(lambda stopped: iter(items), ahead=3))
    assert len(made) == 100
    assert all(a is b for a, b in zip(items, made, strict=True))
    assert not threads()


def test_nothing_to_make_is_an_end_and_none_is_a_thing() -> None:
    assert list(in_background(lambda stopped: iter([]))) == []
    assert list(in_background(lambda stopped: iter([None, None]))) == [None, None]


@pytest.mark.parametrize("error", [ValueError("spoilt"), MemoryError(), KeyboardInterrupt()])
def test_an_error_in_the_background_is_raised_in_the_foreground(error: BaseException) -> None:
    def failing(stopped: threading.Event) -> Iterator[int]:
        yield 1
        yield 2
        raise error

    made = in_background(failing)
    assert (next(made), next(made)) == (1, 2)
    with pytest.raises(type(error)) as raised:
        next(made)
    assert raised.value is error
    assert not threads()


def test_an_error_before_the_first_thing_is_raised_too() -> None:
    def failing(stopped: threading.Event) -> Iterator[int]:
        raise ValueError("spoilt")

    with pytest.raises(ValueError, match="spoilt"):
        next(in_background(failing))
    assert not threads()


@pytest.mark.parametrize("ahead", [1, 3])
def test_the_thread_is_no_further_ahead_than_allowed(ahead: int) -> None:
    endless = Endless()
    made = in_background(endless, ahead)
    for taken in (1, 2):
        assert next(made) == taken
        for _ in range(500):
            if endless.begun == taken + ahead:
                break
            time.sleep(0.01)
        time.sleep(0.05)
        assert endless.begun == taken + ahead
    made.close()


def test_the_thread_stops_when_its_consumer_does() -> None:
    endless = Endless()
    made = in_background(endless)
    next(made)
    made.close()
    assert not threads()
    assert endless.begun <= 2


def test_a_maker_that_is_stopped_in_the_middle_ends_without_an_error() -> None:
    began = threading.Event()

    def slow(stopped: threading.Event) -> Iterator[int]:
        yield 1
        began.set()
        stopped.wait()  # for ever, if nobody told it
        raise Stopped

    made = in_background(slow)
    assert next(made) == 1
    assert began.wait(10)
    made.close()
    assert not threads()
