"""The examples of docs/api.md, run as they stand against a real server."""

import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from live import serving
from PIL import Image

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.model.example import SEVEN
from mnist_recognizer.api.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
# These need a package that only other programs have; test_inference.py and test_weights_route.py
# check what they rely on.
ELSEWHERE = ("tritonclient", "safetensors", "digits.example", "main.py", "main:app")

needs_curl = pytest.mark.skipif(
    shutil.which("curl") is None, reason="the documented commands use curl, which is not here"
)


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return [block for block in found if not any(word in block for word in ELSEWHERE)]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(create_app(Settings(access_log=False))) as address:
        yield address.replace("127.0.0.1", "localhost")


def photo() -> bytes:
    """Return a JPEG of a seven."""
    file = io.BytesIO()
    ink = np.array(SEVEN).reshape(28, 28) * 255
    Image.fromarray((255 - ink).astype(np.uint8)).resize((280, 280)).save(file, "JPEG")
    return file.getvalue()


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_are_examples_of_each_language() -> None:
    assert len(blocks("bash")) > 5
    assert len(blocks("python")) > 1
    assert len(blocks("javascript")) > 1


@needs_curl
@pytest.mark.parametrize("block", blocks("bash"))
def test_curl(block: str, url: str, tmp_path: Path) -> None:
    (tmp_path / "digits.raw").write_bytes(bytes(784 * 20))
    (tmp_path / "photo.jpg").write_bytes(photo())
    script = block.replace("http://localhost:8000", url).replace(
        "curl ", "curl --fail-with-body -sS "
    )
    run(["bash", "-euc", script], tmp_path)


def printed_answers() -> list[tuple[str, str]]:
    """Return each command that is followed by its answer, with that answer."""
    pattern = r"^```bash\n((?:(?!```).)*?)^```\n(?:(?!```|^#).)*?^```json\n(.*?)^```"
    found = re.findall(pattern, TEXT, re.MULTILINE | re.DOTALL)
    return [(command, answer) for command, answer in found if "-i " not in command]


def assert_like(expected: object, found: object, place: str = "answer") -> None:
    """See that an answer has the printed one's fields, types and texts; … stands for anything."""
    if expected == "…":
        return
    if isinstance(expected, dict):
        assert isinstance(found, dict), place
        if "…" not in expected:
            assert set(expected) == set(found), place
        for name in set(expected) - {"…"}:
            if name not in {"card", "probabilities", "digits", "number"}:
                assert_like(expected[name], found[name], f"{place}.{name}")
    elif isinstance(expected, list):
        assert isinstance(found, list), place
        for one, other in zip(expected, found, strict=False):
            assert_like(one, other, place)
    elif (isinstance(expected, int) and "size" not in place) or (
        isinstance(expected, str) and not place.endswith("_at")
    ):
        assert expected == found, place
    else:
        assert type(expected) is type(found), place


def test_some_answers_are_printed() -> None:
    assert len(printed_answers()) >= 5


@needs_curl
@pytest.mark.parametrize(("command", "answer"), printed_answers())
def test_a_printed_answer_is_what_the_server_answers(
    command: str, answer: str, url: str, tmp_path: Path
) -> None:
    (tmp_path / "photo.jpg").write_bytes(photo())
    command = "\n".join(line for line in command.splitlines() if "digits.example" not in line)
    output = run(
        [
            "bash",
            "-euc",
            command.replace("http://localhost:8000", url).replace("curl ", "curl -sS "),
        ],
        tmp_path,
    )
    expected = json.loads(answer)
    if "box" in answer:  # another image than the reader's
        expected, found = {**expected, "digits": "…"}, json.loads(output)
        assert set(found["digits"][0]) == set(json.loads(answer)["digits"][0])
        expected = {**expected, "number": "…"}
        assert_like(expected, found)
        return
    assert_like(expected, json.loads(output))


@pytest.mark.slow
@pytest.mark.parametrize("block", blocks("python"))
def test_python(block: str, url: str, tmp_path: Path) -> None:
    code = block.replace("http://localhost:8000", url)
    prepared = f"pixels = {SEVEN!r}\n{code}"
    run([sys.executable, "-W", "error", "-c", prepared], tmp_path)


@pytest.mark.parametrize("block", blocks("javascript"))
def test_javascript(block: str, url: str, tmp_path: Path) -> None:
    node = shutil.which("node") or Path(sys.executable).with_name("node")
    (tmp_path / "photo.jpg").write_bytes(photo())
    prepared = (
        'import { openAsBlob } from "node:fs";\n'
        'const file = await openAsBlob("photo.jpg", { type: "image/jpeg" });\n'
        f"const pixels = {SEVEN!r};\n"
    )
    code = prepared + block.replace("http://localhost:8000", url)
    (tmp_path / "example.mjs").write_text(code)
    run([str(node), "example.mjs"], tmp_path)
