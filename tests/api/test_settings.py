"""Settings: from the environment, from .env, and one sentence for what is wrong."""

import importlib.util
import os
import re
import runpy
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mnist_recognizer import cli
from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.settings import Settings, SettingsError, load_settings, shown
from mnist_recognizer.locations import default_weights

PROJECT = Path(__file__).resolve().parents[2]
MAIN = PROJECT / "backend" / "main.py"
REFERENCE = PROJECT / "docs" / "api.md"


def test_without_any_settings_the_server_is_for_this_machine_alone() -> None:
    settings = load_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.weights == default_weights()
    assert settings.cors_origins == ("http://localhost:3000", "http://127.0.0.1:3000", "null")
    assert settings.max_body_bytes == 65536
    assert settings.log_level == "info"


def test_the_environment_wins_over_env_files_and_arguments_over_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path(".env").write_text("MNIST_PORT=1111\nMNIST_HOST=10.0.0.1\nMNIST_LOG_LEVEL=error\nX=1\n")
    monkeypatch.setenv("MNIST_PORT", "2222")
    monkeypatch.setenv("MNIST_HOST", "10.0.0.2")
    settings = load_settings(port=3333, weights=None)
    assert (settings.port, settings.host, settings.log_level) == (3333, "10.0.0.2", "error")
    assert settings.weights == default_weights()


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_PORT", "")
    assert load_settings().port == 8000


@pytest.mark.parametrize(
    ("value", "origins"),
    [
        ("https://a.example", ("https://a.example",)),
        (" http://a.example , http://b.c:81,null,", ("http://a.example", "http://b.c:81", "null")),
        ("*", ("*",)),
    ],
)  # fmt: skip
def test_origins_are_separated_by_commas(
    monkeypatch: pytest.MonkeyPatch, value: str, origins: tuple[str, ...]
) -> None:
    monkeypatch.setenv("MNIST_CORS_ORIGINS", value)
    assert load_settings().cors_origins == origins


def test_a_tilde_in_the_weights_path_is_the_home_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("MNIST_WEIGHTS", "~/w.npz")
    assert load_settings().weights == tmp_path / "w.npz"


