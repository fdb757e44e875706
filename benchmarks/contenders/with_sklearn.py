"""scikit-learn: MLPClassifier, one epoch a call of partial_fit.

It does not count right answers, and draws its own order; here that is replaced with ours. Its Adam
adds ε before v is corrected, so its losses are a little different.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import sklearn
from common import BATCH, RATES, Problem, generator, serve
from sklearn.neural_network import MLPClassifier, _multilayer_perceptron

CLASSES = np.arange(10)


class Training:
    """partial_fit on all images."""

    def __init__(self, problem: Problem, optimizer: str) -> None:
        self.problem = problem
        self.net = MLPClassifier(
            [W.shape[1] for W, _ in problem.layers[:-1]],
            solver=optimizer,
            alpha=0.0,
            batch_size=BATCH,
            learning_rate_init=RATES[optimizer],
            momentum=0.0,
            nesterovs_momentum=False,
        )
        self.reset()

    def reset(self) -> None:
        """Go back to the initial weights, and forget the moments."""
        some = slice(0, 2 * BATCH)
        self._order(0, 2 * BATCH)
        self.net.partial_fit(self.problem.x[some], self.problem.y[some], classes=CLASSES)
        for i, (W, b) in enumerate(self.problem.layers):
            self.net.coefs_[i][:], self.net.intercepts_[i][:] = W, b
        del self.net._optimizer  # the next call makes a new one

    def _order(self, epoch: int, count: int) -> None:
        def ours(_rows: np.ndarray, **_random: Any) -> np.ndarray:
            return generator(epoch).permutation(count)

        _multilayer_perceptron.shuffle = ours

    def run(self, epoch: int) -> Mapping[str, float]:
        """Train for one epoch."""
        self._order(epoch, len(self.problem.y))
        self.net.partial_fit(self.problem.x, self.problem.y)
        return {"loss": float(self.net.loss_)}


if __name__ == "__main__":
    problem = Problem.read()
    versions = {"scikit-learn": sklearn.__version__}
    serve({name: partial(Training, problem, name) for name in RATES}, **versions)
