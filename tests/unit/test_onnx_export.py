"""The ONNX export: onnxruntime answers as the network does, and the command that writes it."""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from mnist_recognizer import cli
from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.extras import how_to_install
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.losses import softmax
from mnist_recognizer.onnx_export import build_onnx, save_onnx
from mnist_recognizer.vision.geometry import network_input

Captured = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own")


def answers(content: bytes, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what onnxruntime makes of x: logits and probabilities."""
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (taken,) = session.get_inputs()
    assert (taken.name, taken.type, taken.shape[0]) == ("pixels", "tensor(float)", "batch")
    assert [output.name for output in session.get_outputs()] == ["logits", "probabilities"]
    logits, probabilities = session.run(None, {"pixels": x})
    return logits, probabilities


def assert_agree(model: MLP, x: np.ndarray) -> None:
    logits, probabilities = answers(build_onnx(model).SerializeToString(), x)
    read = network_input(model, x)
    expected = model.logits(read.astype(model.dtype))
    assert np.abs(probabilities - softmax(expected)).max() <= 1e-5
    # Rounding errors are as large as what is summed: an image's largest logits say how large.
    size = np.maximum(np.abs(expected).max(axis=1, keepdims=True), 10)
    assert (np.abs(logits - expected) / size).max() <= 1e-5


def test_onnxruntime_answers_as_the_trained_network_does(mnist: Mnist) -> None:
    model = MLP.load(default_weights())
    assert_agree(model, mnist.test_images[:2000].reshape(-1, 784) / np.float32(255))


@pytest.mark.parametrize("count", [1, 2, 129])
def test_any_number_of_images_is_taken(count: int, mnist: Mnist) -> None:
    model = MLP.load(default_weights())
    assert_agree(model, mnist.test_images[:count].reshape(-1, 784) / np.float32(255))


def test_they_agree_on_what_is_no_digit() -> None:
    rng = np.random.default_rng(0)
    x = np.stack(
        [
            np.zeros(784),
            np.ones(784),
            rng.random(784),
            rng.integers(0, 2, 784),
            np.eye(784)[300],
            -np.ones(784),
            np.full(784, 255.0),  # pixels that nobody divided
        ]
    ).astype(np.float32)
    assert_agree(MLP.load(default_weights()), x)


def test_straightening_is_part_of_the_graph(mnist: Mnist) -> None:
    model = MLP(784, (32,), 10, seed=3)
    model.metadata = {"geometry": 2}
    rng = np.random.default_rng(0)
    odd = [np.zeros(784), np.ones(784), rng.random(784), np.eye(784)[300], -np.ones(784)]
    x = mnist.test_images[:500].reshape(-1, 784) / np.float32(255)
    x = np.concatenate([x, np.array(odd, np.float32), np.full((1, 784), 255, np.float32)])
    logits, _ = answers(build_onnx(model).SerializeToString(), x)
    assert np.abs(logits - model.logits(network_input(model, x))).max() <= 1e-5
    assert np.abs(logits - model.logits(x)).max() > 0.1


@pytest.mark.parametrize("sizes", [(784, 10), (784, 7, 10), (784, 32, 16, 8, 10), (5, 3, 2)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_network_can_be_exported(sizes: tuple[int, ...], dtype: type) -> None:
    model = MLP(sizes[0], sizes[1:-1], sizes[-1], seed=3, dtype=dtype)
    for b in model.biases:
        b[:] = np.linspace(-1, 1, len(b))
    assert_agree(model, np.random.default_rng(1).random((50, sizes[0]), np.float32))


def test_the_card_goes_along(tmp_path: Path) -> None:
    model = MLP(4, (3,), 2)
    model.metadata = {"seed": 7, "trained_at": "2026-01-31", "recipe": {"epochs": 5}}
    save_onnx(model, tmp_path / "net.onnx")
    proto = onnx.load(tmp_path / "net.onnx")
    onnx.checker.check_model(proto, full_check=True)
    properties = {p.key: p.value for p in proto.metadata_props}
    assert properties == {
        "model": "4 -> 3 -> 2",
        "parameters": "23",
        "seed": "7",
        "trained_at": "2026-01-31",
        "recipe": json.dumps({"epochs": 5}),
    }


@pytest.mark.parametrize(("value", "dtype"), [(np.nan, np.float32), (1e300, np.float64)])
def test_weights_that_are_no_float32_numbers_are_refused(value: float, dtype: type) -> None:
    model = MLP(4, (3,), 2, dtype=dtype)
    model.biases[1][0] = value
    with pytest.raises(ValueError, match="b2 holds NaN or infinity"):
        build_onnx(model)


# --- the command ----------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".npz", ".safetensors", ".pkl"])
def test_export_writes_what_the_project_reads(suffix: str, capsys: Captured) -> None:
    assert cli.main(["export", f"new/net{suffix}"]) == 0
    model, written = MLP.load(default_weights()), MLP.load(f"new/net{suffix}")
    assert (written.parameters == model.parameters).all()
    assert written.metadata == model.metadata
    size = Path(f"new/net{suffix}").stat().st_size
    assert capsys.readouterr().out == (f"new/net{suffix}: 784 -> 128 -> 64 -> 10, {size:,} bytes\n")


def test_export_writes_onnx_of_the_weights_that_are_named(tmp_path: Path) -> None:
    model = MLP(hidden_sizes=(6,), seed=2)
    model.save("mine.npz")
    Path("net.ONNX").write_text("old", encoding="utf-8")
    assert cli.main(["export", "--weights", "mine.npz", "net.ONNX"]) == 0
    x = np.random.default_rng(0).random((3, 784), np.float32)
    _, probabilities = answers(Path("net.ONNX").read_bytes(), x)
    assert probabilities == pytest.approx(softmax(model.logits(x)), abs=1e-5)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine.npz", "net.ONNX"]


@pytest.mark.parametrize(
    ("out", "message"),
    [
        (
            "net.txt",
            "net.txt ends in '.txt'; name a file that ends in one of .pkl, .npz, ",
        ),
        ("net", "net has no suffix; name a file that ends in one of .pkl,"),
        ("folder.onnx", "folder.onnx is a folder: name a file in it"),
        ("file/net.onnx", "file/net.onnx cannot be written: "),
        ("file/net.npz", "file/net.npz cannot be written: "),
    ],
)
def test_export_explains_what_it_cannot_do(out: str, message: str, capsys: Captured) -> None:
    Path("folder.onnx").mkdir()
    Path("file").touch()
    assert cli.main(["export", out]) == 1
    assert capsys.readouterr().err.startswith(f"error: {message}")


def test_without_onnx_the_extra_is_named_and_the_other_formats_are_written(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.delitem(sys.modules, "mnist_recognizer.onnx_export")
    monkeypatch.setitem(sys.modules, "onnx", None)
    assert cli.main(["export", "net.onnx"]) == 1
    expected = f"error: export needs the package onnx: {how_to_install('onnx')}\n"
    assert capsys.readouterr().err == expected
    assert not Path("net.onnx").exists()
    assert cli.main(["export", "net.npz"]) == 0
