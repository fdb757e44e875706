"""A training run's settings: one dataclass that validates CONFIG and makes the command line.

Each field says what it means, and which values it may have, once. From that come the check of an
edited dict, its error messages, and the flags of ``python train.py``.
"""

import argparse
import difflib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import Field, asdict, dataclass, field, fields, replace
from itertools import pairwise
from typing import Any, Self

from mnist_recognizer.nn.optimizers import DECAYING, OPTIMIZERS
from mnist_recognizer.nn.schedules import SCHEDULES
from mnist_recognizer.vision.geometry import MNIST, UPRIGHT

_EXAMPLES = {"augment": "True", "pen_digits": "30000", "teacher_epochs": "60 (epochs)"}
_MAX_TEACHER = 16_000_000  # parameters: of four bytes, they fit in the largest weights file


class ConfigError(ValueError):
    """A setting that cannot be used; the message names it and says what it may be."""


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
class Config:
    """How to train. Every field can stand in ``CONFIG`` and on the command line."""

    epochs: int = _setting(500, "passes over the training images", low=1, high=100_000)
    batch_size: int = _setting(128, "images a step", low=1, high=60_000)
    learning_rate: float = _setting(0.01, "step size η", low=1e-8, high=100.0)
    save_path: str = _setting(
        "saved_model/weights.pkl", "where the best weights are written", form="a path"
    )
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
    weakest: float = _setting(
        1.0,
        "the least strength that an image's distortions can have; each has its own, up to 1",
        low=0.0,
        high=1.0,
        needs="augment",
    )
    fade: float = _setting(
        0.0,
        "share of the distortions' strength that is lost by the end",
        low=0.0,
        high=1.0,
        needs="augment",
    )
    pen_digits: int = _setting(
        0, "synthetic pen digits to train on beside MNIST's", low=0, high=500_000
    )
    pen_turns: int = _setting(
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

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = getattr(self, setting.name)
            _check(setting, value)
            if setting.type is float:  # 1 is as good as 1.0
                object.__setattr__(self, setting.name, float(value))
        if self.weight_decay and self.optimizer not in DECAYING:
            raise ConfigError(
                f"weight_decay needs optimizer 'adamw' or 'muon', not {self.optimizer!r}"
            )
        if self.patience and self.best_by == "last":
            raise ConfigError("patience needs best_by 'accuracy' or 'loss', not 'last'")
        for setting in fields(self):
            needed = setting.metadata["needs"]
            if (
                needed
                and not getattr(self, needed)
                and getattr(self, setting.name) != setting.default
            ):
                example = _EXAMPLES[needed]
                raise ConfigError(
                    f"{setting.name} does nothing without {needed}: "
                    f"set {needed} as well, to {example} for instance"
                )
        _check_teacher(self.teacher_hidden)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Check a dict and fill in the defaults.

        Raises
        ------
        ConfigError
            For an unknown key (with the nearest known one) or an impossible value (with the range).
        """
        known = [setting.name for setting in fields(cls)]
        for key in values:
            if key not in known:
                near = difflib.get_close_matches(str(key), known, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(known)}"
                raise ConfigError(f"CONFIG has no key {key!r}: {hint}")
        return cls(**values)

    @property
    def geometry(self) -> int:
        """The geometry of the images that the network reads (see `vision.geometry`)."""
        return UPRIGHT if self.straighten else MNIST

    @property
    def teacher_layers(self) -> tuple[int, ...]:
        """The sizes of the teacher's hidden layers."""
        return tuple(map(int, self.teacher_hidden.split(",")))

    @property
    def optimizer_options(self) -> dict[str, float]:
        """What the optimizer is made with."""
        return {"weight_decay": self.weight_decay} if self.optimizer in DECAYING else {}

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as a dict of JSON values."""
        return asdict(self)

    def changed(self, **values: Any) -> Self:
        """Return a copy with some settings changed, checked like the first."""
        return replace(self, **values)


_KINDS = {
    str(int): "a whole number",
    str(float): "a number",
    str(bool): "True or False",
    str(str): "a text",
}


def _check(setting: "Field[Any]", value: Any) -> None:
    limits = setting.metadata
    if type(value) is not setting.type and not (setting.type is float and type(value) is int):
        raise ConfigError(f"{setting.name} must be {_KINDS[str(setting.type)]}, not {value!r}")
    if limits["choices"] and value not in limits["choices"]:
        raise ConfigError(
            f"{setting.name} must be one of {', '.join(limits['choices'])}, not {value!r}"
        )
    if isinstance(value, int | float) and not limits["low"] <= value <= limits["high"]:
        raise ConfigError(
            f"{setting.name} must be from {limits['low']} to {limits['high']}, not {value!r}"
        )
    if isinstance(value, str) and "\0" in value:
        raise ConfigError(f"{setting.name} must not hold a null character")
    if value == "":
        raise ConfigError(f"{setting.name} must not be empty")


def _check_teacher(hidden: str) -> None:
    if not re.fullmatch(r"\s*[1-9][0-9]{0,5}\s*(,\s*[1-9][0-9]{0,5}\s*)*", hidden, re.ASCII):
        raise ConfigError(
            f"teacher_hidden must be whole numbers from 1 with commas between them, such as "
            f"'1024,512', not {hidden!r}"
        )
    parameters = sum((a + 1) * b for a, b in pairwise([784, *map(int, hidden.split(",")), 10]))
    if parameters > _MAX_TEACHER:
        raise ConfigError(
            f"teacher_hidden {hidden!r} makes a network of {parameters:,} parameters; "
            f"at most {_MAX_TEACHER:,} fit in a weights file"
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add a flag for each setting; those that are not typed stay out of the result."""
    group = parser.add_argument_group("settings")
    for setting in fields(Config):
        flag = "--" + setting.name.replace("_", "-")
        options: dict[str, Any] = {
            "dest": setting.name,
            "default": argparse.SUPPRESS,
            "help": setting.metadata["help"],
        }
        if setting.type is bool:
            options["action"] = argparse.BooleanOptionalAction
        else:
            options["type"] = setting.type
            options["metavar"] = (
                "{" + ",".join(setting.metadata["choices"]) + "}"
                if setting.metadata["choices"]
                else setting.name.split("_")[-1].upper()
            )
        group.add_argument(flag, **options)


def setting_names() -> list[str]:
    """Return the names of all settings."""
    return [setting.name for setting in fields(Config)]


def dependents(switch: str) -> dict[str, Any]:
    """Return the settings that do nothing without another one, with their defaults."""
    return {
        setting.name: setting.default
        for setting in fields(Config)
        if setting.metadata["needs"] == switch
    }
