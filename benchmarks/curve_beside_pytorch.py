"""The learning page's training beside PyTorch's: the same weights, digits and batches.

    python benchmarks/curve_beside_pytorch.py [--peers-python VENV/bin/python]

Both train 784-128-64-10 on 4,500 of the page's digits and are measured on its 1,000 test digits.
Rounding differs from library to library, and training makes small differences larger; so the curves
are compared over the first 100 steps, where they must agree, and to the end. What is printed is
kept in benchmarks/results/curve_beside_pytorch.txt.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from environment import environment

HERE = Path(__file__).parent
RESULT = HERE / "results" / "curve_beside_pytorch.txt"
RUNS = ("sgd", 0.1, 32), ("momentum", 0.02, 32), ("adam", 0.001, 32)
EPOCHS, FIRST = 10, 100


def run(command: list[str]) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout


def worst(ours: list[float], theirs: list[float]) -> float:
    return max(abs(one - other) for one, other in zip(ours, theirs, strict=True))


def compare(python: str, optimizer: str, rate: float, batch: int) -> tuple[str, str]:
    """Train in both; return PyTorch's version, and a line."""
    with tempfile.TemporaryDirectory() as folder:
        script = str(HERE / "contenders" / "training_curve.js")
        run(["node", script, folder, optimizer, str(rate), str(batch), str(EPOCHS)])
        ours: dict[str, Any] = json.loads((Path(folder) / "run.json").read_text(encoding="utf-8"))
        theirs = json.loads(run([python, str(HERE / "contenders" / "pytorch_curve.py"), folder]))
    first = worst(ours["losses"][:FIRST], theirs["losses"][:FIRST])
    whole = worst(ours["losses"], theirs["losses"])
    shares = [
        " ".join(f"{100 * share:.1f}" for share in found["accuracies"]) for found in (ours, theirs)
    ]
    return theirs["version"], (
        f"{optimizer}, learning rate {rate}, batches of {batch}, {len(ours['losses']):,} steps\n"
        f"  losses differ by at most {first:.1e} in the first {FIRST} steps, {whole:.1e} in all; "
        f"they go from {ours['losses'][0]:.3f} to {ours['losses'][-1]:.4f}\n"
        f"  weights at the end differ by at most {theirs['difference']:.1e}\n"
        f"  % of 1,000 test digits after each epoch, the page: {shares[0]}\n"
        f"  {'PyTorch:':>48} {shares[1]}"
    )


def main() -> None:
    """Compare, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peers-python", default=sys.executable, metavar="PYTHON")
    options = parser.parse_args()
    found = [compare(options.peers_python, *setting) for setting in RUNS]
    heads = [json.dumps(environment()), f"PyTorch {found[0][0]}"]
    text = "\n".join([*heads, *(line for _, line in found)]) + "\n"
    print(text, end="")
    RESULT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
