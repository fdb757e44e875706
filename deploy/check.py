"""Run nginx before one and two servers, kill one under load, and count what failed.

python deploy/check.py      needs nginx (Debian's package); uses free ports of this machine
"""

import concurrent.futures
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
BODY = json.dumps({"pixels": [0.5] * 784}).encode()
REQUESTS = 400
CLIENTS = 8


def free_ports(count: int) -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


def start_server(port: int) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "MNIST_PORT": str(port),
        "MNIST_LOG_LEVEL": "warning",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT / "backend"),
    }
    command = [sys.executable, "-m", "mnist_recognizer", "serve"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)


def wait_for(url: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(url + "/readyz").status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    sys.exit(f"{url} does not answer")


def load(url: str, kill: subprocess.Popen[bytes] | None = None) -> tuple[Counter[str], float]:
    """Send requests from several clients; kill a server half way."""

    def ask(number: int) -> str:
        if kill is not None and number == REQUESTS // 2:
            kill.send_signal(signal.SIGKILL)
        try:
            response = client.post(
                url + "/predict", content=BODY, headers={"Content-Type": "application/json"}
            )
        except httpx.HTTPError as error:
            return type(error).__name__
        return str(response.status_code)

    began = time.perf_counter()
    with httpx.Client() as client, concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        results = Counter(pool.map(ask, range(REQUESTS)))
    return results, REQUESTS / (time.perf_counter() - began)


def main() -> int:
    first, second, front = free_ports(3)
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    url = f"http://127.0.0.1:{front}"
    with tempfile.TemporaryDirectory() as folder:
        for old, new in (("8001", first), ("8002", second), ("listen 8080", f"listen {front}")):
            text = text.replace(old, str(new))
        conf = Path(folder) / "nginx.conf"
        conf.write_text(text, encoding="utf-8")
        processes = [start_server(first), start_server(second)]
        try:
            for port in (first, second):
                wait_for(f"http://127.0.0.1:{port}")
            command = ["nginx", "-p", folder, "-c", str(conf), "-g", "daemon off;"]
            processes.append(subprocess.Popen(command))
            wait_for(url)
            results, rate = load(url)
            print(f"two servers: {rate:,.0f} answers a second, {dict(results)}")
            results, rate = load(url, kill=processes[0])
            print(f"one of them killed half way: {rate:,.0f} a second, {dict(results)}")
            failed = REQUESTS - results["200"]
            results, rate = load(url)
            print(f"one server: {rate:,.0f} answers a second, {dict(results)}")
            closed = [httpx.get(url + "/metrics"), httpx.post(url + "/models/x.pkl/activate")]
            print("kept inside:", [response.status_code for response in closed])
        finally:
            for process in reversed(processes):
                process.terminate()
                process.wait()
    good = results["200"] == REQUESTS and all(answer.status_code == 403 for answer in closed)
    return 0 if good and failed <= CLIENTS else 1


if __name__ == "__main__":
    sys.exit(main())
