"""What must hold when much is asked, when the disk takes nothing, and when the process ends."""

import json
import socket
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from live import serving
from server_process import Process

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.settings import Settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc"),
]

DRAWING = json.dumps({"pixels": [0.5] * 784}).encode()
JSON = {"Content-Type": "application/json"}


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def resident_megabytes() -> float:
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def ask_everything(url: str, times: int) -> None:
    """Send good and bad requests, over connections that are kept and others that are not."""
    with httpx.Client(base_url=url, timeout=60) as client:
        for number in range(times):
            assert client.post("/predict", content=DRAWING, headers=JSON).status_code == 200
            assert client.post("/predict", content=b"[" * 9000, headers=JSON).status_code == 400
            assert client.get(f"/nothing/{number}").status_code == 404
            octets = {"Content-Type": "application/octet-stream"}
            response = client.post("/predict/batch", content=bytes(78400), headers=octets)
            assert response.status_code == 200
    for _ in range(times // 10):
        assert httpx.get(url + "/livez", headers={"Connection": "close"}).status_code == 200


def test_many_requests_leave_neither_memory_nor_open_files_behind(weights: Path) -> None:
    settings = Settings(weights=weights, access_log=False)
    with serving(create_app(settings)) as url:
        ask_everything(url, 60)
        files, memory = open_files(), resident_megabytes()
        ask_everything(url, 250)
        assert open_files() <= files + 2
        assert resident_megabytes() - memory < 16


def test_under_load_every_request_is_answered_or_told_to_come_back(weights: Path) -> None:
    settings = Settings(weights=weights, access_log=False, max_requests=2)
    with serving(create_app(settings)) as url:

        def ask(_: int) -> int:
            octets = {"Content-Type": "application/octet-stream"}
            response = httpx.post(
                url + "/predict/batch", content=bytes(784_000), headers=octets, timeout=60
            )
            if response.status_code == 503:
                assert response.headers["retry-after"] == "1"
            return response.status_code

        with ThreadPoolExecutor(16) as pool:
            statuses = set(pool.map(ask, range(64)))
        assert 200 in statuses
        assert statuses <= {200, 503}
        assert httpx.get(url + "/livez").status_code == 200


Run = Callable[..., Process]


def test_sigterm_lets_a_request_finish_that_has_begun(run: Run) -> None:
    process = run()
    with socket.create_connection(("127.0.0.1", process.port)) as sender:
        sender.sendall(
            b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Expect: 100-continue\r\n"
            b"Content-Length: %d\r\n\r\n" % len(DRAWING)
        )
        assert sender.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n", "the request has begun"
        process.process.terminate()
        threading.Timer(0.5, sender.sendall, [DRAWING]).start()
        assert sender.recv(12) == b"HTTP/1.1 200"
        assert process.wait() == 0


def test_after_kill_9_it_starts_again_with_the_same_network(run: Run, weights: Path) -> None:
    before = weights.read_bytes()
    for _ in range(2):
        process = run()
        url = process.url + "/predict"
        assert httpx.post(url, content=DRAWING, headers=JSON).status_code == 200
        process.end()
    assert weights.read_bytes() == before
    assert [path.name for path in weights.parent.iterdir()] == ["weights.pkl"]


def test_it_serves_although_no_file_can_be_written(run: Run) -> None:
    import resource

    def no_writing() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    process = run(preexec_fn=no_writing, cwd="/")
    answer = httpx.post(process.url + "/predict", content=DRAWING, headers=JSON)
    assert answer.status_code == 200
    assert "<title" in httpx.get(process.url + "/").text
    assert process.stop() == 0
