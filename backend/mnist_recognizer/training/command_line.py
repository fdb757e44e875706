"""What a user asks of training: CONFIG and the command line, combined into a job."""

import argparse
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mnist_recognizer.data.mnist import MnistUnavailableError
from mnist_recognizer.nn import MLP, LayerSizesError
from mnist_recognizer.nn.optimizers import DECAYING
from mnist_recognizer.nn.weights import SUFFIXES, WeightsError, write_atomically
from mnist_recognizer.training.config import (
    Config,
    ConfigError,
    add_arguments,
    dependents,
    setting_names,
)
from mnist_recognizer.training.health import DivergedError
from mnist_recognizer.training.recipes import RECIPES
from mnist_recognizer.training.run import Run, RunError, newest_unfinished, read_settings

USER_ERRORS = (
    ConfigError,
    DivergedError,
    LayerSizesError,
    MemoryError,
    MnistUnavailableError,
    RunError,
    WeightsError,
)
"""What training can fail with, and whose message tells a user enough."""


@dataclass(frozen=True)
class Job:
    """What to train: the settings, where runs are kept, and which one to resume."""

    config: Config
    runs: Path
    resume: Path | None = None

    def open_run(self, model: MLP) -> Run:
        """Start a new run, or continue the one that was asked for."""
        if self.resume:
            return Run.resume(self.resume, model)
        return Run.start(self.runs, self.config, model)


def parse_args(defaults: Mapping[str, Any], base: Path) -> Job:
    """Read the process's arguments, which change what an editable dict says; see `read_job`."""
    parser = argparse.ArgumentParser(description="Train the network on MNIST.", allow_abbrev=False)
    add_training_arguments(parser)
    return read_job(parser.parse_args(), defaults, base)


def add_training_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the recipe, resuming, and a flag for each setting."""
    parser.add_argument("--recipe", choices=RECIPES, help="start from a named recipe's settings")
    parser.add_argument(
        "--resume",
        nargs="?",
        const="newest",
        metavar="RUN",
        help="continue a stopped run: a folder below runs/, or the newest unfinished one",
    )
    add_arguments(parser)


def read_job(arguments: argparse.Namespace, defaults: Mapping[str, Any], base: Path) -> Job:
    """Combine an editable dict with what was typed; what was typed wins.

    Parameters
    ----------
    arguments
        Parsed from a parser with :func:`add_training_arguments`.
    defaults
        The dict. Its relative ``save_path`` counts from `base`, a typed one from the current
        folder.
    base
        The folder that holds ``runs/``.

    Raises
    ------
    ConfigError, RunError
        When a setting, or the run to resume, cannot be used.
    """
    typed = {name: getattr(arguments, name) for name in setting_names() if name in arguments}
    runs = base / "runs"
    if arguments.resume:
        if typed or arguments.recipe:
            raise ConfigError("a resumed run keeps its settings: give --resume alone")
        folder = (
            newest_unfinished(runs)
            if arguments.resume == "newest"
            else _find(arguments.resume, runs)
        )
        config = read_settings(folder)[0]
    else:
        folder = None
        given = Config.from_dict(defaults)
        recipe = dict(RECIPES[arguments.recipe]) if arguments.recipe else {}
        for switch in ("augment", "pen_digits", "teacher_epochs"):
            if not typed.get(switch, True):  # what is switched off takes what needs it along
                given = given.changed(**dependents(switch))
                recipe = {k: v for k, v in recipe.items() if k not in dependents(switch)}
        if typed.get("optimizer", "adamw") not in DECAYING:  # the recipe's decay is its optimizer's
            recipe.pop("weight_decay", None)
        config = given.changed(**{**recipe, **typed})
        path = Path(config.save_path).expanduser()
        if "save_path" not in typed:
            path = base / path
        config = config.changed(save_path=str(path.absolute()))
    _check_save_path(Path(config.save_path))
    return Job(config, runs, folder)


def _find(name: str, runs: Path) -> Path:
    return Path(name) if Path(name).is_dir() else runs / name


def _check_save_path(path: Path) -> None:
    """Find out before hours of training whether the result can be kept."""
    if path.suffix.lower() not in SUFFIXES:
        raise ConfigError(f"save_path must end in {', '.join(SUFFIXES)}, not {path.name!r}")
    probe = path.parent / f".{path.name}.{secrets.token_hex(4)}.probe"  # one for each process
    try:
        if path.is_dir():
            raise ConfigError(f"save_path {path} is a folder; name a file in it")
        write_atomically(probe, b"")
        probe.unlink()
    except OSError as error:
        raise ConfigError(f"save_path {path} cannot be written: {error.strerror}") from error
