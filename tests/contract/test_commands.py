"""The commands that the README gives, run as a user runs them, from the folder it names."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from servers import free_port

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 60
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # the first installs packages


def get(url: str, body: Any = None) -> tuple[int, str]:
    """Fetch a page, or post JSON."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@contextmanager
def running(*command: str, cwd: Path, url: str, **environment: str) -> Iterator[None]:
    """Run a server until it answers at `url`; afterwards Ctrl-C must end it without a traceback."""
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                get(url)
                break
            except urllib.error.URLError:
                assert process.poll() is None, process.communicate()[0]
                assert time.monotonic() < deadline, f"{command} does not answer"
                time.sleep(0.1)
        yield
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            output, _ = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            pytest.fail(f"{command} ignores Ctrl-C:\n{output}")
    assert "Traceback" not in output or "http.server" in command


def a_seven() -> list[float]:
    """A plain 7: a bar at the top, and a slanted stroke down."""
    pixels = [[0.0] * 28 for _ in range(28)]
    for column in range(8, 20):
        pixels[5][column] = pixels[6][column] = 1.0
    for row in range(5, 24):
        column = 19 - (row - 5) * 8 // 19
        pixels[row][column] = pixels[row][column - 1] = 1.0
    return [value for row in pixels for value in row]


def assert_serves_everything(base: str) -> None:
    status, health = get(f"{base}/health")
    assert status == 200
    assert json.loads(health) == {
        "status": "healthy",
        "model_loaded": True,
        "model_architecture": "784 -> 128 -> 64 -> 10",
    }
    status, answer = get(f"{base}/predict", {"pixels": a_seven()})
    assert status == 200
    assert json.loads(answer)["prediction"] == 7
    status, page = get(f"{base}/")
    assert status == 200
    assert "<canvas" in page
    for path in re.findall(r'(?:src|href)="((?:js|css)/[^"]+)"', page):
        assert get(f"{base}/{path}")[0] == 200, path


def test_python_main_is_the_whole_app(fresh_environment):
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with running(
        fresh_environment.python,
        "main.py",
        cwd=ROOT / "backend",
        url=f"{base}/health",
        MNIST_PORT=str(port),
    ):
        assert_serves_everything(base)


def test_uvicorn_with_reload_is_the_whole_app(fresh_environment):
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with running(
        str(fresh_environment.bin / "uvicorn"),
        "main:app",
        "--reload",
        "--port",
        str(port),
        cwd=ROOT / "backend",
        url=f"{base}/health",
    ):
        assert_serves_everything(base)


def test_the_page_is_served_by_pythons_own_server(fresh_environment):
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with running(
        fresh_environment.python,
        "-m",
        "http.server",
        str(port),
        cwd=ROOT / "frontend",
        url=base,
    ):
        status, page = get(base)
        assert status == 200
        assert "<canvas" in page


def test_an_installed_wheel_serves_the_page_and_the_model(fresh_environment, wheel, tmp_path):
    pip = [fresh_environment.python, "-m", "pip"]
    subprocess.run([*pip, "install", "-q", "--no-deps", str(wheel)], check=True)
    try:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        with running(
            str(fresh_environment.bin / "mnist-recognizer"),
            "serve",
            "--port",
            str(port),
            cwd=tmp_path,
            url=f"{base}/health",
        ):
            assert_serves_everything(base)
    finally:
        subprocess.run([*pip, "uninstall", "-q", "-y", "mnist-recognizer"], check=True)


def test_the_network_needs_numpy_alone(fresh_environment):
    """Nothing but NumPy and the standard library is imported by `mnist_recognizer.nn`."""
    script = (
        "import sys; before = set(sys.modules); import mnist_recognizer.nn; "
        "import sysconfig, pathlib; "
        "site = sysconfig.get_path('purelib'); "
        "new = {sys.modules[m].__file__ for m in set(sys.modules) - before "
        "if getattr(sys.modules[m], '__file__', None)}; "
        "print(sorted({pathlib.Path(f).relative_to(site).parts[0] for f in new "
        "if f.startswith(site)}))"
    )
    output = subprocess.run(
        [fresh_environment.python, "-c", script],
        cwd=ROOT / "backend",
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert output.strip() == "['numpy']"


def test_serving_needs_no_data_set_library(fresh_environment):
    installed = json.loads(
        subprocess.run(
            [fresh_environment.python, "-m", "pip", "list", "--format", "json"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    )
    assert not {"datasets", "pyarrow", "pandas", "torch"} & {row["name"] for row in installed}
