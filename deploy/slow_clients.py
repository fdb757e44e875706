"""Attack a server with slow clients, and ask it for digits meanwhile.

python deploy/slow_clients.py     needs slowhttptest and wrk (Debian's packages); uses a free port

Three kinds of slow client, 1,000 connections of each: heads that never end (slowloris), bodies that
come byte by byte, answers that are hardly read. Another client asks for /predict all the while.
"""

import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from check import BODY, free_ports, start_server, wait_for

SECONDS = 20
COMMON = ["-c", "1000", "-r", "200", "-l", str(SECONDS), "-i", "5", "-p", "3"]
ATTACKS = {
    "slow heads": ["-H", "-u", "/health"],
    "slow bodies": ["-B", "-u", "/predict", "-s", "8192", "-f", "application/json"],
    "slow readers": ["-X", "-u", "/model/weights", "-w", "256", "-y", "512", "-n", "5", "-z", "32"],
}
LUA = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[%s]]
"""


class Watch:
    """A client that asks five times a second, and what the server's process takes meanwhile."""

    def __init__(self, url: str, pid: int) -> None:
        self.url = url
        self.process = Path(f"/proc/{pid}")
        self.statuses: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.files = self.megabytes = 0

    def look(self) -> tuple[int, int]:
        """Return the open files and the resident memory in MB."""
        found = re.search(r"VmRSS:\s+(\d+)", (self.process / "status").read_text())
        assert found
        return len(list((self.process / "fd").iterdir())), int(found[1]) // 1024

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask until the block ends."""
        done = threading.Event()

        def ask() -> None:
            while not done.wait(0.2):
                began = time.perf_counter()
                try:
                    answer = httpx.post(
                        self.url + "/predict",
                        content=BODY,
                        headers={"Content-Type": "application/json"},
                    )
                    self.statuses[str(answer.status_code)] += 1
                except httpx.HTTPError as error:
                    self.statuses[type(error).__name__] += 1
                self.seconds.append(time.perf_counter() - began)
                files, megabytes = self.look()
                self.files = max(self.files, files)
                self.megabytes = max(self.megabytes, megabytes)

        thread = threading.Thread(target=ask)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def attack(name: str, url: str, pid: int) -> bool:
    """Run one attack, print what happened, and tell whether everybody else was answered."""
    before = Watch(url, pid).look()
    watch = Watch(url, pid)
    options = list(ATTACKS[name])
    options[options.index("-u") + 1] = url + options[options.index("-u") + 1]
    began = time.monotonic()
    with watch.asking():
        subprocess.run(["slowhttptest", *options, *COMMON], stdout=subprocess.DEVNULL, check=False)
    lasted = time.monotonic() - began
    time.sleep(15)  # heads have 10 s, idle connections 5 s
    after = watch.look()
    good = set(watch.statuses) == {"200"} and after[0] <= before[0] + 4
    worst = max(watch.seconds)
    print(
        f"{name}: {lasted:.0f} s, {dict(watch.statuses)}, slowest {worst * 1000:.0f} ms; "
        f"open files {before[0]} -> {watch.files} -> {after[0]}, "
        f"MB {before[1]} -> {watch.megabytes} -> {after[1]}",
        flush=True,
    )
    return good


def load(url: str) -> bool:
    """Ask as fast as 32 connections can for 10 s, and tell whether all was answered."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA % BODY.decode())
        script.flush()
        command = ["wrk", "-t2", "-c32", "-d10s", "--latency", "-s", script.name, url + "/predict"]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    kept = re.findall(r"(?:50%|99%|Requests/sec:|Socket errors:|Non-2xx).*", output)
    print("wrk:", "; ".join(" ".join(line.split()) for line in kept))
    return "errors" not in output and "Non-2xx" not in output


def main() -> int:
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    server = start_server(port)
    try:
        wait_for(url)
        good = [load(url)]
        chosen = sys.argv[1:] or list(ATTACKS)
        good += [attack(name, url, server.pid) for name in chosen]
        good.append(load(url))
        print("after it:", json.dumps(httpx.get(url + "/health").json()))
    finally:
        server.terminate()
        server.wait()
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
