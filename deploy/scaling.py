"""Measure how many answers a second more servers give, each with a small share of a core.

python deploy/scaling.py      needs nginx and wrk (Debian's packages), and root, for a control group

One machine cannot show how a service scales over many, since all that runs on it shares its cores.
So each server here may compute for only a small part of the time, as if it had a small machine of
its own, and nginx and the clients have enough beside all of them. What grows with the number of
servers is then what the servers give.
"""

import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from check import BODY, ROOT, free_ports, start_server, wait_for
from slow_clients import worker_of

PERIOD = 100_000  # µs, as in Kubernetes
LEAST = 1_000  # µs of it that Linux takes for a share
CGROUPS = Path("/sys/fs/cgroup")
SCRIPT = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[{body}]]
refused = 0
local threads = {{}}
function setup(thread) table.insert(threads, thread) end
function response(status) if status ~= 200 then refused = refused + 1 end end
function done(summary, latency)
  local bad = 0
  for _, thread in ipairs(threads) do bad = bad + thread:get("refused") end
  local errors = summary.errors
  bad = bad + errors.connect + errors.read + errors.write + errors.timeout
  print(string.format("RESULT %f %d %f %f", summary.requests / summary.duration * 1e6, bad,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
"""


@contextlib.contextmanager
def limited(process: subprocess.Popen[bytes], share: float) -> Iterator[None]:
    """Let a server and its worker compute for a share of one core only, and end them afterwards."""
    quota = round(PERIOD * share)
    second_version = (CGROUPS / "cgroup.controllers").exists()
    group = CGROUPS / ("" if second_version else "cpu") / f"digits-{process.pid}"
    try:
        group.mkdir()
        if second_version:
            (CGROUPS / "cgroup.subtree_control").write_text("+cpu")
            (group / "cpu.max").write_text(f"{quota} {PERIOD}")
        else:
            (group / "cpu.cfs_period_us").write_text(str(PERIOD))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        for each in (process.pid, worker_of(process.pid)):
            (group / "cgroup.procs").write_text(str(each))
        yield
    finally:
        process.terminate()
        process.wait()
        if group.exists():
            group.rmdir()


def measure(url: str, script: Path, clients: int, seconds: int) -> tuple[float, int, float, float]:
    """Return answers a second, failures, and the median's and 99th percentile's milliseconds."""
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", f"-s{script}", url + "/predict"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"RESULT (\S+) (\S+) (\S+) (\S+)", printed)
    assert found, printed
    rate, failed, median, late = found.groups()
    return float(rate), int(failed), float(median), float(late)


def run(count: int, share: float, clients: int, seconds: int) -> tuple[float, int, float, float]:
    """Measure nginx before `count` servers."""
    front, *ports = free_ports(count + 1)
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    (line,) = re.findall(r".*server 127\.0\.0\.1:8001.*\n", text)
    text = re.sub(r".*server 127\.0\.0\.1:8002.*\n", "", text)
    text = text.replace(line, "".join(line.replace("8001", str(port)) for port in ports))
    text = text.replace("listen 8080", f"listen {front}")
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        (folder / "nginx.conf").write_text(text, encoding="utf-8")
        (folder / "ask.lua").write_text(SCRIPT.format(body=BODY.decode()), encoding="utf-8")
        for port in ports:
            server = start_server(port)
            stack.callback(server.kill)
            wait_for(f"http://127.0.0.1:{port}")
            stack.enter_context(limited(server, share))
        nginx = subprocess.Popen(
            ["nginx", "-p", name, "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
        )
        stack.callback(nginx.wait)
        stack.callback(nginx.terminate)
        url = f"http://127.0.0.1:{front}"
        wait_for(url)
        measure(url, folder / "ask.lua", clients, 1)
        return measure(url, folder / "ask.lua", clients, seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--share", type=float, default=0.1, help="of a core, for each server")
    parser.add_argument("--servers", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--clients", type=int, default=16, help="for each server")
    parser.add_argument("--seconds", type=int, default=10)
    options = parser.parse_args()
    if round(PERIOD * options.share) < LEAST:
        parser.error(f"a share is at least {LEAST / PERIOD}")
    print(
        json.dumps(
            {"cores": os.cpu_count(), "share": options.share, "clients a server": options.clients}
        )
    )
    print("servers  answers/s  x one    median       99 %  failed")
    one, failures = 0.0, 0
    for count in options.servers:
        try:
            result = run(count, options.share, count * options.clients, options.seconds)
        except OSError as error:  # such as no root, no nginx, no wrk
            sys.exit(f"This cannot be measured here: {error}")
        rate, failed, median, late = result
        if not rate:
            sys.exit(f"{count} servers gave no answer at all")
        one = one or rate / count
        failures += failed
        print(
            f"{count:7} {rate:10,.0f} {rate / one:6.2f} {median:6.1f} ms {late:7.1f} ms {failed:7}"
        )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
