"""The training loop, as a generator: one :class:`EpochStats` an epoch.

Whoever iterates decides what to do with them: draw a progress bar, write a log, save a checkpoint,
or stop. Everything that changes from step to step lies in :class:`TrainingState`, so that a run
which is saved after an epoch and continued later ends in the same weights, bit for bit: an epoch's
randomness comes from (seed, epoch) alone, and its distortions from the seed and the block of epochs
that share them.
"""

import contextlib
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from mnist_recognizer.data.pixels import to_pixels
from mnist_recognizer.nn.losses import Floats, softmax_cross_entropy
from mnist_recognizer.nn.model import MLP, LayerSizesError, Workspace
from mnist_recognizer.nn.optimizers import SGD, clip_norm, make_optimizer
from mnist_recognizer.nn.schedules import SCHEDULES
from mnist_recognizer.synthesis.augmentation import SIDE
from mnist_recognizer.training.batches import Bytes, Pool, mini_batches, pools, with_pen_digits
from mnist_recognizer.training.config import Config
from mnist_recognizer.training.health import check_numbers, check_units
from mnist_recognizer.vision.slant import straighten

_DROPOUT = 2  # its randomness is neither the order's, (seed, epoch), nor the distortions'
_EVALUATION_BATCH = 1000  # its activations fit in the cache


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
    optimizer : SGD
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
        self.optimizer: SGD = make_optimizer(config.optimizer, model, **config.optimizer_options)
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


def evaluate(
    model: MLP,
    x: NDArray[np.float32],
    y: NDArray[np.integer],
    alive: Sequence[NDArray[np.bool_]] = (),
) -> tuple[float, float]:
    """Measure a network.

    Parameters
    ----------
    model : MLP
        Left as it is.
    x : (n, 784) float32 array
        Pixels in 0..1.
    y : (n,) integer array
        The right digits.
    alive : sequence of (units,) boolean arrays, optional
        One a hidden layer. Set to True where a unit is above 0 for any of the images.

    Returns
    -------
    loss, accuracy : float
        The mean cross-entropy in nats, and the share that is classified right.
    """
    loss, correct = 0.0, 0
    workspace = Workspace(model, min(len(x), _EVALUATION_BATCH))
    for start in range(0, len(x), _EVALUATION_BATCH):
        part = slice(start, start + _EVALUATION_BATCH)
        count = len(y[part])
        if workspace.batch_size != count:
            workspace = Workspace(model, count)
        z = model.logits(x[part], workspace)
        for units, a in zip(alive, workspace.activations[:-1], strict=False):
            units |= a.max(axis=0) > 0
        part_loss, part_correct = softmax_cross_entropy(z, y[part], workspace.deltas[-1])
        loss += part_loss * count
        correct += part_correct
    return loss / len(x), correct / len(x)


def fit(
    model: MLP,
    train: tuple[Bytes, Bytes],
    validation: tuple[Bytes, Bytes],
    config: Config,
    state: TrainingState | None = None,
    teacher: MLP | None = None,
) -> Iterator[EpochStats]:
    """Train a model, one epoch an iteration.

    Parameters
    ----------
    model : MLP
        Trained in place. When the loop ends, by itself, by an error or by the caller, the model has
        the best parameters that validation saw; before the first, those it came with.
    train, validation : (images, labels)
        (n, 28, 28) uint8 and (n,) uint8. Validation images only ever choose the best epoch.
    config : Config
        The recipe.
    state : TrainingState, optional
        Where to continue; a fresh one by default.
    teacher : MLP, optional
        A trained network to learn from beside the labels (see
        :mod:`~mnist_recognizer.training.teacher`).

    Yields
    ------
    EpochStats
        After each epoch.

    Raises
    ------
    ValueError
        When the recipe asks for a teacher and none is given.
    LayerSizesError
        When the network does not take MNIST's images and give ten answers.
    DivergedError
        When the loss is no longer a number, or every unit of a layer is dead.
    """
    if (model.layer_sizes[0], model.layer_sizes[-1]) != (SIDE * SIDE, 10):
        raise LayerSizesError(
            f"MNIST has {SIDE * SIDE} pixels an image and 10 digits, but the network is "
            f"{model.architecture}"
        )
    if config.teacher_epochs and teacher is None:
        raise ValueError("the recipe asks for a teacher: train one first, and give it to fit")
    state = state or TrainingState(model, config)
    if config.pen_digits:
        train = with_pen_digits(train, config.pen_digits, config.seed)
    if config.straighten:
        train, validation = ((straighten(images), labels) for images, labels in (train, validation))
    held_out = to_pixels(validation[0]), validation[1]
    pool: Pool | None = None
    threads = ThreadpoolController()
    limit = _threads_beside_distortions(threads) if config.augment else None
    try:
        # Between epochs, too: pools are made meanwhile, and a product's last bits depend on how
        # many threads it takes.
        with (
            threads.limit(limits=limit, user_api="blas"),
            contextlib.closing(pools(train, config, state.epoch, teacher)) as made,
        ):
            while not is_finished(config, state.epoch, state.best_epoch):
                started = time.perf_counter()
                if pool is None or state.epoch % config.reuse == 0:
                    pool = next(made)
                yield _run_epoch(model, state, config, pool, held_out, started)
    finally:
        model.parameters[:] = state.best_parameters


