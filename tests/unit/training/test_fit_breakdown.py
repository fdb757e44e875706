"""The training loop: runs that break down, and data that nothing can be learnt from."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from fitting import Data, config, network, run

from mnist_recognizer.nn import MLP, LayerSizesError
from mnist_recognizer.nn.optimizers import OPTIMIZERS
from mnist_recognizer.nn.schedules import SCHEDULES
from mnist_recognizer.synthesis.augmentation import Distortion
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.health import DivergedError
from mnist_recognizer.training.state import TrainingState


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
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
