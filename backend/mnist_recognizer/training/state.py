"""What one training epoch gives, and what it hands to the next."""

from dataclasses import asdict, dataclass
from typing import Any

from mnist_recognizer.nn.losses import Floats
from mnist_recognizer.nn.model import MLP
from mnist_recognizer.nn.optimizers import Optimizer, make_optimizer
from mnist_recognizer.training.config import Config


@dataclass(frozen=True)
class EpochStats:
    """What one epoch gave. Losses are mean cross-entropies in nats, accuracies shares of 1.

    Neither loss includes the term that ``l2`` adds; `gradient_norm`, the mean length of a step's
    gradient before it was clipped, does. `dead_units` counts for each hidden layer those units that
    were 0 for every validation image. The training numbers are those of the steps as they were
    taken, with units left out by ``dropout``.

    With a teacher or label smoothing, the training loss is measured against those targets, so that
    it cannot fall to 0, and `train_accuracy` counts how often the network's answer is the targets'
    likeliest class (which is nearly always the label).
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    learning_rate: float
    gradient_norm: float
    dead_units: list[int]
    seconds: float
    is_best: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a dict of JSON values."""
        return asdict(self)


class TrainingState:
    """Everything that one epoch hands to the next.

    Attributes
    ----------
    epoch : int
        Epochs that are done.
    seconds : float
        How long they took.
    optimizer : Optimizer
        With its moments.
    average : (parameter_count,) array or None
        The running mean of the weights (EMA), if the recipe keeps one.
    best_parameters : (parameter_count,) array
        Those with the highest validation accuracy so far (the lower loss where that is equal), or
        by ``best_by``, those with the lowest loss, or the last ones.
    best_epoch, best_accuracy, best_loss
        When that was, and how good.
    """

    def __init__(self, model: MLP, config: Config) -> None:
        self.optimizer: Optimizer = make_optimizer(
            config.optimizer, model, **config.optimizer_options
        )
        self.average: Floats | None = model.parameters.copy() if config.ema else None
        self.epoch = 0
        self.seconds = 0.0
        self._best_by = config.best_by
        self.best_parameters: Floats = model.parameters.copy()
        self.best_epoch = 0
        self.best_accuracy = -1.0
        self.best_loss = float("inf")

    def note_if_best(self, parameters: Floats, accuracy: float, loss: float) -> bool:
        """Keep a copy of these parameters if no earlier ones were as good."""
        new, old = (accuracy, -loss), (self.best_accuracy, -self.best_loss)
        better = self._best_by == "last" or (
            new[::-1] > old[::-1] if self._best_by == "loss" else new > old
        )
        if better:
            self.best_parameters[:] = parameters
            self.best_accuracy, self.best_loss, self.best_epoch = accuracy, loss, self.epoch
        return better


def is_finished(config: Config, epoch: int, best_epoch: int) -> bool:
    """Tell whether all epochs are done, or `patience` of them brought nothing better."""
    return epoch >= config.epochs or 0 < config.patience <= epoch - best_epoch
