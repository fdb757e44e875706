"""The scikit-learn estimator: scikit-learn's own checks, and what they do not look at."""

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from repository import BACKEND
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.utils.estimator_checks import check_estimator, parametrize_with_checks

from mnist_recognizer.extras import how_to_install
from mnist_recognizer.nn import MLP
from mnist_recognizer.sklearn import MLPClassifier

OTHER_SETTINGS = MLPClassifier(
    (16,), epochs=60, optimizer="nesterov", learning_rate=0.05, dropout=0.1, label_smoothing=0.05
)


@pytest.fixture(autouse=True)
def with_every_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # or scikit-learn leaves a check out


# Some checks and settings here cannot be learned from, and are warned about.
may_not_learn = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(scope="module")
def table() -> tuple[np.ndarray, np.ndarray]:
    """600 of scikit-learn's own digits: 64 features from 0 to 16, and their labels."""
    X, y = load_digits(return_X_y=True)
    return X[:600], y[:600]


@pytest.mark.slow
@may_not_learn
def test_check_estimator_passes_whole() -> None:
    results = check_estimator(MLPClassifier(), on_skip=None, on_fail="raise")
    assert len(results) > 40
    assert {result["status"] for result in results} == {"passed"}


@parametrize_with_checks([OTHER_SETTINGS])
@may_not_learn
def test_other_settings_pass_the_checks_too(estimator, check) -> None:
    check(estimator)


def test_it_learns_digits_in_a_pipeline_and_says_how_sure_it_is(table) -> None:
    X, y = table
    model = make_pipeline(MinMaxScaler(), MLPClassifier(random_state=0))
    model.fit(X[:450], y[:450])
    assert model.score(X[450:], y[450:]) > 0.8
    probabilities = model.predict_proba(X[450:])
    assert probabilities.shape == (150, 10)
    assert probabilities.sum(axis=1) == pytest.approx(1)
    assert (probabilities.argmax(axis=1) == model.predict(X[450:])).all()


@may_not_learn
def test_a_grid_search_finds_the_setting_that_learns(table) -> None:
    X, y = table
    pipeline = make_pipeline(StandardScaler(), MLPClassifier((16,), epochs=30, random_state=0))
    grid = {
        "mlpclassifier__learning_rate": [1e-6, 0.01],
        "mlpclassifier__hidden_sizes": [(16,), ()],
    }
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise").fit(X, y)
    assert search.best_params_["mlpclassifier__learning_rate"] == 0.01
    assert search.best_score_ > 0.7
    assert search.predict(X[:1]) == y[:1]


def test_labels_may_be_texts_and_columns_are_named_in_their_order() -> None:
    X = np.array([[0.0, 1], [1, 0]] * 20)
    y = np.array(["one", "naught"] * 20)
    model = MLPClassifier((8,), epochs=50, learning_rate=0.02, random_state=1).fit(X, y)
    assert model.classes_.tolist() == ["naught", "one"]
    assert model.predict([[0, 1], [1, 0]]).tolist() == ["one", "naught"]
    assert model.predict_proba([[0, 1]])[0, 1] > 0.9


def test_the_same_seed_gives_the_same_network_and_another_another(table) -> None:
    X, y = table

    def parameters(seed: int) -> np.ndarray:
        model = MLPClassifier((8,), epochs=2, dropout=0.2, validation_fraction=0.1)
        return clone(model).set_params(random_state=seed).fit(X, y).network_.parameters

    first = parameters(1)
    assert first.dtype == np.float32
    assert (first == parameters(1)).all()
    assert not np.allclose(first, parameters(2))


