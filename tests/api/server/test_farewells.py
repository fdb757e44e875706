"""How a connection ends: the last answer can be read, and nobody holds one without end."""

import contextlib
import json
import resource
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn

from mnist_recognizer.api import connections
from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.connections import LARGEST_HEAD, BoundedConnection
from mnist_recognizer.api.settings import Settings
from mnist_recognizer.locations import default_weights

HEAD = b"GET /health HTTP/1.1\r\nHost: x\r\n"
SLOW = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
UPLOAD = (
    b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
)
SMALL = 4096  # bytes of a socket's buffer
PATIENCE = 60  # seconds, for a machine that is busy with other things


class Server:
    """A server in a thread, whose sockets take little before somebody reads."""

    def __init__(self, loop: str) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
        self.port = self.listener.getsockname()[1]
        app = create_app(Settings(weights=default_weights(), access_log=False))
        self.asked = threading.Event()  # for /slow
        self.may_answer = threading.Event()

        @app.get("/slow")
        def slow() -> dict[str, str]:
            self.asked.set()
            self.may_answer.wait(PATIENCE)
            return {}

        config = uvicorn.Config(
            app,
            http=BoundedConnection,
            loop=loop,  # type: ignore[arg-type]
            log_config=None,
            timeout_graceful_shutdown=PATIENCE,
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, args=[[self.listener]])

    @contextlib.contextmanager
    def running(self) -> Iterator["Server"]:
        self.thread.start()
        wait_until(lambda: self.server.started)
        try:
            yield self
        finally:
            self.end()

    def end(self) -> None:
        self.server.should_exit = True
        self.thread.join()

    def connect(self) -> socket.socket:
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        connection.settimeout(PATIENCE)
        connection.connect(("127.0.0.1", self.port))
        return connection

    @property
    def connections(self) -> int:
        return len(self.server.server_state.connections)

    def takes_connections(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except ConnectionError:
            return False
        return True


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def rest(connection: socket.socket) -> bytes:
    """Return all that comes until the other side closes; a reset is an error."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def one_answer(connection: socket.socket) -> bytes:
    """Return a short answer, whose connection stays open."""
    received = b""
    while not received.endswith(b"}"):
        received += connection.recv(65536)
    return received


@pytest.fixture(params=["uvloop", "asyncio"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with Server(request.param).running() as server:
        yield server


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten what is waited for."""
    monkeypatch.setattr(connections, "SECONDS_FOR_A_HEAD", 0.3)
    monkeypatch.setattr(connections, "SECONDS_TO_LEAVE", 0.3)


def test_a_refused_body_is_taken_until_its_sender_has_read_why(server: Server) -> None:
    with server.connect() as sender:
        sender.sendall(UPLOAD % 10_000_000 + b"Connection: close\r\n\r\n")
        for _ in range(100):
            sender.sendall(b"x" * 100_000)
        answer = rest(sender)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer
    json.loads(answer.partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize("beginning", [HEAD, b"no request\r\n"], ids=["431", "400"])
def test_a_refused_head_is_taken_too(server: Server, beginning: bytes) -> None:
    with server.connect() as sender:
        sender.sendall(beginning)
        for _ in range(20):
            sender.sendall(b"X: " + b"y" * LARGEST_HEAD + b"\r\n")
        assert rest(sender).startswith(b"HTTP/1.1 4")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("ending", [b"", b"Connection: close\r\n"], ids=["kept", "closed"])
def test_a_refused_body_without_end_ends_the_connection(server: Server, ending: bytes) -> None:
    with server.connect() as sender:
        sender.sendall(UPLOAD % 10**9 + ending + b"\r\n")
        assert one_answer(sender).startswith(b"HTTP/1.1 413 ")
        endless = iter(lambda: sender.send(b"x") and time.sleep(0.02), 0)
        with pytest.raises(ConnectionError):
            list(endless)
    wait_until(lambda: server.connections == 0)


def test_after_a_refused_body_the_connection_serves_on(server: Server) -> None:
    with server.connect() as sender:
        sender.sendall(UPLOAD % 1_000_000 + b"\r\n")
        sender.sendall(b"x" * 1_000_000)
        assert one_answer(sender).startswith(b"HTTP/1.1 413 ")
        sender.sendall(HEAD + b"\r\n")
        assert one_answer(sender).startswith(b"HTTP/1.1 200 ")


@pytest.mark.usefixtures("impatient")
def test_bytes_that_begin_no_request_hold_no_connection(server: Server) -> None:
    with server.connect() as sender:
        sender.sendall(HEAD + b"\r\n")
        one_answer(sender)
        sender.sendall(b"\r\n")
        assert rest(sender) == b""


@pytest.mark.usefixtures("impatient")
def test_who_does_not_read_the_last_answer_is_left(server: Server) -> None:
    head = b"GET /model/weights HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with server.connect() as reader:
        reader.sendall(head)
        reader.recv(1)
        wait_until(lambda: server.connections == 0)


def test_who_reads_slowly_gets_it_all(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SECONDS_TO_LEAVE", 3.0)
    head = b"GET /model/weights HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    size = 0
    with server.connect() as reader:
        reader.sendall(head)
        while part := reader.recv(4096):
            size += len(part)
            time.sleep(0.05)
    assert size > default_weights().stat().st_size * 0.9


def test_an_answer_that_nobody_reads_does_not_fill_the_system(server: Server) -> None:
    with server.connect() as reader:
        reader.sendall(HEAD + b"\r\n")
        one_answer(reader)
        (connection,) = server.server.server_state.connections
        accepted = connection._transport.get_extra_info("socket")
        most = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT)
        assert most == connections.LARGEST_IN_SYSTEM


def test_a_system_that_knows_no_such_bound_serves_too(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(socket, "TCP_NOTSENT_LOWAT")
    with server.connect() as reader:
        reader.sendall(HEAD + b"\r\n")
        assert one_answer(reader).startswith(b"HTTP/1.1 200 ")


def test_who_will_send_nothing_more_is_answered(server: Server) -> None:
    with server.connect() as sender:
        sender.sendall(SLOW)
        sender.shutdown(socket.SHUT_WR)
        assert server.asked.wait(PATIENCE)
        (connection,) = server.server.server_state.connections
        wait_until(lambda: not connection.cycle.keep_alive)
        server.may_answer.set()
        assert rest(sender).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("sent", [b"", HEAD, UPLOAD % 10 + b"\r\n{"])
def test_who_ends_half_way_leaves_nothing_behind(server: Server, sent: bytes) -> None:
    with server.connect() as sender:
        sender.sendall(sent)
        sender.shutdown(socket.SHUT_WR)
        assert b"200" not in rest(sender)
    wait_until(lambda: server.connections == 0)


def test_who_goes_away_without_a_word_leaves_nothing_behind(server: Server) -> None:
    for _ in range(20):
        with server.connect() as sender:
            reset = b"\1\0\0\0\0\0\0\0"
            sender.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            sender.sendall(UPLOAD % 10_000_000 + b"Connection: close\r\n\r\n" + b"x" * 1000)
    wait_until(lambda: server.connections == 0)


class TestRoom:
    @pytest.fixture(autouse=True)
    def few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(connections, "MOST_CONNECTIONS", 5)

    @pytest.mark.parametrize("sent", [b"", HEAD, UPLOAD % 10 + b"\r\n{"])
    def test_whoever_keeps_the_server_waiting_longest_makes_room(
        self, server: Server, sent: bytes
    ) -> None:
        with contextlib.ExitStack() as opened:
            slow = [opened.enter_context(server.connect()) for _ in range(5)]
            wait_until(lambda: server.connections == 5)
            for sender in slow[1:]:
                sender.sendall(sent)
            slow[0].sendall(HEAD + b"\r\n")
            assert one_answer(slow[0]).startswith(b"HTTP/1.1 200 ")
            new = opened.enter_context(server.connect())
            new.sendall(HEAD + b"\r\n")
            assert one_answer(new).startswith(b"HTTP/1.1 200 ")
            wait_until(lambda: server.connections == 5)

    def test_a_request_that_is_being_answered_is_not_cut(self, server: Server) -> None:
        head = b"GET /model/weights HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        with server.connect() as reader, contextlib.ExitStack() as opened:
            reader.sendall(head)
            reader.recv(1)
            for _ in range(20):
                opened.enter_context(server.connect())
            wait_until(lambda: server.connections <= 6)
            assert len(rest(reader)) > 400_000

    def test_a_last_answer_that_is_still_read_is_neither_cut_nor_in_the_way(
        self, server: Server
    ) -> None:
        head = b"GET /model/weights HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        with server.connect() as reader, contextlib.ExitStack() as opened:
            reader.sendall(head)
            reader.recv(1)
            (connection,) = server.server.server_state.connections
            wait_until(lambda: connection.leaving)
            for _ in range(20):
                opened.enter_context(server.connect())
            wait_until(lambda: server.connections == 5)
            assert len(rest(reader)) > 400_000

    @pytest.mark.parametrize(
        ("files", "most"), [(-1, 9000), (1_000_000, 9000), (1024, 960), (32, 1)]
    )
    def test_each_connection_is_an_open_file(
        self, monkeypatch: pytest.MonkeyPatch, files: int, most: int
    ) -> None:
        monkeypatch.setattr(connections, "MOST_CONNECTIONS", 9000)
        monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
        assert connections.most_connections() == most

    def test_a_system_without_such_limits_has_ours(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "resource", None)
        assert connections.most_connections() == 5


class TestTheServersEnd:
    def test_a_request_on_its_way_is_answered_and_told_that_it_was_the_last(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connections, "SECONDS_FOR_A_LAST_REQUEST", PATIENCE)
        with server.connect() as idle, server.connect() as new:
            idle.sendall(HEAD + b"\r\n")
            assert b"connection: close" not in one_answer(idle)
            server.server.should_exit = True
            wait_until(lambda: not server.takes_connections())
            for connection in (idle, new):
                connection.sendall(HEAD + b"\r\n")
                answer = rest(connection)
                assert answer.startswith(b"HTTP/1.1 200 ")
                assert b"connection: close" in answer

    def test_a_request_that_is_being_answered_is_finished(self, server: Server) -> None:
        with server.connect() as sender:
            sender.sendall(SLOW)
            assert server.asked.wait(PATIENCE)
            (connection,) = server.server.server_state.connections
            connection.loop.call_soon_threadsafe(connection._leave_if_idle)  # it is not
            server.server.should_exit = True
            wait_until(lambda: not connection.cycle.keep_alive)
            server.may_answer.set()
            answer = rest(sender)
            assert answer.startswith(b"HTTP/1.1 200 ")
            assert b"connection: close" in answer

    def test_who_has_nothing_to_ask_is_left_after_a_moment(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connections, "SECONDS_FOR_A_LAST_REQUEST", 0.1)
        with server.connect() as idle:
            idle.sendall(HEAD + b"\r\n")
            one_answer(idle)
            server.end()
            assert rest(idle) == b""


def test_a_socket_that_is_gone_can_be_left(monkeypatch: pytest.MonkeyPatch, weights: Path) -> None:
    with Server("asyncio").running() as server, server.connect() as sender:
        wait_until(lambda: server.connections == 1)
        (connection,) = server.server.server_state.connections
        transport = connection._transport

        def gone() -> None:
            raise OSError(107, "Transport endpoint is not connected")

        monkeypatch.setattr(transport, "write_eof", gone)
        monkeypatch.setattr(connections, "SECONDS_TO_LEAVE", 0.1)
        sender.sendall(b"no request\r\n\r\n")
        wait_until(lambda: server.connections == 0)
