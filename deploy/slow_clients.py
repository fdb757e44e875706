"""Attack each server with slow and malformed clients, and say what each of them does about it.

python deploy/slow_clients.py [uvicorn hypercorn granian nginx]     nginx: Debian's package

Every server runs the same application. "granian" is `python main.py` as it is shipped, "nginx" is
deploy/nginx.conf in front of it. All traffic is local and bounded: CLIENTS slow connections, as
many idle ones as the open-files limit of this process allows (IDLE at most), WINDOW seconds each.
"""

import asyncio
import contextlib
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from check import BODY, ROOT, free_ports, wait_for

CLIENTS = 300
IDLE = 10_000
WINDOW = 16  # seconds: longer than the timeouts, which are 10
REQUEST = (
    b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n" % len(BODY)
) + BODY
HEALTH = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
COMMANDS = {
    "uvicorn": "-m uvicorn main:app --port {port} --no-access-log --log-level warning "
    "--limit-concurrency 1000 --timeout-keep-alive 10 --timeout-graceful-shutdown 5 --http h11 "
    "--h11-max-incomplete-event-size 65536",
    "hypercorn": "-m hypercorn main:app --bind 127.0.0.1:{port} --keep-alive 10 "
    "--read-timeout 10 --graceful-timeout 5 --log-level warning",
    "granian": "main.py --port {port}",
}


@contextlib.contextmanager
def serving(name: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Run a server; give the port to attack, and its process."""
    port, front = free_ports(2)
    command = COMMANDS["granian" if name == "nginx" else name].format(port=port)
    environment = {
        **os.environ,
        "MNIST_TIMEOUT_SECONDS": "10",
        "MNIST_LOG_LEVEL": "warning",
        "OPENBLAS_NUM_THREADS": "1",
    }
    server = subprocess.Popen(
        [sys.executable, *command.split()],
        cwd=ROOT / "backend",
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    proxy = None
    try:
        wait_for(f"http://127.0.0.1:{port}")
        if name != "nginx":
            yield port, server
            return
        with tempfile.TemporaryDirectory() as folder:
            text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
            text = text.replace("8001", str(port)).replace("listen 8080", f"listen {front}")
            text = re.sub(r"\n.*8002.*", "", text)
            (Path(folder) / "nginx.conf").write_text(text, encoding="utf-8")
            proxy = subprocess.Popen(
                ["nginx", "-p", folder, "-c", f"{folder}/nginx.conf", "-g", "daemon off;"],
                stderr=subprocess.DEVNULL,
            )
            wait_for(f"http://127.0.0.1:{front}")
            yield front, server
            proxy.terminate()
            proxy.wait()
    finally:
        for process in filter(None, [proxy, server]):
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


async def ask(port: int, request: bytes = REQUEST, seconds: float = 5) -> str:
    """Send a request on a connection of its own; return the status or what happened instead."""
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            with contextlib.closing(writer):
                writer.write(request)
                line = await reader.readline()
                if not line:
                    return "closed"
                status = line.split()[1].decode()
                await reader.readuntil(b"\r\n\r\n")
                return status
    except TimeoutError:
        return "no answer"
    except (OSError, asyncio.IncompleteReadError):
        return "reset"


@contextlib.asynccontextmanager
async def others(port: int) -> AsyncIterator[tuple[Counter[str], list[float]]]:
    """Ask for a digit five times a second, as somebody who has nothing to do with the attack."""
    statuses: Counter[str] = Counter()
    seconds: list[float] = []

    async def go_on() -> None:
        while True:
            began = time.perf_counter()
            statuses[await ask(port)] += 1
            seconds.append(time.perf_counter() - began)
            await asyncio.sleep(0.2)

    task = asyncio.create_task(go_on())
    try:
        yield statuses, seconds
    finally:
        task.cancel()


async def hold(port: int, first: bytes, drip: bytes, *, read: bool = True) -> float | None:
    """Open a connection, send a little each second; return after how long it was ended."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    except OSError:
        return 0.0
    began = time.perf_counter()
    try:
        writer.write(first)
        for _ in range(WINDOW):
            await asyncio.sleep(1)
            if writer.is_closing() or (read and reader.at_eof()):
                return time.perf_counter() - began
            if drip:
                writer.write(drip)
                await writer.drain()
            if not read:
                with contextlib.suppress(TimeoutError):  # a busy server is late, and not gone
                    if not await asyncio.wait_for(reader.read(256), 1):
                        return time.perf_counter() - began
    except OSError:
        return time.perf_counter() - began
    finally:
        writer.transport.abort()
    return None


async def slow(port: int, count: int, first: bytes, drip: bytes, *, read: bool = True) -> str:
    """Attack with many slow connections; return how it went."""
    async with others(port) as (statuses, seconds):
        ended = await asyncio.gather(*(hold(port, first, drip, read=read) for _ in range(count)))
    times = [each for each in ended if each is not None]
    what = f"{len(times):,} of {count:,} ended"
    what += f" within {max(times):.0f} s" if times else ""
    return f"{what}; others: {dict(statuses)}, slowest {max(seconds) * 1000:.0f} ms"


async def pipelined(port: int) -> str:
    """Send three requests at once and count the answers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.closing(writer):
        writer.write(REQUEST * 3)
        data = b""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(3):
                while data.count(b"HTTP/1.1 200") < 3 and (part := await reader.read(65536)):
                    data += part
    return f"{data.count(b'HTTP/1.1 200')} of 3 answered"


async def two_lengths(port: int) -> str:
    """Send a body in chunks with a Content-Length as well, and another request behind it."""
    header = b"\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
    request = REQUEST.replace(b"\r\n\r\n", header, 1).replace(BODY, chunk)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.closing(writer):
        writer.write(request + HEALTH % b"")
        data, end = b"", "open"
        try:
            async with asyncio.timeout(3):
                while part := await reader.read(65536):
                    data += part
                end = "closed"
        except TimeoutError:
            pass
        except OSError:
            end = "reset"
    statuses = b", ".join(re.findall(rb"HTTP/1\.1 (\d+)", data)).decode()
    return f"{statuses}, then {end}"


async def malformed(port: int) -> dict[str, str]:
    """Try what a careless server stumbles over."""
    return {
        "three pipelined requests": await pipelined(port),
        "Upgrade: h2c": await ask(port, HEALTH % b"Connection: Upgrade\r\nUpgrade: h2c\r\n"),
        "Content-Length with chunks, another request behind them": await two_lengths(port),
        "two different Content-Lengths": await ask(
            port, REQUEST.replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n", 1)
        ),
        "a head of 1 MB": await ask(port, HEALTH % (b"X-Large: " + b"x" * 2**20 + b"\r\n")),
        "20,000 header fields": await ask(port, HEALTH % (b"X-A: b\r\n" * 20_000)),
        "a request without Host": await ask(port, b"GET /livez HTTP/1.1\r\n\r\n"),
        "no HTTP at all": await ask(port, b"\x16\x03\x01\x02\x00\r\n\r\n"),
    }


async def under_load(port: int, stop: int, pid: int, seconds: float) -> str:
    """Let eight clients ask, send a signal to a process, and count the answers."""
    statuses: Counter[str] = Counter()
    end = time.monotonic() + seconds

    async def client() -> None:
        while time.monotonic() < end:
            status = await ask(port)
            statuses[status] += 1
            if status != "200":
                await asyncio.sleep(0.05)

    clients = [asyncio.create_task(client()) for _ in range(8)]
    await asyncio.sleep(1)
    os.kill(pid, stop)
    await asyncio.gather(*clients)
    return f"{dict(statuses)}; at last: {await ask(port)}"


def worker_of(pid: int) -> int:
    """Return the process that answers: the last child, or the process itself without one."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return int(children[-1]) if children else pid


def megabytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) // 1024 if found else 0


