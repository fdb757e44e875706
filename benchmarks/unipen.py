"""Digits that people drew with a pen, from files in the UNIPEN format.

"Pen-Based Recognition of Handwritten Digits" (E. Alpaydin and F. Alimoglu, UCI Machine Learning
Repository, 1998) has its original strokes in two such files, ``pendigits-orig.tra`` and
``pendigits-orig.tes``. A digit is a segment; its comment holds the digit, the writer and the
number of the sample, and ``y`` grows upwards::

    .SEGMENT DIGIT ? "8"
    .COMMENT 8 12 1
    .PEN_DOWN
    267 333
    267 336
    .PEN_UP

The format: I. Guyon et al., "UNIPEN project of on-line data exchange and recognizer benchmarks",
ICPR 1994. Keywords that say nothing about strokes, such as ``.DT``, are passed over.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAX_BYTES = 256 * 2**20


class UnipenError(ValueError):
    """What is wrong with a file, in one sentence."""


@dataclass(frozen=True)
class PenDigits:
    """Digits as pen strokes.

    Attributes
    ----------
    strokes : list of list of ndarray of float64, shape (points, 2)
        Of each digit; y grows downwards.
    labels : ndarray of int64, shape (digits,)
    writers : ndarray of int64, shape (digits,)
    """

    strokes: list[list[NDArray[np.float64]]]
    labels: NDArray[np.int64]
    writers: NDArray[np.int64]


def read_unipen(path: Path) -> PenDigits:
    """Read a file of digits.

    Raises
    ------
    UnipenError
        It is not a file of digits; the message names the first line that is wrong.
    OSError
        It cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UnipenError(f"it is larger than {MAX_BYTES // 2**20} MiB")
    if b"\0" in data:
        raise UnipenError("it is not a text file")
    return parse_unipen(data.decode("latin-1").splitlines())


def parse_unipen(lines: Iterable[str]) -> PenDigits:
    """Do the same with the lines of a file."""
    reader = _Reader()
    for number, line in enumerate(lines, start=1):
        try:
            reader.take(line)
        except UnipenError as error:
            raise UnipenError(f"line {number}: {error}") from None
    reader.end_segment()
    if not reader.digits:
        raise UnipenError('it contains no digit: no .SEGMENT with a .COMMENT such as "8 12 1"')
    digits = reader.digits
    return PenDigits(
        [
            [np.array(stroke, np.float64) * [1, -1] for stroke in digit.strokes]  # y downwards
            for digit in digits
        ],
        np.array([digit.label for digit in digits], np.int64),
        np.array([digit.writer for digit in digits], np.int64),
    )


@dataclass
class _Digit:
    """One segment."""

    label: int = -1
    writer: int = -1
    strokes: list[list[tuple[float, float]]] = field(default_factory=list)


class _Reader:
    """Takes one line after the other."""

    def __init__(self) -> None:
        self.digits: list[_Digit] = []
        self._segment: _Digit | None = None
        self._pen_down = False
        self._x, self._y, self._columns = 0, 1, 2

    def take(self, line: str) -> None:
        """Read a line: a keyword with what follows it, or coordinates."""
        words = line.split()
        if not words:
            return
        if not words[0].startswith("."):
            self._take_points(words)
            return
        match words[0].upper():
            case ".COORD":
                self._take_columns([word.upper() for word in words[1:]])
            case ".SEGMENT":
                self.end_segment()
                self._segment = _Digit()
                if quoted := re.search(r'"(\d)"', line):
                    self._segment.label = int(quoted[1])
            case ".COMMENT" if self._segment and _is_description(words[1:]):
                self._describe(self._segment, [int(word) for word in words[1:]])
            case ".PEN_DOWN":
                if self._segment is None:
                    raise UnipenError(".PEN_DOWN stands before the first .SEGMENT")
                self._pen_down = True
                self._segment.strokes.append([])
                self._take_points(words[1:])
            case ".PEN_UP":
                self._pen_down = False

    def end_segment(self) -> None:
        """Keep the segment that ends here, if it is a digit."""
        digit, self._segment, self._pen_down = self._segment, None, False
        if digit is None:
            return
        digit.strokes = [stroke for stroke in digit.strokes if stroke]
        if digit.label < 0 or digit.writer < 0:
            raise UnipenError("a segment ends without a .COMMENT of digit, writer and sample")
        if not digit.strokes:
            raise UnipenError("a segment ends without a point of the pen")
        self.digits.append(digit)

    def _describe(self, digit: _Digit, numbers: list[int]) -> None:
        label, writer, _ = numbers
        if label > 9:
            raise UnipenError(f"a digit is 0 to 9, not {label}")
        if digit.label not in {-1, label}:
            raise UnipenError(f"the comment says {label}, and the segment {digit.label}")
        digit.label, digit.writer = label, writer

    def _take_columns(self, names: list[str]) -> None:
        if not {"X", "Y"} <= set(names):
            raise UnipenError(".COORD must name X and Y")
        self._x, self._y, self._columns = names.index("X"), names.index("Y"), len(names)

    def _take_points(self, words: list[str]) -> None:
        """Add points to the stroke; where the pen goes while it is up does not matter."""
        if not self._pen_down or self._segment is None:
            return
        if len(words) % self._columns:
            raise UnipenError(
                f"points need {self._columns} numbers each, and here are {len(words)}"
            )
        try:
            numbers = [float(word) for word in words]
        except ValueError:
            raise UnipenError("a coordinate is not a number") from None
        if not all(math.fabs(number) <= 1e9 for number in numbers):  # NaN compares false
            raise UnipenError("a coordinate is not a number within ±1e9")
        stroke = self._segment.strokes[-1]
        for start in range(0, len(numbers), self._columns):
            stroke.append((numbers[start + self._x], numbers[start + self._y]))


def _is_description(words: list[str]) -> bool:
    return len(words) == 3 and all(re.fullmatch(r"\d{1,6}", word) for word in words)
