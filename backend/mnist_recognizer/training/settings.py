"""The settings of a training run, in groups. Their defaults are the classic recipe.

Each setting says what it means, and which values it may have, once. From that come the check of an
edited dict, its error messages, and the flags of ``python train.py`` (``config.py``).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mnist_recognizer.nn.optimizers import OPTIMIZERS
from mnist_recognizer.nn.schedules import SCHEDULES


def _setting(
    default: Any,
    text: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    choices: Sequence[str] = (),
    form: str = "",
    needs: str = "",
) -> Any:
    """Declare a field: its default, its meaning, and its range (both ends allowed) or choices.

    `form` says what a text looks like; `needs` names the setting without which this one would do
    nothing.
    """
    limits = {"low": low, "high": high, "choices": choices, "form": form, "needs": needs}
    return field(default=default, metadata={"help": text, **limits})


@dataclass(frozen=True)
class Training:
    """Gradient descent, and which epoch's weights are kept."""

    epochs: int = _setting(500, "passes over the training images", low=1, high=100_000)
    batch_size: int = _setting(128, "images a step", low=1, high=60_000)
    learning_rate: float = _setting(0.01, "step size η", low=1e-8, high=100.0)
    optimizer: str = _setting("sgd", "how a gradient becomes a step", choices=tuple(OPTIMIZERS))
    schedule: str = _setting("constant", "how η changes", choices=tuple(SCHEDULES))
    weight_decay: float = _setting(0.0, "AdamW's and Muon's λ", low=0.0, high=10.0)
    l2: float = _setting(0.0, "λ of λ/2·‖W‖², added to the loss", low=0.0, high=10.0)
    clip_norm: float = _setting(
        0.0, "gradients longer than this are shortened to it; 0: never", low=0.0, high=1e6
    )
    dropout: float = _setting(
        0.0, "share of the hidden units left out of each step", low=0.0, high=0.9
    )
    label_smoothing: float = _setting(0.0, "share of the target spread evenly", low=0.0, high=0.5)
    ema: float = _setting(
        0.0, "decay of the running mean of the weights; 0 for none", low=0.0, high=0.99999
    )
    straighten: bool = _setting(False, "straighten slanted digits, in training and in use")
    validation: int = _setting(
        10_000, "training images kept apart to choose the best epoch", low=100, high=50_000
    )
    best_by: str = _setting(
        "accuracy",
        "which epoch's weights are kept, by validation; or the last one's",
        choices=("accuracy", "loss", "last"),
    )
    patience: int = _setting(
        0, "stop after so many epochs with no better validation; 0: never", low=0, high=100_000
    )
    seed: int = _setting(0, "of everything random", low=0, high=2**32 - 1)
    save_path: str = _setting(
        "saved_model/weights.pkl", "where the best weights are written", form="a path"
    )


@dataclass(frozen=True)
class Augmentation:
    """How the digits are distorted, each time in another way."""

    augment: bool = _setting(False, "distort the digits, each time in another way")
    reuse: int = _setting(
        1, "epochs that each distorted copy serves", low=1, high=1000, needs="augment"
    )
    rotation: float = _setting(12.0, "distortion: degrees", low=0.0, high=45.0)
    scale: float = _setting(0.12, "distortion: sizes e^±scale", low=0.0, high=0.5)
    shear: float = _setting(0.15, "distortion: slant", low=0.0, high=1.0)
    shift: float = _setting(1.5, "distortion: pixels", low=0.0, high=6.0)
    elastic: float = _setting(1.2, "distortion: pixels of bending", low=0.0, high=5.0)
    thickness: float = _setting(
        0.0, "distortion: pixels by which strokes grow or shrink", low=0.0, high=2.0
    )
    min_augment_strength: float = _setting(
        1.0,
        "the least strength that an image's distortions can have; each has its own, up to 1",
        low=0.0,
        high=1.0,
        needs="augment",
    )
    augment_decay: float = _setting(
        0.0,
        "share of the distortions' strength that is lost by the end",
        low=0.0,
        high=1.0,
        needs="augment",
    )


@dataclass(frozen=True)
class SyntheticDigits:
    """Pen digits that a program draws, to train on as well."""

    pen_digits: int = _setting(
        0, "synthetic pen digits to train on beside MNIST's", low=0, high=500_000
    )
    pen_period: int = _setting(
        1,
        "pen digits take turns: each takes part in one of so many epochs",
        low=1,
        high=1000,
        needs="pen_digits",
    )
    pen_strength: float = _setting(
        1.0,
        "how strongly pen digits are distorted, a share of MNIST's distortions",
        low=0.0,
        high=1.0,
        needs="pen_digits",
    )


@dataclass(frozen=True)
class Distillation:
    """A larger network, the teacher, to learn from."""

    teacher_epochs: int = _setting(
        0, "train a larger network first, and learn from it; 0: no teacher", low=0, high=100_000
    )
    teacher_hidden: str = _setting(
        "1024,512",
        "units of the teacher's hidden layers",
        form="whole numbers with commas",
        needs="teacher_epochs",
    )
    teacher_optimizer: str = _setting(
        "adam", "the teacher's optimizer", choices=tuple(OPTIMIZERS), needs="teacher_epochs"
    )
    teacher_learning_rate: float = _setting(
        0.001, "the teacher's step size", low=1e-8, high=100.0, needs="teacher_epochs"
    )
    teacher_weight: float = _setting(
        0.9,
        "the teacher's share of the target; the label has the rest",
        low=0.0,
        high=1.0,
        needs="teacher_epochs",
    )
    temperature: float = _setting(
        2.0, "softens the teacher's answers", low=1.0, high=100.0, needs="teacher_epochs"
    )
