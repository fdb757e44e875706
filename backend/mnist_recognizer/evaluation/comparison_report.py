"""One self-contained HTML page that puts networks and the runs that made them side by side."""

from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from mnist_recognizer.evaluation.charts import (
    Axis,
    Chart,
    Series,
    interval_strip,
    log_axis,
    round_ticks,
)
from mnist_recognizer.evaluation.comparison import Comparison, Pair, format_p_value, verdict
from mnist_recognizer.evaluation.history import History
from mnist_recognizer.evaluation.report import STYLES
from mnist_recognizer.evaluation.sections import arrows, percent, section
from mnist_recognizer.nn.weights import write_atomically

_TEMPLATE = files("mnist_recognizer.evaluation") / "template"
_TONES = 6  # colours in comparison.css
_FEW_EPOCHS = 20  # so few get a dot each


def write_comparison(path: Path, comparison: Comparison, histories: Mapping[str, History]) -> None:
    """Write the page, as a whole or not at all.

    Parameters
    ----------
    path : Path
        The HTML file.
    comparison : Comparison
        What was measured.
    histories : mapping of str to History
        The runs that are known, by the names of their networks.

    Raises
    ------
    OSError
        When the disk does not take it.
    """
    write_atomically(path, build_comparison(comparison, histories).encode())


def build_comparison(comparison: Comparison, histories: Mapping[str, History]) -> str:
    """Return the page as text; see :func:`write_comparison`."""
    accuracies = {name: accuracy for name, (_, accuracy) in comparison.networks.items()}
    best = max(accuracies, key=lambda name: accuracies[name].count)
    total = accuracies[best].total
    parts = [_networks(comparison), _pairs(comparison.pairs)]
    if histories:
        parts.append(_curves(list(comparison.networks), histories))
    styles = [(_TEMPLATE / name).read_text("utf-8") for name in (*STYLES, "comparison.css")]
    return Template((_TEMPLATE / "comparison.html").read_text("utf-8")).substitute(
        count=len(accuracies),
        date=datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"),
        style="\n".join(styles),
        headline=f"<em>{percent(accuracies[best].value)}</em> is the best of {len(accuracies)}.",
        lead=f"{escape(best)}, on the same {total:,} test images as the others.",
        sections="\n".join(parts),
    )


def _networks(comparison: Comparison) -> str:
    shares = [accuracy for _, accuracy in comparison.networks.values()]
    lows, highs = zip(*(share.interval for share in shares), strict=True)
    axis = Axis(min(lows), max(highs), ())
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td class="measured"><span class="with-strip">'
        f"<span>{percent(accuracy.value)}</span>{interval_strip(accuracy, axis)}</span></td>"
        f"<td>{escape(arrows(architecture))}</td></tr>"
        for name, (architecture, accuracy) in comparison.networks.items()
    )
    return section(
        "How many digits they read",
        '<div class="wide"><table class="scores networks"><thead><tr><th scope="col">Network</th>'
        '<th scope="col">Accuracy</th><th scope="col">Layers</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>",
        f"The strips run from {percent(axis.low)} to {percent(axis.high)}, with 95% confidence "
        "intervals.",
    )


def _pairs(pairs: list[Pair]) -> str:
    rows = "".join(
        f"<tr><td>{escape(p.first)}: {p.only_first:,}</td><td>{escape(p.second)}: "
        f"{p.only_second:,}</td><td>{escape(format_p_value(p.p_value))}</td>"
        f"<td>{escape(verdict(p))}</td></tr>"
        for p in pairs
    )
    return section(
        "Is it more than chance?",
        '<div class="wide"><table class="scores pairs"><thead><tr><th scope="col">One alone reads '
        'right</th><th scope="col">The other alone</th><th scope="col">p</th>'
        f'<th scope="col">Verdict</th></tr></thead><tbody>{rows}</tbody></table></div>',
        "Two networks are told apart by the images that only one of them reads right. p is how "
        "often chance alone would divide these as unevenly (McNemar’s exact test); below 0.05 the "
        "difference is called one.",
        "Of many equally good pairs, one in twenty falls below 0.05 by chance.",
    )


def _curves(names: list[str], histories: Mapping[str, History]) -> str:
    styles = {
        name: f"tone-{number % _TONES}" + (" again" if number // _TONES % 2 else "")
        for number, name in enumerate(name for name in names if name in histories)
    }
    key = "".join(f'<span class="{s}">{escape(name)}</span>' for name, s in styles.items())
    last = max(history[-1]["epoch"] for history in histories.values())
    ticks = [tick for tick in round_ticks(1, last) if tick == round(tick)]
    x = Axis(1, last, ticks, "epoch")

    def plot(
        title: str, field: Callable[[dict[str, float]], float], form: Callable[..., str]
    ) -> str:
        curves = {
            name: [(epoch["epoch"], field(epoch)) for epoch in histories[name]] for name in styles
        }
        series = [
            Series(
                points,
                styles[name],
                radii=[3.0] * len(points) if len(points) <= _FEW_EPOCHS else (),
                notes=[f"{name}, epoch {epoch:g}: {value:.4g}" for epoch, value in points],
            )
            for name, points in curves.items()
        ]
        y = log_axis([value for points in curves.values() for _, value in points], form)
        chart = Chart(f"{title} by epoch, a line a run", x, y, series)
        return f"<figure><h3>{title}</h3>{chart.svg()}</figure>"

    charts = plot(
        "Validation error (1 − accuracy)",
        lambda epoch: 1 - epoch["validation_accuracy"],
        lambda value: f"{100 * value:g}%",
    ) + plot("Validation loss", lambda epoch: epoch["validation_loss"], "{:g}".format)
    bests = [
        f"{name}: {percent(max(epoch['validation_accuracy'] for epoch in histories[name]))}"
        for name in styles
    ]
    return section(
        "How they were trained",
        f'<p class="key">{key}</p><div class="charts">{charts}</div>',
        "On the images that each run kept apart for validation, epoch by epoch.",
        "Best validation accuracy: " + "; ".join(bests) + ".",
    )
