"""Run folders: what is in them, what is refused, and which run is the newest."""

import os
from pathlib import Path
from typing import Any

import pytest
from run_folders import EVERYTHING, Data, config, network, stopped_run, train

from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.weights import load_arrays
from mnist_recognizer.training import run as run_module
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.run import (
    Run,
    RunError,
    newest_unfinished,
    read_metrics,
    read_settings,
)
from mnist_recognizer.training.teacher_run import train_teacher
from mnist_recognizer.vision.geometry import geometry_of

# --- what is in a folder -------------------------------------------------------------------------


def test_a_run_keeps_its_settings_metrics_checkpoint_and_best_weights(
    tmp_path: Path, data: tuple[Data, Data]
) -> None:
    model = network()
    with Run.start(tmp_path / "runs", config(), model).lock() as run:
        stats = []
        for epoch in fit(model, *data, run.config, run.state):
            run.record(epoch)
            stats.append(epoch.to_dict())
    assert run.folder.parent == tmp_path / "runs"
    assert read_settings(run.folder) == (config(), (784, 16, 10))
    assert read_metrics(run.folder) == stats
    weights = MLP.load(run.folder / "weights.pkl")
    assert weights.parameters.tobytes() == model.parameters.tobytes()
    assert run.best_model().parameters.tobytes() == model.parameters.tobytes()
    _, numbers = load_arrays(run.folder / "checkpoint.npz")
    assert numbers["epoch"] == 4
    assert numbers["seconds"] == pytest.approx(sum(epoch["seconds"] for epoch in stats))


@pytest.mark.parametrize(("straighten", "geometry"), [(False, 1), (True, 2)])
def test_the_weights_say_which_geometry_they_were_trained_in(
    tmp_path: Path, data: tuple[Data, Data], straighten: bool, geometry: int
) -> None:
    with Run.start(tmp_path / "runs", config(straighten=straighten), network()).lock() as run:
        train(run, *data, until=1)
    assert geometry_of(MLP.load(run.folder / "weights.pkl")) == geometry


def test_runs_of_one_second_have_folders_of_their_own(tmp_path: Path) -> None:
    folders = {Run.start(tmp_path, config(), network()).folder for _ in range(5)}
    assert len(folders) == 5
    assert sorted(tmp_path.iterdir()) == sorted(folders)


@pytest.mark.posix
def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "runs").touch()
    with pytest.raises(RunError, match=r"cannot keep the run in .*: Not a directory"):
        Run.start(tmp_path / "runs", config(), network())


def test_a_disk_that_takes_no_more_is_complained_of_once_and_training_goes_on(
    tmp_path: Path,
    data: tuple[Data, Data],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Run.start(tmp_path, config(), network()).lock() as run:
        epochs = fit(run.model, *data, run.config, run.state)
        run.record(next(epochs))

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        run.record(next(epochs))
        run.record(next(epochs))
        monkeypatch.undo()
        run.record(next(epochs))
    complaint = capsys.readouterr().err
    assert complaint.count("\n") == 1
    assert "cannot be written (No space left on device); training goes on" in complaint
    assert [row["epoch"] for row in read_metrics(run.folder)] == [1, 2, 3, 4]
    assert load_arrays(run.folder / "checkpoint.npz")[1]["epoch"] == 4


def test_the_weights_are_written_before_the_checkpoint_that_vouches_for_them(
    tmp_path: Path, data: tuple[Data, Data], monkeypatch: pytest.MonkeyPatch
) -> None:
    written, replace = [], os.replace

    def watched(source: Any, target: Any) -> None:
        written.append(Path(target).name)
        replace(source, target)

    with Run.start(tmp_path, config(epochs=1), network()).lock() as run:
        monkeypatch.setattr(os, "replace", watched)
        train(run, *data)
    assert written == ["weights.pkl", "checkpoint.npz"]


def test_a_folder_that_cannot_take_the_teachers_is_told(
    tmp_path: Path, data: tuple[Data, Data]
) -> None:
    settings = config(teacher_epochs=1, teacher_hidden="8")
    with Run.start(tmp_path, settings, network()).lock() as run:
        (run.folder / "teacher").touch()
        with pytest.raises(RunError, match=f"cannot keep the run in {run.folder}: .*"):
            train_teacher(run, *data)


# --- what cannot go on ---------------------------------------------------------------------------


def test_a_folder_in_use_is_refused_and_left_alone(tmp_path: Path, data: tuple[Data, Data]) -> None:
    folder = stopped_run(tmp_path, data, 2)
    (folder / "metrics.jsonl").write_text("being written")
    with Run.resume(folder, network()).lock():
        (folder / "metrics.jsonl").write_text("being written")
        again = Run.resume(folder, network())
        with (
            pytest.raises(RunError, match=f"another process is training in {folder}"),
            again.lock(),
        ):
            pass
        assert (folder / "metrics.jsonl").read_text() == "being written"
    with Run.resume(folder, network()).lock():
        pass


def test_a_folder_is_free_again_after_an_error(tmp_path: Path, data: tuple[Data, Data]) -> None:
    folder = stopped_run(tmp_path, data, 2)
    with pytest.raises(KeyboardInterrupt), Run.resume(folder, network()).lock():
        raise KeyboardInterrupt
    with Run.resume(folder, network()).lock():
        pass


@pytest.mark.parametrize("settings", [{"epochs": 2}, {"epochs": 9, "patience": 1}], ids=str)
def test_a_finished_run_is_refused_with_where_its_weights_are(
    tmp_path: Path, data: tuple[Data, Data], settings: dict[str, Any]
) -> None:
    folder = stopped_run(tmp_path, data, 1000, learning_rate=1e-8, **settings)
    run = Run.resume(folder, network())
    with pytest.raises(RunError, match=r"is finished; its best weights are in .*weights\.pkl"):
        run.lock().__enter__()
    with pytest.raises(RunError, match="there is no unfinished run"):
        newest_unfinished(folder.parent)


def test_another_network_than_the_runs_is_refused(tmp_path: Path) -> None:
    folder = Run.start(tmp_path, config(), network()).folder
    with pytest.raises(RunError, match="trains 784 -> 16 -> 10, but the model is 784 -> 8 -> 10"):
        Run.resume(folder, MLP(784, [8], 10))


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(RunError, match=f"there is no run in {folder}"):
            Run.resume(folder, network())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        "{}",
        '{"config": {}}',
        '{"config": {}, "layer_sizes": 7}',
        '{"config": [], "layer_sizes": []}',
        '{"config": "", "layer_sizes": []}',
        '{"config": 7, "layer_sizes": []}',
        '{"config": {"epoch": 1}, "layer_sizes": []}',
        '{"config": {"epochs": 0}, "layer_sizes": []}',
        "\xff",
    ],
)
def test_damaged_settings_are_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_text(text, encoding="latin-1")
    with pytest.raises(RunError, match=r"config\.json is damaged|trains  but the model"):
        Run.resume(tmp_path, network())


