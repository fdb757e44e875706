"""What learn.html loads is what the scripts that write it would write now."""

import base64
import hashlib
import json
import re
import sys
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray
from repository import GOLDEN

from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.locations import default_weights, frontend_folder
from mnist_recognizer.nn import MLP
from mnist_recognizer.vision.geometry import to_geometry

sys.path.insert(0, str(GOLDEN))

import make_code_strip
import make_learn_data
import make_map
import make_training_digits

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


@pytest.mark.parametrize(
    ("file", "name", "first", "end"),
    [
        ("digits", "testDigits", 0, 1000),
        ("digits", "trainingDigits", 0, 500),
        ("training-digits", "moreTrainingDigits", 500, 5000),
    ],
)
def test_the_digits_of_the_page_are_mnists_own(
    mnist: Mnist, file: str, name: str, first: int, end: int
) -> None:
    script = (DATA / f"{file}.js").read_text(encoding="utf-8")
    part = script[script.index(f"  {name}: {{") :]
    is_test = name == "testDigits"
    images = (mnist.test_images if is_test else mnist.train_images)[first:end]
    labels = (mnist.test_labels if is_test else mnist.train_labels)[first:end]
    written = re.search(r"labels: '(\d+)'", part)
    assert written is not None
    assert written[1] == "".join(map(str, labels))
    packed = make_learn_data.packed(to_geometry(MLP.load(default_weights()), images))
    assert part_of(part, "pixels").tobytes() == packed


def test_the_training_digits_follow_those_that_the_page_has_already() -> None:
    assert make_training_digits.TRAINING == make_learn_data.TRAINING == 500
    assert make_training_digits.EXAMPLES == 5000


@pytest.mark.parametrize("name", ["digits", "neurons", "training-digits"])
def test_scripts_with_digits_name_their_authors_and_licence(name: str) -> None:
    script = (DATA / f"{name}.js").read_text(encoding="utf-8")
    assert "CC BY-SA 3.0 (https://creativecommons.org/licenses/by-sa/3.0/)" in script
    assert "Yann LeCun, Corinna Cortes and Christopher J. C. Burges" in script


def test_the_golden_map_is_that_of_the_weights_and_digits_that_come_with_the_project() -> None:
    written = json.loads(make_map.TARGET.read_text(encoding="utf-8"))
    for name, case in make_map.cases().items():
        assert written[name]["neighbours"] == case["neighbours"], AGAIN.format("map")
        for part in ("kept", "explained", "places", "distances", "resemblances"):
            assert np.allclose(written[name][part], case[part], atol=1e-4), AGAIN.format("map")
