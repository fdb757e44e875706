"""The teacher's settings, its first weights, and its answers as targets."""

import numpy as np
import pytest

from mnist_recognizer.nn import MLP
from mnist_recognizer.training.config import Config
from mnist_recognizer.training.teacher import make_teacher, soft_targets, teacher_config

TAUGHT = Config.from_dict(
    {
        "epochs": 9,
        "optimizer": "adamw",
        "weight_decay": 0.1,
        "ema": 0.9,
        "augment": True,
        "reuse": 3,
        "augment_decay": 0.5,
        "thickness": 0.3,
        "teacher_epochs": 4,
        "teacher_hidden": "20,12",
        "teacher_optimizer": "momentum",
        "teacher_learning_rate": 0.002,
        "temperature": 5.0,
        "seed": 3,
    }
)


def test_a_teacher_is_trained_as_its_student_is_but_has_no_teacher_and_no_savings() -> None:
    teacher = teacher_config(TAUGHT)
    own = {
        "epochs",
        "optimizer",
        "learning_rate",
        "weight_decay",
        "seed",
        "reuse",
        "augment_decay",
        "best_by",
    }
    asked_for = {name for name in TAUGHT.to_dict() if name.startswith(("teacher_", "temperature"))}
    for name, value in TAUGHT.to_dict().items():
        if name not in own | asked_for:
            assert getattr(teacher, name) == value, name
    assert (teacher.epochs, teacher.learning_rate, teacher.teacher_epochs) == (4, 0.002, 0)
    assert (teacher.reuse, teacher.augment_decay) == (1, 0.0)
    assert teacher.best_by == "loss"
    assert (teacher.optimizer, teacher.weight_decay) == ("momentum", 0.0)


def test_a_teacher_that_adamw_trains_has_the_students_weight_decay() -> None:
    assert teacher_config(TAUGHT.changed(teacher_optimizer="adamw")).weight_decay == 0.1


def test_a_teachers_seed_follows_from_the_runs_and_is_another() -> None:
    seeds = [teacher_config(TAUGHT.changed(seed=seed)).seed for seed in (0, 1, 2, 2**32 - 1)]
    assert len(set(seeds)) == 4
    assert seeds == [teacher_config(TAUGHT.changed(seed=s)).seed for s in (0, 1, 2, 2**32 - 1)]
    assert not set(seeds) & {0, 1, 2, 2**32 - 1}


def test_a_teacher_has_the_layers_and_the_first_weights_of_its_settings() -> None:
    teacher = make_teacher(TAUGHT)
    assert teacher.layer_sizes == (784, 20, 12, 10)
    expected = MLP(784, (20, 12), 10, seed=teacher_config(TAUGHT).seed)
    assert teacher.parameters.tobytes() == expected.parameters.tobytes()


@pytest.mark.parametrize("weight", [0.0, 0.25, 1.0])
def test_targets_are_the_teachers_softened_answers_and_the_labels(weight: float) -> None:
    teacher, rng = make_teacher(TAUGHT), np.random.default_rng(0)
    x = rng.uniform(size=(50, 784)).astype(np.float32)
    labels = np.eye(10, dtype=np.float32)[rng.integers(10, size=50)]
    targets = soft_targets(teacher, x, labels, TAUGHT.changed(teacher_weight=weight))
    z = teacher.logits(x).astype(np.float64) / 5
    softened = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    assert targets.dtype == np.float32
    np.testing.assert_allclose(targets, weight * softened + (1 - weight) * labels, atol=1e-6)
    np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-5)
