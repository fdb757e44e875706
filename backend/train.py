"""Train the network that reads handwritten digits.

    python train.py                       with the settings below
    python train.py --epochs 20           with one of them changed
    python train.py --recipe best         with the recipe of the model that comes with the project
    python train.py --resume              continue a run that was stopped

It fetches MNIST, trains, and keeps the weights that do best on the validation images. Ctrl-C stops
early and keeps the best so far. Read on in ``mnist_recognizer/nn/model.py``, the network, and
``mnist_recognizer/training/fit.py``, the loop.
"""

from pathlib import Path

from mnist_recognizer.startup import importing, run_script

with importing("training", script=__name__ == "__main__"):
    from mnist_recognizer.data.mnist import load_mnist
    from mnist_recognizer.nn import MLP
    from mnist_recognizer.training.command_line import USER_ERRORS, parse_args
    from mnist_recognizer.training.finalize import finalize_run
    from mnist_recognizer.training.fit import fit
    from mnist_recognizer.training.interrupt import until_interrupted
    from mnist_recognizer.training.progress import Progress
    from mnist_recognizer.training.teacher_run import train_teacher

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
    job = parse_args(CONFIG, base=Path(__file__).resolve().parent)
    config = job.config

    mnist = load_mnist()
    train_x, train_y, validation_x, validation_y = mnist.split(config.validation)
    train, validation = (train_x, train_y), (validation_x, validation_y)

    model = MLP(input_size=784, hidden_sizes=[128, 64], output_size=10, seed=config.seed)
    print(model.summary())

    with job.open_run(model).lock() as run:
        with until_interrupted(run):
            teacher = train_teacher(run, train, validation)  # None, unless CONFIG asks for one
            with Progress(config, run.state, "student" if teacher else "") as progress:
                for stats in fit(model, train, validation, config, run.state, teacher):
                    run.record(stats)
                    progress.show(stats)
        return finalize_run(run, mnist)


if __name__ == "__main__":
    run_script(main, *USER_ERRORS)
