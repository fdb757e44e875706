"""``/metrics``: what the service does and how long it takes, for Prometheus."""

import os
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from operator import add
from typing import Any

import numpy as np
from fastapi import APIRouter, Request, Response
from numpy.typing import NDArray
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from mnist_recognizer import __version__
from mnist_recognizer.api.problems import problem_responses

DURATIONS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)  # seconds
CONFIDENCES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
_SHARED = "PROMETHEUS_MULTIPROC_DIR"


class _Tally:
    """What a histogram has yet to be told: to count here takes a fifth of the time.

    Parameters
    ----------
    bounds : sequence of float
        The histogram's buckets.
    """

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)  # values up to each bound, and beyond the last one
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def observe_many(self, values: NDArray[np.float32]) -> None:
        """Count many values, 1,000 in about the time that ten take."""
        places = np.searchsorted(self.bounds, values)
        counts = np.bincount(places, minlength=len(self.counts)).tolist()
        self.counts = list(map(add, self.counts, counts))
        self.total += float(values.sum())

    def pass_on(self, histogram: Histogram) -> int:
        """Tell the histogram, forget, and return how many values there were."""
        for bucket, count in zip(histogram._buckets, self.counts, strict=True):
            if count:
                bucket.inc(count)
        histogram._sum.inc(self.total)
        count = sum(self.counts)
        self.counts = [0] * len(self.counts)
        self.total = 0.0
        return count


class Metrics:
    """Counts what happens; everything is called in the event loop's thread.

    The metrics themselves learn of it when they are asked for. With the environment variable
    PROMETHEUS_MULTIPROC_DIR, several processes count together, in files of that folder, and so they
    must learn of it at once.
    """

    def __init__(self) -> None:
        self._shared = bool(os.environ.get(_SHARED))
        self.registry = CollectorRegistry()
        own: dict[str, Any] = {"registry": self.registry}
        self._seconds = Histogram(
            "mnist_request_duration_seconds",
            "Time from a request's head to the end of its answer.",
            ["route"],
            buckets=DURATIONS,
            **own,
        )
        self._responses = Counter(
            "mnist_responses", "Answers, by route and HTTP status.", ["route", "status"], **own
        )
        self._predictions = Counter(
            "mnist_predictions", "Digits recognised, by what they were read as.", ["digit"], **own
        )
        self._confidence = Histogram(
            "mnist_confidence",
            "Probability of the digit that was read.",
            buckets=CONFIDENCES,
            **own,
        )
        self._rejections = Counter(
            "mnist_rejections",
            "Requests that a limit turned away, by HTTP status.",
            ["status"],
            **own,
        )
        self._errors = Counter("mnist_errors", "Mistakes of the server itself.", **own)
        self._requests_in_flight = Gauge(
            "mnist_requests_in_flight",
            "Requests that are being answered.",
            multiprocess_mode="livesum",
            **own,
        )
        self._model = Gauge(
            "mnist_model_info",
            "The network in use: 1.",
            ["file", "architecture", "version"],
            multiprocess_mode="livemax",
            **own,
        )
        self._digit_counters = [self._predictions.labels(str(digit)) for digit in range(10)]
        self._named: tuple[str, ...] = ()  # the network that was in use when they were asked for
        self._in_flight = 0
        self._answers: dict[tuple[str, int], _Tally] = {}
        self._digits = [0] * 10
        self._confidences = _Tally(CONFIDENCES)

    def began(self) -> None:
        """Count a request that is being answered from now on."""
        self._in_flight += 1
        if self._shared:
            self._pass_on()

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count an answer; `route` is a pattern such as ``/predict``, never what somebody sent."""
        self._in_flight -= 1
        tally = self._answers.get((route, status))
        if tally is None:
            tally = self._answers[route, status] = _Tally(DURATIONS)
        tally.observe(seconds)
        if self._shared:
            self._pass_on()

    def recognised(self, answer: Mapping[str, Any]) -> None:
        """Count one digit, by the answer that is sent."""
        self._digits[answer["prediction"]] += 1
        self._confidences.observe(answer["confidence"])

    def recognised_many(self, probabilities: NDArray[np.float32]) -> None:
        """Count a batch, (n, 10) probabilities."""
        counts = np.bincount(probabilities.argmax(axis=1), minlength=10).tolist()
        self._digits = list(map(add, self._digits, counts))
        self._confidences.observe_many(probabilities.max(axis=1))

    def rejected(self, status: int) -> None:
        """Count a request that a limit turned away."""
        self._rejections.labels(str(status)).inc()

    def failed(self) -> None:
        """Count a mistake of the server."""
        self._errors.inc()

    def exposition(self, file: str, architecture: str) -> bytes:
        """Return everything in Prometheus' text format.

        Parameters
        ----------
        file, architecture : str
            The network in use; empty when there is none.
        """
        self._pass_on()
        if not self._shared:
            self._model.clear()
        elif self._named:  # the files in which several processes count forget no label
            self._model.labels(*self._named).set(0)
        if architecture:
            self._named = (file, architecture, __version__)
            self._model.labels(*self._named).set(1)
        registry = self.registry
        if self._shared:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it has no types
        return generate_latest(registry)

    def _pass_on(self) -> None:
        """Tell the metrics what was counted since the last time."""
        self._requests_in_flight.set(self._in_flight)
        for (route, status), tally in self._answers.items():
            count = tally.pass_on(self._seconds.labels(route))
            self._responses.labels(route, str(status)).inc(count)
        for counter, count in zip(self._digit_counters, self._digits, strict=True):
            counter.inc(count)
        self._digits = [0] * 10
        self._confidences.pass_on(self._confidence)


router = APIRouter(tags=["Service"])


@router.get(
    "/metrics",
    summary="Show the metrics",
    response_class=Response,
    responses={
        200: {
            "description": "Prometheus' text format.",
            "content": {CONTENT_TYPE_LATEST: {"schema": {"type": "string"}}},
        },
        **problem_responses({}),
    },
)
async def metrics(request: Request) -> Response:
    """Answer with counts and histograms of what this process has done, for Prometheus."""
    file = request.state.model_file
    model = file.current()
    counted: Metrics = request.state.metrics
    text = counted.exposition(file.path.name, model.architecture if model else "")
    return Response(text, media_type=CONTENT_TYPE_LATEST)
