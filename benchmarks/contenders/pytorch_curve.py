"""PyTorch repeats a training of the learning page: its weights, its digits, its batches.

    python contenders/pytorch_curve.py FOLDER

FOLDER is what training_curve.js wrote. Prints the losses, the accuracies and how far the last
weights differ, as JSON.
"""

import itertools
import json
import sys
from pathlib import Path

import numpy as np
import torch

SIZES = 784, 128, 64, 10
OPTIMIZERS = {
    "sgd": lambda parameters, rate: torch.optim.SGD(parameters, lr=rate),
    "momentum": lambda parameters, rate: torch.optim.SGD(parameters, lr=rate, momentum=0.9),
    "adam": lambda parameters, rate: torch.optim.Adam(parameters, lr=rate),
}


def layers(theta):
    """Cut θ into (W, b): each W has a row for each input, and its b comes after it."""
    start = 0
    for inputs, outputs in itertools.pairwise(SIZES):
        end = start + inputs * outputs
        yield theta[start:end].reshape(inputs, outputs), theta[end : end + outputs]
        start = end + outputs


def main():
    folder = Path(sys.argv[1])

    def read(name, dtype):
        return np.fromfile(folder / f"{name}.bin", dtype)

    def images(name):
        return torch.from_numpy(read(name, np.uint8).reshape(-1, 784).astype(np.float32) / 255)

    run = json.loads((folder / "run.json").read_text())
    parts = []
    for W, b in layers(read("first", np.float32)):
        linear = torch.nn.Linear(*W.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W.T.copy()))
            linear.bias.copy_(torch.from_numpy(b.copy()))
        parts += [linear, torch.nn.ReLU()]
    model = torch.nn.Sequential(*parts[:-1])
    optimizer = OPTIMIZERS[run["optimizer"]](model.parameters(), run["learningRate"])
    x, y = images("pixels"), torch.from_numpy(read("labels", np.uint8).astype(np.int64))
    test_x, test_y = images("test-pixels"), torch.from_numpy(read("test-labels", np.uint8))
    losses, accuracies = [], []
    for order in run["orders"]:
        for rows in torch.tensor(order).split(run["batchSize"]):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        with torch.no_grad():
            accuracies.append((model(test_x).argmax(1) == test_y).float().mean().item())
    differences = []
    for linear, (W, b) in zip(parts[::2], layers(read("last", np.float32)), strict=False):
        differences.append(np.abs(linear.weight.detach().numpy().T - W).max())
        differences.append(np.abs(linear.bias.detach().numpy() - b).max())
    print(
        json.dumps(
            {
                "version": torch.__version__,
                "losses": losses,
                "accuracies": accuracies,
                "difference": float(max(differences)),
            }
        )
    )


main()
