"""Which hosts the server answers for."""

import re
from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from mnist_recognizer.api.problems import LimitError, ProblemError

_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[\w.~%!$&'()*+,;=-]*)(?::[0-9]*)?")


class TrustedHosts:
    """Refuses requests for other hosts, and those whose Host header is missing or malformed.

    Parameters
    ----------
    app : ASGI app
    hosts : sequence of str
        Names; ``*.example.com`` is every name below it, ``*`` every name.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self.app = app
        self.hosts = frozenset(hosts) - {"*"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http":
            hosts = [value for key, value in scope["headers"] if key == b"host"]
            if not _is_one_host(hosts, scope.get("http_version", "")):
                message = "A request needs one header Host, such as Host: example.com."
                raise ProblemError(400, message)
            if self.hosts and not self._is_trusted(hosts):
                message = "The header Host names a host that this server does not answer for."
                raise LimitError(400, message)
        await self.app(scope, receive, send)

    def _is_trusted(self, hosts: list[bytes]) -> bool:
        host = b"".join(hosts).decode("latin-1").lower()
        host = host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
        parents = ("*" + host[at:] for at, letter in enumerate(host) if letter == ".")
        return host in self.hosts or any(parent in self.hosts for parent in parents)


def _is_one_host(hosts: list[bytes], http_version: str) -> bool:
    """Tell whether there is one well-formed Host header (RFC 9112, section 3.2).

    HTTP/1.0 needs none. Granian adds an empty one where there is none, and no address that begins
    with ``http://`` has an empty host: over HTTP/1.1 both are refused.
    """
    if len(hosts) > 1:
        return False
    host = _HOST.fullmatch(b"".join(hosts))
    return host is not None and (host[1] != b"" or http_version != "1.1")
