"""The forward pass for inference: the same numbers as the training's, whatever it is given."""

import copy
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from threads import wrong_answers

from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.inference import activations, softmax_by_class
from mnist_recognizer.nn.losses import softmax

RNG = np.random.default_rng(0)
HIDDEN = [(128, 64), (16,), (), (9, 8, 7)]


def network(hidden_sizes: tuple[int, ...] = (128, 64), dtype: type = np.float32) -> MLP:
    """Return a network whose biases are not zero."""
    model = MLP(hidden_sizes=hidden_sizes, seed=1, dtype=dtype)
    for b in model.biases:
        b[:] = RNG.normal(0, 0.5, b.shape)
    return model


def drawings(count: int) -> np.ndarray:
    """Return pictures with ink in a fifth of the pixels, (count, 784) float32."""
    x = RNG.random((count, 784), np.float32)
    x[RNG.random(x.shape) < 0.8] = 0
    return x


def plainly(model: MLP, x: np.ndarray) -> np.ndarray:
    """Return the probabilities as training computes them."""
    return softmax(model.logits(x.astype(model.dtype)))


@pytest.mark.parametrize("hidden_sizes", HIDDEN)
@pytest.mark.parametrize("count", [0, 1, 2, 7, 251, 1000])
def test_it_agrees_with_the_plain_way(hidden_sizes: tuple[int, ...], count: int) -> None:
    model, x = network(hidden_sizes), drawings(count)
    found = model.forward(x)
    assert found.shape == (count, 10)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, plainly(model, x), rtol=0, atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("count", [1, 7])
@pytest.mark.parametrize("grey", [0, 1], ids=["empty", "all ink"])
def test_pictures_of_one_grey_agree_with_the_plain_way(count: int, grey: int) -> None:
    model, x = network(), np.full((count, 784), grey, np.float32)
    np.testing.assert_allclose(model.forward(x), plainly(model, x), rtol=0, atol=1e-6)


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
def test_how_the_pictures_lie_in_memory_does_not_matter(
    count: int, rearranged: Callable[[np.ndarray], np.ndarray]
) -> None:
    model, x = network(), drawings(count)
    same = rearranged(x)
    np.testing.assert_array_equal(same, x)
    for found in (model.forward(same), model.predict_proba(same)):
        np.testing.assert_allclose(found, plainly(model, x), rtol=0, atol=1e-6)


@pytest.mark.parametrize("count", [1, 7])
@pytest.mark.parametrize("dtype", [np.float64, np.float16, np.uint8, np.bool_])
def test_numbers_of_any_type_are_read(count: int, dtype: type) -> None:
    model = network()
    x: np.ndarray = drawings(count).astype(dtype)
    expected = plainly(model, x)
    np.testing.assert_allclose(model.predict_proba(x), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("count", [1, 7])
def test_a_network_in_double_precision_answers_in_it(count: int) -> None:
    model, x = network(dtype=np.float64), drawings(count).astype(np.float64)
    found = model.forward(x)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, plainly(model, x), rtol=1e-12)


@pytest.mark.parametrize("count", [1, 7])
def test_it_leaves_the_pictures_and_the_network_as_they_are(count: int) -> None:
    model, x = network(), drawings(count)
    before = x.copy(), model.parameters.copy()
    first, second = model.forward(x), model.forward(x)
    np.testing.assert_array_equal(first, second)
    assert not np.shares_memory(first, second)
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(model.parameters, before[1])


@pytest.mark.parametrize("count", [1, 7])
def test_weights_that_change_count_at_once(count: int) -> None:
    model, x = network(), drawings(count)
    model.forward(x)
    model.train_step(x, np.zeros(count, int), lr=0.5)
    np.testing.assert_allclose(model.forward(x), plainly(model, x), rtol=0, atol=1e-6)


@pytest.mark.parametrize("count", [1, 7])
def test_rows_of_the_first_weights_can_take_their_place(count: int) -> None:
    model, x = network(), drawings(count)
    x[:, 100:] = 0
    found = model.forward(x[:, :100], model.weights[0][:100])
    np.testing.assert_allclose(found, plainly(model, x), rtol=0, atol=1e-6)


