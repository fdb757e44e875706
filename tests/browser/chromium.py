"""A Chromium for the browser tests: finds one, else installs one, else says how.

python tests/browser/chromium.py        prints the path of the browser that the tests will use

Looked for in this order: the one that Playwright downloads, ``CHROMIUM_PATH``, and the names that
systems install it under. Installed by Playwright's own download, else by Debian's package manager.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT_GET = (
    "export DEBIAN_FRONTEND=noninteractive; "
    "apt-get update && apt-get install -y --no-install-recommends chromium"
)
MINUTES_TO_INSTALL = 10
HOW_TO_GET_ONE = (
    "The browser tests need Chromium, and none could be found or installed. Do one of these:\n"
    "  python -m playwright install --with-deps chromium    (downloads Playwright's own)\n"
    "  sudo apt-get install chromium                        (Debian and Ubuntu)\n"
    "  export CHROMIUM_PATH=/path/to/chrome                 (any Chromium or Chrome)"
)


# Playwright's own Node.js needs a library that a bare system lacks; the one that is locked for the
# pages' tests does not.
NODE = Path(sys.executable).with_name("node")
if NODE.is_file():
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(NODE))


class NoChromiumError(RuntimeError):
    """There is no Chromium, and none could be installed. The message says how to get one."""


def playwrights_own() -> Path:
    """Return where Playwright puts the browser that it downloads, whether it has or not."""
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def runs(path: Path) -> bool:
    """Tell whether a browser starts: a downloaded one may lack the system's libraries."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def find_chromium() -> Path | None:
    """Return a Chromium that is installed and runs, or None.

    Raises
    ------
    NoChromiumError
        ``CHROMIUM_PATH`` names none: it is not silently passed over.
    """
    own = playwrights_own()
    if runs(own):
        return own
    named = os.environ.get("CHROMIUM_PATH")
    if named:
        found = shutil.which(named)
        if found is None or not runs(Path(found)):
            raise NoChromiumError(f"CHROMIUM_PATH names no browser that runs: {named}")
        return Path(found)
    installed = (Path(path) for path in map(shutil.which, NAMES) if path)
    return next((path for path in installed if runs(path)), None)


def install_commands() -> list[list[str]]:
    """Return the commands that install a Chromium, each on its own; the first success counts."""
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get"):
        as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        if not as_root or shutil.which("sudo"):
            commands.append([*as_root, "sh", "-c", APT_GET])
    return commands


def ensure_chromium() -> Path:
    """Return a Chromium, installing one if there is none.

    Raises
    ------
    NoChromiumError
        Neither was possible.
    """
    found = find_chromium()
    for command in install_commands() if found is None else ():
        print("No Chromium found. Trying:", " ".join(command), file=sys.stderr, flush=True)
        try:
            subprocess.run(
                command, stdin=subprocess.DEVNULL, timeout=60 * MINUTES_TO_INSTALL, check=True
            )
        except (OSError, subprocess.SubprocessError) as error:
            print(error, file=sys.stderr)
        else:
            found = find_chromium()
            if found is not None:
                break
    if found is None:
        raise NoChromiumError(HOW_TO_GET_ONE)
    return found


if __name__ == "__main__":
    try:
        print(f"Chromium: {ensure_chromium()}")
    except NoChromiumError as error:
        sys.exit(str(error))
