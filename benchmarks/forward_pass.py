"""How long the network takes for one digit and for 1,000, beside PyTorch and onnxruntime.

    python benchmarks/forward_pass.py [--peers-python VENV/bin/python] [--rounds 5]

Every contender is a process of its own, with one thread or two; all are there at once and are
measured in turn, round by round, so that what else happens on the machine meets all of them. What
is printed is the median of the rounds' medians. The digits are MNIST's test images, as float32 from
0 to 1; one digit at a time means 200 different ones. `FastInference` is the network as the API uses
it, `with score` also tells how much each image looks like a digit, and `batch of bytes` does both
from grey bytes.

onnxruntime is imported from this environment, PyTorch from that of --peers-python; what is not
there is left out, and said so.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from environment import environment
from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP

HERE = Path(__file__).parent
OWN = ("FastInference", "FastInference with score", "MLP.predict_proba", "batch of bytes")


class Contender:
    """A process that recognises what it is told to."""

    def __init__(self, name: str, threads: int, python: str, folder: Path) -> None:
        paths = (HERE.parent / "backend", HERE / "contenders")
        count = str(threads)
        self.name, self.threads = name, threads
        self.process = subprocess.Popen(
            [python, str(HERE / "contenders" / "forward_pass.py"), name, count, str(folder)],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(map(str, paths)),
                "OPENBLAS_NUM_THREADS": count,
                "OMP_NUM_THREADS": count,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def read(self) -> str:
        """Return the next line that the process writes.

        Raises
        ------
        RuntimeError
            When it ended instead.
        """
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(self.process.communicate()[1].strip().splitlines()[-1])
        return line

    def measure(self, array: str, at_once: int) -> float:
        """Return the seconds of one call."""
        assert self.process.stdin is not None
        time.sleep(0.1)  # the last one's threads wait awake for more to do
        print(array, at_once, file=self.process.stdin, flush=True)
        return float(self.read())


def start(python: str, folder: Path) -> list[Contender]:
    """Start all contenders that there are."""
    wanted = [(name, sys.executable) for name in (*OWN, "onnxruntime")]
    if python:
        wanted.append(("PyTorch", python))
    found = []
    for name, interpreter in wanted:
        for threads in (1, 2):
            contender = Contender(name, threads, interpreter, folder)
            try:
                contender.read()
            except RuntimeError as error:
                print(f"{name} is left out: {error}")
                break
            found.append(contender)
    return found


def write_inputs(folder: Path) -> None:
    """Write the network and the images where the contenders find them."""
    model = MLP.load(default_weights())
    model.save(folder / "weights.npz")
    try:
        from mnist_recognizer.onnx_export import save_onnx

        save_onnx(model, folder / "weights.onnx")
    except ImportError as error:
        print(f"no ONNX file: {error}")
    grey = load_mnist().test_images[:1000].reshape(-1, 784)
    pixels = (grey / 255).astype(np.float32)
    np.save(folder / "1000.npy", pixels)
    np.save(folder / "1.npy", pixels[:200])
    np.save(folder / "grey1000.npy", grey)
    np.save(folder / "grey1.npy", grey[:200])


def report(contenders: list[Contender], at_once: int, rounds: int) -> None:
    """Measure and print one table."""
    rows: dict[str, list[float]] = {}
    for _ in range(rounds):
        for contender in contenders:
            array = "grey" if contender.name == "batch of bytes" else ""
            label = f"{contender.name}, {contender.threads} thread{'s'[: contender.threads - 1]}"
            seconds = contender.measure(f"{array}{at_once}", at_once)
            rows.setdefault(label, []).append(seconds)
    medians = {label: statistics.median(values) for label, values in rows.items()}
    ours = medians["FastInference, 1 thread"], medians["FastInference, 2 threads"]
    print(f"\n{at_once:,} at once {'':28} {'us':>9} {'digits/s':>11} {'x ours':>7}")
    for label, seconds in medians.items():
        beside = ours["2 threads" in label]
        rate = at_once / seconds
        print(f"{label:38} {seconds * 1e6:9.1f} {rate:11,.0f} {seconds / beside:7.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peers-python", default="", metavar="PYTHON")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(json.dumps({**environment(), "load": [round(load, 1) for load in os.getloadavg()]}))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_inputs(folder)
        contenders = start(options.peers_python, folder)
        try:
            for at_once in (1, 1000):
                report(contenders, at_once, options.rounds)
        finally:
            for contender in contenders:
                contender.process.kill()
                contender.process.wait()


if __name__ == "__main__":
    main()
