"""Three browsers behind one face: open a page, run a script in it, draw with a mouse.

Firefox is spoken to in WebDriver BiDi (W3C), which it understands itself; WebKitGTK in WebDriver
(W3C) through Debian's WebKitWebDriver; Chromium through Playwright. No package is needed beyond the
development environment's.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import httpx
from chromium import ensure_chromium
from playwright.sync_api import sync_playwright
from servers import free_port
from websockets.sync.client import ClientConnection, connect

Point = tuple[float, float]
SECONDS_TO_START = 180


class MissingError(Exception):
    """This browser is not installed; the message says what to install."""


class Driver(Protocol):
    """One browser with one page, at a window of about 1280 × 900."""

    version: str

    def open(self, url: str) -> None:
        """Open an address and wait until it has loaded."""

    def run(self, script: str) -> Any:
        """Run the body of a function in the page and return its JSON value."""

    def drag(self, points: Sequence[Point]) -> None:
        """Press the mouse at the first point, move along, release at the last (CSS pixels)."""

    def close(self) -> None:
        """End the browser."""


def found(name: str, package: str) -> str:
    """Return where a program is, or say which of Debian's packages has it."""
    path = shutil.which(name)
    if path is None:
        raise MissingError(f"not installed (Debian: apt-get install {package})")
    return path


def mouse(points: Sequence[Point]) -> list[dict[str, Any]]:
    """Return a stroke as WebDriver's actions, which Firefox and WebKit share."""
    move = [{"type": "pointerMove", "x": round(x), "y": round(y), "duration": 8} for x, y in points]
    down, up = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
    source = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}
    return [source | {"actions": [move[0], down, *move[1:], up]}]


class Process:
    """A program that is ended with the driver, and its own empty folder."""

    def __init__(self, command: list[str], **env: str) -> None:
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        home = {"HOME": self.folder.name, "XDG_RUNTIME_DIR": self.folder.name}
        self.log = Path(self.folder.name) / "log.txt"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [part.replace("{folder}", self.folder.name) for part in command],
                env=os.environ | home | env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that all that it starts can be ended with it
            )

    def end(self) -> None:
        """End it, and make sure that it does."""
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.folder.cleanup()


class Firefox:
    """Firefox, by its own WebDriver BiDi."""

    def __init__(self) -> None:
        program = shutil.which("firefox") or found("firefox-esr", "firefox-esr")
        port = free_port()
        flags = ["--headless", "--no-remote", "--remote-debugging-port", str(port)]
        size = ["--width", "1280", "--height", "900"]
        self.process = Process([program, *flags, *size, "--profile", "{folder}"])
        try:
            self.socket = self._connect(port)
            self.number = 0
            capabilities = self.send("session.new", capabilities={})["capabilities"]
            self.version = f"Firefox {capabilities['browserVersion']}"
            self.page = self.send("browsingContext.getTree")["contexts"][0]["context"]
        except BaseException:
            self.process.end()
            raise

    def _connect(self, port: int) -> ClientConnection:
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                return connect(f"ws://127.0.0.1:{port}/session", max_size=None)
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def send(self, method: str, **params: Any) -> Any:
        """Give a command and return its result."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv(timeout=SECONDS_TO_START))
            if answer.get("id") != self.number:
                continue  # an event
            if answer["type"] == "error":
                raise RuntimeError(f"{method}: {answer['message']}")
            return answer["result"]

    def open(self, url: str) -> None:
        self.send("browsingContext.navigate", context=self.page, url=url, wait="complete")

    def run(self, script: str) -> Any:
        answer = self.send(
            "script.evaluate",
            expression=(
                f"(async () => {{ {script} }})().then((value) => JSON.stringify(value ?? null))"
            ),
            target={"context": self.page},
            awaitPromise=True,
            userActivation=True,
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def drag(self, points: Sequence[Point]) -> None:
        self.send("input.performActions", context=self.page, actions=mouse(points))

    def close(self) -> None:
        self.socket.close()
        self.process.end()


class WebKit:
    """WebKitGTK's MiniBrowser, by Debian's WebKitWebDriver, on a screen of its own."""

    def __init__(self) -> None:
        program = found("WebKitWebDriver", "webkit2gtk-driver")
        xvfb = found("xvfb-run", "xvfb xauth")
        port = free_port()
        screen = [xvfb, "--auto-servernum", "--server-args", "-screen 0 1280x1000x24"]
        self.process = Process(
            [*screen, program, f"--port={port}"],
            WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS="1",  # which root lacks; the page is our own
            WEBKIT_DISABLE_COMPOSITING_MODE="1",
            LIBGL_ALWAYS_SOFTWARE="1",
        )
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=SECONDS_TO_START)
        try:
            self._wait()
            session = self.post("/session", capabilities={})
            self.session = f"/session/{session['sessionId']}"
            named = session["capabilities"]
            self.version = f"WebKitGTK {named['browserVersion']}"
            self.post(f"{self.session}/window/rect", x=0, y=0, width=1280, height=900)
            self.post(f"{self.session}/timeouts", script=30_000)
        except BaseException:
            self.process.end()
            raise

    def _wait(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                self.http.get("/status")
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return

    def post(self, path: str, **body: Any) -> Any:
        """Give a command and return its value."""
        value = self.http.post(path, json=body).json()["value"]
        if isinstance(value, dict) and "error" in value:
            raise RuntimeError(f"{path}: {value['error']}: {value['message']}")
        return value

    def open(self, url: str) -> None:
        self.post(f"{self.session}/url", url=url)

    def run(self, script: str) -> Any:
        wrapped = f"""const done = arguments[0];
          (async () => {{ {script} }})().then((value) => done({{ value }}),
            (error) => done({{ error: String(error) }}));"""
        answer = self.post(f"{self.session}/execute/async", script=wrapped, args=[])
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer.get("value")

    def drag(self, points: Sequence[Point]) -> None:
        self.post(f"{self.session}/actions", actions=mouse(points))

    def close(self) -> None:
        try:
            self.http.delete(self.session)
        finally:
            self.http.close()
            self.process.end()


class Chromium:
    """Chromium, through Playwright."""

    def __init__(self) -> None:
        program = ensure_chromium()
        self.playwright = sync_playwright().start()
        self.browser = self.playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        self.page = self.browser.new_page(viewport={"width": 1280, "height": 900})
        self.version = f"Chromium {self.browser.version}"

    def open(self, url: str) -> None:
        self.page.goto(url)

    def run(self, script: str) -> Any:
        return self.page.evaluate(f"async () => {{ {script} }}")

    def drag(self, points: Sequence[Point]) -> None:
        self.page.mouse.move(*points[0])
        self.page.mouse.down()
        for point in points[1:]:
            self.page.mouse.move(*point)
        self.page.mouse.up()

    def close(self) -> None:
        self.browser.close()
        self.playwright.stop()
