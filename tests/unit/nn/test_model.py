"""The network: learning, what it is, and shared inference."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from threads import wrong_answers

from mnist_recognizer.nn import MLP, LayerSizesError

# --- learning ------------------------------------------------------------------------------------


def test_32_images_are_learnt_by_heart() -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(size=(32, 784)).astype(np.float32)
    y = rng.integers(0, 10, 32)
    model = MLP()
    for _ in range(300):
        loss = model.train_step(x, y, lr=0.1)
    assert loss < 0.01
    np.testing.assert_array_equal(model.predict(x), y)


def test_weights_and_biases_are_views_of_the_flat_parameters() -> None:
    model = MLP(3, [2], 2)
    model.parameters[:] = np.arange(14)
    np.testing.assert_array_equal(model.weights[0], [[0, 1], [2, 3], [4, 5]])
    np.testing.assert_array_equal(model.biases[0], [6, 7])
    np.testing.assert_array_equal(model.weights[1], [[8, 9], [10, 11]])
    np.testing.assert_array_equal(model.biases[1], [12, 13])


# --- what it is ----------------------------------------------------------------------------------


def test_the_default_network_has_109386_parameters() -> None:
    model = MLP()
    assert model.parameter_count == 109_386
    assert model.layer_sizes == (784, 128, 64, 10)
    assert model.architecture == "784 -> 128 -> 64 -> 10"
    assert repr(model) == "MLP(784 -> 128 -> 64 -> 10, 109,386 parameters)"
    assert model.dtype == model.logits(np.zeros((1, 784), np.float32)).dtype == np.float32


def test_the_summary_lists_the_layers() -> None:
    assert MLP().summary().splitlines() == [
        "layer           weights  activation parameters",
        "hidden 1      784 x 128  ReLU          100,480",
        "hidden 2       128 x 64  ReLU            8,256",
        "output          64 x 10  softmax           650",
        "total                                  109,386",
    ]


def test_the_same_seed_gives_the_same_weights_bit_for_bit() -> None:
    one, same, other = MLP(seed=7), MLP(seed=np.random.default_rng(7)), MLP(seed=8)
    assert one.parameters.tobytes() == same.parameters.tobytes()
    assert one.parameters.tobytes() != other.parameters.tobytes()


def test_he_initialisation_keeps_activations_at_one_size_however_deep() -> None:
    model = MLP(500, [500] * 10, 10, seed=0)
    for W, b in zip(model.weights, model.biases, strict=True):
        assert W.std() == pytest.approx(np.sqrt(2 / 500), rel=0.05)
        assert not b.any()
    x = np.random.default_rng(0).normal(size=(100, 500)).astype(np.float32)
    sizes = [float(np.square(a).mean()) for a in model.forward(x)[1:-1]]
    assert 0.5 < min(sizes) < max(sizes) < 2


@pytest.mark.parametrize("sizes", [[0], [-1], [1.5], ["8"], [None], [True], [8, 0]])
def test_a_layer_size_that_is_no_positive_whole_number_is_refused(sizes: list[Any]) -> None:
    with pytest.raises(ValueError, match="layer sizes are whole numbers from 1"):
        MLP(4, sizes, 2)


def test_layer_sizes_from_numpy_become_plain_integers() -> None:
    sizes = MLP(np.int64(4), np.array([3]), np.int32(2)).layer_sizes
    assert sizes == (4, 3, 2)
    assert {type(size) for size in sizes} == {int}


@pytest.mark.parametrize("dtype", [np.float16, np.int32, np.longdouble, ">f4"])
def test_a_dtype_that_weight_files_do_not_hold_is_refused(dtype: Any) -> None:
    with pytest.raises(ValueError, match="dtype is float32 or float64"):
        MLP(4, [3], 2, dtype=dtype)


# --- inference -----------------------------------------------------------------------------------


def test_predict_proba_agrees_with_the_definition() -> None:
    model = MLP(5, [4, 3], 3, dtype=np.float64)
    x = np.random.default_rng(0).normal(size=(20, 5))
    a = x
    for W, b in zip(model.weights[:-1], model.biases[:-1], strict=True):
        a = np.maximum(a @ W + b, 0)
    e = np.exp(a @ model.weights[-1] + model.biases[-1])
    expected = e / e.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict_proba(x), expected, rtol=1e-12)
    labels = model.predict(x)
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(labels, expected.argmax(axis=1))


def test_one_image_is_a_batch_of_one() -> None:
    model = MLP()
    x = np.random.default_rng(0).uniform(size=784)
    assert model.predict_proba(x).shape == (1, 10)
    np.testing.assert_array_equal(model.predict_proba(x), model.predict_proba(x[None]))
    np.testing.assert_array_equal(model.predict_proba(list(x)), model.predict_proba(x))


def test_no_images_give_no_answers() -> None:
    assert MLP().predict_proba(np.zeros((0, 784))).shape == (0, 10)
    assert MLP().predict(np.zeros((0, 784))).shape == (0,)


@pytest.mark.parametrize(
    "x",
    [
        np.zeros(783),
        np.zeros(785),
        np.zeros((784, 1)),
        np.zeros((2, 28, 28)),
        np.zeros((28, 28)),
        [],
        0.5,
        None,
        [0.0, [1.0]],
        ["a"] * 784,
    ],
    ids=lambda x: str(np.shape(x)) if isinstance(x, np.ndarray) else repr(x)[:10],
)
def test_what_is_not_784_numbers_an_image_is_refused(x: Any) -> None:
    with pytest.raises(ValueError, match=r"784|sequence|string"):
        MLP().predict_proba(x)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_a_pixel_that_is_no_finite_number_is_refused(value: float) -> None:
    x = np.zeros((3, 784))
    x[1, 400] = value
    with pytest.raises(ValueError, match="every pixel must be a finite number"):
        MLP().predict(x)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64])
def test_grey_values_that_nobody_scaled_are_refused(dtype: type) -> None:
    grey = np.zeros((3, 784), dtype)
    grey[1, 400] = 2
    with pytest.raises(ValueError, match="divide grey values from 0 to 255 by 255"):
        MLP().predict(grey)


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.bool_])
def test_black_and_white_images_of_any_dtype_are_pixels(dtype: type) -> None:
    x = np.random.default_rng(0).integers(0, 2, (3, 784)).astype(dtype)
    np.testing.assert_array_equal(MLP().predict_proba(x), MLP().predict_proba(x.astype(np.float32)))


def test_floats_that_nobody_scaled_are_warned_about() -> None:
    x = np.full((2, 784), 200.0)
    with pytest.warns(UserWarning, match=r"reach 200, but .* divide grey values"):
        MLP().predict(x)


def test_inference_changes_nothing_in_the_model_or_its_input() -> None:
    model = MLP()
    x = np.random.default_rng(0).uniform(size=(9, 784)).astype(np.float32)
    x.flags.writeable = False
    model.parameters.flags.writeable = False
    before = dict(vars(model))
    model.predict_proba(x)
    model.forward(x)
    assert vars(model).keys() == before.keys()
    assert all(value is before[name] for name, value in vars(model).items())


def test_many_threads_share_one_model() -> None:
    model = MLP()
    rng = np.random.default_rng(0)
    batches = [rng.uniform(size=(size, 784)).astype(np.float32) for size in (1, 2, 7, 1, 30, 4)]
    assert wrong_answers(model.predict_proba, batches, 200) == 0


@pytest.mark.parametrize("wrong", [128, None, "128", [1.5], [128, 0], [True]])
def test_hidden_sizes_that_are_no_list_of_whole_numbers_are_named(wrong: Any) -> None:
    with pytest.raises(LayerSizesError, match=r"hidden_sizes is a list|whole numbers from 1"):
        MLP(hidden_sizes=wrong)


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_copied_network_answers_and_learns_like_the_first(copied: Callable[[MLP], MLP]) -> None:
    model = MLP(4, [3], 2)
    x, y = np.eye(4, dtype=np.float32), np.array([0, 1, 0, 1])
    model.train_step(x, y, lr=0.5)
    again = copied(model)
    np.testing.assert_array_equal(again.predict_proba(x), model.predict_proba(x))
    before = again.predict_proba(x)
    again.train_step(x, y, lr=0.5)
    assert (again.predict_proba(x) != before).any()
    assert all(np.shares_memory(again.parameters, W) for W in again.weights)