@may_not_learn
def test_a_step_is_the_networks_own() -> None:
    """One epoch of full-batch gradient descent, by hand."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 3)).astype(np.float32), np.arange(20) % 2
    settings = {"epochs": 1, "batch_size": 20, "optimizer": "sgd", "schedule": "constant"}
    model = MLPClassifier((4,), learning_rate=0.1, random_state=5, **settings).fit(X, y)
    seed = np.random.RandomState(5).randint(2**31)
    network = MLP(3, (4,), 2, seed=np.random.default_rng(seed))
    loss = network.train_step(X, y, 0.1)
    assert model.network_.parameters == pytest.approx(network.parameters, abs=1e-6)
    assert model.loss_curve_ == pytest.approx([loss])
    assert model.n_iter_ == 1


def test_training_stops_early_with_the_weights_that_validate_best(table) -> None:
    X, y = table
    y = np.random.default_rng(0).permutation(y)  # nothing to learn, so the best comes early
    model = MLPClassifier(epochs=200, validation_fraction=0.2, patience=3, random_state=0)
    model.fit(X / 16, y)
    assert model.n_iter_ < 100
    longer = clone(model).set_params(patience=0, epochs=model.n_iter_, schedule="constant")
    stopped = clone(longer).set_params(patience=3, epochs=200).fit(X / 16, y)
    longer.set_params(epochs=stopped.n_iter_).fit(X / 16, y)
    assert (longer.network_.parameters == stopped.network_.parameters).all()
    last = clone(longer).set_params(validation_fraction=0.0).fit(X / 16, y)
    assert not np.allclose(last.network_.parameters, longer.network_.parameters)


def test_label_smoothing_keeps_it_from_being_too_sure(table) -> None:
    X, y = table
    sure = MLPClassifier((16,), epochs=120, learning_rate=0.01, random_state=0).fit(X / 16, y)
    smooth = clone(sure).set_params(label_smoothing=0.3).fit(X / 16, y)
    assert smooth.score(X / 16, y) > 0.97
    assert smooth.predict_proba(X / 16).max(axis=1).mean() < 0.85
    assert sure.predict_proba(X / 16).max(axis=1).mean() > 0.95


def test_a_row_is_answered_alike_alone_and_among_others(table) -> None:
    X, y = table
    model = MLPClassifier((16,), epochs=5, random_state=0).fit(X, y)
    alone = np.concatenate([model.predict_proba(row[None]) for row in X[:50]])
    assert alone == pytest.approx(model.predict_proba(X)[:50], abs=1e-12)


def test_a_pickled_copy_answers_alike_and_its_network_can_be_saved(table, tmp_path: Path) -> None:
    X, y = table
    model = MLPClassifier((16,), epochs=5, random_state=0).fit(X, y)
    copy = pickle.loads(pickle.dumps(model))
    assert (copy.predict_proba(X) == model.predict_proba(X)).all()
    copy.network_.save(tmp_path / "digits.npz")
    loaded = MLP.load(tmp_path / "digits.npz")
    assert loaded.predict_proba(X) == pytest.approx(model.predict_proba(X), abs=1e-5)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 0}, "epochs must be from 1 to"),
        ({"epochs": [1]}, "epochs must be a whole number"),
        ({"optimizer": "lbfgs"}, "optimizer must be one of sgd, "),
        ({"weight_decay": 0.1}, "weight_decay needs optimizer 'adamw' or 'muon'"),
        ({"hidden_sizes": 5}, "hidden_sizes is a list such as"),
        ({"hidden_sizes": (0,)}, "layer sizes are whole numbers from 1"),
        ({"dropout": 1.0}, "dropout must be a number from 0 to below 1, not 1.0"),
        ({"validation_fraction": "x"}, "validation_fraction must be a number from 0"),
        ({"validation_fraction": 1e-4}, "leaves none to validate with"),
        ({"validation_fraction": 0.9999}, "leaves none to train with"),
        ({"patience": 3}, "patience needs a validation_fraction above 0"),
        (
            {"optimizer": "sgd", "learning_rate": 100.0, "schedule": "constant"},
            r"its numbers outgrew float32. Scale the features",
        ),
    ],
)
def test_what_cannot_be_used_is_explained(settings, message: str, table) -> None:
    X, y = table
    with pytest.raises(ValueError, match=message):
        MLPClassifier(random_state=0).set_params(**settings).fit(X * 1e3, y)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # few epochs
def test_numpys_numbers_are_settings_as_good_as_pythons(table) -> None:
    X, y = table
    drawn = {"epochs": np.int64(1), "learning_rate": np.float64(0.01), "dropout": np.float32(0.1)}
    drawn |= {"batch_size": np.int32(50), "hidden_sizes": np.array([8])}
    MLPClassifier(**drawn).fit(X, y)


def test_sparse_tables_and_numbers_beyond_float32_are_refused(table) -> None:
    X, y = table
    with pytest.raises(TypeError, match="dense data is required"):
        MLPClassifier(epochs=1).fit(csr_array(X), y)
    with (
        np.errstate(over="ignore"),
        pytest.raises(ValueError, match=r"a value too large for dtype\('float32'\)"),
    ):
        MLPClassifier(epochs=1).fit(X * 1e300, y)


def test_without_scikit_learn_the_import_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['sklearn'] = None\n"
        "try:\n    import mnist_recognizer.sklearn\n"
        "except ImportError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(BACKEND)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == (
        f"mnist_recognizer.sklearn needs scikit-learn: {how_to_install('sklearn')}\n"
    )


@pytest.mark.slow
def test_the_estimator_needs_no_other_extra() -> None:
    script = (
        "import sys\n"
        "for name in ('tqdm', 'filelock', 'pooch', 'fastapi', 'PIL'):\n"
        "    sys.modules[name] = None\n"
        "import mnist_recognizer.sklearn\n"
    )
    subprocess.run([sys.executable, "-c", script], env={"PYTHONPATH": str(BACKEND)}, check=True)


@pytest.mark.parametrize("label_smoothing", [0.0, 0.1])
def test_a_network_that_did_not_learn_is_warned_about(label_smoothing: float, table) -> None:
    x, y = table
    model = MLPClassifier(
        epochs=2, learning_rate=4, optimizer="sgd", label_smoothing=label_smoothing, random_state=0
    )
    with pytest.warns(ConvergenceWarning, match="has not learned: it classifies"):
        model.fit(x / 16, y)
