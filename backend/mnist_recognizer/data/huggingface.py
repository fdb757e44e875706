"""MNIST from Hugging Face Datasets, if the `huggingface` extra is installed.

The download runs in a process of its own. There the library's settings (time limits, no telemetry,
a cache that is thrown away) are this module's to choose, a download that hangs can be ended, and
Apache Arrow does not stay in the memory of the training that follows.
"""

import importlib.util
import io
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

import mnist_recognizer
from mnist_recognizer.data import download
from mnist_recognizer.data.errors import SourceAbsentError, SourceError
from mnist_recognizer.data.idx import MNIST_FILES
from mnist_recognizer.data.progress import Progress
from mnist_recognizer.extras import how_to_install

REPOSITORY = "ylecun/mnist"
REVISION = "77f3279092a1c1579b2250db8eafed0ad422088c"
DOWNLOAD_SIZE = 18_157_506  # of its two Parquet files
_REACHABLE_SECONDS = 5
_PACKAGE_PARENT = Path(mnist_recognizer.__file__).resolve().parents[1]


def fetch(staging: Path, progress: Progress) -> dict[str, bytes]:
    """Fetch MNIST from Hugging Face, or from the hub that ``HF_ENDPOINT`` names.

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
        If the hub cannot be reached or the download fails.
    SourceAbsentError
        If the library is missing.
    """
    if any(importlib.util.find_spec(name) is None for name in ("datasets", "PIL")):
        raise SourceAbsentError(f"not installed; to add it, {how_to_install('huggingface')}")
    environment = {
        "PYTHONPATH": os.pathsep.join(
            filter(None, [str(_PACKAGE_PARENT), os.environ.get("PYTHONPATH")])
        ),
        "HF_HOME": str(staging),
        "HF_HUB_CACHE": str(staging / "hub"),
        "HF_DATASETS_CACHE": str(staging / "datasets"),
        "HF_HUB_DISABLE_XET": "1",  # plain HTTPS, whose time limits are these:
        "HF_HUB_DOWNLOAD_TIMEOUT": "10",
        "HF_HUB_ETAG_TIMEOUT": "10",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_UPDATE_DOWNLOAD_COUNTS": "0",
    }
    with progress.download("Fetching MNIST from Hugging Face", DOWNLOAD_SIZE) as show:
        code, output = download.run(
            [sys.executable, "-m", __name__, str(staging)], staging, environment, show
        )
    if code != 0:
        raise SourceError((output.strip().splitlines() or ["it ended without a message"])[-1])
    return {key: (staging / file.name).read_bytes() for key, file in MNIST_FILES.items()}


def _download(folder: Path) -> None:
    """Load the dataset and write its four IDX files; runs in the process that `fetch` starts."""
    import datasets
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    try:  # One short question first: load_dataset would repeat its own for half a minute.
        HfApi().dataset_info(REPOSITORY, revision=REVISION, timeout=_REACHABLE_SECONDS, token=False)
    except HfHubHTTPError as error:
        _fail(f"the hub answered {error.response.status_code} when asked for {REPOSITORY}")
    except Exception as error:  # the HTTP library's own, and which that is depends on the version
        _fail(f"the hub could not be reached ({_first_line(error)})")
    try:
        splits = datasets.load_dataset(REPOSITORY, "mnist", revision=REVISION, token=False)
        for split in ("train", "test"):
            images, labels = _arrays(
                splits[split].cast_column("image", datasets.Image(decode=False))
            )
            for array, kind in ((images, "images"), (labels, "labels")):
                file = MNIST_FILES[f"{split}_{kind}"]
                (folder / file.name).write_bytes(file.header + array.tobytes())
    except Exception as error:  # whatever it is, another source may have MNIST
        _fail(f"the download failed ({_first_line(error)})")


def _arrays(rows: Any) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Decode a split's PNGs and labels straight from its Arrow table: seconds, not minutes."""
    from PIL import Image

    table = rows.with_format("arrow")[:]
    pngs = (image["bytes"] for image in table["image"].to_pylist())
    images = [np.asarray(Image.open(io.BytesIO(png)).convert("L")) for png in pngs]
    return np.stack(images), table["label"].to_numpy().astype(np.uint8)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _fail(sentence: str) -> NoReturn:
    sys.exit(sentence)


if __name__ == "__main__":
    _download(Path(sys.argv[1]))
