"""The command `mutmut`, asking a few tests about a mutant before all that reach its function.

pytest takes seconds to look hundreds of tests up by their names, and the first few notice nearly
every mutant. So the tests of the files that are called like the module come first, the quickest of
them foremost, a dozen at a time at the beginning. What survives has been seen by all, as ever.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable

from mutmut.__main__ import cli
from mutmut.runners.harness import PytestRunner

_run_tests = PytestRunner.run_tests


def run_tests(self: PytestRunner, *, mutant_name: str | None, tests: Iterable[str]) -> int:
    """Do what mutmut's own method does, in up to three parts; return pytest's exit code."""
    if mutant_name is None:
        return _run_tests(self, mutant_name=None, tests=tests)
    module = mutant_name.split(".")[-2]
    order = sorted(tests, key=lambda test: module not in test.partition("::")[0])
    kept = os.environ["XDG_CACHE_HOME"]
    with tempfile.TemporaryDirectory() as own:  # a mutant may spoil the cache that it finds
        shutil.copytree(kept, own, dirs_exist_ok=True)
        os.environ["XDG_CACHE_HOME"] = own
        for part in (order[:12], order[12:60], order[60:]):
            if part and (code := _run_tests(self, mutant_name=mutant_name, tests=part)):
                return code
    return 0


PytestRunner.run_tests = run_tests  # type: ignore[method-assign]  # mutmut offers no other way

if __name__ == "__main__":
    cli()
