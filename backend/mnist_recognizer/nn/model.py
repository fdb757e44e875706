"""A multi-layer perceptron: forward pass, backpropagation, gradient descent.

A layer l holds a weight matrix Wₗ of shape (fan_in, fan_out) and a bias bₗ of shape (fan_out,).
With the images of a batch as the rows of x = a₀, the **forward pass** is

    zₗ = aₗ₋₁·Wₗ + bₗ            every unit's weighted sum
    aₗ = max(0, zₗ)              ReLU, in the hidden layers
    ŷ  = softmax(z_L)            probabilities, in the last one

The loss is the mean cross-entropy between ŷ and the right answers y. **Backpropagation** is the
chain rule, applied from the last layer to the first. Call δₗ the derivative of the loss by zₗ. Then

    δ_L  = ŷ − y                             softmax and cross-entropy together (see ``losses``)
    ∂L/∂Wₗ = aₗ₋₁ᵀ·δₗ                        since zₗ is linear in Wₗ
    ∂L/∂bₗ = Σ over the batch of δₗ           since each bₗ is added to every row
    δₗ₋₁ = (δₗ·Wₗᵀ) ⊙ [zₗ₋₁ > 0]             through the layer, then through ReLU's slope, 0 or 1

(each divided by the batch size, because the loss is a mean). **Gradient descent** then steps
downhill:

    W ← W − η·∂L/∂W,  b ← b − η·∂L/∂b.

**Dropout** trains a network whose hidden units cannot lean on each other: in every training step
each hidden unit of each image is left out with probability p. What is left is divided by 1 − p
("inverted" dropout), so that the next layer's sums keep their size and inference needs no change:

    aₗ = mₗ ⊙ max(0, zₗ) / (1 − p)           mₗ is drawn anew: 0 with probability p, else 1
    δₗ₋₁ = (δₗ·Wₗᵀ) ⊙ [aₗ₋₁ > 0] / (1 − p)    aₗ₋₁ > 0 where the unit is on and was not left out

All parameters lie in one flat vector θ, and every Wₗ and bₗ is a view into it, so that an
optimizer, a checkpoint or an average of weights is a single array operation.

Sources: Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors",
Nature 323, 1986; He et al., "Delving Deep into Rectifiers", ICCV 2015 (the initialisation);
Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15,
2014.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from mnist_recognizer.nn.inference import OnePicture, probabilities
from mnist_recognizer.nn.losses import Floats, Targets, softmax_cross_entropy
from mnist_recognizer.nn.weights import WeightsError, load_arrays, save_arrays


class LayerSizesError(ValueError):
    """A network cannot have these layers; the message says why."""


class Workspace:
    """The arrays that one training step writes, allocated once for a batch size and reused.

    Attributes
    ----------
    activations : list of (batch, fan_out) arrays
        What each layer puts out: a₁ … a_{L−1}, and the logits z_L.
    deltas : list of (batch, fan_out) arrays
        δₗ = ∂loss/∂zₗ for each layer.
    gradient : (parameter_count,) array
        The loss's derivative by θ; `weight_gradients` and `bias_gradients` are views into it.
    ones : (batch,) array
        Their product with a matrix is the sum of its rows, several times faster than ``np.sum``.
    """

    def __init__(self, model: "MLP", batch_size: int) -> None:
        self.batch_size = batch_size
        *hidden, classes = model.layer_sizes[1:]
        self.activations = [np.empty((batch_size, width), model.dtype) for width in hidden]
        self.deltas = [np.empty((batch_size, width), model.dtype) for width in hidden]
        # The last layer's lie in memory class by class, so that softmax's maximum and sum over ten
        # classes are ten operations on long columns and not a short one for every image.
        self.activations.append(np.empty((batch_size, classes), model.dtype, order="F"))
        self.deltas.append(np.empty((batch_size, classes), model.dtype, order="F"))
        self.ones = np.ones(batch_size, model.dtype)
        self.gradient = np.zeros_like(model.parameters)
        self.weight_gradients, self.bias_gradients = model.views(self.gradient)


class MLP:
    """A multi-layer perceptron with ReLU hidden layers and a softmax output.

    Parameters
    ----------
    input_size : int
        Numbers an example, 784 for a 28×28 image.
    hidden_sizes : sequence of int
        Units of each hidden layer, from input to output. May be empty (then it is a softmax
        regression).
    output_size : int
        Classes.
    seed : int or numpy.random.Generator
        What the initial weights are drawn from. The same seed gives the same weights bit for bit.
    dtype : numpy dtype
        float32 by default. float64 is for checking gradients.

    Attributes
    ----------
    layer_sizes : tuple of int
        (input, hidden …, output).
    parameters : (parameter_count,) array
        θ: every weight and bias, in the order W₁, b₁, W₂, b₂, …
    weights, biases : tuples of arrays
        Views into `parameters`: Wₗ of shape (fan_in, fan_out), bₗ of shape (fan_out,). To change
        one, write into it: ``model.weights[0][:] = ...``.
    one_picture : OnePicture
        The shortest way of a single picture through the network.
    metadata : dict
        JSON values that are saved with the weights (what trained them, and how well).

    Raises
    ------
    LayerSizesError
        When a size is not a positive whole number. It is a ValueError.

    Examples
    --------
    >>> model = MLP(input_size=784, hidden_sizes=(128, 64), output_size=10)
    >>> model.parameter_count
    109386
    """

    def __init__(
        self,
        input_size: int = 784,
        hidden_sizes: Sequence[int] = (128, 64),
        output_size: int = 10,
        *,
        seed: int | np.random.Generator = 0,
        dtype: DTypeLike = np.float32,
    ) -> None:
        try:
            sizes = (input_size, *hidden_sizes, output_size)
        except TypeError:
            raise LayerSizesError(
                f"hidden_sizes is a list such as [128, 64], not {hidden_sizes!r}"
            ) from None
        for size in sizes:
            if not isinstance(size, int | np.integer) or isinstance(size, bool) or size < 1:
                raise LayerSizesError(f"layer sizes are whole numbers from 1, not {size!r}")
        self.layer_sizes = tuple(map(int, sizes))
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float32, np.float64):
            raise ValueError(f"dtype is float32 or float64, not {self.dtype}")
        self.metadata: dict[str, Any] = {}
        count = sum((n_in + 1) * n_out for n_in, n_out in pairwise(self.layer_sizes))
        self._take(np.zeros(count, self.dtype))

        # He initialisation: ReLU silences half of its inputs, so a variance of 2 / fan_in keeps the
        # activations of every layer at the same size, however deep the network. Biases start at 0.
        rng = np.random.default_rng(seed)
        for W in self.weights:
            fan_in = W.shape[0]
            W[:] = rng.normal(0.0, np.sqrt(2.0 / fan_in), W.shape)

    # --- what it is ----------------------------------------------------------------------------

    @property
    def parameter_count(self) -> int:
        """How many weights and biases there are."""
        return self.parameters.size

    @property
    def architecture(self) -> str:
        """The layer sizes in words, such as ``784 -> 128 -> 64 -> 10``."""
        return " -> ".join(map(str, self.layer_sizes))

    def summary(self) -> str:
        """Return a table of the layers, their shapes, activations and parameter counts."""
        rows = [("layer", "weights", "activation", "parameters")]
        for number, W in enumerate(self.weights, start=1):
            last = number == len(self.weights)
            rows.append(
                (
                    "output" if last else f"hidden {number}",
                    f"{W.shape[0]} x {W.shape[1]}",
                    "softmax" if last else "ReLU",
                    f"{W.size + W.shape[1]:,}",
                )
            )
        rows.append(("total", "", "", f"{self.parameter_count:,}"))
        return "\n".join(f"{a:<10} {b:>12}  {c:<10} {d:>10}" for a, b, c, d in rows)

    def __repr__(self) -> str:
        return f"MLP({self.architecture}, {self.parameter_count:,} parameters)"

    def __getstate__(self) -> dict[str, Any]:
        own = {"weights", "biases", "one_picture", "_workspace"}  # views, and scratch
        return {name: value for name, value in vars(self).items() if name not in own}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._take(self.parameters)  # or a copy would learn nothing

    def _take(self, parameters: Floats) -> None:
        """Make a copy of a vector this network's parameters."""
        self.parameters = _aligned(parameters)
        self.weights, self.biases = map(tuple, self.views(self.parameters))
        _, *later = self._layers(self.parameters)
        self.one_picture = OnePicture(self.weights[0], self.biases[0], later)
        self._workspace: Workspace | None = None

    def views(self, flat: Floats) -> tuple[list[Floats], list[Floats]]:
        """Cut a vector laid out like `parameters` into views: a list of W and a list of b."""
        layers = self._layers(flat)
        return [layer[:-1] for layer in layers], [layer[-1] for layer in layers]

    def _layers(self, flat: Floats) -> list[Floats]:
        """Cut it into one view for each layer, (fan_in + 1, fan_out): W, and b below it."""
        layers = []
        start = 0
        for n_in, n_out in pairwise(self.layer_sizes):
            end = start + (n_in + 1) * n_out
            layers.append(flat[start:end].reshape(n_in + 1, n_out))
            start = end
        return layers

    # --- forward -------------------------------------------------------------------------------

    def logits(
        self,
        x: Floats,
        workspace: Workspace | None = None,
        *,
        dropout: float = 0.0,
        rng: np.random.Generator | None = None,
    ) -> Floats:
        """Compute z_L, the last layer's weighted sums.

        Parameters
        ----------
        x : (batch, input_size) array
            Pixels in 0..1, of the model's dtype.
        workspace : Workspace, optional
            Where every layer's output is kept for :meth:`backward`. Without one, new arrays are
            made and forgotten, so that threads can share a model.
        dropout : float
            The probability p, 0 ≤ p < 1, of leaving out each hidden unit. For training only.
        rng : numpy.random.Generator, optional
            What draws the units that are left out. Needed with `dropout`.

        Returns
        -------
        (batch, output_size) array

        Raises
        ------
        ValueError
            When `dropout` is no such probability, or has no generator.
        """
        if not 0 <= dropout < 1:
            raise ValueError(f"dropout is a probability from 0 to below 1, not {dropout!r}")
        if dropout and rng is None:
            raise ValueError(
                "dropout leaves out units at random, so it needs a generator: give "
                "rng=numpy.random.default_rng(seed)"
            )
        a = x
        last = len(self.weights) - 1
        for layer, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = np.matmul(a, W, out=workspace.activations[layer] if workspace else None)
            z += b  # z = x·W + b
            a = z if layer == last else np.maximum(z, 0, out=z)  # ReLU, in place
            if rng is not None and dropout and layer != last:
                a *= rng.random(a.shape, np.float32) >= dropout  # ⊙ m
                a *= 1 / (1 - dropout)
        return a

    def forward(self, x: Floats, first: Floats | None = None) -> Floats:
        """Compute ŷ = softmax(z_L): (batch, input_size) pixels to (batch, output_size).

        `first` takes W₁'s place, such as its rows for the few inputs that `x` holds.
        """
        if len(x) == 1 and x.dtype == self.dtype:
            return self.one_picture.read(x[0], first)[None]
        weights = self.weights if first is None else [first, *self.weights[1:]]
        return probabilities(weights, self.biases, x)

    def predict_proba(self, x: ArrayLike) -> Floats:
        """Return the probability of every class.

        Parameters
        ----------
        x : (batch, input_size) or (input_size,) array_like
            Pixels in 0..1, of any number type. A single image counts as a batch of one.

        Returns
        -------
        (batch, output_size) float array
            Rows that sum to 1.

        Raises
        ------
        ValueError
            When `x` does not have `input_size` numbers an image, or holds NaN or infinity.
        """
        images = np.asarray(x)
        if images.dtype != self.dtype:
            with np.errstate(over="ignore"):  # what is too large for float32 becomes infinity
                images = images.astype(self.dtype)
        if images.ndim < 2:
            images = np.atleast_2d(images)
        if images.ndim != 2 or images.shape[1] != self.layer_sizes[0]:
            raise ValueError(
                f"expected {self.layer_sizes[0]} numbers an image, as an array of shape "
                f"(images, {self.layer_sizes[0]}), but got the shape {np.shape(x)}"
            )
        if not np.isfinite(images).all():
            raise ValueError("every pixel must be a finite number, but there is a NaN or infinity")
        return self.forward(images)

    def predict(self, x: ArrayLike) -> NDArray[np.int64]:
        """Return the likeliest class of each image, (batch,) int64; see :meth:`predict_proba`."""
        labels: NDArray[np.int64] = self.predict_proba(x).argmax(axis=1)
        return labels

    # --- backward ------------------------------------------------------------------------------

    def backward(
        self,
        x: Floats,
        y: Targets,
        workspace: Workspace | None = None,
        *,
        dropout: float = 0.0,
        rng: np.random.Generator | None = None,
    ) -> tuple[float, int, Workspace]:
        """Run forward and back: the loss of a batch, and its derivative by every parameter.

        Parameters
        ----------
        x : (batch, input_size) array
            Pixels in 0..1, of the model's dtype.
        y : (batch,) integers or (batch, output_size) floats
            The right classes, or target distributions.
        workspace : Workspace, optional
            Reused buffers for this batch size; a new one by default.
        dropout : float
            The probability p, 0 ≤ p < 1, of leaving out each hidden unit of each image.
        rng : numpy.random.Generator, optional
            What draws the units that are left out. Needed with `dropout`.

        Returns
        -------
        loss : float
            Mean cross-entropy in nats.
        correct : int
            How many of the batch were classified right, before any step.
        workspace : Workspace
            Holds `weight_gradients`, `bias_gradients` and both as one flat `gradient`.

        Raises
        ------
        ValueError
            When `dropout` is no such probability or has no generator, or `y` has neither shape.
        """
        workspace = workspace or Workspace(self, len(x))
        deltas = workspace.deltas
        z = self.logits(x, workspace, dropout=dropout, rng=rng)
        loss, correct = softmax_cross_entropy(z, y, delta=deltas[-1])  # δ = ŷ − y
        deltas[-1] /= len(x)  # the loss is the batch's mean

        for layer in reversed(range(len(self.weights))):
            delta = deltas[layer]
            a = x if layer == 0 else workspace.activations[layer - 1]
            np.matmul(a.T, delta, out=workspace.weight_gradients[layer])  # ∂L/∂W = aᵀ·δ
            np.matmul(workspace.ones, delta, out=workspace.bias_gradients[layer])  # ∂L/∂b = Σ δ
            if layer > 0:
                np.matmul(delta, self.weights[layer].T, out=deltas[layer - 1])  # δ·Wᵀ
                deltas[layer - 1] *= a > 0  # ⊙ [z > 0], and a > 0 exactly where z > 0
                if dropout:
                    deltas[layer - 1] *= 1 / (1 - dropout)
        return loss, correct, workspace

    def train_step(self, x: Floats, y: Targets, lr: float) -> float:
        """Take one step of mini-batch gradient descent.

        Parameters
        ----------
        x : (batch, input_size) array
            Pixels in 0..1, of the model's dtype.
        y : (batch,) integers or (batch, output_size) floats
            The right classes, or target distributions.
        lr : float
            The learning rate η.

        Returns
        -------
        float
            The batch's mean cross-entropy before the step, in nats.
        """
        loss, _, workspace = self.backward(x, y, self.workspace_for(len(x)))
        workspace.gradient *= lr
        self.parameters -= workspace.gradient  # W ← W − η·∂L/∂W, and b alike
        return loss

    def workspace_for(self, batch_size: int) -> Workspace:
        """Return the training buffers for a batch size, the same ones as last time if they fit."""
        if self._workspace is None or self._workspace.batch_size != batch_size:
            self._workspace = Workspace(self, batch_size)
        return self._workspace

    # --- files ---------------------------------------------------------------------------------

    def save(self, path: str | Path) -> None:
        """Write the weights and `metadata` to a ``.pkl``, ``.npz`` or ``.safetensors`` file.

        The file appears whole or not at all: a crash in the middle leaves the old one.

        Raises
        ------
        WeightsError
            When the suffix is none of the three, or a weight is NaN or infinite.
        OSError
            When the disk does not take it.
        """
        arrays = {}
        for number, (W, b) in enumerate(zip(self.weights, self.biases, strict=True), start=1):
            arrays[f"W{number}"] = W
            arrays[f"b{number}"] = b
        save_arrays(Path(path), arrays, self.metadata)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a network that :meth:`save` wrote.

        Raises
        ------
        WeightsError
            When the file is not a sound weights file: one sentence that says why.
        FileNotFoundError, PermissionError
            When it cannot be opened.
        """
        path = Path(path)
        arrays, metadata = load_arrays(path)
        depth = len(arrays) // 2
        names = [f"{kind}{number}" for number in range(1, depth + 1) for kind in "Wb"]
        if depth == 0 or sorted(names) != sorted(arrays):
            raise WeightsError(path, "it does not hold W1, b1, W2, b2, … for each layer")
        weights = [arrays[f"W{number}"] for number in range(1, depth + 1)]
        biases = [arrays[f"b{number}"] for number in range(1, depth + 1)]
        for number, (W, b) in enumerate(zip(weights, biases, strict=True), start=1):
            if W.ndim != 2 or b.shape != W.shape[1:] or 0 in W.shape:
                raise WeightsError(
                    path, f"W{number} {W.shape} and b{number} {b.shape} do not make a layer"
                )
            if number > 1 and weights[number - 2].shape[1] != W.shape[0]:
                raise WeightsError(
                    path,
                    f"layer {number} takes {W.shape[0]} numbers, "
                    f"but layer {number - 1} gives {weights[number - 2].shape[1]}",
                )
        sizes = [weights[0].shape[0], *(W.shape[1] for W in weights)]
        model = cls.__new__(cls)
        model.layer_sizes = tuple(sizes)
        model.dtype = weights[0].dtype
        model.metadata = metadata
        model._take(
            np.concatenate(
                [part.ravel() for pair in zip(weights, biases, strict=True) for part in pair]
            )
        )
        return model


def _aligned(values: Floats) -> Floats:
    """Return a copy that begins at a multiple of 64 bytes, as the processor's cache lines do.

    The widest registers are one such line, and a load of them that lies across two takes longer.
    NumPy alone begins at any multiple of 16, where the system happens to have room.
    """
    memory = np.empty(values.nbytes + 64, np.uint8)
    start = -memory.ctypes.data % 64
    copy: Floats = memory[start : start + values.nbytes].view(values.dtype)
    copy[:] = values
    return copy
