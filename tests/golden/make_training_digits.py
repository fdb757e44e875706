"""Write frontend/js/data/training-digits.js: digits for training a network in the page.

    python tests/golden/make_training_digits.py

The page trains on the first 5,000 of MNIST's training digits and measures on the first 1,000 of
its test digits. digits.js has all of the latter and 500 of the former already, so this file holds
only the other 4,500, in the same form: as the network reads them, with 16 grey levels. Needs MNIST,
which it fetches.
"""

from make_learn_data import FOLDER, LICENCE, ROOT, TRAINING, packed, quoted

from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP
from mnist_recognizer.vision.geometry import to_geometry

EXAMPLES = 5000
TARGET = FOLDER / "training-digits.js"


def script() -> str:
    """Return the script."""
    mnist = load_mnist()
    images = to_geometry(MLP.load(default_weights()), mnist.train_images[TRAINING:EXAMPLES])
    labels = "".join(map(str, mnist.train_labels[TRAINING:EXAMPLES]))
    return (
        f"/**\n * MNIST's training digits from number {TRAINING} to {EXAMPLES - 1:,}, as the"
        " network reads them; digits.js has\n * those before.\n *\n"
        f"{LICENCE} * Written by tests/golden/make_training_digits.py.\n */\n"
        f"MNIST.add('data', {{\n  moreTrainingDigits: {{\n    labels: '{labels}',\n"
        f"    pixels:\n{quoted(packed(images))},\n  }},\n}});\n"
    )


def main() -> None:
    """Write it."""
    TARGET.write_text(script(), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
