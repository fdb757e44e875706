"""Running the service: the port, the address to open, and a quiet end."""

import errno
import os
import signal
import socket
import sys
import threading
from pathlib import Path

import uvicorn

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.connections import BoundedConnection
from mnist_recognizer.api.observability.logs import announced, log_config
from mnist_recognizer.api.settings import Settings, SettingsError, load_settings

SECONDS_TO_FINISH = 5


class _Server(uvicorn.Server):
    """A server that says where it can be reached, once it can."""

    def __init__(
        self, config: uvicorn.Config, url: str, announcement: str, *, open_browser: bool
    ) -> None:
        super().__init__(config)
        self.url = url
        self.announcement = announcement
        self.open_browser = open_browser

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start answering, then announce it."""
        await super().startup(sockets)
        print(self.announcement, flush=True)
        if self.open_browser and _has_browser():
            import webbrowser  # here, because it is seldom needed, and takes 15 ms

            # In a thread, because some browsers keep the call waiting until they are closed.
            threading.Thread(target=webbrowser.open, args=[self.url], daemon=True).start()


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
        Open the page in the user's browser once it is there.

    Raises
    ------
    SystemExit
        With one sentence, when the server cannot start.
    """
    try:
        settings = load_settings(host=host, port=port, weights=weights)
    except SettingsError as error:
        sys.exit(str(error))
    listener = _listen(settings)
    port = listener.getsockname()[1]
    shown_host = "localhost" if settings.host in _HERE else settings.host
    url = f"http://[{shown_host}]:{port}" if ":" in shown_host else f"http://{shown_host}:{port}"
    config = uvicorn.Config(
        create_app(settings),
        log_config=log_config(settings.log_level, settings.log_format),
        access_log=False,  # the app writes its own line, with the request's id and duration
        http=BoundedConnection,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )
    text = f"MNIST Recognizer runs at {url} (Ctrl-C stops it)"
    announcement = announced(text, settings.log_format)
    _allow_many_connections()
    # uvicorn finishes what it began and then raises the signal again, for whoever started it. Here
    # nobody else waits for it: the process ends with status 0.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    with listener:
        _Server(config, url, announcement, open_browser=open_browser).run(sockets=[listener])


_HERE = {"127.0.0.1", "::1", "0.0.0.0", "::"}  # noqa: S104 - addresses that localhost reaches


def _listen(settings: Settings) -> socket.socket:
    """Take the port, or end with a sentence that says why that cannot be."""
    host, port = settings.host, settings.port
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except socket.gaierror:
        sys.exit(f"MNIST_HOST is wrong: this machine knows no address '{host}'.")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(
                f"Port {port} is in use by another program. Stop it, or take another port: "
                f"set MNIST_PORT={port + 1}, or give --port {port + 1}."
            )
        sys.exit(f"Cannot listen on {host}, port {port}: {error.strerror}.")


def _allow_many_connections() -> None:
    """Raise the number of open files to what the system allows: each connection takes one."""
    try:
        import resource  # Windows has none, and no such limit
    except ModuleNotFoundError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _has_browser() -> bool:
    """Tell whether a page can be shown: on a machine without a screen, a text browser could not."""
    return sys.platform in {"win32", "darwin"} or bool(
        {"DISPLAY", "WAYLAND_DISPLAY", "BROWSER"} & set(os.environ)
    )
