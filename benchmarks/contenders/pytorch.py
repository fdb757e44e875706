"""PyTorch: eager with each of its optimizer implementations, or compiled.

Arguments: the folder, the number of threads, and ``eager`` or ``compiled``.
"""

import sys
from collections.abc import Callable, Mapping
from functools import partial

import torch
from common import BATCH, RATES, Problem, generator, serve
from torch.nn import functional

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "sgd": torch.optim.SGD,
    "adam": torch.optim.Adam,
}
IMPLEMENTATIONS = {
    "plain": {"foreach": False},
    "foreach": {"foreach": True},
    "fused": {"fused": True},
}


class Training:
    """The usual loop, with the data as float32 tensors in memory."""

    def __init__(
        self, problem: Problem, optimizer: str, implementation: str, *, compiled: bool
    ) -> None:
        self.problem, self.x = problem, torch.from_numpy(problem.x)
        self.y = torch.from_numpy(problem.y.astype("int64"))
        layers: list[torch.nn.Module] = []
        for W, _ in problem.layers:
            layers += [torch.nn.Linear(*W.shape), torch.nn.ReLU()]
        self.net = torch.nn.Sequential(*layers[:-1])
        self.optimizer = OPTIMIZERS[optimizer](
            self.net.parameters(), lr=RATES[optimizer], **IMPLEMENTATIONS[implementation]
        )
        self.evaluate = torch.compile(self._evaluate, dynamic=False) if compiled else self._evaluate
        self.reset()

    def reset(self) -> None:
        """Go back to the initial weights, and forget the moments."""
        linear = [layer for layer in self.net if isinstance(layer, torch.nn.Linear)]
        with torch.no_grad():
            for layer, (W, b) in zip(linear, self.problem.layers, strict=True):
                layer.weight[:] = torch.from_numpy(W.T)
                layer.bias[:] = torch.from_numpy(b)
        self.optimizer.state.clear()

    def _evaluate(self, x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        z = self.net(x)
        return functional.cross_entropy(z, y), (z.detach().argmax(1) == y).sum()

    def run(self, epoch: int) -> Mapping[str, float]:
        """Train for one epoch. Sums stay tensors: nothing waits for a number on the way."""
        order = torch.from_numpy(generator(epoch).permutation(len(self.y)))
        total, correct = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            loss, right = self.evaluate(self.x[rows], self.y[rows])
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self.optimizer.step()
            total += loss.detach() * len(rows)
            correct += right
        return {"loss": total.item() / len(order), "correct": correct.item()}


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[2]))
    compiled = sys.argv[3] == "compiled"
    problem = Problem.read()
    serve(
        {
            f"{optimizer} {how}": partial(Training, problem, optimizer, how, compiled=compiled)
            for optimizer in OPTIMIZERS
            for how in (["fused"] if compiled else IMPLEMENTATIONS)
        },
        PyTorch=torch.__version__,
    )
