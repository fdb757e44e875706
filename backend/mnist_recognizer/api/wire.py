"""What a connection writes through, waits by and reads with: uvicorn's parts, mended."""

import asyncio
from typing import TYPE_CHECKING

import httptools
from uvicorn.protocols.http.flow_control import FlowControl

if TYPE_CHECKING:
    from mnist_recognizer.api.connections import BoundedConnection


class PoliteTransport(asyncio.Transport):
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
        """Send bytes; those of a head, with the next. When the connection ends, nobody reads."""
        if self.is_closing():
            return
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


class Flow(FlowControl):
    """Reads nothing more while a request waits for the answers before its own.

    uvicorn reads on with every answer, so that more and more requests could wait.
    """

    def __init__(self, transport: asyncio.Transport, connection: "BoundedConnection") -> None:
        super().__init__(transport)
        self._connection = connection

    def resume_reading(self) -> None:
        """Read on, if nobody waits."""
        if not self._connection.pipeline and not self._connection.unread:
            super().resume_reading()


class Parser(httptools.HttpRequestParser):
    """httptools' parser, for a server that knows no other protocol than HTTP/1.1.

    A request that wishes for another one (RFC 9110, section 7.8; Java's client does in each) is to
    be answered as if it did not. httptools ends it with its head, and takes its body for another
    request.
    """

    def __init__(self, connection: "BoundedConnection") -> None:
        super().__init__(connection)
        self.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
        self._connection = connection

    # uvicorn gives it nothing else.
    def feed_data(self, data: bytes | memoryview) -> None:  # type: ignore[override]
        """Take bytes, and call the connection with what they say."""
        parser: httptools.HttpRequestParser = self
        while True:
            try:
                httptools.HttpRequestParser.feed_data(parser, data)
            except httptools.HttpParserUpgrade as upgrade:
                data = self._connection.read_again(data[upgrade.args[0] :])
                parser = self._connection.parser
            else:
                return
