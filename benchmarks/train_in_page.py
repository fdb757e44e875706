"""Training in the page: this project's engine and TensorFlow.js, in one browser and one run.

    python benchmarks/train_in_page.py

All contenders start from the same weights and go through the same 5,000 digits in the same batches,
taking turns, epoch by epoch. TensorFlow.js computes with its CPU backend, in JavaScript as the
engine does, and with its WASM backend (SIMD), which may use all cores where the page is isolated
from other origins. TensorFlow.js has 300 MB of packages, so it is installed into a temporary folder
and not with the development environment. What is printed is kept in
benchmarks/results/train_in_page.txt. Needs an idle machine.
"""

import functools
import http.server
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from chromium import ensure_chromium  # noqa: E402 - the tests' own helpers, found just now
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402
from training_runs import SCRIPTS  # noqa: E402

from environment import environment  # noqa: E402

RESULT = Path(__file__).parent / "results" / "train_in_page.txt"
PACKAGES = ("@tensorflow/tfjs@4.22.0", "@tensorflow/tfjs-backend-wasm@4.22.0")
ROUNDS = 5
SETTINGS: list[tuple[str, float, int]] = [("sgd", 0.1, 128), ("adam", 0.001, 128), ("sgd", 0.1, 32)]
EPOCHS, PAUSES = 20, 20
LOADED = (
    "js/core/namespace.js",
    "js/core/load-script.js",
    "js/nn/weights-file.js",
    "js/nn/shipped-network.js",
    "js/pages/learn/digit-data.js",
    "node_modules/@tensorflow/tfjs/dist/tf.min.js",
    "node_modules/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js",
    "train_in_page.js",
)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder; pages below /isolated get the headers that allow shared memory."""

    def translate_path(self, path: str) -> str:
        """Return the file, whichever of the two it is asked for."""
        return super().translate_path(path.removeprefix("/isolated"))

    def end_headers(self) -> None:
        """Add the two headers."""
        if self.path.startswith("/isolated"):
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def lay_out(folder: Path) -> None:
    """Put the page, the engine and TensorFlow.js into a folder."""
    shutil.copytree(ROOT / "frontend" / "js", folder / "js")
    shutil.copy(Path(__file__).parent / "contenders" / "train_in_page.js", folder)
    scripts = "".join(f'<script src="{address}"></script>' for address in LOADED)
    (folder / "page.html").write_text(f"<!doctype html><meta charset=utf-8>{scripts}")
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *PACKAGES]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def compared(page: Page, where: str) -> Iterator[str]:
    """Yield a line for each contender at each setting."""
    for optimizer, rate, batch in SETTINGS:
        setting = {"optimizer": optimizer, "learningRate": rate, "batchSize": batch}
        rounds = {"wasm": ROUNDS} if "isolated" in page.url else {"wasm": ROUNDS, "cpu": 2}
        results: dict[str, Any] = page.evaluate(
            "([setting, rounds, most]) => compare(setting, rounds, most)",
            [setting, rounds, ROUNDS],
        )
        engine = statistics.median(results["this project"]["times"])
        for name, result in results.items():
            times = sorted(result["times"])
            median = statistics.median(times)
            yield (
                f"{optimizer} {batch:>3}, {where}, {name}: epoch median {median:.0f} ms"
                f" ({median / engine:.1f} times the engine's), min {times[0]:.0f}, max"
                f" {times[-1]:.0f} of {len(times)}; loss of the last batch of epoch 1:"
                f" {result['losses'][0]:.5f}"
            )


def used(page: Page) -> Iterator[str]:
    """Yield what a learner sees with the settings that training starts with."""
    for optimizer, rate in (("sgd", 0.1), ("adam", 0.001)):
        setting = {"optimizer": optimizer, "learningRate": rate, "batchSize": 32}
        found: dict[str, Any] = page.evaluate(
            "([setting, epochs, pauses]) => useTrainer(setting, epochs, pauses)",
            [setting, EPOCHS, PAUSES],
        )
        yield (
            f"{optimizer} 32, Trainer in a worker ({found['isInWorker']}): epoch with measurements"
            f" and reports median {statistics.median(found['times']):.0f} ms, max"
            f" {max(found['times']):.0f}; {100 * found['accuracy']:.1f}% of 1,000 test digits after"
            f" {EPOCHS} epochs; pause median {statistics.median(found['waits']):.1f} ms, max"
            f" {max(found['waits']):.1f}"
        )


def measured(browser: Browser, url: str) -> Iterator[str]:
    """Yield all lines, in a page as most are and in one that is isolated."""
    for path, where in (("", "one thread"), ("/isolated", "WASM with threads")):
        page = browser.new_page()
        page.set_default_timeout(0)
        page.goto(f"{url}{path}/page.html")
        page.evaluate("(scripts) => prepare(scripts)", SCRIPTS)
        if not path:
            share = page.evaluate("digits.training.pixels.filter((grey) => grey > 0).length")
            yield f"pixels with ink: {100 * share / (5000 * 784):.1f}%"
            yield from used(page)
        yield from compared(page, where)
        page.close()


def main() -> None:
    """Measure, print and keep."""
    about = environment()
    chromium = ensure_chromium()
    lines = [f"{about['date']}, {about['processor']}, {about['cores']} cores"]
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        lay_out(folder)
        handler = functools.partial(Handler, directory=folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        lines.append(f"Chromium {browser.version}, {', '.join(PACKAGES)}")
        print(*lines, sep="\n", flush=True)
        for line in measured(browser, f"http://127.0.0.1:{server.server_port}"):
            print(line, flush=True)
            lines.append(line)
        browser.close()
        server.shutdown()
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
