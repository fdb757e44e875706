"""Draw on the page in every browser that is installed here, and print what it answers.

    make test-browsers                       whichever of Chromium, Firefox and WebKit are installed
    .venv/bin/python tests/browsers/page_in_browsers.py firefox webkit        or some of them
    .venv/bin/python tests/browsers/page_in_browsers.py --url http://…        a server that runs

Pen strokes of the project's own generator are played into the pad with the browser's mouse, and the
answers are read from the page. Ends with 1 when a check fails anywhere.
"""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "browser"), str(ROOT / "backend")]

import numpy as np  # noqa: E402 - the project's own modules are found just now
from drivers import Chromium, Driver, Firefox, MissingError, Point, WebKit  # noqa: E402
from servers import api_server  # noqa: E402
from training_runs import EXPECTED, TRAIN  # noqa: E402

from mnist_recognizer.synthesis.pen_digits import write_pen_digits  # noqa: E402

BROWSERS: dict[str, Callable[[], Driver]] = {
    "chromium": Chromium,
    "firefox": Firefox,
    "webkit": WebKit,
}
LEARN_ON_DISK = (ROOT / "frontend" / "learn.html").as_uri()
SEED = 5
NUMBER = "2039"
ENOUGH = 9  # of ten digits of a generator that also writes sloppily
SECONDS = 15

FRAMES = (
    "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame("
    "() => setTimeout(done))));"
)
STATE = (
    FRAMES
    + """
  const result = document.getElementById('result');
  return {
    view: result.dataset.view, source: result.dataset.source ?? '',
    digit: document.getElementById('digit').textContent,
    title: document.getElementById('verdict').textContent,
    ready: document.getElementById('api-status').dataset.status === 'ready'
      && MNIST.index.live.isReady,
    strokes: MNIST.index.drawing.strokes.length, errors: window.errors_ ?? [],
  };"""
)
LISTEN = """
  window.errors_ = [];
  addEventListener('error', (event) => window.errors_.push(event.message));
  addEventListener('unhandledrejection', (event) => window.errors_.push(String(event.reason)));"""
PAD = """
  const pad = document.getElementById('pad');
  pad.scrollIntoView({ block: 'center', behavior: 'instant' });
  const { left, top, width, height } = pad.getBoundingClientRect();
  return { left, top, width, height };"""


def hand() -> tuple[list[list[np.ndarray[Any, Any]]], list[list[np.ndarray[Any, Any]]]]:
    """Return one drawing of each digit, and those of a number, always the same."""
    written, labels = write_pen_digits(300, np.random.default_rng(SEED))
    of = [[d for d, label in zip(written, labels, strict=True) if label == n] for n in range(10)]
    return [of[n][0] for n in range(10)], [of[int(n)][1] for n in NUMBER]


def placed(
    strokes: Sequence[np.ndarray[Any, Any]], centre: Point, height: float, most: float
) -> list[list[Point]]:
    """Scale strokes to a height and a greatest width, all in shares of the pad's side."""
    every = np.concatenate(strokes)
    low, high = every.min(axis=0), every.max(axis=0)
    scale = min(height / (high[1] - low[1]), most / max(high[0] - low[0], 1e-9))
    return [
        [(float(x), float(y)) for x, y in (s - (low + high) / 2) * scale + centre] for s in strokes
    ]


class Pad:
    """The page as a visitor sees it."""

    def __init__(self, driver: Driver, url: str) -> None:
        self.driver = driver
        began = time.monotonic()
        driver.open(url)
        driver.run(LISTEN)
        self.until(lambda state: bool(state["ready"]), "the page never was ready")
        self.seconds = time.monotonic() - began

    def state(self) -> dict[str, Any]:
        """Return what the page shows once it has painted."""
        state: dict[str, Any] = self.driver.run(STATE)
        return state

    def until(self, done: Callable[[dict[str, Any]], bool], otherwise: str) -> dict[str, Any]:
        """Wait for a state."""
        deadline = time.monotonic() + SECONDS
        while not done(state := self.state()):
            if time.monotonic() > deadline:
                raise AssertionError(f"{otherwise}: {state}")
            time.sleep(0.05)
        return state

    def draw(self, strokes: Sequence[Sequence[Point]]) -> None:
        """Draw with the mouse."""
        box = self.driver.run(PAD)
        for stroke in strokes:
            points = [
                (box["left"] + x * box["width"], box["top"] + y * box["height"]) for x, y in stroke
            ]
            self.driver.drag(points if len(points) > 1 else points * 2)

    def click(self, button: str) -> None:
        """Press a button of the page."""
        self.driver.run(f"document.getElementById('{button}').click(); return null;")


