"""The network as a scikit-learn estimator, for any table of numbers and any labels.

    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from mnist_recognizer.sklearn import MLPClassifier

    model = make_pipeline(StandardScaler(), MLPClassifier(hidden_sizes=(32,)))
    search = GridSearchCV(model, {"mlpclassifier__learning_rate": [0.001, 0.01]}).fit(X, y)

It needs the extra `sklearn`. The forward pass, backpropagation, optimizers and schedules are those
of :mod:`mnist_recognizer.nn`; MNIST's distortions, run folders and resuming are left to ``train``.
"""

import math
import warnings
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_recognizer.extras import how_to_install
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.losses import (
    Floats,
    Targets,
    count_correct,
    softmax,
    softmax_cross_entropy,
)
from mnist_recognizer.nn.optimizers import make_optimizer
from mnist_recognizer.nn.schedules import SCHEDULES
from mnist_recognizer.training.config import Config

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ModuleNotFoundError as error:
    raise ImportError(
        f"mnist_recognizer.sklearn needs scikit-learn: {how_to_install('sklearn')}"
    ) from error

# Settings that mean here what they mean in CONFIG, and are checked as there.
_SHARED = (
    *("epochs", "batch_size", "learning_rate", "optimizer", "schedule"),
    *("weight_decay", "label_smoothing", "patience"),
)


