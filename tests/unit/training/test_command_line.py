"""What a user asks of training: settings, where to save, and which run to resume."""

import argparse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from run_folders import network

from mnist_recognizer.training.command_line import (
    Job,
    add_training_arguments,
    read_job,
)
from mnist_recognizer.training.config import ConfigError
from mnist_recognizer.training.recipes import RECIPES
from mnist_recognizer.training.run import RunError

DEFAULTS = {"epochs": 7, "batch_size": 32, "save_path": "saved_model/weights.pkl"}


def job(base: Path, *typed: str, defaults: dict[str, Any] = DEFAULTS) -> Job:
    parser = argparse.ArgumentParser()
    add_training_arguments(parser)
    return read_job(parser.parse_args(typed), defaults, base)


def test_what_is_typed_wins_over_the_recipe_and_the_recipe_over_the_dict(tmp_path: Path) -> None:
    config = job(tmp_path, "--recipe", "best", "--ema", "0.5").config
    assert config.epochs == RECIPES["best"]["epochs"]
    assert config.augment
    assert config.ema == 0.5
    assert job(tmp_path).config.epochs == 7
    assert job(tmp_path, "--epochs", "3").config.epochs == 3


def test_another_optimizer_than_the_recipes_does_without_its_decay(tmp_path: Path) -> None:
    assert job(tmp_path, "--recipe", "best").config.weight_decay > 0
    plain = job(tmp_path, "--recipe", "best", "--optimizer", "adam").config
    assert (plain.optimizer, plain.weight_decay) == ("adam", 0.0)
    with pytest.raises(ConfigError, match="weight_decay needs optimizer"):
        job(tmp_path, "--recipe", "best", "--optimizer", "adam", "--weight-decay", "0.1")


def test_what_is_switched_off_takes_along_what_needs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught = {"augment": True, "reuse": 4, "teacher_epochs": 9, "teacher_weight": 0.5, "ema": 0.9}
    taught |= {"pen_digits": 90, "pen_period": 3}
    monkeypatch.setitem(RECIPES, "best", taught)
    for base in ((), ("--recipe", "best")):
        defaults = {} if base else taught
        off = "--no-augment", "--teacher-epochs", "0", "--pen-digits", "0"
        plain = job(tmp_path, *base, *off, defaults=defaults)
        assert (plain.config.pen_digits, plain.config.pen_period) == (0, 1)
        assert (plain.config.augment, plain.config.reuse) == (False, 1)
        assert (plain.config.teacher_epochs, plain.config.teacher_weight) == (0, 0.9)
        assert plain.config.ema == 0.9
        whole = job(tmp_path, *base, "--teacher-epochs", "3", defaults=defaults)
        assert (whole.config.reuse, whole.config.teacher_weight) == (4, 0.5)
    with pytest.raises(ConfigError, match="temperature does nothing without teacher_epochs"):
        job(tmp_path, "--recipe", "best", "--teacher-epochs", "0", "--temperature", "4")


def test_a_save_path_in_the_dict_counts_from_the_script_and_a_typed_one_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, base = tmp_path / "here", tmp_path / "backend"
    here.mkdir()
    monkeypatch.chdir(here)
    assert job(base).config.save_path == str(base / "saved_model" / "weights.pkl")
    typed = job(base, "--save-path", "mine.npz").config
    assert typed.save_path == str(here / "mine.npz")
    absolute = job(base, defaults={"save_path": str(tmp_path / "a.pkl")}).config
    assert absolute.save_path == str(tmp_path / "a.pkl")


def test_a_tilde_in_a_save_path_is_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    config = job(tmp_path, defaults={"save_path": "~/weights.pkl"}).config
    assert config.save_path == str(tmp_path / "home" / "weights.pkl")


@pytest.mark.parametrize("name", ["weights", "weights.h5", "weights.pkl.txt"])
def test_a_save_path_of_an_unknown_format_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"must end in \.pkl, \.npz, \.safetensors, not 'weigh"):
        job(tmp_path, "--save-path", str(tmp_path / name))


def test_a_save_path_that_is_too_long_is_refused_before_training(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be written: File name too long"):
        job(tmp_path, defaults={"save_path": "a" * 300 + ".pkl"})


def test_a_save_path_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pkl").mkdir()
    with pytest.raises(ConfigError, match=r"a\.pkl is a folder; name a file in it"):
        job(tmp_path, "--save-path", str(tmp_path / "a.pkl"))


@pytest.mark.posix
def test_a_save_path_that_cannot_be_written_is_refused_before_training(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"save_path .* cannot be written: Not a directory"):
        job(tmp_path, "--save-path", str(tmp_path / "file" / "folder" / "a.pkl"))


def test_finding_out_whether_a_path_can_be_written_leaves_nothing_there(tmp_path: Path) -> None:
    job(tmp_path, "--save-path", str(tmp_path / "folder" / "a.PKL"))
    assert not list((tmp_path / "folder").iterdir())


def test_a_new_run_is_started_below_the_base(tmp_path: Path) -> None:
    run = job(tmp_path).open_run(network())
    assert run.folder.parent == tmp_path / "runs"
    assert run.config.epochs == 7


def test_resuming_takes_the_newest_run_or_the_named_one_with_its_settings(tmp_path: Path) -> None:
    first = job(tmp_path, "--epochs", "3").open_run(network()).folder
    first = first.rename(first.with_name("2026-01-01-120000"))
    newest = job(tmp_path, "--epochs", "4").open_run(network()).folder
    for typed, folder, epochs in (
        (("--resume",), newest, 4),
        (("--resume", first.name), first, 3),
        (("--resume", str(first)), first, 3),
    ):
        resumed = job(tmp_path, *typed)
        assert resumed.config.epochs == epochs
        assert resumed.resume == folder
        assert resumed.open_run(network()).folder == folder


@pytest.mark.parametrize("more", [("--epochs", "9"), ("--recipe", "best")], ids=str)
def test_resuming_with_other_settings_is_refused(tmp_path: Path, more: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match="a resumed run keeps its settings: give --resume alone"):
        job(tmp_path, "--resume", *more)


def test_resuming_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no unfinished run in"):
        job(tmp_path, "--resume")
    with pytest.raises(RunError, match=f"there is no run in {tmp_path / 'runs' / 'nowhere'}"):
        job(tmp_path, "--resume", "nowhere")


def test_a_resumed_run_whose_weights_could_not_be_kept_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    job(tmp_path, "--save-path", str(folder / "a.pkl")).open_run(network())
    folder.rmdir()
    folder.touch()
    with pytest.raises(ConfigError, match="cannot be written"):
        job(tmp_path, "--resume")


@pytest.mark.slow
def test_many_processes_can_look_at_one_save_path_at_once(tmp_path: Path) -> None:
    path = str(tmp_path / "weights.pkl")
    with ThreadPoolExecutor(8) as pool:
        jobs = list(pool.map(lambda _: job(tmp_path, "--save-path", path), range(200)))
    assert {each.config.save_path for each in jobs} == {path}
    assert list(tmp_path.iterdir()) == []
