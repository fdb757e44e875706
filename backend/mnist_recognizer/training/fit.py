"""The training loop, as a generator: one :class:`EpochStats` an epoch.

Its consumers decide what to do with them: draw a progress bar, write a log, save a checkpoint, or
stop. Everything that changes from step to step is in :class:`TrainingState`. A run that is saved
after an epoch and continued later ends in the same weights, bit for bit: an epoch's randomness
comes from (seed, epoch) alone, and its distortions from the seed and the block of epochs that share
them.
"""

import contextlib
import math
import time
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from mnist_recognizer.data.pixels import to_pixels
from mnist_recognizer.nn import LayerSizesError
from mnist_recognizer.nn.losses import Floats, count_correct
from mnist_recognizer.nn.model import MLP
from mnist_recognizer.nn.optimizers import clip_norm
from mnist_recognizer.nn.schedules import SCHEDULES
from mnist_recognizer.synthesis.augmentation import SIDE
from mnist_recognizer.training.batches import Bytes, Pool, mini_batches, pools, with_pen_digits
from mnist_recognizer.training.config import Config
from mnist_recognizer.training.evaluate import Evaluation, evaluate
from mnist_recognizer.training.health import check_numbers, check_units
from mnist_recognizer.training.progress import stage
from mnist_recognizer.training.state import EpochStats, TrainingState, is_finished
from mnist_recognizer.vision.slant import straighten

_DROPOUT = 2  # sets dropout's randomness apart from the order's and the distortions'


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
        When the loss is not finite, or every unit of a layer is dead.
    """
    if (model.layer_sizes[0], model.layer_sizes[-1]) != (SIDE * SIDE, 10):
        raise LayerSizesError(
            f"MNIST has {SIDE * SIDE} pixels an image and 10 digits, but the network is "
            f"{model.architecture}"
        )
    if config.teacher_epochs and teacher is None:
        raise ValueError("the recipe asks for a teacher: train one first, and give it to fit")
    state = state or TrainingState(model, config)
    started = time.perf_counter()
    if config.pen_digits:
        with stage(f"Drawing {config.pen_digits:,} pen digits"):
            train = with_pen_digits(train, config.pen_digits, config.seed)
    if config.straighten:
        with stage("Straightening the images"):
            both = train, validation
            train, validation = ((straighten(images), labels) for images, labels in both)
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
                if pool is None or state.epoch % config.reuse == 0:
                    pool = next(made)
                yield _run_epoch(model, state, config, pool, held_out, started)
                started = time.perf_counter()
    finally:
        model.parameters[:] = state.best_parameters


def _threads_beside_distortions(threads: ThreadpoolController) -> int:
    """Return how many threads a matrix product may take so that a core is left to distort images.

    One that is spread over all cores waits for the core that distorts, and an epoch on two cores
    takes half as long again (benchmarks/background_cores.py).
    """
    found = [library.num_threads for library in threads.select(user_api="blas").lib_controllers]
    return max(1, min(found, default=1) - 1)


class _Learned(NamedTuple):
    """The means over an epoch's training images, and over its steps; the last learning rate."""

    loss: float
    accuracy: float
    gradient_norm: float
    learning_rate: float


def _learn(model: MLP, state: TrainingState, config: Config, pool: Pool) -> _Learned:
    """Go once through the training images: forward, backward, step."""
    schedule = SCHEDULES[config.schedule]
    images = len(pool.pixels)
    steps = math.ceil(images / config.batch_size)
    loss_sum, correct, norm_sum = 0.0, 0, 0.0
    order_rng = np.random.default_rng([config.seed, state.epoch])
    dropout_rng = np.random.default_rng([config.seed, state.epoch, _DROPOUT])
    for step, (x, y) in enumerate(mini_batches(pool, config.batch_size, order_rng)):
        progress = (state.epoch + step / steps) / config.epochs
        lr = config.learning_rate * schedule(progress)
        activations = model.forward(x, dropout=config.dropout, rng=dropout_rng)
        loss, gradient = model.backward(activations, y, dropout=config.dropout)
        add_l2(model, gradient, config.l2)
        norm_sum += clip_norm(gradient, config.clip_norm or math.inf)
        state.optimizer.step(model.parameters, gradient, lr)
        if state.average is not None:
            state.average += (1 - config.ema) * (model.parameters - state.average)
        loss_sum += loss * len(x)
        correct += count_correct(activations[-1], y)
    return _Learned(loss_sum / images, correct / images, norm_sum / steps, lr)


def add_l2(model: MLP, gradient: Floats, l2: float) -> None:
    """Add the derivative of λ/2·‖W‖² to a gradient, in place: ∂L/∂W + λ·W. Biases are left free."""
    if l2:
        for W, dW in zip(model.weights, model.views(gradient)[0], strict=True):
            dW += l2 * W


@np.errstate(over="ignore", invalid="ignore")  # a run that breaks down says so in its own words
def _run_epoch(
    model: MLP,
    state: TrainingState,
    config: Config,
    pool: Pool,
    held_out: tuple[NDArray[np.float32], Bytes],
    started: float,
) -> EpochStats:
    """Learn from every training image once, then measure on the validation images."""
    learned = _learn(model, state, config, pool)
    state.epoch += 1
    candidate = model.parameters if state.average is None else state.average
    validation = _evaluate_with(candidate, model, held_out)
    advice = f"try a learning_rate of {config.learning_rate / 10:.2g}"
    results = learned.loss, validation.loss, learned.gradient_norm
    check_numbers(model, results, state.epoch, advice)
    check_units(model, validation.dead_units, held_out[0], state.epoch, advice)
    is_best = state.note_if_best(candidate, validation.accuracy, validation.loss)
    seconds = time.perf_counter() - started
    state.seconds += seconds
    return EpochStats(
        epoch=state.epoch,
        train_loss=learned.loss,
        train_accuracy=learned.accuracy,
        validation_loss=validation.loss,
        validation_accuracy=validation.accuracy,
        learning_rate=learned.learning_rate,
        gradient_norm=learned.gradient_norm,
        dead_units=validation.dead_units,
        seconds=seconds,
        is_best=is_best,
    )


def _evaluate_with(
    parameters: Floats, model: MLP, held_out: tuple[NDArray[np.float32], Bytes]
) -> Evaluation:
    """Evaluate a model with other parameters (the running mean) than those it is trained with."""
    trained = model.parameters.copy()
    model.parameters[:] = parameters
    evaluation = evaluate(model, *held_out)
    model.parameters[:] = trained
    return evaluation
