"""How fast the page is: what a first visit loads, and how long a frame's reading takes.

    python benchmarks/page_speed.py

Opens the page in Chromium from the API on this machine, draws with the mouse, and keeps what it
prints in benchmarks/results/page_speed.txt. Needs the development environment (`make test` makes
it).
"""

import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from chromium import ensure_chromium  # noqa: E402 - the tests' own helpers, found just now
from digit_page import DigitPage  # noqa: E402
from handwriting import STYLES, number, placed  # noqa: E402
from playwright.sync_api import Page, Request, sync_playwright  # noqa: E402
from servers import api_server  # noqa: E402

RESULT = Path(__file__).parent / "results" / "page_speed.txt"
VISITS = 5
READINGS = 500
UPDATES = 100

# Reading is timed after each point of the pen, since what has not changed is not read again.
TIME_READINGS = """([strokes, count]) => {
  const times = [];
  while (times.length < count) {
    MNIST.index.drawing.clear();
    for (const stroke of strokes) {
      stroke.forEach(([x, y], i) => {
        if (i === 0) MNIST.index.drawing.penDown({ x: 28 * x, y: 28 * y });
        else MNIST.index.drawing.penMove({ x: 28 * x, y: 28 * y });
        const start = performance.now();
        read();
        times.push(performance.now() - start);
      });
      MNIST.index.drawing.penUp();
    }
  }
  return [times, MNIST.index.page.found.length];
}"""

# The same for all that a frame does. Of a drawing that is there, one more stroke is drawn.
TIME_UPDATES = """([kind, count]) => {
  MNIST.index.drawing.clear();
  const dots = { '676 dots': 676, '100 dots': 100 }[kind] ?? 0;
  for (let i = 0; i < dots; i++) {
    MNIST.index.drawing.penDown({ x: 1 + (i % 26), y: 1 + Math.floor(i / 26) });
    MNIST.index.drawing.penUp();
  }
  const points = { 'one stroke of 5,000 points': 5000, 'erasing in it': 5000 }[kind] ?? 0;
  const at = (i) => ({ x: 14 + 12 * Math.sin(i / 41), y: 14 + 12 * Math.cos(i / 57) });
  for (let i = 0; i < points; i++) {
    if (i === 0) MNIST.index.drawing.penDown(at(i));
    else MNIST.index.drawing.penMove(at(i));
  }
  MNIST.index.page.update();
  const isErasing = kind === 'erasing in it';
  if (isErasing) MNIST.index.drawing.eraserDown({ x: 2, y: 14 }, 1.2);
  else if (points === 0) MNIST.index.drawing.penDown({ x: 2, y: 14 });
  const times = [];
  return new Promise((done) => {
    const frame = () => {
      const i = times.length;
      if (isErasing) MNIST.index.drawing.penMove({ x: 2 + (24 * i) / count, y: 14 });
      else MNIST.index.drawing.penMove(at(points + i));
      const start = performance.now();
      MNIST.index.page.update();
      times.push(performance.now() - start);
      if (times.length < count) requestAnimationFrame(frame);
      else {
        MNIST.index.drawing.penUp();
        done(times);
      }
    };
    requestAnimationFrame(frame);
  });
}"""

WATCH_FRAMES = """() => {
  window.frames_ = { gaps: [], work: [], last: performance.now(), update };
  update = () => {
    const start = performance.now();
    window.frames_.update();
    window.frames_.work.push(performance.now() - start);
  };
  const tick = (now) => {
    window.frames_.gaps.push(now - window.frames_.last);
    window.frames_.last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}"""


def quantiles(values: list[float]) -> str:
    """Return the median and the 99th percentile of milliseconds."""
    ranked = sorted(values)
    most = ranked[int(0.99 * len(ranked))]
    return f"median {statistics.median(ranked):.2f} ms, 99 % below {most:.2f} ms"


def first_visit(page: Page, url: str) -> str:
    """Open the page with an empty cache."""
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    DigitPage(page).open(url)
    page.wait_for_function("() => MNIST.index.live.isReady")
    drawable = page.evaluate(
        "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
    )
    sizes = [request.sizes() for request in requests]
    loaded = sum(size["responseHeadersSize"] + size["responseBodySize"] for size in sizes)
    return (
        f"{len(sizes)} answers, {loaded:,} bytes with their headers as they travel; "
        f"one can draw after {drawable:.0f} ms"
    )


def main() -> None:
    """Measure, print and keep."""
    chromium = ensure_chromium()
    lines = []
    with (
        tempfile.TemporaryDirectory() as folder,
        api_server(Path(folder) / "log.txt") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        lines.append(f"Chromium {browser.version}")
        for visit in range(VISITS):
            with browser.new_context() as context:
                lines.append(
                    f"first visit {visit + 1}: {first_visit(context.new_page(), server.url)}"
                )
        page = browser.new_page()
        digits = DigitPage(page)
        digits.open(server.url)
        page.wait_for_function("() => MNIST.index.live.isReady")
        for name, strokes in (
            ("one digit", placed(STYLES[3]["round"], 0.8)),
            ("four digits", number("2026")),
        ):
            times, found = page.evaluate(TIME_READINGS, [strokes, READINGS])
            lines.append(
                f"preprocessing and forward pass, {name} ({found} found): {quantiles(times)}"
            )
            digits.clear.click()
        for kind in ("100 dots", "676 dots", "one stroke of 5,000 points", "erasing in it"):
            times = page.evaluate(TIME_UPDATES, [kind, UPDATES])
            lines.append(f"all that a frame does, {kind}: {quantiles(times)}")
        digits.clear.click()
        page.evaluate(WATCH_FRAMES)
        digits.draw_with_mouse(placed(STYLES[8]["one stroke"], 0.8) * 4)
        frames = page.evaluate("window.frames_")
        work, gaps = frames["work"], frames["gaps"]
        lines.append(
            f"all that a frame does while one draws, {len(work)} frames: {quantiles(work)}"
        )
        lines.append(f"from frame to frame, {len(gaps)} frames: {quantiles(gaps)}")
        browser.close()
    text = "\n".join(lines) + "\n"
    print(text, end="")
    RESULT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
