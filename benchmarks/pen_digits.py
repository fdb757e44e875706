"""How fast synthetic pen digits are drawn, and which styles of them a model reads.

    PYTHONPATH=backend python benchmarks/pen_digits.py [--weights FILE] [--image FILE.png]

The image shows every style: a pair of rows a digit, a column a style, as in docs/pen-digits.md.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP
from mnist_recognizer.synthesis.pen_curves import tables
from mnist_recognizer.synthesis.pen_digits import draw_pen_digits
from mnist_recognizer.synthesis.pen_hand import draw_styles
from mnist_recognizer.synthesis.pen_templates import templates
from mnist_recognizer.vision.geometry import network_input

EACH = 500  # digits a style that the model reads
SPEED = 20_000  # digits drawn against the clock
ENLARGED = 2


def most_frequent_mistakes(read: NDArray[np.int64], digit: int) -> str:
    """Say what a style's digits are taken for, when they are misread."""
    counts = np.bincount(read[read != digit], minlength=10)
    worst = [f"{i} ({counts[i] / len(read):.1%})" for i in np.argsort(-counts)[:2] if counts[i] > 0]
    return ", ".join(worst)


def write_image(path: Path) -> None:
    """Draw two digits of every style."""
    table = tables()
    most = int(np.bincount(table.labels).max())
    rng = np.random.default_rng(0)
    side = 28
    sheet = np.zeros((20 * side, most * side), np.uint8)
    for digit in range(10):
        styles = np.flatnonzero(table.labels == digit)
        for row in (2 * digit, 2 * digit + 1):
            strip = np.concatenate(list(draw_styles(table, styles, rng)), axis=1)
            sheet[row * side : (row + 1) * side, : strip.shape[1]] = strip
    sheet = sheet.repeat(ENLARGED, axis=0).repeat(ENLARGED, axis=1)
    Image.fromarray(255 - sheet).quantize(32).save(path, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--weights", type=Path, default=default_weights(), help="the model to ask")
    parser.add_argument("--image", type=Path, help="write an image of all styles here (.png)")
    arguments = parser.parse_args()
    try:
        model = MLP.load(arguments.weights)
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))

    rng = np.random.default_rng(0)
    draw_pen_digits(1000, rng)  # works out the templates' curves
    start, cpu_start = time.perf_counter(), time.process_time()
    draw_pen_digits(SPEED, rng)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu_start
    print(f"{SPEED / seconds:,.0f} digits a second, {SPEED / cpu:,.0f} a second of one core's time")

    known = templates()
    images = draw_styles(tables(), np.repeat(np.arange(len(known)), EACH), rng)
    read = model.predict(network_input(model, images)).reshape(-1, EACH)
    print(f"\n{model.architecture}, {arguments.weights.name}\n")
    print(f"{'style':<36} {'share':>6} {'accuracy':>9}   misread as")
    chances = tables().chances
    accuracy = np.array([(read[i] == t.digit).mean() for i, t in enumerate(known)])
    for i, template in enumerate(known):
        mistakes = most_frequent_mistakes(read[i], template.digit)
        name = f"{template.digit} {template.name}"
        print(f"{name:<36} {chances[i]:>6.1%} {accuracy[i]:>9.1%}   {mistakes}".rstrip())
    print(f"{'all':<36} {1:>6.0%} {accuracy @ chances:>9.1%}")

    if arguments.image:
        write_image(arguments.image)


if __name__ == "__main__":
    main()
