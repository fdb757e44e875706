"""From the bytes of an image to what the network reads."""

import numpy as np
from numpy.typing import NDArray


def to_pixels(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Turn (n, 28, 28) bytes 0..255 into (n, 784) floats 0..1."""
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)
