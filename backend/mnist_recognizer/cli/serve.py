"""``mnist-recognizer serve``: the API and the page."""

import argparse

from mnist_recognizer.cli.files import file_path
from mnist_recognizer.startup import use_one_core, without_garbage_collection

use_one_core()
with without_garbage_collection():
    from mnist_recognizer.api.server import serve


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("--host", help="address to listen on (default: MNIST_HOST, or 127.0.0.1)")
    parser.add_argument(
        "--port", type=int, help="port to listen on (default: MNIST_PORT, or 8000); 0: any free one"
    )
    parser.add_argument(
        "--weights",
        type=file_path,
        metavar="FILE",
        help="weights file (default: MNIST_WEIGHTS, or the trained network)",
    )
    parser.add_argument("--open", action="store_true", help="open the page in the browser")


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    serve(arguments.host, arguments.port, arguments.weights, open_browser=arguments.open)
    return 0
