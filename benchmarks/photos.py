"""How many simulated photos, and how many real ones, are read exactly, by kind of damage.

    python benchmarks/photos.py [--each N] [--seed S] [--photos FOLDER]

The numbers of docs/preprocessing.md (H1 to H5) were chosen on simulated photos of seed 1; report
with another seed. FOLDER holds photos of others and an INDEX.tsv with the columns `file`, `reading`
and `kind`. RapidOCR and Tesseract read the same photos if they are installed (`pip install
rapidocr-onnxruntime pytesseract`, and `apt-get install tesseract-ocr`).
"""

import argparse
import csv
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_recognizer.api.predict.answers import read_images, sureness_of
from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP
from mnist_recognizer.synthesis.photos import DAMAGES, simulate_photo
from mnist_recognizer.vision.hypotheses import find_surest_digits
from mnist_recognizer.vision.image_files import decode_image
from mnist_recognizer.vision.segmentation import FoundDigit, find_digits

Grey = NDArray[np.uint8]
Reader = Callable[[Grey], str]
Case = tuple[str, str, Grey]  # kind, number, photo


def readers() -> dict[str, Reader]:
    """Return what reads photos: the plain way, all ways, and the peers that are installed."""
    model = MLP.load(default_weights())

    def text(digits: list[FoundDigit]) -> str:
        images = np.stack([digit.pixels.ravel() for digit in digits])
        return "".join(map(str, read_images(model, images)[0].argmax(axis=1)))

    found: dict[str, Reader] = {
        "plain way": lambda grey: text(find_digits(grey)),
        "all ways": lambda grey: text(find_surest_digits(grey, sureness_of(model)).digits),
    }
    try:
        from rapidocr_onnxruntime import RapidOCR

        engine = RapidOCR()

        def rapid(grey: Grey) -> str:
            lines = engine(np.repeat(grey[:, :, None], 3, axis=2))[0] or []
            return only_digits("".join(line[1] for line in lines))

        found["RapidOCR"] = rapid
    except ImportError:
        print("RapidOCR is not installed.")
    try:
        import pytesseract
        from PIL import Image

        pytesseract.get_tesseract_version()
        options = "--psm 6 -c tessedit_char_whitelist=0123456789"
        found["Tesseract"] = lambda grey: only_digits(
            pytesseract.image_to_string(Image.fromarray(grey), config=options)
        )
    except (ImportError, OSError):
        print("Tesseract is not installed.")
    return found


def only_digits(text: str) -> str:
    """Leave out everything else."""
    return "".join(character for character in text if character in "0123456789")


def simulated(each: int, seed: int) -> list[Case]:
    """Simulate photos of one digit and of numbers, `each` of every kind of damage."""
    mnist = load_mnist()
    rng = np.random.default_rng(seed)
    cases = []
    for damage in DAMAGES:
        alone = damage not in ("touching", "uneven baseline", "two lines")
        for _ in range(each):
            for digits in [1] * alone + [int(rng.integers(2, 7))]:
                photo = simulate_photo(mnist.train_images, mnist.train_labels, rng, damage, digits)
                cases.append((photo.damage, photo.number, photo.grey))
    return cases


def real(folder: Path) -> list[Case]:
    """Read the photos of a folder with an INDEX.tsv."""
    with (folder / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        (row["kind"], row["reading"], decode_image((folder / row["file"]).read_bytes()).grey)
        for row in rows
    ]


def report(title: str, cases: list[Case], names: dict[str, Reader]) -> None:
    """Print how many photos each reader reads exactly."""
    right: dict[tuple[str, str], list[list[bool]]] = defaultdict(list)
    for kind, number, grey in cases:
        answers = []
        for read in names.values():
            try:
                answers.append(read(grey) == number)
            except ValueError:  # blank
                answers.append(False)
        size = "one digit" if len(number) == 1 else "number"
        right[size, kind].append(answers)
        right[size, "all"].append(answers)
    print(f"\n{title}\n{'':30}{'photos':>8}" + "".join(f"{name:>12}" for name in names))
    for (size, kind), answers in sorted(right.items()):
        counts = "".join(f"{count:>12}" for count in np.sum(answers, axis=0))
        print(f"{size + ', ' + kind:30}{len(answers):>8}{counts}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=20, help="photos of each kind and size")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--photos", type=Path, help="a folder of photos with an INDEX.tsv")
    arguments = parser.parse_args()
    names = readers()
    report(f"Simulated, seed {arguments.seed}", simulated(arguments.each, arguments.seed), names)
    if arguments.photos:
        report("Photos by others", real(arguments.photos), names)


if __name__ == "__main__":
    main()
