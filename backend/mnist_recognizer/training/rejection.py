"""Teaching a trained network what is not a digit; see :mod:`mnist_recognizer.nn.rejection`."""

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.fit_rejection import Digits, fit_rejection
from mnist_recognizer.nn.rejection import KEY
from mnist_recognizer.synthesis.non_digits import draw_not_digits
from mnist_recognizer.synthesis.pen_digits import draw_pen_digits
from mnist_recognizer.training.progress import stage
from mnist_recognizer.vision.geometry import to_geometry

_PEN = (0.9, 1.9)  # half widths of ink, in pixels, as thin and as thick as MNIST's
_RANDOMNESS = 2 * 10**6  # sets this randomness apart from the epochs', (seed, epoch)
# Of validation images, these shares may be refused: as no digit, as ambiguous.
_MNIST_SHARES = 0.0045, 0.0015
_PEN_SHARES = 0.012, 0.005

Images = NDArray[np.uint8]


def add_rejection(
    model: MLP, train: tuple[Images, Images], validation: Images, seed: int = 0
) -> None:
    """Fit what tells digits from other images, and put it into the network's metadata.

    It takes some 12 s for all of MNIST, and less for less.

    Parameters
    ----------
    model : MLP
        A trained network that takes 784 pixels; its weights are not changed.
    train : tuple of ndarrays of uint8, shapes (n, 28, 28) and (n,)
        The images that it was trained on, and their labels.
    validation : ndarray of uint8, shape (n, 28, 28)
        Images that it was not trained on; the thresholds come from them, and from synthetic pen
        digits.
    seed : int
        Where all randomness comes from.
    """
    rng = np.random.default_rng([seed, _RANDOMNESS])
    images, labels = train
    each = max(1, len(images) // 20)
    with stage("Drawing images that are not digits"):
        kinds = draw_not_digits(each, images, labels, rng)
        pen_digits, _ = draw_pen_digits(5 * each, rng, _PEN)
        pen_validation, _ = draw_pen_digits(max(10, len(validation) // 2), rng, _PEN)
    with stage("Learning to tell digits from them"):
        fitted = fit_rejection(
            model,
            to_geometry(model, np.concatenate([images, pen_digits])),
            to_geometry(model, np.concatenate(list(kinds.values()))),
            [
                Digits(to_geometry(model, validation), *_MNIST_SHARES),
                Digits(to_geometry(model, pen_validation), *_PEN_SHARES),
            ],
            rng,
        )
    model.metadata = {**model.metadata, KEY: fitted.to_json()}
