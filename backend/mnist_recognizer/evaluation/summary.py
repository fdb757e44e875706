"""An assessment as text for a terminal."""

import math

from mnist_recognizer.evaluation.assessment import ERROR_BUDGET, Assessment
from mnist_recognizer.evaluation.robustness import CORRUPTIONS

_CONFUSIONS_SHOWN = 5


def summarise(assessment: Assessment) -> str:
    """Return the numbers that matter, a page of text that ends without a line break."""
    parts = [_numbers(assessment), _digits(assessment)]
    often = [
        f"{true} as {read} ({count})"
        for true, read, count in assessment.confusions()[:_CONFUSIONS_SHOWN]
    ]
    if often:
        parts.append("read wrong most often: " + ", ".join(often))
    if assessment.robustness:
        parts.append(_robustness(assessment))
    return "\n\n".join(parts)


def _numbers(assessment: Assessment) -> str:
    share, before, after = assessment.accuracy, assessment.before, assessment.after
    best, chosen = assessment.acceptance, assessment.chosen_acceptance
    low, high = share.interval
    tested = (
        f"{share.value:.2%}  ({share.count:,} of {share.total:,}; "
        f"95% interval {low:.2%} to {high:.2%})"
    )
    calibrated = (
        f"{after.expected_error:.2%} with temperature {after.temperature:.3f}, "
        f"{before.expected_error:.2%} without"
    )
    accepted = (
        f"{chosen.accepted.value:.1%} with the threshold that validation chose "
        f"({chosen.errors.count} wrong), {best.accepted.value:.1%} at best"
    )
    rows = [
        ("test accuracy", tested),
        ("validation accuracy", f"{assessment.validation_accuracy.value:.2%}"),
        ("log loss", f"{before.log_loss:.4f} nats"),
        ("calibration error", calibrated),
        (f"accepted at {ERROR_BUDGET:.1%} errors", accepted),
    ]
    lines = [f"{assessment.architecture}, {assessment.parameters:,} parameters", ""]
    return "\n".join([*lines, *(f"{name:<24}{text}" for name, text in rows)])


def _digits(assessment: Assessment) -> str:
    lines = ["digit    recall  precision        F1"]
    lines += [
        f"{d.digit:>5}  {_percent(d.recall.value):>8}  {_percent(d.precision.value):>9}"
        f"  {_percent(d.f1):>8}"
        for d in assessment.digits
    ]
    return "\n".join(lines)


def _percent(value: float) -> str:
    """Return a share in percent; a dash for that of no case, such as a digit that is never read."""
    return "-" if math.isnan(value) else f"{value:.2%}"


def _robustness(assessment: Assessment) -> str:
    lines = ["accuracy in %, changed by"]
    for corruption in CORRUPTIONS:
        measured = [m for m in assessment.robustness if m.corruption is corruption]
        lines.append(f"  {corruption.name} ({corruption.unit})")
        lines.append("  " + "".join(f"{m.level:>6g}" for m in measured))
        lines.append("  " + "".join(f"{100 * m.accuracy.value:>6.1f}" for m in measured))
    return "\n".join(lines)
