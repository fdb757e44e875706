"""Train in the learning page for an hour, and see whether its memory grows.

    python benchmarks/long_training.py [--minutes 60]

"Watch it learn" trains with distortions; whenever it stops on a plateau, Play is pressed again.
Every few minutes, after a garbage collection, the JavaScript heap and the memory of the renderer,
the process that the page and its worker live in, are read. What is printed is kept in
benchmarks/results/long_training.txt. Linux.
"""

import argparse
import contextlib
import json
import os
import resource
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from chromium import ensure_chromium  # noqa: E402 - the tests' own helper, found just now
from playwright.sync_api import Page, sync_playwright  # noqa: E402

from environment import environment  # noqa: E402

RESULT = Path(__file__).parent / "results" / "long_training.txt"
TIMES = 12


def renderer_megabytes() -> float:
    """Return the resident memory of the largest renderer that this process has started."""
    parents: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            number = int(folder.name)
            parents[number] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if b"--type=renderer" in (folder / "cmdline").read_bytes():
                sizes[number] = (
                    int((folder / "statm").read_text().split()[1]) * resource.getpagesize()
                )

    def is_own(number: int) -> bool:
        return number == os.getpid() or (number in parents and is_own(parents[number]))

    return max((size for number, size in sizes.items() if is_own(number)), default=0) / 1e6


def measure(page: Page) -> str:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")["usedSize"] / 1e6
    session.detach()
    status = page.locator("#watch-status").inner_text().partition(" · seed")[0]
    return f"heap {heap:5.1f} MB, renderer {renderer_megabytes():5.0f} MB: {status}"


def main() -> None:
    """Train, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=60)
    minutes = parser.parse_args().minutes
    lines = [json.dumps(environment())]
    chromium = ensure_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        lines.append(f"Chromium {browser.version}")
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto((ROOT / "frontend" / "learn.html").as_uri() + "#watch")
        page.locator("#watch-distortions").check()
        start = time.monotonic()
        for part in range(TIMES + 1):
            while time.monotonic() < start + 60 * minutes * part / TIMES:
                play = page.get_by_role("button", name="Play", exact=True)
                if play.is_visible():
                    play.click()
                page.wait_for_timeout(500)
            passed = (time.monotonic() - start) / 60
            lines.append(f"{passed:5.1f} minutes: {measure(page)}")
            print(lines[-1], flush=True)
        browser.close()
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
