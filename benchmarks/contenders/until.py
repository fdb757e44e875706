"""Train until the validation images are recognised well enough: the loop of time_to_accuracy.py.

Arguments: the folder, ``project`` or ``pytorch``, and the number of threads. Each line of standard
input is a JSON object with a config, a seed and the accuracy to reach; each is answered with one.
Only the network differs: both learn from the mini-batches that the project makes, which PyTorch
takes over without a copy. The time for validation does not count.
"""

import contextlib
import json
import sys
import time
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.optimizers import OPTIMIZERS
from mnist_recognizer.nn.schedules import SCHEDULES
from mnist_recognizer.training.batches import mini_batches, pools
from mnist_recognizer.training.config import Config


class Learner(Protocol):
    """A network and its optimizer."""

    def step(self, x: np.ndarray, y: np.ndarray, lr: float) -> None:
        """Learn from one mini-batch."""

    def accuracy(self, x: np.ndarray, y: np.ndarray) -> float:
        """Return the share of images that are recognised."""


class Project:
    """The network of this project."""

    def __init__(self, start: MLP) -> None:
        self.model = start
        self.optimizer = OPTIMIZERS["adam"](start.parameter_count, start.dtype)

    def step(self, x: np.ndarray, y: np.ndarray, lr: float) -> None:
        """Learn from one mini-batch."""
        _, gradient = self.model.backward(self.model.forward(x), y)
        self.optimizer.step(self.model.parameters, gradient, lr)

    def accuracy(self, x: np.ndarray, y: np.ndarray) -> float:
        """Return the share of images that are recognised."""
        return float((self.model.logits(x).argmax(axis=1) == y).mean())


def make_pytorch(start: MLP, threads: int) -> Learner:
    """Return the same network, with the same weights, in PyTorch, with its fused Adam."""
    import torch

    torch.set_num_threads(threads)
    layers: list[Any] = []
    for W, b in zip(start.weights, start.biases, strict=True):
        layer = torch.nn.Linear(*W.shape)
        with torch.no_grad():
            layer.weight[:] = torch.from_numpy(W.T)
            layer.bias[:] = torch.from_numpy(b)
        layers += [layer, torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(net.parameters(), fused=True)

    class PyTorch:
        def step(self, x: np.ndarray, y: np.ndarray, lr: float) -> None:
            optimizer.param_groups[0]["lr"] = lr
            targets = torch.from_numpy(y.astype(np.int64))
            loss = torch.nn.functional.cross_entropy(net(torch.from_numpy(x)), targets)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()

        def accuracy(self, x: np.ndarray, y: np.ndarray) -> float:
            with torch.no_grad():
                return float((net(torch.from_numpy(x)).argmax(1).numpy() == y).mean())

    return PyTorch()


def until(
    learner: Learner, data: dict[str, np.ndarray], config: Config, target: float
) -> dict[str, Any]:
    """Train for at most the recipe's epochs; return the seconds and where it ended."""
    schedule = SCHEDULES[config.schedule]
    train = data["train_x"], data["train_y"]
    steps = -(-len(train[1]) // config.batch_size) * config.epochs
    seconds, step, pool = 0.0, 0, None
    with contextlib.closing(pools(train, config, 0)) as made:
        for epoch in range(config.epochs):
            started = time.perf_counter()
            if pool is None or epoch % config.reuse == 0:
                pool = next(made)
            for x, y in mini_batches(
                pool, config.batch_size, np.random.default_rng([config.seed, epoch])
            ):
                learner.step(x, y, config.learning_rate * schedule(step / steps))
                step += 1
            seconds += time.perf_counter() - started
            accuracy = learner.accuracy(data["validation_x"], data["validation_y"])
            if accuracy >= target:
                break
    reached = accuracy >= target
    return {"reached": reached, "seconds": seconds, "epochs": epoch + 1, "accuracy": accuracy}


def main() -> None:
    folder, library, threads = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    data = {file.stem: np.load(file, mmap_mode="c") for file in folder.glob("*.npy")}
    print(json.dumps({"variants": []}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        config = Config.from_dict({**order["config"], "seed": order["seed"]})
        start = MLP(seed=order["seed"])
        learner = Project(start) if library == "project" else make_pytorch(start, threads)
        learner.step(np.zeros((128, 784), np.float32), np.zeros(128, np.uint8), 0.0)  # wakes up
        print(json.dumps(until(learner, data, config, order["target"])), flush=True)


if __name__ == "__main__":
    main()
