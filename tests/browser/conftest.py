"""Chromium, the servers and the page for the browser tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from chromium import ensure_chromium
from digit_page import DigitPage
from playwright.sync_api import Browser, Page, expect
from servers import ROOT, Server, api_server, free_port, static_server

# A page that lost its API looks for it every 8 seconds, and a busy machine takes its time.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def ports() -> dict[str, int]:
    """Free ports for the API and the static page."""
    return {"api": free_port(), "static": free_port()}


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], ports: dict[str, int]
) -> dict[str, Any]:
    """Start a Chromium that reaches localhost:8000 and :3000 wherever the tests' servers are.

    The page's own addresses are fixed; so the browser is told to look elsewhere, and the tests
    neither need those two ports nor get in the way of somebody who uses them.
    """
    rules = (
        f"MAP localhost:8000 127.0.0.1:{ports['api']}, "
        f"MAP localhost:3000 127.0.0.1:{ports['static']}"
    )
    return {
        **browser_type_launch_args,
        "executable_path": ensure_chromium(),
        "args": [
            "--no-sandbox",  # which does not work for root, and these pages are our own
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-dev-shm-usage",
            f"--host-resolver-rules={rules}",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Ask for no motion, so that nothing is measured on its way."""
    return {**browser_context_args, "reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def api(ports: dict[str, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The whole app with the trained network, as ``python main.py`` starts it."""
    log = tmp_path_factory.mktemp("api") / "log.txt"
    with api_server(log, ports["api"]) as server:
        yield server


@pytest.fixture(scope="session")
def static(ports: dict[str, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The page alone, as ``python -m http.server 3000`` serves it."""
    log = tmp_path_factory.mktemp("static") / "log.txt"
    with static_server(log, ports["static"]) as server:
        yield server


@pytest.fixture
def digits(page: Page) -> Iterator[DigitPage]:
    """A page that must end without any complaint of the browser, nor any request to elsewhere."""
    page.set_default_timeout(10_000)
    digits = DigitPage(page)
    yield digits
    assert digits.complaints == []


@pytest.fixture
def app(digits: DigitPage, api: Server) -> DigitPage:
    """The page, opened from the API."""
    digits.open(api.url)
    return digits


@pytest.fixture
def phone(
    browser: Browser, browser_context_args: dict[str, Any], api: Server
) -> Iterator[DigitPage]:
    """The page, opened from the API on a touch screen of 390 × 844."""
    screen = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
    touch = {"has_touch": True, "is_mobile": True}
    with browser.new_context(**browser_context_args | screen | touch) as context:
        digits = DigitPage(context.new_page())
        digits.open(api.url)
        yield digits
    assert digits.complaints == []


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The accessibility checker, to be run inside the page."""
    path = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    if not path.is_file():
        pytest.fail(f"{path} is missing: run npm ci (make test does)")
    return path.read_text(encoding="utf-8")
