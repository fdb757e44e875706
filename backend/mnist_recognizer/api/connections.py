"""Connections that wait for nobody without end, and that end politely.

uvicorn closes a connection that is idle after an answer. It waits without end, and takes what comes
without end, before a request's head is complete; when bytes come between two requests; and for a
receiver that does not read its last answer.

When there are as many connections as there may be, those that keep the server waiting longest make
room for new ones; otherwise whoever holds that many would keep everybody out.

When it closes a connection on which bytes are still coming, the system resets it, and the answer
may be lost on its way: nginx's "lingering close" is the remedy, and it is this one.

Some clients send requests one behind the other, before the first is answered. When uvicorn cannot
read what comes after them, it says so in the place of their answers. Here what was asked is
answered first.
"""

import asyncio
import contextlib
import heapq
import socket
import sys
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mnist_recognizer.api.middleware.gateway import BREAK_OFF
from mnist_recognizer.api.predict.together import TASKS
from mnist_recognizer.api.wire import Flow, Parser, PoliteTransport

MOST_CONNECTIONS = 10_000  # each takes about 15 kB
OTHER_FILES = 64  # that the process may have open beside connections
LARGEST_IN_SYSTEM = 131072  # bytes of an answer that the system copies before they are sent
MOST_WAITING = 16  # requests of a connection, behind the one that is being answered
PIECE = 16384  # bytes of a body of unknown length that are read at once
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


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's protocol, with limits to the size and the time of what it waits for."""

    leaving = False  # the connection ends: what comes is no longer read
    transport: PoliteTransport  # what uvicorn uses
    _transport: asyncio.Transport
    _timer: asyncio.TimerHandle | None = None
    _since = 0.0  # when the request that is waited for began, or the connection
    _in_head = False
    _in_body = False
    _is_last = False  # the next request is the last one
    _head_bytes = 0  # of a head that is not complete
    unread = b""  # what came after as many requests as may wait
    _body_left = 0  # bytes of a body that are yet to come; 0 if that is not known
    _trailer_bytes = 0  # that followed a body
    _is_silent = False  # the bytes at hand were no part of a body, and no field
    _most_head_bytes = 0  # that the head in the bytes at hand can have
    _unsent = 0  # bytes of the last answer
    _running: RequestResponseCycle | None = None  # the request that is being answered
    _is_deaf = False  # what comes cannot be read, but answers are due
    _is_read_again = False  # this head, without its wish for another protocol

    # What it gets is a Transport, although asyncio declares its base class.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._transport = transport
        self.transport = PoliteTransport(transport, self)
        self.flow = Flow(transport, self)
        self.parser = Parser(self)
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
        self._forget_running()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes, request by request."""
        self.unread += data
        self._read_on()

    def _read_on(self) -> None:
        """Read requests until there are no more bytes, or as many wait as may.

        Each piece ends with a head or a body, if that is known, so that a head is counted alone,
        and no more is read than is wanted: 256 KiB can hold thousands of requests.
        """
        data, self.unread = self.unread, b""
        view, at = memoryview(data), 0
        while at < len(data) and not self.leaving and not self._is_deaf:
            if len(self.pipeline) >= MOST_WAITING:
                self.unread = data[at:]
                self.flow.pause_reading()
                break
            if self._in_body:
                end = at + (self._body_left or PIECE)
            else:
                found = data.find(b"\r\n\r\n", at)
                end = len(data) if found < 0 else found + 4
            self._read(view[at:end])
            at = end
        # uvicorn has stopped its own clock; so that bytes which begin no request, and the rest of
        # a body that was refused at its beginning, do not come for ever, this one runs.
        if self._timer is None and self._is_idle() and not self.leaving:
            self._wait(SECONDS_FOR_A_HEAD)

    def _read(self, piece: memoryview) -> None:
        """Read some bytes; refuse a head, or what follows a body, that does not end."""
        self._most_head_bytes = len(piece) + (self._head_bytes if self._in_head else 0)
        self._is_silent = True
        super().data_received(piece)  # type: ignore[arg-type]  # the parser takes it
        if self._in_head:
            self._head_bytes += len(piece)
            if self._head_bytes > LARGEST_HEAD and not self.leaving and not self._is_deaf:
                self._refuse_head()
        elif self._in_body and self._is_silent:
            self._count_trailer(len(piece))

    def _count_trailer(self, size: int) -> None:
        """Count bytes that follow a body, in fields that nobody asks for, or in one without end."""
        self._trailer_bytes += size
        if self._trailer_bytes > LARGEST_HEAD:
            self.break_off()

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
        self._head_bytes = self._body_left = self._trailer_bytes = 0
        super().on_message_begin()
        state = self.scope["state"]
        state[TASKS] = self.tasks
        state[BREAK_OFF] = self.break_off

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note a field of a head, and forget one that follows a body (a trailer)."""
        self._is_silent = False
        if self._in_body:
            self._count_trailer(len(name) + len(value) + 4)
            return
        super().on_header(name, value)
        if self.headers[-1][0] == b"content-length":
            self._body_left = int(value)

    def on_body(self, body: bytes) -> None:
        """Note a part of a body."""
        self._is_silent = False
        self._body_left = max(0, self._body_left - len(body))
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """Note that it is complete; refuse it when it came at once, and is too large."""
        if self._most_head_bytes > LARGEST_HEAD and self._size_of_head() > LARGEST_HEAD:
            raise ValueError("the head is too large")  # ends in send_400_response
        if self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                raise ValueError("what follows is no HTTP")  # and so does this
            self._is_read_again = True
            return
        self._in_head = False
        self._in_body = True
        self._stop_waiting()
        super().on_headers_complete()
        if self._is_last:
            self.cycle.keep_alive = False

    def read_again(self, rest: bytes | memoryview) -> bytes:
        """Begin anew with a head that wishes for another protocol.

        Parameters
        ----------
        rest : bytes
            What follows it.

        Returns
        -------
        bytes
            What is to be read next: the head without its wish, and the rest.
        """
        self._is_read_again = False
        request = self.parser.get_method(), self.url, self.parser.get_http_version().encode()
        lines = [b"%s %s HTTP/%s" % request]
        lines += [b"%s: %s" % header for header in self.headers if header[0] != b"upgrade"]
        self.parser = Parser(self)
        return b"\r\n".join([*lines, b"", rest])

    def on_message_complete(self) -> None:
        """Note that a request is complete."""
        if self._is_read_again:
            return
        self._in_body = False
        self._stop_waiting()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Send what there is of an answer without a body."""
        self.transport.flush()
        super().on_response_complete()
        if self.unread and not self.pipeline:
            self._read_on()

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be read, which a head too large is among."""
        too_large = self._most_head_bytes > LARGEST_HEAD and self._size_of_head() > LARGEST_HEAD
        if self._answers_are_due():
            return
        self._in_body = True  # or whatever it is that comes
        if too_large:
            self._refuse_head()
        elif self._is_idle() or not self.cycle.response_started:
            super().send_400_response(msg)
        else:
            self.leave()

    def _answers_are_due(self) -> bool:
        """Tell whether requests that were read are yet to be answered; the last is the last one."""
        if self._in_body and self.pipeline:  # its own body cannot be read, and others are before it
            self.pipeline.popleft()
            last = self.pipeline[0][0] if self.pipeline else self._running
            self.cycle = last  # type: ignore[assignment]  # there is one, or none would wait
        elif self._in_body or self._is_idle():
            return False
        self._in_head = self._in_body = False
        self._is_deaf = True
        self.cycle.keep_alive = False
        return True

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def break_off(self) -> None:
        """End the connection, without an answer to the request whose turn it is."""
        self._forget_running()
        self.leave()

    def _forget_running(self) -> None:
        if self._running and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()

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
        self.pipeline.clear()
        self.unread = b""
        self._since = self.loop.time() + SECONDS_TO_LEAVE  # until then it need not make room
        self._stop_waiting()
        self._unsent = self._count_unsent()
        if self._in_head or self._in_body or self._is_deaf:
            # Bytes are coming, and would reset what is closed.
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
        if not self._answers_are_due():
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
        unsent = self._count_unsent()
        if 0 < unsent <= self._unsent - SECONDS_TO_LEAVE * SLOWEST_READER:
            self._unsent = unsent
            self._wait(SECONDS_TO_LEAVE)
        else:
            self._transport.abort()

    def _count_unsent(self) -> int:
        """Return how many bytes of answers the other side has yet to take.

        The system holds some of them, and takes more only once there is much room, which a slow
        reader needs many seconds to make.
        """
        unsent = self._transport.get_write_buffer_size()
        with contextlib.suppress(OSError, ImportError):  # Windows does not tell
            import fcntl
            import termios

            number = self._transport.get_extra_info("socket").fileno()
            held = fcntl.ioctl(number, termios.TIOCOUTQ, bytes(4))
            unsent += int.from_bytes(held, sys.byteorder)
        return unsent

    def _give_up(self) -> None:
        """Close a connection on which nothing was asked in time."""
        self._in_head = self._in_body = False
        self.leave()
