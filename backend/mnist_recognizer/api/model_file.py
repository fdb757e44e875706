"""The weights file that the service answers from: read at the start, and again when it changes."""

import hashlib
import logging
from pathlib import Path
from typing import Final

from pydantic import JsonValue, TypeAdapter, ValidationError

from mnist_recognizer.nn import MLP

INPUTS: Final = 784
OUTPUTS: Final = 10
LARGEST_CARD: Final = 1_000_000  # bytes

_card_of_a_model = TypeAdapter(dict[str, JsonValue])
logger = logging.getLogger(__name__)


class ModelFile:
    """A weights file, and the network that was read from it.

    Parameters
    ----------
    path : Path
        Where the weights are, or will be.

    Attributes
    ----------
    trouble : str
        Why the file cannot be used, in one sentence; empty when it can.
    size : int
        The file's size in bytes when it was read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""
        self.size = 0
        self._model: MLP | None = None
        self._version: tuple[int, ...] = ()

    def current(self) -> MLP | None:
        """Return the network, read anew if the file has changed; None if there is none.

        A call costs one look at the file's date. A file that vanishes or turns bad does not take
        away the network that was read before.
        """
        trouble = ""
        try:
            status = self.path.stat()
            version = (status.st_mtime_ns, status.st_size, status.st_ino)
            if version == self._version:
                return self._model
            self._version = version
            self._model, self.size = _load(self.path), status.st_size
        except ValueError as error:
            trouble = str(error).replace(str(self.path), self.path.name).removesuffix(".") + "."
        except FileNotFoundError:
            self._version = ()
            trouble = f"{self.path.name} does not exist."
        except OSError as error:
            self._version = ()
            trouble = f"{self.path.name} cannot be read: {error.strerror}."
        self._report(trouble)
        return self._model

    def _report(self, trouble: str) -> None:
        """Log what became of the file, once."""
        if trouble and trouble != self.trouble:
            logger.warning("No model could be read from %s: %s", self.path, trouble)
        elif self._model and not trouble:
            logger.info("Model %s read from %s", self._model.architecture, self.path)
        self.trouble = trouble

    def card(self) -> dict[str, JsonValue] | None:
        """Return what the JSON file beside the weights says about them, None if it says nothing.

        A card that names the SHA-256 of other weights is not about these: a file copied over the
        old one does not inherit its accuracy.
        """
        try:
            with self.path.with_suffix(".json").open("rb") as file:
                card = _card_of_a_model.validate_json(file.read(LARGEST_CARD))
            digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        except (OSError, ValidationError):
            return None
        return card if card.get("weights_sha256", digest) == digest else None


def _load(path: Path) -> MLP:
    """Read a network and see that it takes 784 pixels and gives 10 probabilities."""
    model = MLP.load(path)
    if (model.layer_sizes[0], model.layer_sizes[-1]) != (INPUTS, OUTPUTS):
        raise ValueError(
            f"{path.name} holds a network {model.architecture}; "
            f"this service needs {INPUTS} inputs and {OUTPUTS} outputs."
        )
    return model
