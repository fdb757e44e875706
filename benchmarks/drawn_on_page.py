"""How well the page reads digits that people drew: their strokes are drawn on it in Chromium.

    python benchmarks/drawn_on_page.py --strokes FILE.npz [--digits 200]

Each stroke is played into the pad as mouse events, as a pen gives them too: the whole
digit at one of several sizes and places, and what the page itself then says is read from it: digit,
or that it is none. Digits are drawn at random from FILE, which drawn_digits.py describes, and the
same ones are read by Python from the same strokes. The output is kept in
benchmarks/results/drawn_on_page.txt.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drawn_digits import read_strokes
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP
from mnist_recognizer.vision.geometry import network_input
from mnist_recognizer.vision.strokes import render_strokes
from page_speed import ROOT, DigitPage, api_server, ensure_chromium, sync_playwright
from rejection import share_interval

RESULT = ROOT / "benchmarks" / "results" / "drawn_on_page.txt"
SIZES = (0.15, 0.4, 0.85)  # of the pad's side, the digit's longest
# The page reads once a frame at most; this waits until it has read all that was drawn.
READ = """() => {
  const { page } = MNIST.index;
  page.update();
  return page.found.map(({ prediction }) => [prediction.digit, prediction.isAccepted]);
}"""


def placed(
    strokes: list[NDArray[np.float64]], rng: np.random.Generator
) -> list[list[tuple[float, float]]]:
    """Put a digit somewhere on the pad, in shares of its sides."""
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    extent = np.ptp(points, axis=0)
    size = rng.choice(SIZES)
    scale = size / max(extent.max(), 1e-9)
    corner = 0.02 + rng.random(2) * (0.96 - extent * scale)
    return [[tuple(point) for point in (stroke - low) * scale + corner] for stroke in strokes]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--strokes", type=Path, required=True, help="a file of pen strokes (.npz)")
    parser.add_argument("--digits", type=int, default=200, help="how many are drawn")
    arguments = parser.parse_args()
    pen = read_strokes(arguments.strokes)
    rng = np.random.default_rng(0)
    chosen = rng.choice(len(pen.labels), min(arguments.digits, len(pen.labels)), replace=False)
    model = MLP.load(default_weights())
    by_page = by_python = one = accepted = 0
    chromium = ensure_chromium()
    with (
        tempfile.TemporaryDirectory() as folder,
        api_server(Path(folder) / "log.txt") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        version = browser.version
        page = browser.new_page()
        digits = DigitPage(page)
        digits.open(server.url)
        page.wait_for_function("() => MNIST.index.live.isReady")
        for index in chosen:
            strokes, label = pen.strokes[index], int(pen.labels[index])
            digits.draw_with_mouse(placed(strokes, rng))
            found = page.evaluate(READ)
            one += len(found) == 1
            by_page += [digit for digit, _ in found] == [label]
            accepted += all(is_accepted for _, is_accepted in found)
            pixels = network_input(model, render_strokes(strokes)[None])
            by_python += int(model.predict(pixels)[0]) == label
            digits.clear.click()
        complaints = digits.complaints
        browser.close()
    count = len(chosen)
    sizes = ", ".join(f"{size:.0%}" for size in SIZES)
    lines = [f"Chromium {version}; {count:,} digits, their longest sides {sizes} of the pad's"]
    for name, number in (
        ("read right by the page", by_page),
        ("read right by Python, from the same strokes", by_python),
        ("found to be one digit", one),
        ("accepted as digits", accepted),
    ):
        low, high = share_interval(number, count)
        lines.append(f"{name:44} {number / count:7.2%}  [{low:.2%} to {high:.2%}]")
    lines.append(f"errors in the page: {'; '.join(complaints) or 'none'}")
    text = "\n".join(lines) + "\n"
    print(text, end="")
    RESULT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
