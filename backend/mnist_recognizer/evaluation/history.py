"""How a training run went, epoch by epoch, as its folder's ``metrics.jsonl`` tells it."""

import json
import math
from pathlib import Path

FIELDS = (
    "epoch",
    "train_loss",
    "train_accuracy",
    "validation_loss",
    "validation_accuracy",
    "learning_rate",
    "gradient_norm",
)

History = list[dict[str, float]]


class HistoryError(ValueError):
    """A run's folder that cannot be read; the message says why."""


def read_history(run: Path) -> History:
    """Return a run's epochs, oldest first, each with the numbers named in `FIELDS`.

    A last line that was cut off in the middle of a write is left out.

    Raises
    ------
    HistoryError
        When there is no such run, or its numbers are damaged.
    """
    path = run / "metrics.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    except (FileNotFoundError, NotADirectoryError):
        raise HistoryError(f"{run} is not the folder of a run: it has no metrics.jsonl") from None
    except (OSError, UnicodeDecodeError) as error:
        raise HistoryError(f"{path} cannot be read: {error}") from error
    history: History = []
    for number, line in enumerate(lines, start=1):
        if not line.endswith("\n"):
            break
        try:
            content = json.loads(line)
            epoch = {name: float(content[name]) for name in FIELDS}
        except (ValueError, KeyError, TypeError) as error:
            raise HistoryError(f"line {number} of {path} is damaged") from error
        if not all(math.isfinite(value) for value in epoch.values()):
            raise HistoryError(f"line {number} of {path} holds NaN or infinity")
        history.append(epoch)
    if not history:
        raise HistoryError(f"{path} holds no finished epoch yet")
    return history
