"""What a person sees while a network is trained."""

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import Any, Self

from tqdm import tqdm

from mnist_recognizer.training.config import Config
from mnist_recognizer.training.state import EpochStats, TrainingState


class Progress:
    """Shows each epoch: a bar where there is a terminal, else one plain line.

    Parameters
    ----------
    config, state
        Of the run that is shown.
    network : str, optional
        Which of several networks that is, such as ``teacher``.
    """

    def __init__(self, config: Config, state: TrainingState, network: str = "") -> None:
        self._what = f"{network} epoch".lstrip()
        self._epochs = config.epochs
        self._first = state.epoch
        self._started = time.perf_counter()
        self._bar: tqdm[Any] | None = None
        if sys.stderr.isatty():
            self._bar = tqdm(
                total=config.epochs,
                initial=state.epoch,
                dynamic_ncols=True,
                bar_format=(network or "epoch")
                + " {n_fmt}/{total_fmt} |{bar}| {remaining} left{postfix}",
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def show(self, stats: EpochStats) -> None:
        """Show one epoch's loss, accuracies, and the time that is left."""
        if self._bar is not None:
            self._bar.set_postfix_str(
                f"loss {stats.train_loss:.4f}, accuracy {stats.train_accuracy:.2%}, "
                f"val {stats.validation_accuracy:.2%}",  # short: all must fit in 80 columns
                refresh=False,
            )
            self._bar.update()
            return
        done = stats.epoch - self._first
        left = (time.perf_counter() - self._started) / done * (self._epochs - stats.epoch)
        print(
            f"{self._what} {stats.epoch}/{self._epochs}  loss {stats.train_loss:.4f}  "
            f"accuracy {stats.train_accuracy:.2%}  validation {stats.validation_accuracy:.2%}  "
            f"{tqdm.format_interval(left)} left",
            flush=True,
        )


@contextlib.contextmanager
def stage(what: str) -> Iterator[None]:
    """Say on standard error what happens now, and at its end how long it took."""
    print(f"{what} ...", end="", file=sys.stderr, flush=True)
    started = time.perf_counter()
    try:
        yield
    except BaseException:
        print(file=sys.stderr)
        raise
    print(f" {tqdm.format_interval(time.perf_counter() - started)}", file=sys.stderr, flush=True)
