"""How often one address may send a POST request."""

import ipaddress
import math
import time

from starlette.types import ASGIApp, Receive, Scope, Send

from mnist_recognizer.api.problems import LimitError

_IPV6_NETWORK = 64  # bits: who has one IPv6 address has all of its network's


class RateLimit:
    """Turns away addresses that send more POST requests than allowed.

    Parameters
    ----------
    app : ASGI app
    rates : str
        Such as ``10/second;1000/hour``.
    """

    def __init__(self, app: ASGIApp, rates: str) -> None:
        # Imported only when needed: it takes a sixth of the start.
        from limits import parse_many
        from limits.storage import MemoryStorage
        from limits.strategies import SlidingWindowCounterRateLimiter

        self.app = app
        self._rates = parse_many(rates)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and scope["method"] == "POST":
            client = scope.get("client")
            self._count(client[0] if client else "")
        await self.app(scope, receive, send)

    def _count(self, address: str) -> None:
        """Count a request of an address; raise 429 when it is one too many."""
        whose = _network(address)
        for rate in self._rates:
            if not self._limiter.hit(rate, whose):
                window = self._limiter.get_window_stats(rate, whose)
                wait = max(1, math.ceil(window.reset_time - time.time()))
                raise LimitError(
                    429,
                    f"Your address may ask {rate}. Ask again in {wait:,} s.",
                    headers={"Retry-After": str(wait)},
                )


def _network(address: str) -> str:
    """Return the address itself, or the network of an IPv6 address."""
    try:
        network = ipaddress.ip_network((address, _IPV6_NETWORK), strict=False)
    except ValueError:  # an IPv4 address, or the name of a socket
        return address
    return str(network)
