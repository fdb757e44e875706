"""What learn.html costs: bytes, first paint, a frame while one draws, and each stage's work.

    python benchmarks/learn_page.py

Opens the page in Chromium from the API on this machine, and keeps what it prints in
benchmarks/results/learn_page.txt. Needs the development environment (`make test` makes it) and an
idle machine.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from chromium import ensure_chromium  # noqa: E402 - the tests' own helpers, found just now
from digit_page import DigitPage  # noqa: E402
from handwriting import STYLES, placed  # noqa: E402
from playwright.sync_api import Browser, Page, expect, sync_playwright  # noqa: E402
from servers import api_server  # noqa: E402

RESULT = Path(__file__).parent / "results" / "learn_page.txt"
VISITS = 5
REPEATS = 100
EDITS = 10
ON_DEMAND = ("js/data/digits.js", "js/data/neurons.js")
READY = "() => MNIST.learn?.page?.accuracy != null"

VISIT = """() => [
  performance.getEntriesByName('first-contentful-paint')[0].startTime,
  ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type))
    .map(({ name, transferSize }) => [name, transferSize]),
]"""

WATCH_TASKS = """() => {
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) longTasks.push([startTime, duration]);
  }).observe({ type: 'longtask', buffered: true });
}"""

# The frame after a point of the pen, from its start to the bars: it reads, computes and renders.
TIME_FRAMES = """(count) => new Promise((done) => {
  const { drawing, page } = MNIST.learn;
  const times = [];
  drawing.clear();
  drawing.penDown({ x: 8, y: 6 });
  const next = () => {
    const before = page.state;
    const i = times.length;
    drawing.penMove({ x: 14 + 6 * Math.sin(i / 7), y: 14 + 8 * Math.cos(i / 11) });
    requestAnimationFrame((start) => {
      if (page.state === before) throw new Error('The frame did not read.');
      document.querySelector('.output.is-answer').getBoundingClientRect(); // lays the page out
      times.push(performance.now() - start);
      if (times.length < count) return setTimeout(next);
      drawing.penUp();
      done(times);
    });
  };
  setTimeout(next, 50);
})"""

TIME_RENDER = """([stage, count]) => {
  document.querySelector(`#tab-${stage}`).click();
  const times = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    MNIST.learn.page.render();
    times.push(performance.now() - start);
  }
  return times;
}"""

TIME_WHY = """(count) => {
  const { networkOf, page } = MNIST.learn;
  const network = networkOf(page.state);
  const { pass } = page.state;
  const clock = (work) => Array.from({ length: count }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return {
    'forward pass': clock(() => MNIST.nn.forwardPass(network, pass.activations[0])),
    'ledger': clock(() => MNIST.nn.ledgerOf(network, pass, 4, 9)),
    'occlusion map': clock(() => MNIST.nn.occlusionMap(network, pass, 4, 9)),
    'integrated gradients': clock(() => {
      MNIST.nn.integratedGradients(network, pass.activations[0], 4, 9);
    }),
    'all 109,386 gradients': clock(() => MNIST.nn.backwardPass(network, pass, 9)),
  };
}"""

TIME_EDIT = """() => new Promise((done) => {
  const { page } = MNIST.learn;
  document.querySelector('#surgery').open = true;
  const start = performance.now();
  const input = document.querySelector('#edit-bias-number');
  input.value = String(Number(input.value) + 0.25);
  input.dispatchEvent(new Event('change'));
  const look = () => {
    if (page.accuracy === null) setTimeout(look);
    else done(performance.now() - start);
  };
  look();
})"""


def quantiles(values: list[float]) -> str:
    """Return the median and the 95th percentile of milliseconds."""
    ranked = sorted(values)
    high = ranked[int(0.95 * (len(ranked) - 1))]
    return f"median {statistics.median(ranked):.2f} ms, p95 {high:.2f} ms, max {ranked[-1]:.2f} ms"


def first_visit(browser: Browser, url: str) -> str:
    """Open the page with an empty cache."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{url}/learn.html")
        page.wait_for_function(READY)
        paint, files = page.evaluate(VISIT)
        on_demand = sum(size for name, size in files if name.endswith(ON_DEMAND))
        first = sum(size for _, size in files) - on_demand
        return (
            f"first paint {paint:.0f} ms; page and weights {first:,} bytes as they travel, "
            f"digits and patterns {on_demand:,}"
        )


