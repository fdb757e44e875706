"""Log lines: JSON for machines, plain text for people, with the id of the request in each."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec

from mnist_recognizer.api.observability.request_id import current_id
from mnist_recognizer.api.settings import Format

ACCESS = "mnist_recognizer.access"


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, request_id, and what else is known."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := current_id.get():
            line["request_id"] = request_id
        line |= getattr(record, "details", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


class TextFormatter(logging.Formatter):
    """A line for people: time, level, message, and the request's id at its end."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line without the traceback that may follow."""
        request_id = current_id.get()
        line = super().formatMessage(record)
        return f"{line} [{request_id}]" if request_id else line


def is_json(chosen: Format) -> bool:
    """Tell whether lines are JSON; by default they are unless a terminal shows them."""
    return chosen == "json" or (chosen == "auto" and not sys.stdout.isatty())


def announced(text: str, chosen: Format) -> str:
    """Return a line that is written whatever the log's level, in the log's form."""
    if not is_json(chosen):
        return text
    record = logging.LogRecord("mnist_recognizer", logging.INFO, "", 0, text, None, None)
    return JsonFormatter().format(record)


def log_config(level: str, chosen: Format) -> dict[str, Any]:
    """Return what `logging.config.dictConfig` needs: standard output, one line an event."""
    levels = {
        "mnist_recognizer": level,
        # At "info", uvicorn tells each step of starting and stopping.
        "uvicorn.error": "warning" if level == "info" else level,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": JsonFormatter if is_json(chosen) else TextFormatter}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "stream": "ext://sys.stdout",
            }
        },
        "loggers": {
            name: {"handlers": ["stdout"], "level": name_level.upper(), "propagate": False}
            for name, name_level in levels.items()
        },
    }
