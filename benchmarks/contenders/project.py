"""The project: its own mini-batches, MLP and optimizers. And the peak of its sgemm."""

import time
from collections.abc import Mapping
from functools import partial

import numpy as np
from common import BATCH, RATES, Problem, generator, serve

from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.losses import count_correct
from mnist_recognizer.nn.optimizers import OPTIMIZERS
from mnist_recognizer.training.batches import Pool, mini_batches


class Training:
    """One epoch as `training/fit.py` runs it."""

    def __init__(self, problem: Problem, optimizer: str) -> None:
        self.problem, self.name = problem, optimizer
        self.pool = Pool(problem.pixels, problem.y)
        self.model = MLP()
        self.reset()

    def reset(self) -> None:
        """Go back to the initial weights, and forget the moments."""
        for layer, (W, b) in enumerate(self.problem.layers):
            self.model.weights[layer][:], self.model.biases[layer][:] = W, b
        size = self.model.parameter_count
        self.optimizer = OPTIMIZERS[self.name](size, self.model.dtype)

    def run(self, epoch: int) -> Mapping[str, float]:
        """Train for one epoch."""
        model, lr = self.model, RATES[self.name]
        total, correct = 0.0, 0
        for x, y in mini_batches(self.pool, BATCH, generator(epoch)):
            activations = model.forward(x)
            loss, gradient = model.backward(activations, y)
            self.optimizer.step(model.parameters, gradient, lr)
            total += loss * len(x)
            correct += count_correct(activations[-1], y)
        return {"loss": total / len(self.problem.y), "correct": correct}


class Peak:
    """Products of large matrices: what the machine's BLAS reaches at best."""

    def __init__(self, size: int = 3072) -> None:
        self.a = np.random.default_rng(0).random((size, size), np.float32)
        self.out = np.empty_like(self.a)

    def reset(self) -> None:
        """Do nothing: it learns nothing."""

    def run(self, _epoch: int) -> Mapping[str, float]:
        """Return the best GFLOP/s of five products."""
        best = 0.0
        for _ in range(5):
            started = time.perf_counter()
            np.matmul(self.a, self.a, out=self.out)
            best = max(best, 2e-9 * len(self.a) ** 3 / (time.perf_counter() - started))
        return {"gflops": best}


if __name__ == "__main__":
    problem = Problem.read()
    training = {name: partial(Training, problem, name) for name in RATES}
    serve({**training, "sgemm": Peak}, NumPy=np.__version__)
