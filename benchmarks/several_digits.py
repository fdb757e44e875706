"""How well several digits in one drawing come apart, and one stays whole.

Synthetic pen digits are written beside each other with gaps of a known size, and their strokes are
grouped (docs/preprocessing.md, steps G1 to G6). They are the digits that the rule was measured
with; --strokes FILE.npz tells as well how many digits of other people stay whole (drawn_digits.py
says what is in such a file).

    python benchmarks/several_digits.py [--strokes FILE.npz]
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drawn_digits import read_strokes
from mnist_recognizer.synthesis.pen_digits import write_pen_digits
from mnist_recognizer.vision.grouping import group_strokes

Strokes = list[NDArray[np.float64]]


def write_row(
    digits: list[Strokes], gaps: tuple[float, float], rng: np.random.Generator
) -> list[Strokes]:
    """Write digits beside each other, about 1 high; a gap lies between their boxes."""
    row: list[Strokes] = []
    end = 0.0
    for strokes in digits:
        points = np.concatenate(strokes)
        (left, top), high = points.min(axis=0), np.ptp(points[:, 1])
        size = rng.uniform(0.85, 1.15) / high
        place = np.array([end - left * size, rng.uniform(-0.1, 0.1) - top * size])
        row.append([stroke * size + place for stroke in strokes])
        end = max(stroke[:, 0].max() for stroke in row[-1]) + rng.uniform(*gaps)
    return row


def comes_apart(digits: list[Strokes]) -> bool:
    """Tell whether the strokes of several digits are grouped into these, in their order."""
    owners = [owner for owner, strokes in enumerate(digits) for _ in strokes]
    wanted = [[i for i, own in enumerate(owners) if own == digit] for digit in range(len(digits))]
    return group_strokes([stroke for strokes in digits for stroke in strokes]) == wanted


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--strokes", type=Path, help="a file of pen strokes (.npz)")
    parser.add_argument("--numbers", type=int, default=500, help="how many numbers of each kind")
    arguments = parser.parse_args()
    count = arguments.numbers
    rng = np.random.default_rng(1)

    digits, _ = write_pen_digits(10 * count, rng)
    whole = sum(len(group_strokes(strokes)) == 1 for strokes in digits)
    several = sum(len(strokes) > 1 for strokes in digits)
    print(f"{len(digits):,} single digits, {several:,} of several strokes")
    print(f"stay whole      {100 * whole / len(digits):6.2f}%")
    print(f"\n{count:,} numbers of four digits each, by the gap in heights of a digit")
    for gaps in ((0.25, 0.6), (0.25, 0.25), (0.1, 0.1), (0.0, 0.0)):
        digits, _ = write_pen_digits(4 * count, rng)
        rows = [write_row(digits[i : i + 4], gaps, rng) for i in range(0, 4 * count, 4)]
        right = sum(map(comes_apart, rows))
        print(f"{gaps[0]:.2f} to {gaps[1]:.2f}    {100 * right / count:6.2f}%")
    digits, _ = write_pen_digits(6 * count, rng)
    right = 0
    for i in range(0, 6 * count, 6):
        upper, lower = (write_row(digits[k : k + 3], (0.25, 0.6), rng) for k in (i, i + 3))
        down = np.array([0.0, 1.8])
        right += comes_apart(upper + [[stroke + down for stroke in strokes] for strokes in lower])
    print(f"two lines, three digits each, 1.8 heights apart {100 * right / count:6.2f}%")

    if arguments.strokes:
        people = read_strokes(arguments.strokes)
        split = np.array([len(group_strokes(strokes)) > 1 for strokes in people.strokes])
        several = sum(len(strokes) > 1 for strokes in people.strokes)
        writers = len(np.unique(people.writers))
        print(f"\n{len(split):,} digits by {writers} writers, {several:,} of several strokes")
        print(f"stay whole      {100 * (1 - split.mean()):6.2f}%")
        print(f"the {split.sum()} others are: {' '.join(map(str, people.labels[split]))}")


if __name__ == "__main__":
    main()
