"""The Python client waits for a busy server, a few times."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from live import serving
from python_client import Ask

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.model.example import SEVEN
from mnist_recognizer.api.settings import Settings
from mnist_recognizer.client import (
    BusyError,
    RejectedInputError,
    asynchronous,
    synchronous,
)
from mnist_recognizer.locations import default_weights


@pytest.mark.slow
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
