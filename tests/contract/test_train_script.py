"""`python train.py` as a user runs it, in a copy of backend/, after editing the script."""

import fcntl
import json
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.nn import MLP

BACKEND = Path(__file__).resolve().parents[2] / "backend"
# 10,000 images to train on instead of 50,000, and one thread: quick on a busy machine too.
QUICK = '"validation": 50_000, "optimizer": "adam", "learning_rate": 0.003'
ENVIRONMENT = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("mnist")]

Edit = Callable[..., Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """Copy backend/ and change lines of train.py, each of which must be there once."""

    def edit(*changes: tuple[str, str]) -> Path:
        folder = tmp_path / "backend"
        folder.mkdir()
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(BACKEND / "mnist_recognizer", folder / "mnist_recognizer", ignore=ignored)
        script = (BACKEND / "train.py").read_text(encoding="utf-8")
        for old, new in changes:
            assert script.count(old) == 1, f"train.py has no line with {old} to edit"
            script = script.replace(old, new)
        (folder / "train.py").write_text(script, encoding="utf-8")
        return folder

    return edit


def epochs(number: int) -> tuple[str, str]:
    return '"epochs": 500,', f'"epochs": {number}, {QUICK},'


def without_learning_rate() -> tuple[str, str]:
    """Return the edit that takes the line away, since QUICK has its own."""
    return '    "learning_rate": 0.01,  # how far each step goes, η\n', ""


def train(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "train.py", *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "train.py", *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def without_stages(err: str) -> str:
    """Leave out the lines that say what happens and how long it took."""
    return re.sub(r"^.* \.\.\. \d\d:\d\d\n", "", err, flags=re.MULTILINE)


def read_until(process: subprocess.Popen[str], beginning: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(beginning):
            return
    pytest.fail(f"it never printed {beginning}")


def test_editing_config_and_the_layers_just_works(edited: Edit, mnist: Mnist) -> None:
    folder = edited(
        epochs(2),
        without_learning_rate(),
        ("hidden_sizes=[128, 64]", "hidden_sizes=[256, 128, 64]"),
    )
    (folder / "saved_model").mkdir()
    (folder / "saved_model" / "weights.pkl").write_bytes(b"weights of a year ago")
    done = train(folder)
    assert done.returncode == 0, done.stderr
    path = folder / "saved_model" / "weights.pkl"
    card = json.loads(path.with_suffix(".json").read_text())
    model = MLP.load(path)
    assert model.layer_sizes == (784, 256, 128, 64, 10)
    accuracy = (model.predict(mnist.test_images.reshape(-1, 784) / 255) == mnist.test_labels).mean()
    assert accuracy == card["test_accuracy"] > 0.85
    for line in (
        r"hidden 3       128 x 64  ReLU            8,256",
        r"epoch 1/2  loss \d\.\d{4}  accuracy \d\d\.\d\d%  validation \d\d\.\d\d%  \d\d:\d\d left",
        r"epoch 2/2  .*  00:00 left",
        rf"test accuracy        {accuracy:.2%}",
        r"time                 \d\d:\d\d",
        rf"weights              {path}",
        rf"weights before       {path.with_name('weights.previous.pkl')}",
    ):
        assert re.search(f"^{line}$", done.stdout, re.MULTILINE), done.stdout
    assert without_stages(done.stderr) == ""
    previous = path.with_name("weights.previous.pkl")
    assert previous.read_bytes() == b"weights of a year ago"


def test_ctrl_c_keeps_the_best_model_so_far_and_resuming_goes_on(edited: Edit) -> None:
    folder = edited(epochs(8), without_learning_rate())
    with start(folder) as process:
        read_until(process, "epoch 2/8")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=100)
    assert process.returncode == 0
    assert (
        without_stages(err).strip() == "Stopped. Keeping the best model so far; --resume goes on."
    )
    path = folder / "saved_model" / "weights.pkl"
    assert f"weights              {path}" in out
    assert re.search(r"^test accuracy        \d\d\.\d\d%$", out, re.MULTILINE)
    first = MLP.load(path)
    assert 2 <= first.metadata["epochs_trained"] < 8

    resumed = train(folder, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert "epoch 1/8" not in resumed.stdout
    assert "epoch 2/8" not in resumed.stdout
    assert "epoch 8/8" in resumed.stdout
    assert MLP.load(path).metadata["epochs_trained"] == 8
    (run,) = (folder / "runs").iterdir()
    rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert [row["epoch"] for row in rows] == list(range(1, 9))

    again = train(folder, "--resume", run.name)
    assert again.returncode == 1
    assert again.stderr.startswith(f"error: the run in {run} is finished; its best weights are in ")
    assert again.stderr.count("\n") == 1


def test_a_teacher_in_config_is_trained_first_and_stopping_loses_nothing(edited: Edit) -> None:
    taught = '"teacher_epochs": 20, "teacher_hidden": "32", "teacher_learning_rate": 0.003'
    folder = edited(
        ('"epochs": 500,', f'"epochs": 2, {QUICK}, "augment": True, "reuse": 2, {taught},'),
        without_learning_rate(),
    )
    with start(folder) as process:
        read_until(process, "teacher epoch 1/20")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=100)
    assert process.returncode == 1
    assert re.fullmatch(
        r"\s*Stopped after \d+ of the teacher's 20 epochs: there is no model to save yet; "
        r"--resume goes on\.\s*",
        err,
    )
    assert not list((folder / "saved_model").iterdir())

    resumed = train(folder, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    lines = [line.split("  ")[0] for line in resumed.stdout.splitlines() if " epoch " in line]
    assert "teacher epoch 1/20" not in lines
    assert lines[-3:] == ["teacher epoch 20/20", "student epoch 1/2", "student epoch 2/2"]
    card = json.loads((folder / "saved_model" / "weights.json").read_text())
    assert card["model"] == "784 -> 128 -> 64 -> 10"
    assert card["teacher"]["model"] == "784 -> 32 -> 10"
    assert card["recipe"]["teacher_epochs"] == 20
    assert card["test_accuracy"] > 0.7


@pytest.mark.parametrize("later", [0, 0.7], ids=["at its start", "in the middle"])
def test_ctrl_c_in_the_first_epoch_saves_nothing_and_says_so(edited: Edit, later: float) -> None:
    folder = edited()
    with start(folder, "--augment", "--batch-size", "1") as process:  # an epoch takes minutes
        while not list(folder.glob("runs/*/metrics.jsonl")):
            assert process.poll() is None
            time.sleep(0.01)
        time.sleep(later)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=100)
    assert (process.returncode, err.strip()) in (
        (1, "Stopped before the first epoch was done: nothing was saved."),
        (130, "Stopped."),  # not yet training
    )
    assert not list((folder / "saved_model").iterdir())


def test_a_terminal_shows_a_bar_with_epoch_loss_accuracy_and_time_left(edited: Edit) -> None:
    folder = edited(epochs(2), without_learning_rate())
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "train.py"],
        cwd=folder,
        env=ENVIRONMENT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:  # how Linux says that the other side has closed
        pass
    finally:
        os.close(ours)
    assert process.wait() == 0, shown.decode()
    states = shown.decode().replace("\r\n", "\n").split("\r")
    bars = [state.split("\n")[0] for state in states if state.startswith("epoch ")]
    numbers = r"loss \d\.\d{4}, accuracy \d\d\.\d\d%, val \d\d\.\d\d%"
    bar = re.compile(rf"epoch 1/2 \|.*\| \d\d:\d\d left, {numbers}")
    assert any(bar.fullmatch(state.strip()) for state in bars), bars
    assert all(len(state) <= 80 for state in bars)
    assert re.search(r"test accuracy        \d\d\.\d\d%", states[-1])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('"epochs": 500', '"epoch": 500'), "CONFIG has no key 'epoch': did you mean 'epochs'?"),
        (('"epochs": 500', '"epochs": "5"'), "epochs must be a whole number, not '5'"),
        (('"batch_size": 128', '"batch_size": 0'), "batch_size must be from 1 to 60000, not 0"),
        (('"learning_rate": 0.01', '"learning_rate": -1'), "learning_rate must be from 1e-08"),
        (
            ('"epochs": 500', '"epochs": 500, "temperature": 4.0'),
            "temperature does nothing without teacher_epochs: set teacher_epochs as well",
        ),
        (("weights.pkl", "weights.h5"), "save_path must end in .pkl, .npz, .safetensors"),
        (("weights.pkl", ""), "save_path must end in .pkl, .npz, .safetensors"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[1],
)
def test_a_slip_in_config_is_one_line_and_no_traceback(
    edited: Edit, change: tuple[str, str], message: str
) -> None:
    folder = edited(change)
    done = train(folder)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"error: {message}")
    assert done.stderr.count("\n") == 1
    assert not (folder / "runs").exists()


def test_a_missing_package_is_one_line_with_what_to_type(edited: Edit) -> None:
    folder = edited()
    done = subprocess.run(
        [sys.executable, "-S", "-c", "import sys; sys.path[0] = '.'; import train"],
        cwd=folder,
        env={**ENVIRONMENT, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert re.fullmatch(
        r"The package \w+ is missing\. Install what training needs with: "
        r"cd backend && pip install -r requirements\.txt\n",
        done.stderr,
    )
