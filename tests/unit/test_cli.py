"""The command line, run in this process and, where that matters, in one of its own."""

import errno
import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mnist_recognizer import __version__, cli
from mnist_recognizer.api import server
from mnist_recognizer.cli import evaluate as evaluate_command
from mnist_recognizer.cli import mnist as mnist_command
from mnist_recognizer.cli import predict as predict_command
from mnist_recognizer.cli import train as train_command
from mnist_recognizer.data.errors import MnistUnavailableError
from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def small(mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> Mnist:
    """MNIST with 500 test images, so that everything is quick."""
    few = Mnist(
        mnist.train_images, mnist.train_labels, mnist.test_images[:500], mnist.test_labels[:500]
    )
    monkeypatch.setattr(mnist_command, "load_mnist", lambda: few)
    monkeypatch.setattr(train_command, "load_mnist", lambda: few)
    return few


def in_a_process(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mnist_recognizer", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "backend")}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, **options
    )


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
    monkeypatch.delitem(sys.modules, "mnist_recognizer.cli.evaluate")
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert cli.main(["evaluate"]) == 1
    expected = "error: evaluate needs the package tqdm: pip install 'mnist-recognizer[train]'\n"
    assert capsys.readouterr().err == expected


def test_a_missing_module_of_our_own_is_a_bug_and_not_explained_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "mnist_recognizer.cli.serve")
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


def test_missing_weights_say_what_to_do(capsys: Captured) -> None:
    assert cli.main(["predict", "x.npy", "--weights", "w.pkl"]) == 1
    assert capsys.readouterr().err == (
        "error: there are no weights at w.pkl: name a weights file, or train a network with "
        "`mnist-recognizer train`\n"
    )


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


# --- predict --------------------------------------------------------------------------------------


def test_predict_reads_a_digit(mnist: Mnist, capsys: Captured) -> None:
    np.save("seven.npy", mnist.test_images[0])
    assert cli.main(["predict", "seven.npy"]) == 0
    confidence = MLP.load(default_weights()).predict_proba(mnist.test_images[0].ravel() / 255).max()
    assert capsys.readouterr().out == f"7 ({confidence:.1%})\n"


def test_predict_reads_a_photo_of_any_size(mnist: Mnist, capsys: Captured) -> None:
    from PIL import Image

    big = Image.fromarray(255 - mnist.test_images[0]).resize((280, 280))
    sheet = Image.new("L", (500, 400), 250)
    sheet.paste(big, (150, 40))
    sheet.save("photo.jpg")
    assert cli.main(["predict", "photo.jpg"]) == 0
    assert capsys.readouterr().out.startswith("7 (")


