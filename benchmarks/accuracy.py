"""How accurate a recipe is: trained with several seeds, mean ± standard deviation.

    python benchmarks/accuracy.py best                five seeds of the recipe `best`
    python benchmarks/accuracy.py classic --seeds 5
    python benchmarks/accuracy.py best --trained A.pkl B.pkl ...

The last measures weights that `train.py --recipe best --seed N --save-path FILE` wrote, two at
a time or on several machines; all must come from the recipe as it is. Each run keeps the weights
that the recipe says, and looks at the test images once. Results are printed, and kept in
benchmarks/results/accuracy_RECIPE.json after every seed.
"""

import argparse
import json
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from environment import environment
from mnist_recognizer.data.mnist import Mnist, load_mnist
from mnist_recognizer.nn import MLP
from mnist_recognizer.training.config import Config
from mnist_recognizer.training.evaluate import evaluate
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.recipes import RECIPES
from mnist_recognizer.training.state import TrainingState
from mnist_recognizer.training.teacher import make_teacher, teacher_config
from mnist_recognizer.vision.geometry import network_input

ROOT = Path(__file__).resolve().parents[1]


Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("recipe", nargs="?", default="best", choices=RECIPES)
    parser.add_argument("--seeds", type=int, default=5, help="how many, counted from 1")
    parser.add_argument("--trained", type=Path, nargs="+", metavar="FILE", help="weights")
    options = parser.parse_args()

    recipe = Config.from_dict(RECIPES[options.recipe])
    mnist = load_mnist()
    if options.trained:
        rows = (read(path, recipe, mnist) for path in options.trained)
    else:
        rows = (train(replace(recipe, seed=1 + i), mnist) for i in range(options.seeds))
    runs: list[Row] = []
    for row in rows:
        runs.append(row)
        print(json.dumps(row), flush=True)
        keep(options.recipe, recipe, runs)


def train(config: Config, mnist: Mnist) -> Row:
    """Train one network, after its teacher if the recipe has one."""
    train_x, train_y, validation_x, validation_y = mnist.split(config.validation)
    model = MLP(seed=config.seed)
    state = TrainingState(model, config)
    train, validation = (train_x, train_y), (validation_x, validation_y)
    started = time.perf_counter()
    teacher = make_teacher(config) if config.teacher_epochs else None
    if teacher:
        for _ in fit(teacher, train, validation, teacher_config(config)):
            pass
    for _ in fit(model, train, validation, config, state, teacher):
        pass
    return {
        "seed": config.seed,
        "validation_accuracy": state.best_accuracy,
        "test_accuracy": test_accuracy(model, mnist),
        "best_epoch": state.best_epoch,
        "seconds": round(time.perf_counter() - started, 1),
    }


def read(path: Path, recipe: Config, mnist: Mnist) -> Row:
    """Read a network that was trained before."""
    model = MLP.load(path)
    card: Row = model.metadata
    without = {"seed", "save_path"}
    for name, value in recipe.to_dict().items():
        if name not in without and card["recipe"].get(name) != value:
            sys.exit(f"{path} was not trained with this recipe: {name} is not {value!r} there")
    return {
        "seed": card["seed"],
        "validation_accuracy": card["validation_accuracy"],
        "test_accuracy": test_accuracy(model, mnist),
        "best_epoch": card["best_epoch"],
        "seconds": card["training_seconds"],
    }


def test_accuracy(model: MLP, mnist: Mnist) -> float:
    return evaluate(model, network_input(model, mnist.test_images), mnist.test_labels)[1]


def keep(name: str, recipe: Config, runs: list[Row]) -> None:
    """Print the mean of the runs so far and write them down."""
    accuracies = [100 * run["test_accuracy"] for run in runs]
    mean = statistics.mean(accuracies)
    deviation = statistics.stdev(accuracies) if len(accuracies) > 1 else 0.0
    print(f"{name}: {mean:.2f} ± {deviation:.2f} % on test, {len(runs)} seeds", flush=True)
    settings = {k: v for k, v in recipe.to_dict().items() if k not in {"seed", "save_path"}}
    summary = {"mean": round(mean, 3), "deviation": round(deviation, 3), "seeds": len(runs)}
    result = {
        "recipe": settings,
        "test_accuracy_percent": summary,
        "runs": runs,
        "environment": environment(),
    }
    path = ROOT / "benchmarks" / "results" / f"accuracy_{name}.json"
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
