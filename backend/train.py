"""Train the network that reads handwritten digits.

    python train.py                       with the settings below
    python train.py --epochs 20           with one of them changed
    python train.py --recipe best         with the recipe of the model that comes with the project
    python train.py --resume              go on with a run that was stopped

It fetches MNIST, trains, and keeps the weights that do best on the validation images. Ctrl-C stops
early and keeps the best so far. Read on from here: ``mnist_recognizer/nn/model.py`` is the network,
``mnist_recognizer/training/fit.py`` the loop.
"""

import argparse
import signal
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this may have an older one
    sys.exit(f"MNIST Recognizer needs Python 3.11 or newer, and this is {sys.version.split()[0]}.")

if __name__ == "__main__":  # Ctrl-C during the imports ends the process, without a traceback
    signal.signal(signal.SIGINT, signal.SIG_DFL)

try:
    from mnist_recognizer.data.mnist import MnistUnavailableError, load_mnist
    from mnist_recognizer.nn import MLP
    from mnist_recognizer.training.fit import fit
    from mnist_recognizer.training.health import DivergedError
    from mnist_recognizer.training.progress import Progress
    from mnist_recognizer.training.session import (
        add_training_arguments,
        explained,
        keep_best,
        read_order,
        train_teacher,
        until_interrupted,
    )
except ModuleNotFoundError as error:
    sys.exit(
        f"The package {error.name} is missing. Install what training needs with: "
        "cd backend && pip install -r requirements.txt"
    )

# The classic recipe. Change a number and run again; docs/training.md lists every other setting that
# can stand here, such as "optimizer": "adam" or "augment": True.
CONFIG = {
    "epochs": 500,  # passes over the training images
    "batch_size": 128,  # images a step
    "learning_rate": 0.01,  # how far each step goes, η
    "save_path": "saved_model/weights.pkl",  # from this folder
}


def main() -> int:
    """Train, test, save; return the process's exit status."""
    parser = argparse.ArgumentParser(description="Train the network on MNIST.", allow_abbrev=False)
    add_training_arguments(parser)
    order = read_order(parser.parse_args(), CONFIG, base=Path(__file__).resolve().parent)
    config = order.config

    mnist = load_mnist()
    train_x, train_y, validation_x, validation_y = mnist.split(config.validation)
    train, validation = (train_x, train_y), (validation_x, validation_y)

    model = MLP(input_size=784, hidden_sizes=[128, 64], output_size=10, seed=config.seed)
    print(model.summary())

    with order.open_run(model).held() as run:
        with until_interrupted(run):
            teacher = train_teacher(run, train, validation)  # None, unless CONFIG asks for one
            with Progress(config, run.state, "student" if teacher else "") as progress:
                for stats in fit(model, train, validation, config, run.state, teacher):
                    run.record(stats)
                    progress.show(stats)
        return keep_best(run, mnist)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # from here on Ctrl-C is expected
    with explained(MnistUnavailableError, DivergedError, MemoryError):
        sys.exit(main())
