"""A run's folder: settings, one line an epoch, a checkpoint to continue from, and the weights.

::

    runs/2026-01-31-120000/
      config.json      the settings and the layer sizes
      metrics.jsonl    one EpochStats a line
      checkpoint.npz   everything that the next epoch needs, replaced as a whole after each one
      weights.pkl      the best weights so far
      teacher/         the same four files of the network that it learns from, if there is one

The checkpoint is the truth, and written last. A process that is killed at any moment leaves the one
before whole, and a run that is resumed from it drops whatever the other files hold beyond it.
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
from mnist_recognizer.nn.weight_formats import MAX_FILE_BYTES, Arrays
from mnist_recognizer.nn.weights import WeightsError, load_arrays, save_arrays, write_atomically
from mnist_recognizer.training.config import Config
from mnist_recognizer.training.state import EpochStats, TrainingState, is_finished
from mnist_recognizer.training.teacher import make_teacher, teacher_config
from mnist_recognizer.vision.geometry import KEY

# Up to five arrays of the weights' size: θ, the best of it, its running mean, and two moments.
_MAX_CHECKPOINT_BYTES = 6 * MAX_FILE_BYTES


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
    teacher : Run or None
        The teacher's run, from :meth:`open_teacher` on.
    """

    def __init__(self, folder: Path, config: Config, model: MLP) -> None:
        self.folder = folder
        self.config = config
        self.model = model
        model.metadata = {**model.metadata, KEY: config.geometry}
        self.state = TrainingState(model, config)
        self.teacher: Run | None = None
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
        try:
            folder = _make_folder(runs)
        except OSError as error:
            raise _cannot_keep(runs, error) from error
        return cls._start_in(folder, config, model)

    @classmethod
    def _start_in(cls, folder: Path, config: Config, model: MLP) -> "Run":
        content = {"config": config.to_dict(), "layer_sizes": list(model.layer_sizes)}
        text = json.dumps(content, indent=2) + "\n"
        try:
            write_atomically(folder / "config.json", text.encode())
        except OSError as error:
            raise _cannot_keep(folder.parent, error) from error
        return cls(folder, config, model)

    @classmethod
    def resume(cls, folder: Path, model: MLP) -> "Run":
        """Continue the run in `folder` with a model of the same layer sizes.

        Raises
        ------
        RunError
            When the folder holds no run, or the model is not the one it trains.
        """
        config, layer_sizes = read_settings(folder)
        if layer_sizes != model.layer_sizes:
            raise RunError(
                f"the run in {folder} trains {' -> '.join(map(str, layer_sizes))}, "
                f"but the model is {model.architecture}"
            )
        return cls(folder, config, model)

    def open_teacher(self) -> "Run":
        """Start the run of this run's teacher, in a folder inside its own, or continue it.

        Raises
        ------
        RunError
            When the folder cannot be made, or is damaged.
        """
        folder, model = self.folder / "teacher", make_teacher(self.config)
        if (folder / "config.json").exists():
            self.teacher = Run.resume(folder, model)
        else:
            config = teacher_config(self.config).changed(save_path=str(folder / "weights.pkl"))
            self.teacher = Run._start_in(folder, config, model)
        return self.teacher

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to train."""
        return is_finished(self.config, self.state.epoch, self.state.best_epoch)

    @contextlib.contextmanager
    def lock(self, *, even_finished: bool = False) -> Iterator["Run"]:
        """Keep every other process out of the folder meanwhile, and go on from its checkpoint.

        Parameters
        ----------
        even_finished : bool
            Whether a run that has nothing left to train is welcome.

        Raises
        ------
        RunError
            When another process has the folder, the run is finished, or its files are damaged.
        """
        lock = FileLock(self.folder / "run.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise RunError(f"another process is training in {self.folder}") from None
        except OSError as error:
            raise RunError(f"cannot write in {self.folder}: {error.strerror}") from error
        try:
            if self._checkpoint.exists():
                self._restore()
            if self.finished and not even_finished:
                raise RunError(
                    f"the run in {self.folder} is finished; its best weights are in "
                    f"{self.folder / 'weights.pkl'}"
                )
            self._drop_later_metrics()
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
            if stats.is_best:
                self.best_model().save(self.folder / "weights.pkl")
            self._save_checkpoint()
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
            "seconds": state.seconds,
            "optimizer_steps": state.optimizer.steps,
            "best_epoch": state.best_epoch,
            "best_accuracy": state.best_accuracy,
            "best_loss": state.best_loss,
        }
        save_arrays(self._checkpoint, arrays, numbers, _MAX_CHECKPOINT_BYTES)

    def _restore(self) -> None:
        arrays, numbers = _read_checkpoint(self._checkpoint)
        state = self.state
        try:
            self.model.parameters[:] = arrays["parameters"]
            state.best_parameters[:] = arrays["best"]
            for name, moment in state.optimizer.state.items():
                moment[:] = arrays[f"optimizer.{name}"]
            if state.average is not None:
                state.average[:] = arrays["average"]
            state.epoch = numbers["epoch"]
            state.seconds = numbers["seconds"]
            state.optimizer.steps = numbers["optimizer_steps"]
            state.best_epoch = numbers["best_epoch"]
            state.best_accuracy = numbers["best_accuracy"]
            state.best_loss = numbers["best_loss"]
        except (KeyError, ValueError) as error:
            raise RunError(f"{self._checkpoint} is of another recipe: {error}") from error

    def _drop_later_metrics(self) -> None:
        rows = [row for row in read_metrics(self.folder) if row["epoch"] <= self.state.epoch]
        text = "".join(json.dumps(row) + "\n" for row in rows)
        try:
            write_atomically(self._metrics, text.encode())
        except OSError as error:
            raise RunError(f"cannot write in {self.folder}: {error.strerror}") from error


def _cannot_keep(runs: Path, error: OSError) -> RunError:
    return RunError(f"cannot keep the run in {runs}: {error.strerror}; make the folder writable")


def _make_folder(runs: Path) -> Path:
    stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
    folder, number = runs / stamp, 1
    while True:
        try:
            folder.mkdir(parents=True)
        except FileExistsError:  # of another run that started in this second
            number += 1
            folder = runs / f"{stamp}-{number}"
        else:
            return folder


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
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise RunError(f"{folder / 'config.json'} is damaged: {error}") from error


def read_metrics(folder: Path) -> list[dict[str, Any]]:
    """Return a run's epochs, one dict each, oldest first; without lines that were cut off."""
    file = folder / "metrics.jsonl"
    rows: list[dict[str, Any]] = []
    for line in file.read_bytes().splitlines() if file.exists() else []:
        with contextlib.suppress(ValueError):
            rows.append(json.loads(line))
    return rows


def newest_unfinished(runs: Path) -> Path:
    """Return the folder of the newest run below `runs` that still has epochs to do.

    Raises
    ------
    RunError
        When there is none, or the newest that may be one is damaged.
    """
    for file in sorted(runs.glob("*/config.json"), reverse=True):
        folder = file.parent
        config, _ = read_settings(folder)
        numbers = {"epoch": 0, "best_epoch": 0}
        if (folder / "checkpoint.npz").exists():
            _, numbers = _read_checkpoint(folder / "checkpoint.npz")
        if not is_finished(config, numbers["epoch"], numbers["best_epoch"]):
            return folder
    raise RunError(f"there is no unfinished run in {runs}")


def _read_checkpoint(path: Path) -> tuple[Arrays, dict[str, Any]]:
    try:
        return load_arrays(path, _MAX_CHECKPOINT_BYTES)
    except (WeightsError, OSError) as error:
        raise RunError(f"a run cannot go on from its checkpoint: {error}") from error
