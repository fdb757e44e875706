"""Every task of the project, on Linux, macOS and Windows: ``nox --list`` names them.

``nox -s check`` runs one; ``make check`` does the same, and makes ``.venv`` first if need be.
All tasks use the environment that nox itself is installed in (``requirements-dev.txt``).
"""

import os
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent
NODE_MODULES = ROOT / "node_modules" / ".package-lock.json"
SCHEMAS = {  # of what GitHub reads, as check-jsonschema names them
    "github-workflows": ".github/workflows/*.yml",
    "github-actions": ".github/actions/*/action.yml",
    "github-issue-forms": ".github/ISSUE_TEMPLATE/[!c]*.yml",
    "dependabot": ".github/dependabot.yml",
    "citation-file-format": "CITATION.cff",
}

nox.needs_version = ">=2024.4"
nox.options.default_venv_backend = "none"
nox.options.sessions = ["check"]
nox.options.stop_on_first_error = True

# What is installed beside this Python comes first, whether its environment is active or not.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def install_node_modules(session: nox.Session) -> None:
    """Install what the checks of the pages need, once and after its lock file has changed."""
    lock = ROOT / "package-lock.json"
    if not NODE_MODULES.exists() or NODE_MODULES.stat().st_mtime < lock.stat().st_mtime:
        session.run("npm", "ci", "--silent")
        NODE_MODULES.touch()


@nox.session
def check(session: nox.Session) -> None:
    """Check format, style, types, imports and workflows; nothing is run."""
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("mypy")
    session.run("lint-imports")
    session.run("zizmor", "--offline", "--quiet", ".github")
    for schema, pattern in SCHEMAS.items():
        files = (str(path) for path in sorted(ROOT.glob(pattern)))
        session.run("check-jsonschema", "--quiet", "--builtin-schema", f"vendor.{schema}", *files)
    install_node_modules(session)
    session.run("npm", "run", "--silent", "check")


@nox.session
def test(session: nox.Session) -> None:
    """Run everything that must hold: the checks, then the tests in JavaScript and in Python."""
    for task in ("check", "test-page", "test-python", "test-lowest"):
        session.notify(task)


@nox.session(name="test-page")
def test_page(session: nox.Session) -> None:
    """Test the JavaScript of the pages in Node.js, and show which lines the tests reach."""
    install_node_modules(session)
    session.run("npm", "run", "--silent", "coverage", "--", *session.posargs)


@nox.session(name="test-python")
def test_python(session: nox.Session) -> None:
    """Test Python, the API, the pages in Chromium, and the commands as a user runs them."""
    install_node_modules(session)
    session.run("python", "tests/browser/chromium.py")
    session.run(
        "pytest",
        *("--numprocesses", "auto", "--maxprocesses", "8"),
        *("--dist", "loadscope", "--no-loadscope-reorder"),
        *("-m", "", "--cov", "--cov-report", ""),
        *session.posargs,
        env={"OPENBLAS_NUM_THREADS": "1"},
    )
    all_lines = "backend/mnist_recognizer/nn/*,backend/mnist_recognizer/api/*"
    session.run("coverage", "report", "--include", all_lines, "--fail-under", "100")
    session.run("coverage", "report", "--fail-under", "90")


@nox.session(name="test-lowest")
def test_lowest(session: nox.Session) -> None:
    """Run the quick unit and API tests with the lowest versions that pyproject.toml declares."""
    lock = ROOT / "requirements-lowest.txt"
    test_in_environment(session, "lowest", lock, "--require-hashes", "--requirements", str(lock))


@nox.session(name="test-newest")
def test_newest(session: nox.Session) -> None:
    """Run the quick unit and API tests with the newest versions that pyproject.toml allows."""
    project = ROOT / "pyproject.toml"
    newest = ("--upgrade", "--requirements", str(project), "--all-extras", "--group", "test")
    test_in_environment(session, "newest", project, *newest)


def test_in_environment(session: nox.Session, name: str, source: Path, *requirements: str) -> None:
    """Install requirements in an environment of their own, once for each change, and test there."""
    environment = ROOT / f".venv-{name}"
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = environment / "made.stamp"
    if not stamp.exists() or stamp.stat().st_mtime < source.stat().st_mtime:
        session.run("uv", "venv", "--clear", "--seed", "--quiet", str(environment))
        install = ("uv", "pip", "install", "--quiet", "--python", str(python))
        session.run(*install, *requirements)
        session.run(*install, "--no-deps", "--editable", str(ROOT))
        stamp.touch()
    session.run(
        *(str(python), "-m", "pytest", "tests/unit", "tests/api"),
        *("--numprocesses", "auto", "--maxprocesses", "8", "--dist", "loadscope"),
        *session.posargs,
        env={"OPENBLAS_NUM_THREADS": "1"},
        external=True,
    )


@nox.session(name="test-browsers")
def test_browsers(session: nox.Session) -> None:
    """Draw on the page in Chromium, Firefox and WebKit, whichever are installed."""
    output = "benchmarks/results/page_browsers.txt"
    session.run("python", "tests/browsers/page_in_browsers.py", "--output", output)


@nox.session
def lighthouse(session: nox.Session) -> None:
    """Ask Lighthouse about the page."""
    output = "benchmarks/results/lighthouse.txt"
    session.run("python", "tests/browsers/lighthouse.py", "--output", output)


@nox.session
def mutation(session: nox.Session) -> None:
    """Change the network and the loaders in small ways: does a test notice? Not on Windows."""
    output = "benchmarks/results/mutation.txt"
    session.run("python", "tests/mutation/mutation.py", "--output", output)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure what the README claims."""
    for script in sorted(ROOT.glob("benchmarks/*.py")):
        session.run("python", str(script))


@nox.session
def docs(session: nox.Session) -> None:
    """Build the docs site and the demo into site/, and follow every link."""
    install_node_modules(session)
    environment = {"NO_MKDOCS_2_WARNING": "1", "OPENBLAS_NUM_THREADS": "1"}
    session.run("mkdocs", "build", "--clean", env=environment)


@nox.session
def lock(session: nox.Session) -> None:
    """Write the lock files anew after a change in pyproject.toml or package.json.

    They are requirements files with hashes: pip and uv install them alike, and unlike uv.lock they
    name no registry, so that any mirror serves them.
    """
    compile_lock = (
        *("uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--generate-hashes"),
        *("--no-strip-extras", "--python-version", "3.11", "--no-emit-index-url"),
        *("--custom-compile-command", "make lock"),
    )
    app, development = "backend/requirements.txt", "requirements-dev.txt"
    session.run(*compile_lock, "--extra", "serve", "--extra", "train", "--output-file", app)
    everything = ("--all-extras", "--group", "dev", "--constraint", app)
    session.run(*compile_lock, *everything, "--output-file", development)
    # The lowest versions of what is declared, the newest of what that needs; then the test tools.
    lowest, floors = ROOT / "requirements-lowest.txt", ROOT / ".floors.txt"
    floors_only = ("--all-extras", "--resolution", "lowest-direct", "--no-header", "--no-annotate")
    session.run(*compile_lock, *floors_only, "--output-file", str(floors))
    tested = ("--all-extras", "--group", "test", "--constraint", floors.name)
    session.run(*compile_lock, *tested, "--output-file", lowest.name)
    floors.unlink()
    session.run("npm", "install", "--package-lock-only")
    session.run("python", "deploy/make_sbom.py")
