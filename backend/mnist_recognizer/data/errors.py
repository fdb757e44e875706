"""What can go wrong while MNIST is looked for."""


class SourceError(Exception):
    """One source could not give MNIST; the message is one line that says why."""


class MnistUnavailableError(RuntimeError):
    """No source could give MNIST; the message lists what each answered, and what to do."""
