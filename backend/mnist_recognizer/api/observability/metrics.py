"""``/metrics``: what the service does and how long it takes, for Prometheus.

The numbers are counted here, and become Prometheus metrics when ``/metrics`` is asked for: a custom
collector, as prometheus_client offers it. A batch of 1,000 digits is counted with one call.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from operator import add
from typing import Any

import numpy as np
from numpy.typing import NDArray
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from mnist_recognizer import __version__

DURATIONS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)  # seconds
CONFIDENCES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)


class _Histogram:
    """Counts values by the bucket that they fall into."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)  # values up to each bound, and beyond the last one
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def observe_many(self, values: NDArray[np.float32]) -> None:
        """Count many values."""
        buckets = np.searchsorted(self.bounds, values)
        counts = np.bincount(buckets, minlength=len(self.counts)).tolist()
        self.counts = list(map(add, self.counts, counts))
        self.total += float(values.sum())

    def buckets(self) -> list[tuple[str, float]]:
        """Return how many values there were up to each bound."""
        bounds = [*map(str, map(float, self.bounds)), "+Inf"]
        return list(zip(bounds, accumulate(self.counts), strict=True))


class Metrics(Collector):
    """Counts what happens; everything is called in the event loop's thread."""

    def __init__(self) -> None:
        self._in_flight = 0
        self._seconds: dict[str, _Histogram] = {}
        self._responses: Counter[tuple[str, str]] = Counter()
        self._digits = [0] * 10
        self._confidence = _Histogram(CONFIDENCES)
        self._rejections: Counter[tuple[str]] = Counter()
        self._errors = 0
        self._model: tuple[str, ...] = ()  # file, architecture, version

    def began(self) -> None:
        """Count a request that is being answered from now on."""
        self._in_flight += 1

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count an answer; `route` is a pattern such as ``/predict``, never what a client sent."""
        self._in_flight -= 1
        self._responses[route, str(status)] += 1
        if route not in self._seconds:
            self._seconds[route] = _Histogram(DURATIONS)
        self._seconds[route].observe(seconds)

    def recognised(self, answer: Mapping[str, Any]) -> None:
        """Count one digit, by the answer that is sent."""
        self._digits[answer["prediction"]] += 1
        self._confidence.observe(answer["confidence"])

    def recognised_many(self, probabilities: NDArray[np.float32]) -> None:
        """Count a batch, (n, 10) probabilities."""
        counts = np.bincount(probabilities.argmax(axis=1), minlength=10).tolist()
        self._digits = list(map(add, self._digits, counts))
        self._confidence.observe_many(probabilities.max(axis=1))

    def rejected(self, status: int) -> None:
        """Count a request that a limit turned away."""
        self._rejections[(str(status),)] += 1

    def failed(self) -> None:
        """Count a mistake of the server."""
        self._errors += 1

    def exposition(self, file: str, architecture: str) -> bytes:
        """Return everything in Prometheus' text format.

        Parameters
        ----------
        file, architecture : str
            The network in use; empty when there is none.
        """
        self._model = (file, architecture, __version__) if architecture else ()
        registry = CollectorRegistry()
        registry.register(self)
        return generate_latest(registry)

    def collect(self) -> Iterator[Metric]:
        """Give each metric with its values."""
        seconds = HistogramMetricFamily(
            "mnist_request_duration_seconds",
            "Time from a request's headers to the end of its answer.",
            labels=["route"],
        )
        for route, histogram in self._seconds.items():
            seconds.add_metric([route], histogram.buckets(), histogram.total)
        yield seconds
        yield _counter(
            "mnist_responses",
            "Answers, by route and HTTP status.",
            ["route", "status"],
            self._responses.items(),
        )
        yield _counter(
            "mnist_predictions",
            "Digits recognised, by what they were read as.",
            ["digit"],
            (((str(digit),), count) for digit, count in enumerate(self._digits)),
        )
        yield HistogramMetricFamily(
            "mnist_confidence",
            "Probability of the digit that was read.",
            buckets=self._confidence.buckets(),
            sum_value=self._confidence.total,
        )
        yield _counter(
            "mnist_rejections",
            "Requests that a limit turned away, by HTTP status.",
            ["status"],
            self._rejections.items(),
        )
        yield CounterMetricFamily(
            "mnist_errors", "Mistakes of the server itself.", value=self._errors
        )
        yield GaugeMetricFamily(
            "mnist_requests_in_flight", "Requests that are being answered.", value=self._in_flight
        )
        model = GaugeMetricFamily(
            "mnist_model_info",
            "The network in use: 1.",
            labels=["file", "architecture", "version"],
        )
        if self._model:
            model.add_metric(self._model, 1)
        yield model


def _counter(
    name: str, text: str, labels: Sequence[str], values: Iterable[tuple[tuple[str, ...], int]]
) -> Metric:
    metric = CounterMetricFamily(name, text, labels=labels)
    for value_labels, count in values:
        metric.add_metric(value_labels, count)
    return metric
