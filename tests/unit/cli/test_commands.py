"""The command line, run in this process and, where that matters, in one of its own."""

import errno
import hashlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from command_line import Captured, in_a_process
from repository import ROOT

from mnist_recognizer import __version__, cli
from mnist_recognizer.api import server
from mnist_recognizer.cli import predict as predict_command
from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.extras import how_to_install
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP

DOCS = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own")


@pytest.fixture(autouse=True)
def the_environment_stays() -> Iterator[None]:
    """What ``serve`` asks of NumPy is not handed on to the processes that later tests start."""
    before = dict(os.environ)
    yield
    if os.environ != before:
        os.environ.clear()
        os.environ.update(before)


# --- the command itself ---------------------------------------------------------------------------


def test_the_version_is_the_packages(capsys: Captured) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"mnist-recognizer {__version__}\n"


def test_without_a_command_the_commands_are_listed(capsys: Captured) -> None:
    assert cli.main([]) == 2
    shown = capsys.readouterr().out
    for name, command in cli.COMMANDS.items():
        assert name in shown
        assert command.summary in shown


@pytest.mark.parametrize("arguments", [["fly"], ["predict"], ["serve", "--port", "x"]])
def test_what_is_not_understood_ends_with_status_2(arguments: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    assert end.value.code == 2
    assert "usage: mnist-recognizer" in capsys.readouterr().err


def test_a_missing_package_is_named_with_what_installs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.delitem(sys.modules, "mnist_recognizer.cli.evaluate", raising=False)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert cli.main(["evaluate"]) == 1
    expected = f"error: evaluate needs the package tqdm: {how_to_install('train')}\n"
    assert capsys.readouterr().err == expected


def test_a_missing_module_of_our_own_is_a_bug_and_not_explained_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "mnist_recognizer.cli.serve", raising=False)
    monkeypatch.setitem(sys.modules, "mnist_recognizer.api.server", None)
    with pytest.raises(ModuleNotFoundError):
        cli.main(["serve"])


def test_ctrl_c_ends_quietly_with_status_130(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def interrupt(path: Path) -> MLP:
        raise KeyboardInterrupt

    monkeypatch.setattr(predict_command, "load_weights", interrupt)
    assert cli.main(["predict", "x.npy"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_terminal_without_greek_letters_shows_question_marks() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "backend"), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "mnist_recognizer", "train", "--help"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "step size ?" in done.stdout


def test_arguments_come_from_the_process_and_its_status_is_returned() -> None:
    done = in_a_process("predict", "nothing.npy")
    assert done.returncode == 1
    assert done.stderr == "error: nothing.npy cannot be read: No such file or directory\n"


@pytest.mark.slow
def test_a_reader_that_has_read_enough_is_no_error(tmp_path: Path, mnist: Mnist) -> None:
    np.save("many.npy", mnist.test_images[:3000])
    command = f"'{sys.executable}' -m mnist_recognizer predict many.npy | head -1"
    done = subprocess.run(
        ["bash", "-c", f"{command}; echo ${{PIPESTATUS[0]}}"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "backend")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.fullmatch(r"many.npy\[0\]: 7 \(\d+\.\d%\)\n141\n", done.stdout)
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (BrokenPipeError(), 141, ""),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "error: No space left on device\n"),
        (OSError(errno.EIO, "Input/output error", "f"), 1, "error: f: Input/output error\n"),
        (OSError("strange"), 1, "error: strange\n"),
    ],
)
def test_output_that_cannot_be_written_ends_the_command_and_goes_nowhere(
    error: OSError,
    status: int,
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
) -> None:
    class Closed:
        def write(self, text: str) -> None: ...
        def flush(self) -> None:
            raise error

        def fileno(self) -> int:
            return file.fileno()

    monkeypatch.setattr(sys, "stdout", Closed())
    with (tmp_path / "output").open("wb") as file:
        assert cli.main([]) == status
        with Path(os.devnull).open("wb") as nowhere:
            assert os.path.sameopenfile(file.fileno(), nowhere.fileno())
    assert capsys.readouterr().err == sentence


