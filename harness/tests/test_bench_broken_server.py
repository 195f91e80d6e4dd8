"""Does the bench's broken server do the one thing wrong that it says, and count it?  What it counts
is what the tools are held against."""

import contextlib
import http.client
import pathlib
import signal
import sys
import time

import pytest

import broken_server
from children import serving
from waiting import DEADLINE

SERVER = pathlib.Path(broken_server.__file__)
LONG_TIME = 0.5  # for an answer that takes 0.02 s


class Broken:
    def __init__(self, server, tally):
        self.server, self.tally = server, tally

    def harmed(self):
        return self.tally.stat().st_size

    def connection(self):
        return contextlib.closing(
            http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=DEADLINE))


@pytest.fixture
def broken(tmp_path):
    """A server with that misdeed."""
    with contextlib.ExitStack() as stack:
        def serve(misdeed):
            tally = tmp_path / misdeed
            return Broken(stack.enter_context(serving([sys.executable, SERVER, misdeed, 0, tally])),
                          tally)
        yield serve


def ask(connection):
    connection.request("GET", "/")
    return connection.getresponse().read()


def ask_for_the_tenth(connection):
    for _ in range(9):
        assert ask(connection).startswith(b"ospid:")
    connection.sock.settimeout(LONG_TIME)
    ask(connection)


@pytest.mark.parametrize("misdeed, what_comes", [
    ("cut", http.client.RemoteDisconnected),
    ("hang", TimeoutError),
    ("short", http.client.IncompleteRead),
])
def test_the_tenth_request_of_a_connection_is_harmed_and_counted(broken, misdeed, what_comes):
    server = broken(misdeed)
    for times in (1, 2):
        with server.connection() as connection:
            with pytest.raises(what_comes):
                ask_for_the_tenth(connection)
            assert server.harmed() == times


def test_after_so_many_it_is_a_good_server(broken):
    server = broken("hang")
    for _ in range(broken_server.MOST["hang"]):
        with server.connection() as connection, pytest.raises(TimeoutError):
            ask_for_the_tenth(connection)
    with server.connection() as connection:
        ask_for_the_tenth(connection)
    assert server.harmed() == broken_server.MOST["hang"]


def test_after_a_hup_kept_connections_are_reset_and_another_one_serves(broken):
    server = broken("reset")
    deadline = time.monotonic() + DEADLINE
    with server.connection() as kept:
        old = ask(kept)
        server.server.tell(signal.SIGHUP)
        with pytest.raises(ConnectionResetError):
            while time.monotonic() < deadline:
                assert ask(kept) == old
    with server.connection() as new:
        assert ask(new) != old
    assert server.harmed() == 1
