"""A run's folder: settings, one line an epoch, a checkpoint to continue from, and the weights.

::

    runs/2026-01-31-120000/
      config.json      the settings and the layer sizes
      metrics.jsonl    one EpochStats a line
      checkpoint.npz   everything that the next epoch needs, replaced as a whole after each one
      weights.pkl      the best weights so far

The checkpoint is the truth. A process that is killed at any moment leaves the last one whole, and a
run that is resumed from it drops whatever the other files hold beyond it.
"""

import contextlib
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from mnist_recognizer.nn.model import MLP
from mnist_recognizer.nn.weights import WeightsError, load_arrays, save_arrays, write_atomically
from mnist_recognizer.training.config import Config, ConfigError
from mnist_recognizer.training.fit import EpochStats, TrainingState


class RunError(RuntimeError):
    """A run's folder cannot be used; the message says why."""


class Run:
    """One training run and its folder.

    Attributes
    ----------
    folder : Path
        Where everything is kept.
    config : Config
        The settings; a resumed run has those it was started with.
    state : TrainingState
        Where training stands, for :func:`~mnist_recognizer.training.fit.fit`.
    """

    def __init__(self, folder: Path, config: Config, model: MLP) -> None:
        self.folder = folder
        self.config = config
        self.model = model
        self.state = TrainingState(model, config)
        self._checkpoint = folder / "checkpoint.npz"
        self._metrics = folder / "metrics.jsonl"
        self._disk_complained = False

    @classmethod
    def start(cls, runs: Path, config: Config, model: MLP) -> "Run":
        """Make a folder for a new run below `runs`, named after the time.

        Raises
        ------
        RunError
            When the folder cannot be made.
        """
        stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
        for number in range(1, 1000):
            folder = runs / (stamp if number == 1 else f"{stamp}-{number}")
            try:
                folder.mkdir(parents=True)
            except FileExistsError:
                continue
            except OSError as error:
                raise RunError(
                    f"cannot keep the run in {folder}: {error.strerror}; make the folder writable"
                ) from error
            break
        content = {"config": config.to_dict(), "layer_sizes": list(model.layer_sizes)}
        write_atomically(folder / "config.json", json.dumps(content, indent=2).encode() + b"\n")
        return cls(folder, config, model)

    @classmethod
    def resume(cls, folder: Path, model: MLP) -> "Run":
        """Continue the run in `folder` with a model of the same layer sizes.

        Raises
        ------
        RunError
            When there is no such run, it is finished, or the model is not the one it trains.
        """
        config, layer_sizes = read_settings(folder)
        if layer_sizes != model.layer_sizes:
            raise RunError(
                f"the run in {folder} trains {' -> '.join(map(str, layer_sizes))}, "
                f"but the model is {model.architecture}"
            )
        run = cls(folder, config, model)
        if run._checkpoint.exists():
            run._restore()
        if run.state.epoch >= config.epochs:
            raise RunError(f"the run in {folder} is finished: all {config.epochs} epochs are done")
        run._drop_later_metrics()
        return run

    @contextlib.contextmanager
    def held(self) -> Iterator["Run"]:
        """Keep every other process out of the folder meanwhile.

        Raises
        ------
        RunError
            When another process has it.
        """
        lock = FileLock(self.folder / "run.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise RunError(f"another process is training in {self.folder}") from None
        try:
            yield self
        finally:
            lock.release()

    def record(self, stats: EpochStats) -> None:
        """Keep an epoch's numbers, its checkpoint, and the weights if they are the best so far.

        A disk that takes nothing more is complained of once; training goes on.
        """
        try:
            with self._metrics.open("a", encoding="utf-8") as file:
                file.write(json.dumps(stats.to_dict()) + "\n")
            self._save_checkpoint()
            if stats.is_best:
                self.best_model().save(self.folder / "weights.pkl")
        except OSError as error:
            if not self._disk_complained:
                print(
                    f"warning: {self.folder} cannot be written ({error.strerror}); training goes "
                    "on, but this run could not be resumed from here",
                    file=sys.stderr,
                )
            self._disk_complained = True

    def best_model(self) -> MLP:
        """Return a copy of the model with the best parameters so far."""
        sizes = self.model.layer_sizes
        best = MLP(sizes[0], sizes[1:-1], sizes[-1], dtype=self.model.dtype)
        best.parameters[:] = self.state.best_parameters
        best.metadata = dict(self.model.metadata)
        return best

    def _save_checkpoint(self) -> None:
        state = self.state
        arrays = {"parameters": self.model.parameters, "best": state.best_parameters}
        arrays.update({f"optimizer.{name}": a for name, a in state.optimizer.state.items()})
        if state.average is not None:
            arrays["average"] = state.average
        numbers = {
            "epoch": state.epoch,
            "optimizer_steps": state.optimizer.steps,
            "best_epoch": state.best_epoch,
            "best_accuracy": state.best_accuracy,
            "best_loss": state.best_loss,
        }
        save_arrays(self._checkpoint, arrays, numbers)

    def _restore(self) -> None:
        try:
            arrays, numbers = load_arrays(self._checkpoint)
            state = self.state
            self.model.parameters[:] = arrays["parameters"]
            state.best_parameters[:] = arrays["best"]
            for name, moment in state.optimizer.state.items():
                moment[:] = arrays[f"optimizer.{name}"]
            if state.average is not None:
                state.average[:] = arrays["average"]
            state.epoch = numbers["epoch"]
            state.optimizer.steps = numbers["optimizer_steps"]
            state.best_epoch = numbers["best_epoch"]
            state.best_accuracy = numbers["best_accuracy"]
            state.best_loss = numbers["best_loss"]
        except (WeightsError, KeyError, ValueError) as error:
            raise RunError(f"{self._checkpoint} cannot be resumed from: {error}") from error

    def _drop_later_metrics(self) -> None:
        if not self._metrics.exists():
            return
        lines = self._metrics.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = "".join(lines[: self.state.epoch])
        write_atomically(self._metrics, kept.encode())


def read_settings(folder: Path) -> tuple[Config, tuple[int, ...]]:
    """Return the settings and the layer sizes that a run was started with.

    Raises
    ------
    RunError
        When the folder holds no run.
    """
    try:
        content: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return Config.from_dict(content["config"]), tuple(content["layer_sizes"])
    except FileNotFoundError:
        raise RunError(f"there is no run in {folder}") from None
    except (ValueError, KeyError, TypeError, ConfigError) as error:
        raise RunError(f"{folder / 'config.json'} is damaged: {error}") from error


def read_metrics(folder: Path) -> list[dict[str, Any]]:
    """Return a run's epochs, one dict each, oldest first."""
    text = (folder / "metrics.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.endswith("}")]


def newest_unfinished(runs: Path) -> Path:
    """Return the folder of the newest run below `runs` that still has epochs to do.

    Raises
    ------
    RunError
        When there is none.
    """
    for folder in sorted(runs.glob("*/config.json"), reverse=True):
        with contextlib.suppress(RunError, WeightsError, KeyError):
            config, _ = read_settings(folder.parent)
            checkpoint = folder.parent / "checkpoint.npz"
            done = load_arrays(checkpoint)[1]["epoch"] if checkpoint.exists() else 0
            if done < config.epochs:
                return folder.parent
    raise RunError(f"there is no unfinished run in {runs}")
