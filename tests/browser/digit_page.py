"""The page as a test sees it: where to draw, what to press, what it says."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from handwriting import Point
from playwright.sync_api import CDPSession, ConsoleMessage, FloatRect, Page, Request, Route, expect

LOCAL = re.compile(r"^(file|data|blob|about):|^https?://(localhost|127\.0\.0\.1|\[::1\])(:|/|$)")


class HeldRequests:
    """The requests of a page to one address, held back."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.routes: list[Route] = []
        self.is_released = False
        page.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        if self.is_released:
            route.continue_()
        else:
            self.routes.append(route)

    def wait(self) -> None:
        """Wait until there is one: a browser asks when it gets round to it."""
        for _ in range(1_000):
            if self.routes:
                return
            self.page.wait_for_timeout(20)
        raise AssertionError("nothing was asked for")

    def release(self) -> None:
        """Let them and those to come through, once there is one."""
        self.wait()
        self.is_released = True
        for route in self.routes:
            route.continue_()


class DigitPage:
    """One opened page. Positions on the pad are shares of its sides, from 0 to 1."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pad = page.locator("#pad")
        self.predict = page.get_by_role("button", name="Predict")
        self.clear = page.get_by_role("button", name="Clear")
        self.undo = page.get_by_role("button", name="Undo")
        self.redo = page.get_by_role("button", name="Redo")
        self.sample = page.get_by_role("button", name="Random MNIST digit")
        self.share = page.get_by_role("button", name="Share this drawing")
        self.note = page.locator("#note")
        self.source = page.locator("#source")
        self.remark = page.locator("#remark")
        self.boxes = page.locator(".digit-box")
        self.stages = page.get_by_role("figure", name="What the network sees")
        self.digit = page.locator("#digit")
        self.verdict = page.locator("#verdict")
        self.words = page.locator("#verdict-text")
        self.commands = page.locator("#commands")
        self.result = page.locator("#result")
        self.announcement = page.get_by_role("status")
        self.api_status = page.locator("#api-status")
        self.bars = page.get_by_role("list", name="Probability of each digit").locator("li")
        self.complaints: list[str] = []
        self.requests: list[Request] = []
        self._touch: CDPSession | None = None
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("request", self._watch)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def _watch(self, request: Request) -> None:
        self.requests.append(request)
        if not LOCAL.match(request.url):
            self.complaints.append(f"request to {request.url}")

    def forgive_failed_requests(self) -> None:
        """A browser itself logs each request that fails; a test that wants this says so."""
        logged = ("Failed to load resource", "has been blocked by CORS policy")
        self.complaints = [
            complaint
            for complaint in self.complaints
            if not any(text in complaint for text in logged)
        ]

    def hold(self, address: str) -> "HeldRequests":
        """Hold back what the page asks of an address (a glob), until it is let through."""
        return HeldRequests(self.page, address)

    def open(self, url: str) -> None:
        """Open an address and wait until the page has found its API."""
        self.page.goto(url, wait_until="domcontentloaded")  # a script that is held never loads
        expect(self.api_status).not_to_have_attribute("data-status", "checking")

    def box(self) -> FloatRect:
        """Return where the pad is on the screen, scrolled into view."""
        self.pad.scroll_into_view_if_needed()
        box = self.pad.bounding_box()
        assert box is not None
        return box

    def _on_screen(self, point: Point, box: FloatRect) -> Point:
        return box["x"] + point[0] * box["width"], box["y"] + point[1] * box["height"]

    def draw_with_mouse(self, strokes: Iterable[Sequence[Point]]) -> None:
        """Draw with the left button, one event a point."""
        box = self.box()
        for stroke in strokes:
            self.page.mouse.move(*self._on_screen(stroke[0], box))
            self.page.mouse.down()
            for point in stroke[1:]:
                self.page.mouse.move(*self._on_screen(point, box))
            self.page.mouse.up()

    def touch(self, kind: str, *fingers: Point, box: FloatRect | None = None) -> None:
        """Send what a touch screen sends: touchStart, touchMove, touchEnd or touchCancel."""
        if self._touch is None:
            self._touch = self.page.context.new_cdp_session(self.page)
        box = box or self.box()
        points = []
        for finger, place in enumerate(fingers):
            x, y = self._on_screen(place, box)
            points.append({"x": x, "y": y, "id": finger})
        self._touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def draw_with_finger(self, strokes: Iterable[Sequence[Point]]) -> None:
        """Draw with one finger, one event a point."""
        box = self.box()
        for stroke in strokes:
            self.touch("touchStart", stroke[0], box=box)
            for point in stroke[1:]:
                self.touch("touchMove", point, box=box)
            self.touch("touchEnd", box=box)

    def ink(self) -> list[int]:
        """Return the pad's 784 grey values, read from the canvas as it is painted."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => done()))")
        ink: list[int] = self.pad.evaluate(
            """(pad) => {
              const copy = new OffscreenCanvas(28, 28).getContext('2d');
              copy.imageSmoothingEnabled = false;
              copy.drawImage(pad, 0, 0, 28, 28);
              const { data } = copy.getImageData(0, 0, 28, 28);
              return Array.from({ length: 784 }, (_, cell) => data[4 * cell + 3]);
            }"""
        )
        return ink

    def sent(self) -> list[list[float]]:
        """Return the pixels of each question that was asked, oldest first."""
        questions = [r for r in self.requests if r.url.endswith("/predict") and r.method == "POST"]
        return [json.loads(question.post_data or "{}")["pixels"] for question in questions]

    def expect_digit(self, digit: int | str) -> None:
        """Wait until the page shows this digit, or number, as the API's answer."""
        self._expect_answer(digit, "api")

    def expect_live(self, digit: int | str) -> None:
        """Wait until the page shows this digit, or number, as its own answer."""
        self._expect_answer(digit, "page")

    def _expect_answer(self, digit: int | str, source: str) -> None:
        expect(self.result).to_have_attribute("data-view", "answer")
        expect(self.result).to_have_attribute("data-source", source)
        expect(self.digit).to_have_text(str(digit))

    def without_live_network(self) -> None:
        """Keep the network's weights from the page, so that only the API answers."""
        for address in ("**/model/weights", "**/js/data/model.js"):
            self.page.route(address, lambda route: route.abort())

    def next_frame(self) -> None:
        """Wait until what was done is painted."""
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
        )

    def strokes(self) -> list[Sequence[Point]]:
        """Return the points of the drawing, in shares of the pad's sides."""
        strokes: list[list[list[float]]] = self.page.evaluate(
            """MNIST.index.drawing.strokes.map(
              (points) => points.map(({ x, y }) => [x / 28, y / 28]))"""
        )
        return [[(x, y) for x, y in stroke] for stroke in strokes]

    def axe(self, source: str) -> list[dict[str, Any]]:
        """Return what axe finds wrong, one entry a rule."""
        self.page.evaluate(source)
        violations: list[dict[str, Any]] = self.page.evaluate(
            """async () => (await axe.run(document, {
              // Of WCAG 2.2, and off unless asked for: measured on the pages from disk.
              rules: { 'target-size': { enabled: location.protocol === 'file:' } },
            })).violations.map(({ id, nodes }) => ({
              id, nodes: nodes.map(({ target, failureSummary }) => [target, failureSummary]),
            }))"""
        )
        return violations
