"""What can go wrong when a server is asked."""

from typing import Any


class ClientError(Exception):
    """A server could not be asked, or did not answer what was asked."""


class UnreachableError(ClientError):
    """No server answered: it does not run, the address is wrong, or it took too long."""


class ProblemError(ClientError):
    """The server answered with a problem document (RFC 9457). The message is its `detail`.

    Attributes
    ----------
    status : int
        The HTTP status.
    title : str
        The status in words.
    detail : str
        What is wrong, and what to do about it.
    errors : list of dict
        The places that are wrong: `field` and `message` of each.
    request_id : str
        The request's name in the server's log.
    """

    def __init__(
        self, status: int, title: str, detail: str, errors: list[dict[str, Any]], request_id: str
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.errors = errors
        self.request_id = request_id


class RejectedInputError(ProblemError):
    """What was sent is wrong (400, 413, 415, 422): the same once more would be refused again."""


class NotPermittedError(ProblemError):
    """The API key is missing or wrong (401)."""


class BusyError(ProblemError):
    """The server has too much to do, or no network (429, 503), and had it after all tries."""


_KINDS: dict[int, type[ProblemError]] = {
    **dict.fromkeys((400, 413, 415, 422), RejectedInputError),
    401: NotPermittedError,
    **dict.fromkeys((429, 503), BusyError),
}


def problem_of(status: int, document: Any, request_id: str) -> ProblemError:
    """Return the error for an answer that is none of success; `document` is its JSON, if any."""
    fields = document if isinstance(document, dict) else {}
    title = str(fields.get("title", ""))
    detail = str(fields.get("detail", "")) or (
        f"The server answered {status} without a problem document: perhaps a proxy answered in its "
        "place. Check the address, and the proxy if there is one."
    )
    errors = fields.get("errors")
    kind = _KINDS.get(status, ProblemError)
    return kind(status, title, detail, errors if isinstance(errors, list) else [], request_id)
