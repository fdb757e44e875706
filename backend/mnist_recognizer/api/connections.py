"""Connections that do not wait for ever: what uvicorn leaves open, a request's head.

uvicorn closes a connection that is idle after an answer, but waits without end, and takes what
comes without end, before a request's head is complete.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

SECONDS_FOR_A_HEAD = 10.0
LARGEST_HEAD = 65536  # bytes
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Length: 36\r\nConnection: close\r\n\r\nThe head of the request is too large"
)


class BoundedHeads(HttpToolsProtocol):
    """uvicorn's protocol, with limits to the size and the time of a request's head."""

    _timer: asyncio.TimerHandle | None = None
    _in_head = False
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; when they leave a head unfinished, wait for it, or refuse it."""
        super().data_received(data)
        if not self._in_head:
            return
        self._head_bytes += len(data)
        if self._head_bytes > LARGEST_HEAD and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()
        elif self._timer is None:
            self._wait_for_head()

    def on_message_begin(self) -> None:
        """Note that a head has begun."""
        self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Note that it is complete."""
        self._in_head = False
        self._stop_waiting()
        super().on_headers_complete()

    def _wait_for_head(self) -> None:
        self._timer = self.loop.call_later(SECONDS_FOR_A_HEAD, self._give_up)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if not self.transport.is_closing():
            self.transport.close()
