"""Write tests/golden/map.json: what NumPy says of the map of learn.html.

    python tests/golden/make_map.py

For each space of the map, from the digits in frontend/js/data/digits.js and the network that comes
with the project: the share of the spread that two principal components keep, the share that the
labels explain, the places of some test digits, their nearest training digits, and how much t-SNE
finds them to resemble these. The page's principal-components.js, nearest-rows.js and tsne.js must
find the same. Run it again when the weights or the
digits change.
"""

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.locations import default_weights, frontend_folder
from mnist_recognizer.nn import MLP

TARGET = Path(__file__).resolve().parent / "map.json"
LEVEL = 17  # 16 grey levels: 0, 17 … 255
SHOWN, NEIGHBOURS = 20, 9
PERPLEXITY, TSNE_SHOWN = 30, 5
SPACES = ("pixels", "layer1", "layer2", "output")


def digit_set(name: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the images, (n, 784), and labels, (n,), of one part of digits.js."""
    script = (frontend_folder() / "js" / "data" / "digits.js").read_text(encoding="utf-8")
    found = re.search(rf"{name}: {{\s*labels: '(\d+)',\s*pixels:((?:\s*'[\w+/=]+' ?\+?)+)", script)
    assert found is not None, name
    text = "".join(re.findall(r"'(.*?)'", found[2]))
    packed = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8)
    levels = np.stack([packed >> 4, packed & 15], axis=1).reshape(-1, 784)
    return levels * np.uint8(LEVEL), np.array(list(map(int, found[1])), np.uint8)


def spaces_of(model: MLP, images: NDArray[np.uint8]) -> list[NDArray[np.float64]]:
    """Return the images as points of each space."""
    return [a.astype(np.float64) for a in model.forward(images.astype(np.float32) / 255)]


def resemblances(squared: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return t-SNE's shares, (n,), for squared distances: a Gaussian of that perplexity."""
    low, high = 0.0, 1e3 / squared.min()
    for _ in range(200):
        precision = (low + high) / 2
        shares = np.exp(-precision * (squared - squared.min()))
        shares /= shares.sum()
        entropy = -(shares * np.log(np.maximum(shares, 1e-300))).sum()
        low, high = (precision, high) if entropy > np.log(PERPLEXITY) else (low, precision)
    return shares


def space_case(
    points: NDArray[np.float64], labels: NDArray[np.uint8], training: NDArray[np.float64]
) -> dict[str, Any]:
    """Return what the page must find in one space."""
    centred = points - points.mean(axis=0)
    variances, vectors = np.linalg.eigh(centred.T @ centred / len(points))
    axes = vectors[:, [-1, -2]].T
    axes *= np.sign(axes[[0, 1], np.abs(axes).argmax(axis=1)])[:, None]
    total = variances.sum()
    means = np.array([centred[labels == digit].mean(axis=0) for digit in range(10)])
    counts = np.bincount(labels, minlength=10)
    distances = np.linalg.norm(points[:SHOWN, None] - training[None], axis=2)
    order = distances.argsort(axis=1, kind="stable")[:, :NEIGHBOURS]
    nearest = list(zip(distances, order, strict=True))[:TSNE_SHOWN]
    return {
        "kept": float(variances[-2:].sum() / total),
        "explained": float(counts @ (means**2).sum(axis=1) / len(points) / total),
        "places": (centred[:SHOWN] @ axes.T).round(6).tolist(),
        "neighbours": order.tolist(),
        "distances": np.take_along_axis(distances, order, axis=1).round(6).tolist(),
        "resemblances": [resemblances(row**2)[near].round(8).tolist() for row, near in nearest],
    }


def cases() -> dict[str, Any]:
    """Return what the page must find in each space."""
    model = MLP.load(default_weights())
    images, labels = digit_set("testDigits")
    training, _ = digit_set("trainingDigits")
    pairs = zip(spaces_of(model, images), spaces_of(model, training), strict=True)
    return {
        name: space_case(points, labels, others)
        for name, (points, others) in zip(SPACES, pairs, strict=True)
    }


def main() -> None:
    """Write the file."""
    TARGET.write_text(json.dumps(cases(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