def check(driver: Driver, url: str) -> dict[str, str]:
    """Do what visitors do, and return a sentence for each check; a failure starts with FAIL."""
    drawings, number = hand()
    pad = Pad(driver, url)
    report = {"page and weights ready": f"{pad.seconds:.1f} s"}

    live, api = "", ""
    for drawing in drawings:
        pad.draw(placed(drawing, (0.5, 0.5), 0.7, 0.7))
        state = pad.state()
        live += state["digit"] if state["source"] == "page" and state["view"] == "answer" else "·"
        pad.click("predict")
        state = pad.until(lambda state: state["source"] == "api", "the API's answer never came")
        api += state["digit"] or "·"
        pad.click("clear")
    wanted = "0123456789"
    right = sum(a == b for a, b in zip(live, wanted, strict=False))
    verdict = "" if right >= ENOUGH and live == api else "FAIL "
    report["ten digits, read live"] = f"{verdict}{right} of 10 right: {live}"
    report["ten digits, Predict"] = f"{verdict}{api}"

    for place, drawing in enumerate(number):
        pad.draw(placed(drawing, (0.14 + 0.24 * place, 0.5), 0.3, 0.17))
    said = pad.state()["digit"]
    report[f"the number {NUMBER}"] = said if said == NUMBER else f"FAIL {said}"

    count = pad.state()["strokes"]
    pad.click("clear")
    empty = pad.state()
    pad.click("undo")
    back = pad.state()
    ok = empty["strokes"] == 0 and empty["view"] == "prompt" and back["digit"] == said
    report["clear, and undo of it"] = "ok" if ok else f"FAIL {empty} {back}"
    for _ in range(count):
        pad.click("undo")
    undone = pad.state()["strokes"]
    for _ in range(count):
        pad.click("redo")
    redone = pad.state()
    ok = undone == 0 and redone["strokes"] == count and redone["digit"] == said
    report[f"undo, redo of {count} strokes"] = "ok" if ok else f"FAIL {undone} {redone}"

    pad.click("share")
    link = driver.run("return document.getElementById('share-link').value;")
    errors = pad.state()["errors"]
    driver.open("about:blank")
    opened = Pad(driver, url + "/" + link[link.index("#") :])
    state = opened.until(lambda state: state["view"] == "answer", "the link shows no answer")
    same = state["digit"] == said and state["strokes"] == count
    report["share link, opened"] = (
        f"ok, {len(link)} characters" if same else f"FAIL {state['digit']}: {link}"
    )
    errors += state["errors"]
    report["errors in the page"] = "none" if not errors else f"FAIL {errors}"
    return report


LEARN = """
  const page = MNIST.learn.page;
  const ledger = () => document.getElementById('ledger-check').textContent;
  const shown = async (id) => { document.getElementById(id).click(); __FRAMES__ };
  if (page.state === null || page.accuracy === null) return null;
  await shown('tab-why');
  const sums = ledger().match(/−?[\\d.]+\\d/g).map((text) => Number(text.replace('−', '-')));
  await shown('tab-blame');
  document.querySelectorAll('.target')[7].click();
  for (let step = 0; step < 6; step++) await shown('blame-next');
  const slope = document.getElementById('slope-check').textContent.match(/−?\\d+\\.\\d{6}\\b/g);
  return {
    verdict: document.getElementById('verdict').textContent, accuracy: page.accuracy,
    sums: sums.slice(-2), slope: slope.slice(-2).map((text) => Number(text.replace('−', '-'))),
    title: document.getElementById('blame-title').textContent, errors: window.errors_ ?? [],
  };""".replace("__FRAMES__", FRAMES)


