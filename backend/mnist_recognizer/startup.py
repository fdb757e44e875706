"""What has to happen before anything else is imported."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Import what a server needs without looking for garbage in between: 0.1 s of a whole second.

    Next to nothing of what is made then can ever be thrown away. So the collector is also told to
    leave it out from now on, and its longest breaks are shorter while the server runs.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def use_one_core() -> None:
    """Let NumPy's products take one core, unless the environment says how many.

    It is to be called before NumPy is imported. A server answers many at once: products that share
    the cores wait for each other, for long when something else runs on one of them. To use all
    cores, several servers run side by side.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
