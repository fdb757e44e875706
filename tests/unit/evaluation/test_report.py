"""The HTML report: its sections, what they come from, and that it needs nothing from outside."""

import dataclasses
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from outline import Outline, decode

from mnist_recognizer.evaluation import environment
from mnist_recognizer.evaluation.assessment import Assessment, assess
from mnist_recognizer.evaluation.environment import describe_environment
from mnist_recognizer.evaluation.history import HistoryError, read_history
from mnist_recognizer.evaluation.report import build_report, write_report
from mnist_recognizer.nn import MLP

# --- a run's history and the environment ----------------------------------------------------------

EPOCH = {
    "epoch": 1,
    "train_loss": 0.5,
    "train_accuracy": 0.9,
    "validation_loss": 0.4,
    "validation_accuracy": 0.95,
    "learning_rate": 0.01,
    "gradient_norm": 1.5,
}


def write_run(folder: Path, *lines: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "metrics.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


def test_a_history_is_read_without_a_line_that_was_cut_off(tmp_path: Path) -> None:
    line = json.dumps(EPOCH | {"is_best": True}) + "\n"
    run = write_run(tmp_path, line, line, line[:30])
    assert read_history(run) == [EPOCH, EPOCH]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((), "holds no finished epoch yet"),
        (("{}\n",), "line 1 of .* is damaged"),
        ((json.dumps(EPOCH) + "\n", "oops\n"), "line 2 of .* is damaged"),
        ((json.dumps(EPOCH | {"train_loss": math.nan}) + "\n",), "line 1 of .* NaN or infinity"),
        ((json.dumps(EPOCH | {"train_loss": None}) + "\n",), "line 1 of .* is damaged"),
        (("[]\n",), "line 1 of .* is damaged"),
    ],
)
def test_a_damaged_history_is_named(tmp_path: Path, lines: tuple[str, ...], message: str) -> None:
    with pytest.raises(HistoryError, match=message):
        read_history(write_run(tmp_path, *lines))


def test_what_is_no_run_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for missing in (tmp_path, tmp_path / "nowhere", tmp_path / "file"):
        with pytest.raises(HistoryError, match="is not the folder of a run"):
            read_history(missing)
    (tmp_path / "metrics.jsonl").mkdir()
    with pytest.raises(HistoryError, match="cannot be read"):
        read_history(tmp_path)


def test_the_environment_names_what_it_takes_to_measure_again(tmp_path: Path) -> None:
    weights = tmp_path / "w.pkl"
    weights.write_bytes(b"abc")
    described = describe_environment(weights, seed=7)
    assert described["Weights"] == "w.pkl"
    assert described["Weights SHA-256"].startswith("ba7816bf8f01cfea414140de5dae2223")
    assert described["Seed of the noise"] == "7"
    assert described["NumPy"].startswith(np.__version__)
    assert sum("idx" in name for name in described) == 4
    assert all(described.values())


def test_the_processor_is_named_wherever_that_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor: 0\nmodel name\t: Abacus 3000\n", encoding="utf-8")
    assert environment._processor(cpuinfo) == "Abacus 3000"
    monkeypatch.setattr(environment.platform, "processor", lambda: "")
    monkeypatch.setattr(environment.platform, "machine", lambda: "abacus64")
    assert environment._processor(tmp_path / "missing") == "abacus64"


# --- the report -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model() -> MLP:
    return MLP(hidden_sizes=(6,), seed=1)


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (300, 28, 28), dtype=np.uint8)


@pytest.fixture(scope="module")
def assessment(model: MLP, images: np.ndarray) -> Assessment:
    """An untrained network's, with a few right answers among the wrong ones."""
    labels = np.random.default_rng(6).integers(0, 10, 300).astype(np.uint8)
    return assess(model, (images[:100], labels[:100]), (images, labels))


ENVIRONMENT = {"Date": "today", "Weights SHA-256": "abc", "A <b>": "c & d"}


@pytest.fixture(scope="module")
def html(assessment: Assessment, model: MLP, images: np.ndarray) -> str:
    history = [EPOCH | {"epoch": float(epoch), "train_loss": 1 / epoch} for epoch in range(1, 30)]
    return build_report(assessment, model, images, ENVIRONMENT, history)


def test_the_report_is_one_sound_page_with_all_its_sections(html: str) -> None:
    Outline(html)
    titles = re.findall(r"<h2>(.*?)</h2>", html)
    assert titles[1:] == [
        "What was read as what",
        "The worst mistakes",
        "Digit by digit",
        "Is it as sure as it should be?",
        "What it withstands",
        "What the first layer looks for",
        "How it was trained",
        "How this was measured",
    ]


def test_the_report_asks_for_nothing_from_outside(html: str) -> None:
    outline = Outline(html)
    policies = [a["content"] for tag, a in outline.attributes if a.get("http-equiv")]
    assert policies == [
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    ]
    for tag, attributes in outline.attributes:
        for name in ("src", "href", "action", "srcset"):
            address = attributes.get(name)
            assert address is None or address.startswith("data:"), (tag, address)
    assert all(address.startswith("data:") for address in re.findall(r"url\((.*?)\)", html))


def test_the_report_shows_the_accuracy_and_its_interval(html: str, assessment: Assessment) -> None:
    low, high = assessment.accuracy.interval
    assert f"<em>{assessment.accuracy.count}</em> of 300 digits read right." in html
    assert f"<span>{low:.2%}</span><span>{high:.2%}</span>" in html


