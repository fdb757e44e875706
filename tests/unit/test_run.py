"""Run folders: killed at any moment, a run goes on as if nothing had happened."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.weights import load_arrays
from mnist_recognizer.training import fit as fit_module
from mnist_recognizer.training import run as run_module
from mnist_recognizer.training.config import Config
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.run import (
    Run,
    RunError,
    newest_unfinished,
    read_metrics,
    read_settings,
)
from mnist_recognizer.training.session import train_teacher

BACKEND = Path(__file__).resolve().parents[2] / "backend"
Data = tuple[np.ndarray, np.ndarray]
CLASSIC = {"epochs": 4, "batch_size": 32, "learning_rate": 0.1}
EVERYTHING = {
    **CLASSIC,
    "optimizer": "adam",
    "learning_rate": 0.003,
    "schedule": "cosine",
    "ema": 0.9,
    "augment": True,
    "fade": 0.5,
    "dropout": 0.1,
}


def config(**settings: Any) -> Config:
    return Config.from_dict({**CLASSIC, **settings})


def network() -> MLP:
    return MLP(784, [16], 10)


def train(run: Run, digits: Data, more_digits: Data, until: int = 1000) -> None:
    """Train a held run up to an epoch, as a process does that then stops."""
    for stats in fit(run.model, digits, more_digits, run.config, run.state):
        run.record(stats)
        if stats.epoch == until:
            break


def stopped_run(tmp_path: Path, data: tuple[Data, Data], until: int, **settings: Any) -> Path:
    with Run.start(tmp_path / "runs", config(**settings), network()).held() as run:
        train(run, *data, until=until)
    return run.folder


@pytest.fixture
def data(digits: Data, more_digits: Data) -> tuple[Data, Data]:
    return digits, more_digits


# --- what is in a folder -------------------------------------------------------------------------


def test_a_run_keeps_its_settings_metrics_checkpoint_and_best_weights(
    tmp_path: Path, data: tuple[Data, Data]
) -> None:
    model = network()
    with Run.start(tmp_path / "runs", config(), model).held() as run:
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


def test_runs_of_one_second_have_folders_of_their_own(tmp_path: Path) -> None:
    folders = {Run.start(tmp_path, config(), network()).folder for _ in range(5)}
    assert len(folders) == 5
    assert sorted(tmp_path.iterdir()) == sorted(folders)


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
    with Run.start(tmp_path, config(), network()).held() as run:
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


# --- going on ------------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [CLASSIC, EVERYTHING], ids=["classic", "everything"])
@pytest.mark.parametrize("stopped_after", [1, 3])
def test_a_stopped_run_goes_on_bit_for_bit(
    tmp_path: Path, data: tuple[Data, Data], settings: dict[str, Any], stopped_after: int
) -> None:
    whole = stopped_run(tmp_path / "whole", data, 1000, **settings)
    parts = stopped_run(tmp_path / "parts", data, stopped_after, **settings)
    with Run.resume(parts, MLP(784, [16], 10, seed=99)).held() as run:
        assert run.state.epoch == stopped_after
        train(run, *data)
    assert_same_files(whole, parts)
    same = [[{**row, "seconds": 0} for row in read_metrics(folder)] for folder in (whole, parts)]
    assert same[0] == same[1]


def test_a_run_whose_best_epoch_is_long_past_goes_on_bit_for_bit(
    tmp_path: Path, data: tuple[Data, Data], monkeypatch: pytest.MonkeyPatch
) -> None:
    def always_the_same(model: MLP, x: Any, y: Any, alive: Any) -> tuple[float, float]:
        for units in alive:
            units[:] = True
        return 1.0, 0.5

    monkeypatch.setattr(fit_module, "evaluate", always_the_same)  # the first is the best
    whole = stopped_run(tmp_path / "whole", data, 1000, **EVERYTHING)
    parts = stopped_run(tmp_path / "parts", data, 3, **EVERYTHING)
    with Run.resume(parts, network()).held() as run:
        assert run.state.best_parameters.tobytes() != run.model.parameters.tobytes()
        train(run, *data)
        assert run.state.best_epoch == 1
    one, other = (load_arrays(folder / "checkpoint.npz")[0] for folder in (whole, parts))
    assert all(one[name].tobytes() == other[name].tobytes() for name in one)
    assert run.state.average is not None
    assert run.state.average.tobytes() == one["average"].tobytes()
    assert MLP.load(parts / "weights.pkl").parameters.tobytes() == one["best"].tobytes()


def learn(
    run: Run, data: tuple[Data, Data], until: int = 1000, teacher_until: int | None = None
) -> None:
    """Train a held run and its teacher up to an epoch of either, as a process that then stops."""
    if teacher_until:
        with run.open_teacher().held() as lessons:
            return train(lessons, *data, until=teacher_until)
    teacher = train_teacher(run, *data)
    for stats in fit(run.model, *data, run.config, run.state, teacher):
        run.record(stats)
        if stats.epoch == until:
            break
    return None


def assert_same_files(one: Path, other: Path) -> None:
    """Two runs ended in the same weights and the same checkpoint, bit for bit."""
    assert (one / "weights.pkl").read_bytes() == (other / "weights.pkl").read_bytes()
    (arrays, numbers), (others, other_numbers) = (
        load_arrays(folder / "checkpoint.npz") for folder in (one, other)
    )
    assert arrays.keys() == others.keys()
    assert all(arrays[name].tobytes() == others[name].tobytes() for name in arrays)
    assert {**numbers, "seconds": 0} == {**other_numbers, "seconds": 0}


@pytest.mark.parametrize("stopped_after", [1, 3, 4])
def test_a_run_stopped_within_a_block_of_epochs_goes_on_bit_for_bit(
    tmp_path: Path, data: tuple[Data, Data], stopped_after: int
) -> None:
    settings = {**EVERYTHING, "epochs": 7, "reuse": 3}
    whole = stopped_run(tmp_path / "whole", data, 1000, **settings)
    parts = stopped_run(tmp_path / "parts", data, stopped_after, **settings)
    with Run.resume(parts, network()).held() as run:
        train(run, *data)
    assert_same_files(whole, parts)


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
    with Run.start(tmp_path / "whole", config(**taught), network()).held() as whole:
        learn(whole, data)
    with Run.start(tmp_path / "parts", config(**taught), network()).held() as run:
        learn(run, data, **stops[0])
    for stop in [*stops[1:], {}]:
        with Run.resume(run.folder, network()).held() as parts:
            learn(parts, data, **stop)
    assert_same_files(whole.folder, run.folder)
    assert_same_files(whole.folder / "teacher", run.folder / "teacher")
    teacher, student = (read_settings(f)[0] for f in (run.folder / "teacher", run.folder))
    assert (teacher.epochs, teacher.teacher_epochs) == (3, 0)
    assert teacher.seed != student.seed
    assert [row["epoch"] for row in read_metrics(run.folder / "teacher")] == [1, 2, 3]


def test_a_folder_that_cannot_take_the_teachers_is_told(
    tmp_path: Path, data: tuple[Data, Data]
) -> None:
    settings = config(teacher_epochs=1, teacher_hidden="8")
    with Run.start(tmp_path, settings, network()).held() as run:
        (run.folder / "teacher").touch()
        with pytest.raises(RunError, match=f"cannot keep the run in {run.folder}: .*"):
            train_teacher(run, *data)


SCRIPT = f"""
import sys
sys.path.insert(0, {str(BACKEND)!r})
from pathlib import Path
import numpy as np
from mnist_recognizer.nn import MLP
from mnist_recognizer.training.config import Config
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.run import Run, newest_unfinished
from mnist_recognizer.training.session import train_teacher