def test_a_damaged_checkpoint_is_told(tmp_path: Path, data: tuple[Data, Data]) -> None:
    folder = stopped_run(tmp_path, data, 2)
    checkpoint = folder / "checkpoint.npz"
    os.truncate(checkpoint, checkpoint.stat().st_size // 2)
    run = Run.resume(folder, network())
    with pytest.raises(RunError, match=r"cannot go on from its checkpoint: .* it is damaged"):
        run.lock().__enter__()
    with pytest.raises(RunError, match=r"cannot go on from its checkpoint: .* it is damaged"):
        newest_unfinished(folder.parent)


def test_a_checkpoint_of_another_recipe_is_told(tmp_path: Path, data: tuple[Data, Data]) -> None:
    plain = stopped_run(tmp_path / "a", data, 2)
    adam = stopped_run(tmp_path / "b", data, 2, **EVERYTHING)
    (adam / "checkpoint.npz").write_bytes((plain / "checkpoint.npz").read_bytes())
    with pytest.raises(RunError, match=r"checkpoint\.npz is of another recipe"):
        Run.resume(adam, network()).lock().__enter__()


@pytest.mark.parametrize("failing", ["the lock", "the metrics"])
def test_a_folder_that_became_read_only_is_told(
    tmp_path: Path, data: tuple[Data, Data], monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    folder = stopped_run(tmp_path, data, 2)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    run = Run.resume(folder, network())
    if failing == "the lock":
        monkeypatch.setattr(run_module.FileLock, "acquire", refuse)
    else:
        monkeypatch.setattr(run_module, "write_atomically", refuse)
    with pytest.raises(RunError, match=f"cannot write in {folder}: Permission denied"):
        run.lock().__enter__()


# --- the newest ----------------------------------------------------------------------------------


def test_the_newest_unfinished_run_is_found(tmp_path: Path, data: tuple[Data, Data]) -> None:
    runs = tmp_path / "runs"
    stopped_run(tmp_path, data, 1000, epochs=1).rename(runs / "2026-01-04-120000")
    stopped_run(tmp_path, data, 1).rename(runs / "2026-01-03-120000-2")
    stopped_run(tmp_path, data, 1).rename(runs / "2026-01-03-120000")
    (runs / "2026-01-05-120000").mkdir()  # stopped before it had settings
    assert newest_unfinished(runs).name == "2026-01-03-120000-2"
    Run.start(runs, config(), network()).folder.rename(runs / "2026-01-06-120000")
    assert newest_unfinished(runs).name == "2026-01-06-120000"


def test_no_runs_at_all_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=f"there is no unfinished run in {tmp_path}"):
        newest_unfinished(tmp_path)