def check_learn(driver: Driver, url: str) -> str:
    """Open the learning page, go through its stages, and tell what it computed."""
    driver.open(url)
    end = time.monotonic() + 2 * SECONDS
    while (found := driver.run(LEARN)) is None:
        if time.monotonic() > end:
            return "FAIL it never has its numbers"
        time.sleep(0.2)
    sums_close = abs(found["sums"][0] - found["sums"][1]) < 1e-3
    slopes_agree = abs(found["slope"][0] - found["slope"][1]) < 1e-3 * (1 + abs(found["slope"][1]))
    ok = sums_close and slopes_agree and found["title"].startswith("7 of 7") and not found["errors"]
    return f"ok, {100 * found['accuracy']:.1f}% of 1,000" if ok else f"FAIL {found}"


MAP = """
  const text = (id) => document.getElementById(id)?.textContent ?? '';
  const choose = (value) => {
    const radio = document.querySelector(`#map [value=${value}]`);
    if (!radio.checked) radio.click();
  };
  if (!text('map-neighbours-note').includes('5,000')) return null;
  const caption = text('map-caption');
  if (caption.includes('t-SNE is moving')) return null;
  if (!caption.includes('placed approximately')) {
    window.byPca_ ??= document.getElementById('map-canvas').toDataURL();
    choose('tsne');
    return null;
  }
  return {
    votes: text('map-votes'), caption, verdict: text('map-verdict'),
    isMoved: document.getElementById('map-canvas').toDataURL() !== window.byPca_,
    errors: window.errors_ ?? [],
  };"""


def check_map(driver: Driver, url: str) -> str:
    """Open the map, let t-SNE move its digits, and tell what it says of the example."""
    driver.open(f"{url}#map")
    end = time.monotonic() + 4 * SECONDS
    while (found := driver.run(MAP)) is None:
        if time.monotonic() > end:
            return "FAIL it never has its numbers"
        time.sleep(0.2)
    ok = "The network reads a 4" in found["votes"] and "read as a 4" in found["verdict"]
    ok = ok and found["isMoved"] and not found["errors"]
    kept = ", ".join(re.findall(r"[\d.]+%", found["caption"]))
    return f"ok, neighbours kept {kept}" if ok else f"FAIL {found}"


# After an epoch with the settings that the stage begins with, in every browser.
EPOCH_FINGERPRINT = "657a43ff"
WATCH = r"""
  const text = (id) => document.getElementById(id)?.textContent ?? '';
  const status = text('watch-status');
  if (status.includes(' 0 steps') && !window.asked_) {
    window.asked_ = true;
    document.querySelector('[data-run=epochs]').click();
  }
  const [, fingerprint] = /157 steps .*weights (\w+)/.exec(status) ?? [];
  if (fingerprint === undefined || !text('watch-tile-text').includes('test digits')) return null;
  return { fingerprint, errors: window.errors_ ?? [] };"""


def check_watch(driver: Driver, url: str) -> str:
    """Train for an epoch as a learner does, and tell whether the weights are those of others."""
    driver.open("about:blank")
    driver.open(f"{url}#watch")
    end = time.monotonic() + 4 * SECONDS
    while (found := driver.run(WATCH)) is None:
        if time.monotonic() > end:
            return "FAIL the epoch never ends"
        time.sleep(0.2)
    if found["fingerprint"] != EPOCH_FINGERPRINT or found["errors"]:
        return f"FAIL {found}"
    return f"ok, weights {found['fingerprint']}"


FOOL_EXPERIMENTS = ("pixels", "change", "noise", "dream", "morph")
CHOOSE = """
  document.querySelector('.fool-nav input[value="__NAME__"]')?.click();
  document.querySelector('.fool-search')?.click();"""
# An experiment waits for more strokes before it begins, so only its result says that it is done.
FOOLED = """
  const panel = document.querySelector('.fool-panel');
  const text = panel?.querySelector('.fool-result').textContent ?? '';
  const done = /gradient needed|random noises|Of 1,000 images|log-odds|answer changes/.test(text);
  return panel?.ariaBusy === 'false' && done ? text : null;"""