class MLPClassifier(ClassifierMixin, BaseEstimator):
    """A multi-layer perceptron classifier with scikit-learn's interface.

    It trains in float32, whatever the features' type, and wants them on one scale: put a
    ``StandardScaler`` or ``MinMaxScaler`` before it, unless all lie near 0..1 already.

    Parameters
    ----------
    hidden_sizes : sequence of int
        Units of each hidden layer; empty for a softmax regression.
    epochs : int
        Passes over the training rows.
    batch_size : int
        Rows a step; all of them where there are fewer.
    learning_rate : float
        Step size η.
    optimizer : {"sgd", "momentum", "nesterov", "adam", "adamw", "muon"}
        How a gradient becomes a step.
    schedule : {"constant", "step", "cosine", "one_cycle"}
        How η changes.
    weight_decay : float
        AdamW's and Muon's λ.
    dropout : float
        The probability of leaving out each hidden unit in a training step.
    label_smoothing : float
        Share of the target that is spread evenly over the classes.
    validation_fraction : float
        Share of the rows, below 1, that is kept apart; the weights that suit them best (the highest
        accuracy, then the lowest loss) are the ones that stay. 0 for none: the last weights stay.
    patience : int
        Stop after so many epochs with no better validation; 0: never. Needs `validation_fraction`.
    random_state : int, numpy.random.RandomState or None
        What the initial weights, the order of the rows, dropout and the rows kept apart are drawn
        from. An int gives the same network every time.

    Attributes
    ----------
    classes_ : (n_classes,) array
        The labels, sorted.
    n_features_in_ : int
        Columns of X.
    feature_names_in_ : (n_features_in_,) array of str
        Their names, where X had any.
    n_iter_ : int
        Epochs that were trained.
    loss_curve_ : list of float
        Mean cross-entropy of each epoch's training batches, in nats.
    network_ : MLP
        The trained network, which can be saved and served.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X, y = load_digits(return_X_y=True)
    >>> MLPClassifier(epochs=30, random_state=0).fit(X[:1500] / 16, y[:1500]).predict(X[-3:] / 16)
    array([8, 9, 8])
    """

    def __init__(
        self,
        hidden_sizes: Sequence[int] = (128, 64),
        *,
        epochs: int = 100,
        batch_size: int = 128,
        learning_rate: float = 0.003,
        optimizer: str = "adam",
        schedule: str = "cosine",
        weight_decay: float = 0.0,
        dropout: float = 0.0,
        label_smoothing: float = 0.0,
        validation_fraction: float = 0.0,
        patience: int = 0,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.hidden_sizes = hidden_sizes
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.optimizer = optimizer
        self.schedule = schedule
        self.weight_decay = weight_decay
        self.dropout = dropout
        self.label_smoothing = label_smoothing
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train a new network.

        It warns with a ``ConvergenceWarning`` when the network classifies no more training rows
        right than one answer for all of them would.

        Parameters
        ----------
        X : (rows, features) array_like
            Finite numbers.
        y : (rows,) array_like
            Labels: numbers or texts.

        Returns
        -------
        MLPClassifier
            Itself.

        Raises
        ------
        ValueError
            When a setting, X or y cannot be used, or the loss outgrows what float32 can hold.
        """
        x, labels = validate_data(self, X, y, dtype=np.float32)
        check_classification_targets(labels)
        config = self._check_settings()
        self.classes_, classes = np.unique(labels, return_inverse=True)
        rng = np.random.default_rng(check_random_state(self.random_state).randint(2**31))
        network = MLP(x.shape[1], self.hidden_sizes, len(self.classes_), seed=rng)
        train, validation = self._split(x, classes, rng)
        self.loss_curve_: list[float] = []
        with np.errstate(over="ignore", invalid="ignore"):  # what breaks down is an error below
            self._train(network, train, validation, config, rng)
        self.network_ = network
        self.n_iter_ = len(self.loss_curve_)
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the probability of every class.

        Parameters
        ----------
        X : (rows, features) array_like

        Returns
        -------
        (rows, n_classes) float64 array
            Rows that sum to 1; columns in the order of `classes_`.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before :meth:`fit`.
        ValueError
            When X has other columns than in training, or is not finite.
        """
        check_is_fitted(self)
        # In float64 a row's answer does not depend, in its last bits, on the rows beside it.
        x = validate_data(self, X, dtype=np.float64, reset=False)
        return softmax(self.network_.logits(x)).astype(np.float64, copy=False)

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the likeliest label of each row, (rows,); see :meth:`predict_proba`."""
        probabilities = self.predict_proba(X)
        labels: NDArray[Any] = self.classes_[probabilities.argmax(axis=1)]
        return labels

    def _check_settings(self) -> Config:
        settings = {name: getattr(self, name) for name in _SHARED}
        for name, value in settings.items():
            if isinstance(value, np.generic):  # as a search over distributions draws them
                settings[name] = value.item()
        config = Config.from_dict(settings)
        for name in ("dropout", "validation_fraction"):
            share = getattr(self, name)
            if not (isinstance(share, int | float | np.floating) and 0 <= share < 1):
                raise ValueError(f"{name} must be a number from 0 to below 1, not {share!r}")
        if config.patience and not self.validation_fraction:
            raise ValueError("patience needs a validation_fraction above 0, such as 0.1")
        return config

    def _split(
        self, x: Floats, classes: Targets, rng: np.random.Generator
    ) -> tuple[tuple[Floats, Targets], tuple[Floats, Targets]]:
        """Keep rows apart for validation: (x, classes) of the others, and of them."""
        if not self.validation_fraction:
            return (x, classes), (x[:0], classes[:0])
        order = rng.permutation(len(x))
        held_out, rest = np.split(order, [round(len(x) * self.validation_fraction)])
        if not (len(held_out) and len(rest)):
            raise ValueError(
                f"validation_fraction {self.validation_fraction} of {len(x)} rows leaves none to "
                f"{'train' if len(held_out) else 'validate'} with"
            )
        return (x[rest], classes[rest]), (x[held_out], classes[held_out])

    def _train(
        self,
        network: MLP,
        train: tuple[Floats, Targets],
        validation: tuple[Floats, Targets],
        config: Config,
        rng: np.random.Generator,
    ) -> None:
        """Train in place; end with the best weights where there is something to choose by."""
        x, targets = train
        if config.label_smoothing:
            share, count = config.label_smoothing, len(self.classes_)
            targets = (1 - share) * np.eye(count, dtype=np.float32)[targets] + share / count
        optimizer = make_optimizer(config.optimizer, network, **config.optimizer_options)
        schedule = SCHEDULES[config.schedule]
        steps = math.ceil(len(x) / config.batch_size)
        best, best_epoch, best_parameters = (-1.0, 0.0), 0, network.parameters.copy()
        for epoch in range(config.epochs):
            total = 0.0
            order = rng.permutation(len(x))
            for step in range(steps):
                rows = order[step * config.batch_size : (step + 1) * config.batch_size]
                lr = config.learning_rate * schedule((epoch + step / steps) / config.epochs)
                activations = network.forward(x[rows], dropout=self.dropout, rng=rng)
                loss, gradient = network.backward(activations, targets[rows], dropout=self.dropout)
                optimizer.step(network.parameters, gradient, lr)
                total += loss * len(rows)
            self.loss_curve_.append(total / len(x))
            if not (math.isfinite(total) and np.isfinite(network.parameters).all()):
                raise ValueError(
                    f"training broke down in epoch {epoch + 1}: its numbers outgrew float32. Scale "
                    f"the features (StandardScaler), or lower learning_rate={self.learning_rate}"
                )
            if len(validation[1]):
                score = _score(network, *validation)
                if score > best:
                    best, best_epoch, best_parameters[:] = score, epoch, network.parameters
                elif 0 < config.patience <= epoch - best_epoch:
                    break
        if len(validation[1]):
            network.parameters[:] = best_parameters
        _warn_of_chance(network, x, targets)


def _warn_of_chance(network: MLP, x: Floats, targets: Targets) -> None:
    """Warn when the network is right no more often than one answer for all rows would be."""
    classes = targets if targets.ndim == 1 else targets.argmax(axis=1)
    counts = np.bincount(classes)
    correct = count_correct(network.logits(x), targets)
    if np.count_nonzero(counts) > 1 and correct <= counts.max():
        warnings.warn(
            f"the network has not learned: it classifies {correct / len(x):.0%} of its training "
            f"rows right, and one answer for all of them {counts.max() / len(x):.0%}. Lower the "
            "learning_rate, train for more epochs, or scale the features (StandardScaler)",
            ConvergenceWarning,
            stacklevel=4,
        )


def _score(network: MLP, x: Floats, classes: Targets) -> tuple[float, float]:
    """Return what makes one epoch better than another: the accuracy, then less loss."""
    z = network.logits(x)
    loss, _ = softmax_cross_entropy(z, classes)
    return count_correct(z, classes) / len(x), -loss
