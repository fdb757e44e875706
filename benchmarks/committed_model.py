"""How good the model in the repository is on MNIST's test images.

    python benchmarks/committed_model.py

Runs `mnist-recognizer evaluate` as a user would, and keeps what it prints, and on what, in
benchmarks/results/committed_model.txt.
"""

import json
import subprocess
import sys
from pathlib import Path

from environment import environment

RESULT = Path(__file__).parent / "results" / "committed_model.txt"


def main() -> None:
    command = [sys.executable, "-m", "mnist_recognizer", "evaluate"]
    text = json.dumps(environment()) + "\n"
    text += subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    print(text, end="")
    RESULT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