runs, settings, data = Path(sys.argv[1]), sys.argv[2], np.load(sys.argv[3])
model = MLP(784, [16], 10)
if runs.exists():
    run = Run.resume(newest_unfinished(runs), model)
else:
    run = Run.start(runs, Config.from_dict(eval(settings)), model)
train, validation = (data["x"], data["y"]), (data["vx"], data["vy"])
with run.held():
    print("started", flush=True)
    teacher = train_teacher(run, train, validation)
    for stats in fit(model, train, validation, run.config, run.state, teacher):
        run.record(stats)
"""


@pytest.mark.slow
@pytest.mark.parametrize("settings", [CLASSIC, EVERYTHING], ids=["classic", "everything"])
@pytest.mark.parametrize(
    "teacher", [{}, {"teacher_epochs": 30, "teacher_hidden": "16"}], ids=["alone", "taught"]
)
def test_a_run_killed_at_random_moments_ends_in_the_same_weights(
    tmp_path: Path,
    data: tuple[Data, Data],
    settings: dict[str, Any],
    teacher: dict[str, Any],
) -> None:
    settings = {**settings, "epochs": 60, **teacher}
    (x, y), (vx, vy) = data
    np.savez(tmp_path / "data.npz", x=x, y=y, vx=vx, vy=vy)
    command = [
        *(sys.executable, "-c", SCRIPT),
        *(str(tmp_path / "runs"), repr(settings), str(tmp_path / "data.npz")),
    ]
    rng = np.random.default_rng()
    kills = 0
    for attempt in range(5):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "started\n"
            if attempt < 4:
                time.sleep(rng.uniform(0, 0.4 if teacher else 0.1))  # all epochs take longer
                process.send_signal(signal.SIGKILL)
            else:
                process.communicate()
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
        kills += 1
    assert process.returncode == 0
    assert kills > 0
    (killed,) = (tmp_path / "runs").iterdir()
    with Run.start(tmp_path / "whole", config(**settings), network()).held() as run:
        learn(run, data)
    assert_same_files(run.folder, killed)
    lines = (killed / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["epoch"] for line in lines] == list(range(1, 61))


def test_a_run_that_was_killed_in_its_first_epoch_starts_again(
    tmp_path: Path, data: tuple[Data, Data]
) -> None:
    folder = Run.start(tmp_path, config(epochs=1), network()).folder
    (folder / "metrics.jsonl").write_text('{"epoch": 1, "train_loss": 2.3}\n')
    with Run.resume(folder, network()).held() as run:
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
    with Run.resume(folder, network()).held():
        assert (folder / "metrics.jsonl").read_text() == whole


def test_the_weights_are_written_before_the_checkpoint_that_vouches_for_them(
    tmp_path: Path, data: tuple[Data, Data], monkeypatch: pytest.MonkeyPatch
) -> None:
    written, replace = [], os.replace

    def watched(source: Any, target: Any) -> None:
        written.append(Path(target).name)
        replace(source, target)

    with Run.start(tmp_path, config(epochs=1), network()).held() as run:
        monkeypatch.setattr(os, "replace", watched)
        train(run, *data)
    assert written == ["weights.pkl", "checkpoint.npz"]


def test_a_network_as_large_as_weights_may_be_can_be_checkpointed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: tuple[Data, Data]
) -> None:
    size = network().parameters.nbytes
    monkeypatch.setattr(run_module, "_MAX_CHECKPOINT_BYTES", 6 * size)
    folder = stopped_run(tmp_path, data, 1, **EVERYTHING)
    assert (folder / "checkpoint.npz").stat().st_size > 5 * size
    with Run.resume(folder, network()).held() as run:
        assert run.state.epoch == 1


# --- what cannot go on ---------------------------------------------------------------------------


def test_a_folder_in_use_is_refused_and_left_alone(tmp_path: Path, data: tuple[Data, Data]) -> None:
    folder = stopped_run(tmp_path, data, 2)
    (folder / "metrics.jsonl").write_text("being written")
    with Run.resume(folder, network()).held():
        (folder / "metrics.jsonl").write_text("being written")
        again = Run.resume(folder, network())
        with (
            pytest.raises(RunError, match=f"another process is training in {folder}"),
            again.held(),
        ):
            pass
        assert (folder / "metrics.jsonl").read_text() == "being written"
    with Run.resume(folder, network()).held():
        pass


def test_a_folder_is_free_again_after_an_error(tmp_path: Path, data: tuple[Data, Data]) -> None:
    folder = stopped_run(tmp_path, data, 2)
    with pytest.raises(KeyboardInterrupt), Run.resume(folder, network()).held():
        raise KeyboardInterrupt
    with Run.resume(folder, network()).held():
        pass


@pytest.mark.parametrize("settings", [{"epochs": 2}, {"epochs": 9, "patience": 1}], ids=str)
def test_a_finished_run_is_refused_with_where_its_weights_are(
    tmp_path: Path, data: tuple[Data, Data], settings: dict[str, Any]
) -> None:
    folder = stopped_run(tmp_path, data, 1000, learning_rate=1e-8, **settings)
    run = Run.resume(folder, network())
    with pytest.raises(RunError, match=r"is finished; its best weights are in .*weights\.pkl"):
        run.held().__enter__()
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
        run.held().__enter__()
    with pytest.raises(RunError, match=r"cannot go on from its checkpoint: .* it is damaged"):
        newest_unfinished(folder.parent)


def test_a_checkpoint_of_another_recipe_is_told(tmp_path: Path, data: tuple[Data, Data]) -> None:
    plain = stopped_run(tmp_path / "a", data, 2)
    adam = stopped_run(tmp_path / "b", data, 2, **EVERYTHING)
    (adam / "checkpoint.npz").write_bytes((plain / "checkpoint.npz").read_bytes())
    with pytest.raises(RunError, match=r"checkpoint\.npz is of another recipe"):
        Run.resume(adam, network()).held().__enter__()


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
        run.held().__enter__()


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
