"""Running the service: Granian, with limits for slow clients, and a sentence when it cannot start.

Granian's main process holds the port. A worker process runs the application, and another one takes
its place when it is killed.
"""

import errno
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.utils.proxies import wrap_asgi_with_proxy_headers
from starlette.types import ASGIApp

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.observability.logs import announced, log_config
from mnist_recognizer.api.settings import Settings, SettingsError, load_settings

MAX_CONNECTIONS = 50_000  # each takes about 10 kB
OTHER_FILES = 64  # that the worker may have open besides its connections
HEADER_TIMEOUT = 10  # seconds for the request headers, and for an idle connection
MAX_HEADER_BYTES = 65_536
SHUTDOWN_TIMEOUT = 5  # seconds
_LOCAL = {"127.0.0.1", "::1", "0.0.0.0", "::"}  # noqa: S104 - addresses that localhost reaches


def serve(
    host: str | None = None,
    port: int | None = None,
    weights: Path | None = None,
    *,
    open_browser: bool = False,
) -> None:
    """Serve the API and the page until Ctrl-C or SIGTERM.

    Parameters
    ----------
    host, port, weights : optional
        Settings that win over the environment's.
    open_browser : bool
        Open the page in the user's browser.

    Raises
    ------
    SystemExit
        With one sentence, when the server cannot start.
    """
    try:
        settings = load_settings(host=host, port=port, weights=weights)
    except SettingsError as error:
        sys.exit(str(error))
    address, port = _free_address(settings)
    # The worker is a process of its own and reads the settings for itself.
    os.environ["MNIST_HOST"] = settings.host
    os.environ["MNIST_PORT"] = str(port)
    os.environ["MNIST_WEIGHTS"] = str(settings.weights.absolute())
    server = Granian(
        f"{__name__}:worker_app",
        factory=True,
        address=address,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_TIMEOUT * 1000, max_buffer_size=MAX_HEADER_BYTES
        ),
        websockets=False,
        backpressure=_max_connections(),
        log_dictconfig=log_config(settings.log_level, settings.log_format),
        respawn_failed_workers=True,
        workers_kill_timeout=SHUTDOWN_TIMEOUT,
    )
    url = _url(settings.host, port)
    line = announced(f"MNIST Recognizer runs at {url} (Ctrl-C stops it)", settings.log_format)
    shown = url if open_browser and _has_browser() else None
    threading.Thread(target=_announce, args=[(address, port), line, shown], daemon=True).start()
    server.serve()


def worker_app() -> ASGIApp:
    """Build the application in the worker.

    What a proxy on one of the trusted addresses says of the client is believed: on this machine, or
    as uvicorn's variable FORWARDED_ALLOW_IPS says.
    """
    main = multiprocessing.parent_process()
    if main is not None:
        threading.Thread(target=_end_with, args=[main], daemon=True).start()
    app = create_app()
    trusted = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
    proxied: ASGIApp = wrap_asgi_with_proxy_headers(app, trusted_hosts=trusted)
    return proxied


def _end_with(main: BaseProcess) -> None:
    """End this worker once the main process was killed; or it would keep the port."""
    main.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _url(host: str, port: int) -> str:
    host = "localhost" if host in _LOCAL else host
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _free_address(settings: Settings) -> tuple[str, int]:
    """Return the IP address and the port, or end with a sentence that says why they cannot be had.

    Granian would share a port with another Granian without a word.
    """
    host, port = settings.host, settings.port
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.create_server(address[:2], family=family) as listener:
            return str(address[0]), int(listener.getsockname()[1])
    except (socket.gaierror, UnicodeError):  # UnicodeError: a label is empty, or too long
        sys.exit(f"MNIST_HOST is wrong: this machine knows no address '{host}'.")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(
                f"Port {port} is in use by another program. Stop it, or take another port: "
                f"set MNIST_PORT={port + 1}, or give --port {port + 1}."
            )
        sys.exit(f"Cannot listen on {host}, port {port}: {error.strerror}.")


def _max_connections() -> int:
    """Raise the limit of open files as far as needed; return how many connections fit into it."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return MAX_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = MAX_CONNECTIONS + OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        files = min(files, hard)
    if soft < files and soft != resource.RLIM_INFINITY:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
        except (OSError, ValueError):  # macOS may allow fewer than its "unlimited" says
            files = soft
    return max(1, files - OTHER_FILES)


def _announce(address: tuple[str, int], line: str, url: str | None) -> None:
    """Wait until the worker answers; then say where the server is, and open the page if asked."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address[0], address[0])  # noqa: S104
    while True:
        try:
            with socket.create_connection((host, address[1]), timeout=5) as connection:
                connection.sendall(b"GET /livez HTTP/1.0\r\n\r\n")
                if connection.recv(1):  # any answer will do
                    break
        except OSError:
            time.sleep(0.02)
    print(line, flush=True)
    if url:
        import webbrowser  # here, because it is seldom needed, and takes 15 ms

        webbrowser.open(url)


def _has_browser() -> bool:
    """Tell whether a page can be shown: on a machine without a screen, a text browser could not."""
    return sys.platform in {"win32", "darwin"} or bool(
        {"DISPLAY", "WAYLAND_DISPLAY", "BROWSER"} & set(os.environ)
    )
