"""Run nginx before one and two servers, restart and kill them under load, count what failed.

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
import threading
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


def predict(client: httpx.Client, url: str) -> str:
    """Ask for a digit, and return the status or the error."""
    try:
        response = client.post(
            url + "/predict", content=BODY, headers={"Content-Type": "application/json"}
        )
    except httpx.HTTPError as error:
        return type(error).__name__
    return str(response.status_code)


def load(url: str, kill: subprocess.Popen[bytes] | None = None) -> tuple[Counter[str], float]:
    """Send requests from several clients; kill a server half way."""

    def ask(number: int) -> str:
        if kill is not None and number == REQUESTS // 2:
            kill.send_signal(signal.SIGKILL)
        return predict(client, url)

    began = time.perf_counter()
    with httpx.Client() as client, concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        results = Counter(pool.map(ask, range(REQUESTS)))
    return results, REQUESTS / (time.perf_counter() - began)


def roll(url: str, servers: list[subprocess.Popen[bytes]], ports: list[int]) -> Counter[str]:
    """End each server with SIGTERM and start it anew, while clients go on asking."""
    done = threading.Event()

    def ask(_: int) -> Counter[str]:
        statuses: Counter[str] = Counter()
        with httpx.Client() as client:
            while not done.is_set():
                statuses[predict(client, url)] += 1
        return statuses

    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        asking = [pool.submit(ask, number) for number in range(CLIENTS)]
        for index, port in enumerate(ports):
            servers[index].terminate()
            servers[index].wait()
            servers[index] = start_server(port)
            wait_for(f"http://127.0.0.1:{port}")
            time.sleep(3)  # nginx asks a server again 2 s after it failed
        done.set()
    return sum((future.result() for future in asking), Counter())


def main() -> int:
    first, second, front = free_ports(3)
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    url = f"http://127.0.0.1:{front}"
    with tempfile.TemporaryDirectory() as folder:
        for old, new in (("8001", first), ("8002", second), ("listen 8080", f"listen {front}")):
            text = text.replace(old, str(new))
        conf = Path(folder) / "nginx.conf"
        conf.write_text(text, encoding="utf-8")
        servers = [start_server(first), start_server(second)]
        processes = []
        try:
            for port in (first, second):
                wait_for(f"http://127.0.0.1:{port}")
            command = ["nginx", "-p", folder, "-c", str(conf), "-g", "daemon off;"]
            processes.append(subprocess.Popen(command))
            wait_for(url)
            results, rate = load(url)
            print(f"two servers: {rate:,.0f} answers a second, {dict(results)}")
            rolled = roll(url, servers, [first, second])
            print(f"both restarted, one after the other: {dict(rolled)}")
            results, rate = load(url, kill=servers[0])
            print(f"one of them killed half way: {rate:,.0f} a second, {dict(results)}")
            failed = REQUESTS - results["200"]
            results, rate = load(url)
            print(f"one server: {rate:,.0f} answers a second, {dict(results)}")
            closed = [httpx.get(url + "/metrics"), httpx.post(url + "/models/x.pkl/activate")]
            print("kept inside:", [response.status_code for response in closed])
        finally:
            for process in [*processes, *servers]:
                process.terminate()
                process.wait()
    good = results["200"] == REQUESTS and all(answer.status_code == 403 for answer in closed)
    good = good and set(rolled) == {"200"}
    return 0 if good and failed <= CLIENTS else 1


if __name__ == "__main__":
    sys.exit(main())
