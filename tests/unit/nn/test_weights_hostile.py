"""Pickles that somebody forged: nothing in them runs, and none takes memory or time."""

import copyreg
import io
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_recognizer.nn import weight_formats

Check = Callable[..., None]
MIB = 2**20


class Command:
    """Unpickling this runs a shell command."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (self.command,)


@pytest.fixture
def marker(tmp_path: Path) -> Iterator[Path]:
    """A file that no weights file may make."""
    path = tmp_path / "pwned"
    yield path
    assert not path.exists()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_no_protocol_runs_code(
    tmp_path: Path, marker: Path, protocol: int, assert_refused: Check
) -> None:
    path = tmp_path / "weights.pkl"
    path.write_bytes(pickle.dumps(Command(f"touch {marker}"), protocol))
    assert_refused(path, "it names a Python object")
    inside = {"format": "mnist-recognizer weights 1", "arrays": Command(f"touch {marker}")}
    path.write_bytes(pickle.dumps(inside, protocol))
    assert_refused(path)


def test_no_instruction_that_can_call_runs_code(
    tmp_path: Path, marker: Path, assert_refused: Check
) -> None:
    path, command = tmp_path / "weights.pkl", f"touch {marker}".encode()
    short = b"\x8c" + bytes([len(command)]) + command  # SHORT_BINUNICODE
    copyreg.add_extension("os", "system", 0x70000001)
    try:
        for program in (
            b"cos\nsystem\n(V" + command + b"\ntR.",  # GLOBAL, REDUCE
            b"(V" + command + b"\nios\nsystem\n.",  # INST
            b"(cos\nsystem\nV" + command + b"\no.",  # OBJ
            b"\x80\x02cos\nsystem\n" + b"(V" + command + b"\nt\x81.",  # NEWOBJ
            b"\x80\x04cos\nsystem\n" + short + b"\x85}\x92.",  # NEWOBJ_EX
            b"\x80\x04\x8c\x02os\x8c\x06system\x93" + short + b"\x85R.",  # STACK_GLOBAL
            b"\x80\x02\x84\x01\x00\x00\x70(V" + command + b"\ntR.",  # EXT4
            b"\x80\x02\x82\x01.",  # EXT1
            b"\x80\x02\x83\x01\x00.",  # EXT2
            b"Pname\n.",  # PERSID
            b"K\x01Q.",  # BINPERSID
            b"cmnist_recognizer.nn\nMLP\n)R.",
            b"cbuiltins\neval\n(V__import__('os').system('" + command + b"')\ntR.",
            b"}}b.",  # BUILD
        ):
            path.write_bytes(program)
            assert_refused(path)
    finally:
        copyreg.remove_extension("os", "system", 0x70000001)


def test_the_unpickler_itself_refuses_every_name(marker: Path) -> None:
    program = pickle.dumps(Command(f"touch {marker}"))
    with pytest.raises(weight_formats.Refused, match=r"names a Python object, posix\.system"):
        weight_formats._NoGlobals(io.BytesIO(program)).load()


def test_numpys_own_objects_are_refused_too(tmp_path: Path, assert_refused: Check) -> None:
    path = tmp_path / "weights.pkl"
    forged = b"cnumpy\nndarray\n((K\x01tVO\nC\x08AAAAAAAAtR."  # a pointer out of thin air
    for program in (forged, pickle.dumps(np.ones(3)), pickle.dumps(np.float32(1))):
        path.write_bytes(program)
        assert_refused(path, "it names a Python object")


def bombs() -> dict[str, bytes]:
    """Return pickles that ask for memory or time out of proportion."""
    return {
        "a memo of 4 billion slots": b"\x80\x02Kxr\xff\xff\xff\xff.",
        "a memo of 2 billion slots": b"\x80\x04Kxr\xff\xff\xff\x7f.",
        "a memo of 16 million slots": b"\x80\x02Kxr\xff\xff\xff\x00.",
        "4 GB of bytes": b"\x80\x04B\xff\xff\xff\xffabc.",
        "8 EB of bytes": b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7fabc.",
        "16 EB of bytes": b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\xffabc.",
        "8 EB of text": b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7fabc.",
        "8 EB of bytearray": b"\x80\x05\x96\xff\xff\xff\xff\xff\xff\xff\x7fabc.",
        "a frame of 8 EB": b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7f}.",
        "a number of 2 billion bytes": b"\x80\x02\x8b\xff\xff\xff\x7f1.",
        "a negative length": b"T\xff\xff\xff\xff.",
        "a million lists in one another": b"]" * MIB + b"a" * MIB + b".",
        "a million marks": b"(" * MIB + b".",
        "a million dicts": b"}" * MIB + b".",
        "4,000 tuples in one another": b"\x80\x02K\x01" + b"\x85" * 4000 + b".",
        "a dict in itself": b"\x80\x04}\x94h\x00K\x01h\x00s.",
        "a list in itself": b"\x80\x04]\x94h\x00a.",
        "a slot that was never filled": b"\x80\x04j\xff\xff\xff\x7f.",
        "an empty stack": b"\x80\x04\x85.",
        "no stop": b"\x80\x04}",
        "an unknown instruction": b"\x80\x04\xff.",
        "an unknown protocol": b"\x80\x63}.",
        "a number of 5,000 digits": b"L" + b"9" * 5000 + b"L\n.",
        "1 MB of Latin and one emoji": b"\x80\x04X\x04\x00\x10\x00"
        + b"a" * MIB
        + "🙂".encode()
        + b".",
    }


@pytest.mark.parametrize("program", bombs().values(), ids=bombs().keys())
@pytest.mark.timeout(30)
def test_pickle_bombs_do_not_go_off(tmp_path: Path, program: bytes, assert_refused: Check) -> None:
    path = tmp_path / "weights.pkl"
    path.write_bytes(program)
    assert_refused(path)


def test_tuples_that_would_take_for_ever_to_hash_are_refused_unread(
    tmp_path: Path, assert_refused: Check
) -> None:
    path = tmp_path / "weights.pkl"
    # Twenty pairs of the pair before: a million numbers, and each pair more doubles them.
    pairs = b"".join(bytes([0x68, i, 0x68, i, 0x86, 0x94]) for i in range(20))
    path.write_bytes(b"\x80\x04K\x01\x85\x94" + pairs + b"}h\x14K\x01s.")  # as a dict's key
    assert_refused(path, "it holds more than names, shapes and numbers")


GOOD = {"shape": (2, 2), "dtype": "float32", "data": bytes(16)}


@pytest.mark.parametrize(
    "entry",
    [
        GOOD | {"shape": (2, 3)},
        GOOD | {"shape": (-2, -2)},
        GOOD | {"shape": (2.0, 2.0)},
        GOOD | {"shape": (True, 4)},
        GOOD | {"shape": (2**40, 2**40)},
        GOOD | {"shape": (2**31, 2**33)},
        GOOD | {"shape": (1, 2, 2)},
        GOOD | {"shape": "22"},
        GOOD | {"shape": 4},
        GOOD | {"shape": None},
        GOOD | {"dtype": "object"},
        GOOD | {"dtype": "O"},
        GOOD | {"dtype": "float16"},
        GOOD | {"dtype": None},
        GOOD | {"dtype": ["float32"]},
        GOOD | {"data": "text" * 4},
        GOOD | {"data": None},
        GOOD | {"data": bytes(15)},
        {"shape": (2, 2)},
        {},
        None,
        "W1",
        7,
    ],
    ids=lambda entry: repr(entry)[:60],
)
def test_forged_entries_are_refused(tmp_path: Path, entry: Any, assert_refused: Check) -> None:
    path = tmp_path / "weights.pkl"
    content = {
        "format": "mnist-recognizer weights 1",
        "arrays": {"W1": entry, "b1": {"shape": (2,), "dtype": "float32", "data": bytes(8)}},
        "metadata": "{}",
    }
    path.write_bytes(pickle.dumps(content, protocol=4))
    assert_refused(path)


@pytest.mark.parametrize(
    "content",
    [
        None,
        7,
        "text",
        {},
        {"format": "mnist-recognizer weights 2", "arrays": {}, "metadata": "{}"},
        {"format": "mnist-recognizer weights 1"},
        {"format": "mnist-recognizer weights 1", "arrays": {"W1": GOOD}},
        {"format": "mnist-recognizer weights 1", "arrays": {7: GOOD}, "metadata": "{}"},
        {"format": "mnist-recognizer weights 1", "arrays": (GOOD,), "metadata": "{}"},
        {"format": "mnist-recognizer weights 1", "arrays": {}, "metadata": 7},
        {"format": "mnist-recognizer weights 1", "arrays": {}, "metadata": None},
    ],
    ids=lambda entry: repr(entry)[:60],
)
def test_other_pickles_are_refused(tmp_path: Path, content: Any, assert_refused: Check) -> None:
    path = tmp_path / "weights.pkl"
    path.write_bytes(pickle.dumps(content, protocol=4))
    assert_refused(path)
