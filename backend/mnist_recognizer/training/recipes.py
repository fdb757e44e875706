"""Named recipes: the settings that belong together.

``classic`` is the textbook's, and the settings' defaults: plain mini-batch gradient descent on the
images as they are. ``best``
is what the committed model was trained with; docs/experiments.md says what each part gave.
"""

from collections.abc import Mapping
from typing import Any

from mnist_recognizer.training.config import Config

RECIPES: Mapping[str, Mapping[str, Any]] = {
    "classic": {k: v for k, v in Config().to_dict().items() if k not in ("save_path", "seed")},
    "best": {
        "epochs": 400,
        "batch_size": 256,
        "learning_rate": 0.03,
        "optimizer": "muon",
        "weight_decay": 0.02,
        "schedule": "cosine",
        "ema": 0.999,
        "straighten": True,
        "augment": True,
        "rotation": 13.0,
        "scale": 0.13,
        "shear": 0.06,
        "shift": 1.65,
        "elastic": 1.1,
        "thickness": 0.44,
        "min_augment_strength": 0.36,
        "pen_digits": 100_000,
        "pen_period": 5,
        "pen_strength": 0.5,
        "validation": 5000,
        "best_by": "last",
    },
}
