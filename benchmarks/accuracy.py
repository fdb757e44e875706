"""How accurate a recipe is: trained with several seeds, mean ± standard deviation.

    python benchmarks/accuracy.py best                five seeds of the recipe `best`
    python benchmarks/accuracy.py classic --seeds 5

Each run keeps the epoch with the highest validation accuracy, and looks at the test images once.
Results are printed, and kept in benchmarks/results/accuracy_RECIPE.json after every seed.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

from environment import environment
from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.data.pixels import to_pixels
from mnist_recognizer.nn import MLP
from mnist_recognizer.training.config import Config
from mnist_recognizer.training.fit import TrainingState, evaluate, fit
from mnist_recognizer.training.recipes import RECIPES
from mnist_recognizer.training.teacher import make_teacher, teacher_config

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recipe", nargs="?", default="best", choices=RECIPES)
    parser.add_argument("--seeds", type=int, default=5, help="how many, counted from 1")
    options = parser.parse_args()

    mnist = load_mnist()
    test = to_pixels(mnist.test_images), mnist.test_labels
    runs: list[dict[str, float]] = []
    for seed in range(1, options.seeds + 1):
        config = Config.from_dict({**RECIPES[options.recipe], "seed": seed})
        train_x, train_y, validation_x, validation_y = mnist.split(config.validation)
        model = MLP(seed=seed)
        state = TrainingState(model, config)
        train, validation = (train_x, train_y), (validation_x, validation_y)
        started = time.perf_counter()
        teacher = make_teacher(config) if config.teacher_epochs else None
        if teacher:
            for _ in fit(teacher, train, validation, teacher_config(config)):
                pass
        for _ in fit(model, train, validation, config, state, teacher):
            pass
        seconds = time.perf_counter() - started
        runs.append(
            {
                "seed": seed,
                "validation_accuracy": state.best_accuracy,
                "test_accuracy": evaluate(model, *test)[1],
                "best_epoch": state.best_epoch,
                "seconds": round(seconds, 1),
            }
        )
        print(json.dumps(runs[-1]), flush=True)
        accuracies = [100 * run["test_accuracy"] for run in runs]
        deviation = statistics.stdev(accuracies) if len(accuracies) > 1 else 0.0
        result = {
            "recipe": config.to_dict(),
            "test_accuracy_percent": {
                "mean": round(statistics.mean(accuracies), 3),
                "deviation": round(deviation, 3),
                "seeds": len(runs),
            },
            "runs": runs,
            "environment": environment(),
        }
        path = ROOT / "benchmarks" / "results" / f"accuracy_{options.recipe}.json"
        path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"{options.recipe}: {statistics.mean(accuracies):.2f} ± {deviation:.2f} % on test")


if __name__ == "__main__":
    main()
