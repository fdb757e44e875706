"""Write frontend/js/data/code-strip.js: the code that learn.html lights up, in three forms.

    python tests/golden/make_code_strip.py

The Python lines are those of nn/model.py and nn/losses.py, the JavaScript lines those of
nn/backpropagation.js, without their docstrings. Each step of a forward and a backward pass names
the line that computes it by a piece of its text. A piece that is no longer in the code, or is there
twice, is an error, so what the page shows cannot drift from what runs.
"""

import ast
import json
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NN = ROOT / "backend" / "mnist_recognizer" / "nn"
ENGINE = ROOT / "frontend" / "js" / "nn" / "backpropagation.js"
TARGET = ROOT / "frontend" / "js" / "data" / "code-strip.js"

PYTHON = {
    "sum": "z = activations[-1] @ W + b",
    "relu": "a = np.maximum(z, 0)",
    "logits": "logits = activations[-1] @ self.weights[-1] + self.biases[-1]",
    "softmax": "y_hat: Floats = exp / exp.sum(",
    "loss": "loss = -log_y_hat[right].sum()",
    "delta": "delta[right] -= 1",
    "gradient": "np.matmul(a.T, delta, out=dW[layer])",
    "back": "delta = delta @ self.weights[layer].T",
    "mask": "delta *= a > 0",
    "step": "self.parameters -= lr * gradient",
}
JAVASCRIPT = {
    "sum": "z[j] += a[i] * W[row + j]",
    "relu": "Math.max(0, value)",
    "softmax": "powers.map((power) => power / total)",
    "loss": "return { loss: -Math.log(",
    "delta": "delta[target] -= 1;",
    "gradient": "dW[l][row + j] = a[i] * delta[j];",
    "back": "before[i] += delta[j] * W[row + j];",
    "mask": "if (a[i] === 0) continue; // its weights",
    "step": "w - learningRate * dW[l][k]",
}
FORMULA = [
    ("sum", "z = a·W + b"),
    ("relu", "a = max(0, z)"),
    ("softmax", "ŷₖ = exp(zₖ) / Σⱼ exp(zⱼ)"),
    ("loss", "L = −ln ŷ of the right digit"),
    ("delta", "δ = ŷ − y"),
    ("gradient", "∂L/∂W = aᵀ·δ,  ∂L/∂b = δ"),
    ("back", "δ of the layer before = δ·Wᵀ"),
    ("mask", "⊙ [z > 0]"),
    ("step", "W ← W − η·∂L/∂W,  b ← b − η·∂L/∂b"),
]


def python_function(source: str, name: str) -> list[str]:
    """Return a function's lines without its docstring, and with its indentation taken off."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            lines = source.splitlines()
            head = lines[node.lineno - 1 : node.body[0].lineno - 1]
            body = lines[node.body[0].end_lineno : node.end_lineno]
            return textwrap.dedent("\n".join([*head, *body])).splitlines()
    raise LookupError(f"no function is called {name}")


def javascript_function(source: str, name: str) -> list[str]:
    """Return a function's lines, from its name to the brace that closes it."""
    lines = source.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"  function {name}("))
    end = next(n for n, line in enumerate(lines) if n > start and line == "  }")
    return [line[2:] for line in lines[start : end + 1]]


def marked(lines: list[str], pieces: dict[str, str]) -> list[list[str]]:
    """Return each line with the step that it computes, or an empty text."""
    found = {}
    for step, piece in pieces.items():
        places = [n for n, line in enumerate(lines) if piece in line]
        if len(places) != 1:
            raise LookupError(f"{piece!r} is in {len(places)} lines; a step needs exactly one")
        found[places[0]] = step
    return [[found.get(n, ""), line] for n, line in enumerate(lines)]


def script() -> str:
    """Return the script."""
    model = (NN / "model.py").read_text(encoding="utf-8")
    losses = (NN / "losses.py").read_text(encoding="utf-8")
    engine = ENGINE.read_text(encoding="utf-8")
    python: list[str] = []
    for source, name in (
        (model, "forward"),
        (losses, "softmax"),
        (losses, "softmax_cross_entropy"),
        (model, "backward"),
        (model, "train_step"),
    ):
        python += [*python_function(source, name), ""]
    javascript: list[str] = []
    for name in ("forwardPass", "softmaxOf", "backwardPass", "descend"):
        javascript += [*javascript_function(engine, name), ""]
    strip = {
        "python": marked(python[:-1], PYTHON),
        "javascript": marked(javascript[:-1], JAVASCRIPT),
        "formula": [list(line) for line in FORMULA],
    }
    body = ",\n".join(
        f"    {language}: [\n"
        + "".join(f"      {json.dumps(line, ensure_ascii=False)},\n" for line in lines)
        + "    ]"
        for language, lines in strip.items()
    )
    return (
        "/**\n * The code that computes what learn.html shows: each line with the step that it is,"
        "\n * or an empty text. Written by tests/golden/make_code_strip.py from nn/model.py,\n"
        " * nn/losses.py and js/nn/backpropagation.js.\n */\n"
        f"MNIST.add('data', {{\n  CODE_STRIP: {{\n{body},\n  }},\n}});\n"
    )


if __name__ == "__main__":
    TARGET.write_text(script(), encoding="utf-8")
