"""The server: the API, and the page that people draw on.

    python main.py                                  the whole app, at http://localhost:8000
    uvicorn main:app --reload --port 8000           the same, restarted whenever the code changes

Settings are ``MNIST_…`` variables; docs/api.md lists them.
"""

import argparse
import sys

from mnist_recognizer.startup import (
    importing,
    use_one_core,
    with_safe_output,
    without_garbage_collection,
)

with importing("the server", script=__name__ == "__main__"):
    use_one_core()
    with without_garbage_collection():
        from mnist_recognizer.api.app import create_app
        from mnist_recognizer.api.server import serve
        from mnist_recognizer.api.settings import SettingsError

if __name__ not in {"__main__", "__mp_main__"}:  # `python main.py` builds it in its worker process
    try:
        app = create_app()
    except SettingsError as error:
        sys.exit(str(error))


def main() -> int:
    """Serve until Ctrl-C; return the process's exit status."""
    parser = argparse.ArgumentParser(description="Serve the API and the page.", allow_abbrev=False)
    parser.add_argument("--host", help="address to listen on, in place of MNIST_HOST")
    parser.add_argument("--port", type=int, help="port to listen on, in place of MNIST_PORT")
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    options = parser.parse_args()
    serve(options.host, options.port, open_browser=options.open)
    return 0


if __name__ == "__main__":
    sys.exit(with_safe_output(main))
