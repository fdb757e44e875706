"""The training loop: what it learns."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from fitting import ADAM, EVERYTHING, Data, config, network, run
from repository import BACKEND
from threadpoolctl import threadpool_info, threadpool_limits

from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.data.pixels import to_pixels
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.schedules import cosine
from mnist_recognizer.training.batches import Pool, mini_batches
from mnist_recognizer.training.evaluate import evaluate
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.state import TrainingState
from mnist_recognizer.vision.slant import straighten


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


def test_straighten_trains_and_validates_on_straightened_images(
    digits: Data, more_digits: Data
) -> None:
    settings = {"seed": 3, "epochs": 2, "learning_rate": 0.1}
    one, one_stats = run(digits, more_digits, straighten=True, **settings)
    upright = [(straighten(images), labels) for images, labels in (digits, more_digits)]
    same, same_stats = run(*upright, **settings)
    other, _ = run(digits, more_digits, **settings)
    assert one.parameters.tobytes() == same.parameters.tobytes()
    assert one.parameters.tobytes() != other.parameters.tobytes()
    assert one_stats[-1].validation_loss == same_stats[-1].validation_loss


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


@pytest.mark.parametrize(("augment", "threads"), [(True, 1), (False, 2)])
def test_products_leave_a_core_to_the_distortions(
    digits: Data,
    more_digits: Data,
    monkeypatch: pytest.MonkeyPatch,
    augment: bool,
    threads: int,
) -> None:
    def in_use() -> set[int]:  # nothing where NumPy's products are the system's own
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    def watched(*parts: Any) -> Iterator[Any]:
        seen.append(in_use())
        return mini_batches(*parts)

    seen: list[set[int]] = []
    monkeypatch.setattr("mnist_recognizer.training.fit.mini_batches", watched)
    with threadpool_limits(2, user_api="blas"):
        epochs = fit(network(), digits, more_digits, config(augment=augment, epochs=2))
        seen.extend(in_use() for _ in epochs)  # pools are made between epochs, too
        assert in_use() <= {2}
    assert len(seen) == 4
    assert all(found <= {threads} for found in seen)


PAUSES = """
import hashlib, time
import numpy as np
from mnist_recognizer.nn import MLP
from mnist_recognizer.training.config import Config
from mnist_recognizer.training.fit import fit

rng = np.random.default_rng(0)
images = rng.integers(0, 256, (6000, 28, 28), np.uint8)
labels = rng.integers(0, 10, 6000).astype(np.uint8)
validation = images[:300], labels[:300]
settings = Config.from_dict({"epochs": 3, "augment": True, "batch_size": 500})
for pause in (0, 0.05, 0.2):
    model, digest = MLP(784, [16], 10), hashlib.sha256()
    for _ in fit(model, (images, labels), validation, settings):
        time.sleep(pause)
        digest.update(model.parameters.tobytes())
    print(digest.hexdigest())
"""


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core gives nothing to choose")
@pytest.mark.slow
def test_what_happens_between_epochs_changes_no_bit() -> None:
    # With these kernels of OpenBLAS, the last bits of a product of this size depend on its threads.
    environment = {
        **os.environ,
        "PYTHONPATH": str(BACKEND),
        "OPENBLAS_NUM_THREADS": "2",
        "OPENBLAS_CORETYPE": "Haswell",
    }
    command = [sys.executable, "-c", PAUSES]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    first, *others = done.stdout.split()
    assert len(others) == 2
    assert set(others) == {first}


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

    def watched(model: MLP, activations: Any, y: Any, **dropout: Any) -> Any:
        targets.append(y)
        return backward(model, activations, y, **dropout)

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

    def watched(model: MLP, activations: Any, y: Any, **dropout: Any) -> Any:
        seen.append(len(y))
        return backward(model, activations, y, **dropout)

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
    _, gradient = by_hand.backward(by_hand.forward(to_pixels(digits[0])), digits[1])
    weight_gradients, bias_gradients = by_hand.views(gradient)
    for W, b, dW, db in zip(
        by_hand.weights, by_hand.biases, weight_gradients, bias_gradients, strict=True
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
        fresh.backward(fresh.forward(to_pixels(digits[0])), digits[1])[0], rel=1e-5
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
    drawn, forward = [], MLP.forward

    def watched(
        model: MLP, x: Any, *, dropout: float = 0.0, rng: np.random.Generator | None = None
    ) -> Any:
        if rng is None:  # validation
            return forward(model, x)
        before = rng.bit_generator.state["state"]["state"]
        result = forward(model, x, dropout=dropout, rng=rng)
        drawn.append((dropout, before, rng.bit_generator.state["state"]["state"]))
        return result

    monkeypatch.setattr(MLP, "forward", watched)
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
