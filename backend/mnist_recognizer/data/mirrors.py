"""MNIST's four IDX files from public mirrors, by HTTPS."""

import gzip
import sys
from pathlib import Path

import pooch
import requests

from mnist_recognizer.data.errors import NO_ANSWER, SourceError, proxy_answer
from mnist_recognizer.data.idx import MNIST_FILES
from mnist_recognizer.data.progress import Progress

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
_REACHABLE_SECONDS = 5
_STALL_SECONDS = 30
_RETRIES = 3
_MEGABYTES = 12


def fetch(base_url: str, staging: Path, progress: Progress) -> dict[str, bytes]:
    """Fetch the four files from one mirror.

    Parameters
    ----------
    base_url : str
        Where the files are, with a slash at its end.
    staging : Path
        An empty folder for what is downloaded; the caller removes it.
    progress : Progress
        Shows that a download begins.

    Returns
    -------
    dict of str to bytes
        The four IDX files by their key in `MNIST_FILES`.

    Raises
    ------
    SourceError
        The mirror does not answer, or what it sends is not MNIST.
    """
    pooch.get_logger().setLevel("ERROR")  # it names temporary folders
    downloader = pooch.HTTPDownloader(timeout=_STALL_SECONDS, progressbar=sys.stderr.isatty())
    mirror = pooch.create(
        path=staging,
        base_url=base_url,
        registry={f"{file.name}.gz": file.gz_sha256 for file in MNIST_FILES.values()},
        retry_if_failed=_RETRIES,
    )
    try:
        # One short request first: without a network, the retries would take half a minute.
        url = mirror.get_url(f"{MNIST_FILES['test_labels'].name}.gz")
        requests.head(url, timeout=_REACHABLE_SECONDS, allow_redirects=True).raise_for_status()
        progress.say(f"Fetching MNIST from {base_url} ({_MEGABYTES} MB) ...")
        return {
            key: gzip.decompress(
                Path(mirror.fetch(f"{file.name}.gz", downloader=downloader)).read_bytes()
            )
            for key, file in MNIST_FILES.items()
        }
    except requests.HTTPError as error:
        raise SourceError(f"it answered with an error ({error})") from error
    except requests.RequestException as error:
        raise SourceError(proxy_answer(str(error)) or NO_ANSWER) from error
    except ValueError as error:  # pooch's, for another SHA-256
        raise SourceError("what it sends is not MNIST's own: its SHA-256 differs") from error