@pytest.mark.parametrize("count", [1, 7])
def test_every_layers_output_is_there(count: int) -> None:
    model, x = network(), drawings(count)
    hidden, z = activations(model.weights, model.biases, x)
    a = x
    for output, W, b in zip(hidden, model.weights, model.biases, strict=False):
        a = np.maximum(a @ W + b, 0)
        np.testing.assert_allclose(output, a, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(z.T, model.logits(x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("hidden_sizes", HIDDEN)
def test_one_pictures_row_holds_what_the_layers_put_out(hidden_sizes: tuple[int, ...]) -> None:
    model, x = network(hidden_sizes), drawings(1)
    hidden, z = activations(model.weights, model.biases, x)
    expected = [part for a in hidden for part in (*a[0], 1)]
    for _ in range(2):
        model.forward(x)
        found = model.one_picture.row
        np.testing.assert_allclose(found, [*expected, z.max(), 1], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("count", [1, 7])
def test_pictures_in_double_precision_are_answered_in_it(count: int) -> None:
    model, x = network(), drawings(count).astype(np.float64)
    found = model.forward(x)
    assert found.dtype == np.float64
    exact = MLP(hidden_sizes=(128, 64), dtype=np.float64)
    exact.parameters[:] = model.parameters
    np.testing.assert_allclose(found, plainly(exact, x), rtol=1e-12)


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))]
)
def test_a_copy_answers_by_its_own_weights(duplicate: Callable[[MLP], MLP]) -> None:
    model, x = network(), drawings(1)
    twin = duplicate(model)
    twin.parameters *= 2
    np.testing.assert_allclose(model.forward(x), plainly(model, x), rtol=0, atol=1e-6)
    np.testing.assert_allclose(twin.forward(x), plainly(twin, x), rtol=0, atol=1e-6)
    assert abs(twin.forward(x) - model.forward(x)).max() > 0.01


@pytest.mark.parametrize("hidden_sizes", HIDDEN)
def test_a_vector_is_no_batch(hidden_sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"."):
        network(hidden_sizes).forward(np.ones(784, np.float32))


def test_weights_are_changed_in_place_and_not_replaced() -> None:
    model, x = network(), drawings(2)
    for parts in (model.weights, model.biases):
        with pytest.raises(TypeError):
            parts[1] = np.zeros_like(parts[1])  # type: ignore[index]
        parts[1][:] = 0
    np.testing.assert_allclose(model.forward(x[:1]), model.forward(x)[:1], rtol=0, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_parameters_begin_at_a_cache_line(tmp_path: Path, dtype: type) -> None:
    model = network(dtype=dtype)
    model.save(tmp_path / "weights.npz")
    for network_ in (model, MLP.load(tmp_path / "weights.npz"), copy.deepcopy(model)):
        assert network_.parameters.ctypes.data % 64 == 0
        np.testing.assert_array_equal(network_.parameters, model.parameters)


def test_networks_in_turn_do_not_disturb_each_other() -> None:
    models = [network(), network((16,)), network(dtype=np.float64)]
    for count in (7, 1001, 2, 30):
        for model in (*models, *models[::-1]):
            x = drawings(count).astype(model.dtype)
            first = model.forward(x)
            before = first.copy()
            model.forward(drawings(count).astype(model.dtype))
            np.testing.assert_array_equal(first, before)  # it is nobody's scratch
            np.testing.assert_allclose(first, plainly(model, x), rtol=0, atol=1e-6)


@pytest.mark.parametrize("shape", [(10, 1), (10, 5), (10, 0)])
def test_softmax_by_class_is_softmax(shape: tuple[int, ...]) -> None:
    z = RNG.normal(0, 1000, shape).astype(np.float32)
    rows = z.T.copy()
    largest = softmax_by_class(z)
    np.testing.assert_allclose(z.T, softmax(rows), rtol=1e-6)
    np.testing.assert_array_equal(largest, rows.max(axis=1))


def test_threads_do_not_disturb_each_other() -> None:
    model = network()
    inputs = [drawings(count) for count in (1, 1000, 7, 1, 250, 2)]
    assert wrong_answers(model.forward, inputs, 30, tolerance=1e-6) == 0
