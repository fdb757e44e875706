"""The Python client: what it sends, what it returns, and what it refuses."""

import inspect
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image
from python_client import IMAGE, KEY, Ask
from repository import BACKEND

from mnist_recognizer.api.model.example import SEVEN
from mnist_recognizer.client import (
    AsyncClient,
    Client,
    ClientError,
    NotPermittedError,
    ProblemError,
    RejectedInputError,
    UnreachableError,
)


def test_a_digit_is_recognised_in_every_form(make: Ask, url: str, tmp_path: Path) -> None:
    ask = make(url=url)
    answer = ask("predict", SEVEN)
    assert answer.prediction == 7
    assert answer.confidence == max(answer.probabilities) == answer.probabilities[7]
    assert answer.fields["prediction"] == 7
    assert ask("predict", np.array(SEVEN, np.float32).reshape(28, 28)).prediction == 7
    assert ask("predict_strokes", [[(20, 30), (80, 30), (45, 120)]]).prediction == 7
    batch = (np.array([SEVEN, SEVEN]) * 255).astype(np.uint8)
    probabilities = ask("predict_batch", batch.reshape(2, 28, 28))
    assert probabilities.shape == (2, 10)
    assert probabilities.argmax(axis=1).tolist() == [7, 7]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_an_image_is_recognised_from_its_bytes_and_its_path(
    make: Ask, url: str, tmp_path: Path, kind: str
) -> None:
    file = io.BytesIO()
    Image.fromarray(IMAGE).resize((280, 280)).save(file, kind)
    path = tmp_path / "seven"
    path.write_bytes(file.getvalue())
    for image in (file.getvalue(), path, str(path)):
        answer = make(url=url)("predict_image", image)
        assert [digit["prediction"] for digit in answer["digits"]] == [7]


def test_networks_are_listed_and_switched_with_a_key(make: Ask, url: str) -> None:
    ask = make(url=url, api_key=KEY)
    assert ask("activate", "second.npz") == "784 -> 128 -> 64 -> 10"
    models = ask("models")
    assert models.active == "second.npz"
    assert [(model.name, model.active) for model in models.models] == [
        ("first.pkl", False),
        ("second.npz", True),
    ]
    assert ask("health").model_architecture == "784 -> 128 -> 64 -> 10"
    ask("activate", "first.pkl")


def test_each_kind_of_problem_is_an_exception_of_its_own(make: Ask, url: str) -> None:
    ask = make(url=url)
    with pytest.raises(RejectedInputError, match=r"^pixels\[3\] is 300, and must be") as caught:
        ask("predict", [0, 0, 0, 300] + [0] * 780)
    assert caught.value.status == 422
    assert caught.value.title == "Unprocessable Entity"
    assert caught.value.errors[0]["field"] == "pixels[3]"
    assert len(caught.value.request_id) == 32
    with pytest.raises(NotPermittedError):
        ask("activate", "first.pkl")
    with pytest.raises(ProblemError, match=r"^There is no weights file 'x\.pkl'") as other:
        make(url=url, api_key=KEY)("activate", "x.pkl")
    assert type(other.value) is ProblemError


def test_a_name_with_a_slash_is_one_name(make: Ask) -> None:
    paths = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.raw_path)
        return httpx.Response(404)

    with pytest.raises(ProblemError):
        make(transport=httpx.MockTransport(answer))("activate", "../x?y")
    assert paths == [b"/models/..%2Fx%3Fy/activate"]


def test_what_cannot_be_sent_is_refused_here(make: Ask, url: str) -> None:
    for method, given in [
        ("predict", [float("nan")] * 784),
        ("predict_strokes", [[(0, float("inf"))]]),
        ("predict_batch", np.zeros((1, 784))),
    ]:
        with pytest.raises(ValueError, match=r"finite|uint8"):
            make(url=url)(method, given)


def test_no_server_is_said_with_the_address(make: Ask) -> None:
    with pytest.raises(UnreachableError, match=r"^No answer from http://127\.0\.0\.1:9: "):
        make(url="http://127.0.0.1:9")("health")


@pytest.mark.parametrize("content", [b"<html>", b"[]", b"{}", b'{"prediction": 1}'])
def test_another_service_is_recognised_as_such(make: Ask, content: bytes) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=content))
    with pytest.raises(ClientError, match="does not answer as this API does"):
        make(transport=transport)("predict", SEVEN)


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"errors": 1}'])
def test_an_error_of_another_server_on_the_way_is_told(make: Ask, content: bytes) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(502, content=content))
    with pytest.raises(
        ProblemError, match=r"^The server answered 502 without a problem document"
    ) as caught:
        make(transport=transport)("health")
    assert caught.value.errors == []


def test_where_a_server_leads_on_to_is_said(make: Ask) -> None:
    headers = {"Location": "https://digits.example/"}
    transport = httpx.MockTransport(lambda _: httpx.Response(301, headers=headers))
    with pytest.raises(ClientError, match=r"redirects to https://digits\.example/: give the"):
        make(transport=transport)("health")


def test_an_answer_that_is_nested_too_deeply_is_none_of_this_api(make: Ask) -> None:
    for status, kind in ((200, ClientError), (500, ProblemError)):
        response = httpx.Response(status, content=b"[" * 100_000)
        with pytest.raises(kind, match="proxy"):
            make(transport=httpx.MockTransport(lambda _, r=response: r))("health")


@pytest.mark.parametrize("url", ["localhost:8000", "http://", "ftp://x", "", "http://x:y", "/x"])
def test_what_is_no_address_is_told_at_once(make: Ask, url: str) -> None:
    with pytest.raises(ClientError, match=rf"^'{re.escape(url)}' is not the address of a server: "):
        make(url=url)("health")


@pytest.mark.parametrize("key", ["sécret-sécret-sécret", "two\nlines"])
def test_a_key_that_can_be_none_is_told_and_not_shown(make: Ask, key: str) -> None:
    with pytest.raises(ClientError, match=r"^The API key holds characters") as caught:
        make(api_key=key)("health")
    assert key not in str(caught.value)


def test_an_image_that_cannot_be_read_is_one_sentence(make: Ask, tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    for name, reason in [
        ("none.png", "No such file or directory"),
        ("folder.png", "Is a directory"),
        ("x" * 300, "File name too long"),
        ("\0", "embedded null byte"),
    ]:
        path = str(tmp_path / name)
        with pytest.raises(ClientError) as caught:
            make()("predict_image", path)
        assert str(caught.value) == f"The image {path!r} cannot be read: {reason}."


def test_an_image_that_may_not_be_read_is_one_sentence(
    make: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(ClientError, match=r"^The image 'a\.png' .* read: Permission denied\.$"):
        make()("predict_image", "a.png")


def test_both_clients_offer_the_same() -> None:
    def offered(kind: type) -> dict[str, str]:
        return {
            name: str(inspect.signature(method)).replace("BaseTransport", "").replace("Async", "")
            for name, method in vars(kind).items()
            if callable(method) and not name.startswith("__a")
            if name not in {"__enter__", "__exit__"}
        }

    assert offered(Client) == offered(AsyncClient)


def test_the_client_imports_nothing_of_the_server() -> None:
    code = "import mnist_recognizer.client, sys; print([n for n in sys.modules if 'fastapi' in n])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=BACKEND, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []
