"""100 steps of training beside PyTorch's, whose results lie in tests/golden/oracle.npz."""

import json
from itertools import islice
from typing import Any

import numpy as np
import pytest
from repository import GOLDEN

from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.optimizers import clip_norm, make_optimizer
from mnist_recognizer.nn.schedules import SCHEDULES
from mnist_recognizer.training.config import Config
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.state import TrainingState

ORACLE = dict(np.load(GOLDEN / "oracle.npz"))
CASES: dict[str, dict[str, Any]] = json.loads(str(ORACLE["cases"]))
HIDDEN, EPOCHS, BATCH, EVERY = (16, 12), 10, 32, 7
STEPS = EPOCHS * len(ORACLE["images"]) // BATCH


def network(dtype: type[np.floating]) -> MLP:
    model = MLP(hidden_sizes=HIDDEN, dtype=dtype)
    model.parameters[:] = ORACLE["start"]
    return model


def smoothed(labels: np.ndarray, share: float) -> np.ndarray:
    return (1 - share) * np.eye(10)[labels] + share / 10


# In float64 only what PyTorch does differently is left: its clipping adds 1e-6 to the norm.
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(np.float32, 1e-5), (np.float64, 2e-6)], ids=["float32", "float64"]
)
def test_100_steps_give_the_losses_and_parameters_that_pytorch_gives(
    name: str, dtype: type[np.floating], tolerance: float
) -> None:
    case = CASES[name]
    model = network(dtype)
    options = {"weight_decay": case["weight_decay"]} if "weight_decay" in case else {}
    optimizer = make_optimizer(case["optimizer"], model, **options)
    schedule = SCHEDULES[case.get("schedule", "constant")]
    pixels = ORACLE["images"].astype(dtype) / dtype(255)
    losses = []
    for step, rows in enumerate(ORACLE["orders"].reshape(-1, BATCH)):
        y = ORACLE["labels"][rows]
        if "label_smoothing" in case:
            y = smoothed(y, case["label_smoothing"]).astype(dtype)
        loss, gradient = model.backward(model.forward(pixels[rows]), y)
        gradient += case.get("l2", 0.0) * model.parameters  # PyTorch's decays biases too
        clip_norm(gradient, case.get("clip", np.inf))
        lr = case["lr"] * schedule(step / STEPS)
        optimizer.step(model.parameters, gradient, lr)
        losses.append(loss)
    assert len(losses) == STEPS == 100
    np.testing.assert_allclose(losses, ORACLE[f"{name}/losses"], rtol=0, atol=tolerance)
    ends = model.parameters[::EVERY]
    np.testing.assert_allclose(ends, ORACLE[f"{name}/end"], rtol=0, atol=tolerance)


def test_the_whole_training_loop_ends_where_pytorchs_does() -> None:
    case = CASES["whole loop"]
    for epoch, order in enumerate(ORACLE["orders"]):  # the file's are those that fit draws
        drawn = np.random.default_rng([0, epoch]).permutation(len(order))
        np.testing.assert_array_equal(drawn, order)
    config = Config(
        epochs=EPOCHS,
        batch_size=BATCH,
        learning_rate=case["lr"],
        optimizer=case["optimizer"],
        schedule=case["schedule"],
        weight_decay=case["weight_decay"],
        label_smoothing=case["label_smoothing"],
        ema=case["ema"],
        seed=0,
    )
    model = network(np.float32)
    state = TrainingState(model, config)
    digits = ORACLE["images"].reshape(-1, 28, 28), ORACLE["labels"]
    training = fit(model, digits, digits, config, state)
    losses = [stats.train_loss for stats in islice(training, EPOCHS)]
    expected = ORACLE["whole loop/losses"].reshape(EPOCHS, -1).mean(axis=1)
    np.testing.assert_allclose(losses, expected, rtol=0, atol=1e-5)
    ends = model.parameters[::EVERY]  # the last epoch's: fit has not yet brought the best back
    np.testing.assert_allclose(ends, ORACLE["whole loop/end"], rtol=0, atol=1e-5)
    assert state.average is not None
    averages = state.average[::EVERY]
    np.testing.assert_allclose(averages, ORACLE["whole loop/average"], rtol=0, atol=1e-5)


def test_the_cases_differ_so_that_each_setting_is_seen_to_act() -> None:
    ends = {name: ORACLE[f"{name}/end"] for name in CASES}
    for name, end in ends.items():
        for other, values in ends.items():
            assert name == other or np.abs(end - values).max() > 1e-3
