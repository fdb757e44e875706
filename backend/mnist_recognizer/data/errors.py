"""What can go wrong while MNIST is looked for."""


class SourceError(Exception):
    """One source could not give MNIST; the message is one line that says why."""


class SourceAbsentError(SourceError):
    """One source was not set up, which is nothing to worry about if another one answers."""


class MnistUnavailableError(RuntimeError):
    """No source could give MNIST; the message lists what each answered, and what to do."""
