"""What keeps the service from being overwhelmed: how much it does, holds and waits for at once."""

import ipaddress
import math
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from mnist_recognizer.api.problems import ProblemError

# These are asked most urgently when the service is busiest.
ALWAYS_ANSWERED = frozenset({"/livez", "/readyz", "/health", "/metrics"})
RETRY_AFTER = {"Retry-After": "1"}  # seconds
_IPV6_NETWORK = 64  # bits: whoever has one IPv6 address has all of its network's


class Limits:
    """Counts the requests that are being answered, and the bytes of bodies that are held.

    All of it happens in the event loop's thread. A request whose body is still on its way takes no
    place: however many senders are slow, others are answered.

    Parameters
    ----------
    max_requests : int
        Requests that are answered, or wait to be, at one moment.
    max_buffered_bytes : int
        Bytes that all large bodies together may take.
    """

    def __init__(self, max_requests: int, max_buffered_bytes: int) -> None:
        self.max_requests = max_requests
        self.max_buffered_bytes = max_buffered_bytes
        self.requests = 0
        self.buffered_bytes = 0

    @contextmanager
    def slow_sender(self) -> Iterator[None]:
        """Give the place of a request back for as long as its body is on its way."""
        self.requests -= 1
        try:
            yield
        finally:
            self.requests += 1

    def refuse_if_busy(self) -> None:
        """See that there is a place left.

        Raises
        ------
        ProblemError
            503 when there is none.
        """
        if self.requests > self.max_requests:
            raise busy()

    def hold(self, state: MutableMapping[str, Any], size: int) -> None:
        """Count bytes that a request holds from now until its end.

        Raises
        ------
        ProblemError
            503 when all requests together hold too many.
        """
        if self.buffered_bytes + size > self.max_buffered_bytes:
            raise busy()
        self.buffered_bytes += size
        state["held_bytes"] = state.get("held_bytes", 0) + size

    def release(self, state: MutableMapping[str, Any]) -> None:
        """Forget the bytes that a request held."""
        self.buffered_bytes -= state.pop("held_bytes", 0)


def busy() -> ProblemError:
    """Return the problem that tells a sender to come back later."""
    return ProblemError(
        503, "The server has too much to do. Ask again in a second.", headers=RETRY_AFTER
    )


class RateLimit:
    """Limits how often one address may ask.

    Parameters
    ----------
    rates : str
        Such as ``10/second;1000/hour``.
    """

    def __init__(self, rates: str) -> None:
        # Imported only when needed: it takes a sixth of the start.
        from limits import parse_many
        from limits.storage import MemoryStorage
        from limits.strategies import SlidingWindowCounterRateLimiter

        self._rates = parse_many(rates)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def refuse_beyond(self, address: str) -> None:
        """Count one request of an address.

        Raises
        ------
        ProblemError
            429 when it asks too often.
        """
        whose = _network(address)
        for rate in self._rates:
            if not self._limiter.hit(rate, whose):
                window = self._limiter.get_window_stats(rate, whose)
                wait = max(1, math.ceil(window.reset_time - time.time()))
                raise ProblemError(
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
