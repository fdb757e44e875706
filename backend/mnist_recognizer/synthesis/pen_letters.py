"""Letters and signs drawn with a pen, unlike any digit, for a network to learn to refuse.

They are drawn from templates of the project's own (``letter_templates.txt``) by the hand that draws
the synthetic pen digits: no font and nobody's drawing is among them.
"""

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.synthesis.pen_curves import letter_tables
from mnist_recognizer.synthesis.pen_hand import draw_styles
from mnist_recognizer.synthesis.pen_templates import letter_templates
from mnist_recognizer.vision.strokes import PEN_RADIUS


def draw_pen_letters(
    count: int,
    rng: np.random.Generator,
    pen_radius: tuple[float, float] = (PEN_RADIUS, PEN_RADIUS),
    signs: str | None = None,
) -> NDArray[np.uint8]:
    """Draw random letters and signs as people with pens write them.

    Parameters
    ----------
    count : int
        How many.
    rng : numpy.random.Generator
        Where the randomness comes from; the same state gives the same letters.
    pen_radius : tuple of float, default that of every drawing
        The smallest and the largest half width of the ink, in pixels.
    signs : str, optional
        Which of them, each equally likely; all of them if it is not given. What has no template
        is left out.

    Returns
    -------
    ndarray of uint8, shape (count, 28, 28)
        Light ink on black, in MNIST's geometry.
    """
    table = letter_tables()
    wanted = np.array([signs is None or known.sign in signs for known in letter_templates()])
    chances = np.where(wanted, table.chances, 0)
    styles = rng.choice(len(chances), count, p=chances / chances.sum())
    return draw_styles(table, styles, rng, pen_radius)
