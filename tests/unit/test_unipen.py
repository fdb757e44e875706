"""Files of pen digits in the UNIPEN format are read, or refused with the line that is wrong."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unipen import PenDigits, UnipenError, parse_unipen, read_unipen

SEVEN = """\
.VERSION 1.0
.COORD X Y
.COMMENT collected on a tablet
.HIERARCHY DIGIT

.SEGMENT DIGIT ? "7"
.COMMENT 7  12  1
.DT 100
.PEN_DOWN
 20 90
 80 90
 45 0
.PEN_UP
 40 20
.PEN_DOWN
 35 45
 70 45
.PEN_UP
.DT 200
"""


def written(digits: PenDigits) -> str:
    """Write digits as the original files have them."""
    lines = [".COORD X Y"]
    for strokes, label, writer in zip(digits.strokes, digits.labels, digits.writers, strict=True):
        lines += [f'.SEGMENT DIGIT ? "{label}"', f".COMMENT {label} {writer} 3", ".DT 100"]
        for stroke in strokes:
            lines += [".PEN_DOWN", *(f" {x:g} {-y:g}" for x, y in stroke), ".PEN_UP"]
    return "\n".join(lines)


def test_a_file_is_read_with_y_downwards(tmp_path: Path) -> None:
    path = tmp_path / "pendigits-orig.tra"
    path.write_text(SEVEN + SEVEN.replace("7", "4").replace("12", "3"))
    digits = read_unipen(path)
    assert digits.labels.tolist() == [7, 4]
    assert digits.writers.tolist() == [12, 3]
    first, bar = digits.strokes[0]
    assert first.tolist() == [[20, -90], [80, -90], [45, 0]]
    assert bar.tolist() == [[35, -45], [70, -45]]


coordinates = st.integers(-1000, 1000)
stroke_lists = st.lists(
    st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=5), min_size=1, max_size=4
)


@given(
    st.lists(st.tuples(stroke_lists, st.integers(0, 9), st.integers(0, 99)), min_size=1, max_size=6)
)
def test_what_is_written_is_read_again(drawn: list) -> None:
    digits = PenDigits(
        [[np.array(stroke, np.float64) for stroke in strokes] for strokes, _, _ in drawn],
        np.array([label for _, label, _ in drawn]),
        np.array([writer for _, _, writer in drawn]),
    )
    again = parse_unipen(written(digits).splitlines())
    np.testing.assert_array_equal(again.labels, digits.labels)
    np.testing.assert_array_equal(again.writers, digits.writers)
    for one, other in zip(again.strokes, digits.strokes, strict=True):
        assert [stroke.tolist() for stroke in one] == [stroke.tolist() for stroke in other]


def test_the_columns_of_a_file_are_those_it_names() -> None:
    lines = SEVEN.replace(".COORD X Y", ".COORD T Y X").replace(" 20 90", " 0 90 20")
    lines = lines.replace(" 80 90", " 1 90 80").replace(" 45 0", " 2 0 45")
    lines = lines.replace(" 35 45", " 3 45 35").replace(" 70 45", " 4 45 70")
    digits = parse_unipen(lines.splitlines())
    assert digits.strokes[0][0].tolist() == [[20, -90], [80, -90], [45, 0]]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (" 80 90", " 80 90 1", "line 11: points need 2 numbers each, and here are 3"),
        (" 80 90", " 80 top", "line 11: a coordinate is not a number"),
        (" 80 90", " 80 nan", "line 11: a coordinate is not a number within"),
        (" 80 90", " 80 1e10", "line 11: a coordinate is not a number within"),
        (".COMMENT 7  12  1", ".COMMENT 8 12 1", "line 7: the comment says 8, and the segment 7"),
        (".COMMENT 7  12  1", ".COMMENT 17 12 1", "line 7: a digit is 0 to 9, not 17"),
        (".COMMENT 7  12  1", "", "ends without a .COMMENT"),
        (".SEGMENT", ".NOTHING", "line 9: .PEN_DOWN stands before the first .SEGMENT"),
        (".PEN_DOWN", ".NOTHING", "ends without a point of the pen"),
        (".COORD X Y", ".COORD X T", "line 2: .COORD must name X and Y"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, message: str) -> None:
    with pytest.raises(UnipenError, match=message):
        parse_unipen(SEVEN.replace(old, new).splitlines())


@pytest.mark.parametrize("data", [b"", b"hello\n", b".SEGMENT DIGIT\0", b"\x93NUMPY\x01\0"])
def test_another_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(UnipenError, match=r"no digit|not a text file"):
        read_unipen(path)


words = st.sampled_from(
    [
        ".SEGMENT",
        ".COMMENT",
        ".PEN_DOWN",
        ".PEN_UP",
        ".COORD",
        "X",
        "Y",
        '"7"',
        "7",
        "1",
        "-3.5",
        "x",
    ]
)


@given(st.lists(st.lists(words, max_size=5).map(" ".join) | st.text(max_size=20), max_size=20))
def test_any_lines_are_digits_or_refused(lines: list[str]) -> None:
    try:
        digits = parse_unipen(lines)
    except UnipenError as error:
        assert str(error)  # noqa: PT017 (either outcome is right)
    else:
        assert len(digits.strokes) == len(digits.labels) == len(digits.writers) > 0
        assert all(len(stroke) > 0 for strokes in digits.strokes for stroke in strokes)
