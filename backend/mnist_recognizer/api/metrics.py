"""``/metrics``: what the service does and how long it takes, for Prometheus."""

import os
from collections.abc import Mapping
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
_EDGES = np.array(CONFIDENCES)


class Metrics:
    """Counts what happens; everything is called in the event loop's thread.

    With the environment variable PROMETHEUS_MULTIPROC_DIR, several processes count together, in
    files of that folder.
    """

    def __init__(self) -> None:
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
        self.in_flight = Gauge(
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
        # Finding the child of a label takes longer than counting.
        self._of_route: dict[tuple[str, int], tuple[Histogram, Counter]] = {}
        self._digits = [self._predictions.labels(str(digit)) for digit in range(10)]

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count an answer; `route` is a pattern such as ``/predict``, never what somebody sent."""
        try:
            histogram, counter = self._of_route[route, status]
        except KeyError:
            histogram = self._seconds.labels(route)
            counter = self._responses.labels(route, str(status))
            self._of_route[route, status] = histogram, counter
        histogram.observe(seconds)
        counter.inc()

    def recognised(self, answer: Mapping[str, Any]) -> None:
        """Count one digit, by the answer that is sent."""
        self._digits[answer["prediction"]].inc()
        self._confidence.observe(answer["confidence"])

    def recognised_many(self, probabilities: NDArray[np.float32]) -> None:
        """Count a batch, (n, 10) probabilities, in about the time that one digit takes."""
        for child, count in zip(
            self._digits, np.bincount(probabilities.argmax(axis=1), minlength=10), strict=True
        ):
            child.inc(int(count))
        confidences = probabilities.max(axis=1)
        # The library observes one value at a time, 1 ms for 1,000; what it does with each is this.
        places = np.searchsorted(_EDGES, confidences)  # the first bucket that holds it
        counts = np.bincount(places, minlength=len(CONFIDENCES) + 1)
        self._confidence._sum.inc(float(confidences.sum()))
        for bucket, count in zip(self._confidence._buckets, counts, strict=True):
            bucket.inc(int(count))

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
        self._model.clear()
        if architecture:
            self._model.labels(file, architecture, __version__).set(1)
        registry = self.registry
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it has no types
        return generate_latest(registry)


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
