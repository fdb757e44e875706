"""Connections that wait for nobody without end, and that end politely.

uvicorn closes a connection that is idle after an answer. It waits without end, and takes what comes
without end, before a request's head is complete; when bytes come between two requests; and for a
receiver that does not read its last answer.

When there are as many connections as there may be, those that keep the server waiting longest make
room for new ones; otherwise whoever holds that many would keep everybody out.

When it closes a connection on which bytes are still coming, the system resets it, and the answer
may be lost on its way: nginx's "lingering close" is the remedy, and it is this one.
"""

import asyncio
import contextlib
import heapq
import socket

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mnist_recognizer.api.together import TASKS

MOST_CONNECTIONS = 10_000  # each takes about 15 kB
OTHER_FILES = 64  # that the process may have open beside connections
LARGEST_IN_SYSTEM = 131072  # bytes of an answer that the system copies before they are sent
SECONDS_FOR_A_HEAD = 10.0
LARGEST_HEAD = 65536  # bytes
SECONDS_TO_LEAVE = 5.0
SLOWEST_READER = 1000  # bytes a second of the last answer
SECONDS_FOR_A_LAST_REQUEST = 1.0  # after the server was told to end
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Length: 36\r\nConnection: close\r\n\r\nThe head of the request is too large"
)


def most_connections() -> int:
    """Return how many connections may be open: each is an open file."""
    try:
        import resource  # Windows has none, and no such limit
    except ModuleNotFoundError:
        return MOST_CONNECTIONS
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return max(1, min(MOST_CONNECTIONS, files - OTHER_FILES))


