"""Connections to a real server: heads, bodies, silence and crowds have bounds."""

import contextlib
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.programs.process import resident_bytes
from tests.support.programs.server import Server, serving

HEAD_WITHIN_S = 3.0
ANSWER_WITHIN_S = 60.0
CONNECTIONS_MAX = 60
PER_ADDRESS_MAX = 20
GROWTH_MAX = 24 << 20

ELSEWHERE = "127.0.0.2"
"""An address of this machine that is no trusted proxy's."""

HALF_A_BODY = (
    b"POST /open HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 9\r\n\r\n{"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(
        tmp_path_factory.mktemp("home"),
        LOADGROUND_HEAD_WITHIN_S=str(HEAD_WITHIN_S),
        LOADGROUND_BODY_WITHIN_S=str(HEAD_WITHIN_S),
        LOADGROUND_CONNECTIONS_MAX=str(CONNECTIONS_MAX),
        LOADGROUND_VIEWERS_PER_ADDRESS_MAX="2",
        LOADGROUND_CONNECTIONS_PER_ADDRESS_MAX=str(PER_ADDRESS_MAX),
    ) as running:
        # Its preparations would be taken for growth.
        running.wait_for_engine()
        yield running


@pytest.fixture
def crowd() -> Iterator[contextlib.ExitStack]:
    """Closes every socket at the end."""
    with contextlib.ExitStack() as stack:
        yield stack


def connect(server: Server, source: str = "127.0.0.1") -> socket.socket:
    parts = urlsplit(server.url)
    assert parts.hostname is not None
    address = (parts.hostname, parts.port or 80)
    return socket.create_connection(address, ANSWER_WITHIN_S, source_address=(source, 0))


def read_to_end(connection: socket.socket) -> bytes:
    """Everything that the server sends until it closes the connection."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65_536):
            received += piece
    return received


def is_open(connection: socket.socket) -> bool:
    """Return whether the server has not closed a connection on which it says nothing."""
    connection.setblocking(False)
    try:
        return bool(connection.recv(1))
    except BlockingIOError:
        return True
    except ConnectionResetError:
        return False


def status(received: bytes) -> int:
    return int(received.split(b" ")[1]) if received.startswith(b"HTTP/1.1 ") else 0


def send_until_closed(connection: socket.socket, piece: bytes, total: int) -> int:
    """Send `piece` again and again; return how many bytes the server let pass."""
    sent = 0
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        while sent < total:
            connection.sendall(piece)
            sent += len(piece)
    return sent


@pytest.mark.parametrize(
    "piece",
    [b"a: b\r\n" * 2_000, b"a" * 12_000, b"x-" + b"a" * 9_000 + b": b\r\n"],
    ids=["many short fields", "one without an end", "many long fields"],
)
def test_a_head_without_end_is_refused_and_takes_no_memory(server: Server, piece: bytes) -> None:
    before = resident_bytes(server.process.pid)
    with connect(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        sent = send_until_closed(connection, piece, 20_000_000)
        # The kernel's buffers take some of it, whatever the server does.
        assert sent < 20_000_000
        received = read_to_end(connection)
    assert status(received) in (0, 431)
    assert resident_bytes(server.process.pid) - before < GROWTH_MAX


def test_an_oversized_head_is_answered_in_words(server: Server) -> None:
    with connect(server) as connection:
        fields = "".join(f"x-{number}: y\r\n" for number in range(101))
        connection.sendall(f"GET / HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n".encode())
        assert status(read_to_end(connection)) == 431
    with connect(server) as connection:
        connection.sendall(b"GET /" + b"o" * 70_000 + b" HTTP/1.1\r\n")
        assert status(read_to_end(connection)) == 431


def test_the_longest_link_fits_a_head(server: Server) -> None:
    answer = httpx.get(f"{server.url}/o/z1.{'A' * 32_000}", trust_env=False)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        (b"", 0),
        (b"\r\n", 0),
        (b"GET / HTT", 408),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n", 408),
        (HALF_A_BODY, 408),
        (HALF_A_BODY.replace(b"application/json", b"text/plain"), 415),
    ],
    ids=["nothing", "line end", "half a line", "half a head", "half a body", "body refused"],
)
def test_a_connection_that_says_too_little_is_closed(
    server: Server, said: bytes, answered: int
) -> None:
    with connect(server) as connection:
        connection.sendall(said)
        received = read_to_end(connection)
    assert status(received) == answered
    assert received.count(b"HTTP/1.1 ") <= 1
    assert "Traceback" not in server.log.read_text()


def test_silence_after_an_answer_and_a_byte_is_closed(server: Server) -> None:
    with connect(server) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert status(connection.recv(65_536)) == 200
        connection.sendall(b"\r\n")
        read_to_end(connection)


def test_a_slow_trickle_does_not_extend_the_time(server: Server) -> None:
    """Each byte comes well in time; all of them together do not."""
    with connect(server) as connection:
        connection.settimeout(HEAD_WITHIN_S / 10)
        connection.sendall(b"GET / HTTP/1.1\r\n")
        for _ in range(1_000):
            try:
                if not connection.recv(65_536):
                    return
            except TimeoutError:
                with contextlib.suppress(BrokenPipeError):
                    connection.sendall(b"a")
            except ConnectionResetError:
                return
    raise AssertionError("a head of a thousand pieces was waited for")


def test_many_silent_connections_shut_nobody_out(
    server: Server, crowd: contextlib.ExitStack
) -> None:
    silent = [crowd.enter_context(connect(server)) for _ in range(1_100)]
    answer = httpx.get(f"{server.url}/healthz", timeout=ANSWER_WITHIN_S, trust_env=False)
    assert answer.status_code == 200
    assert sum(is_open(one) for one in silent) <= CONNECTIONS_MAX


def test_one_address_takes_the_place_of_its_own_connections(
    server: Server, crowd: contextlib.ExitStack
) -> None:
    with connect(server) as other:
        many = [crowd.enter_context(connect(server, ELSEWHERE)) for _ in range(PER_ADDRESS_MAX * 2)]
        many[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert status(many[-1].recv(65_536)) == 200
        assert sum(is_open(one) for one in many) <= PER_ADDRESS_MAX
        other.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert status(other.recv(65_536)) == 200


def test_a_hundred_requests_in_one_go_are_not_all_queued(server: Server) -> None:
    with connect(server) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1_000)
        assert read_to_end(connection).count(b"HTTP/1.1 200") < 100


def test_one_address_cannot_take_all_streams(server: Server, crowd: contextlib.ExitStack) -> None:
    def client(address: str) -> httpx.Client:
        transport = httpx.HTTPTransport(local_address=address)
        made = httpx.Client(transport=transport, base_url=server.url, timeout=ANSWER_WITHIN_S)
        return crowd.enter_context(made)

    greedy, other = client(ELSEWHERE), client("127.0.0.3")
    events = f"{new_session(other)}/events"
    first = crowd.enter_context(contextlib.closing(Stream(greedy, events)))
    second = crowd.enter_context(contextlib.closing(Stream(greedy, events)))
    assert (first.status, second.status) == (200, 200)
    refused = greedy.get(events)
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) > 0
    with contextlib.closing(Stream(other, events)) as one:
        assert one.status == 200
    first.close()
    while (again := Stream(greedy, events)).status == 503:
        # The server learns of the end a moment later.
        again.close()
    assert again.status == 200
    again.close()


class Stream:
    """An open event stream."""

    def __init__(self, client: httpx.Client, path: str) -> None:
        self._answer = client.send(client.build_request("GET", path), stream=True)
        self.status = self._answer.status_code

    def close(self) -> None:
        self._answer.close()


def new_session(client: httpx.Client) -> str:
    return str(client.post("/scenarios/single-server").headers["location"])
