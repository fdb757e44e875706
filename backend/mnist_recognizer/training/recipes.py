"""Named recipes: the settings that belong together.

``classic`` is the textbook's: plain mini-batch gradient descent on the images as they are. ``best``
is what the committed model was trained with; docs/experiments.md says what each part gave.
"""

from collections.abc import Mapping
from typing import Any

RECIPES: Mapping[str, Mapping[str, Any]] = {
    "classic": {
        "epochs": 500,
        "batch_size": 128,
        "learning_rate": 0.01,
        "optimizer": "sgd",
        "schedule": "constant",
        "ema": 0.0,
        "augment": False,
    },
    "best": {
        "epochs": 160,
        "batch_size": 128,
        "learning_rate": 0.002,
        "optimizer": "adam",
        "schedule": "cosine",
        "ema": 0.999,
        "augment": True,
        "elastic": 0.6,
        "pen_digits": 30_000,
    },
}
