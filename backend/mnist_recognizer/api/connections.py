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
    _head_bytes = 0  # of a head that is not complete
    _most_head_bytes = 0  # that the head in the bytes at hand can have

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
        self._most_head_bytes = len(data) + (self._head_bytes if self._in_head else 0)
        super().data_received(data)
        if not self._in_head:
            return
        self._head_bytes += len(data)
        if self._head_bytes > LARGEST_HEAD and not self.transport.is_closing():
            self._refuse_head()
        elif self._timer is None:
            self._wait_for_head()

    def on_message_begin(self) -> None:
        """Note that a head has begun."""
        self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Note that it is complete; refuse it when it came at once, and is too large."""
        if self._most_head_bytes > LARGEST_HEAD and self._size_of_head() > LARGEST_HEAD:
            raise ValueError("the head is too large")  # ends in send_400_response
        self._in_head = False
        self._stop_waiting()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be read, which a head too large is among."""
        if self._most_head_bytes > LARGEST_HEAD and self._size_of_head() > LARGEST_HEAD:
            self._refuse_head()
        else:
            super().send_400_response(msg)

    def _size_of_head(self) -> int:
        """Return the bytes of the address and the header fields, with what separates them."""
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _refuse_head(self) -> None:
        self.transport.write(_TOO_LARGE)
        self.transport.close()

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
