"""Seconds for one epoch of MNIST: this project beside PyTorch, JAX and scikit-learn.

    python benchmarks/training_speed.py --rounds 15
    python benchmarks/training_speed.py --python /path/to/python    where the peers are installed

Everybody trains 784-128-64-10 on 60,000 images in batches of 128, from the same weights, in the
same order: shuffle, gather, forward, loss and right answers, backward, update. Each contender is a
process of its own (benchmarks/contenders/), which waits while others run; every round asks each of
them once, in a new order, and measures sgemm's peak on large matrices too. The ratios pair medians;
their intervals come from resampling the rounds. Peers that are not installed are left out; the
extra ``bench`` holds them. Results are printed, and those with all peers are kept in
benchmarks/results/training_speed.txt.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np

from environment import environment
from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.data.pixels import to_pixels
from mnist_recognizer.nn import MLP

HERE = Path(__file__).resolve().parent
RESULT = HERE / "results" / "training_speed.txt"
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
PAUSE = 0.2  # seconds, in which the threads of whoever ran before fall asleep
PEERS = {"PyTorch": "torch", "JAX": "jax", "scikit-learn": "sklearn"}
TARGETS = {"PyTorch": {"sgd": 3.0, "adam": 2.5}, "JAX": {"sgd": 2.5}, "scikit-learn": {"sgd": 4.0}}


class Contender:
    """A process that trains one epoch whenever it is asked."""

    def __init__(
        self, name: str, python: str, script: list[str], folder: str, threads: int
    ) -> None:
        self.name = name
        environ = {**os.environ, **dict.fromkeys(THREADS, str(threads)), "PYTHONUNBUFFERED": "1"}
        command = [python, str(HERE / "contenders" / script[0]), folder, *script[1:]]
        self.process = subprocess.Popen(
            command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        hello = self._read()
        self.variants: list[str] = hello.pop("variants")
        self.version = " ".join(f"{name} {version}" for name, version in hello.items())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name} stopped; what it said stands above")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def run(self, variant: str) -> dict[str, Any]:
        """Let it train a variant for one epoch."""
        assert self.process.stdin
        self.process.stdin.write(variant + "\n")
        self.process.stdin.flush()
        return self._read()


def write_problem(folder: Path) -> None:
    """Write MNIST's training images and the initial weights, for all contenders to map."""
    mnist = load_mnist()
    np.save(folder / "pixels.npy", mnist.train_images.reshape(-1, 784))
    np.save(folder / "x.npy", to_pixels(mnist.train_images))
    np.save(folder / "y.npy", mnist.train_labels)
    model = MLP(seed=0)
    layers = enumerate(zip(model.weights, model.biases, strict=True), start=1)
    arrays = {f"{kind}{i}": a for i, (W, b) in layers for kind, a in (("W", W), ("b", b))}
    np.savez(folder / "start.npz", **arrays)


def installed(python: str) -> dict[str, bool]:
    """Tell which peers an interpreter can import."""
    question = (
        "import importlib.util, json, sys;"
        "print(json.dumps([bool(importlib.util.find_spec(name)) for name in sys.argv[1:]]))"
    )
    command = [python, "-c", question, *PEERS.values()]
    try:
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"--python must name a Python interpreter: {error}")
    return dict(zip(PEERS, json.loads(text), strict=True))


def contenders(python: str, folder: str, stack: ExitStack) -> list[Contender]:
    """Start everybody whose library is there."""
    there = installed(python)
    wanted = [
        ("this project, 1 thread", sys.executable, ["project.py"], 1),
        ("this project, 2 threads", sys.executable, ["project.py"], 2),
    ]
    if there["PyTorch"]:
        for threads in (1, 2):
            label = f"PyTorch, {threads} thread{'s'[: threads - 1]}"
            wanted.append((label, python, ["pytorch.py", str(threads), "eager"], threads))
        wanted.append(("PyTorch compiled, 2 threads", python, ["pytorch.py", "2", "compiled"], 2))
    if there["JAX"]:
        wanted.append(("JAX, 2 threads", python, ["with_jax.py"], 2))
    if there["scikit-learn"]:
        for threads in (1, 2):
            label = f"scikit-learn, {threads} thread{'s'[: threads - 1]}"
            wanted.append((label, python, ["with_sklearn.py"], threads))
    for name in (name for name, is_there in there.items() if not is_there):
        print(f"no {name} in {python}: uv pip install --group bench, or --python PATH")
    return [
        stack.enter_context(Contender(name, interpreter, script, folder, threads))
        for name, interpreter, script, threads in wanted
    ]