def check_fool(driver: Driver, url: str) -> str:
    """Run the experiments that fool the network, and tell what they found."""
    driver.open("about:blank")
    driver.open(f"{url}#fool")
    found = []
    for name in FOOL_EXPERIMENTS:
        end = time.monotonic() + 4 * SECONDS
        while not driver.run("return document.querySelector('.fool-body:not([hidden])') !== null;"):
            if time.monotonic() > end:
                return "FAIL the stage is never there"
            time.sleep(0.2)
        driver.run(CHOOSE.replace("__NAME__", name))
        while (text := driver.run(FOOLED)) is None:
            if time.monotonic() > end:
                return f"FAIL {name} never ends"
            time.sleep(0.2)
        found.append(text)
    numbers = re.findall(r"\d[\d.,]*%?", " ".join(found))
    return f"ok, {' '.join(numbers[:8])}"


def check_training(driver: Driver, url: str) -> str:
    """Train in the page, and tell whether the weights are those of Node, bit for bit."""
    driver.open(url)
    end = time.monotonic() + 2 * SECONDS
    while not driver.run("return globalThis.MNIST?.learn?.page?.state != null;"):
        if time.monotonic() > end:
            return "FAIL the page is never there"
        time.sleep(0.2)
    trained = driver.run(TRAIN)
    if trained["found"] != EXPECTED:
        return f"FAIL {trained['found']}, not {EXPECTED}"
    return f"ok, {'in a worker' if trained['isInWorker'] else 'without a worker'}"


def table(reports: dict[str, dict[str, str]]) -> str:
    """Lay the reports side by side."""
    rows = list(dict.fromkeys(name for report in reports.values() for name in report))
    columns = [["", *rows]] + [
        [name, *(report.get(row, "–") for row in rows)] for name, report in reports.items()
    ]
    widths = [max(map(len, column)) for column in columns]
    lines = zip(*columns, strict=True)
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def main() -> None:
    """Try each browser, print the table and say what failed."""
    parser = argparse.ArgumentParser(description="Draw on the page in several browsers.")
    parser.add_argument("browsers", nargs="*", help=f"of {', '.join(BROWSERS)} (default: all)")
    parser.add_argument("--url", help="a server that runs (default: starts one)")
    parser.add_argument("--output", type=Path, help="a file to keep the table in as well")
    options = parser.parse_args()
    if unknown := set(options.browsers) - set(BROWSERS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(BROWSERS)}")
    reports: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        server = None if options.url else api_server(Path(folder) / "log.txt")
        if server:
            server.start()
        try:
            url = options.url.rstrip("/") if options.url else server.url if server else ""
            for name in options.browsers or BROWSERS:
                try:
                    driver = BROWSERS[name]()
                except MissingError as error:
                    print(f"{name}: {error}", file=sys.stderr)
                    continue
                try:
                    reports[driver.version] = check(driver, url) | {
                        "learn.html, served": check_learn(driver, f"{url}/learn.html"),
                        "learn.html, from disk": check_learn(driver, LEARN_ON_DISK),
                        "map, served": check_map(driver, f"{url}/learn.html"),
                        "map, from disk": check_map(driver, LEARN_ON_DISK),
                        "watched, served": check_watch(driver, f"{url}/learn.html"),
                        "watched, from disk": check_watch(driver, LEARN_ON_DISK),
                        "fooled, served": check_fool(driver, f"{url}/learn.html"),
                        "fooled, from disk": check_fool(driver, LEARN_ON_DISK),
                        "training, served": check_training(driver, f"{url}/learn.html"),
                        "training, from disk": check_training(driver, LEARN_ON_DISK),
                    }
                except (AssertionError, RuntimeError, OSError) as error:
                    reports[driver.version] = {"all": f"FAIL {error}"}
                finally:
                    driver.close()
        finally:
            if server:
                server.stop()
    text = table(reports) + "\n"
    print(text, end="")
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    failed = any("FAIL" in cell for report in reports.values() for cell in report.values())
    sys.exit(1 if failed or not reports else 0)


if __name__ == "__main__":
    main()
