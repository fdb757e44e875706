"""A network reads images in the geometry that it was trained in."""

import numpy as np
import pytest

from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.nn import MLP
from mnist_recognizer.vision.geometry import geometry_of, network_input
from mnist_recognizer.vision.slant import straighten


def model_of(**metadata: object) -> MLP:
    model = MLP(784, (4,), 10)
    model.metadata = dict(metadata)
    return model


def test_weights_that_say_nothing_read_images_as_they_are(mnist: Mnist) -> None:
    images = mnist.test_images[:3]
    expected = images.reshape(3, 784) / np.float32(255)
    for model in (model_of(), model_of(geometry=1)):
        assert geometry_of(model) == 1
        read = network_input(model, images)
        assert read.dtype == np.float32
        np.testing.assert_array_equal(read, expected)
        np.testing.assert_array_equal(network_input(model, expected), expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_geometry_2_reads_straightened_images(mnist: Mnist, dtype: type) -> None:
    images = mnist.test_images[:3]
    model = model_of(geometry=2)
    expected = straighten(images).reshape(3, 784) / np.float32(255)
    np.testing.assert_array_equal(network_input(model, images), expected)
    fractions = images.reshape(3, 784).astype(dtype) / dtype(255)
    read = network_input(model, fractions)
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, expected)


def test_pixels_beyond_0_and_1_are_clipped_before_straightening() -> None:
    model = model_of(geometry=2)
    rows = np.array([np.full(784, 300.0), np.full(784, -1.0)])
    np.testing.assert_array_equal(
        network_input(model, rows), network_input(model, np.clip(rows, 0, 1))
    )


@pytest.mark.parametrize("geometry", [0, 3, "2", None, [2]])
def test_an_unknown_geometry_is_refused(geometry: object) -> None:
    with pytest.raises(ValueError, match="was trained with geometry"):
        geometry_of(model_of(geometry=geometry))
