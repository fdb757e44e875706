"""How well a model reads digits that people drew with a pen.

The strokes are drawn as MNIST would show them, exactly as the page does it, and read by a model
that has never seen them. Digits of one writer resemble each other, so the confidence interval comes
from a bootstrap that draws writers, not digits.

    python benchmarks/drawn_digits.py --unipen pendigits-orig.tes [--mistakes PAGE.html]
    python benchmarks/drawn_digits.py --strokes FILE.npz [--mistakes PAGE.html]

`--unipen` reads "Pen-Based Recognition of Handwritten Digits" as the UCI Machine Learning
Repository offers it: look for that name at https://archive.ics.uci.edu and unpack
pendigits-orig.tra.Z (7,494 digits by 30 writers) and pendigits-orig.tes.Z (3,498 by 14 others)
with `gunzip`. Several files may be named.

`--strokes` reads a file of five arrays: `points` (n, 2), x to the right and y downwards, in any
unit; `stroke_starts`, where stroke s is `points[stroke_starts[s]:stroke_starts[s + 1]]`;
`digit_starts`, where digit d is strokes `digit_starts[d]` to `digit_starts[d + 1] - 1`; `labels`, 0
to 9; `writers`. No model may be trained on what it is measured with.
"""

import argparse
import base64
import html
import io
import json
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from environment import environment
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP
from mnist_recognizer.vision.geometry import network_input
from mnist_recognizer.vision.strokes import render_strokes
from unipen import PenDigits, read_unipen

RESAMPLES = 10_000


def read_strokes(path: Path) -> PenDigits:
    """Read a file of pen strokes; the module's description says what is in it."""
    try:
        with np.load(path, allow_pickle=False) as file:
            points = file["points"].astype(np.float64)
            lines = np.split(points, file["stroke_starts"][1:-1])
            starts = file["digit_starts"]
            labels, writers = file["labels"].astype(np.int64), file["writers"].astype(np.int64)
    except FileNotFoundError:
        sys.exit(f"There is no file {path}.")
    except (ValueError, KeyError, OSError, TypeError):
        sys.exit(f"{path} is not a file of pen strokes; the top of this script says what is one.")
    strokes = [lines[first:end] for first, end in pairwise(starts)]
    return PenDigits(strokes, labels, writers)


def read_unipen_files(paths: list[Path]) -> PenDigits:
    """Read files in the UNIPEN format."""
    files = []
    for path in paths:
        try:
            files.append(read_unipen(path))
        except OSError as error:
            sys.exit(f"{path} cannot be read: {error.strerror}.")
        except ValueError as error:
            sys.exit(f"{path} is not a file of pen digits: {error}.")
    # The two files have other writers, whose numbers begin at the same ones.
    writers = [file.writers + 1_000 * number for number, file in enumerate(files)]
    return PenDigits(
        [strokes for file in files for strokes in file.strokes],
        np.concatenate([file.labels for file in files]),
        np.concatenate(writers),
    )


def interval_by_writer(
    correct: NDArray[np.bool_], writers: NDArray[np.int64], seed: int = 0
) -> tuple[float, float]:
    """Return a 95% confidence interval of the accuracy, from a bootstrap over writers."""
    _, index = np.unique(writers, return_inverse=True)
    digits = np.bincount(index)
    hits = np.bincount(index, weights=correct)
    drawn = np.random.default_rng(seed).integers(len(digits), size=(RESAMPLES, len(digits)))
    low, high = np.percentile(hits[drawn].sum(axis=1) / digits[drawn].sum(axis=1), [2.5, 97.5])
    return float(low), float(high)


def percent(share: float) -> str:
    """Write a share with two decimals."""
    return f"{100 * share:6.2f}%"


