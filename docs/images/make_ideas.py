"""Draw the images of the pages about ideas, with the network's own code.

    PYTHONPATH=backend python docs/images/make_ideas.py

The diagrams are SVG, whose colours follow the reader's light or dark theme; the digits are a PNG.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.losses import softmax
from mnist_recognizer.nn.optimizers import OPTIMIZERS
from mnist_recognizer.synthesis.augmentation import Distortion, distort_bytes, thicken

FOLDER = Path(__file__).resolve().parent
STYLE = """<style>
text { font: 14px system-ui, sans-serif; fill: #24292f }
path, circle, line { fill: none; stroke: #8c959f; stroke-width: 1 }
.a { stroke: #0969da; stroke-width: 2 } .b { stroke: #bc4c00; stroke-width: 2 }
.c { stroke: #1a7f37; stroke-width: 2 }
text.a { fill: #0969da; stroke: none } text.b { fill: #bc4c00; stroke: none }
text.c { fill: #1a7f37; stroke: none }
rect.a { fill: #0969da; stroke: none } rect.b { fill: #bc4c00; stroke: none }
rect.c { fill: #1a7f37; stroke: none }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.a { stroke: #58a6ff } .b { stroke: #f0883e } .c { stroke: #56d364 }
text.a, rect.a { fill: #58a6ff } text.b, rect.b { fill: #f0883e } text.c, rect.c { fill: #56d364 }
}
</style>"""


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    """Return a line of text; `anchor` says which end of it is at x."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'


def line(points: Iterable[Any], kind: str = "") -> str:
    """Return a line through (n, 2) points."""
    return f'<path class="{kind}" d="M{" L".join(f"{x:.1f} {y:.1f}" for x, y in points)}"/>'


def number_text(value: Any) -> str:
    """Return three digits of a number, with a minus sign where it is negative."""
    return f"{value + 0.0:.3g}".replace("-", "−")


def write(name: str, width: int, height: int, parts: Iterable[str]) -> None:
    """Write an SVG file."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
    content = "\n".join([f'{svg}width="{width}" height="{height}">', STYLE, *parts, "</svg>\n"])
    (FOLDER / name).write_text(content, encoding="utf-8")


class Axes:
    """A frame with ticks that turns numbers into places in the image."""

    def __init__(
        self,
        box: tuple[float, float, float, float],
        x_ticks: Sequence[tuple[float, str]],
        y_ticks: Sequence[tuple[float, str]],
    ) -> None:
        self.left, self.top, self.right, self.bottom = box
        self.x = x_ticks[0][0], x_ticks[-1][0]
        self.y = y_ticks[0][0], y_ticks[-1][0]
        self.parts = [
            line([self.place(self.x[0], y), self.place(self.x[1], y)]) for y, _ in y_ticks
        ]
        for y, words in y_ticks:
            self.parts.append(text(self.left - 8, self.place(0, y)[1] + 5, words, anchor="end"))
        for x, words in x_ticks:
            self.parts.append(text(self.place(x, 0)[0], self.bottom + 20, words, anchor="middle"))

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where (x, y) lies in the image."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return (
            self.left + across * (self.right - self.left),
            self.bottom - up * (self.bottom - self.top),
        )

    def curve(self, x: ArrayLike, y: ArrayLike, kind: str) -> None:
        """Add a curve."""
        pairs = zip(np.ravel(x), np.ravel(y), strict=True)
        self.parts.append(line([self.place(a, b) for a, b in pairs], kind))

    def say(self, x: float, y: float, words: str, kind: str = "") -> None:
        """Add some words that start at (x, y)."""
        self.parts.append(text(*self.place(x, y), words, kind))


def initialisation() -> None:
    """Draw how large activations are, layer by layer, for three sizes of weights."""
    powers = [(float(p), f"10{''.join('⁻⁰¹²³⁴⁵⁶'['-0123456'.index(c)] for c in str(p))}")
              for p in range(-6, 7, 2)]  # fmt: skip
    axes = Axes((60, 20, 560, 270), [(float(n), str(n)) for n in range(0, 21, 5)], powers)
    for numerator, kind in ((1, "b"), (2, "c"), (4, "a")):
        rng = np.random.default_rng(0)
        a = rng.normal(0, 1, (1000, 256))
        sizes = [np.mean(a**2)]
        for _ in range(20):
            a = np.maximum(0, a @ rng.normal(0, np.sqrt(numerator / 256), (256, 256)))
            sizes.append(np.mean(a**2))
        axes.curve(range(21), np.log10(sizes), kind)
        axes.say(20.2, np.log10(sizes[-1]), f"σ² = {numerator}/n", kind)
    words = [text(310, 310, "layer", anchor="middle"), text(60, 12, "E[a²]", anchor="end")]
    write("initialisation.svg", 640, 320, [*axes.parts, *words])


def backpropagation() -> None:
    """Draw the worked example: values forward above the units, derivatives backward below."""
    model = MLP(2, (2,), 2, dtype=np.float64)
    model.weights[0][:] = [[0.5, -1.0], [0.25, 0.25]]
    model.weights[1][:] = [[1.0, 0.0], [2.0, 3.0]]
    x, y = np.array([[1.0, 2.0]]), np.array([1])
    _, gradient = model.backward(model.forward(x), y)
    _, deltas = model.views(gradient)  # of one image: ∂L/∂b is δ
    z = x @ model.weights[0]
    columns = [(90, x[0], None), (350, z[0], deltas[0]),
               (610, model.predict_proba(x)[0], deltas[1])]  # fmt: skip
    rows = (90, 230)
    parts = []
    for (left, _, _), (right, _, _), W in zip(columns, columns[1:], model.weights, strict=False):
        for i, k in np.ndindex(W.shape):
            parts.append(line([(left + 30, rows[i]), (right - 30, rows[k])]))
            at = 0.25 if i != k else 0.65  # apart from the place where the lines cross
            height = rows[i] + at * (rows[k] - rows[i]) + (18 if i > k else -7)
            words = number_text(W[i, k])
            parts.append(text(left + 38 + at * 200, height, words, anchor="middle"))
    for column, (centre, values, deltas) in enumerate(columns):
        for i, height in enumerate(rows):
            parts.append(f'<circle cx="{centre}" cy="{height}" r="30"/>')
            name = ("x", "z", "ŷ")[column]
            shown = number_text(values[i])
            parts.append(text(centre, height - 38, f"{name} = {shown}", "a", "middle"))
            if column == 1:
                parts.append(
                    text(centre, height + 5, f"a = {number_text(max(0, values[i]))}", "a", "middle")
                )
            if deltas is not None:
                shown = number_text(deltas[i])
                parts.append(text(centre, height + 52, f"δ = {shown}", "b", "middle"))
    parts.append(text(90, 30, "forward →", "a", "middle"))
    parts.append(text(610, 320, "← backward", "b", "middle"))
    write("backpropagation.svg", 720, 330, parts)


def optimizers() -> None:
    """Draw the paths of three optimizers down the valley L = ½·(x² + 20·y²)."""
    curvature = np.array([1.0, 20.0])
    parts = []
    settings = (
        ("sgd", 0.09, "gradient descent, η = 0.09"),
        ("momentum", 0.02, "momentum, η = 0.02"),
        ("adam", 0.25, "Adam, η = 0.25"),
    )
    for number, ((name, lr, words), kind) in enumerate(zip(settings, "bca", strict=True)):
        middle = 95 + 190 * number

        def place(point: NDArray[np.float64], middle: int = middle) -> tuple[float, float]:
            return 360 + 85 * float(point[0]), middle - 85 * float(point[1])

        angles = np.linspace(0, 2 * np.pi, 73)
        for level in (0.5, 2.0, 4.5, 8.0):
            radii = np.sqrt(2 * level / curvature)
            ring = radii * np.stack([np.cos(angles), np.sin(angles)], axis=1)
            parts.append(line([place(point) for point in ring]))
        theta = np.array([-4.0, 0.5])
        path = [theta.copy()]
        optimizer = OPTIMIZERS[name](2, theta.dtype)
        for _ in range(40):
            optimizer.step(theta, curvature * theta, lr)
            path.append(theta.copy())
        parts.append(line([place(point) for point in path], kind))
        parts += [f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>'
                  for x, y in map(place, path)]  # fmt: skip
        parts.append(text(10, middle - 72, words, kind))
    write("optimizers.svg", 720, 570, parts)


def distillation() -> None:
    """Draw a teacher's answer, softened more and more."""
    logits = np.array([0, 0, 0, 0, 8, 0, 1, 2, 0, 4.0])
    parts = []
    for number, (temperature, kind) in enumerate(((1, "a"), (2, "b"), (4, "c"))):
        left = 30 + 235 * number
        answer = softmax(logits[None] / temperature)[0]
        parts.append(text(left, 20, f"T = {temperature}", kind))
        for digit, share in enumerate(answer):
            x, height = left + 21 * digit, 180 * share
            parts.append(
                f'<rect class="{kind}" x="{x}" y="{220 - height:.1f}" width="16" '
                f'height="{height:.1f}"/>'
            )
            parts.append(text(x + 8, 240, str(digit), anchor="middle"))
            if share > 0.095:
                parts.append(text(x + 8, 214 - height, f"{share:.0%}", anchor="middle"))
        parts.append(line([(left - 5, 220), (left + 210, 220)]))
    write("distillation.svg", 720, 250, parts)


def calibration() -> None:
    """Draw the log loss and the confidence of the example over the temperature."""
    temperatures = np.linspace(0.5, 5, 181)
    confidence = 1 / (1 + np.exp(-2 / temperatures))
    loss = -0.75 * np.log(confidence) - 0.25 * np.log(1 - confidence)
    best = 2 / np.log(3)
    axes = Axes((50, 20, 520, 260), [(float(t), str(t)) for t in (0.5, 1, 2, 3, 4, 5)],
                [(0.5, "0.5"), (0.75, "0.75"), (1.0, "1")])  # fmt: skip
    axes.curve(temperatures, loss, "b")
    axes.curve(temperatures, confidence, "a")
    axes.parts.append(line([axes.place(best, 0.5), axes.place(best, 1.0)]))
    axes.say(best + 0.08, 0.94, f"T = {best:.2f}")
    axes.say(5.1, loss[-1] + 0.02, "log loss", "b")
    axes.say(5.1, confidence[-1] - 0.04, "confidence", "a")
    words = text(285, 298, "temperature T", anchor="middle")
    write("calibration.svg", 620, 310, [*axes.parts, words])


def augmentation() -> None:
    """Draw digits of MNIST with each distortion by itself, and with all at once."""
    mnist = load_mnist()
    digits = [int(np.flatnonzero(mnist.train_labels == digit)[12]) for digit in (2, 3, 4, 7, 8)]
    none = Distortion(0, 0, 0, 0, 0)
    alone = [replace(none, rotation=25), replace(none, scale=0.3), replace(none, shear=0.4),
             replace(none, shift=4), replace(none, elastic=1.2)]  # fmt: skip
    rows = []
    for number in digits:
        image = mnist.train_images[number : number + 1]
        rng = np.random.default_rng(number)
        row = [image[0], *(distort_bytes(image, rng, d).reshape(28, 28) for d in alone)]
        row += list(thicken(np.repeat(image, 2, axis=0), np.array([-1.2, 1.5])))
        everything = distort_bytes(np.repeat(image, 4, axis=0), rng, Distortion(thickness=1.0))
        rows.append(np.concatenate([*row, *everything.reshape(-1, 28, 28)], axis=1))
    sheet = np.concatenate(rows).repeat(2, axis=0).repeat(2, axis=1)
    canvas = Image.fromarray(255 - sheet).quantize(32)
    canvas.save(FOLDER / "augmentation.png", optimize=True)


if __name__ == "__main__":
    initialisation()
    backpropagation()
    optimizers()
    distillation()
    calibration()
    augmentation()
