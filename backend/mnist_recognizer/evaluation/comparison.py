"""Several networks beside each other, on the same test images."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from mnist_recognizer.evaluation.assessment import Images, compute_logits, require_mnist
from mnist_recognizer.evaluation.metrics import Share, mcnemar
from mnist_recognizer.nn import MLP

_SMALLEST_P = 0.0001  # that is printed
_CHANCE = 0.05  # a difference that chance makes less often than this is called one


@dataclass(frozen=True)
class Pair:
    """Two networks, and the images on which only one of them is right.

    Attributes
    ----------
    first, second : str
        Their names.
    only_first, only_second : int
        How many images only the first, or only the second, reads right.
    p_value : float
        How often chance alone would make two equally good networks differ as much (McNemar).
    """

    first: str
    second: str
    only_first: int
    only_second: int
    p_value: float


@dataclass(frozen=True)
class Comparison:
    """What several networks read of the same images.

    Attributes
    ----------
    networks : dict of str to (architecture, accuracy)
        By name, in the order given.
    pairs : list of Pair
    """

    networks: dict[str, tuple[str, Share]]
    pairs: list[Pair]

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as JSON values."""
        return {
            "networks": [
                {"name": name, "model": architecture, "accuracy": accuracy.to_dict()}
                for name, (architecture, accuracy) in self.networks.items()
            ],
            "pairs": [vars(pair) for pair in self.pairs],
        }

    def summarise(self) -> str:
        """Return a table and a sentence a pair."""
        width = max(len(name) for name in self.networks)
        lines = [
            f"{name:<{width}}  {accuracy.value:.2%}  "
            f"({accuracy.interval[0]:.2%} to {accuracy.interval[1]:.2%})  {architecture}"
            for name, (architecture, accuracy) in self.networks.items()
        ]
        return "\n".join([*lines, "", *map(_sentence, self.pairs)])


def compare(models: Mapping[str, MLP], test: Images) -> Comparison:
    """Compare networks by name on test images and labels.

    Raises
    ------
    AssessmentError
        When one of them does not take 784 pixels to 10 digits.
    """
    images, labels = test
    right = {}
    for name, model in models.items():
        require_mnist(model)
        right[name] = compute_logits(model, images).argmax(axis=1) == labels
    return Comparison(
        networks={
            name: (model.architecture, Share(int(right[name].sum()), len(labels)))
            for name, model in models.items()
        },
        pairs=[
            Pair(
                first,
                second,
                only_first=int((right[first] & ~right[second]).sum()),
                only_second=int((right[second] & ~right[first]).sum()),
                p_value=mcnemar(right[first], right[second]),
            )
            for first, second in combinations(models, 2)
        ],
    )


def verdict(pair: Pair) -> str:
    """Say which of two networks is better, if that can be said."""
    if pair.p_value >= _CHANCE:
        return "the difference may well be chance"
    better = pair.first if pair.only_first > pair.only_second else pair.second
    return f"{better} is better"


def format_p_value(p_value: float) -> str:
    """Return "0.013", or "< 0.0001" where more digits would say no more."""
    return f"{p_value:.2g}" if p_value >= _SMALLEST_P else f"< {_SMALLEST_P:g}"


def _sentence(pair: Pair) -> str:
    p_value = format_p_value(pair.p_value)
    relation = "" if p_value.startswith("<") else "= "
    return (
        f"{pair.first} alone reads {pair.only_first} right, {pair.second} alone "
        f"{pair.only_second}: {verdict(pair)} (McNemar, p {relation}{p_value})"
    )