def test_several_pictures_are_named(mnist: Mnist, capsys: Captured) -> None:
    np.save("two.npy", mnist.test_images[:2])
    np.save("one.npy", mnist.test_images[2])
    assert cli.main(["predict", "two.npy", "one.npy"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(" (")[0] for line in lines] == [
        "two.npy[0]: 7",
        "two.npy[1]: 2",
        "one.npy: 1",
    ]


def test_json_has_one_object_a_digit(mnist: Mnist, capsys: Captured) -> None:
    np.save("two.npy", mnist.test_images[:2])
    assert cli.main(["predict", "two.npy", "--json"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(a["file"], a["picture"], a["prediction"]) for a in answers] == [
        ("two.npy", 0, 7),
        ("two.npy", 1, 2),
    ]
    for answer in answers:
        assert list(answer["probabilities"]) == [str(digit) for digit in range(10)]
        assert sum(answer["probabilities"].values()) == pytest.approx(1)
        assert answer["confidence"] == max(answer["probabilities"].values())


def test_predict_reads_all_digits_of_a_picture(mnist: Mnist, capsys: Captured) -> None:
    images = mnist.test_images[[0, 2, 3]]  # 7, 1, 0
    row = np.kron(np.concatenate(list(images), axis=1), np.ones((3, 3), np.uint8))
    np.save("number.npy", 255 - row)
    assert cli.main(["predict", "number.npy"]) == 0
    assert re.fullmatch(r"710 \([\d.]+% [\d.]+% [\d.]+%\)\n", capsys.readouterr().out)
    assert cli.main(["predict", "number.npy", "--json"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(a["digit"], a["prediction"]) for a in answers] == [(0, 7), (1, 1), (2, 0)]
    assert [a["box"]["x"] // 84 for a in answers] == [0, 1, 2]


def test_predict_reads_standard_input(
    mnist: Mnist, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    file = io.BytesIO()
    np.save(file, mnist.test_images[0])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(file.getvalue())))
    assert cli.main(["predict", "-"]) == 0
    assert capsys.readouterr().out.startswith("7 (")


def test_a_bad_file_does_not_keep_the_others_from_being_read(
    tmp_path: Path, mnist: Mnist, capsys: Captured
) -> None:
    np.save("blank.npy", np.zeros((28, 28), np.uint8))
    np.save("seven.npy", mnist.test_images[0])
    (tmp_path / "notes.png").write_bytes(b"not a picture")
    assert cli.main(["predict", "blank.npy", "missing.png", "notes.png", "seven.npy"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("seven.npy: 7 (")
    blank, missing, notes = err.splitlines()
    assert blank.startswith("error: blank.npy holds no digit: ")
    assert missing == "error: missing.png cannot be read: No such file or directory"
    assert notes == "error: notes.png cannot be read: it is not a picture, or it is damaged"


def test_pictures_without_pillow_say_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    (tmp_path / "seven.png").write_bytes(b"\x89PNG")
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    assert cli.main(["predict", "seven.png"]) == 1
    assert capsys.readouterr().err.endswith("pip install pillow\n")


# --- train ----------------------------------------------------------------------------------------

QUICK = ["--validation", "50000", "--learning-rate", "0.1"]  # 10,000 training images


def test_train_makes_weights_a_card_and_a_run_in_the_current_folder(
    small: Mnist, tmp_path: Path, capsys: Captured
) -> None:
    assert cli.main(["train", "--epochs", "1", "--hidden", "20", "12", "8", *QUICK]) == 0
    model = MLP.load("weights.pkl")
    assert model.layer_sizes == (784, 20, 12, 8, 10)
    card = json.loads((tmp_path / "weights.json").read_text(encoding="utf-8"))
    assert card["model"] == "784 -> 20 -> 12 -> 8 -> 10"
    (run,) = (tmp_path / "runs").iterdir()
    assert (run / "metrics.jsonl").read_text(encoding="utf-8").count("\n") == 1
    out = capsys.readouterr().out
    assert "hidden 3" in out
    assert f"{card['test_accuracy']:.2%}" in out


def test_train_has_the_default_layers_and_the_classic_recipe(
    small: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_command, "CONFIG", {**train_command.CONFIG, "epochs": 1})
    assert cli.main(["train", *QUICK[:2]]) == 0
    model = MLP.load("weights.pkl")
    assert model.layer_sizes == (784, 128, 64, 10)
    recipe = model.metadata["recipe"]
    assert (recipe["optimizer"], recipe["learning_rate"], recipe["batch_size"]) == (
        "sgd",
        0.01,
        128,
    )


def test_a_resumed_run_keeps_its_layers(
    small: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    class Impatient(train_command.Progress):
        def show(self, stats):
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(train_command, "Progress", Impatient)
        arguments = ["train", "--epochs", "2", "--hidden", "9", *QUICK]
        assert cli.main(arguments) == 0
    assert cli.main(["train", "--resume", "--hidden", "9"]) == 1
    assert "a resumed run keeps its layers: give --resume alone" in capsys.readouterr().err
    assert cli.main(["train", "--resume"]) == 0
    assert MLP.load("weights.pkl").layer_sizes == (784, 9, 10)
    (run,) = (tmp_path / "runs").iterdir()
    assert (run / "metrics.jsonl").read_text(encoding="utf-8").count("\n") == 2


def test_impossible_layers_and_settings_are_explained(small: Mnist, capsys: Captured) -> None:
    assert cli.main(["train", "--hidden", "0"]) == 1
    assert capsys.readouterr().err.startswith("error: there is no network of (784, 0, 10): ")
    with pytest.raises(SystemExit, match=r"^error: learning_rate must be from"):
        cli.main(["train", "--learning-rate", "-1"])


def test_train_without_mnist_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_command, "load_mnist", unavailable)
    with pytest.raises(SystemExit, match="error: no source has it"):
        cli.main(["train"])


def unavailable() -> Mnist:
    raise MnistUnavailableError("no source has it")


# --- evaluate -------------------------------------------------------------------------------------


def test_evaluate_prints_the_summary(small: Mnist, capsys: Captured) -> None:
    assert cli.main(["evaluate", "--quick"]) == 0
    out = capsys.readouterr().out
    model = MLP.load(default_weights())
    right = np.count_nonzero(
        model.predict(small.test_images.reshape(500, -1) / 255) == small.test_labels
    )
    assert f"({right} of 500; 95% interval" in out
    assert "changed by" not in out


def test_evaluate_prints_json_that_says_what_was_measured(small: Mnist, capsys: Captured) -> None:
    assert cli.main(["evaluate", "--json", "--seed", "3"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["accuracy"]["total"] == 500
    assert content["environment"]["Seed of the noise"] == "3"
    assert content["robustness"]["rotation"]


def test_evaluate_writes_the_report_of_a_run(
    small: Mnist, tmp_path: Path, capsys: Captured
) -> None:
    assert cli.main(["train", "--epochs", "2", "--hidden", "9", *QUICK]) == 0
    (run,) = (tmp_path / "runs").iterdir()
    arguments = ["evaluate", "--run", str(run), "--quick", "--report", "report.html"]
    assert cli.main(arguments) == 0
    assert "The report is in report.html" in capsys.readouterr().err
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "784 → 9 → 10" in report
    assert "How it was trained" in report


def test_the_report_is_written_even_if_nobody_reads_the_summary(
    small: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(assessment: object) -> str:
        raise BrokenPipeError

    monkeypatch.setattr(evaluate_command, "summarise", closed)
    monkeypatch.setattr(cli, "_discard_output", lambda: None)
    assert cli.main(["evaluate", "--quick", "--report", "report.html"]) == 141
    assert (tmp_path / "report.html").is_file()


def test_the_temperature_is_fitted_on_images_that_did_not_train(
    small: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def assess(model, validation, test, **options):
        seen.append(len(validation[1]))
        raise KeyboardInterrupt

    monkeypatch.setattr(evaluate_command, "assess", assess)
    model = MLP(hidden_sizes=(2,))
    for recipe in ({"validation": 123}, {"validation": "many"}, {"validation": 60_000}, None):
        model.metadata = {"recipe": recipe}
        model.save("w.pkl")
        assert cli.main(["evaluate", "--weights", "w.pkl"]) == 130
    assert seen == [123, 10_000, 10_000, 10_000]


def test_evaluate_explains_what_it_cannot_do(
    small: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    (tmp_path / "file").touch()
    for arguments, message in {
        ("--run", "nowhere"): "nowhere is not the folder of a run: it has no metrics.jsonl",
        ("--report", "."): ". is a folder: name a file in it for the report",
        ("--report", "file/r.html"): "file/r.html cannot be written: ",
    }.items():
        assert cli.main(["evaluate", "--quick", *arguments]) == 1
        out, err = capsys.readouterr()
        assert err.startswith(f"error: {message}")
        assert ("test accuracy" in out) == message.endswith("written: ")  # nothing is lost
    monkeypatch.setattr(mnist_command, "load_mnist", unavailable)
    assert cli.main(["evaluate"]) == 1
    assert capsys.readouterr().err == "error: no source has it\n"


@pytest.mark.parametrize("seed", ["-1", "x"])
def test_a_seed_is_a_whole_number_from_0(seed: str, capsys: Captured) -> None:
    with pytest.raises(SystemExit):
        cli.main(["evaluate", f"--seed={seed}"])
    assert "argument --seed" in capsys.readouterr().err


# --- compare --------------------------------------------------------------------------------------


def test_compare_names_files_and_runs(small: Mnist, tmp_path: Path, capsys: Captured) -> None:
    run = tmp_path / "run"
    MLP(hidden_sizes=(4,)).save(run / "weights.pkl")
    assert cli.main(["compare", str(default_weights()), "run"]) == 0
    text = capsys.readouterr().out
    assert f"{default_weights()} is better (McNemar, p = " in text
    assert "784 -> 4 -> 10" in text
    assert cli.main(["compare", "--json", str(default_weights()), "run"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert [n["name"] for n in content["networks"]] == [str(default_weights()), "run"]


def test_one_network_cannot_be_compared(capsys: Captured) -> None:
    assert cli.main(["compare", "a.pkl", "a.pkl"]) == 1
    assert "takes two networks or more, each named once" in capsys.readouterr().err


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
