"""Telling digits from other images: the numbers, and how they lie in a weights file."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.fit_rejection import Digits, fit_rejection, measure
from mnist_recognizer.nn.rejection import EMPTY, KEY, NOT_A_DIGIT, Rejection, features
from mnist_recognizer.synthesis.pen_digits import draw_pen_digits

RNG = np.random.default_rng(0)
X = RNG.random((6, 784), np.float32)


def network(hidden_sizes: tuple[int, ...], dtype: type[np.floating] = np.float32) -> MLP:
    """Return a network whose biases are not zero."""
    model = MLP(hidden_sizes=hidden_sizes, dtype=dtype)
    model.parameters += np.random.default_rng(2).normal(0, 0.05, model.parameter_count)
    return model


def some(model: MLP, hidden: int = 5) -> Rejection:
    """Return random numbers that fit a network."""
    rng = np.random.default_rng(1)

    def draw(*shape: int) -> np.ndarray[Any, np.dtype[np.float32]]:
        return rng.normal(size=shape).astype(np.float32)

    weights = draw(sum(model.layer_sizes[1:-1]) + 1, hidden)
    return Rejection(weights, draw(hidden), draw(hidden), -0.5, 0.2)


@pytest.mark.parametrize("hidden_sizes", [(128, 64), (16,), (), (9, 8, 7)])
class TestTheScore:
    def test_it_is_the_formulas(self, hidden_sizes: tuple[int, ...]) -> None:
        model = network(hidden_sizes)
        rejection = some(model)
        *layers, u = np.split(rejection.weights, np.cumsum(hidden_sizes, dtype=int))
        a = X.astype(np.float64)
        total = np.zeros((6, 5))
        for W, b, A in zip(model.weights[:-1], model.biases[:-1], layers, strict=True):
            a = np.maximum(0, a @ W + b)
            total += a @ A
        z = a @ model.weights[-1] + model.biases[-1]
        total += z.max(axis=1)[:, None] * u + rejection.biases
        expected = np.maximum(0, total) @ rejection.output
        found = rejection.score(model.forward(X))
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-3)

    def test_the_images_and_the_numbers_stay_as_they_are(
        self, hidden_sizes: tuple[int, ...]
    ) -> None:
        model = network(hidden_sizes)
        rejection, activations = some(model), model.forward(X)
        before = [a.copy() for a in activations], rejection.to_json()
        rejection.score(activations)
        for a, a_before in zip(activations, before[0], strict=True):
            np.testing.assert_array_equal(a, a_before)
        assert before[1] == rejection.to_json()


class TestTheReason:
    REJECTION = some(MLP(hidden_sizes=(16,)))
    SURE = (0.9, 0.1, 0, 0, 0, 0, 0, 0, 0, 0)

    def reason(self, score: float, probabilities: Sequence[float], ink: float = 1) -> str | None:
        return self.REJECTION.reason(score, probabilities, np.full(784, ink, np.float32))

    def test_an_image_that_is_accepted_has_none(self) -> None:
        assert self.reason(-0.5, self.SURE) is None

    def test_far_from_every_digit(self) -> None:
        assert self.reason(-0.51, self.SURE) == NOT_A_DIGIT

    def test_between_two_digits_the_likeliest_comes_first(self) -> None:
        probabilities = [0, 0, 0, 0, 0.45, 0, 0, 0.0, 0.05, 0.5]
        assert self.reason(3, probabilities) == "This could be a 9 or a 4."

    def test_an_8_has_its_own_article(self) -> None:
        probabilities = [0, 0, 0, 0.45, 0, 0, 0, 0.0, 0.55, 0]
        assert self.reason(3, probabilities) == "This could be an 8 or a 3."

    @pytest.mark.parametrize(
        ("first", "second", "accepted"),
        [(0.61, 0.39, True), (0.59, 0.38, True), (0.5, 0.29, True), (0.5, 0.31, False)],
    )
    def test_two_digits_are_told_apart_by_the_margin_between_them(
        self, first: float, second: float, accepted: bool
    ) -> None:
        rest = (1 - first - second) / 8
        assert (self.reason(3, [second, *[rest] * 8, first]) is None) == accepted

    def test_what_is_no_digit_is_not_called_ambiguous(self) -> None:
        assert self.reason(-9, [0.1] * 10) == NOT_A_DIGIT

    def test_an_empty_image_is_called_empty(self) -> None:
        assert self.reason(-9, self.SURE, ink=0) == EMPTY

    def test_many_images_have_the_reasons_that_each_of_them_has(self) -> None:
        scores = np.array([3, -0.51, 3, -9, -0.5], np.float32)
        doubtful = [0, 0, 0, 0, 0.45, 0, 0, 0.0, 0.05, 0.5]
        rows = np.array([self.SURE, self.SURE, doubtful, doubtful, self.SURE], np.float32)
        images = np.ones((5, 784), np.uint8)
        images[3] = 0
        assert self.REJECTION.reasons(scores, rows, images) == [
            self.REJECTION.reason(float(score), row.tolist(), image)
            for score, row, image in zip(scores, rows, images, strict=True)
        ]
        assert self.REJECTION.reasons(scores, rows, images) == [
            None, NOT_A_DIGIT, "This could be a 9 or a 4.", EMPTY, None,
        ]  # fmt: skip


class TestInTheWeightsFile:
    @pytest.mark.parametrize("suffix", [".pkl", ".npz", ".safetensors"])
    def test_it_survives_saving_and_loading(self, tmp_path: Path, suffix: str) -> None:
        model = MLP(hidden_sizes=(16, 8))
        rejection = some(model)
        model.metadata[KEY] = rejection.to_json()
        model.save(tmp_path / f"w{suffix}")
        loaded = MLP.load(tmp_path / f"w{suffix}")
        again = Rejection.of(loaded)
        assert again is not None
        assert again.to_json() == rejection.to_json()
        for name in ("weights", "biases", "output"):
            np.testing.assert_array_equal(getattr(again, name), getattr(rejection, name))
        assert (again.min_score, again.min_margin) == (-0.5, 0.2)

    def test_weights_without_it_have_none(self) -> None:
        assert Rejection.of(MLP(hidden_sizes=(16,))) is None

    @pytest.mark.parametrize(
        "change",
        [
            {"hidden": 4},
            {"hidden": 0},
            {"hidden": -1},
            {"hidden": "x"},
            {"hidden": None},
            {"hidden": 1e300},
            {"parameters": "???"},
            {"parameters": ""},
            {"parameters": 7},
            {"parameters": base64.b64encode(b"\xff" * 4 * 95).decode()},
            {"parameters": base64.b64encode(b"abc").decode()},
            {"least_score": None},
            {"least_margin": "wide"},
            {"least_margin": float("nan")},
            {"least_score": 10**400},
        ],
        ids=str,
    )
    def test_what_does_not_fit_is_one_clear_error(self, change: dict[str, Any]) -> None:
        model = MLP(hidden_sizes=(16,))
        model.metadata[KEY] = {**some(model).to_json(), **change}
        with pytest.raises(ValueError, match="fit it again with `mnist-recognizer fit-rejection`"):
            Rejection.of(model)

    @pytest.mark.parametrize("content", [[], "text", 5, {}], ids=str)
    def test_nor_does_what_is_no_such_object(self, content: Any) -> None:
        model = MLP(hidden_sizes=(16,))
        model.metadata[KEY] = content
        with pytest.raises(ValueError, match="does not fit the network"):
            Rejection.of(model)


class TestFitting:
    DIGITS = draw_pen_digits(1500, np.random.default_rng(2))[0]
    OTHERS = np.random.default_rng(3).integers(0, 256, (700, 28, 28), dtype=np.uint8)
    VALIDATION = draw_pen_digits(1000, np.random.default_rng(4))[0]
    MODEL = MLP(hidden_sizes=(64, 32), seed=5)

    def fit(self, *validation: Digits) -> Rejection:
        rng = np.random.default_rng(6)
        return fit_rejection(self.MODEL, self.DIGITS, self.OTHERS, validation, rng)

    def test_digits_score_above_what_is_none(self) -> None:
        fitted = self.fit(Digits(self.VALIDATION, 0.01, 0.02))
        others = np.random.default_rng(7).integers(0, 256, (500, 28, 28), dtype=np.uint8)
        digits = measure(fitted, self.MODEL, self.VALIDATION)[0]
        scores = measure(fitted, self.MODEL, others)[0]
        assert (digits[:, None] > scores).mean() > 0.98

    def test_the_shares_that_are_refused_are_those_that_were_allowed(self) -> None:
        fitted = self.fit(Digits(self.VALIDATION, 0.01, 0.02))
        scores, margins = measure(fitted, self.MODEL, self.VALIDATION)
        strange = scores < fitted.min_score
        assert strange.sum() == 10
        assert (margins[~strange] < fitted.min_margin).sum() == pytest.approx(0.02 * 990, abs=1)

    def test_every_collections_shares_are_kept_to(self) -> None:
        halves = [Digits(half, 0.01, 0.02) for half in np.split(self.VALIDATION, 2)]
        fitted = self.fit(*halves)
        for images, strange, _ in halves:
            scores, _ = measure(fitted, self.MODEL, images)
            assert (scores < fitted.min_score).mean() <= strange

    def test_the_same_seed_gives_the_same_numbers(self) -> None:
        validation = Digits(self.VALIDATION, 0.01, 0.02)
        assert self.fit(validation).to_json() == self.fit(validation).to_json()

    def test_the_network_stays_as_it_is(self) -> None:
        before = self.MODEL.parameters.copy()
        self.fit(Digits(self.VALIDATION, 0.01, 0.02))
        np.testing.assert_array_equal(before, self.MODEL.parameters)

    @pytest.mark.parametrize("missing", ["DIGITS", "OTHERS"])
    def test_both_digits_and_others_are_needed(self, missing: str) -> None:
        images = {"DIGITS": self.DIGITS, "OTHERS": self.OTHERS, missing: self.DIGITS[:0]}
        with pytest.raises(ValueError, match="some of both are needed"):
            fit_rejection(
                self.MODEL, images["DIGITS"], images["OTHERS"], [], np.random.default_rng(0)
            )

    @pytest.mark.slow
    def test_a_wide_network_still_fits_into_a_weights_file(self, tmp_path: Path) -> None:
        model = MLP(hidden_sizes=(12_000,))
        validation = [Digits(self.VALIDATION[:100], 0.01, 0.02)]
        rng = np.random.default_rng(8)
        fitted = fit_rejection(model, self.DIGITS[:100], self.OTHERS[:100], validation, rng)
        model.metadata[KEY] = fitted.to_json()
        assert len(fitted.biases) == 10
        model.save(tmp_path / "wide.pkl")

    def test_features_are_all_activations_and_the_largest_logit(self) -> None:
        model = network((16, 8))
        _, a1, a2, z = activations = model.forward(X)
        expected = np.column_stack([a1, a2, z.max(axis=1)])
        np.testing.assert_array_equal(features(activations), expected)
