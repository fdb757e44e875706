"""How fast the API is, beside the floor of its framework and beside other servers, in one run.

    python benchmarks/serving.py [--peers-python VENV/bin/python] [--seconds 2] [--rounds 3]

The digits are MNIST's test images. Raw bytes are answered with raw float32 (`Accept:
application/octet-stream`), and in a row of its own with JSON; see forward_pass.py for the network
without HTTP. All servers run at once on loopback, one worker each, without access logs, and are
measured in turn, round by round; what is printed is the median of the rounds. `this API` is what
`mnist-recognizer serve` starts, on Granian; `on uvicorn` is the same app as `uvicorn main:app`
starts it. `floor` is a FastAPI route that reads the same body and answers two bytes, on uvicorn.
The peers need fastapi, uvicorn[standard], torch, scikit-learn, litserve and bentoml in the
environment of --peers-python; without it, only the floor is compared. A peer that does not start is
left out, and said so. "CPU each" is the processor time of a server for one answer, which other work
on the machine disturbs less than the clock.
"""

import argparse
import contextlib
import json
import os
import re
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np

from environment import environment
from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP

HERE = Path(__file__).parent
OURS = "this API"
ON_UVICORN = "on uvicorn"
OUR_SERVERS = OURS, ON_UVICORN
PEERS = ("torch", "sklearn", "litserve", "bentoml")
CONNECTIONS = 32
RAW = 1000  # digits in one request of raw bytes


@cache
def digits() -> np.ndarray:
    """Return the first 1,000 of MNIST's test images, (1000, 784) uint8."""
    return load_mnist().test_images[:RAW].reshape(RAW, 784)


def request(path: str, body: bytes, media_type: str, accept: str = "") -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media_type}\r\n"
        f"Accept: {accept or media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def requests_for(server: str) -> dict[str, bytes]:
    """Return what is sent to a server, by the name of the measurement."""
    pixels = (digits()[:100] / 255).round(4).tolist()
    single = json.dumps({"pixels": pixels[0]}).encode()
    batch = json.dumps({"images": pixels}).encode()
    octets = "application/octet-stream"
    batch_path = "/predict" if server == "litserve" else "/predict/batch"
    found = {
        "one digit, JSON": request("/predict", single, "application/json"),
        "100 digits, JSON": request(batch_path, batch, "application/json"),
    }
    if server not in {"litserve", "bentoml"}:
        path = "/predict/batch" if server in OUR_SERVERS else "/raw"
        found[f"{RAW:,} digits, bytes"] = request(path, digits().tobytes(), octets)
        if server in {*OUR_SERVERS, "floor"}:
            found["bytes, JSON answer"] = request(path, digits().tobytes(), octets, "*/*")
    return found


