"""Let ``python -m mnist_recognizer`` be the command ``mnist-recognizer``."""

import sys

from mnist_recognizer.cli import main

if __name__ == "__main__":
    sys.exit(main())
