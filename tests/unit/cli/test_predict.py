"""`mnist-recognizer predict`: images in, digits out."""

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


def test_several_images_are_named(mnist: Mnist, capsys: Captured) -> None:
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
    assert [(a["file"], a["image"], a["prediction"]) for a in answers] == [
        ("two.npy", 0, 7),
        ("two.npy", 1, 2),
    ]
    for answer in answers:
        assert list(answer["probabilities"]) == [str(digit) for digit in range(10)]
        assert sum(answer["probabilities"].values()) == pytest.approx(1)
        assert answer["confidence"] == max(answer["probabilities"].values())


def test_predict_reads_all_digits_of_an_image(mnist: Mnist, capsys: Captured) -> None:
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
    (tmp_path / "notes.png").write_bytes(b"not an image")
    assert cli.main(["predict", "blank.npy", "missing.png", "", "notes.png", "seven.npy"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("seven.npy: 7 (")
    assert err.splitlines() == [
        "error: blank.npy is blank: nothing in it stands out from its border",
        "error: missing.png cannot be read: No such file or directory",
        "error: a file has no name: one of the arguments is empty",
        "error: notes.png is not a PNG, JPEG, GIF, BMP, WebP or TIFF file; save it as one of these",
    ]


def test_images_without_pillow_say_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    (tmp_path / "seven.png").write_bytes(b"\x89PNG")
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert cli.main(["predict", "seven.png"]) == 1
    assert capsys.readouterr().err.endswith("pip install pillow\n")


def test_what_is_not_a_digit_is_called_so(capsys: Captured) -> None:
    frame = np.zeros((28, 28), np.uint8)
    frame[4:24, 4:24] = 255
    frame[6:22, 6:22] = 0
    np.save("frame.npy", frame)
    assert cli.main(["predict", "frame.npy"]) == 0
    assert re.fullmatch(
        r"\d \([\d.]+%\) This does not look like a digit\.\n", capsys.readouterr().out
    )
    assert cli.main(["predict", "frame.npy", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["accepted"] is False
    assert answer["reason"] == "This does not look like a digit."


def test_a_digit_of_a_number_that_is_not_accepted_is_named_by_its_place(
    mnist: Mnist, capsys: Captured
) -> None:
    frame = np.zeros((28, 28), np.uint8)
    frame[4:24, 4:24] = 255
    frame[6:22, 6:22] = 0
    row = np.concatenate([mnist.test_images[0], frame, mnist.test_images[3]], axis=1)
    np.save("row.npy", np.kron(row, np.ones((3, 3), np.uint8)))
    assert cli.main(["predict", "row.npy"]) == 0
    assert capsys.readouterr().out.endswith(") Digit 2: This does not look like a digit.\n")


def test_weights_that_cannot_tell_digits_from_other_images_accept_all(
    tmp_path: Path, mnist: Mnist, capsys: Captured
) -> None:
    MLP().save(tmp_path / "weights.npz")
    np.save("seven.npy", mnist.test_images[0])
    assert cli.main(["predict", "seven.npy", "--weights", "weights.npz", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["accepted"], answer["reason"]) == (True, None)
