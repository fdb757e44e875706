"""How a command says that it cannot do what it was asked."""


class Failure(Exception):  # noqa: N818  (the user's sentence, not an error of the program)
    """What a command cannot do, in one sentence for the user; it ends with status 1."""
