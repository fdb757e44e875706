"""Mutation testing: does a test notice when a line of the network or of a loader goes wrong?

    python tests/mutation/mutation.py [--fresh] [--output FILE] [MODULE, such as nn/losses.py …]

mutmut makes thousands of copies of the functions in ``nn/`` and in the loaders, each with one small
fault (a ``+`` for a ``-``, an argument left out, a text altered), and runs the tests that reach the
function. A mutant that no test notices *survives*, and shows what is not tested.

Everything happens in copies under ``.mutation``, where what was found is kept: a run that was
stopped goes on where it was. After a change, only the mutants of changed functions are tried again,
and when tests have changed, those that survived. ``--fresh`` forgets all that.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code

from mnist_recognizer.data.idx import MNIST_FILES
from mnist_recognizer.data.mnist import load_mnist

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORK = ROOT / ".mutation"
COPIES = {  # what stands where in the work folder
    "src/mnist_recognizer": "backend/mnist_recognizer",
    "src/saved_model": "backend/saved_model",
    "frontend": "frontend",
    "tests/conftest.py": "tests/conftest.py",
    "tests/unit": "tests/unit",
    "tests/api": "tests/api",
    "tests/golden": "tests/golden",
    "fewer_examples.py": "tests/mutation/fewer_examples.py",
}
SURVIVED = ("survived", "no tests", "suspicious")
KILLED = ("killed", "segfault")
LEAST = 0.9  # the share of mutants that tests have to notice


def main() -> int:
    """Run what has not been run yet, and report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", help="such as nn/losses.py; all by default")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs found")
    parser.add_argument("--report", action="store_true", help="only say what earlier runs found")
    parser.add_argument("--output", type=Path, help="a file that gets the report as well")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    if options.fresh:
        shutil.rmtree(WORK, ignore_errors=True)
    if not options.report:
        prepare()
        code = run(options.modules, options.workers)
        if code:
            return code
    os.chdir(WORK)  # where mutmut's functions look
    lines, noticed = report()
    text = "\n".join(lines) + "\n"
    print(text)
    if options.output:
        (ROOT / options.output).write_text(text, encoding="utf-8")
    if noticed < LEAST:
        print(f"Fewer than {LEAST:.0%} of the mutants were noticed.")
        return 1
    return 0


def prepare() -> None:
    """Bring the work folder up to date."""
    changed = [path for here, there in COPIES.items() for path in mirror(ROOT / there, WORK / here)]
    shutil.copy(HERE / "mutmut.toml", WORK / "pyproject.toml")
    mutants = WORK / "mutants"
    mutants.mkdir(exist_ok=True)
    if not (mutants / "backend").exists():
        (mutants / "backend").symlink_to("src")  # where tests that start Python look for it
    # A mutant of a loader may do what it likes to a cache of its own.
    cache = WORK / "cache" / "mnist-recognizer"
    if not cache.exists():
        mnist = load_mnist()
        cache.mkdir(parents=True)
        for key, file in MNIST_FILES.items():
            (cache / file.name).write_bytes(file.header + getattr(mnist, key).tobytes())
    if any(path.is_relative_to(WORK / "tests") for path in changed):
        (mutants / "mutmut-stats.json").unlink(missing_ok=True)  # which tests reach what
        for path in mutants.rglob("*.meta"):
            meta = json.loads(path.read_text(encoding="utf-8"))
            codes = meta["exit_code_by_key"]
            for name, code in codes.items():
                if status_by_exit_code[code] in SURVIVED:
                    codes[name] = None
            path.write_text(json.dumps(meta, indent=4), encoding="utf-8")