def print_groups(title: str, groups: NDArray[np.int64], correct: NDArray[np.bool_]) -> None:
    """Print the accuracy of each group of digits, the worst first."""
    print(f"\n{title:<8} digits  accuracy")
    rows = [(float(correct[groups == g].mean()), int(g)) for g in np.unique(groups)]
    for accuracy, group in sorted(rows):
        print(f"{group:>6}   {np.count_nonzero(groups == group):>6}   {percent(accuracy)}")


def image_source(image: NDArray[np.uint8]) -> str:
    """Return an image as a data address."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, format="PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def write_mistakes(
    path: Path,
    digits: PenDigits,
    images: NDArray[np.uint8],
    probabilities: NDArray[np.float32],
) -> None:
    """Write a page that shows each mistake, the surest ones of each digit first."""
    predicted = probabilities.argmax(axis=1)
    sections = []
    for label in range(10):
        wrong = np.flatnonzero((digits.labels == label) & (predicted != label))
        wrong = wrong[np.argsort(-probabilities[wrong].max(axis=1))]
        figures = "".join(
            f'<figure><img src="{image_source(images[i])}" alt="A {label}">'
            f"<figcaption>{predicted[i]} ({probabilities[i].max():.0%})<br>"
            f"writer {digits.writers[i]}, digit {i}</figcaption></figure>"
            for i in wrong
        )
        sections.append(f"<h2>{label}: {len(wrong)} mistakes</h2><div>{figures}</div>")
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>Mistakes: {html.escape(path.stem)}</title><style>"
        "body{font:14px system-ui;margin:2rem}div{display:flex;flex-wrap:wrap;gap:.75rem}"
        "figure{margin:0;font-size:11px;text-align:center}"
        "img{width:84px;image-rendering:pixelated}</style>"
        f"<h1>Drawn digits that were read wrongly</h1>{''.join(sections)}</html>\n"
    )
    path.write_text(page, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--strokes", type=Path, help="a file of pen strokes (.npz)")
    source.add_argument(
        "--unipen", type=Path, nargs="+", metavar="FILE", help="files in the UNIPEN format"
    )
    parser.add_argument("--weights", type=Path, default=default_weights(), help="the model to ask")
    parser.add_argument("--mistakes", type=Path, help="write a page of the mistakes here (.html)")
    arguments = parser.parse_args()
    if arguments.unipen:
        digits = read_unipen_files(arguments.unipen)
    elif arguments.strokes:
        digits = read_strokes(arguments.strokes)
    else:
        print("Nothing to measure: name a file of pen strokes with --unipen or --strokes.")
        print("Where to find one stands at the top of this script.")
        return

    try:
        model = MLP.load(arguments.weights)
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))

    start = time.perf_counter()
    images = np.stack([render_strokes(strokes) for strokes in digits.strokes])
    seconds = time.perf_counter() - start
    probabilities = model.predict_proba(network_input(model, images))
    predicted = probabilities.argmax(axis=1)
    correct = predicted == digits.labels

    low, high = interval_by_writer(correct, digits.writers)
    writers = len(np.unique(digits.writers))
    print(json.dumps(environment()))
    print(f"{model.architecture}, {arguments.weights.name}")
    print(f"{len(correct):,} digits by {writers} writers, {len(correct) / seconds:,.0f} rendered/s")
    print(f"accuracy {percent(correct.mean())}   95% interval {percent(low)} to {percent(high)}")
    print_groups("digit", digits.labels, correct)
    print_groups("writer", digits.writers, correct)

    print("\nmost frequent mistakes")
    wrong = ~correct
    pairs = Counter(zip(digits.labels[wrong].tolist(), predicted[wrong].tolist(), strict=True))
    for (label, answer), count in pairs.most_common(10):
        print(f"{label} read as {answer}: {count:>4}")

    if arguments.mistakes:
        write_mistakes(arguments.mistakes, digits, images, probabilities)
        print(f"\nThe {np.count_nonzero(wrong)} mistakes are in {arguments.mistakes}.")


if __name__ == "__main__":
    main()
