"""Let PyTorch train, and keep what it gives: the numbers that our network must give too.

    python tests/golden/make_oracle.py            write oracle.npz anew
    python tests/golden/make_oracle.py --check    compare PyTorch's numbers of today with the file

This needs the dependency group ``oracle`` (PyTorch); tests/unit/nn/test_oracle.py, which compares
our network with the file, does not. PyTorch computes in float64, so that the file holds no rounding
but its own. Every case is 100 steps of a 784-16-12-10 network on batches of 32.

oracle.npz holds what goes in (images, labels, the order of the images in each epoch, the initial
parameters, the cases' settings as JSON), and for each case the loss before every step and, at the
end, every seventh parameter (7 shares no factor with 16, 12 and 10, so that every row and column of
each matrix has some of its numbers there).
"""

import argparse
import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

try:
    import torch
except ModuleNotFoundError:
    sys.exit("this needs PyTorch: uv pip install --group oracle")

FILE = Path(__file__).parent / "oracle.npz"
TOLERANCE = 1e-5
SIZES = (784, 16, 12, 10)
IMAGES, BATCH, EPOCHS, SEED = 320, 32, 10, 0
EVERY = 7
STEPS = EPOCHS * IMAGES // BATCH

# What is not named is off. `l2` and `weight_decay` are PyTorch's weight_decay of its optimizers but
# AdamW, and of AdamW; `clip` is the largest gradient norm; `ema` the running mean's decay.
CASES: dict[str, dict[str, Any]] = {
    "sgd": {"optimizer": "sgd", "lr": 0.1},
    "momentum": {"optimizer": "momentum", "lr": 0.01},
    "nesterov": {"optimizer": "nesterov", "lr": 0.02},
    "adam": {"optimizer": "adam", "lr": 0.003},
    "adamw": {"optimizer": "adamw", "lr": 0.003, "weight_decay": 0.1},
    "l2 with sgd": {"optimizer": "sgd", "lr": 0.1, "l2": 0.01},
    "l2 with nesterov": {"optimizer": "nesterov", "lr": 0.02, "l2": 0.01},
    "l2 with adam": {"optimizer": "adam", "lr": 0.003, "l2": 0.01},
    "clipping": {"optimizer": "momentum", "lr": 0.02, "clip": 0.5},
    "label smoothing": {"optimizer": "sgd", "lr": 0.1, "label_smoothing": 0.1},
    "step schedule": {"optimizer": "momentum", "lr": 0.01, "schedule": "step"},
    "cosine schedule": {"optimizer": "adam", "lr": 0.003, "schedule": "cosine"},
    "whole loop": {
        "optimizer": "adamw",
        "lr": 0.003,
        "weight_decay": 0.1,
        "label_smoothing": 0.1,
        "schedule": "cosine",
        "ema": 0.95,
    },
}


def make_inputs() -> dict[str, Any]:
    """Return images with much paper and little ink, labels that depend on them, and the start."""
    rng = np.random.default_rng(SEED)
    labels = rng.integers(0, 10, IMAGES).astype(np.uint8)
    templates = rng.random((10, 784)) < 0.15
    ink = rng.integers(1, 16, (IMAGES, 784)) * 17
    seen = templates[labels] & (rng.random((IMAGES, 784)) < 0.8)
    parameters = []
    for fan_in, fan_out in pairwise(SIZES):
        parameters.append(rng.normal(0, np.sqrt(2 / fan_in), fan_in * fan_out))
        parameters.append(rng.normal(0, 0.1, fan_out))
    orders = [np.random.default_rng([SEED, epoch]).permutation(IMAGES) for epoch in range(EPOCHS)]
    return {
        "images": np.where(seen, ink, 0).astype(np.uint8),
        "labels": labels,
        "orders": np.array(orders, np.uint16),
        "start": np.concatenate(parameters).astype(np.float32),
        "cases": json.dumps(CASES),
    }


