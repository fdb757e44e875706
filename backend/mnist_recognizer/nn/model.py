"""A multi-layer perceptron: forward pass, backpropagation, gradient descent.

Layer l has a weight matrix Wₗ of shape (fan_in, fan_out) and a bias bₗ of shape (fan_out,). With
the images of a batch as the rows of a₀ = x, the **forward pass** is

    zₗ = aₗ₋₁·Wₗ + bₗ            every unit's weighted sum
    aₗ = max(0, zₗ)              ReLU, in the hidden layers
    ŷ  = softmax(z_L)            probabilities, in the last layer

The loss is the mean cross-entropy between ŷ and the right answers y. **Backpropagation** applies
the chain rule from the last layer to the first. Let δₗ be the derivative of the loss by zₗ. Then

    δ_L = (ŷ − y) / batch                    softmax and cross-entropy together (see ``losses``)
    ∂L/∂Wₗ = aₗ₋₁ᵀ·δₗ                        since zₗ is linear in Wₗ
    ∂L/∂bₗ = Σ over the batch of δₗ           since bₗ is added to every row
    δₗ₋₁ = (δₗ·Wₗᵀ) ⊙ [zₗ₋₁ > 0]             through the layer, then through ReLU's slope, 0 or 1

**Gradient descent** then steps downhill:

    W ← W − η·∂L/∂W,  b ← b − η·∂L/∂b

**Dropout** switches hidden units off at random during training, each with probability p, so that no
unit can rely on another. Dividing the others by 1 − p keeps the next layer's sums at their size, so
inference needs no change:

    aₗ = mₗ ⊙ max(0, zₗ) / (1 − p)           m is drawn for every step: 0 with probability p, else 1
    δₗ₋₁ = (δₗ·Wₗᵀ) ⊙ [aₗ₋₁ > 0] / (1 − p)    a > 0 where z > 0 and the unit was not switched off

All parameters lie in one flat vector θ, and every Wₗ and bₗ is a view into it. So an optimizer, a
checkpoint or an average of weights is a single array operation.

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

from mnist_recognizer.nn.checks import check_dropout, check_input, check_sizes
from mnist_recognizer.nn.losses import Floats, Targets, softmax, softmax_cross_entropy
from mnist_recognizer.nn.weights import load_layers, save_layers


class MLP:
    """A multi-layer perceptron with ReLU hidden layers and a softmax output.

    Parameters
    ----------
    input_size : int
        Numbers an example, 784 for a 28×28 image.
    hidden_sizes : sequence of int
        Units of each hidden layer, from input to output. Without any, the network is a softmax
        regression.
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
        self.layer_sizes = check_sizes(input_size, hidden_sizes, output_size)
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float32, np.float64):
            raise ValueError(f"dtype is float32 or float64, not {self.dtype}")
        self.metadata: dict[str, Any] = {}
        count = sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(self.layer_sizes))
        self._set_parameters(np.zeros(count, self.dtype))

        # He initialisation: ReLU silences half of its inputs, so a variance of 2 / fan_in keeps the
        # activations of every layer at the same size, however deep the network. Biases start at 0.
        rng = np.random.default_rng(seed)
        for W in self.weights:
            fan_in = W.shape[0]
            W[:] = rng.normal(0.0, np.sqrt(2.0 / fan_in), W.shape)

    # --- learning: forward, backward, step ------------------------------------------------------

    def forward(
        self, x: Floats, *, dropout: float = 0.0, rng: np.random.Generator | None = None
    ) -> list[Floats]:
        """Run the forward pass, and keep what every layer puts out.

        Parameters
        ----------
        x : (batch, input_size) array
            Pixels in 0..1.
        dropout : float
            The probability p, 0 ≤ p < 1, of switching off each hidden unit. For training only.
        rng : numpy.random.Generator, optional
            What dropout draws from. Needed with `dropout`.

        Returns
        -------
        list of (batch, width) arrays
            The activations a₀ = x, a₁, …, a_{L−1}, and last the logits z_L.

        Raises
        ------
        ValueError
            When `dropout` is not such a probability, or has no generator.
        """
        check_dropout(dropout, rng)
        activations = [x]
        for W, b in zip(self.weights[:-1], self.biases[:-1], strict=True):
            z = activations[-1] @ W + b
            a = np.maximum(z, 0)  # ReLU
            if rng is not None and dropout:
                a *= rng.random(a.shape, np.float32) >= dropout  # ⊙ m
                a /= 1 - dropout
            activations.append(a)
        logits = activations[-1] @ self.weights[-1] + self.biases[-1]
        return [*activations, logits]

    def backward(
        self, activations: list[Floats], y: Targets, *, dropout: float = 0.0
    ) -> tuple[float, Floats]:
        """Run the backward pass: the loss of a batch, and its derivative by every parameter.

        Parameters
        ----------
        activations : list of (batch, width) arrays
            What :meth:`forward` returned for the batch.
        y : (batch,) integers or (batch, output_size) floats
            The right classes, or target distributions.
        dropout : float
            What :meth:`forward` was given.

        Returns
        -------
        loss : float
            Mean cross-entropy in nats.
        gradient : (parameter_count,) array
            ∂L/∂θ, in the order of `parameters`; ``model.views(gradient)`` cuts it into layers.

        Raises
        ------
        ValueError
            When `y` has neither shape.
        """
        loss, delta = softmax_cross_entropy(activations[-1], y)  # δ = (ŷ − y) / batch
        gradient = np.empty_like(self.parameters)
        dW, db = self.views(gradient)
        for layer in reversed(range(len(self.weights))):
            a = activations[layer]
            np.matmul(a.T, delta, out=dW[layer])  # ∂L/∂W = aᵀ·δ
            np.sum(delta, axis=0, out=db[layer])  # ∂L/∂b = Σ δ
            if layer > 0:
                delta = delta @ self.weights[layer].T  # δ·Wᵀ
                delta *= a > 0  # ⊙ [z > 0], and a > 0 exactly where z > 0
                delta /= 1 - dropout
        return loss, gradient

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
        activations = self.forward(x)
        loss, gradient = self.backward(activations, y)
        self.parameters -= lr * gradient  # W ← W − η·∂L/∂W, b ← b − η·∂L/∂b
        return loss

    # --- answering -----------------------------------------------------------------------------

    def logits(self, x: Floats) -> Floats:
        """Return z_L, (batch, output_size), of (batch, input_size) pixels in 0..1."""
        return self.forward(x)[-1]

    def predict_proba(self, x: ArrayLike) -> Floats:
        """Return the probability of every class, ŷ = softmax(z_L).

        Parameters
        ----------
        x : (batch, input_size) or (input_size,) array_like
            Pixels in 0..1. A single image counts as a batch of one. Integers other than 0 and 1 are
            refused, since they are grey values that nobody divided by 255; floats that look like
            grey values are warned about.

        Returns
        -------
        (batch, output_size) float array
            Rows that sum to 1.

        Raises
        ------
        ValueError
            When `x` does not have `input_size` numbers an image, holds NaN or infinity, or integers
            other than 0 and 1.
        """
        return softmax(self.logits(check_input(x, self.layer_sizes[0], self.dtype)))

    def predict(self, x: ArrayLike) -> NDArray[np.int64]:
        """Return the likeliest class of each image, (batch,) int64; see :meth:`predict_proba`."""
        labels: NDArray[np.int64] = self.predict_proba(x).argmax(axis=1)
        return labels

    # --- what it is ----------------------------------------------------------------------------

    @property
    def parameter_count(self) -> int:
        """How many weights and biases there are."""
        return self.parameters.size

    @property
    def architecture(self) -> str:
        """The layer sizes as a text, such as ``784 -> 128 -> 64 -> 10``."""
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

    def views(self, flat: Floats) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
        """Cut a vector laid out like `parameters` into views: every W, and every b."""
        weights, biases = [], []
        start = 0
        for fan_in, fan_out in pairwise(self.layer_sizes):
            middle = start + fan_in * fan_out
            end = middle + fan_out
            weights.append(flat[start:middle].reshape(fan_in, fan_out))
            biases.append(flat[middle:end])
            start = end
        return tuple(weights), tuple(biases)

    def _set_parameters(self, parameters: Floats) -> None:
        self.parameters = parameters
        self.weights, self.biases = self.views(parameters)

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in vars(self).items() if k not in ("weights", "biases")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._set_parameters(self.parameters.copy())  # a copy has its own θ

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
        save_layers(Path(path), self.weights, self.biases, self.metadata)

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
        weights, biases, metadata = load_layers(Path(path))
        model = cls.__new__(cls)  # without drawing weights that are not needed
        model.layer_sizes = (weights[0].shape[0], *(W.shape[1] for W in weights))
        model.dtype = weights[0].dtype
        model.metadata = metadata
        layers = zip(weights, biases, strict=True)
        model._set_parameters(np.concatenate([part.ravel() for layer in layers for part in layer]))
        return model
