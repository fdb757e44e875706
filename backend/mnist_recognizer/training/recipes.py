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
        "epochs": 120,
        "batch_size": 256,
        "learning_rate": 0.02,
        "optimizer": "muon",
        "schedule": "cosine",
        "ema": 0.999,
        "augment": True,
        "elastic": 1.0,
        "shear": 0.2,
        "thickness": 0.4,
        "fade": 0.5,
        "pen_digits": 60_000,
        "teacher_epochs": 80,
        "teacher_learning_rate": 0.0015,
        "validation": 5000,
        "best_by": "last",
    },
}
