"""Distillation: a small network learns from what a larger one thinks of each image.

A label says "this is a 4". A well trained larger network, the *teacher*, says more: "a 4, perhaps a
9, surely no 0". The small one, the *student*, learns from both. Its targets are

    w · softmax(z / T) + (1 − w) · y,

where z are the teacher's logits for the image that the student sees (distorted as it is), y
is the label (one-hot), w is ``teacher_weight``, and the ``temperature`` T ≥ 1 softens the teacher's
answer, which is often so sure of itself that its second thoughts would not count.

Source: Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015. They soften
the student's answer too; here it learns the softened answer as it is.
"""

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.nn.losses import Floats, softmax
from mnist_recognizer.nn.model import MLP
from mnist_recognizer.nn.optimizers import DECAYING
from mnist_recognizer.training.config import Config, dependents

_TEACHER = 3  # makes the teacher's seed another than that of anything else


def teacher_config(config: Config) -> Config:
    """Return the settings that the teacher of a run is trained with.

    They are the run's own, but for the epochs, the optimizer and its learning rate, the seed, which
    is derived from the run's, and two savings that would cost so large a network more than they
    spare, since it would learn the images by heart: it meets every distorted image once, and at
    full strength to the end. Its best epoch is that with the lowest loss, since the student learns
    how sure it is.
    """
    seed = np.random.SeedSequence([config.seed, 0, _TEACHER]).generate_state(1)[0]
    return config.changed(
        **dependents("teacher_epochs"),
        teacher_epochs=0,
        epochs=config.teacher_epochs,
        optimizer=config.teacher_optimizer,
        learning_rate=config.teacher_learning_rate,
        weight_decay=config.weight_decay if config.teacher_optimizer in DECAYING else 0.0,
        best_by="loss",
        reuse=1,
        augment_decay=0.0,
        seed=int(seed),
    )


def make_teacher(config: Config) -> MLP:
    """Return the untrained teacher of a run with these settings (not with the teacher's own)."""
    return MLP(784, config.teacher_layers, 10, seed=teacher_config(config).seed)


def soft_targets(
    teacher: MLP, x: NDArray[np.float32], targets: NDArray[np.float32], config: Config
) -> Floats:
    """Blend the teacher's softened answers with the labels' targets.

    Parameters
    ----------
    teacher : MLP
        A trained network.
    x : (n, 784) float32 array
        Pixels in 0..1, as the student sees them.
    targets : (n, 10) float32 array
        What the labels alone ask for.
    config : Config
        Gives the weight w and the temperature T.

    Returns
    -------
    (n, 10) float32 array
        Rows that sum to 1.
    """
    y_hat = softmax(teacher.logits(x) / config.temperature)
    w = config.teacher_weight
    return w * y_hat + (1 - w) * targets