class _PoliteTransport(asyncio.Transport):
    """What uvicorn sees of a transport, with another way to write to it and to close it.

    uvicorn writes the head of an answer and then its body, and the system sends each by itself, so
    that whoever reads is woken twice. Here the head waits for what follows it.

    Parameters
    ----------
    transport : asyncio.Transport
        The transport.
    connection : BoundedConnection
        What knows how to close it.
    """

    def __init__(self, transport: asyncio.Transport, connection: "BoundedConnection") -> None:
        super().__init__()
        self.inner = transport
        self._connection = connection
        self._head = b""  # of an answer, that waits for its body

    def write(self, data: bytes) -> None:  # type: ignore[override]  # uvicorn writes nothing else
        """Send bytes; those of a head, with the next."""
        if self._head:
            parts = self._head, data
            self._head = b""
            self.inner.writelines(parts)
        elif data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 1"):
            self._head = data
        else:
            self.inner.write(data)

    def flush(self) -> None:
        """Send a head that no body follows."""
        if self._head:
            self.write(b"")

    def is_closing(self) -> bool:
        """Tell whether the connection is ending, so that nothing more may be sent."""
        return self._connection.leaving or self.inner.is_closing()

    def close(self) -> None:
        """End the connection once the other side has read what it was sent, or had the time to."""
        self._connection.leave()


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's protocol, with limits to the size and the time of what it waits for."""

    leaving = False  # the connection ends: what comes is no longer read
    transport: _PoliteTransport  # what uvicorn uses
    _transport: asyncio.Transport
    _timer: asyncio.TimerHandle | None = None
    _since = 0.0  # when the request that is waited for began, or the connection
    _in_head = False
    _in_body = False
    _is_last = False  # the next request is the last one
    _head_bytes = 0  # of a head that is not complete
    _most_head_bytes = 0  # that the head in the bytes at hand can have
    _unsent = 0  # bytes of the last answer

    # What it gets is a Transport, although asyncio declares its base class.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._transport = transport
        self.transport = _PoliteTransport(transport, self)
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):  # Linux and macOS
            transport.get_extra_info("socket").setsockopt(
                socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, LARGEST_IN_SYSTEM
            )
        self._since = self.loop.time()
        self._wait(SECONDS_FOR_A_HEAD)
        if len(self.connections) > (most := most_connections()):
            self._make_room(most)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; when they leave a head unfinished, wait for it, or refuse it."""
        if self.leaving:
            return
        self._most_head_bytes = len(data) + (self._head_bytes if self._in_head else 0)
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > LARGEST_HEAD and not self.leaving:
                self._refuse_head()
        # uvicorn has stopped its own clock; so that bytes which begin no request, and the rest of
        # a body that was refused at its beginning, do not come for ever, this one runs.
        if self._timer is None and self._is_idle() and not self.leaving:
            self._wait(SECONDS_FOR_A_HEAD)

    # uvicorn declares no result; asyncio keeps the connection open for a true one.
    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer a request that is complete, although nothing more will come after it."""
        if self._is_idle() or self._in_body:
            self._give_up()
            return False
        self.cycle.keep_alive = False
        return True

    def on_message_begin(self) -> None:
        """Note that a head has begun."""
        self._since = self.loop.time()
        self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()
        self.scope["state"][TASKS] = self.tasks

    def on_headers_complete(self) -> None:
        """Note that it is complete; refuse it when it came at once, and is too large."""
        if self._most_head_bytes > LARGEST_HEAD and self._size_of_head() > LARGEST_HEAD:
            raise ValueError("the head is too large")  # ends in send_400_response
        self._in_head = False
        self._in_body = True
        self._stop_waiting()
        super().on_headers_complete()
        if self._is_last:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """Note that a request is complete."""
        self._in_body = False
        self._stop_waiting()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Send what there is of an answer without a body."""
        self.transport.flush()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be read, which a head too large is among."""
        self._in_body = True  # or whatever it is that comes
        if self._most_head_bytes > LARGEST_HEAD and self._size_of_head() > LARGEST_HEAD:
            self._refuse_head()
        else:
            super().send_400_response(msg)

    def shutdown(self) -> None:
        """End, as the server does: after the answer that is being made, or one that comes soon.

        Whoever uses a connection again and again is told in an answer that this one was the last,
        and loses no request that was on its way.
        """
        self._is_last = True
        if self._is_idle():
            self.loop.call_later(SECONDS_FOR_A_LAST_REQUEST, self._leave_if_idle)
        else:
            self.cycle.keep_alive = False

    def leave(self) -> None:
        """End the connection once the other side has read what it was sent, or had the time to."""
        if self.leaving or self._transport.is_closing():
            return
        self.transport.flush()
        self.leaving = True
        self._since = self.loop.time() + SECONDS_TO_LEAVE  # until then it need not make room
        self._stop_waiting()
        self._unsent = self._transport.get_write_buffer_size()
        if self._in_head or self._in_body:  # bytes are coming, and would reset what is closed
            with contextlib.suppress(OSError):  # the other side has gone
                self._transport.write_eof()
            self.flow.resume_reading()
            self._wait(SECONDS_TO_LEAVE)
        else:
            if self._unsent:
                self._wait(SECONDS_TO_LEAVE)
            self._transport.close()

    def _is_idle(self) -> bool:
        """Tell whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _make_room(self, most: int) -> None:
        """Close one connection in a hundred, those that have kept the server waiting longest."""
        waiting = [
            other
            for other in self.connections
            if isinstance(other, BoundedConnection)
            and other is not self
            and (other._is_idle() or other._in_body)
        ]
        for other in heapq.nsmallest(most // 100 + 1, waiting, key=lambda other: other._since):
            other._give_up()

    def _leave_if_idle(self) -> None:
        if self._is_idle():
            self._give_up()

    def _size_of_head(self) -> int:
        """Return the bytes of the address and the header fields, with what separates them."""
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _refuse_head(self) -> None:
        self.transport.write(_TOO_LARGE)
        self.transport.close()

    def _wait(self, seconds: float) -> None:
        self._timer = self.loop.call_later(seconds, self._time_is_over)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _time_is_over(self) -> None:
        """Close the connection, unless its last answer is being read at a bearable speed."""
        self._timer = None
        if not self.leaving:
            self._give_up()
            return
        unsent = self._transport.get_write_buffer_size()
        if 0 < unsent <= self._unsent - SECONDS_TO_LEAVE * SLOWEST_READER:
            self._unsent = unsent
            self._wait(SECONDS_TO_LEAVE)
        else:
            self._transport.abort()

    def _give_up(self) -> None:
        """Close a connection on which nothing was asked in time."""
        self._in_head = self._in_body = False
        self.leave()