def test_predict_needs_numpy_alone(tmp_path: Path, mnist: Mnist) -> None:
    np.save("seven.npy", mnist.test_images[0])
    # An import that asks for anything but NumPy and the standard library fails.
    (tmp_path / "strict.py").write_text(
        "import sys\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        top = name.partition('.')[0]\n"
        "        known = top in sys.stdlib_module_names or top in ('numpy', 'mnist_recognizer')\n"
        "        if not known and not top.startswith('_'):\n"
        "            raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Refuse())\n"
        "from mnist_recognizer.cli import main\n"
        "sys.exit(main(['predict', 'seven.npy']))\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "strict.py"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "backend")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("7 (")


# --- what the documentation says ------------------------------------------------------------------


def unwrapped(text: str) -> str:
    """Forget how lines are wrapped, which differs between versions of Python."""
    return "".join(text.split())


@pytest.mark.parametrize("command", ["", *cli.COMMANDS])
def test_the_documentation_shows_what_help_shows(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    with pytest.raises(SystemExit) as end:
        cli.main([*([command] if command else []), "--help"])
    assert end.value.code == 0
    asked = f"$ mnist-recognizer {command + ' ' if command else ''}--help\n"
    documented = DOCS.partition(asked)[2].partition("```")[0]
    assert unwrapped(documented) == unwrapped(capsys.readouterr().out), (
        f"docs/cli.md is out of date: paste what `COLUMNS=100 {asked[2:-1]}` prints"
    )


def test_the_documented_commands_are_those_that_there_are() -> None:
    assert re.findall(r"^## `mnist-recognizer ([\w-]+)`", DOCS, re.MULTILINE) == [*cli.COMMANDS]


def test_the_documented_numbers_are_those_of_the_weights_that_come_with_the_project() -> None:
    documented = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    digest = hashlib.sha256(default_weights().read_bytes()).hexdigest()
    assert f"SHA-256 `{digest}`" in documented, (
        "docs/evaluation.md shows another network's numbers: run `mnist-recognizer evaluate` and "
        "bring it up to date"
    )


# --- weights --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["predict", "--weights", "", "seven.png"],
        ["evaluate", "--run", ""],
        ["evaluate", "--report", ""],
        ["compare", "one.npz", ""],
        ["compare", "--report", "", "one.npz", "two.npz"],
        ["export", ""],
        ["serve", "--weights", ""],
    ],
)
def test_an_empty_file_name_is_told(arguments: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    assert stopped.value.code == 2
    assert capsys.readouterr().err.endswith(": the name is empty\n")


def test_missing_weights_say_what_to_do(capsys: Captured) -> None:
    assert cli.main(["predict", "x.npy", "--weights", "w.pkl"]) == 1
    assert capsys.readouterr().err == (
        "error: there are no weights at w.pkl: name a weights file, or train a network with "
        "`mnist-recognizer train`\n"
    )


@pytest.mark.posix
def test_unusable_weights_are_refused_in_one_sentence(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "w.pkl").write_bytes(b"rubbish")
    (tmp_path / "file").touch()
    MLP(4, (3,), 2).save("small.npz")
    for weights, message in {
        "w.pkl": "error: w.pkl is not a usable weights file: ",
        "file/w.pkl": "error: file/w.pkl cannot be read: Not a directory",
        "small.npz": "error: the network in small.npz (4 -> 3 -> 2) does not read digits: ",
    }.items():
        assert cli.main(["predict", "x.npy", "--weights", weights]) == 1
        shown = capsys.readouterr().err
        assert shown.startswith(message)
        assert shown.count("\n") == 1


# --- serve ----------------------------------------------------------------------------------------


def test_serve_hands_over_what_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    from mnist_recognizer.cli import serve as serve_command

    monkeypatch.setattr(serve_command, "serve", lambda *a, **k: calls.append((a, k)))
    assert cli.main(["serve"]) == 0
    typed = ["--host", "::1", "--port", "0", "--weights", "w.pkl", "--open"]
    assert cli.main(["serve", *typed]) == 0
    assert calls == [
        ((None, None, None), {"open_browser": False}),
        (("::1", 0, Path("w.pkl")), {"open_browser": True}),
    ]
    assert serve_command.serve is not server.serve


@pytest.mark.slow
@pytest.mark.posix
def test_serve_answers_until_it_is_interrupted() -> None:
    command = [sys.executable, "-m", "mnist_recognizer", "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "backend")}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            announced = "MNIST Recognizer runs at http://localhost:"
            assert any(announced in line for line in process.stdout)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, err) == (0, "")
