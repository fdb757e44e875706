"""The training loop: what it learns, what it keeps, when it stops, and what it says."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from mnist_recognizer.data.augmentation import Distortion
from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.data.pixels import to_pixels
from mnist_recognizer.nn import MLP, LayerSizesError
from mnist_recognizer.nn.schedules import SCHEDULES, cosine
from mnist_recognizer.training import fit as fit_module
from mnist_recognizer.training.batches import Pool, mini_batches
from mnist_recognizer.training.config import Config
from mnist_recognizer.training.fit import (
    EpochStats,
    TrainingState,
    evaluate,
    fit,
    is_finished,
)
from mnist_recognizer.training.health import DivergedError

Data = tuple[np.ndarray, np.ndarray]
ADAM = {"optimizer": "adam", "learning_rate": 0.003}
EVERYTHING = {
    **ADAM,
    "schedule": "cosine",
    "ema": 0.9,
    "augment": True,
    "reuse": 2,
    "fade": 0.5,
    "label_smoothing": 0.1,
    "dropout": 0.1,
    "l2": 1e-4,
    "clip_norm": 5.0,
}


def config(**settings: Any) -> Config:
    return Config.from_dict({"epochs": 3, "batch_size": 32, **settings})


def network(seed: int = 0) -> MLP:
    return MLP(784, [16], 10, seed=seed)


def run(
    train: Data, validation: Data, model: MLP | None = None, **settings: Any
) -> tuple[MLP, list[EpochStats]]:
    model = model or network()
    return model, list(fit(model, train, validation, config(**settings)))


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[bytes]]:
    """Let validation give these (loss, accuracy) pairs; remember the parameters at each."""

    def script(*results: tuple[float, float]) -> list[bytes]:
        seen: list[bytes] = []

        def evaluate(model: MLP, x: Any, y: Any, alive: Any) -> tuple[float, float]:
            for units in alive:
                units[:] = True
            seen.append(model.parameters.tobytes())
            return results[len(seen) - 1]

        monkeypatch.setattr(fit_module, "evaluate", evaluate)
        return seen

    return script


# --- what it learns ------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [{"learning_rate": 0.3}, ADAM, EVERYTHING], ids=str)
def test_training_improves(digits: Data, more_digits: Data, settings: dict[str, Any]) -> None:
    model, stats = run(digits, more_digits, epochs=12, **settings)
    assert stats[-1].train_loss < stats[0].train_loss / 1.5
    assert max(epoch.validation_accuracy for epoch in stats) > 0.9
    assert [epoch.epoch for epoch in stats] == list(range(1, 13))
    assert evaluate(model, to_pixels(more_digits[0]), more_digits[1])[1] > 0.9


def test_plain_training_is_the_textbooks_loop_bit_for_bit(digits: Data, more_digits: Data) -> None:
    trained, by_hand = network(), network()
    for _ in fit(trained, digits, more_digits, config(seed=5, epochs=2, learning_rate=0.1)):
        last = trained.parameters.copy()
    x = digits[0].reshape(300, 784).astype(np.float32) * np.float32(1 / 255)
    for epoch in range(2):
        order = np.random.default_rng([5, epoch]).permutation(len(x))
        for start in range(0, len(x), 32):
            batch = order[start : start + 32]
            by_hand.train_step(x[batch], digits[1][batch], lr=0.1)
    assert last.tobytes() == by_hand.parameters.tobytes()


@pytest.mark.parametrize("settings", [{}, EVERYTHING], ids=["classic", "everything"])
def test_the_same_seed_gives_the_same_weights_bit_for_bit(
    digits: Data, more_digits: Data, settings: dict[str, Any]
) -> None:
    one, one_stats = run(digits, more_digits, seed=1, **settings)
    same, same_stats = run(digits, more_digits, seed=1, **settings)
    other, _ = run(digits, more_digits, seed=2, **settings)
    assert one.parameters.tobytes() == same.parameters.tobytes()
    assert one.parameters.tobytes() != other.parameters.tobytes()
    for a, b in zip(one_stats, same_stats, strict=True):
        assert {**a.to_dict(), "seconds": 0} == {**b.to_dict(), "seconds": 0}


def test_the_running_mean_is_what_is_validated_and_kept(
    digits: Data, more_digits: Data, scripted: Callable[..., list[bytes]]
) -> None:
    seen = scripted((1.0, 0.5))
    model, _ = run(digits, more_digits, epochs=1, ema=0.9, learning_rate=0.1)
    by_hand = network()
    average = by_hand.parameters.copy()
    rng = np.random.default_rng([0, 0])
    for x, y in mini_batches(Pool(digits[0].reshape(300, 784), digits[1]), 32, rng):
        by_hand.train_step(x, y, lr=0.1)
        average += np.float32(1 - 0.9) * (by_hand.parameters - average)
    np.testing.assert_allclose(model.parameters, average, rtol=1e-6, atol=1e-8)
    assert seen == [model.parameters.tobytes()]


def test_training_goes_on_from_the_weights_and_not_from_their_mean(
    digits: Data, more_digits: Data
) -> None:
    plain, mean = network(), network()
    for _ in fit(plain, digits, more_digits, config()):
        trained = plain.parameters.copy()
    state = TrainingState(mean, config(ema=0.99))
    for _ in fit(mean, digits, more_digits, config(ema=0.99), state):
        beside = mean.parameters.copy()
    assert trained.tobytes() == beside.tobytes()
    assert state.average is not None
    assert state.average.tobytes() != beside.tobytes()


def test_label_smoothing_spreads_a_share_of_the_target(
    digits: Data, more_digits: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    targets, backward = [], MLP.backward

    def watched(model: MLP, x: Any, y: Any, workspace: Any, **dropout: Any) -> Any:
        targets.append(y)
        return backward(model, x, y, workspace, **dropout)

    monkeypatch.setattr(MLP, "backward", watched)
    run(digits, more_digits, epochs=1, batch_size=300, label_smoothing=0.1)
    labels = digits[1][np.random.default_rng([0, 0]).permutation(300)]
    assert targets[0].dtype == np.float32
    np.testing.assert_allclose(targets[0], np.eye(10)[labels] * 0.9 + 0.01, rtol=1e-6)


def test_the_schedule_runs_over_all_steps_of_all_epochs(
    digits: Data, more_digits: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates = []
    monkeypatch.setattr(
        "mnist_recognizer.nn.optimizers.SGD.step", lambda self, theta, g, lr: rates.append(lr)
    )
    _, stats = run(digits, more_digits, epochs=2, learning_rate=0.5, schedule="cosine")
    steps = 2 * 10  # 300 images in batches of 32
    assert rates == [0.5 * cosine(number / steps) for number in range(steps)]
    assert [epoch.learning_rate for epoch in stats] == [rates[9], rates[19]]


def test_weight_decay_reaches_the_optimizer() -> None:
    settings = config(optimizer="adamw", weight_decay=0.25)
    assert vars(TrainingState(network(), settings).optimizer)["weight_decay"] == 0.25


@pytest.mark.parametrize("augment", [False, True])
def test_pen_digits_are_trained_on_beside_the_others(
    digits: Data, more_digits: Data, augment: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, backward = [], MLP.backward

    def watched(model: MLP, x: Any, y: Any, workspace: Any, **dropout: Any) -> Any:
        seen.append(len(y))
        return backward(model, x, y, workspace, **dropout)

    monkeypatch.setattr(MLP, "backward", watched)
    run(digits, more_digits, epochs=1, pen_digits=50, augment=augment)
    assert sum(seen) == 350


def test_l2_adds_to_the_gradient_of_weights_but_not_of_biases(
    digits: Data, more_digits: Data
) -> None:
    by_hand = network()
    by_hand.biases[0][:] = 0.5
    trained = network()
    trained.parameters[:] = by_hand.parameters
    _, _, workspace = by_hand.backward(to_pixels(digits[0]), digits[1])
    for W, b, dW, db in zip(
        by_hand.weights,
        by_hand.biases,
        workspace.weight_gradients,
        workspace.bias_gradients,
        strict=True,
    ):
        W -= 0.1 * (dW + 0.5 * W)
        b -= 0.1 * db
    _, (stats,) = run(
        digits, more_digits, trained, epochs=1, batch_size=300, learning_rate=0.1, l2=0.5
    )
    np.testing.assert_allclose(trained.parameters, by_hand.parameters, rtol=1e-4, atol=1e-6)
    _, (plain,) = run(digits, more_digits, epochs=1, batch_size=300, learning_rate=0.1)
    assert stats.gradient_norm > 1.5 * plain.gradient_norm
    fresh = network()
    fresh.biases[0][:] = 0.5
    assert stats.train_loss == pytest.approx(
        fresh.backward(to_pixels(digits[0]), digits[1])[0], rel=1e-5
    )


def test_gradients_that_are_too_long_are_shortened_and_their_length_is_told(
    digits: Data, more_digits: Data
) -> None:
    steps, norms = [], []
    for limit in (0.0, 0.01, 1e6):
        start = network().parameters
        settings = {"epochs": 1, "batch_size": 300, "learning_rate": 0.5}
        model, (stats,) = run(digits, more_digits, clip_norm=limit, **settings)
        steps.append(float(np.linalg.norm(model.parameters - start)))
        norms.append(stats.gradient_norm)
    assert steps[0] == steps[2]
    assert steps[1] == pytest.approx(0.5 * 0.01, rel=1e-3)
    assert norms == pytest.approx([norms[0]] * 3, rel=1e-5)
    assert steps[0] == pytest.approx(0.5 * norms[0], rel=1e-3)


def test_dropout_leaves_units_out_by_a_generator_of_seed_and_epoch(
    digits: Data, more_digits: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn, backward = [], MLP.backward

    def watched(model: MLP, *arguments: Any, dropout: float, rng: np.random.Generator) -> Any:
        before = rng.bit_generator.state["state"]["state"]
        result = backward(model, *arguments, dropout=dropout, rng=rng)
        drawn.append((dropout, before, rng.bit_generator.state["state"]["state"]))
        return result

    monkeypatch.setattr(MLP, "backward", watched)
    run(digits, more_digits, epochs=2, batch_size=150, dropout=0.4, seed=6)
    assert {dropout for dropout, _, _ in drawn} == {0.4}
    for epoch in range(2):
        first, second = drawn[2 * epoch : 2 * epoch + 2]
        fresh = np.random.default_rng([6, epoch, 2]).bit_generator.state["state"]["state"]
        assert first[1] == fresh
        assert first[2] == second[1] != first[1]


def test_a_recipe_with_a_teacher_needs_one(digits: Data, more_digits: Data) -> None:
    with pytest.raises(ValueError, match="the recipe asks for a teacher: train one first"):
        run(digits, more_digits, teacher_epochs=1)


@pytest.mark.parametrize("augment", [False, True])
def test_a_student_ends_up_answering_as_its_teacher_does(
    digits: Data, more_digits: Data, augment: bool
) -> None:
    teacher = MLP(784, [20], 10, seed=7)  # untrained: its opinions are its own
    settings = {"teacher_epochs": 1, "teacher_weight": 1.0, "temperature": 1.0}
    student, x = network(), to_pixels(digits[0])
    before = np.mean(student.predict(x) == teacher.predict(x))
    for _ in fit(
        student,
        digits,
        (digits[0], teacher.predict(x).astype(np.uint8)),
        config(epochs=15, augment=augment, **ADAM, **settings),
        teacher=teacher,
    ):
        pass
    assert before < 0.3
    assert np.mean(student.predict(x) == teacher.predict(x)) > 0.8


@pytest.mark.slow
def test_three_epochs_of_adam_read_96_percent_of_mnist(mnist: Mnist) -> None:
    train_x, train_y, validation_x, validation_y = mnist.split()
    stats = list(
        fit(
            MLP(),
            (train_x, train_y),
            (validation_x, validation_y),
            config(batch_size=128, optimizer="adam", learning_rate=0.001),
        )
    )
    assert max(epoch.validation_accuracy for epoch in stats) >= 0.96


# --- what it tells -------------------------------------------------------------------------------


def test_an_epochs_numbers_are_those_of_its_steps(digits: Data, more_digits: Data) -> None:
    before = network()
    loss, correct, workspace = before.backward(to_pixels(digits[0]), digits[1])
    _, (stats,) = run(digits, more_digits, epochs=1, batch_size=300, learning_rate=1e-8)
    assert stats.train_loss == pytest.approx(loss, rel=1e-5)
    assert stats.train_accuracy == correct / 300
    norm = float(np.sqrt(np.sum(np.square(workspace.gradient, dtype=np.float64))))
    assert stats.gradient_norm == pytest.approx(norm, rel=1e-5)
    expected = evaluate(before, to_pixels(more_digits[0]), more_digits[1])
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
    x = to_pixels(more_digits[0])
    alive = [np.zeros(16, np.bool_), np.zeros(8, np.bool_)]
    evaluate(model, x[:1], more_digits[1][:1], alive)
    np.testing.assert_array_equal(alive[0], x[0] @ model.weights[0] + model.biases[0] > 0)
    few = [units.copy() for units in alive]
    evaluate(model, x[1:], more_digits[1][1:], alive)  # a unit that woke once stays awake
    assert all((~old | new).all() for old, new in zip(few, alive, strict=True))


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
    loss, accuracy = evaluate(model, x, y)
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


# --- runs that break down ------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam", "adamw"])
@pytest.mark.parametrize("batch_size", [32, 300], ids=["ten steps", "one step"])
def test_a_diverging_run_says_so_and_what_to_try_without_warnings(
    digits: Data,
    more_digits: Data,
    optimizer: str,
    batch_size: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(SCHEDULES, "constant", lambda progress: 1e38)
    model = network()
    with pytest.raises(DivergedError, match=r"overflowed in epoch 1 .* a learning_rate of 0\.01"):
        list(
            fit(
                model,
                digits,
                more_digits,
                config(batch_size=batch_size, learning_rate=0.1, optimizer=optimizer),
            )
        )


@pytest.mark.parametrize("learning_rate", [10.0, 100.0])
def test_learning_rates_that_are_much_too_large_end_in_advice(
    digits: Data, more_digits: Data, learning_rate: float
) -> None:
    with pytest.raises(DivergedError, match=f"try a learning_rate of {learning_rate / 10:g}"):
        run(digits, more_digits, epochs=50, learning_rate=learning_rate)


def test_a_network_whose_units_are_all_dead_is_told(digits: Data, more_digits: Data) -> None:
    model = network()
    model.biases[0][:] = -1000
    with pytest.raises(DivergedError, match=r"1 every unit of hidden layer 1 is dead.*0\.001"):
        run(digits, more_digits, model)


def test_a_network_that_dies_before_its_running_mean_does_is_told(
    digits: Data, more_digits: Data, scripted: Callable[..., list[bytes]]
) -> None:
    scripted((1.0, 0.5))  # the running mean is well
    model = network()
    model.biases[0][:] = -1000
    with pytest.raises(DivergedError, match="one answer for all images: every unit of a hidden"):
        run(digits, more_digits, model, ema=0.9)


def test_a_run_that_breaks_down_later_keeps_its_best_weights(
    digits: Data, more_digits: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        SCHEDULES,
        "constant",
        lambda progress: 1.0 if progress < 0.5 else 1e38,
    )
    model, settings = network(), config(epochs=4, learning_rate=0.1)
    state = TrainingState(model, settings)
    epochs = fit(model, digits, more_digits, settings, state)
    seen = [next(epochs) and model.parameters.tobytes() for _ in range(2)]
    with pytest.raises(DivergedError, match="in epoch 3"):
        next(epochs)
    assert model.parameters.tobytes() == seen[state.best_epoch - 1]


def test_numpys_warnings_stay_as_the_caller_set_them(digits: Data, more_digits: Data) -> None:
    for _ in fit(network(), digits, more_digits, config(epochs=2)):
        assert np.geterr()["over"] == "warn"
        assert np.geterr()["invalid"] == "warn"


def test_no_thread_is_left_behind(digits: Data, more_digits: Data) -> None:
    def at_work() -> Iterator[threading.Thread]:
        return (thread for thread in threading.enumerate() if thread.name == "background")

    epochs = fit(network(), digits, more_digits, config(augment=True))
    next(epochs)
    epochs.close()
    assert not list(at_work())


def test_the_distortions_strengths_are_the_settings(
    digits: Data, more_digits: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = []

    def watched(images: Any, rng: Any, distortion: Distortion, out: np.ndarray) -> None:
        given.append(distortion)
        out[:] = images.reshape(out.shape)

    monkeypatch.setattr("mnist_recognizer.training.batches.distort_bytes", watched)
    affine = {"rotation": 1.0, "scale": 0.2, "shear": 0.3, "shift": 4.0}
    strengths = {**affine, "elastic": 5.0, "thickness": 0.6}
    run(digits, more_digits, epochs=1, augment=True, **strengths)
    assert set(given) == {Distortion(**strengths)}


@pytest.mark.parametrize("sizes", [(700, [16], 10), (784, [16], 5)])
def test_a_network_that_does_not_fit_mnist_is_refused_before_training(
    digits: Data, more_digits: Data, sizes: tuple[int, list[int], int]
) -> None:
    with pytest.raises(LayerSizesError, match="784 pixels an image and 10 digits"):
        run(digits, more_digits, MLP(*sizes))
