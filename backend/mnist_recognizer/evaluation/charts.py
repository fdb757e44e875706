"""Charts as SVG text: a plane with two axes, and lines, dots and intervals in it.

Colours are CSS classes, so that a chart follows the page from light to dark. Every dot says its
numbers when it is pointed at.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from mnist_recognizer.evaluation.metrics import Share

Point = tuple[float, float]

_WIDTH, _HEIGHT = 360, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 346, 12, 178
_IMAGE_SIDE = 34


@dataclass(frozen=True)
class Axis:
    """One direction of a chart.

    Attributes
    ----------
    low, high : float
        Its ends; both above 0 if it is logarithmic.
    ticks : sequence of float
        What is labelled.
    label : str
    form : callable
        Turns a tick into text.
    logarithmic : bool
    """

    low: float
    high: float
    ticks: Sequence[float]
    label: str = ""
    form: Callable[[float], str] = "{:g}".format
    logarithmic: bool = False

    def place(self, value: float, start: float, end: float) -> float:
        """Return where between `start` and `end` a value lies; what is off the axis is at its end.

        An axis without extent has everything at its start.
        """
        low, high, at = self.low, self.high, min(max(value, self.low), self.high)
        if self.logarithmic:
            low, high, at = math.log(low), math.log(high), math.log(at)
        return start + (end - start) * ((at - low) / (high - low) if high > low else 0.0)


@dataclass(frozen=True)
class Series:
    """Points that belong together.

    Attributes
    ----------
    points : sequence of (x, y)
    style : str
        A CSS class: "accent" or "soft".
    joined : bool
        Draw a line through the points.
    radii : sequence of float
        Draw dots of these radii; empty for none.
    intervals : sequence of (low, high)
        Draw an upright line from low to high at each point; empty for none.
    notes : sequence of str
        What each dot says when it is pointed at.
    """

    points: Sequence[Point]
    style: str = "accent"
    joined: bool = True
    radii: Sequence[float] = ()
    intervals: Sequence[Point] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Chart:
    """A plane with two axes, and what stands in it.

    Attributes
    ----------
    title : str
        What it shows, in words, for those who cannot see it.
    x, y : Axis
    series : sequence of Series
    guides : sequence of (start, end)
        Dashed lines between two points.
    images : sequence of (x, address)
        Small images of digits below the x axis.
    """

    title: str
    x: Axis
    y: Axis
    series: Sequence[Series]
    guides: Sequence[tuple[Point, Point]] = ()
    images: Sequence[tuple[float, str]] = ()

    def svg(self) -> str:
        """Return the chart as an <svg> element."""
        height = _HEIGHT + (_IMAGE_SIDE + 8 if self.images else 0)
        size = f'viewBox="0 0 {_WIDTH} {height}"'
        parts = [f'<svg class="chart" {size} role="img" aria-label="{escape(self.title)}">']
        parts += self._axes(height)
        parts += [
            f'<path class="guide" d="{self._path([start, end])}"/>' for start, end in self.guides
        ]
        for series in self.series:
            parts += self._draw(series)
        return "".join([*parts, "</svg>"])

    def _x(self, value: float) -> float:
        return self.x.place(value, _LEFT, _RIGHT)

    def _y(self, value: float) -> float:
        return self.y.place(value, _BOTTOM, _TOP)

    def _path(self, points: Sequence[Point]) -> str:
        return "M" + "L".join(f"{self._x(x):.1f} {self._y(y):.1f}" for x, y in points)

    def _axes(self, height: int) -> Iterator[str]:
        for tick in self.y.ticks:
            y = self._y(tick)
            yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{_RIGHT}"/>'
            yield f'<text x="{_LEFT - 7}" y="{y + 3.5:.1f}" text-anchor="end">'
            yield f"{_text(self.y, tick)}</text>"
        for tick in self.x.ticks:
            x = self._x(tick)
            yield f'<path class="grid" d="M{x:.1f} {_BOTTOM}v4"/>'
            yield f'<text x="{x:.1f}" y="{_BOTTOM + 17}" text-anchor="middle">'
            yield f"{_text(self.x, tick)}</text>"
        yield f'<path class="axis" d="M{_LEFT} {_BOTTOM}H{_RIGHT}"/>'
        for value, address in self.images:
            place = f'x="{self._x(value) - _IMAGE_SIDE / 2:.1f}" y="{_BOTTOM + 26}" '
            place += f'width="{_IMAGE_SIDE}" height="{_IMAGE_SIDE}"'
            yield f'<rect class="paper" {place}/><image class="ink" {place} href="{address}"/>'
        middle = (_LEFT + _RIGHT) / 2
        yield f'<text class="name" x="{middle}" y="{height - 8}" text-anchor="middle">'
        yield f"{escape(self.x.label)}</text>"

    def _draw(self, series: Series) -> Iterator[str]:
        yield f'<g class="{series.style}">'
        for (x, _), (low, high) in zip(series.points, series.intervals, strict=False):
            at = f"{self._x(x):.1f}"
            yield f'<path class="interval" d="M{at} {self._y(low):.1f}V{self._y(high):.1f}"/>'
        if series.joined and series.points:
            yield f'<path class="line" d="{self._path(series.points)}"/>'
        for number, radius in enumerate(series.radii):
            x, y = series.points[number]
            yield f'<circle cx="{self._x(x):.1f}" cy="{self._y(y):.1f}" r="{radius:.1f}">'
            yield f"<title>{escape(series.notes[number])}</title></circle>"
        yield "</g>"


def _text(axis: Axis, tick: float) -> str:
    return escape(axis.form(tick)).replace("-", "−")


def interval_strip(share: Share, axis: Axis) -> str:
    """Return a share and its interval as a dot on a line, as wide as what is around it."""
    low, high = (axis.place(end, 0, 100) for end in share.interval)
    at = axis.place(share.value, 0, 100) if share.total else 50.0
    left, right, dot = f"{low:.2f}%", f"{high:.2f}%", f"{at:.2f}%"
    return (
        '<svg class="strip" aria-hidden="true"><line class="grid" x1="0" x2="100%" y1="50%" '
        f'y2="50%"/><g class="accent"><line class="interval" x1="{left}" x2="{right}" y1="50%" '
        f'y2="50%"/><circle cx="{dot}" cy="50%" r="3.5"/></g></svg>'
    )


def round_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return about `count` round numbers that lie evenly from `low` to `high`."""
    if high <= low:
        return [low]
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def log_axis(values: Sequence[float], form: Callable[[float], str]) -> Axis:
    """Return a logarithmic axis from the last of 1, 2, 5, 10 … below all values to the first above.

    Values that are not above 0 have no place on it, and are left to its low end.
    """
    positive = [value for value in values if value > 0] or [1.0]
    lowest, highest = min(positive), max(positive)
    exponents = range(math.floor(math.log10(lowest)) - 1, math.ceil(math.log10(highest)) + 2)
    steps = [factor * 10.0**exponent for exponent in exponents for factor in (1, 2, 5)]
    low = max(step for step in steps if step <= lowest * (1 + 1e-9))
    high = min(step for step in steps if step >= highest * (1 - 1e-9))
    inside = [step for step in steps if low <= step <= high]
    powers = [step for step in inside if math.log10(step).is_integer()]
    return Axis(low, high, powers if len(powers) >= 3 else inside, form=form, logarithmic=True)
