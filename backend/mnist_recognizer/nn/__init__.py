"""The network: a multi-layer perceptron, its optimizers, its schedules and its weight files.

Everything here rests on NumPy and the standard library alone. Read :mod:`.model` first: it holds
the forward pass, backpropagation and gradient descent. :mod:`.losses` holds softmax and
cross-entropy.
"""

from mnist_recognizer.nn.checks import LayerSizesError
from mnist_recognizer.nn.model import MLP
from mnist_recognizer.nn.weights import WeightsError

__all__ = ["MLP", "LayerSizesError", "WeightsError"]
