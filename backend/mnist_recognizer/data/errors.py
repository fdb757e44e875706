"""What can go wrong while MNIST is looked for."""

import re

NO_ANSWER = "it did not answer; check the internet connection"


class SourceError(Exception):
    """One source could not give MNIST; the message is one line that says why."""


class SourceAbsentError(SourceError):
    """One source was not set up, which does not matter if another one answers."""


class MnistUnavailableError(RuntimeError):
    """No source could give MNIST; the message lists what each answered, and what to do."""


def proxy_answer(text: str) -> str | None:
    """Return what a proxy answered, if that is what the text of an error is about."""
    match = re.search(r"Tunnel connection failed: (\d{3} [\w ]+)", text)
    return f"the proxy answered {match[1].strip()}; check HTTPS_PROXY" if match else None
