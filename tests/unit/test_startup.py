"""Starting: the garbage collector rests during the imports, and only then."""

import gc

import pytest

from mnist_recognizer.startup import without_garbage_collection


def failing_import() -> None:
    with without_garbage_collection():
        assert not gc.isenabled()
        raise ModuleNotFoundError


def test_garbage_is_collected_again_after_the_imports() -> None:
    frozen = gc.get_freeze_count()
    try:
        with pytest.raises(ModuleNotFoundError):
            failing_import()
        assert gc.isenabled()
        assert gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()
