"""How well a model tells digits from what is none: clothes, letters, and made-up images.

    PYTHONPATH=backend python benchmarks/rejection.py [--fashion FOLDER] [--fonts FOLDER] …

--fashion names a folder with Fashion-MNIST's test images (t10k-images-idx3-ubyte.gz), as Debian's
package dataset-fashion-mnist puts into /usr/share/datasets/fashion-mnist. --fonts names a folder of
font files (.ttf, .otf) whose letters are drawn; fonts that look handwritten are named with
--handwriting. --strokes is a file of pen strokes, see drawn_digits.py. What is not given is left
out. The method and its thresholds were chosen on made-up images and validation digits, not on
these.

AUROC is the chance that a random digit scores higher than a random image of the other kind. The
interval of each is 95%: of an AUROC from a bootstrap of both sides, of a share Wilson's.
"""

import argparse
import gzip
import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from drawn_digits import read_strokes
from environment import environment
from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.fit_rejection import measure
from mnist_recognizer.nn.rejection import Rejection
from mnist_recognizer.synthesis.non_digits import draw_not_digits
from mnist_recognizer.vision.geometry import network_input, to_geometry
from mnist_recognizer.vision.preprocessing import preprocess_raster
from mnist_recognizer.vision.strokes import render_strokes

LETTERS = "acdefhkmnprtuvwxyACEFHKMNPRTUVWXY"
"""What is measured. Left out are b g i j l o q s z, B D G I J L O Q S Z: drawn as 6 9 1 1 1 0 9 5 2
and 8 0 6 1 1 1 0 0 5 2 are drawn, or nearly."""
RESAMPLES = 200

Floats = NDArray[np.floating]
Images = NDArray[np.uint8]


def auroc(digits: Floats, others: Floats) -> float:
    """Return the chance that a digit scores higher than one of the others; ties count half."""
    ranks = np.sort(others)
    below = np.searchsorted(ranks, digits, side="left")
    not_above = np.searchsorted(ranks, digits, side="right")
    return float((below + not_above).mean() / 2 / len(others))


def auroc_interval(digits: Floats, others: Floats) -> tuple[float, float]:
    """Return a 95% interval of the AUROC, from a bootstrap of both sides."""
    rng = np.random.default_rng(0)
    drawn = [
        auroc(rng.choice(digits, len(digits)), rng.choice(others, len(others)))
        for _ in range(RESAMPLES)
    ]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def share_interval(hits: int, count: int) -> tuple[float, float]:
    """Return Wilson's 95% interval of a share."""
    z = 1.96
    share = hits / count
    middle = share + z * z / (2 * count)
    reach = z * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle - reach) / (1 + z * z / count), (middle + reach) / (1 + z * z / count)


def fashion_mnist(folder: Path) -> Images:
    """Read Fashion-MNIST's test images, a gzipped IDX file: 16 bytes of header, then pixels."""
    path = folder / "t10k-images-idx3-ubyte.gz"
    try:
        content = gzip.decompress(path.read_bytes())
    except OSError as error:
        sys.exit(f"{path} cannot be read: {error.strerror or error}")
    return np.frombuffer(content, np.uint8, offset=16).reshape(-1, 28, 28)


def letters(fonts: list[Path]) -> Images:
    """Draw every letter of every font as the page would show it to the network."""
    images = []
    for path in fonts:
        font = ImageFont.truetype(str(path), 80)
        for letter in LETTERS:
            canvas = Image.new("L", (260, 260))
            ImageDraw.Draw(canvas).text((80, 80), letter, fill=255, font=font)
            images.append(preprocess_raster(np.asarray(canvas)))
    return np.stack(images)


def font_files(folder: Path) -> list[Path]:
    """Return a folder's font files."""
    return sorted(path for path in folder.rglob("*") if path.suffix in (".ttf", ".otf"))


def write_image(path: Path, kinds: dict[str, Images]) -> None:
    """Draw a row of every kind."""
    rows = [np.concatenate(list(images[:20]), axis=1) for images in kinds.values()]
    sheet = 255 - np.concatenate(rows).repeat(2, axis=0).repeat(2, axis=1)
    Image.fromarray(sheet).quantize(16).save(path, optimize=True)


