"""Seconds of training to 97, 98 and 99 % of MNIST's validation images, beside PyTorch.

    python benchmarks/time_to_accuracy.py --seeds 10
    python benchmarks/time_to_accuracy.py --python /path/to/python    where PyTorch is installed

Each goal has a fast recipe; both sides follow it with the same 784-128-64-10 network, the same
initial weights and the same mini-batches (see benchmarks/contenders/until.py), in turns, seed by
seed, each in a process of its own. Validation images are the last 10,000 of the training images;
looking at them is not timed. Results are printed, and those with PyTorch are kept in
benchmarks/results/time_to_accuracy.txt.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from environment import environment
from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.data.pixels import to_pixels
from training_speed import PAUSE, Contender, installed

RESULT = Path(__file__).resolve().parent / "results" / "time_to_accuracy.txt"
FAST = {"optimizer": "adam", "schedule": "one_cycle", "batch_size": 128}
RECIPES: dict[float, dict[str, Any]] = {
    0.97: {**FAST, "epochs": 2, "learning_rate": 0.004},
    0.98: {**FAST, "epochs": 7, "learning_rate": 0.005},
    0.99: {
        **FAST,
        "epochs": 80,
        "learning_rate": 0.003,
        "augment": True,
        "rotation": 9.0,
        "scale": 0.1,
        "shear": 0.12,
        "shift": 1.0,
        "elastic": 0.8,
        "augment_decay": 0.6,
    },
}


def write_images(folder: Path) -> None:
    """Write the training and the validation images, for both sides to map."""
    train_x, train_y, validation_x, validation_y = load_mnist().split()
    np.save(folder / "train_x.npy", train_x)
    np.save(folder / "train_y.npy", train_y)
    np.save(folder / "validation_x.npy", to_pixels(validation_x))
    np.save(folder / "validation_y.npy", validation_y)


def median(runs: list[dict[str, Any]]) -> float:
    """Return the median seconds; a run that missed its goal took for ever."""
    return statistics.median(run["seconds"] if run["reached"] else np.inf for run in runs)


def report(runs: dict[tuple[float, str], list[dict[str, Any]]], names: list[str]) -> list[str]:
    """Return the lines of the table."""
    lines = []
    for target, recipe in RECIPES.items():
        settings = ", ".join(f"{key} {value}" for key, value in recipe.items())
        lines += ["", f"{target:.0%}: {settings}"]
        for name in names:
            mine = runs[target, name]
            reached = sum(run["reached"] for run in mine)
            accuracy = statistics.median(run["accuracy"] for run in mine)
            epochs = statistics.median(run["epochs"] for run in mine)
            lines.append(
                f"  {name:24} {median(mine):7.2f} s  {reached} of {len(mine)} seeds, "
                f"median {accuracy:.2%} after {epochs:g} epochs"
            )
        ours = min(median(runs[target, name]) for name in names if name.startswith("this"))
        theirs = [median(runs[target, name]) for name in names if name.startswith("PyTorch")]
        if theirs and ours < np.inf:
            lines.append(f"  {min(theirs) / ours:.2f} x as fast")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10, help="how many, counted from 0")
    parser.add_argument("--python", default=sys.executable, help="PyTorch's interpreter")
    options = parser.parse_args()
    if options.seeds < 1:
        parser.error("--seeds must be 1 or more")
    os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parents[1] / "backend")
    sides = [(sys.executable, "project")]
    if installed(options.python)["PyTorch"]:
        sides.append((options.python, "pytorch"))
    else:
        print(f"no PyTorch in {options.python}: uv pip install --group bench, or --python PATH")
    labels = {"project": "this project", "pytorch": "PyTorch"}
    runs: dict[tuple[float, str], list[dict[str, Any]]] = defaultdict(list)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        write_images(Path(folder))
        everybody = [
            stack.enter_context(
                Contender(
                    f"{labels[side]}, {threads} thread{'s'[: threads - 1]}",
                    python,
                    ["until.py", side, str(threads)],
                    folder,
                    threads,
                )
            )
            for python, side in sides
            for threads in (1, 2)
        ]
        for seed in range(options.seeds):
            for target, recipe in RECIPES.items():
                for contender in everybody:
                    order = {"config": recipe, "seed": seed, "target": target}
                    run = contender.run(json.dumps(order))
                    runs[target, contender.name].append(run)
                    print(seed, target, contender.name, run, file=sys.stderr)
                    time.sleep(PAUSE)
    lines = [f"{name}: {value}" for name, value in environment().items()]
    lines.append(f"load before the first run: {load:.1f} (0 on an idle machine)")
    text = "\n".join([*lines, *report(runs, [c.name for c in everybody])]) + "\n"
    print(text, end="")
    if len(sides) > 1:
        RESULT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
