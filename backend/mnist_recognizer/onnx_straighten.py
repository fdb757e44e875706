"""Straightening as ONNX nodes, so that an exported network needs nothing else.

The nodes compute what :func:`~mnist_recognizer.vision.slant.straighten` does, bit for bit: the
moments in double precision, and what lies between two pixels in whole numbers, which float32 holds
exactly up to 2²⁴.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from mnist_recognizer.vision.preprocessing import SIZE
from mnist_recognizer.vision.slant import MAX_SLANT, MOMENTS, ROWS

_ONE = 256.0  # a pixel's width: shifts have 8 bits of fraction


class Nodes:
    """Collects nodes and constants; every call returns the name of what a node gives."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output."""
        name = f"upright{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], name, **attributes))
        return name

    def constant(self, value: float | Sequence[int] | NDArray[np.generic], dtype: type) -> str:
        """Add a constant."""
        name = f"constant{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(np.array(value, dtype), name))
        return name


def add_straightening(graph: Nodes, pixels: str) -> str:
    """Add the nodes that straighten images.

    Parameters
    ----------
    graph : Nodes
        Where they go.
    pixels : str
        The name of (batch, 784) float32 pixels from 0 to 1.

    Returns
    -------
    str
        The name of the straightened pixels, of the same shape and type.
    """
    add, constant = graph.add, graph.constant
    byte = constant(255, np.float32)
    levels = add("Round", add("Mul", pixels, byte))
    levels = add("Clip", levels, constant(0, np.float32), byte)
    shifts = _row_shifts(graph, levels)  # (batch, 28) double

    one = constant(_ONE, np.float64)
    whole = add("Floor", add("Div", shifts, one))
    fraction = add("Sub", shifts, add("Mul", whole, one))
    last = constant([2], np.int64)
    fraction = add("Unsqueeze", add("Cast", fraction, to=onnx.TensorProto.FLOAT), last)
    whole = add("Unsqueeze", add("Cast", whole, to=onnx.TensorProto.INT64), last)
    columns = constant(np.arange(SIZE, 2 * SIZE)[None, None], np.int64)
    left = add("Add", whole, columns)  # (batch, 28, 28): where each pixel's left source is
    right = add("Add", left, constant(1, np.int64))

    rows = add("Reshape", levels, constant([-1, SIZE, SIZE], np.int64))
    paper = add("Pad", rows, constant([0, 0, SIZE, 0, 0, SIZE], np.int64))
    left, right = (add("GatherElements", paper, place, axis=2) for place in (left, right))
    unit = constant(_ONE, np.float32)
    blend = add(
        "Add",
        add("Mul", left, add("Sub", unit, fraction)),
        add("Mul", right, fraction),
    )
    blend = add("Add", blend, constant(_ONE / 2, np.float32))
    upright = add("Div", add("Floor", add("Div", blend, unit)), byte)
    return add("Reshape", upright, constant([-1, SIZE * SIZE], np.int64))


def _row_shifts(graph: Nodes, levels: str) -> str:
    """Add what :func:`~mnist_recognizer.vision.slant.row_shifts` does; see there."""
    add, constant = graph.add, graph.constant
    zero = constant(0, np.float64)
    sums = add(
        "MatMul", add("Cast", levels, to=onnx.TensorProto.DOUBLE), constant(MOMENTS, np.float64)
    )
    mass, x, y, xy, yy = (
        add("Gather", sums, constant([column], np.int64), axis=1) for column in range(5)
    )  # (batch, 1) each
    spread = add("Sub", add("Mul", mass, yy), add("Mul", y, y))
    lean = add("Sub", add("Mul", mass, xy), add("Mul", x, y))
    slant = add("Where", add("Greater", spread, zero), add("Div", lean, spread), zero)
    slant = add("Clip", slant, constant(-MAX_SLANT, np.float64), constant(MAX_SLANT, np.float64))
    middle = add("Where", add("Greater", mass, zero), add("Div", y, mass), zero)
    from_middle = add("Sub", constant(ROWS[None], np.float64), middle)  # (batch, 28)
    shifts = add("Mul", add("Mul", slant, constant(_ONE, np.float64)), from_middle)
    return add("Floor", add("Add", shifts, constant(0.5, np.float64)))
