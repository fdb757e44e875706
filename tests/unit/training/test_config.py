"""Settings: every mistake is named, and the flags and the documentation follow the dataclass."""

import argparse
import dataclasses
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from repository import ROOT

from mnist_recognizer.nn.optimizers import OPTIMIZERS
from mnist_recognizer.nn.schedules import SCHEDULES
from mnist_recognizer.training.config import Config, ConfigError, add_arguments, setting_names
from mnist_recognizer.training.recipes import RECIPES

FIELDS = dataclasses.fields(Config)
SWITCHED_ON = {"optimizer": "adamw", "augment": True, "pen_digits": 1, "teacher_epochs": 1}
GUIDE = ROOT / "docs" / "training.md"


def parse(*arguments: str) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return vars(parser.parse_args(arguments))


# --- the dict ------------------------------------------------------------------------------------


def test_an_empty_dict_is_the_classic_recipe() -> None:
    config = Config.from_dict({})
    assert (config.epochs, config.batch_size, config.learning_rate) == (500, 128, 0.01)
    assert (config.save_path, config.optimizer) == ("saved_model/weights.pkl", "sgd")
    assert config == Config()


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("epoch", "did you mean 'epochs'?"),
        ("learing_rate", "did you mean 'learning_rate'?"),
        ("Batch_Size", "did you mean 'batch_size'?"),
        ("optimiser", "did you mean 'optimizer'?"),
        ("xyzzy", "known are: epochs, batch_size, learning_rate"),
        (7, "known are: epochs"),
    ],
)
def test_an_unknown_key_names_the_nearest_one(key: Any, hint: str) -> None:
    with pytest.raises(ConfigError, match=f"CONFIG has no key {key!r}: {re.escape(hint)}"):
        Config.from_dict({"epochs": 1, key: 1})


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("epochs", 1.5, "epochs must be a whole number, not 1.5"),
        ("epochs", 5.0, "epochs must be a whole number, not 5.0"),
        ("epochs", "5", "epochs must be a whole number, not '5'"),
        ("epochs", True, "epochs must be a whole number, not True"),
        ("epochs", None, "epochs must be a whole number, not None"),
        ("epochs", 0, "epochs must be from 1 to 100000, not 0"),
        ("epochs", -1, "epochs must be from 1 to 100000, not -1"),
        ("epochs", 10**6, "epochs must be from 1 to 100000, not 1000000"),
        ("learning_rate", "0.1", "learning_rate must be a number, not '0.1'"),
        ("learning_rate", False, "learning_rate must be a number, not False"),
        ("learning_rate", 0, "learning_rate must be from 1e-08 to 100.0, not 0"),
        ("learning_rate", -0.1, "learning_rate must be from 1e-08 to 100.0, not -0.1"),
        ("learning_rate", math.nan, "learning_rate must be from 1e-08 to 100.0, not nan"),
        ("learning_rate", math.inf, "learning_rate must be from 1e-08 to 100.0, not inf"),
        ("learning_rate", 10**400, "learning_rate must be from 1e-08 to 100.0, not 1000"),
        ("augment", 1, "augment must be True or False, not 1"),
        ("augment", "yes", "augment must be True or False, not 'yes'"),
        ("optimizer", "adm", "optimizer must be one of sgd, momentum, .*, not 'adm'"),
        ("optimizer", None, "optimizer must be a text, not None"),
        ("schedule", "Cosine", "schedule must be one of constant, .*, not 'Cosine'"),
        ("save_path", "", "save_path must not be empty"),
        ("save_path", "a\0b.pkl", "save_path must not hold a null character"),
        ("save_path", Path("weights.pkl"), "save_path must be a text"),
        ("ema", 1.0, "ema must be from 0.0 to 0.99999, not 1.0"),
        ("seed", -1, "seed must be from 0 to 4294967295, not -1"),
        ("validation", 60_000, "validation must be from 100 to 50000, not 60000"),
    ],
)
def test_an_impossible_value_is_told_what_it_may_be(key: str, value: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Config.from_dict({key: value})
    with pytest.raises(ConfigError, match=message):
        Config().changed(**{key: value})


def test_both_ends_of_a_range_are_allowed() -> None:
    for field in FIELDS:
        if field.type in (int, float) and field.name != "teacher_epochs":
            for end in ("low", "high"):
                value = field.type(field.metadata[end])
                config = Config.from_dict({**SWITCHED_ON, field.name: value})
                assert getattr(config, field.name) == value


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (
            {"pen_period": 2},
            "pen_period does nothing without pen_digits: set pen_digits as well, to",
        ),
        ({"pen_strength": 0.5}, "pen_strength does nothing without pen_digits"),
        ({"reuse": 2}, "reuse does nothing without augment: set augment as well, to True"),
        ({"teacher_weight": 0.5}, "teacher_weight does nothing without teacher_epochs: set teach"),
        ({"temperature": 4.0}, r"temperature .* set teacher_epochs as well, to 60 \(epochs\)"),
        ({"teacher_hidden": "64"}, "teacher_hidden does nothing without teacher_epochs"),
        ({"teacher_learning_rate": 0.1}, "teacher_learning_rate does nothing without"),
    ],
)
def test_a_setting_that_would_do_nothing_is_told_what_it_needs(
    setting: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        Config.from_dict(setting)
    Config.from_dict({**SWITCHED_ON, **setting})


@pytest.mark.parametrize(
    ("hidden", "layers"), [("1024,512", (1024, 512)), ("16", (16,)), (" 8 , 7,6", (8, 7, 6))]
)
def test_the_teachers_layers_are_numbers_with_commas(hidden: str, layers: tuple[int, ...]) -> None:
    config = Config.from_dict({"teacher_epochs": 1, "teacher_hidden": hidden})
    assert config.teacher_layers == layers


@pytest.mark.parametrize(
    "hidden", ["1024;512", "a", ",", "16,", "0", "8,0", "-8", "1e3", "8.5", "٣"]
)
def test_other_teachers_layers_are_refused(hidden: str) -> None:
    with pytest.raises(ConfigError, match="must be whole numbers from 1 with commas"):
        Config.from_dict({"teacher_epochs": 1, "teacher_hidden": hidden})


@pytest.mark.parametrize("hidden", ["21000", "4096,4096", "999999"])
def test_a_teacher_that_no_weights_file_could_hold_is_refused(hidden: str) -> None:
    with pytest.raises(ConfigError, match=r"makes a network of [\d,]+ parameters; at most 16,000"):
        Config.from_dict({"teacher_epochs": 1, "teacher_hidden": hidden})


def test_patience_where_no_epoch_is_better_than_the_last_is_refused() -> None:
    with pytest.raises(ConfigError, match="patience needs best_by 'accuracy' or 'loss'"):
        Config.from_dict({"patience": 3, "best_by": "last"})


def test_weight_decay_without_the_optimizer_that_does_it_is_refused() -> None:
    with pytest.raises(
        ConfigError, match="weight_decay needs optimizer 'adamw' or 'muon', not 'adam'"
    ):
        Config.from_dict({"weight_decay": 0.1, "optimizer": "adam"})


def test_a_whole_number_does_where_a_number_is_meant() -> None:
    config = Config.from_dict({"learning_rate": 1, "rotation": 0})
    assert (config.learning_rate, config.rotation) == (1.0, 0.0)
    assert type(config.learning_rate) is type(config.rotation) is float
    assert type(Config().changed(shear=1).shear) is float


def test_settings_survive_json() -> None:
    config = Config.from_dict({"epochs": 3, "learning_rate": 0.1 + 0.2, "augment": True})
    assert Config.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_every_recipe_is_valid() -> None:
    assert set(RECIPES) >= {"classic", "best"}
    for recipe in RECIPES.values():
        Config.from_dict(recipe)
    classic = {name: getattr(Config(), name) for name in RECIPES["classic"]}
    assert classic == RECIPES["classic"]


def test_choices_are_what_there_is() -> None:
    choices = {field.name: field.metadata["choices"] for field in FIELDS}
    assert choices["optimizer"] == tuple(OPTIMIZERS)
    assert choices["schedule"] == tuple(SCHEDULES)


# --- the command line ----------------------------------------------------------------------------


def test_every_setting_has_a_flag_with_its_meaning() -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    text = " ".join(parser.format_help().split())
    assert setting_names() == [field.name for field in FIELDS]
    for field in FIELDS:
        assert "--" + field.name.replace("_", "-") in text
        assert field.metadata["help"] in text


def test_flags_that_are_not_typed_stay_out() -> None:
    assert parse() == {}
    assert parse("--epochs", "3", "--learning-rate", "0.5") == {"epochs": 3, "learning_rate": 0.5}


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_flag_gives_a_value_of_the_settings_type(field: Any) -> None:
    flag = "--" + field.name.replace("_", "-")
    if field.type is bool:
        assert parse(flag) == {field.name: True}
        assert parse("--no-" + flag[2:]) == {field.name: False}
    else:
        assert parse(flag, str(field.default)) == {field.name: field.default}
        assert type(parse(flag, str(field.default))[field.name]) is field.type


# --- the documentation ---------------------------------------------------------------------------


def documented(field: Any) -> str:
    """Return a setting's row in the guide's table."""

    def shown(value: Any) -> str:
        return f"{value:,}" if type(value) is int else f"{value:g}"

    if field.metadata["choices"]:
        allowed = ", ".join(f"`{choice}`" for choice in field.metadata["choices"])
    elif field.type in (int, float):
        low, high = (field.type(field.metadata[end]) for end in ("low", "high"))
        allowed = f"{shown(low)} to {shown(high)}"
    else:
        allowed = {bool: "`True`, `False`", str: field.metadata["form"]}[field.type]
    default = json.dumps(field.default) if field.type is str else repr(field.default)
    return f"| `{field.name}` | `{default}` | {allowed} | {field.metadata['help']} |"


def test_the_guides_table_lists_every_setting_as_it_is() -> None:
    rows = [line for line in GUIDE.read_text("utf-8").splitlines() if line.startswith("| `")]
    settings = [row for row in rows if row.split("`")[1] in setting_names()]
    assert settings == [documented(field) for field in FIELDS]