def use(page: Page) -> list[str]:
    """Time what a learner does: draw, edit, go through the stages."""
    frames = page.evaluate(TIME_FRAMES, REPEATS)
    page.evaluate("MNIST.learn.drawing.clear()")
    DigitPage(page).draw_with_mouse(placed(STYLES[4]["open"], 0.8))
    edits = [page.evaluate(TIME_EDIT) for _ in range(EDITS)]
    page.locator("#tab-why").click()
    for name in ("occlusion", "integrated gradients"):
        page.get_by_role("radio", name=name).check()
    page.locator("#tab-blame").click()
    for _ in range(6):
        page.locator("#blame-next").click()
    page.locator("#ten-steps").click()
    page.wait_for_function(READY)
    return [
        f"the frame from pointer to bars: {quantiles(frames)}",
        f"from an edit to the accuracy on 1,000 digits: {quantiles(edits)}",
    ]


def use_map(page: Page) -> list[str]:
    """Time the map: from its tab to its neighbours, t-SNE, and frames while one draws."""
    lines = []
    start = time.perf_counter()
    page.locator("#tab-map").click()
    note = page.locator("#map-neighbours-note")
    expect(note).to_contain_text("5,000", timeout=60_000)
    seconds = time.perf_counter() - start
    lines.append(f"map, from its tab to the nearest of 5,000 digits: {seconds:.2f} s")
    for space in ("output", "layer2", "layer1", "pixels"):
        page.locator(f"#map [value={space}]").check()
        expect(page.locator("#map-caption.is-outdated")).to_have_count(0, timeout=60_000)
        frames = page.evaluate(TIME_FRAMES, REPEATS)
        lines.append(f"the frame from pointer to map, {space}: {quantiles(frames)}")
    start = time.perf_counter()
    page.locator("#map [value=tsne]").check()
    expect(page.locator("#map-caption")).to_contain_text("approximately", timeout=60_000)
    lines.append(f"t-SNE of 1,000 digits by their pixels: {time.perf_counter() - start:.2f} s")
    frames = page.evaluate(TIME_FRAMES, REPEATS)
    return [*lines, f"the frame from pointer to map, t-SNE by pixels: {quantiles(frames)}"]


def use_watch(page: Page) -> list[str]:
    """Time the frames of somebody who draws while a network trains."""
    page.locator("#tab-watch").click()
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator("#watch-test")).not_to_have_text("–")
    frames = page.evaluate(TIME_FRAMES, 2 * REPEATS)
    page.get_by_role("button", name="Pause", exact=True).click()
    return [f"the frame from pointer to bars while a network trains: {quantiles(frames)}"]


def work(page: Page) -> list[str]:
    """Time the parts, many times each."""
    page.locator("#tab-why").click()
    page.get_by_role("radio", name="evidence").check()
    lines = [
        f"one render, {stage}{part}: {quantiles(page.evaluate(TIME_RENDER, [stage, REPEATS]))}"
        for stage, part in (("think", " (hero and layers)"), ("why", ""), ("blame", ""))
    ]
    parts = page.evaluate(TIME_WHY, REPEATS)
    return lines + [f"{name}: {quantiles(times)}" for name, times in parts.items()]


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
        lines.extend(
            f"first visit {visit + 1}: {first_visit(browser, server.url)}"
            for visit in range(VISITS)
        )
        page = browser.new_page()
        page.add_init_script(f"({WATCH_TASKS})()")
        page.goto(f"{server.url}/learn.html")
        page.wait_for_function(READY)
        opening = page.evaluate("longTasks.splice(0)")
        lines += use(page)
        using = page.evaluate("longTasks.splice(0)")
        lines += use_map(page)
        mapping = page.evaluate("longTasks.splice(0)")
        lines += use_watch(page)
        tasks_of = {"opening": opening, "use": using, "map": mapping}
        tasks_of["training"] = page.evaluate("longTasks")
        for name, tasks in tasks_of.items():
            longest = max((duration for _, duration in tasks), default=0)
            lines.append(f"tasks above 50 ms, {name}: {len(tasks)}, the longest {longest:.0f} ms")
        lines += work(page)
        browser.close()
    text = "\n".join(lines) + "\n"
    print(text, end="")
    RESULT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