def attack(name: str) -> dict[str, str]:
    """Do everything to one server."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    idle = min(IDLE, files - 500)
    body = REQUEST[:400]
    weights = b"GET /model/weights HTTP/1.1\r\nHost: localhost\r\n\r\n"
    results = {}
    with serving(name) as (port, server):
        worker = worker_of(server.pid)
        results |= asyncio.run(malformed(port))
        before = megabytes(worker)
        for what, count, first, drip, read in (
            ("heads that never end", CLIENTS, b"GET / HTTP/1.1\r\n", b"X: y\r\n", True),
            ("bodies that come byte by byte", CLIENTS, body, b"0", True),
            ("answers that are hardly read", CLIENTS, weights * 20, b"", False),
            (f"{idle:,} idle connections", idle, b"", b"", True),
        ):
            results[what] = asyncio.run(slow(port, count, first, drip, read=read))
        results["memory"] = f"{before} MB before, {megabytes(worker)} MB after"
        results["kill -9 of the worker, under load"] = asyncio.run(
            under_load(port, signal.SIGKILL, worker, 8)
        )
    with serving(name) as (port, server):
        results["SIGTERM under load, for one second after it"] = asyncio.run(
            under_load(port, signal.SIGTERM, server.pid, 2)
        )
    return results


def main() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, IDLE + 500), most))
    for name in sys.argv[1:] or [*COMMANDS, "nginx"]:
        print(f"{name}:", flush=True)
        for what, result in attack(name).items():
            print(f"  {what}: {result}", flush=True)


if __name__ == "__main__":
    main()
