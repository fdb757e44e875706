"""A stopped run goes on as if nothing had happened."""

from pathlib import Path
from typing import Any

import pytest
from run_folders import (
    CLASSIC,
    EVERYTHING,
    Data,
    assert_same_files,
    config,
    learn,
    network,
    stopped_run,
    train,
)

from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.weights import load_arrays
from mnist_recognizer.training import fit as fit_module
from mnist_recognizer.training import run as run_module
from mnist_recognizer.training.evaluate import Evaluation
from mnist_recognizer.training.run import Run, read_metrics, read_settings


@pytest.mark.parametrize("settings", [CLASSIC, EVERYTHING], ids=["classic", "everything"])
@pytest.mark.parametrize("stopped_after", [1, 3])
def test_a_stopped_run_goes_on_bit_for_bit(
    tmp_path: Path, data: tuple[Data, Data], settings: dict[str, Any], stopped_after: int
) -> None:
    whole = stopped_run(tmp_path / "whole", data, 1000, **settings)
    parts = stopped_run(tmp_path / "parts", data, stopped_after, **settings)
    with Run.resume(parts, MLP(784, [16], 10, seed=99)).lock() as run:
        assert run.state.epoch == stopped_after
        train(run, *data)
    assert_same_files(whole, parts)
    same = [[{**row, "seconds": 0} for row in read_metrics(folder)] for folder in (whole, parts)]
    assert same[0] == same[1]


def test_a_run_whose_best_epoch_is_long_past_goes_on_bit_for_bit(
    tmp_path: Path, data: tuple[Data, Data], monkeypatch: pytest.MonkeyPatch
) -> None:
    def always_the_same(model: MLP, x: Any, y: Any) -> Evaluation:
        return Evaluation(1.0, 0.5, dead_units=[0] * (len(model.weights) - 1))

    monkeypatch.setattr(fit_module, "evaluate", always_the_same)  # the first is the best
    whole = stopped_run(tmp_path / "whole", data, 1000, **EVERYTHING)
    parts = stopped_run(tmp_path / "parts", data, 3, **EVERYTHING)
    with Run.resume(parts, network()).lock() as run:
        assert run.state.best_parameters.tobytes() != run.model.parameters.tobytes()
        train(run, *data)
        assert run.state.best_epoch == 1
    one, other = (load_arrays(folder / "checkpoint.npz")[0] for folder in (whole, parts))
    assert all(one[name].tobytes() == other[name].tobytes() for name in one)
    assert run.state.average is not None
    assert run.state.average.tobytes() == one["average"].tobytes()
    assert MLP.load(parts / "weights.pkl").parameters.tobytes() == one["best"].tobytes()


@pytest.mark.parametrize("stopped_after", [1, 3, 4])
def test_a_run_stopped_within_a_block_of_epochs_goes_on_bit_for_bit(
    tmp_path: Path, data: tuple[Data, Data], stopped_after: int
) -> None:
    settings = {**EVERYTHING, "epochs": 7, "reuse": 3}
    whole = stopped_run(tmp_path / "whole", data, 1000, **settings)
    parts = stopped_run(tmp_path / "parts", data, stopped_after, **settings)
    with Run.resume(parts, network()).lock() as run:
        train(run, *data)
    assert_same_files(whole, parts)


@pytest.mark.slow
@pytest.mark.parametrize("settings", [CLASSIC, EVERYTHING], ids=["classic", "everything"])
@pytest.mark.parametrize(
    "stops",
    [[{"teacher_until": 1}], [{"until": 1}], [{"teacher_until": 2}, {"until": 2}, {"until": 3}]],
    ids=["teacher", "student", "both"],
)
def test_a_run_with_a_teacher_goes_on_bit_for_bit_in_either_stage(
    tmp_path: Path, data: tuple[Data, Data], settings: dict[str, Any], stops: list[dict[str, int]]
) -> None:
    taught = {**settings, "teacher_epochs": 3, "teacher_hidden": "16"}
    with Run.start(tmp_path / "whole", config(**taught), network()).lock() as whole:
        learn(whole, data)
    with Run.start(tmp_path / "parts", config(**taught), network()).lock() as run:
        learn(run, data, **stops[0])
    for stop in [*stops[1:], {}]:
        with Run.resume(run.folder, network()).lock() as parts:
            learn(parts, data, **stop)
    assert_same_files(whole.folder, run.folder)
    assert_same_files(whole.folder / "teacher", run.folder / "teacher")
    teacher, student = (read_settings(f)[0] for f in (run.folder / "teacher", run.folder))
    assert (teacher.epochs, teacher.teacher_epochs) == (3, 0)
    assert teacher.seed != student.seed
    assert [row["epoch"] for row in read_metrics(run.folder / "teacher")] == [1, 2, 3]


def test_a_run_that_was_killed_in_its_first_epoch_starts_again(
    tmp_path: Path, data: tuple[Data, Data]
) -> None:
    folder = Run.start(tmp_path, config(epochs=1), network()).folder
    (folder / "metrics.jsonl").write_text('{"epoch": 1, "train_loss": 2.3}\n')
    with Run.resume(folder, network()).lock() as run:
        assert run.state.epoch == 0
        assert read_metrics(folder) == []
        train(run, *data)
    assert [row["epoch"] for row in read_metrics(folder)] == [1]


def test_metrics_beyond_the_checkpoint_and_torn_lines_are_dropped(
    tmp_path: Path, data: tuple[Data, Data]
) -> None:
    folder = stopped_run(tmp_path, data, 2)
    whole = (folder / "metrics.jsonl").read_text()
    first, second = whole.splitlines()
    torn = f'{first}\n{{"epoch": 2, "tr{second}\n{second}\n{{"epoch": 3, "loss": 0.1}}\n\xff{{"ep'
    (folder / "metrics.jsonl").write_text(torn, "latin-1")
    assert [row["epoch"] for row in read_metrics(folder)] == [1, 2, 3]
    with Run.resume(folder, network()).lock():
        assert (folder / "metrics.jsonl").read_text() == whole


def test_a_network_as_large_as_weights_may_be_can_be_checkpointed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: tuple[Data, Data]
) -> None:
    size = network().parameters.nbytes
    monkeypatch.setattr(run_module, "_MAX_CHECKPOINT_BYTES", 6 * size)
    folder = stopped_run(tmp_path, data, 1, **EVERYTHING)
    assert (folder / "checkpoint.npz").stat().st_size > 5 * size
    with Run.resume(folder, network()).lock() as run:
        assert run.state.epoch == 1
