"""Fixtures that tests of every kind share."""

import signal
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from mnist_recognizer.data.mnist import Mnist, load_mnist

# A busy machine is no failure: nothing here is timed. The same examples are tried each time, so
# that a commit passes or fails; `pytest --hypothesis-profile=random` looks further.
untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", untimed, derandomize=True)
settings.register_profile("random", untimed)
settings.load_profile("same")

# A shell that starts the tests in the background has them ignore Ctrl-C, and so would every process
# that they start and then press it for.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Use all cores for `pytest` alone. One file is done sooner than processes have started, and
    browsers and commands use more than one core by themselves."""
    if any(part.startswith(("-n", "--numprocesses")) for part in config.invocation_params.args):
        return None  # somebody asks for it
    is_alone = config.args_source is not pytest.Config.ArgsSource.ARGS
    return None if is_alone and config.option.markexpr.startswith("not slow") else 0


@pytest.hookimpl(tryfirst=True)  # before `-m` deselects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of two folders, which `pytest` alone leaves out; skip what Windows lacks."""
    for item in items:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        if folder in {"browser", "contract"}:
            item.add_marker(folder)
        if sys.platform == "win32" and item.get_closest_marker("posix"):
            item.add_marker(pytest.mark.skip(reason="Windows does this otherwise"))
        if folder == "browser":
            # A browser on a busy machine may be late for once; what is broken stays broken.
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(scope="session")
def mnist() -> Mnist:
    """MNIST from the ordinary cache, fetched if it is not there yet."""
    return load_mnist()