WRONG = [
    ("MNIST_PORT", "eight", "valid integer"),
    ("MNIST_PORT", "70000", "less than or equal to 65535"),
    ("MNIST_PORT", "-1", "greater than or equal to 0"),
    ("MNIST_MAX_BODY_BYTES", "100", "greater than or equal to 4096"),
    ("MNIST_LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
    ("MNIST_CORS_ORIGINS", "localhost:3000", "'localhost:3000' is not an origin"),
    ("MNIST_CORS_ORIGINS", "http://localhost:3000/", "without a path"),
    ("MNIST_CORS_ORIGINS", "http://local host", "is not an origin"),
    ("MNIST_RATE_LIMIT", "0/second", "write it like 20/second"),
    ("MNIST_TRUSTED_HOSTS", "https://example.com", "'https://example.com' is not a host"),
    ("MNIST_TRUSTED_HOSTS", "example.com:8000", "without a port"),
    ("MNIST_TRUSTED_HOSTS", "*example.com", "is not a host"),
]


@pytest.mark.parametrize("host", ["*", "*.example.com", "example.com", "127.0.0.1", "[::1]"])
def test_hosts_are_trusted_in_any_case_of_letters(host: str) -> None:
    assert Settings(trusted_hosts=(host.upper(),)).trusted_hosts == (host,)


@pytest.mark.parametrize(("variable", "value", "reason"), WRONG)
def test_a_wrong_setting_is_one_sentence_with_its_variable_and_value(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        create_app()
    sentence = str(caught.value)
    assert sentence.startswith(f"{variable} is wrong ('{value}'): ")
    assert reason in sentence
    assert "\n" not in sentence


def test_an_env_file_that_is_no_text_is_one_sentence() -> None:
    Path(".env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"The settings in \.env cannot be read: "):
        load_settings()


def run_main(monkeypatch: pytest.MonkeyPatch, name: str) -> dict[str, Any]:
    monkeypatch.setattr(sys, "argv", ["main.py"])
    return runpy.run_path(str(MAIN), run_name=name)


def test_main_has_an_app_for_uvicorn(monkeypatch: pytest.MonkeyPatch, weights: Path) -> None:
    monkeypatch.setenv("MNIST_WEIGHTS", str(weights))
    with TestClient(run_main(monkeypatch, "main")["app"]) as client:
        assert client.get("/health").json()["status"] == "healthy"


def test_main_ends_with_that_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_PORT", "eight")
    with pytest.raises(SystemExit, match=r"^MNIST_PORT is wrong \('eight'\)"):
        run_main(monkeypatch, "main")


@pytest.mark.parametrize("package", ["numpy", "fastapi", "msgspec", "granian"])
def test_main_says_how_to_install_a_package_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    for name in list(sys.modules):
        if name.split(".")[0] in {package, "mnist_recognizer"}:
            monkeypatch.delitem(sys.modules, name)
    find = importlib.util.find_spec

    class Missing:
        @staticmethod
        def find_spec(name: str, path: object = None, target: object = None) -> None:
            if name == package:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    assert find(package) is not None
    monkeypatch.setattr(sys, "meta_path", [Missing, *sys.meta_path])
    with pytest.raises(SystemExit) as caught:
        run_main(monkeypatch, "main")
    assert str(caught.value) == (
        f"The package {package} is missing. Install what the server needs with: "
        "cd backend && pip install -r requirements.txt"
    )


def test_main_says_which_python_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    monkeypatch.setattr(sys, "version", "3.10.4 (main)")
    with pytest.raises(SystemExit) as caught:
        run_main(monkeypatch, "main")
    assert str(caught.value) == ("MNIST Recognizer needs Python 3.11 or newer, and this is 3.10.4.")


# --- the reference, docs/api.md ------------------------------------------------------------------


def test_the_references_table_is_the_settings() -> None:
    defaults = shown(Settings())
    rows = []
    for name, field in Settings.model_fields.items():
        variable = f"MNIST_{name.upper()}"
        default = defaults[variable].removeprefix(f"{PROJECT}/")
        rows.append(f"| `{variable}` | {f'`{default}`' if default else ''} | {field.description} |")
    table = re.findall(r"^\| `MNIST_\w+` \|.*$", REFERENCE.read_text(), re.MULTILINE)
    assert table == rows


def test_the_command_prints_what_is_in_force_without_secrets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(".env").write_text(f"MNIST_PORT=1111\nMNIST_API_KEYS={'k' * 20},{'l' * 20}\n")
    monkeypatch.setenv("MNIST_LOG_LEVEL", "error")
    assert cli.main(["settings"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition("=")[0] for line in lines] == [
        f"MNIST_{name.upper()}" for name in Settings.model_fields
    ]
    assert {"MNIST_PORT=1111", "MNIST_LOG_LEVEL=error", "MNIST_MODELS_FOLDER="} <= set(lines)
    assert "MNIST_API_KEYS=**********,**********" in lines


def test_what_the_command_prints_can_be_an_env_file(capsys: pytest.CaptureFixture[str]) -> None:
    before = load_settings()
    cli.main(["settings"])
    Path(".env").write_text(capsys.readouterr().out)
    assert load_settings() == before


def test_a_path_with_any_letters_can_be_in_an_env_file(capsys: pytest.CaptureFixture[str]) -> None:
    path = Path('it\'s a \\ "folder" #1') / "w.pkl"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_WEIGHTS", str(path))
        cli.main(["settings"])
    Path(".env").write_text(capsys.readouterr().out)
    assert load_settings().weights == path


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b'MNIST_API_KEYS="no end\n', "Line 1 of .env is not NAME=value; correct it."),
        (b"MNIST_PORT=1\n= 2\n", "Line 2 of .env is not NAME=value; correct it."),
        (b"MNIST_API_KEY=" + b"k" * 20, "MNIST_API_KEY is not a setting; is MNIST_API_KEYS meant?"),
        (b"mnist_prot=8001", "MNIST_PROT is not a setting; is MNIST_PORT meant?"),
        (b"\xff\xfeM", "The settings in .env cannot be read: "),
    ],
)
def test_a_slip_in_the_env_file_is_one_sentence(text: bytes, sentence: str) -> None:
    Path(".env").write_bytes(text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith(sentence)
    assert "no end" not in str(caught.value)


def test_a_slip_in_the_environment_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_MODEL_FOLDER", "x")
    with pytest.raises(SettingsError, match=r"^MNIST_MODEL_FOLDER is not a setting; is"):
        load_settings()


def test_what_is_others_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("# ours\n\nexport DEBUG=1\nPORT=tcp\nMNIST_PORT=8001 # mine\n")
    monkeypatch.setenv("MNIST_RECOGNIZER_PORT", "tcp://10.0.0.1:80")
    monkeypatch.setenv("MNIST_RECOGNIZER_SERVICE_HOST", "10.0.0.1")
    assert load_settings().port == 8001


def test_an_env_file_may_begin_with_a_byte_order_mark() -> None:
    Path(".env").write_text("MNIST_PORT=8001\n", encoding="utf-8-sig")
    assert load_settings().port == 8001


@pytest.mark.parametrize("seconds", ["inf", "nan", "1e300", "0", "-1"])
def test_a_timeout_that_no_clock_has_is_refused(
    monkeypatch: pytest.MonkeyPatch, seconds: str
) -> None:
    monkeypatch.setenv("MNIST_TIMEOUT_SECONDS", seconds)
    with pytest.raises(SettingsError, match=r"^MNIST_TIMEOUT_SECONDS is wrong"):
        load_settings()


def test_a_weights_file_whose_name_is_no_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_WEIGHTS", os.fsdecode(b"/models/\xff.pkl"))
    with pytest.raises(SettingsError, match=r"^MNIST_WEIGHTS is wrong .*: .* is not UTF-8; rename"):
        load_settings()


def test_the_command_says_in_a_sentence_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MNIST_PORT", "eight")
    assert cli.main(["settings"]) == 1
    assert capsys.readouterr().err.startswith("error: MNIST_PORT is wrong ('eight'): ")


@pytest.mark.parametrize("key", ["short-secret", "naïve-" + "s" * 20])
def test_a_wrong_key_is_not_shown(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("MNIST_API_KEYS", key)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith("MNIST_API_KEYS is wrong: a key needs 16 ASCII characters")
    assert key not in "".join(traceback.format_exception(caught.value))


def test_every_route_is_in_the_reference() -> None:
    text = REFERENCE.read_text()
    for path, item in create_app().openapi()["paths"].items():
        for method in item:
            assert f"## `{method.upper()} {path}`" in text
