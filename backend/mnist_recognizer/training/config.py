"""A training run's configuration: every setting, checked, and as command-line flags."""

import argparse
import difflib
import re
from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, fields, replace
from itertools import pairwise
from typing import Any, Self

from mnist_recognizer.nn.optimizers import DECAYING
from mnist_recognizer.training.settings import (
    Augmentation,
    Distillation,
    SyntheticDigits,
    Training,
)
from mnist_recognizer.vision.geometry import MNIST, UPRIGHT

GROUPS = (Training, Augmentation, SyntheticDigits, Distillation)
_EXAMPLES = {"augment": "True", "pen_digits": "30000", "teacher_epochs": "60 (epochs)"}
_MAX_TEACHER = 16_000_000  # parameters: of four bytes, they fit in the largest weights file


class ConfigError(ValueError):
    """A setting that cannot be used; the message names it and says what it may be."""


@dataclass(frozen=True)
class Config(Distillation, SyntheticDigits, Augmentation, Training):
    """How to train: every setting of every group, any of which can stand in ``CONFIG``."""

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
    for group in GROUPS:
        title = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", group.__name__).lower()
        section = parser.add_argument_group(title, group.__doc__)
        for setting in fields(group):
            _add_flag(section, setting)


def _add_flag(section: "argparse._ArgumentGroup", setting: "Field[Any]") -> None:
    options: dict[str, Any] = {
        "dest": setting.name,
        "default": argparse.SUPPRESS,
        "help": setting.metadata["help"],
    }
    if setting.type is bool:
        options["action"] = argparse.BooleanOptionalAction
    else:
        options["type"] = setting.type
        choices = setting.metadata["choices"]
        options["metavar"] = (
            "{" + ",".join(choices) + "}" if choices else setting.name.split("_")[-1].upper()
        )
    section.add_argument("--" + setting.name.replace("_", "-"), **options)


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
