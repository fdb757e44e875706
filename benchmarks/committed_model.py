"""How good the model in the repository is on MNIST's test images.

    python benchmarks/committed_model.py

Runs `mnist-recognizer evaluate` as a user would, and keeps what it prints in
benchmarks/results/committed_model.txt.
"""

import subprocess
import sys
from pathlib import Path

RESULT = Path(__file__).parent / "results" / "committed_model.txt"


def main() -> None:
    command = [sys.executable, "-m", "mnist_recognizer", "evaluate"]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    print(text, end="")
    RESULT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
