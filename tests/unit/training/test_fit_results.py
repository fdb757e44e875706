"""The training loop: what it tells, what it keeps, and when it stops."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from fitting import EVERYTHING, Data, config, network, run

from mnist_recognizer.data.pixels import to_pixels
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.losses import count_correct
from mnist_recognizer.synthesis.augmentation import Distortion
from mnist_recognizer.training.evaluate import evaluate
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.state import TrainingState, is_finished

# --- what it tells -------------------------------------------------------------------------------


def test_an_epochs_numbers_are_those_of_its_steps(digits: Data, more_digits: Data) -> None:
    before = network()
    activations = before.forward(to_pixels(digits[0]))
    loss, gradient = before.backward(activations, digits[1])
    _, (stats,) = run(digits, more_digits, epochs=1, batch_size=300, learning_rate=1e-8)
    assert stats.train_loss == pytest.approx(loss, rel=1e-5)
    assert stats.train_accuracy == count_correct(activations[-1], digits[1]) / 300
    norm = float(np.sqrt(np.sum(np.square(gradient, dtype=np.float64))))
    assert stats.gradient_norm == pytest.approx(norm, rel=1e-5)
    *expected, _ = evaluate(before, to_pixels(more_digits[0]), more_digits[1])
    assert (stats.validation_loss, stats.validation_accuracy) == pytest.approx(expected, rel=1e-5)
    assert stats.seconds > 0
    assert stats.is_best
    assert stats.dead_units == [0]


def test_dead_units_are_those_that_no_validation_image_wakes(
    digits: Data, more_digits: Data
) -> None:
    model = MLP(784, [16, 8], 10)
    model.biases[0][3:5] = -1000
    model.biases[1][:] = 1  # alive
    model.biases[1][6] = -1000
    _, (stats,) = run(digits, more_digits, model, epochs=1, learning_rate=1e-8)
    assert stats.dead_units == [2, 1]


def test_a_unit_that_one_image_of_many_batches_wakes_is_not_dead() -> None:
    model = MLP(2, [2], 2)
    model.weights[0][:] = [[1, 0], [0, 1]]
    x = np.zeros((2345, 2), np.float32)
    x[1500, 0] = 1
    assert evaluate(model, x, np.zeros(2345, int)).dead_units == [1]


def test_a_network_without_hidden_layers_has_no_dead_units(digits: Data, more_digits: Data) -> None:
    _, (stats,) = run(digits, more_digits, MLP(784, [], 10), epochs=1)
    assert stats.dead_units == []


def test_the_last_smaller_batch_counts_by_its_size(digits: Data, more_digits: Data) -> None:
    _, (whole,) = run(digits, more_digits, epochs=1, batch_size=300, learning_rate=1e-8)
    _, (parts,) = run(digits, more_digits, epochs=1, batch_size=299, learning_rate=1e-8)
    assert parts.train_loss == pytest.approx(whole.train_loss, rel=1e-5)
    assert parts.train_accuracy == whole.train_accuracy


def test_evaluation_agrees_with_predict_proba_on_any_number_of_images() -> None:
    rng = np.random.default_rng(0)
    model, x, y = network(), rng.uniform(size=(2345, 784)).astype(np.float32), np.arange(2345) % 10
    loss, accuracy, _ = evaluate(model, x, y)
    y_hat = model.predict_proba(x)
    assert loss == pytest.approx(-np.log(y_hat[np.arange(2345), y]).mean(), rel=1e-5)
    assert accuracy == np.mean(y_hat.argmax(axis=1) == y)


# --- what it keeps -------------------------------------------------------------------------------


def test_the_best_epochs_weights_are_restored_at_the_end(
    digits: Data, more_digits: Data, scripted: Callable[..., list[bytes]]
) -> None:
    seen = scripted((1.0, 0.5), (0.9, 0.8), (0.5, 0.7), (0.4, 0.8), (0.6, 0.8))
    model, stats = run(digits, more_digits, epochs=5)
    assert [epoch.is_best for epoch in stats] == [True, True, False, True, False]
    assert model.parameters.tobytes() == seen[3]  # of equal accuracies, that with the lower loss


def test_a_recipe_can_take_the_epoch_with_the_lowest_loss(
    digits: Data, more_digits: Data, scripted: Callable[..., list[bytes]]
) -> None:
    seen = scripted((1.0, 0.5), (0.4, 0.7), (0.5, 0.9), (0.4, 0.8), (0.4, 0.8))
    model, stats = run(digits, more_digits, epochs=5, best_by="loss")
    assert [epoch.is_best for epoch in stats] == [True, True, False, True, False]
    assert model.parameters.tobytes() == seen[3]  # of equal losses, that with the higher accuracy


def test_a_recipe_can_take_the_last_epoch(
    digits: Data, more_digits: Data, scripted: Callable[..., list[bytes]]
) -> None:
    seen = scripted((0.4, 0.9), (0.5, 0.8), (0.6, 0.7))
    model, stats = run(digits, more_digits, epochs=3, best_by="last")
    assert [epoch.is_best for epoch in stats] == [True, True, True]
    assert model.parameters.tobytes() == seen[2]


def test_the_best_weights_are_restored_when_the_caller_stops(
    digits: Data, more_digits: Data, scripted: Callable[..., list[bytes]]
) -> None:
    seen = scripted((1.0, 0.9), (1.0, 0.5), (1.0, 0.6))
    model = network()
    for stats in fit(model, digits, more_digits, config()):
        if stats.epoch == 2:
            break
    assert model.parameters.tobytes() == seen[0]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_the_best_weights_are_restored_after_an_error(
    digits: Data,
    more_digits: Data,
    scripted: Callable[..., list[bytes]],
    monkeypatch: pytest.MonkeyPatch,
    error: type[BaseException],
) -> None:
    seen = scripted((1.0, 0.9), (1.0, 0.5))
    model = network()
    epochs = fit(model, digits, more_digits, config())
    next(epochs)
    next(epochs)

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(MLP, "backward", fail)
    with pytest.raises(error):
        next(epochs)
    assert model.parameters.tobytes() == seen[0]


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_the_best_weights_are_restored_when_the_next_pool_fails(
    digits: Data,
    more_digits: Data,
    scripted: Callable[..., list[bytes]],
    monkeypatch: pytest.MonkeyPatch,
    error: type[BaseException],
) -> None:
    seen, blocks = scripted((1.0, 0.9), (1.0, 0.5)), []

    def fails_later(images: Any, rng: Any, distortion: Distortion, out: np.ndarray) -> None:
        blocks.append(distortion)
        if len(blocks) == 3:
            raise error

    monkeypatch.setattr("mnist_recognizer.training.batches.distort_bytes", fails_later)
    model = network()
    epochs = fit(model, digits, more_digits, config(augment=True))
    assert [next(epochs).is_best, next(epochs).is_best] == [True, False]
    with pytest.raises(error):
        next(epochs)
    assert model.parameters.tobytes() == seen[0]
    assert not [thread for thread in threading.enumerate() if thread.name == "background"]


@pytest.mark.parametrize("end", ["close", "throw"])
def test_the_best_weights_are_restored_when_the_generator_is_ended(
    digits: Data, more_digits: Data, scripted: Callable[..., list[bytes]], end: str
) -> None:
    seen = scripted((1.0, 0.9), (1.0, 0.5))
    model = network()
    epochs = fit(model, digits, more_digits, config())
    next(epochs)
    next(epochs)
    assert model.parameters.tobytes() == seen[1]
    if end == "close":
        epochs.close()
    else:
        with pytest.raises(KeyboardInterrupt):
            epochs.throw(KeyboardInterrupt)
    assert model.parameters.tobytes() == seen[0]


def test_an_error_in_the_first_epoch_gives_the_first_weights_back(
    digits: Data, more_digits: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, steps, backward = network(), [], MLP.backward

    def fails_later(model: MLP, *arguments: Any, **dropout: Any) -> Any:
        steps.append(model.parameters.tobytes())
        if len(steps) == 4:
            raise KeyboardInterrupt
        return backward(model, *arguments, **dropout)

    monkeypatch.setattr(MLP, "backward", fails_later)
    with pytest.raises(KeyboardInterrupt):
        list(fit(model, digits, more_digits, config()))
    assert len(set(steps)) == 4
    assert model.parameters.tobytes() == steps[0]


def test_a_state_carries_training_on_bit_for_bit(digits: Data, more_digits: Data) -> None:
    settings = config(epochs=4, **EVERYTHING)
    whole = network()
    list(fit(whole, digits, more_digits, settings))
    parts = network()
    state = TrainingState(parts, settings)
    for _ in range(2):
        epochs = fit(parts, digits, more_digits, settings, state)
        next(epochs)
        next(epochs)
        trained = parts.parameters.copy()
        epochs.close()  # restores the best
        parts.parameters[:] = trained
    assert state.best_parameters.tobytes() == whole.parameters.tobytes()


# --- when it stops -------------------------------------------------------------------------------


def test_patience_stops_after_so_many_epochs_without_a_better_one(
    digits: Data, more_digits: Data, scripted: Callable[..., list[bytes]]
) -> None:
    seen = scripted((1.0, 0.5), (1.0, 0.7), (1.0, 0.6), (1.0, 0.7), (1.0, 0.9))
    model, stats = run(digits, more_digits, epochs=9, patience=2)
    assert len(stats) == 4
    assert model.parameters.tobytes() == seen[1]


@pytest.mark.parametrize(
    ("epoch", "best_epoch", "patience", "finished"),
    [
        (0, 0, 0, False),
        (9, 1, 0, False),
        (10, 10, 0, True),
        (11, 1, 0, True),
        (5, 4, 2, False),
        (6, 4, 2, True),
        (1, 1, 1, False),
    ],
)
def test_a_run_is_finished_by_its_epochs_or_its_patience(
    epoch: int, best_epoch: int, patience: int, finished: bool
) -> None:
    assert is_finished(config(epochs=10, patience=patience), epoch, best_epoch) is finished


def test_a_finished_state_is_not_trained_further(digits: Data, more_digits: Data) -> None:
    model, settings = network(), config(epochs=2)
    state = TrainingState(model, settings)
    assert len(list(fit(model, digits, more_digits, settings, state))) == 2
    assert not list(fit(model, digits, more_digits, settings, state))