def measure(everybody: list[Contender], rounds: int) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Ask everybody once a round; (name, variant) to its answers."""
    turns = [(contender, variant) for contender in everybody for variant in contender.variants]
    turns = [turn for turn in turns if turn[1] != "sgemm" or turn[0].name.endswith("2 threads")]
    shuffler = random.Random(0)
    answers: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for number in range(rounds):
        shuffler.shuffle(turns)
        for contender, variant in turns:
            answers[contender.name, variant].append(contender.run(variant))
            time.sleep(PAUSE)
        print(f"round {number + 1}/{rounds}", file=sys.stderr)
    return answers


def interval(theirs: np.ndarray, ours: np.ndarray) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the ratio of two medians over the same rounds."""
    rows = np.random.default_rng(0).integers(0, len(ours), (10_000, len(ours)))
    ratios = np.median(theirs[rows], axis=1) / np.median(ours[rows], axis=1)
    low, high = np.percentile(ratios, [2.5, 97.5])
    return float(low), float(high)


def report(answers: dict[tuple[str, str], list[dict[str, Any]]]) -> list[str]:
    """Return the lines of the tables."""
    peaks = np.array([a["gflops"] for a in answers.pop(("this project, 2 threads", "sgemm"))])
    flops = 60_000 * epoch_flops_per_image() / 1e9
    lines = [f"sgemm's peak, 3072 x 3072, 2 threads: {np.median(peaks):.0f} GFLOP/s (median)"]
    lines.append(f"an epoch's matrix products: {flops:.1f} GFLOP")
    for optimizer in ("sgd", "adam"):
        chosen = {key: rows for key, rows in answers.items() if key[1].startswith(optimizer)}
        times = {key: np.array([row["seconds"] for row in rows]) for key, rows in chosen.items()}
        lines += ["", f"{optimizer:36} seconds  GFLOP/s  of the peak"]
        for (name, variant), seconds in sorted(times.items(), key=lambda kv: np.median(kv[1])):
            label = _label((name, variant), optimizer)
            median = float(np.median(seconds))
            share = np.median(flops / seconds / peaks)
            lines.append(f"  {label:34} {median:7.3f}  {flops / median:7.1f}  {share:10.0%}")
        ours = _best(times, "this project")
        lines.append("")
        for peer in PEERS:
            if any(name.startswith(peer) for name, _ in times):
                theirs = _best(times, peer)
                low, high = interval(times[theirs], times[ours])
                ratio = np.median(times[theirs]) / np.median(times[ours])
                target = TARGETS[peer].get(optimizer)
                goal = f", goal {target}" if target else ""
                lines.append(
                    f"  {ratio:.2f} x as fast as {_label(theirs, optimizer)} "
                    f"(95 %: {low:.2f} to {high:.2f}{goal})"
                )
        lines += _agreement(chosen, ours)
    return lines


def _best(times: dict[tuple[str, str], np.ndarray], who: str) -> tuple[str, str]:
    mine = {key: float(np.median(t)) for key, t in times.items() if key[0].startswith(who)}
    return min(mine, key=mine.__getitem__)


def _label(key: tuple[str, str], optimizer: str) -> str:
    name, variant = key
    return f"{name} {variant.removeprefix(optimizer).strip()}".strip()


def _agreement(
    chosen: dict[tuple[str, str], list[dict[str, Any]]], ours: tuple[str, str]
) -> list[str]:
    """Say how far the mean losses of the first epoch, and of all, are from ours at most."""
    losses = {key: np.array([row["loss"] for row in rows]) for key, rows in chosen.items()}
    fall = losses[ours]
    said = [f"  mean losses, from {fall[0]:.6f} in the first epoch to {fall[-1]:.6f}, differ by"]
    for who in ("this project", *PEERS):
        apart = [np.abs(v - fall) for (name, _), v in losses.items() if name.startswith(who)]
        if apart:
            first, ever = max(d[0] for d in apart), max(d.max() for d in apart)
            said.append(f"    {first:.1e} in the first epoch, {ever:.1e} in all: {who}")
    return said


def epoch_flops_per_image() -> int:
    """Count what the matrix products of one image take: forward, ∂W, and δ but for the input's."""
    sizes = MLP().layer_sizes
    products = [n_in * n_out for n_in, n_out in pairwise(sizes)]
    return 2 * (3 * sum(products) - products[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15, help="how often everybody runs")
    parser.add_argument("--python", default=sys.executable, help="the peers' interpreter")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds must be 1 or more")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        write_problem(Path(folder))
        everybody = contenders(options.python, folder, stack)
        load = os.getloadavg()[0]
        answers = measure(everybody, options.rounds)
    lines = [f"{name}: {value}" for name, value in environment().items()]
    lines.append(f"libraries: {', '.join(sorted({c.version for c in everybody}))}")
    lines.append(f"rounds: {options.rounds}")
    lines.append(f"load before the first round: {load:.1f} (0 on an idle machine)")
    text = "\n".join([*lines, "", *report(answers)]) + "\n"
    print(text, end="")
    if all(any(c.name.startswith(peer) for c in everybody) for peer in PEERS):
        RESULT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
