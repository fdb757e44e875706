"""The same image has the same answer, in the same words: command line, API and client."""

import json
from pathlib import Path

import pytest
from image_inputs import image_inputs
from live import serving

from mnist_recognizer import cli
from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.settings import Settings
from mnist_recognizer.client import Client, RejectedInputError
from mnist_recognizer.locations import default_weights


@pytest.fixture(scope="module")
def url() -> str:
    settings = Settings(weights=default_weights(), access_log=False)
    with serving(create_app(settings)) as address:
        yield address


@pytest.mark.parametrize("name", list(image_inputs()))
def test_an_image_has_one_answer(
    name: str, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, number, problem = image_inputs()[name]
    path = tmp_path / "image"
    path.write_bytes(file)
    status = cli.main(["predict", "--json", str(path)])
    out, err = capsys.readouterr()
    with Client(url) as client:
        if problem:
            assert status == 1
            assert err == f"error: {path} {problem}\n"
            with pytest.raises(RejectedInputError) as caught:
                client.predict_image(file)
            assert str(caught.value).startswith(f"The image {problem}.")
            return
        answer = client.predict_image(file)
    assert answer["number"] == number
    answers = [json.loads(line) for line in out.splitlines()]
    assert "".join(str(answer["prediction"]) for answer in answers) == number
    for printed, sent in zip(answers, answer["digits"], strict=True):
        assert printed["confidence"] == pytest.approx(sent["confidence"], abs=1e-6)
        for key in ("prediction", "box", "accepted", "reason"):
            assert printed[key] == sent[key]
        assert printed["accepted"] is True
