"""What a person sees while a network trains."""

import io
import re
import sys

import pytest
from run_folders import network

from mnist_recognizer.training.config import Config
from mnist_recognizer.training.progress import Progress
from mnist_recognizer.training.state import EpochStats, TrainingState


def stats(epoch: int) -> EpochStats:
    return EpochStats(epoch, 0.25, 0.925, 0.2, 0.9375, 0.01, 1.0, [0], 2.0, is_best=True)


def test_without_a_terminal_each_epoch_is_one_plain_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = Config.from_dict({"epochs": 4})
    with Progress(config, TrainingState(network(), config)) as progress:
        for epoch in range(1, 5):
            progress.show(stats(epoch))
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert len(lines) == 4
    for epoch, line in enumerate(lines, start=1):
        assert re.fullmatch(
            rf"epoch {epoch}/4  loss 0\.2500  accuracy 92\.50%  validation 93\.75%  00:0\d left",
            line,
        )
    assert err == ""
    with Progress(config, TrainingState(network(), config), "student") as progress:
        progress.show(stats(1))
    assert capsys.readouterr().out.startswith("student epoch 1/4  loss 0.2500  ")


def test_the_time_left_counts_the_epochs_of_this_process_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config.from_dict({"epochs": 100})
    state = TrainingState(network(), config)
    state.epoch = 90  # resumed
    clock = iter([0.0, 60.0])
    monkeypatch.setattr("time.perf_counter", lambda: next(clock))
    Progress(config, state).show(stats(92))
    assert capsys.readouterr().out.endswith("  04:00 left\n")  # 8 epochs at 30 s


def test_in_a_terminal_a_bar_shows_epoch_loss_accuracy_and_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    config = Config.from_dict({"epochs": 4})
    state = TrainingState(network(), config)
    state.epoch = 2  # resumed
    with Progress(config, state) as progress:
        progress.show(stats(3))
        progress.show(stats(4))
    shown = terminal.getvalue().split("\r")
    assert any("epoch 2/4" in part for part in shown)
    assert re.search(
        r"epoch 4/4 \|.*\| 00:00 left, loss 0\.2500, accuracy 92\.50%, val 93\.75%", shown[-1]
    )
    assert shown[-1].endswith("\n")
    assert capsys.readouterr().out == ""


def test_the_bar_names_the_network_if_there_are_several_and_fits_80_columns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "80")
    config = Config.from_dict({"epochs": 400})
    state = TrainingState(network(), config)
    state.epoch = 399
    with Progress(config, state, "teacher") as progress:
        progress.show(stats(400))
    assert re.search(r"teacher 400/400 \|.*\| 00:00 left, loss 0\.2500, acc", terminal.getvalue())