class Table:
    """Prints what is measured, row by row."""

    def __init__(self, model: MLP, rejection: Rejection, digits: Images) -> None:
        self.model, self.rejection = model, rejection
        self.digits = measure(rejection, model, to_geometry(model, digits))[0]
        self.digits_softmax = self.confidence(digits)

    def confidence(self, images: Images) -> Floats:
        """Return the largest probability of each image."""
        pixels = network_input(self.model, images)
        confidences: Floats = self.model.predict_proba(pixels).max(axis=1)
        return confidences

    def accepted(self, name: str, images: Images) -> None:
        """Print how many of some digits are accepted, and why the others are not."""
        scores, margins = measure(self.rejection, self.model, to_geometry(self.model, images))
        strange = scores < self.rejection.min_score
        ambiguous = ~strange & (margins < self.rejection.min_margin)
        hits = int((~strange & ~ambiguous).sum())
        low, high = share_interval(hits, len(images))
        print(
            f"{name:<28} {len(images):>6}   {hits / len(images):7.2%} "
            f"[{low:7.2%} to {high:7.2%}]   no digit {strange.mean():6.2%}, "
            f"ambiguous {ambiguous.mean():6.2%}"
        )

    def others(self, name: str, images: Images) -> None:
        """Print the AUROC of MNIST's digits against some images, and how many are refused."""
        scores, margins = measure(self.rejection, self.model, to_geometry(self.model, images))
        refused = (scores < self.rejection.min_score) | (margins < self.rejection.min_margin)
        low, high = auroc_interval(self.digits, scores)
        softmax = auroc(self.digits_softmax, self.confidence(images))
        print(
            f"{name:<28} {len(images):>6}   {auroc(self.digits, scores):.4f} "
            f"[{low:.4f} to {high:.4f}]   {softmax:.4f}    {refused.mean():7.2%}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--weights", type=Path, default=default_weights(), help="the model to ask")
    parser.add_argument("--fashion", type=Path, help="folder with Fashion-MNIST's test images")
    parser.add_argument("--fonts", type=Path, help="folder of font files")
    parser.add_argument("--handwriting", type=Path, nargs="*", default=[], help="handwriting fonts")
    parser.add_argument("--strokes", type=Path, help="file of pen strokes (.npz)")
    parser.add_argument("--image", type=Path, help="draw the made-up images here (.png)")
    arguments = parser.parse_args()
    try:
        model = MLP.load(arguments.weights)
        rejection = Rejection.of(model)
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))
    if rejection is None:
        sys.exit(f"{arguments.weights} does not know what is no digit: fit-rejection teaches it.")

    mnist = load_mnist()
    table = Table(model, rejection, mnist.test_images)
    numbers = sum(part.size for part in (rejection.weights, rejection.biases, rejection.output))
    print(json.dumps(environment()))
    print(f"{model.architecture}, {arguments.weights.name}; {numbers:,} more numbers tell digits\n")
    print("digits                        number   accepted, 95% interval")
    table.accepted("MNIST, test", mnist.test_images)
    if arguments.strokes:
        pen = [render_strokes(strokes) for strokes in read_strokes(arguments.strokes).strokes]
        table.accepted("drawn with a pen", np.stack(pen))

    print("\nno digits                     number   AUROC, 95% interval          softmax   refused")
    if arguments.fashion:
        clothes = fashion_mnist(arguments.fashion)
        table.others("Fashion-MNIST", clothes)
        table.others("Fashion-MNIST, as the page", np.stack([*map(preprocess_raster, clothes)]))
    if arguments.fonts:
        drawn = {path.resolve() for path in arguments.handwriting}
        files = [path for path in font_files(arguments.fonts) if path.resolve() not in drawn]
        table.others(f"letters of {len(files)} fonts", letters(files))
    if arguments.handwriting:
        count = len(arguments.handwriting)
        table.others(f"letters of {count} handwritings", letters(arguments.handwriting))
    spoilt = mnist.test_images, mnist.test_labels
    kinds = draw_not_digits(1000, *spoilt, np.random.default_rng(2026))
    for kind, images in kinds.items():
        table.others(f"made up: {kind}", images)
    if arguments.image:
        write_image(arguments.image, kinds)


if __name__ == "__main__":
    main()
