"""`mnist-recognizer predict`: pictures in, digits out."""

import io
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from command_line import Captured

from mnist_recognizer import cli
from mnist_recognizer.data.mnist import Mnist
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP
from mnist_recognizer.vision.geometry import network_input

pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own")


def test_predict_reads_a_digit(mnist: Mnist, capsys: Captured) -> None:
    np.save("seven.npy", mnist.test_images[0])
    assert cli.main(["predict", "seven.npy"]) == 0
    model = MLP.load(default_weights())
    confidence = model.predict_proba(network_input(model, mnist.test_images[:1])).max()
    assert capsys.readouterr().out == f"7 ({confidence:.1%})\n"


@pytest.mark.parametrize("geometry", [1, 2])
def test_predict_reads_images_in_the_networks_geometry(
    mnist: Mnist, capsys: Captured, geometry: int
) -> None:
    model = MLP(hidden_sizes=(16,), seed=0)
    model.metadata = {"geometry": geometry}
    model.save("mine.npz")
    np.save("seven.npy", mnist.test_images[0])
    assert cli.main(["predict", "seven.npy", "--json", "--weights", "mine.npz"]) == 0
    answer = json.loads(capsys.readouterr().out)
    expected = model.predict_proba(network_input(model, mnist.test_images[:1]))[0]
    assert list(answer["probabilities"].values()) == pytest.approx(expected.tolist())


def test_weights_of_an_unknown_geometry_are_refused(capsys: Captured) -> None:
    model = MLP(hidden_sizes=(16,), seed=0)
    model.metadata = {"geometry": 3}
    model.save("mine.npz")
    assert cli.main(["predict", "seven.npy", "--weights", "mine.npz"]) == 1
    assert "mine.npz is not a usable weights file: it was trained with geometry 3" in (
        capsys.readouterr().err
    )


def test_predict_reads_a_photo_of_any_size(mnist: Mnist, capsys: Captured) -> None:
    from PIL import Image

    big = Image.fromarray(255 - mnist.test_images[0]).resize((280, 280))
    sheet = Image.new("L", (500, 400), 250)
    sheet.paste(big, (150, 40))
    sheet.save("photo.jpg")
    assert cli.main(["predict", "photo.jpg"]) == 0
    assert capsys.readouterr().out.startswith("7 (")


def test_several_pictures_are_named(mnist: Mnist, capsys: Captured) -> None:
    np.save("two.npy", mnist.test_images[:2])
    np.save("one.npy", mnist.test_images[2])
    assert cli.main(["predict", "two.npy", "one.npy"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(" (")[0] for line in lines] == [
        "two.npy[0]: 7",
        "two.npy[1]: 2",
        "one.npy: 1",
    ]


def test_json_has_one_object_a_digit(mnist: Mnist, capsys: Captured) -> None:
    np.save("two.npy", mnist.test_images[:2])
    assert cli.main(["predict", "two.npy", "--json"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(a["file"], a["picture"], a["prediction"]) for a in answers] == [
        ("two.npy", 0, 7),
        ("two.npy", 1, 2),
    ]
    for answer in answers:
        assert list(answer["probabilities"]) == [str(digit) for digit in range(10)]
        assert sum(answer["probabilities"].values()) == pytest.approx(1)
        assert answer["confidence"] == max(answer["probabilities"].values())


def test_predict_reads_all_digits_of_a_picture(mnist: Mnist, capsys: Captured) -> None:
    images = mnist.test_images[[0, 2, 3]]  # 7, 1, 0
    row = np.kron(np.concatenate(list(images), axis=1), np.ones((3, 3), np.uint8))
    np.save("number.npy", 255 - row)
    assert cli.main(["predict", "number.npy"]) == 0
    assert re.fullmatch(r"710 \([\d.]+% [\d.]+% [\d.]+%\)\n", capsys.readouterr().out)
    assert cli.main(["predict", "number.npy", "--json"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(a["digit"], a["prediction"]) for a in answers] == [(0, 7), (1, 1), (2, 0)]
    assert [a["box"]["x"] // 84 for a in answers] == [0, 1, 2]


def test_predict_reads_standard_input(
    mnist: Mnist, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    file = io.BytesIO()
    np.save(file, mnist.test_images[0])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(file.getvalue())))
    assert cli.main(["predict", "-"]) == 0
    assert capsys.readouterr().out.startswith("7 (")


def test_a_bad_file_does_not_keep_the_others_from_being_read(
    tmp_path: Path, mnist: Mnist, capsys: Captured
) -> None:
    np.save("blank.npy", np.zeros((28, 28), np.uint8))
    np.save("seven.npy", mnist.test_images[0])
    (tmp_path / "notes.png").write_bytes(b"not a picture")
    assert cli.main(["predict", "blank.npy", "missing.png", "notes.png", "seven.npy"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("seven.npy: 7 (")
    blank, missing, notes = err.splitlines()
    assert blank.startswith("error: blank.npy holds no digit: ")
    assert missing == "error: missing.png cannot be read: No such file or directory"
    assert notes == "error: notes.png cannot be read: it is not a picture, or it is damaged"


def test_pictures_without_pillow_say_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    (tmp_path / "seven.png").write_bytes(b"\x89PNG")
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    assert cli.main(["predict", "seven.png"]) == 1
    assert capsys.readouterr().err.endswith("pip install pillow\n")
