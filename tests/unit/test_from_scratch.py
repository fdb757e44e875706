"""examples/from_scratch.py: the same network as `MLP`, written out for three layers."""

import importlib.util
from types import ModuleType

import numpy as np
import pytest
from repository import ROOT

from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.nn import MLP

SCRIPT = ROOT / "examples" / "from_scratch.py"


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("from_scratch", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_its_gradients_are_those_of_mlp_backward(example: ModuleType) -> None:
    rng = np.random.default_rng(0)
    model = MLP(seed=1)
    model.parameters += rng.normal(0, 0.01, model.parameter_count).astype(np.float32)
    x, y = rng.random((50, 784), np.float32), rng.integers(0, 10, 50)
    layers = list(zip(model.weights, model.biases, strict=True))

    loss, gradients = example.backward(layers, example.forward(layers, x), y)

    expected_loss, gradient = model.backward(model.forward(x), y)
    assert loss == pytest.approx(expected_loss, rel=1e-6)
    flat = np.concatenate([part.ravel() for layer in gradients for part in layer])
    assert np.linalg.norm(flat - gradient) <= 1e-6 * np.linalg.norm(gradient)


def test_its_step_is_the_one_of_train_step(example: ModuleType) -> None:
    rng = np.random.default_rng(0)
    one, other = MLP(seed=1), MLP(seed=1)
    x, y = rng.random((50, 784), np.float32), rng.integers(0, 10, 50)
    layers = list(zip(one.weights, one.biases, strict=True))
    _, gradients = example.backward(layers, example.forward(layers, x), y)
    example.step(layers, gradients, 0.1)
    other.train_step(x, y, lr=0.1)
    np.testing.assert_allclose(one.parameters, other.parameters, atol=1e-7)


def test_it_starts_from_the_weights_of_the_same_seed(example: ModuleType) -> None:
    layers = example.initialise(np.random.default_rng(5))
    flat = np.concatenate([part.ravel() for layer in layers for part in layer])
    np.testing.assert_array_equal(flat, MLP(seed=5).parameters)


def test_it_is_short_and_needs_numpy_alone() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    imports = [line.split()[1] for line in text.splitlines() if line.startswith(("import", "from"))]
    assert imports == ["sys", "time", "itertools", "pathlib", "numpy"]


@pytest.mark.slow
def test_it_reads_more_than_97_percent_of_the_test_images(
    example: ModuleType, mnist: Mnist, capsys: pytest.CaptureFixture[str]
) -> None:
    example.main()
    accuracy = capsys.readouterr().out.split("test accuracy ")[1].split("%")[0]
    assert float(accuracy) > 97
