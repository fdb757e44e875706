"""Where and on what an evaluation ran, so that it can be run again."""

import hashlib
import os
import platform
from datetime import datetime
from pathlib import Path

import numpy as np

from mnist_recognizer import __version__
from mnist_recognizer.data.idx import MNIST_FILES


def describe_environment(weights: Path, seed: int) -> dict[str, str]:
    """Return what a reader needs to repeat an evaluation, each with a name of one or two words.

    Parameters
    ----------
    weights : Path
        The file that was evaluated.
    seed : int
        Of the corruptions' noise.
    """
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "Date": datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"),
        "Weights": weights.name,
        "Weights SHA-256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "MNIST Recognizer": __version__,
        "Python": f"{platform.python_version()} ({platform.python_implementation()})",
        "NumPy": f"{np.__version__}, {blas.get('name', 'BLAS')} {blas.get('version', '')}".strip(),
        "System": f"{platform.system()} {platform.release()}",
        "Processor": f"{_processor()}, {os.cpu_count()} logical cores",
        "Seed of the noise": str(seed),
        **{f"{file.name} SHA-256": file.sha256 for file in MNIST_FILES.values()},
    }


def _processor(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Return the processor's name as Linux tells it, else as Python does."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()