class Connection:
    """A connection that sends one request again and again."""

    def __init__(self, port: int, message: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.message = message
        self.received = b""

    def send(self) -> None:
        """Send the request."""
        self.received = b""
        self.socket.sendall(self.message)

    def receive(self) -> bool:
        """Take what has come; tell whether the answer is whole."""
        part = self.socket.recv(262144)
        if not part:
            raise ConnectionError("the server closed the connection")
        self.received += part
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator:
            return False
        if b" 200 " not in head[:16]:
            raise ConnectionError(self.received[:500])
        length = re.search(rb"(?i)content-length: (\d+)", head)
        return len(body) >= int(length[1]) if length else body.endswith(b"0\r\n\r\n")


def latency(port: int, message: bytes, seconds: float) -> tuple[float, float]:
    """Return the median and the 99th percentile of the time for an answer, in seconds."""
    connection = Connection(port, message)
    times = []
    end = time.perf_counter() + seconds
    while (began := time.perf_counter()) < end or len(times) < 20:
        connection.send()
        while not connection.receive():
            pass
        times.append(time.perf_counter() - began)
    connection.socket.close()
    times.sort()
    return times[len(times) // 2], times[int(len(times) * 0.99)]


def throughput(port: int, message: bytes, seconds: float) -> tuple[float, int]:
    """Return the answers a second and in all over 32 connections, one request at a time each."""
    with selectors.DefaultSelector() as selector:
        for _ in range(CONNECTIONS):
            connection = Connection(port, message)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send()
        answered = 0
        began = time.perf_counter()
        while time.perf_counter() - began < seconds:
            for key, _ in selector.select():
                if key.data.receive():
                    answered += 1
                    key.data.send()
        rate = answered / (time.perf_counter() - began)
        for key in list(selector.get_map().values()):
            key.data.socket.close()
    return rate, answered


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def running(name: str, python: str, weights: Path) -> Iterator[tuple[int, int, float]]:
    """Start a server; give its port, its process and how long it took until it answered a digit."""
    port = free_port()
    if name in OUR_SERVERS:
        command = [sys.executable, "-m", "mnist_recognizer", "serve"]
        if name == ON_UVICORN:
            quiet = ["--no-access-log", "--log-level", "warning"]
            command = [sys.executable, "-m", "uvicorn", "main:app", "--port", str(port), *quiet]
        own = {"MNIST_PORT": str(port), "MNIST_ACCESS_LOG": "false", "MNIST_LOG_LEVEL": "warning"}
        own["PYTHONPATH"] = str(HERE.parent / "backend")
    else:
        command = [python, str(HERE / "contenders" / "serving.py"), name, str(weights), str(port)]
        own = {}
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # one core each
    with tempfile.TemporaryFile() as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            env={**os.environ, **threads, **own},
            stdout=log,
            stderr=log,
            cwd=weights.parent,
            start_new_session=True,  # so that what it starts can be ended with it
        )
        try:
            message = requests_for(name)["one digit, JSON"]
            while True:
                try:
                    latency(port, message, 0)
                    break
                except OSError:
                    if process.poll() is not None or time.perf_counter() - began > 120:
                        log.seek(0)
                        raise RuntimeError(log.read()[-500:].decode(errors="replace")) from None
                    time.sleep(0.01)
            yield port, process.pid, time.perf_counter() - began
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            with contextlib.suppress(ProcessLookupError):  # LitServe's workers stay behind
                os.killpg(process.pid, signal.SIGKILL)


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process and its children have taken (Linux)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(cpu_seconds(int(child)) for child in children)


def measure(servers: dict[str, tuple[int, int]], seconds: float, rounds: int) -> None:
    kinds = list(requests_for(OURS))
    print(
        f"{'':20} {'':10} {'p50':>9} {'p99':>9} {'x floor':>8} {'answers':>9} {'of floor':>9} "
        f"{'CPU each':>9} {'x floor':>8}\n"
        f"{'':20} {'':10} {'ms':>9} {'ms':>9} {'':>8} {'a second':>9} {'':>9} {'ms':>9} {'':>8}"
    )
    for kind in kinds:
        found: dict[str, list[tuple[float, ...]]] = {}
        for _ in range(rounds):
            for name, (port, pid) in servers.items():
                message = requests_for(name).get(kind)
                if message:
                    times = latency(port, message, seconds)
                    before = cpu_seconds(pid)
                    rate, answered = throughput(port, message, seconds)
                    each = (cpu_seconds(pid) - before) / answered
                    found.setdefault(name, []).append((*times, rate, each))
        middle = {
            name: [statistics.median(column) for column in zip(*rows, strict=True)]
            for name, rows in found.items()
        }
        p50_floor, _, rate_floor, cpu_floor = middle["floor"]
        for name, (p50, p99, rate, cpu) in middle.items():
            print(
                f"{kind:20} {name:10} {p50 * 1e3:9.3f} {p99 * 1e3:9.3f} {p50 / p50_floor:8.2f} "
                f"{rate:9,.0f} {rate / rate_floor:9.0%} {cpu * 1e3:9.3f} {cpu / cpu_floor:8.2f}"
            )
        if kind in kinds[2:]:
            _, _, rate, cpu = middle[OURS]
            print(
                f"{rate * RAW:,.0f} digits a second; {RAW / cpu:,.0f} a second of one core's time"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peers-python", default="", metavar="PYTHON")
    parser.add_argument("--seconds", type=float, default=1.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(json.dumps({**environment(), "load": [round(load, 1) for load in os.getloadavg()]}))
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as started:
        folder = Path(name)
        model = MLP.load(default_weights())
        weights = folder / "weights.npz"
        model.save(weights)
        servers: dict[str, tuple[int, int]] = {}
        for server in (*OUR_SERVERS, "floor", *(PEERS if options.peers_python else ())):
            python = options.peers_python if server in PEERS else sys.executable
            try:
                port, pid, ready = started.enter_context(running(server, python, weights))
            except RuntimeError as error:
                print(f"{server} does not start: {error}")
                continue
            servers[server] = (port, pid)
            print(f"{server} answers {ready:.2f} s after its start")
        measure(servers, options.seconds, options.rounds)


if __name__ == "__main__":
    main()
