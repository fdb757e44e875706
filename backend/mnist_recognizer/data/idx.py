"""IDX, the file format that MNIST was published in, and the checksums of MNIST's four files.

An IDX file of unsigned bytes is a header, ``0x00 0x00 0x08 <number of dimensions>`` and each
dimension as a big-endian 32-bit integer, followed by the values in row-major order. The format is
described on the page that MNIST was published on (LeCun, Cortes, Burges: "The MNIST database of
handwritten digits", 1998).
"""

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_UNSIGNED_BYTE = 8


@dataclass(frozen=True)
class IdxFile:
    """What one of MNIST's four files must be.

    Attributes
    ----------
    name : str
        The name it was published under, without ``.gz``.
    shape : tuple of int
        Shape of the array of bytes that it holds.
    sha256 : str
        SHA-256 of the whole uncompressed file, the header included.
    gz_sha256 : str
        SHA-256 of the compressed file, as it was published and as the mirrors have it.
    """

    name: str
    shape: tuple[int, ...]
    sha256: str
    gz_sha256: str

    @property
    def header(self) -> bytes:
        """The bytes that stand before the values."""
        return (
            bytes([0, 0, _UNSIGNED_BYTE, len(self.shape)]) + np.array(self.shape, ">u4").tobytes()
        )

    @property
    def size(self) -> int:
        """Length of the uncompressed file in bytes."""
        return len(self.header) + int(np.prod(self.shape))


MNIST_FILES = {
    "train_images": IdxFile(
        "train-images-idx3-ubyte",
        (60_000, 28, 28),
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    "train_labels": IdxFile(
        "train-labels-idx1-ubyte",
        (60_000,),
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    "test_images": IdxFile(
        "t10k-images-idx3-ubyte",
        (10_000, 28, 28),
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    "test_labels": IdxFile(
        "t10k-labels-idx1-ubyte",
        (10_000,),
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
}


def check(file: IdxFile, contents: bytes) -> None:
    """Raise ValueError, saying what ``contents`` is, unless it is that file of MNIST."""
    if len(contents) < file.size:
        raise ValueError(f"{file.name} is cut off: {len(contents):,} of {file.size:,} bytes")
    if hashlib.sha256(contents).hexdigest() != file.sha256:
        raise ValueError(f"{file.name} is not MNIST's own: its SHA-256 differs")


def decode(file: IdxFile, contents: bytes) -> NDArray[np.uint8]:
    """Return the values of checked ``contents`` as a read-only array that shares their memory."""
    return np.frombuffer(contents, np.uint8, offset=len(file.header)).reshape(file.shape)


def read_folder(folder: Path) -> dict[str, bytes]:
    """Read MNIST's four IDX files from a folder, plain or gzipped, and check them.

    Both spellings are understood: ``train-images-idx3-ubyte`` and ``train-images.idx3-ubyte``, each
    with or without ``.gz``.

    Returns
    -------
    dict of str to bytes
        The uncompressed files by their key in `MNIST_FILES`.

    Raises
    ------
    FileNotFoundError
        If one of the files is missing.
    ValueError
        If one of them is cut off or is not MNIST's own.
    OSError
        If one of them cannot be read.
    """
    contents = {}
    for key, file in MNIST_FILES.items():
        path = _find(folder, file.name)
        contents[key] = _read(path, file.size)
        try:
            check(file, contents[key])
        except ValueError as error:
            raise ValueError(f"in {folder}, {error}") from None
    return contents


def _find(folder: Path, name: str) -> Path:
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is not a folder")
    for spelling in (name, name.replace("-idx", ".idx")):
        for path in (folder / spelling, folder / f"{spelling}.gz"):
            if path.is_file():
                return path
    raise FileNotFoundError(f"{folder} contains no {name} (plain or .gz)")


def _read(path: Path, size: int) -> bytes:
    """Read at most one byte more than ``size``, so that a file cannot fill the memory."""
    if path.suffix != ".gz":
        with path.open("rb") as file:
            return file.read(size + 1)
    try:
        with gzip.open(path) as file:
            return file.read(size + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise ValueError(f"{path} is cut off or not gzip: fetch it again") from None
