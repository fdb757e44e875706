"""An assessment, its text and its JSON, and the comparison of several networks."""

import dataclasses
import json

import numpy as np
import pytest

from mnist_recognizer.data.pixels import to_pixels
from mnist_recognizer.evaluation.assessment import (
    Assessment,
    AssessmentError,
    Images,
    assess,
    compute_logits,
)
from mnist_recognizer.evaluation.comparison import Comparison, Pair, compare, format_p_value
from mnist_recognizer.evaluation.metrics import Share
from mnist_recognizer.evaluation.robustness import CORRUPTIONS
from mnist_recognizer.evaluation.summary import summarise
from mnist_recognizer.nn import MLP


def column_images(labels: np.ndarray, ink: int = 255) -> np.ndarray:
    """Images whose one inked row is the label's."""
    images = np.zeros((len(labels), 28, 28), np.uint8)
    images[np.arange(len(labels)), labels] = ink
    return images


def column_reader(strength: float = 0.1) -> MLP:
    """A network that answers with the row that has the most ink, of the first ten."""
    model = MLP(784, (), 10)
    model.parameters[:] = 0
    for digit in range(10):
        model.weights[0][digit * 28 : (digit + 1) * 28, digit] = strength
    return model


def images_and_labels(pairs: dict[tuple[int, int], int]) -> Images:
    """Images that the column reader reads as asked: {(label, read as): how many}."""
    labels = np.repeat([true for true, _ in pairs], list(pairs.values())).astype(np.uint8)
    read = np.repeat([read for _, read in pairs], list(pairs.values()))
    return column_images(read), labels


TEST = images_and_labels({(d, d): 9 for d in range(10)} | {(4, 9): 3, (7, 1): 1})
VALIDATION = images_and_labels({(d, d): 5 for d in range(10)} | {(3, 5): 2})


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    return assess(column_reader(), VALIDATION, TEST)


def test_everything_is_counted(assessment: Assessment) -> None:
    assert assessment.architecture == "784 -> 10"
    assert assessment.parameters == 7850
    assert assessment.accuracy == Share(90, 94)
    assert assessment.validation_accuracy == Share(50, 52)
    assert assessment.confusion[4, 9] == 3
    assert assessment.digits[4].recall == Share(9, 12)
    assert assessment.digits[9].precision == Share(9, 12)
    assert assessment.confusions() == [(4, 9, 3), (7, 1, 1)]


def test_mistakes_come_with_the_worst_first() -> None:
    images, labels = TEST
    faint = images.copy()
    faint[90:92] //= 2  # two of the fours that are read as nines: less sure, so less bad
    mistakes = assess(column_reader(), VALIDATION, (faint, labels), robustness=False).mistakes
    assert mistakes.tolist() == [92, 93, 90, 91]


def test_the_temperature_is_that_of_the_validation_images_and_changes_no_answer(
    assessment: Assessment,
) -> None:
    # Each image has a logit of 2.8 for its answer and 0 for nine others; 50 of 52 are right, so
    # the best temperature makes the confidence 50/52.
    share = 50 / 52
    expected = 2.8 / np.log(9 * share / (1 - share))
    assert assessment.after.temperature == pytest.approx(expected, rel=1e-5)
    assert assessment.after.confidence == pytest.approx(np.full(94, share), rel=1e-5)
    assert assessment.before.temperature == 1
    assert assessment.before.confidence == pytest.approx(
        np.full(94, np.exp(2.8) / (np.exp(2.8) + 9))
    )


def test_the_log_loss_before_is_the_networks_own(assessment: Assessment) -> None:
    probabilities = column_reader().predict_proba(to_pixels(TEST[0]))
    own = -np.log(probabilities[np.arange(94), TEST[1]])
    assert assessment.before.log_loss == pytest.approx(own.mean(), rel=1e-5)
    assert assessment.losses == pytest.approx(own, rel=1e-4)


def test_nothing_can_be_accepted_where_the_mistakes_are_the_surest_answers() -> None:
    validation, test = VALIDATION[0].copy(), TEST[0].copy()
    validation[:50] //= 2  # what is read right is faint, so less sure
    test[:90] //= 2
    result = assess(column_reader(), (validation, VALIDATION[1]), (test, TEST[1]), robustness=False)
    assert result.acceptance.accepted == Share(0, 94)
    assert result.chosen_acceptance.accepted == Share(0, 94)


def test_the_threshold_comes_from_validation_images() -> None:
    images, labels = TEST
    faint = images.copy()
    faint[90:] //= 2  # all mistakes are less sure
    validation_images = VALIDATION[0].copy()
    validation_images[50:] //= 4
    validation = validation_images, VALIDATION[1]
    result = assess(column_reader(), validation, (faint, labels), robustness=False)
    assert result.acceptance.accepted == Share(90, 94)
    assert result.chosen_acceptance.accepted == Share(90, 94)
    assert result.chosen_acceptance.errors == Share(0, 90)


def test_robustness_is_measured_and_shown_as_it_comes(assessment: Assessment) -> None:
    assert len(assessment.robustness) == sum(len(c.levels) for c in CORRUPTIONS)
    assert assessment.robustness[0].accuracy == assessment.accuracy
    shown = []

    def show(each):
        for measurement in each:
            shown.append(measurement)
            yield measurement

    again = assess(column_reader(), VALIDATION, TEST, show=show)
    assert shown == again.robustness == assessment.robustness


