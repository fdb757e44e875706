"""A network as an ONNX graph, which other runtimes run. Needs the extra `onnx`.

The graph is the forward pass of :class:`~mnist_recognizer.nn.MLP`, one Gemm (z = a·W + b) a layer:

    pixels (batch, 784) float32  →  Gemm, Relu, …, Gemm  →  logits (batch, 10)
                                                         →  Softmax → probabilities (batch, 10)

A network that reads straightened images has the nodes that straighten them before these
(:mod:`~mnist_recognizer.onnx_straighten`), so its input, too, is an image in MNIST's geometry.

`batch` is free. The network's metadata (its card: recipe, seed, accuracy, …) goes along as the
model's metadata_props, each value as JSON.

Format: https://onnx.ai/onnx/repo-docs/IR.html.
"""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from mnist_recognizer import __version__
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.weights import write_atomically
from mnist_recognizer.onnx_straighten import Nodes, add_straightening
from mnist_recognizer.vision.geometry import UPRIGHT, geometry_of

INPUT, LOGITS, PROBABILITIES = "pixels", "logits", "probabilities"
_OPSET = 17  # of 2022: runtimes that are not the newest have it
_IR_VERSION = 8  # the file format that came with it


def build_onnx(model: MLP) -> onnx.ModelProto:
    """Return a network as a checked ONNX model, in float32.

    Raises
    ------
    ValueError
        When a weight is NaN or infinite, in float32.
    """
    graph = Nodes()
    a = add_straightening(graph, INPUT) if geometry_of(model) == UPRIGHT else INPUT
    nodes, initializers = graph.nodes, graph.initializers
    last = len(model.weights)
    for number, (W, b) in enumerate(zip(model.weights, model.biases, strict=True), start=1):
        for name, array in ((f"W{number}", W), (f"b{number}", b)):
            with np.errstate(over="ignore"):  # what is too large for float32 becomes infinity
                values = np.ascontiguousarray(array, np.float32)
            if not np.isfinite(values).all():
                raise ValueError(f"{name} holds NaN or infinity")
            initializers.append(numpy_helper.from_array(values, name))
        z = LOGITS if number == last else f"z{number}"
        nodes.append(
            helper.make_node("Gemm", [a, f"W{number}", f"b{number}"], [z], f"layer{number}")
        )
        if number < last:
            a = f"a{number}"
            nodes.append(helper.make_node("Relu", [z], [a], f"relu{number}"))
    nodes.append(helper.make_node("Softmax", [LOGITS], [PROBABILITIES], "softmax", axis=1))

    def tensor(name: str, width: int) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["batch", width])

    outputs = [tensor(name, model.layer_sizes[-1]) for name in (LOGITS, PROBABILITIES)]
    mlp = helper.make_graph(
        nodes, "mlp", [tensor(INPUT, model.layer_sizes[0])], outputs, initializers
    )
    proto = helper.make_model(
        mlp,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="mnist-recognizer",
        producer_version=__version__,
    )
    properties = {"model": model.architecture, "parameters": model.parameter_count}
    helper.set_model_props(
        proto,
        {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in {**properties, **model.metadata}.items()
        },
    )
    onnx.checker.check_model(proto, full_check=True)
    return proto


def save_onnx(model: MLP, path: Path) -> None:
    """Write a network as an ONNX file, as a whole or not at all.

    Raises
    ------
    ValueError
        When a weight is NaN or infinite, in float32.
    OSError
        When the disk does not take it.
    """
    write_atomically(path, build_onnx(model).SerializeToString(deterministic=True))
