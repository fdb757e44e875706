"""Log lines: one a request, JSON or text, with its id and without its body."""

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from clients import start
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mnist_recognizer.api.observability.logs import (
    ACCESS,
    Format,
    JsonFormatter,
    TextFormatter,
    announced,
    is_json,
    log_config,
)


class Lines(logging.Handler):
    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture(params=[JsonFormatter, TextFormatter])
def handler(request: pytest.FixtureRequest) -> Iterator[Lines]:
    handler = Lines(request.param())
    logger = logging.getLogger("mnist_recognizer")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


def of_requests(handler: Lines) -> list[str]:
    return [line for line in handler.lines if " ms " in line]


def test_each_request_is_one_line_without_its_body_and_query(
    client: TestClient, handler: Lines
) -> None:
    body = {"pixels": [0.123456] * 784}
    client.post("/predict?token=secret", json=body, headers={"X-Request-ID": "mine"})
    (line,) = of_requests(handler)
    assert "secret" not in line
    assert "0.123456" not in line
    if line.startswith("{"):
        fields = json.loads(line)
        assert fields["duration_ms"] > 0
        kept = {key: fields[key] for key in sorted(fields) if key not in {"time", "duration_ms"}}
        assert kept.pop("message").startswith("POST /predict 200 ")
        assert kept == {
            "client": "testclient",
            "level": "info",
            "logger": ACCESS,
            "method": "POST",
            "path": "/predict",
            "request_id": "mine",
            "status": 200,
        }
    else:
        assert " INFO POST /predict 200 " in line
        assert line.endswith(" ms testclient [mine]")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/a%0Ab%1b[2J"),
        ("GET", "/" + "x" * 5000),
        ("GET", "/%22%7D"),
        ("X" * 5000, "/"),
    ],
)
def test_no_request_can_forge_a_line(
    client: TestClient, handler: Lines, method: str, path: str
) -> None:
    client.request(method, path)
    (line,) = of_requests(handler)
    assert len(line) < 500
    assert line.isprintable()


def test_an_error_is_logged_with_its_traceback_and_its_requests_id(
    app: FastAPI, handler: Lines
) -> None:
    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("inside")

    with TestClient(app) as client:
        client.get("/broken", headers={"X-Request-ID": "mine"})
    (line,) = [line for line in handler.lines if "failed" in line]
    if line.startswith("{"):
        fields = json.loads(line)
        assert (fields["level"], fields["request_id"]) == ("error", "mine")
        assert fields["exception"].endswith("RuntimeError: inside")
        assert "\n" not in line
    else:
        assert line.splitlines()[0].endswith("ERROR GET /broken failed [mine]")
        assert line.endswith("RuntimeError: inside")


def test_what_belongs_to_no_request_has_no_id(handler: Lines) -> None:
    logging.getLogger("mnist_recognizer.x").info("hello")
    (line,) = handler.lines
    assert "request_id" not in line
    assert not line.endswith("]")


def test_the_lines_of_requests_can_be_left_out(weights: Path, handler: Lines) -> None:
    with start(weights, access_log=False) as client:
        client.get("/health")
    assert of_requests(handler) == []


@pytest.mark.parametrize(
    ("chosen", "terminal", "json_lines"),
    [
        ("auto", True, False),
        ("auto", False, True),
        ("json", True, True),
        ("text", False, False),
    ],
)
def test_a_terminal_gets_text_and_a_pipe_json(
    monkeypatch: pytest.MonkeyPatch, chosen: Format, terminal: bool, json_lines: bool
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    assert is_json(chosen) is json_lines
    formatter = log_config("info", chosen)["formatters"]["line"]["()"]
    assert formatter is (JsonFormatter if json_lines else TextFormatter)
    line = announced("it runs", chosen)
    assert (json.loads(line)["message"] if json_lines else line) == "it runs"


@pytest.mark.parametrize(
    ("level", "uvicorns"), [("debug", "DEBUG"), ("info", "WARNING"), ("error", "ERROR")]
)
def test_uvicorns_own_steps_are_told_only_to_who_debugs(level: str, uvicorns: str) -> None:
    loggers = log_config(level, "text")["loggers"]
    assert loggers["uvicorn.error"]["level"] == uvicorns
    assert loggers["mnist_recognizer"]["level"] == level.upper()