def _threads_beside_distortions(threads: ThreadpoolController) -> int:
    """Return how many threads a matrix product may take so that a core is left to distort images.

    One that is spread over all cores waits for the core that distorts, and an epoch on two cores
    takes half as long again (benchmarks/background_cores.py).
    """
    found = [library.num_threads for library in threads.select(user_api="blas").lib_controllers]
    return max(1, min(found, default=1) - 1)


@np.errstate(over="ignore", invalid="ignore")  # a run that breaks down says so in its own words
def _run_epoch(
    model: MLP,
    state: TrainingState,
    config: Config,
    pool: Pool,
    held_out: tuple[NDArray[np.float32], Bytes],
    started: float,
) -> EpochStats:
    """Go once through the training images, then look at the validation images."""
    schedule = SCHEDULES[config.schedule]
    images = len(pool.pixels)
    steps = -(-images // config.batch_size)  # rounded up
    loss, correct, norm = 0.0, 0, 0.0
    rng = np.random.default_rng([config.seed, state.epoch])
    left_out = np.random.default_rng([config.seed, state.epoch, _DROPOUT])
    for number, (x, y) in enumerate(mini_batches(pool, config.batch_size, rng)):
        progress = (state.epoch * steps + number) / (config.epochs * steps)
        lr = config.learning_rate * schedule(progress)
        batch_loss, batch_correct, workspace = model.backward(
            x, y, model.workspace_for(len(x)), dropout=config.dropout, rng=left_out
        )
        loss += batch_loss * len(x)
        correct += batch_correct
        if config.l2:
            for W, gradient in zip(model.weights, workspace.weight_gradients, strict=True):
                gradient += config.l2 * W  # the derivative of λ/2·‖W‖²; biases are left free
        norm += clip_norm(workspace.gradient, config.clip_norm or math.inf)
        state.optimizer.step(model.parameters, workspace.gradient, lr)
        if state.average is not None:
            _blend(state.average, model.parameters, config.ema, workspace.gradient)
    state.epoch += 1
    candidate = model.parameters if state.average is None else state.average
    validation_loss, validation_accuracy, dead_units = _evaluate_with(candidate, model, held_out)
    advice = f"try a learning_rate of {config.learning_rate / 10:.2g}"
    check_numbers(model, (loss / images, validation_loss, norm), state.epoch, advice)
    check_units(model, dead_units, held_out[0], state.epoch, advice)
    is_best = state.note_if_best(candidate, validation_accuracy, validation_loss)
    seconds = time.perf_counter() - started
    state.seconds += seconds
    return EpochStats(
        epoch=state.epoch,
        train_loss=loss / images,
        train_accuracy=correct / images,
        validation_loss=validation_loss,
        validation_accuracy=validation_accuracy,
        learning_rate=lr,
        gradient_norm=norm / steps,
        dead_units=dead_units,
        seconds=seconds,
        is_best=is_best,
    )


def _blend(average: Floats, parameters: Floats, decay: float, scratch: Floats) -> None:
    """Move the running mean towards the parameters: s ← s + (1 − d)·(θ − s)."""
    np.subtract(parameters, average, out=scratch)
    scratch *= 1 - decay
    average += scratch


def _evaluate_with(
    parameters: Floats, model: MLP, held_out: tuple[NDArray[np.float32], Bytes]
) -> tuple[float, float, list[int]]:
    """Evaluate a model with other parameters (the running mean) than those it is trained with.

    Returns
    -------
    loss, accuracy : float
    dead_units : list of int
        How many units of each hidden layer were 0 for all images.
    """
    trained = model.parameters.copy()
    model.parameters[:] = parameters
    alive = [np.zeros(width, np.bool_) for width in model.layer_sizes[1:-1]]
    loss, accuracy = evaluate(model, *held_out, alive)
    model.parameters[:] = trained
    return loss, accuracy, [int(np.count_nonzero(~units)) for units in alive]