def test_robustness_can_be_left_out() -> None:
    assert assess(column_reader(), VALIDATION, TEST, robustness=False).robustness == []


def test_a_network_for_something_else_is_refused() -> None:
    with pytest.raises(AssessmentError, match=r"4 -> 3 -> 2.*does not read MNIST"):
        assess(MLP(4, (3,), 2), VALIDATION, TEST)


def test_logits_are_the_networks_own_whatever_its_precision_and_the_number_of_images() -> None:
    images = np.random.default_rng(0).integers(0, 256, (1001, 28, 28), dtype=np.uint8)
    for dtype in (np.float32, np.float64):
        model = MLP(hidden_sizes=(5,), dtype=dtype)
        pixels = to_pixels(images).astype(dtype)
        assert compute_logits(model, images) == pytest.approx(model.logits(pixels), abs=1e-5)


def test_the_numbers_are_json(assessment: Assessment) -> None:
    content = json.loads(json.dumps(assessment.to_dict(), allow_nan=False))
    assert content["accuracy"] == assessment.accuracy.to_dict()
    assert content["confusion_matrix"] == assessment.confusion.tolist()
    assert content["digits"][4]["recall"]["count"] == 9
    assert content["calibration"]["after"]["temperature"] == assessment.after.temperature
    assert content["acceptance"]["validation_threshold"]["threshold"] is None
    assert [m["level"] for m in content["robustness"]["shift"]] == [0, 1, 2, 3, 4, 5, 6]


def test_the_numbers_are_json_even_for_a_digit_that_never_comes() -> None:
    only_ones = images_and_labels({(1, 1): 4})
    result = assess(column_reader(), VALIDATION, only_ones, robustness=False)
    content = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert content["digits"][0]["f1"] is None
    assert content["robustness"] == {}
    assert "nan" not in summarise(result)


def test_the_summary_tells_what_matters(assessment: Assessment) -> None:
    text = summarise(assessment)
    low, high = assessment.accuracy.interval
    assert text.startswith("784 -> 10, 7,850 parameters")
    assert f"95.74%  (90 of 94; 95% interval {low:.2%} to {high:.2%})" in text
    assert "read wrong most often: 4 as 9 (3), 7 as 1 (1)" in text
    assert "    4    75.00%    100.00%    85.71%" in text
    for corruption in CORRUPTIONS:
        assert f"{corruption.name} ({corruption.unit})" in text


def test_the_summary_leaves_out_what_there_is_not(assessment: Assessment) -> None:
    flawless = assess(column_reader(), VALIDATION, VALIDATION, robustness=False)
    flawless = dataclasses.replace(flawless, confusion=np.diag([5] * 10))
    text = summarise(flawless)
    assert "most often" not in text
    assert "changed by" not in text


def test_networks_are_compared_on_the_images_that_only_one_of_them_reads() -> None:
    blind = column_reader()
    blind.weights[0][:28] = 0  # sees no row 0: reads zeros as whatever is left
    blind.biases[0][0] = -1
    comparison = compare({"a.pkl": column_reader(), "b.pkl": blind}, TEST)
    (pair,) = comparison.pairs
    assert (pair.first, pair.second, pair.only_first, pair.only_second) == ("a.pkl", "b.pkl", 9, 0)
    assert pair.p_value == 2 / 2**9
    assert comparison.networks["b.pkl"] == ("784 -> 10", Share(81, 94))
    content = json.loads(json.dumps(comparison.to_dict()))
    assert content["pairs"][0]["p_value"] == pair.p_value
    assert content["networks"][0] == {
        "name": "a.pkl",
        "model": "784 -> 10",
        "accuracy": Share(90, 94).to_dict(),
    }
    text = comparison.summarise()
    assert "a.pkl is better (McNemar, p = 0.0039)" in text
    assert "b.pkl  86.17%" in text


@pytest.mark.parametrize(
    ("p_value", "text"), [(1.0, "1"), (0.0125, "0.013"), (0.0001, "0.0001"), (0.0, "< 0.0001")]
)
def test_a_p_value_is_never_printed_as_zero(p_value: float, text: str) -> None:
    assert format_p_value(p_value) == text
    pair = Pair("a", "b", 20, 0, p_value)
    shown = Comparison({"a": ("784 -> 10", Share(9, 10))}, [pair]).summarise()
    assert f"p {text})" in shown.replace("p = ", "p ")


def test_whichever_is_better_is_named_and_chance_is_called_chance() -> None:
    blind = column_reader()
    blind.weights[0][:28] = 0
    blind.biases[0][0] = -1
    assert "good is better" in compare({"bad": blind, "good": column_reader()}, TEST).summarise()
    same = compare({"a": column_reader(), "b": column_reader(0.2), "c": column_reader()}, TEST)
    assert same.summarise().count("may well be chance (McNemar, p = 1)") == 3


def test_a_network_for_something_else_is_not_compared() -> None:
    with pytest.raises(AssessmentError, match="does not read MNIST"):
        compare({"a": column_reader(), "b": MLP(784, (), 3)}, TEST)
