"""What learn.html loads is what the scripts that write it would write now."""

import base64
import hashlib
import re
import sys
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray
from repository import GOLDEN

from mnist_recognizer.locations import default_weights, frontend_folder
from mnist_recognizer.nn import MLP

sys.path.insert(0, str(GOLDEN))

import make_code_strip

DATA = frontend_folder() / "js" / "data"
AGAIN = "run python tests/golden/make_{}.py"


def part_of(script: str, name: str) -> NDArray[np.int8]:
    """Return the deflated bytes that follow a name in a script."""
    text = re.search(rf"{name}:((?:\s*'[\w+/=]+' ?\+?)+)", script)
    assert text is not None
    data = base64.b64decode("".join(re.findall(r"'(.*?)'", text[1])))
    return np.frombuffer(zlib.decompress(data), np.int8)


@pytest.fixture(scope="module")
def neurons() -> str:
    """The script of the neurons."""
    return (DATA / "neurons.js").read_text(encoding="utf-8")


def test_the_code_strip_is_the_code_that_runs() -> None:
    written = (DATA / "code-strip.js").read_text(encoding="utf-8")
    assert written == make_code_strip.script(), AGAIN.format("code_strip")


def test_a_line_that_is_gone_from_the_code_is_an_error() -> None:
    with pytest.raises(LookupError, match="is in 0 lines"):
        make_code_strip.marked(["z = a @ W + b"], {"sum": "z = x @ W"})


def test_the_neurons_data_belong_to_the_weights_that_come_with_the_project(neurons: str) -> None:
    parameters = MLP.load(default_weights()).parameters
    digest = hashlib.sha256(parameters.tobytes()).hexdigest()[:16]
    assert f"begins with {digest}" in neurons.replace("\n * ", " "), AGAIN.format("learn_data")


def test_each_of_202_neurons_has_a_pattern_and_nine_digits(neurons: str) -> None:
    assert part_of(neurons, "patterns").size == 202 * 784
    labels = re.search(r"labels: '(\d+)'", neurons)
    assert labels is not None
    assert part_of(neurons, "pixels").size == len(labels[1]) * 392
    indices = neurons[neurons.index("exemplarsOf") : neurons.index("patterns:")]
    chosen = [int(n) for n in re.findall(r"\d+", indices)]
    assert len(chosen) == 202 * 9
    assert max(chosen) == len(labels[1]) - 1


@pytest.mark.parametrize("name", ["digits", "neurons"])
def test_scripts_with_digits_name_their_authors_and_licence(name: str) -> None:
    script = (DATA / f"{name}.js").read_text(encoding="utf-8")
    assert "CC BY-SA 3.0 (https://creativecommons.org/licenses/by-sa/3.0/)" in script
    assert "Yann LeCun, Corinna Cortes and Christopher J. C. Burges" in script
