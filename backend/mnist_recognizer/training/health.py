"""Whether a run can still learn; where it cannot, what happened and what to try."""

import sys

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.nn.model import MLP


class DivergedError(RuntimeError):
    """Training broke down; the message says what happened, and what to try."""


def check_numbers(model: MLP, results: tuple[float, float, float], epoch: int, advice: str) -> None:
    """Stop a run that overflowed; the results are both losses and the gradients' length."""
    if not (np.isfinite(results).all() and np.isfinite(model.parameters).all()):
        raise DivergedError(
            f"the numbers overflowed in epoch {epoch} (loss {results[0]:.3g}, in validation "
            f"{results[1]:.3g}): the steps are too large for this network; {advice}"
        )


def check_units(
    model: MLP, dead_units: list[int], x: NDArray[np.float32], epoch: int, advice: str
) -> None:
    """Stop a run that cannot learn any more, since no gradient passes a layer of dead units."""
    for layer, (dead, width) in enumerate(
        zip(dead_units, model.layer_sizes[1:-1], strict=True), start=1
    ):
        if dead == width:
            raise DivergedError(
                f"after epoch {epoch} every unit of hidden layer {layer} is dead: the network "
                f"gives one answer for all images; {advice}"
            )
    z = model.logits(x[:100])  # what is trained may be dead long before its running mean is
    if (z == z[0]).all():
        raise DivergedError(
            f"after epoch {epoch} the network gives one answer for all images: every unit of a "
            f"hidden layer is dead; {advice}"
        )


def warn_of_chance(accuracy: float, digits: int = 10) -> None:
    """Say so when a network is hardly better than guessing: less than twice the chance level."""
    if accuracy < 2 / digits:
        print(
            f"warning: the network reads {accuracy:.1%} of the test images, and chance level, one "
            f"digit for all images, is about {1 / digits:.0%}: it has hardly learned. Train it "
            "longer, give it more units in each layer, or change the learning_rate.",
            file=sys.stderr,
        )
