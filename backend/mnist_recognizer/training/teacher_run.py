"""Training the teacher that a run learns from, in a run of its own."""

from mnist_recognizer.nn import MLP
from mnist_recognizer.training.batches import Bytes
from mnist_recognizer.training.fit import fit
from mnist_recognizer.training.health import DivergedError
from mnist_recognizer.training.progress import Progress
from mnist_recognizer.training.run import Run


def train_teacher(
    run: Run, train: tuple[Bytes, Bytes], validation: tuple[Bytes, Bytes]
) -> MLP | None:
    """Train the larger network that a run learns from, or what is left of it to train.

    Parameters
    ----------
    run : Run
        Held. The teacher's run is kept in its folder.
    train, validation : (images, labels)
        As :func:`~mnist_recognizer.training.fit.fit` takes them.

    Returns
    -------
    MLP or None
        The teacher at its best; None when the recipe has none.

    Raises
    ------
    DivergedError, RunError
        As for any run.
    """
    if not run.config.teacher_epochs:
        return None
    with run.open_teacher().lock(even_finished=True) as lessons:
        if not lessons.finished:
            print(f"First its teacher is trained, {lessons.model.architecture}.", flush=True)
            with Progress(lessons.config, lessons.state, "teacher") as progress:
                try:
                    for stats in fit(
                        lessons.model, train, validation, lessons.config, lessons.state
                    ):
                        lessons.record(stats)
                        progress.show(stats)
                except DivergedError as error:
                    advice = str(error).replace("learning_rate", "teacher_learning_rate")
                    raise DivergedError(f"training the teacher, {advice}") from None
        return lessons.best_model()
