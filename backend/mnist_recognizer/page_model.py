"""The network as a script, so that the pages read digits where no server answers.

A page that was opened from disk may load no file but a script, so ``frontend/js/data/model.js``
holds the .safetensors file that ``GET /model/weights`` would answer with, in base64. Training
writes it whenever it saves to ``saved_model/weights.pkl``. To write it again by hand:

    python -m mnist_recognizer.page_model
"""

import base64
import hashlib
import json
from pathlib import Path

import numpy as np

from mnist_recognizer.locations import default_weights, frontend_folder
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.weight_formats import encode_safetensors
from mnist_recognizer.nn.weights import write_atomically

LINE = 120
_SCRIPT = """\
/**
 * The trained network that comes with the pages: a .safetensors file in base64, exact to the bit.
 * `digest` is its ETag at GET /model/weights. Written by mnist_recognizer/page_model.py whenever
 * training saves to saved_model/weights.pkl.
 */
MNIST.add('data', {{
  MODEL: {{
    digest: '{digest}',
    file: `
{file}
`,
  }},
}});
"""


def to_safetensors(model: MLP) -> bytes:
    """Return a network as a .safetensors file: W1, b1, W2, b2, … in float32, and its metadata."""
    arrays = {}
    for number, (W, b) in enumerate(zip(model.weights, model.biases, strict=True), start=1):
        arrays[f"W{number}"] = W.astype(np.float32)
        arrays[f"b{number}"] = b.astype(np.float32)
    return encode_safetensors(arrays, json.dumps(model.metadata))


def digest_of(file: bytes) -> str:
    """Return what names a .safetensors file: the first half of its SHA-256."""
    return hashlib.sha256(file).hexdigest()[:32]


def model_script(model: MLP) -> str:
    """Return the script that gives a network to the pages."""
    file = to_safetensors(model)
    text = base64.b64encode(file).decode()
    lines = [text[start : start + LINE] for start in range(0, len(text), LINE)]
    return _SCRIPT.format(digest=digest_of(file), file="\n".join(lines))


def write_page_model(model: MLP, saved_to: Path) -> Path | None:
    """Give a network that was saved to the pages, if it is the one that comes with the project.

    Parameters
    ----------
    model : MLP
    saved_to : Path
        Where it was saved. Only the project's own ``saved_model/weights.pkl`` is for the pages.

    Returns
    -------
    Path or None
        The script; None if nothing was written, because it was saved elsewhere or there are no
        pages.

    Raises
    ------
    OSError
        When the script cannot be written.
    """
    folder = frontend_folder() / "js" / "data"
    if saved_to.resolve() != default_weights().resolve() or not folder.is_dir():
        return None
    script = folder / "model.js"
    write_atomically(script, model_script(model).encode())
    return script


if __name__ == "__main__":
    print(write_page_model(MLP.load(default_weights()), default_weights()))
