"""The weights file that the service answers from: read at the start, and again when it changes."""

import hashlib
import logging
import threading
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple

import numpy as np
from pydantic import JsonValue, TypeAdapter, ValidationError

from mnist_recognizer.api.model.example import SEVEN
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.rejection import Rejection
from mnist_recognizer.vision.geometry import geometry_of, network_input

INPUTS: Final = 784
OUTPUTS: Final = 10
MAX_CARD_BYTES: Final = 1_000_000  # bytes
SECONDS_BETWEEN_LOOKS = 0.01  # a look is a good part of what it takes to recognise a digit

_GOLDEN = np.array(SEVEN, dtype=np.float32)  # (784,)
_card_of_a_model = TypeAdapter(dict[str, JsonValue])
logger = logging.getLogger(__name__)


class _Loaded(NamedTuple):
    """What is known of the weights file; replaced as a whole, never changed."""

    path: Path
    version: tuple[int, ...] = ()  # date, size and inode of the file that was read
    model: MLP | None = None
    size: int = 0
    trouble: str = ""
    digest: str = ""  # SHA-256 of the file that was read
    card: dict[str, JsonValue] | None = None


class ModelFile:
    """A weights file, and the network that was read from it.

    Threads may share one: what it knows is one immutable value, which a reader takes once. So one
    network answers a request from its beginning to its end, whatever is switched meanwhile.

    Parameters
    ----------
    path : Path
        Where the weights are, or will be.
    """

    def __init__(self, path: Path) -> None:
        self._loaded = _Loaded(path)
        self._writing = threading.Lock()
        self._next_look = 0.0  # by the monotonic clock

    @property
    def path(self) -> Path:
        """Where the weights in use are."""
        return self._loaded.path

    @property
    def trouble(self) -> str:
        """Why the file cannot be used, in one sentence; empty when it can."""
        return self._loaded.trouble

    @property
    def size(self) -> int:
        """The file's size in bytes when it was read."""
        return self._loaded.size

    def current(self) -> MLP | None:
        """Return the network, read again if the file has changed; None if there is none.

        A call costs one look at the file's date. A file that vanishes or turns bad does not take
        away the network that was read before.
        """
        before = self._loaded
        after = before
        try:
            version = _version(before.path)
            if version == before.version:
                return before.model
            after = before._replace(version=version)
            _, after = _read(before.path, version)
        except ValueError as error:
            after = after._replace(trouble=_sentence(before.path, error))
        except FileNotFoundError:
            after = before._replace(version=(), trouble=f"{before.path.name} does not exist.")
        except OSError as error:
            trouble = f"{before.path.name} cannot be read: {error.strerror}."
            after = before._replace(version=(), trouble=trouble)
        with self._writing:
            if self._loaded is not before:  # another thread was faster
                return self._loaded.model
            self._loaded = after
        _report(before, after)
        return after.model

    def recent(self) -> MLP | None:
        """Do what :meth:`current` does, but look at the file a hundred times a second at most.

        It is for the thread of the event loop, and for what is asked much more often than that.
        """
        now = monotonic()
        if now >= self._next_look:
            self._next_look = now + SECONDS_BETWEEN_LOOKS
            return self.current()
        return self._loaded.model

    def switch(self, path: Path) -> MLP:
        """Answer from another file from now on, if it is a good one.

        Raises
        ------
        ValueError
            One sentence that says why the file cannot be used. The network in use stays.
        """
        try:
            version = _version(path)
            model, after = _read(path, version)
        except ValueError as error:
            raise ValueError(_sentence(path, error)) from None
        except OSError as error:
            raise ValueError(f"{path.name} cannot be read: {error.strerror}.") from None
        if trouble := golden_failure(model):
            raise ValueError(f"The network in {path.name} {trouble}.")
        with self._writing:
            before, self._loaded = self._loaded, after
        _report(before, after)
        return model

    def card(self) -> dict[str, JsonValue] | None:
        """Return what the JSON file beside the weights says about them, None if it says nothing.

        A card that names the SHA-256 of other weights is not about these: a file copied over the
        old one does not inherit its accuracy. When the card has gone, or turned bad, what it said
        before is still true of the network in use.
        """
        loaded = self._loaded
        card = _card(loaded.path, loaded.digest)
        if card is None:
            return loaded.card
        with self._writing:
            if self._loaded is loaded:
                self._loaded = loaded._replace(card=card)
        return card


def _card(path: Path, digest: str) -> dict[str, JsonValue] | None:
    """Return the card beside a weights file; None if there is none for weights of this SHA-256."""
    try:
        with path.with_suffix(".json").open("rb") as file:
            card = _card_of_a_model.validate_json(file.read(MAX_CARD_BYTES))
    except (OSError, ValidationError):
        return None
    return card if card.get("weights_sha256", digest) == digest else None


def golden_failure(model: MLP) -> str:
    """Say what is wrong with a network that does not read a clear seven; nothing when it does.

    It takes as long as one prediction. The reader of weights files has already seen that all
    weights are finite.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # finite weights of 1e38 overflow
        probabilities = model.predict_proba(network_input(model, _GOLDEN[None]))[0]  # (10,)
    if np.isnan(probabilities).any():
        return "gives no probabilities"
    digit = int(probabilities.argmax())
    return "" if digit == 7 else f"reads a clear 7 as a {digit}"


def _version(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size, status.st_ino


def _sentence(path: Path, error: ValueError) -> str:
    """Return an error's text with the file's name in place of its path."""
    return str(error).replace(str(path), path.name).removesuffix(".") + "."


def _report(before: _Loaded, after: _Loaded) -> None:
    """Log what became of the file, once."""
    if after.trouble and after.trouble != before.trouble:
        logger.warning("No model could be read from %s: %s", after.path, after.trouble)
    elif after.model and not after.trouble:
        logger.info("Model %s read from %s", after.model.architecture, after.path)


def _read(path: Path, version: tuple[int, int, int]) -> tuple[MLP, _Loaded]:
    """Read a weights file and its card; return the network, and all that is known of it."""
    model = _load(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    card = _card(path, digest)
    return model, _Loaded(path, version, model, version[1], digest=digest, card=card)


def _load(path: Path) -> MLP:
    """Read a network and see that it takes 784 pixels and gives 10 probabilities."""
    model = MLP.load(path)
    if (model.layer_sizes[0], model.layer_sizes[-1]) != (INPUTS, OUTPUTS):
        raise ValueError(
            f"{path.name} holds a network {model.architecture}; "
            f"this service needs {INPUTS} inputs and {OUTPUTS} outputs."
        )
    try:
        geometry_of(model)
        Rejection.of(model)
    except ValueError as error:
        raise ValueError(f"{path.name} is not a usable weights file: {error}") from None
    return model
