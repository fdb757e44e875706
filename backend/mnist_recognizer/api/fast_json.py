"""Reading a JSON array of numbers without a Python object for each.

simdjson (Langdale and Lemire, "Parsing gigabytes of JSON per second", The VLDB Journal, 2019) hands
out an array of numbers as one piece of memory, much sooner than msgspec makes a list of floats. It
is only asked to read what programs usually write, and one array at a time: it lets other threads go
on while it reads, and many threads that read many short arrays mostly wait for each other. Whatever
is anything else, good or bad, is left to msgspec, and so is everything where simdjson is not
installed.
"""

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

try:
    import simdjson
except ImportError:  # it has no wheel for every Python; then msgspec reads everything
    simdjson = None  # type: ignore[assignment,unused-ignore]

_LONGEST = 2**16  # bytes: a parser keeps 14 times the memory of the longest text that it has read
_of_thread = threading.local()  # a parser keeps what it read last, so threads cannot share one


def read_numbers(text: bytes, field: str, count: int) -> NDArray[np.float32] | None:
    """Read `count` numbers from 0 to 1.

    Parameters
    ----------
    text : bytes
        JSON: an object whose only field holds an array of the numbers.
    field : str
        The field's name.
    count : int
        How many numbers there must be.

    Returns
    -------
    (count,) array of float32, or None
        None when the text has to be read in another way, to be understood or refused.
    """
    if simdjson is None or len(text) > _LONGEST:
        return None
    # Nothing comes before the object, a byte order mark for one, no array is in another, and the
    # only text is the field's name.
    if not text.startswith(b"{") or text.count(b"[") != 1 or text.count(b'"') != 2:
        return None
    try:
        document: Any = _parser().parse(text)
        numbers = np.frombuffer(document[field].as_buffer(of_type="d"))
    except (ValueError, TypeError, LookupError, AttributeError, RuntimeError):  # all that it raises
        return None
    if len(numbers) != count or numbers.min(initial=0) < 0 or numbers.max(initial=0) > 1:
        return None
    return numbers.astype(np.float32)


def _parser() -> Any:
    """Return this thread's parser."""
    try:
        return _of_thread.parser
    except AttributeError:
        _of_thread.parser = simdjson.Parser()
        return _of_thread.parser
