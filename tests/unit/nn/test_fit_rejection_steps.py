"""Fitting what tells digits from other images, step by step: each beside its formula."""

import math
from typing import Any

import numpy as np
import pytest

from mnist_recognizer.nn import MLP, fit_rejection
from mnist_recognizer.nn.fit_rejection import Digits, measure
from mnist_recognizer.nn.losses import softmax
from mnist_recognizer.nn.optimizers import Adam
from mnist_recognizer.nn.rejection import Rejection, features

RNG = np.random.default_rng(0)
DIGITS = RNG.integers(0, 200, (30, 28, 28), np.uint8)
OTHERS = RNG.integers(50, 256, (20, 28, 28), np.uint8)
MODEL = MLP(hidden_sizes=(9, 7), seed=1)


def as_pixels(images: np.ndarray) -> np.ndarray:
    return (images.reshape(len(images), 784) / 255).astype(np.float32)


def fitted(**changes: Any) -> Rejection:
    """Return random numbers that fit the network."""
    rng = np.random.default_rng(2)
    weights = rng.normal(size=(9 + 7 + 1, 4)).astype(np.float32)
    rest = [rng.normal(size=4).astype(np.float32) for _ in range(2)]
    return Rejection(weights, *rest, min_score=0.0, min_margin=0.0)


def test_the_second_network_learns_from_standardised_features_which_are_folded_into_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[Any] = []
    second = MLP(9 + 7 + 1, (6,), 2, seed=3)
    second.biases[0][:] = np.linspace(-1, 1, 6)
    monkeypatch.setattr(fit_rejection, "_train", lambda *passed: given.extend(passed) or second)
    monkeypatch.setattr(fit_rejection, "_CHUNK", 8)
    rng = np.random.default_rng(4)
    validation = [Digits(DIGITS, 0.1, 0.1)]
    rejection = fit_rejection.fit_rejection(MODEL, DIGITS, OTHERS, validation, rng)

    read = features(MODEL.forward(as_pixels(np.concatenate([DIGITS, OTHERS]))))
    deviation = read.std(axis=0)
    expected = (read - read.mean(axis=0)) / (deviation + 1e-3 * deviation.max() + 1e-6)
    x, y, hidden, generator = given
    np.testing.assert_allclose(x, expected, rtol=1e-3, atol=1e-4)
    assert y.tolist() == [1] * 30 + [0] * 20
    assert hidden == 64
    assert generator is rng

    a = np.maximum(expected @ second.weights[0] + second.biases[0], 0)
    difference = second.weights[1][:, 1] - second.weights[1][:, 0]
    pixels = as_pixels(np.concatenate([DIGITS, OTHERS]))
    scores = rejection.score(MODEL.forward(pixels))
    np.testing.assert_allclose(scores, a @ difference, rtol=1e-2, atol=1e-3)
    parts = [rejection.weights, rejection.biases, rejection.output]
    assert [part.shape for part in parts] == [(17, 6), (6,), (6,)]
    assert {part.dtype for part in parts} == {np.dtype(np.float32)}


@pytest.mark.parametrize("counts", [(0, 20), (20, 0), (0, 0)])
def test_both_kinds_of_images_are_asked_for_in_one_sentence(counts: tuple[int, int]) -> None:
    digits, others = DIGITS[: counts[0]], OTHERS[: counts[1]]
    with pytest.raises(ValueError, match=r"^to tell digits from other .* some of both are needed$"):
        fit_rejection.fit_rejection(MODEL, digits, others, [], np.random.default_rng(0))


@pytest.mark.parametrize(("features_", "hidden"), [(17, 64), (2049, 63), (2**17, 1), (2**18, 1)])
def test_a_wide_network_gets_a_narrower_second_one(
    monkeypatch: pytest.MonkeyPatch, features_: int, hidden: int
) -> None:
    asked: list[int] = []

    def train(x: np.ndarray, y: np.ndarray, width: int, rng: object) -> MLP:
        asked.append(width)
        raise KeyboardInterrupt

    x = np.ones((2, features_), np.float32)
    monkeypatch.setattr(fit_rejection, "_train", train)
    monkeypatch.setattr(fit_rejection, "_features", lambda model, images: x.copy())
    with pytest.raises(KeyboardInterrupt):
        fit_rejection.fit_rejection(MODEL, DIGITS, OTHERS, [], np.random.default_rng(0))
    assert asked == [hidden]


