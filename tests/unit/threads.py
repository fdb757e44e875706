"""Calling one function from several threads at once."""

import threading
from collections.abc import Callable, Sequence

import numpy as np


def wrong_answers(
    function: Callable[[np.ndarray], np.ndarray],
    inputs: Sequence[np.ndarray],
    times: int,
    tolerance: float = 0.0,
) -> int:
    """Count the answers that differ from those to each input alone; a thread has one input."""
    expected = [function(x).copy() for x in inputs]
    start = threading.Barrier(len(inputs))
    wrong: list[bool] = []

    def work(x: np.ndarray, answer: np.ndarray) -> None:
        start.wait()
        answers = (function(x) for _ in range(times))
        wrong.extend(not np.allclose(y, answer, rtol=0, atol=tolerance) for y in answers)

    threads = [
        threading.Thread(target=work, args=pair) for pair in zip(inputs, expected, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wrong) == times * len(inputs)  # no thread has died
    return sum(wrong)