def network(start: np.ndarray) -> torch.nn.Sequential:
    """Return the network in float64, with the parameters in our order: W₁, b₁, W₂, …"""
    layers: list[torch.nn.Module] = []
    flat, begin = torch.from_numpy(start.astype(np.float64)), 0
    for fan_in, fan_out in pairwise(SIZES):
        layer = torch.nn.Linear(fan_in, fan_out, dtype=torch.float64)
        end = begin + fan_in * fan_out
        with torch.no_grad():
            layer.weight[:] = flat[begin:end].reshape(fan_in, fan_out).T
            layer.bias[:] = flat[end : end + fan_out]
        begin = end + fan_out
        layers += [layer, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def some_parameters(net: torch.nn.Module) -> np.ndarray:
    """Return every seventh parameter, in our order."""
    parts = [p.detach().t().reshape(-1) for p in net.parameters()]
    return torch.cat(parts).numpy()[::EVERY].copy()


def make_optimizer(net: torch.nn.Module, case: dict[str, Any]) -> torch.optim.Optimizer:
    """Return PyTorch's optimizer of that name."""
    parameters, lr, l2 = net.parameters(), case["lr"], case.get("l2", 0.0)
    match case["optimizer"]:
        case "sgd":
            return torch.optim.SGD(parameters, lr, weight_decay=l2)
        case "momentum":
            return torch.optim.SGD(parameters, lr, momentum=0.9, weight_decay=l2)
        case "nesterov":
            return torch.optim.SGD(parameters, lr, momentum=0.9, nesterov=True, weight_decay=l2)
        case "adam":
            return torch.optim.Adam(parameters, lr, weight_decay=l2)
        case "adamw":
            return torch.optim.AdamW(parameters, lr, weight_decay=case["weight_decay"])
    raise ValueError(case["optimizer"])


def make_schedule(optimizer: torch.optim.Optimizer, name: str) -> Any:
    """Return PyTorch's schedule of that name, over 100 steps."""
    lr = torch.optim.lr_scheduler
    match name:
        case "constant":
            return lr.ConstantLR(optimizer, factor=1.0)
        case "step":
            return lr.MultiStepLR(optimizer, [STEPS // 2, STEPS * 3 // 4])
        case "cosine":
            warm_up = STEPS // 50
            return lr.SequentialLR(
                optimizer,
                [
                    lr.LambdaLR(optimizer, lambda step: step / warm_up),
                    lr.CosineAnnealingLR(optimizer, STEPS - warm_up),
                ],
                milestones=[warm_up],
            )
    raise ValueError(name)


def train(inputs: dict[str, Any], case: dict[str, Any]) -> dict[str, np.ndarray]:
    """Train for 100 steps; return the losses before each, and some parameters after the last."""
    net = network(inputs["start"])
    optimizer = make_optimizer(net, case)
    schedule = make_schedule(optimizer, case.get("schedule", "constant"))
    averaging = torch.optim.swa_utils.get_ema_multi_avg_fn(case.get("ema", 0.0))
    average = torch.optim.swa_utils.AveragedModel(net, multi_avg_fn=averaging)
    average.update_parameters(net)  # the first time, this copies
    measure = torch.nn.CrossEntropyLoss(label_smoothing=case.get("label_smoothing", 0.0))
    images = torch.from_numpy(inputs["images"].astype(np.float64) / 255)
    labels = torch.from_numpy(inputs["labels"].astype(np.int64))
    losses = []
    for rows in torch.from_numpy(inputs["orders"].astype(np.int64)).reshape(-1, BATCH):
        loss = measure(net(images[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        if "clip" in case:
            torch.nn.utils.clip_grad_norm_(net.parameters(), case["clip"])
        optimizer.step()
        schedule.step()
        average.update_parameters(net)
        losses.append(loss.item())
    results = {"losses": np.array(losses), "end": some_parameters(net).astype(np.float32)}
    if "ema" in case:
        results["average"] = some_parameters(average.module).astype(np.float32)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    check = parser.parse_args().check
    inputs = dict(np.load(FILE)) if check else make_inputs()
    results = {
        f"{name}/{what}": values
        for name, case in json.loads(str(inputs["cases"])).items()
        for what, values in train(inputs, case).items()
    }
    if not check:
        np.savez_compressed(FILE, **inputs, **results)
        print(f"PyTorch {torch.__version__}: wrote {FILE}, {FILE.stat().st_size:,} bytes")
        return
    worst = 0.0
    for name, values in results.items():
        difference = float(np.abs(values - inputs[name]).max())
        worst = max(worst, difference)
        print(f"{name:28} {difference:.1e}")
    if worst > TOLERANCE:
        sys.exit(f"PyTorch {torch.__version__} differs from the file by {worst:.1e}")
    print(f"PyTorch {torch.__version__} agrees with the file within {worst:.1e}")


if __name__ == "__main__":
    main()