def test_the_most_frequent_mistakes_are_told_in_words(model: MLP, images: np.ndarray) -> None:
    predicted = model.predict(images.reshape(300, -1) / 255)
    read = int(np.bincount(predicted).argmax())
    chosen = images[predicted == read][:3]
    labels = np.full(3, 8 if read != 8 else 1, np.uint8)
    result = assess(model, (chosen, labels), (chosen, labels), robustness=False)
    first, second = ("an 8", f"a {read}") if read != 8 else ("a 1", "an 8")
    expected = f"<p>3 times {first} was read as {second}.</p>"
    assert expected in build_report(result, model, chosen, ENVIRONMENT)


def cells_of(html: str) -> dict[str, dict]:
    found = re.search(r'<script type="application/json" id="cells">(.*?)</script>', html)
    assert found
    return json.loads(found[1])


def test_every_cell_opens_its_images(html: str, assessment: Assessment, images: np.ndarray) -> None:
    cells = cells_of(html)
    counted = {f"{t}-{p}": int(assessment.confusion[t, p]) for t in range(10) for p in range(10)}
    assert set(cells) == {name for name, count in counted.items() if count}
    assert set(re.findall(r'data-cell="(\d-\d)"', html)) == set(cells)
    address = re.search(r"--sheet-image: url\((.*?)\)", html)
    assert address
    sheet = np.asarray(decode(address[1]).convert("RGBA"))[..., 3]
    for name, cell in cells.items():
        true, read = map(int, name.split("-"))
        assert len(cell["images"]) == min(counted[name], 40)
        for column, row, number, confidence in cell["images"]:
            assert assessment.labels[number] == true
            assert assessment.predicted[number] == read
            assert confidence == f"{assessment.before.confidence[number]:.1%}"
            shown = sheet[row * 28 : row * 28 + 28, column * 28 : column * 28 + 28]
            assert (shown == images[number]).all()


def test_cells_say_how_many_images_there_are_and_which_are_shown(html: str) -> None:
    for name, cell in cells_of(html).items():
        right = name[0] == name[2]
        assert cell["title"] == (
            f"{name[0]}, read right" if right else f"{name[0]}, read as {name[2]}"
        )
        assert cell["note"].endswith(", with the confidence of each answer.")


def test_many_images_in_a_cell_are_cut_to_the_worst(model: MLP, images: np.ndarray) -> None:
    predicted = model.predict(images.reshape(300, -1) / 255).astype(np.uint8)
    all_right = assess(model, (images, predicted), (images, predicted), robustness=False)
    html = build_report(all_right, model, images, ENVIRONMENT)
    cell = max(cells_of(html).values(), key=lambda c: len(c["images"]))
    assert len(cell["images"]) == 40
    assert "; the 40 least sure are shown" in cell["note"]
    confidences = [float(image[3].rstrip("%")) for image in cell["images"]]
    digit = int(cell["title"][0])
    expected = np.sort(all_right.before.confidence[predicted == digit])[:40]
    assert confidences == pytest.approx(100 * expected, abs=0.051)
    assert "There is no mistake." in html
    assert "What it withstands" not in html
    assert "How it was trained" not in html
    all_wrong = (predicted + 1) % 10
    html = build_report(
        assess(model, (images, predicted), (images, all_wrong), robustness=False),
        model,
        images,
        ENVIRONMENT,
    )
    assert "; the 40 worst are shown" in html
    assert html.count('role="img" aria-label="test image') == 24


def test_the_worst_mistakes_are_shown(html: str, assessment: Assessment) -> None:
    shown = [int(n) for n in re.findall(r'<figure title="Test image (\d+)">', html)]
    assert shown == assessment.mistakes[:24].tolist()


def test_what_comes_from_outside_is_escaped(html: str) -> None:
    assert "<dt>A &lt;b&gt;</dt><dd>c &amp; d</dd>" in html
    assert "<dd><code>abc</code></dd>" in html


def test_one_epoch_makes_curves_too(assessment: Assessment, model: MLP, images: np.ndarray) -> None:
    html = build_report(assessment, model, images, ENVIRONMENT, [EPOCH])
    Outline(html)
    assert "<title>epoch 1: 0.5</title>" in html
    assert "1 epochs" not in html


def test_a_wide_first_layer_is_cut_and_says_so(images: np.ndarray) -> None:
    labels = np.zeros(300, np.uint8)
    wide = MLP(hidden_sizes=(600,))
    result = assess(wide, (images, labels), (images, labels), robustness=False)
    html = build_report(result, wide, images, ENVIRONMENT)
    assert "The weights of the first 512 of 600 units" in html
    assert html.count('class="digit unit"') == 512


@pytest.mark.slow
def test_the_report_of_a_trained_network_stays_small(
    mnist, assessment: Assessment, model: MLP
) -> None:
    # an untrained network fills all cells: the most images that a report can hold
    test = mnist.test_images, mnist.test_labels
    html = build_report(assess(model, test, test, robustness=False), model, test[0], ENVIRONMENT)
    assert len(html) < 3_000_000


def test_the_report_replaces_an_older_one_as_a_whole(
    tmp_path: Path, assessment: Assessment, model: MLP, images: np.ndarray
) -> None:
    path = tmp_path / "new" / "report.html"
    quick = dataclasses.replace(assessment, robustness=[])
    write_report(path, quick, model, images, ENVIRONMENT)
    first = path.read_text(encoding="utf-8")
    write_report(path, assessment, model, images, ENVIRONMENT)
    assert len(path.read_text(encoding="utf-8")) > len(first)
    assert [p.name for p in path.parent.iterdir()] == ["report.html"]
