"""The forward pass for a service: the same numbers as the textbook's, whatever it is given."""

from collections.abc import Callable

import numpy as np
import pytest
from threads import wrong_answers

from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.fast_inference import FastInference
from mnist_recognizer.nn.rejection import KEY, Rejection

RNG = np.random.default_rng(0)
HIDDEN = [(128, 64), (16,), (), (9, 8, 7)]
COUNTS = [0, 1, 2, 7, 250, 251, 1000]


def network(
    hidden_sizes: tuple[int, ...] = (128, 64), dtype: type = np.float32, *, scored: bool = True
) -> MLP:
    """Return a network whose biases are not zero, with random numbers that score images."""
    model = MLP(hidden_sizes=hidden_sizes, seed=1, dtype=dtype)
    for b in model.biases:
        b[:] = RNG.normal(0, 0.5, b.shape)
    if scored:
        shapes = (sum(hidden_sizes) + 1, 5), 5, 5
        parts = [RNG.normal(size=shape).astype(np.float32) for shape in shapes]
        model.metadata[KEY] = Rejection(*parts, min_score=0.0, min_margin=0.1).to_json()
    return model


def images(count: int) -> np.ndarray:
    """Return images with ink in a fifth of the pixels, (count, 784) float32."""
    x = RNG.random((count, 784), np.float32)
    x[RNG.random(x.shape) < 0.8] = 0
    return x


def assert_equal_to_the_textbook(
    found: tuple[np.ndarray, np.ndarray | None], model: MLP, x: np.ndarray
) -> None:
    """Compare probabilities and scores with those of MLP and Rejection."""
    probabilities, scores = found
    x = x.astype(model.dtype)
    np.testing.assert_allclose(probabilities, model.predict_proba(x), rtol=0, atol=1e-6)
    assert probabilities.shape == (len(x), 10)
    assert probabilities.dtype == model.dtype
    rejection = Rejection.of(model)
    if rejection is None:
        assert scores is None
    else:
        expected = rejection.score(model.forward(x))
        np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("scored", [True, False])
@pytest.mark.parametrize("hidden_sizes", HIDDEN)
@pytest.mark.parametrize("count", COUNTS)
def test_it_gives_the_textbooks_numbers(
    hidden_sizes: tuple[int, ...], count: int, scored: bool
) -> None:
    model, x = network(hidden_sizes, scored=scored), images(count)
    assert_equal_to_the_textbook(FastInference(model).read(x), model, x)


@pytest.mark.parametrize("count", [1, 7])
def test_a_network_in_double_precision_answers_in_it(count: int) -> None:
    model, x = network(dtype=np.float64), images(count).astype(np.float64)
    assert_equal_to_the_textbook(FastInference(model).read(x), model, x)


@pytest.mark.parametrize("count", COUNTS)
def test_bytes_are_grey_values(count: int) -> None:
    model, grey = network(), RNG.integers(0, 256, (count, 784), dtype=np.uint8)
    assert_equal_to_the_textbook(FastInference(model).read(grey), model, grey / 255)


@pytest.mark.parametrize("count", [1, 7])
def test_floats_of_another_dtype_are_pixels(count: int) -> None:
    model, x = network(), images(count).astype(np.float64)
    assert_equal_to_the_textbook(FastInference(model).read(x), model, x)


@pytest.mark.parametrize("count", [1, 7])
@pytest.mark.parametrize("value", [0, 1], ids=["empty", "all ink"])
def test_images_of_one_value_are_read_like_others(count: int, value: int) -> None:
    model, x = network(), np.full((count, 784), value, np.float32)
    assert_equal_to_the_textbook(FastInference(model).read(x), model, x)


@pytest.mark.parametrize("count", [1, 7])
@pytest.mark.parametrize(
    "rearranged",
    [
        lambda x: np.asfortranarray(x),
        lambda x: np.repeat(x, 2, axis=0)[::2],
        lambda x: np.repeat(x, 2, axis=1)[:, ::2],
        lambda x: x[::-1, ::-1].copy()[::-1, ::-1],
        lambda x: np.frombuffer(b"?" + x.tobytes(), np.uint8)[1:].view(np.float32).reshape(x.shape),
    ],
    ids=["by column", "every other row", "every other column", "backwards", "not aligned"],
)
def test_how_the_images_lie_in_memory_does_not_matter(
    count: int, rearranged: Callable[[np.ndarray], np.ndarray]
) -> None:
    model, x = network(), images(count)
    same = rearranged(x)
    np.testing.assert_array_equal(same, x)
    assert_equal_to_the_textbook(FastInference(model).read(same), model, x)


@pytest.mark.parametrize("count", [1, 7])
def test_it_leaves_the_images_as_they_are_and_gives_new_arrays(count: int) -> None:
    model, x = network(), images(count)
    network_, before = FastInference(model), x.copy()
    first, second = network_.read(x), network_.read(x)
    for one, other in zip(first, second, strict=True):
        assert one is not None
        assert other is not None
        np.testing.assert_array_equal(one, other)
        assert not np.shares_memory(one, other)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("count", [1, 7])
def test_a_network_that_changes_later_does_not_change_the_answers(count: int) -> None:
    model, x = network(), images(count)
    network_ = FastInference(model)
    before = network_.read(x)[0]
    model.parameters *= 2
    np.testing.assert_array_equal(network_.read(x)[0], before)


@pytest.mark.parametrize("count", [1, 7])
def test_scores_that_nobody_wants_are_not_computed(count: int) -> None:
    fast, x = FastInference(network()), images(count)
    probabilities, scores = fast.read(x, with_scores=False)
    assert scores is None
    np.testing.assert_array_equal(probabilities, fast.read(x)[0])


def test_metadata_that_does_not_fit_the_network_is_refused() -> None:
    model = network()
    model.metadata[KEY] = network((16,)).metadata[KEY]
    with pytest.raises(ValueError, match="does not fit the network"):
        FastInference(model)


def test_threads_do_not_disturb_each_other() -> None:
    network_ = FastInference(network())
    inputs = [images(count) for count in (1, 1000, 7, 1, 250, 2)]
    for part in (0, 1):
        read = lambda x: network_.read(x)[part]  # noqa: B023, E731
        assert wrong_answers(read, inputs, 20, tolerance=1e-5) == 0
