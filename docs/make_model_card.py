"""Write MODEL_CARD.md: what the model in the repository is, and how well it reads.

    python docs/make_model_card.py            write it, and the image of its mistakes
    python docs/make_model_card.py --check    fail where the text is out of date

The facts come from the weights' own card and from what the benchmarks printed, so no number is
written by hand. After new weights, run committed_model.py, drawn_digits.py and rejection.py in
benchmarks/ first. The image is drawn from the weights and MNIST's test images.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.losses import softmax
from mnist_recognizer.vision.geometry import network_input

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
WEIGHTS = ROOT / "backend" / "saved_model" / "weights.pkl"
CARD = WEIGHTS.with_suffix(".json")
PAGE = ROOT / "MODEL_CARD.md"
IMAGE = ROOT / "docs" / "images" / "mistakes.png"
COLUMNS, ROWS, SIDE, TEXT_HEIGHT, GAP = 8, 3, 84, 28, 8

TEMPLATE = """# Model card

<!-- Written by docs/make_model_card.py. Change that, not this. -->

The model that comes with MNIST Recognizer, `backend/saved_model/weights.pkl`.

| | |
| --- | --- |
| Task | read one handwritten digit, 0 to 9, in an image of 28 × 28 grey values |
| Architecture | {model}: fully connected, ReLU, softmax; {parameters:,} parameters |
| Reads | images in [MNIST's geometry](docs/preprocessing.md){straightened} |
| Trained | {trained_at}, {epochs_trained} epochs, seed {seed}, in {minutes:.0f} minutes on a computer with two cores |
| Weights | SHA-256 `{weights_sha256}` |
| Licence | [MIT](LICENSE); MNIST is by Yann LeCun, Corinna Cortes and Christopher J. C. Burges |

## Intended use

- **For** learning and teaching how a network works, and for reading digits that a person draws on the page, writes on
  paper or sends to the API.
- **Not for** decisions that harm someone when a digit is wrong: cheques, doses, ballots, identity. It is not
  robust against somebody who wants to deceive it: small changes of an image, which a person hardly sees, change
  the answer.
- It reads the digits 0 to 9. Letters and other signs are refused where it can tell, which is not always: see below.

## Data

- **Training**: MNIST's 60,000 training images less {validation:,} for validation, distorted differently in each epoch,
  {pen_sentence}.
  MNIST was written by employees of the US Census Bureau and by high-school students in the 1990s.
  Other people write some digits differently.
- **Validation**: {validation:,} MNIST training images. The settings were chosen by these;
  [docs/experiments.md](docs/experiments.md) has the whole record.
- **Test**: MNIST's 10,000 test images, by other writers than the training images.

The checksums of MNIST's files are in [the card of the weights](backend/saved_model/weights.json).

## Recipe

`python train.py --recipe best`. [docs/training.md](docs/training.md) explains each setting.

```json
{recipe}
```

## How well it reads

| images | read right | 95 % interval | measured by |
| --- | --- | --- | --- |
| MNIST's 10,000 test images | {test} % | {test_low} to {test_high} % | `committed_model.py` |
| {drawn_count} digits drawn with a pen by {writers} people it never saw | {drawn} % | {drawn_low} to {drawn_high} %, by writer | `drawn_digits.py` |

Of the digits of the writer with a pen who is read worst, {worst} % are read right.

Not every image is a digit. With the threshold that validation images chose:

| images | number | accepted or refused |
| --- | --- | --- |
{refusals}

The scripts are in [benchmarks/](benchmarks), and what they printed is in [benchmarks/results/](benchmarks/results).

## Known failures

The mistakes on MNIST's test images that it was surest of. Above each: what it is, what was read.

<img src="docs/images/mistakes.png" alt="{shown} of MNIST's test images that the network misreads, with the right digit and the answer above each" width="{width}">

- Most common on MNIST's test images: {confusions}.
- By digit, of those drawn with a pen: the worst are {worst_digits}.
- Changed images, share read right:

```text
{robustness}
```

- An image must be in MNIST's geometry. The page, `POST /predict/strokes` and `POST /predict/image` see to that;
  `POST /predict` takes the 784 numbers as they are.
"""


def found(pattern: str, text: str) -> re.Match[str]:
    """Return where a pattern stands in a benchmark's output."""
    match = re.search(pattern, text, re.MULTILINE)
    if match is None:
        sys.exit(f"No result looks like {pattern}. Did a benchmark change what it prints?")
    return match


def pen_sentence(recipe: dict[str, Any]) -> str:
    """Return what was added to MNIST's images."""
    if not recipe["pen_digits"]:
        return "and nothing else"
    return f"and {recipe['pen_digits']:,} synthetic pen digits in the styles that MNIST lacks"


def model_card() -> str:
    """Return the text."""
    card = json.loads(CARD.read_text(encoding="utf-8"))
    recipe = card["recipe"]
    test = (RESULTS / "committed_model.txt").read_text(encoding="utf-8")
    drawn = (RESULTS / "drawn_digits.txt").read_text(encoding="utf-8")
    rejection = (RESULTS / "rejection.txt").read_text(encoding="utf-8")

    on_test = found(r"^test accuracy +([\d.]+)% .*interval ([\d.]+)% to ([\d.]+)%", test)
    on_drawn = found(r"^accuracy +([\d.]+)% +95% interval +([\d.]+)% to +([\d.]+)%", drawn)
    people = found(r"^([\d,]+) digits by (\d+) writers", drawn)
    by_digit, _, by_writer = drawn.partition("\nwriter ")
    digits = re.findall(r"^ +(\d) +\d+ +([\d.]+)%", by_digit, re.MULTILINE)
    writers = re.findall(r"^ +\d+ +\d+ +([\d.]+)%", by_writer, re.MULTILINE)
    accepted = re.findall(r"^(\S.+?) {2,}(\d+) +([\d.]+)% \[", rejection, re.MULTILINE)
    refused = re.findall(r"^(\S.+?) {2,}(\d+) +[\d.]+ \[.* ([\d.]+)%$", rejection, re.MULTILINE)
    rows = [f"| {name} | {int(n):,} | {share} % accepted |" for name, n, share in accepted]
    rows += [f"| {name} | {int(n):,} | {share} % refused |" for name, n, share in refused]
    changed = test.partition("accuracy in %, changed by\n")[2].partition("\n\n")[0]
    worst_two = sorted(digits, key=lambda row: float(row[1]))[:2]
    return TEMPLATE.format(
        **{key: card[key] for key in ("model", "parameters", "epochs_trained", "seed")},
        trained_at=card["trained_at"][:10],
        minutes=card["training_seconds"] / 60,
        weights_sha256=card["weights_sha256"],
        validation=recipe["validation"],
        straightened=", straightened" if recipe.get("straighten") else "",
        pen_sentence=pen_sentence(recipe),
        recipe=json.dumps(recipe, indent=2),
        **dict(zip(("test", "test_low", "test_high"), on_test.groups(), strict=True)),
        **dict(zip(("drawn", "drawn_low", "drawn_high"), on_drawn.groups(), strict=True)),
        drawn_count=people[1],
        writers=people[2],
        worst=min(writers, key=float),
        refusals="\n".join(rows),
        confusions=found(r"^read wrong most often: (.+)$", test)[1],
        worst_digits=" and ".join(f"{digit} ({share} % right)" for digit, share in worst_two),
        robustness=changed.rstrip(),
        shown=COLUMNS * ROWS,
        width=COLUMNS * (SIDE + GAP) + GAP,
    )


def draw_mistakes() -> None:
    """Draw the test images that are misread with the highest confidence."""
    model = MLP.load(WEIGHTS)
    mnist = load_mnist()
    probabilities = softmax(model.logits(network_input(model, mnist.test_images)))
    read, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(read != mnist.test_labels)
    surest = wrong[np.argsort(-confidence[wrong])][: COLUMNS * ROWS]
    width, height = COLUMNS * (SIDE + GAP) + GAP, ROWS * (SIDE + TEXT_HEIGHT + GAP) + GAP
    sheet = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(sheet)
    for place, index in enumerate(surest):
        row, column = divmod(place, COLUMNS)
        x, y = GAP + column * (SIDE + GAP), GAP + row * (SIDE + TEXT_HEIGHT + GAP)
        pen.text((x, y + 6), f"{mnist.test_labels[index]}, read as {read[index]}", fill=0)
        digit = Image.fromarray(255 - mnist.test_images[index]).resize((SIDE, SIDE))
        sheet.paste(digit, (x, y + TEXT_HEIGHT))
    sheet.save(IMAGE, optimize=True)


def main() -> None:
    """Write the card, or compare it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    text = model_card()
    if not parser.parse_args().check:
        PAGE.write_text(text, encoding="utf-8")
        draw_mistakes()
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        sys.exit(f"{PAGE.name} is out of date. Run: python docs/make_model_card.py")


if __name__ == "__main__":
    main()
