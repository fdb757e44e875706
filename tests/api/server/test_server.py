"""The server as a process: it starts, says where it is, answers, and ends quietly."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from server_process import MAIN, PATIENCE, Process

pytestmark = [pytest.mark.slow, pytest.mark.posix]

Run = Callable[..., Process]


def test_it_answers_at_the_address_that_it_prints(run: Run) -> None:
    process = run()
    url = process.url
    assert re.fullmatch(r"http://localhost:\d+", url)
    with httpx.Client(base_url=url) as client:
        assert client.get("/health").json()["status"] == "healthy"
        assert "<title" in client.get("/").text
        response = client.post("/predict", json={"pixels": [0] * 784})
        assert response.status_code == 200
        client.get("/nothing", headers={"X-Request-ID": "mine"})
    assert process.stop() == 0
    request_id = response.headers["x-request-id"]
    line = rf"INFO POST /predict 200 \d+\.\d ms 127\.0\.0\.1 \[{request_id}\]\n"
    assert len(re.findall(line, process.output)) == 1
    assert re.search(r"INFO GET /nothing 404 \d+\.\d ms 127\.0\.0\.1 \[mine\]\n", process.output)
    assert re.search(r"INFO Model 784 -> 16 -> 10 read from ", process.output)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_quietly_and_with_status_0(run: Run, number: signal.Signals) -> None:
    process = run()
    httpx.get(process.url + "/health")
    assert process.stop(number) == 0
    assert "Traceback" not in process.output
    assert "Error" not in process.output


def test_ctrl_c_while_it_still_starts_ends_it_quietly(run: Run, tmp_path: Path) -> None:
    slow = "import time\nprint('importing', flush=True)\ntime.sleep(60)\n"
    (tmp_path / "msgspec.py").write_text(slow)
    process = run(PYTHONPATH=str(tmp_path))
    process.wait_for("importing")
    assert process.stop(signal.SIGINT) == -signal.SIGINT
    assert process.output == "importing\n"


def test_it_ends_although_a_sender_is_slow(run: Run) -> None:
    process = run()
    with socket.create_connection(("127.0.0.1", process.port)) as sender:
        sender.sendall(
            b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Expect: 100-continue\r\n"
            b"Content-Length: 1000\r\n\r\n{"
        )
        assert sender.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n", "the request has begun"
        assert process.stop() == 0
    assert "Traceback" not in process.output


def test_after_kill_9_of_the_main_process_the_port_is_free_again(run: Run) -> None:
    process = run()
    port = process.port
    process.stop(signal.SIGKILL)
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_a_body_may_come_slowly_and_in_chunks(run: Run) -> None:
    def slowly() -> Iterator[bytes]:
        yield b'{"pixels": ['
        for row in range(28):
            time.sleep(0.01)
            yield b", ".join([b"0.5"] * 28) + (b", " if row < 27 else b"]}")

    url = run().url
    headers = {"Content-Type": "application/json"}
    response = httpx.post(url + "/predict", content=slowly(), headers=headers)
    assert response.request.headers["transfer-encoding"] == "chunked"
    assert response.status_code == 200


def test_ten_megabytes_are_refused_and_the_sender_can_read_why(run: Run) -> None:
    url = run().url
    headers = {"Content-Type": "application/json"}
    with httpx.Client(base_url=url, headers=headers) as client:
        for content in (b"x" * 10_000_000, iter([b"x" * 100_000] * 100)):
            response = client.post("/predict", content=content)
            assert response.status_code == 413
            assert response.json()["errors"][0]["field"] == "body"
        assert client.get("/health").status_code == 200


def test_a_sender_who_goes_away_leaves_no_trace(run: Run) -> None:
    process = run()
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", process.port)) as sender:
            sender.sendall(
                b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                b"Content-Length: 1000\r\n\r\n{"
            )
    assert httpx.get(process.url + "/health").status_code == 200
    assert process.stop() == 0
    assert "Traceback" not in process.output


def test_a_port_in_use_is_one_sentence_with_the_remedy(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = run(MNIST_PORT=str(port))
        assert process.wait() == 1
    assert process.output == (
        f"Port {port} is in use by another program. Stop it, or take another port: "
        f"set MNIST_PORT={port + 1}, or give --port {port + 1}.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        ([], {"MNIST_HOST": "no.such.host.invalid"}, "MNIST_HOST is wrong: this machine knows no"),
        ([], {"MNIST_HOST": "no..host"}, "MNIST_HOST is wrong: this machine knows no"),
        ([], {"MNIST_HOST": "192.0.2.1"}, "Cannot listen on 192.0.2.1, port 0: "),
        ([], {"MNIST_PORT": "x"}, "MNIST_PORT is wrong ('x'): "),
        (["--port", "70000"], {}, "MNIST_PORT is wrong (70000): "),
    ],
)
def test_what_keeps_it_from_starting_is_one_sentence(
    run: Run, arguments: list[str], environment: dict[str, str], sentence: str
) -> None:
    process = run(*arguments, **environment)
    assert process.wait() == 1
    assert process.output.startswith(sentence)
    assert process.output.count("\n") == 1


def test_without_weights_it_starts_and_says_so(run: Run, tmp_path: Path) -> None:
    process = run(MNIST_WEIGHTS=str(tmp_path / "none.pkl"))
    url = process.url
    assert httpx.get(url + "/health").json()["model_loaded"] is False
    assert process.stop() == 0
    assert "WARNING No model could be read from" in process.output


def test_it_can_be_told_to_say_less(run: Run) -> None:
    process = run(MNIST_LOG_LEVEL="warning")
    url = process.url
    httpx.get(url + "/health")
    assert process.stop() == 0
    assert process.output == f"MNIST Recognizer runs at {url} (Ctrl-C stops it)\n"


def test_nothing_of_training_is_imported_to_serve(tmp_path: Path) -> None:
    heavy = [
        "datasets",
        "pyarrow",
        "tqdm",
        "PIL",
        "pandas",
        "filelock",
        "mnist_recognizer.training",
    ]
    code = f"import sys, main; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=MAIN.parent,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    assert done.stdout == "[]\n"
