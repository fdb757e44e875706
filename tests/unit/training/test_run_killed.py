"""Killed at any moment, a run goes on as if nothing had happened."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from repository import BACKEND
from run_folders import CLASSIC, EVERYTHING, Data, assert_same_files, config, learn, network

from mnist_recognizer.nn.weights import load_arrays
from mnist_recognizer.training.run import Run

EPOCHS = 60

# SIGPROF ends a process as abruptly as SIGKILL. Its timer counts the time that the process has
# computed, so that the moment does not depend on what else the machine does.
SCRIPT = f"""
import signal, sys
sys.path.insert(0, {str(BACKEND)!r})
from pathlib import Path
import numpy as np
from mnist_recognizer.nn import MLP
from mnist_recognizer.training.config import Config
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.run import Run, newest_unfinished
from mnist_recognizer.training.teacher_run import train_teacher

runs, settings, data = Path(sys.argv[1]), sys.argv[2], np.load(sys.argv[3])
model = MLP(784, [16], 10)
if runs.exists():
    run = Run.resume(newest_unfinished(runs), model)
else:
    run = Run.start(runs, Config.from_dict(eval(settings)), model)
train, validation = (data["x"], data["y"]), (data["vx"], data["vy"])
with run.lock():
    signal.setitimer(signal.ITIMER_PROF, float(sys.argv[4]))  # 0: never
    teacher = train_teacher(run, train, validation)
    for stats in fit(model, train, validation, run.config, run.state, teacher):
        run.record(stats)
"""


def is_finished(folder: Path) -> bool:
    """Whether all epochs are done, whatever became of the process after the last."""
    checkpoint = folder / "checkpoint.npz"
    return checkpoint.exists() and load_arrays(checkpoint)[1]["epoch"] == EPOCHS


@pytest.mark.slow
@pytest.mark.posix
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
    settings = {**settings, "epochs": EPOCHS, **teacher}
    with Run.start(tmp_path / "whole", config(**settings), network()).lock() as whole:
        began = time.process_time()
        learn(whole, data)
        seconds = time.process_time() - began

    (x, y), (vx, vy) = data
    np.savez(tmp_path / "data.npz", x=x, y=y, vx=vx, vy=vy)
    runs = tmp_path / "runs"
    command = [sys.executable, "-c", SCRIPT, runs, repr(settings), tmp_path / "data.npz"]
    rng = np.random.default_rng()
    kills = 0
    for timer in [*rng.uniform(1e-6, seconds / 3, size=3), 0]:
        done = subprocess.run([*command, f"{timer:.6f}"], stderr=subprocess.PIPE, check=False)
        (killed,) = runs.iterdir()
        if is_finished(killed):
            break
        assert done.returncode == -signal.SIGPROF, done.stderr.decode()
        kills += 1
    assert is_finished(killed)
    assert kills > 0
    assert_same_files(whole.folder, killed)
    lines = (killed / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["epoch"] for line in lines] == list(range(1, EPOCHS + 1))
