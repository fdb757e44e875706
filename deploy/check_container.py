"""Build the image, run it as the manifest does, ask it, stop it, and say what held.

    python deploy/check_container.py                 needs podman
    python deploy/check_container.py --own-base      and debootstrap, and to be root

The Dockerfile's base image comes from a registry. Where none can be reached, --own-base puts one
in its place that is made of Debian's packages: Debian 13 with its Python 3.13.
The manifest runs in podman too (`podman kube play`), and its fields are compared with Kubernetes'
own schemas where the command `kubernetes-validate` (from PyPI) is there.
"""

import argparse
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MANIFEST = ROOT / "deploy" / "kubernetes.yaml"
BASE = "docker.io/library/python:3.12-slim"
IMAGE = "mnist-recognizer:1.0.0"
NAME = "mnist-recognizer-check"
SEVEN = ROOT / "docs" / "seven.json"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def run(*command: str | Path, check: bool = True) -> str:
    """Run a command and return what it prints."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True)
    if check and done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout.strip()


def make_base() -> None:
    """Make a base image of Debian's packages, with the certificates that this machine trusts."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "root"
        wanted = "python3,python3-venv,ca-certificates"
        run("debootstrap", "--variant=minbase", f"--include={wanted}", "trixie", root)
        run("chroot", root, "python3", "-m", "venv", "/opt/python")
        shutil.copy(CERTIFICATES, root / CERTIFICATES.relative_to("/"))
        (root / "etc" / "pip.conf").write_text(f"[global]\ncert = {CERTIFICATES}\n")
        archive = Path(name) / "root.tar"
        run("tar", "-C", root, "-cf", archive, ".")
        path = (
            "ENV PATH=/opt/python/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        )
        run("podman", "import", "-q", "--change", path, archive, BASE)


def get(url: str, body: bytes | None = None) -> bytes:
    """Ask for an address; with a body, send it as JSON."""
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return bytes(answer.read())


def wait_for(url: str) -> float:
    """Return how many seconds it took until a server was ready."""
    began = time.monotonic()
    while time.monotonic() - began < 60:
        try:
            get(url + "/readyz")
            return time.monotonic() - began
        except OSError:  # urllib's errors are OSErrors
            time.sleep(0.05)
    return sys.exit(f"{url} does not answer")


def digit(url: str) -> int:
    """Return what a server reads in the documentation's image of a seven."""
    return int(json.loads(get(url + "/predict", SEVEN.read_bytes()))["prediction"])


def stop_under_load(url: str) -> tuple[int, int]:
    """Stop the container while a client asks it; return answers, and those that broke off."""
    answered, broken = 0, 0

    def ask() -> None:
        nonlocal answered, broken
        while True:
            try:
                digit(url)
                answered += 1
            except (OSError, ValueError) as error:  # urllib's errors are OSErrors
                cause = getattr(error, "reason", error)
                broken += not isinstance(cause, ConnectionRefusedError)  # nobody listens any more
                return

    client = threading.Thread(target=ask)
    client.start()
    time.sleep(1)
    run("podman", "stop", "-t", "10", NAME)
    client.join()
    return answered, broken


def check_image() -> None:
    """Run the image without a writable disk, and see that it does what the Dockerfile says."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    run("podman", "run", "-d", "--name", NAME, "--read-only", "-p", f"{port}:8000", IMAGE)
    try:
        print(f"ready {wait_for(url):.1f} s after the container was started")
        print(f"docs/seven.json is read as a {digit(url)}")
        page = get(url + "/")
        print(f"the page is there: {b'<title' in page} ({len(page):,} bytes)")
        print(f"it runs as {run('podman', 'exec', NAME, 'id')}")
        writing = run("podman", "exec", NAME, "sh", "-c", "touch /app/x 2>&1", check=False)
        print(f"it cannot write: {writing}")
        python = run("podman", "exec", NAME, "python", "--version")
        print(f"{python}, {run('podman', 'exec', NAME, 'cat', '/etc/debian_version')}")
        healthy = subprocess.run(["podman", "healthcheck", "run", NAME], capture_output=True)
        print(f"the health check ends with {healthy.returncode}")
        answered, broken = stop_under_load(url)
        status = run("podman", "inspect", NAME, "--format", "{{.State.ExitCode}}")
        print(f"stopped under load: {answered} answers, {broken} broken off, status {status}")
    finally:
        run("podman", "rm", "-f", NAME, check=False)


def check_manifest() -> None:
    """Compare the manifest with Kubernetes' schemas, and run one copy of it."""
    if shutil.which("kubernetes-validate"):
        command = ["kubernetes-validate", "--strict", str(MANIFEST)]
        done = subprocess.run(command, capture_output=True, text=True)
        for line in (done.stdout + done.stderr).strip().splitlines():
            print(line.replace(f"{ROOT}/", ""))
    with tempfile.TemporaryDirectory() as folder:
        one = Path(folder) / "one.yaml"  # podman publishes a port once
        one.write_text(MANIFEST.read_text().replace("replicas: 3", "replicas: 1"))
        try:
            run("podman", "kube", "play", one)
            print(f"the manifest's pod is ready after {wait_for('http://127.0.0.1:8000'):.1f} s")
            print(f"it reads docs/seven.json as a {digit('http://127.0.0.1:8000')}")
        finally:
            run("podman", "kube", "down", one, check=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--own-base", action="store_true", help="make the base image here")
    if parser.parse_args().own_base:
        make_base()
        print("base image: made of Debian's packages")
    run(
        "podman",
        "build",
        "--format",
        "docker",
        "-f",
        ROOT / "deploy" / "Dockerfile",
        "-t",
        IMAGE,
        ROOT,
    )
    size = int(run("podman", "image", "inspect", IMAGE, "--format", "{{.Size}}"))
    print(f"the image is built: {size / 1e6:.0f} MB")
    check_image()
    check_manifest()


if __name__ == "__main__":
    main()