def mirror(source: Path, target: Path) -> list[Path]:
    """Make `target` the like of `source`, a file or a folder; return what had to be written."""
    files = [source] if source.is_file() else source.rglob("*")
    wanted = {
        target / path.relative_to(source): path
        for path in files
        if path.is_file() and "__pycache__" not in path.parts
    }
    for path in target.rglob("*"):
        if path.is_file() and path not in wanted:
            path.unlink()
    changed = []
    for path, original in wanted.items():
        contents = original.read_bytes()
        if path.suffix == ".py" and path.is_relative_to(WORK / "src"):
            contents = mutable(contents.decode()).encode()
        if not path.exists() or path.read_bytes() != contents:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents)
            changed.append(path)
    return changed


def mutable(code: str) -> str:
    """Decorate context managers after their definition: mutmut passes over decorated functions."""
    for name in re.findall(r"^@contextmanager\ndef (\w+)\(", code, re.MULTILINE):
        code = code.replace(f"@contextmanager\ndef {name}(", f"def {name}(")
        code += f"\n\n{name} = contextmanager({name})\n"
    return code


def run(modules: list[str], workers: int) -> int:
    """Let mutmut make the mutants and try them; return its exit code."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MNIST_")}
    environment = outside | {
        "HF_HUB_OFFLINE": "1",  # no mutant fetches anything, by this way or
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",  # by that; tests have an index of their own
        "PIP_CONFIG_FILE": os.devnull,
        "OPENBLAS_NUM_THREADS": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # the tests need few, and each mutant loads them
        "XDG_CACHE_HOME": str(WORK / "cache"),
    }
    patterns = [f"mnist_recognizer.{m.removesuffix('.py').replace('/', '.')}.*" for m in modules]
    mutmut = str(HERE / "few_tests_first.py")
    command = [sys.executable, mutmut, "run", "--max-children", str(workers), *patterns]
    with subprocess.Popen(command, cwd=WORK, env=environment) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:  # mutmut has been told as well, and still writes down results
            process.wait()
            print("Stopped. The next run goes on from here.")
            return 130


def report() -> tuple[list[str], float]:
    """Return a table of the modules and the mutants that survived, and the share of the others."""
    table = [f"{'module':<24}{'mutants':>8}{'killed':>8}{'timeouts':>10}{'survived':>10}{'':>9}"]
    survivors: list[str] = []
    total: Counter[str] = Counter()
    for path in sorted(Path("mutants").rglob("*.meta")):
        source = path.relative_to("mutants").with_suffix("")
        codes = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        statuses = {name: status_by_exit_code[code] for name, code in codes.items()}
        if not statuses:
            continue
        counts = Counter(statuses.values())
        module = str(source.relative_to("src", "mnist_recognizer"))
        table.append(row(module, counts))
        total += counts
        survivors += [
            f"{module} {description(name, source)}"
            for name, status in statuses.items()
            if status in SURVIVED
        ]
    lines = [*table, row("total", total), "", f"Survivors: {len(survivors)}", *survivors]
    return lines, share(total)


def row(module: str, counts: Counter[str]) -> str:
    """Return one line of the table."""
    killed = sum(counts[status] for status in KILLED)
    survived = sum(counts[status] for status in SURVIVED)
    numbers = f"{tried(counts):>8}{killed:>8}{counts['timeout']:>10}{survived:>10}"
    later = counts["not checked"]
    return f"{module:<24}{numbers}{share(counts):>9.1%}" + (f"  ({later} not tried)" * (later > 0))


def share(counts: Counter[str]) -> float:
    """Return how much of what was tried was noticed; a test that never ended has noticed it too."""
    noticed = sum(counts[status] for status in (*KILLED, "timeout"))
    return noticed / max(1, tried(counts))


def tried(counts: Counter[str]) -> int:
    """Return how many mutants have been asked about."""
    return counts.total() - counts["not checked"]


def description(name: str, source: Path) -> str:
    """Say in one line what a mutant changes."""
    lines = get_diff_for_mutant(name, path=source).splitlines()[2:]
    before, after = (
        " ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    function = name.rpartition(".")[2].partition("__mutmut_")[0]
    function = function.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
    return f"{function}: {before} ⇒ {after}"


if __name__ == "__main__":
    sys.exit(main())
