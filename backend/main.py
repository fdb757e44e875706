"""The server: the API, and the page that people draw on.

    python main.py                                  the whole app, at http://localhost:8000
    uvicorn main:app --reload --port 8000           the same, restarted whenever the code changes

Settings are ``MNIST_…`` variables; docs/api.md lists them.
"""

import argparse
import signal
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this may have an older one
    sys.exit(f"MNIST Recognizer needs Python 3.11 or newer, and this is {sys.version.split()[0]}.")

if __name__ == "__main__":  # Ctrl-C during the imports ends the process, without a traceback
    signal.signal(signal.SIGINT, signal.SIG_DFL)

try:
    from mnist_recognizer.startup import use_one_core, without_garbage_collection

    use_one_core()
    with without_garbage_collection():
        from mnist_recognizer.api.app import create_app
        from mnist_recognizer.api.server import serve
        from mnist_recognizer.api.settings import SettingsError
except ModuleNotFoundError as error:
    sys.exit(
        f"The package {error.name} is missing. Install what the server needs with: "
        "cd backend && pip install -r requirements.txt"
    )

try:
    app = create_app()
except SettingsError as error:
    sys.exit(str(error))

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Serve the API and the page.", allow_abbrev=False)
    parser.add_argument("--host", help="address to listen on, in place of MNIST_HOST")
    parser.add_argument("--port", type=int, help="port to listen on, in place of MNIST_PORT")
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    options = parser.parse_args()
    serve(options.host, options.port, open_browser=options.open)