def test_scores_and_margins_are_those_of_each_image_however_many_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    activations = MODEL.forward(as_pixels(DIGITS))
    scores = fitted().score(activations)
    ordered = np.sort(softmax(activations[-1]), axis=1)
    for at_once in (4096, 30, 7, 1):
        monkeypatch.setattr(fit_rejection, "_CHUNK", at_once)
        measured = measure(fitted(), MODEL, DIGITS)
        np.testing.assert_allclose(measured[0], scores, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(measured[1], ordered[:, 9] - ordered[:, 8], rtol=1e-4, atol=1e-6)


def test_the_thresholds_are_the_least_that_any_collection_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = DIGITS[:5], DIGITS[5:10]
    scores = {5: [1.0, 2, 3, 4, 5], 10: [0.5, 2, 3, 4, 6]}
    margins = {5: [0.0, 0.1, 0.2, 0.3, 0.4], 10: [0.0, 0.5, 0.6, 0.7, 0.8]}

    def measured(_: Rejection, model: MLP, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        assert model is MODEL
        which = 5 if images is first else 10
        return np.array(scores[which]), np.array(margins[which])

    monkeypatch.setattr(fit_rejection, "measure", measured)
    before = fitted()
    validation = [Digits(first, 0.25, 0.25), Digits(second, 0.5, 0.5)]
    after = fit_rejection._with_thresholds(before, MODEL, validation)
    # The first's lower quarter ends at 2, the second's lower half at 3.
    assert after.min_score == 2
    # Of the first's margins 0.1 to 0.4 a quarter lies below 0.175; half of the second's below 0.65.
    assert after.min_margin == pytest.approx(0.175)
    assert after.weights is before.weights
    other_order = fit_rejection._with_thresholds(before, MODEL, validation[::-1])
    assert other_order.min_score == 2
    assert type(after.min_score) is type(after.min_margin) is float


class TestTraining:
    """600 rows of two kinds, whose first column is their number / 600."""

    X = np.column_stack([np.arange(600) / 600, RNG.normal(size=(600, 4))]).astype(np.float32)
    Y = np.arange(600) % 2

    def train(
        self, monkeypatch: pytest.MonkeyPatch, count: int = 600
    ) -> tuple[MLP, list[np.ndarray], list[np.ndarray], list[float]]:
        rows, labels, rates = [], [], []
        backward, step = MLP.backward, Adam.step

        def watched(model: MLP, activations: list[np.ndarray], y: np.ndarray) -> Any:
            rows.append((600 * activations[0][:, 0]).round().astype(int))
            labels.append(y)
            return backward(model, activations, y)

        def watched_step(adam: Adam, theta: np.ndarray, gradient: np.ndarray, lr: float) -> None:
            rates.append(lr)
            step(adam, theta, gradient, lr)

        monkeypatch.setattr(MLP, "backward", watched)
        monkeypatch.setattr(Adam, "step", watched_step)
        rng = np.random.default_rng(5)
        second = fit_rejection._train(self.X[:count], self.Y[:count], 3, rng)
        return second, rows, labels, rates

    def test_eight_times_every_row_comes_at_most_once_with_its_own_label(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _, rows, labels, _ = self.train(monkeypatch)
        assert [len(batch) for batch in rows] == [256] * 16
        for batch, kinds in zip(rows, labels, strict=True):
            np.testing.assert_array_equal(kinds, batch % 2)
        epochs = [np.concatenate(rows[k : k + 2]) for k in range(0, 16, 2)]
        assert all(len(set(epoch.tolist())) == 512 for epoch in epochs)
        assert len({epoch.tobytes() for epoch in epochs}) == 8

    def test_a_batch_that_just_fits_is_not_left_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        _, rows, _, _ = self.train(monkeypatch, 512)
        assert len(rows) == 16
        monkeypatch.undo()
        _, rows, _, _ = self.train(monkeypatch, 10)
        assert [sorted(batch.tolist()) for batch in rows] == [list(range(10))] * 8

    def test_the_learning_rate_falls_along_half_a_cosine(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _, _, _, rates = self.train(monkeypatch)
        expected = [0.001 * (1 + math.cos(math.pi * k / 16)) for k in range(16)]
        assert rates == pytest.approx(expected)

    def test_two_classes_are_told_apart_by_as_many_units_as_wanted_in_the_features_dtype(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        second, *_ = self.train(monkeypatch)
        assert second.layer_sizes == (5, 3, 2)
        assert second.dtype == np.float32
        rng = np.random.default_rng(5)
        assert fit_rejection._train(self.X.astype(np.float64), self.Y, 3, rng).dtype == np.float64
        start = MLP(5, (3,), 2, seed=np.random.default_rng(5))
        assert np.abs(second.parameters - start.parameters).max() <= 16 * 0.002 * 1.1
        assert (second.parameters != start.parameters).any()
