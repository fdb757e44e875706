"""What a measurement was made on. Importing it makes NumPy choose its matrix kernel by itself.

``OPENBLAS_CORETYPE`` forces OpenBLAS to the kernels of an older processor, and
``OPENBLAS_L2_SIZE`` to other block sizes. PyTorch, JAX and onnxruntime do not heed them, so a
comparison under them would be unfair. They take effect when NumPy is loaded, so a script under
which they are set starts once more without them; the processes that it starts inherit that.
"""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

FORCED_KERNEL = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


def _start_without_forced_kernel() -> None:
    """Replace this process by one without the variables, if it runs a script of this folder."""
    script = getattr(sys.modules["__main__"], "__file__", None)
    is_benchmark = script and Path(script).resolve().parent == Path(__file__).resolve().parent
    if is_benchmark and any(name in os.environ for name in FORCED_KERNEL):
        for name in FORCED_KERNEL:
            os.environ.pop(name, None)
        os.execv(sys.executable, sys.orig_argv)


_start_without_forced_kernel()


def environment() -> dict[str, str | int | None]:
    """Return the date, the commit, the versions and the machine."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "blas": _blas(),
    }


def _blas() -> str:
    """Return the kernel and the number of threads of each BLAS library that is loaded."""
    libraries = [entry for entry in threadpool_info() if entry["user_api"] == "blas"]
    return ", ".join(
        f"{entry['internal_api']} {entry.get('architecture', '')} {entry['num_threads']} threads"
        for entry in libraries
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()
