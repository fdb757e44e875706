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
_ONE = np.float64(1).view(np.uint64)
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
    if not text.startswith(b"{") or text.find(b"[") != text.rfind(b"[") or not _has_a_key(text):
        return None
    try:
        document: Any = _parser().parse(text)
        bits = np.frombuffer(document[field].as_buffer(of_type="d"), np.uint64)
    except (ValueError, TypeError, LookupError, AttributeError, RuntimeError):  # all that it raises
        return None
    # From 0 to 1, numbers are in the order of their bits as whole numbers, and what is below 0,
    # above 1 or NaN comes after them. So one look is enough.
    if not 0 < len(bits) == count or bits[bits.argmax()] > _ONE:
        return None
    return bits.view(np.float64).astype(np.float32)


def _has_a_key(text: bytes) -> bool:
    """Tell whether there are two quotes: `find` is much sooner there than `count`."""
    end = text.find(b'"', text.find(b'"') + 1)
    return end > 0 and text.find(b'"', end + 1) < 0


def _parser() -> Any:
    """Return this thread's parser."""
    try:
        return _of_thread.parser
    except AttributeError:
        _of_thread.parser = simdjson.Parser()
        return _of_thread.parser
