"""The Python client, against a real server and against all that can go wrong."""

import asyncio
import contextlib
import functools
import http.server
import inspect
import io
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from live import serving
from PIL import Image

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.model.example import SEVEN
from mnist_recognizer.api.settings import Settings
from mnist_recognizer.client import (
    AsyncClient,
    BusyError,
    Client,
    ClientError,
    NotPermittedError,
    ProblemError,
    RejectedInputError,
    UnreachableError,
    asynchronous,
    synchronous,
)
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP

KEY = "correct-horse-battery"
IMAGE = (255 - np.array(SEVEN).reshape(28, 28) * 255).astype(np.uint8)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("models")
    MLP.load(default_weights()).save(folder / "first.pkl")
    MLP.load(default_weights()).save(folder / "second.npz")
    settings = Settings(weights=folder / "first.pkl", api_keys=(KEY,), access_log=False)
    with serving(create_app(settings)) as address:
        yield address


class Both:
    """Calls a method of the client, or of the one for event loops."""

    def __init__(self, kind: type[Client] | type[AsyncClient], **arguments: Any) -> None:
        self.kind = kind
        self.arguments = arguments

    def __call__(self, method: str, *given: Any) -> Any:
        if self.kind is Client:
            with Client(**self.arguments) as client:
                return getattr(client, method)(*given)

        async def ask() -> Any:
            async with AsyncClient(**self.arguments) as client:
                return await getattr(client, method)(*given)

        return asyncio.run(ask())


Ask = Callable[..., Both]


@pytest.fixture(params=[Client, AsyncClient])
def make(request: pytest.FixtureRequest) -> Ask:
    return lambda **arguments: Both(request.param, **arguments)


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


class Others:
    """Servers that are none of this API, each at a port of its own."""

    def __init__(self, talk: Callable[[socket.socket], None]) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.talk = talk
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self) -> None:
        with contextlib.suppress(OSError):  # the end
            while True:
                connection, _ = self.listener.accept()
                with connection, contextlib.suppress(ConnectionError):
                    self.talk(connection)

    def end(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


@pytest.fixture
def others() -> Iterator[Callable[[Callable[[socket.socket], None]], str]]:
    with contextlib.ExitStack() as started:

        def start(talk: Callable[[socket.socket], None]) -> str:
            other = Others(talk)
            started.callback(other.end)
            return other.url

        yield start


Start = Callable[[Callable[[socket.socket], None]], str]


class TestOtherServers:
    def test_one_that_says_nothing_is_left_after_the_timeout(
        self, make: Ask, others: Start
    ) -> None:
        def silent(connection: socket.socket) -> None:
            while connection.recv(65536):
                pass

        url = others(silent)
        with pytest.raises(UnreachableError) as caught:
            make(url=url, timeout=0.2)("health")
        assert str(caught.value) == f"No answer from {url} in the time that was given to it."

    @pytest.mark.parametrize("said", [b"", b"SSH-2.0-OpenSSH_9.2\r\n"])
    def test_one_that_speaks_no_http_is_said_with_the_address(
        self, make: Ask, others: Start, said: bytes
    ) -> None:
        def talk(connection: socket.socket) -> None:
            connection.recv(65536)
            connection.sendall(said)

        url = others(talk)
        with pytest.raises(UnreachableError, match=rf"^No answer from {url}: \S"):
            make(url=url)("health")

    def test_one_of_files_is_recognised_as_another(self, make: Ask, tmp_path: Path) -> None:
        (tmp_path / "health").write_text("<html>fine</html>")
        handler = functools.partial(Files, directory=str(tmp_path))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            ask = make(url=f"http://127.0.0.1:{server.server_port}")
            with pytest.raises(ClientError, match="does not answer as this API does"):
                ask("health")
            with pytest.raises(
                ProblemError, match=r"^The server answered 404 without a problem document"
            ):
                ask("models")
            with pytest.raises(
                ProblemError, match=r"^The server answered 501 without a problem document"
            ):
                ask("predict", SEVEN)
            server.shutdown()
            thread.join()

    def test_one_that_is_busy_once_is_asked_again(self, make: Ask, others: Start) -> None:
        health = b'{"status": "healthy", "model_loaded": true, "model_architecture": "x"}'
        end = b"Content-Length: %d\r\nConnection: close\r\n\r\n"
        answers = [
            b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n" + end % 0,
            b"HTTP/1.1 200 OK\r\n" + end % len(health) + health,
        ]

        def talk(connection: socket.socket) -> None:
            connection.recv(65536)
            connection.sendall(answers.pop(0))

        assert make(url=others(talk))("health").status == "healthy"
        assert answers == []


class Files(http.server.SimpleHTTPRequestHandler):
    """Python's server of files, without its log."""

    def log_message(self, *_: Any) -> None:
        pass


def test_a_rate_limit_is_waited_for(make: Ask, tmp_path: Path) -> None:
    settings = Settings(weights=default_weights(), rate_limit="1/second", access_log=False)
    with serving(create_app(settings)) as url:
        ask = make(url=url)
        assert [ask("predict", SEVEN).prediction for _ in range(3)] == [7, 7, 7]
        impatient = make(url=url, tries=1)
        with pytest.raises(BusyError, match=r"^Your address may ask 1 per 1 second\."):
            list(iter(lambda: impatient("predict", SEVEN), None))


class TestRetries:
    @property
    def good(self) -> httpx.Response:
        fields = {"status": "healthy", "model_loaded": True, "model_architecture": "x", "new": 1}
        return httpx.Response(200, json=fields)

    def ask(self, make: Ask, answers: list[httpx.Response], **arguments: Any) -> Any:
        self.left = list(answers)
        transport = httpx.MockTransport(lambda _: self.left.pop(0))
        return make(transport=transport, **arguments)("health")

    @pytest.fixture(autouse=True)
    def no_waiting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.waited: list[float] = []

        async def sleep(seconds: float) -> None:
            self.waited.append(seconds)

        monkeypatch.setattr(synchronous, "sleep", self.waited.append)
        monkeypatch.setattr(asynchronous, "sleep", sleep)

    def busy(self, status: int = 503, **headers: str) -> httpx.Response:
        return httpx.Response(status, json={"detail": "busy"}, headers=headers)

    def test_a_busy_server_is_asked_again_when_it_says_so(self, make: Ask) -> None:
        answers = [self.busy(**{"Retry-After": "2"}), self.busy(429, **{"Retry-After": "1"})]
        assert self.ask(make, [*answers, self.good]).status == "healthy"
        assert self.waited == [2, 1]

    def test_it_is_asked_so_often_and_no_more(self, make: Ask) -> None:
        with pytest.raises(BusyError, match="busy"):
            self.ask(make, [self.busy(**{"Retry-After": "1"}) for _ in range(9)], tries=3)
        assert (len(self.waited), len(self.left)) == (2, 6)

    @pytest.mark.parametrize("after", [None, "soon", "3600", "Fri, 31 Dec 1999 23:59:59 GMT"])
    def test_without_a_short_wait_the_problem_is_told_at_once(
        self, make: Ask, after: str | None
    ) -> None:
        headers = {} if after is None else {"Retry-After": after}
        with pytest.raises(BusyError):
            self.ask(make, [self.busy(**headers), self.good])
        assert self.waited == []

    def test_other_problems_are_not_tried_again(self, make: Ask) -> None:
        with pytest.raises(RejectedInputError):
            self.ask(make, [self.busy(422, **{"Retry-After": "1"}), self.good])


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
    backend = Path(__file__).resolve().parents[2] / "backend"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=backend, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []
