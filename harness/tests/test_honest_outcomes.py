"""Does the client tell how each request ended?  Against servers that misbehave in one
way each."""

import errno
import socket
import threading

import pytest

from odd_server import is_sane, serve_well, OddServer, OK


def close_at_once(connection):
    connection.read()


def test_closed_before_any_byte_is_empty(odd):
    samples = odd.load(close_at_once)
    assert odd.outcomes(samples) == {"empty"}
    assert len(odd.server.received()) == len(samples)
    for s in samples:
        assert is_sane(s) and s["phase"] == "wait" and "error" not in s and "status" not in s


def test_the_first_request_of_a_kept_connection_is_empty_too(odd):
    """Nothing to send again: the connection was new."""
    samples = odd.load(close_at_once, connection="reused", pool=2)
    assert odd.outcomes(samples) == {"empty"}
    assert len(odd.server.received()) == len(samples)


def test_reset_right_after_the_accept(odd):
    samples = odd.load(lambda connection: connection.reset())
    assert odd.outcomes(samples) <= {"reset"}
    for s in samples:
        assert is_sane(s) and s["phase"] in ("connect", "send", "wait")
        assert s["error"] in (errno.ECONNRESET, errno.EPIPE)


def test_reset_instead_of_an_answer(odd):
    def behave(connection):
        connection.read()
        connection.reset()

    samples = odd.load(behave)
    assert odd.outcomes(samples) == {"reset"}
    for s in samples:
        assert is_sane(s) and s["phase"] == "wait" and s["error"] == errno.ECONNRESET


def test_a_whole_answer_counts_though_a_reset_follows(odd):
    def behave(connection):
        connection.read()
        connection.send(OK)
        connection.reset()

    samples = odd.load(behave)
    assert odd.outcomes(samples) == {"ok"}


HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b"x" * 50


def test_half_a_body_is_truncated(odd):
    def behave(connection):
        connection.read()
        connection.send(HALF)

    samples = odd.load(behave)
    assert odd.outcomes(samples) == {"truncated"}
    for s in samples:
        assert is_sane(s) and s["phase"] == "read" and s["status"] == 200 and "error" not in s


def test_half_a_body_and_a_reset(odd):
    def behave(connection):
        connection.read()
        connection.send(HALF)
        # The client has it once it is acknowledged; a reset may overtake the rest.
        connection.reset()

    samples = odd.load(behave)
    assert odd.outcomes(samples) <= {"reset", "truncated"}
    assert all(is_sane(s) for s in samples)


@pytest.mark.parametrize("connection", ["new", "reused"])
@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\n",
                                  b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"])
def test_an_answer_without_framing_may_be_cut_anywhere(odd, head, connection):
    def behave(connection):
        connection.read()
        connection.send(head + b"all there, who knows")

    samples = odd.load(behave, connection=connection)
    assert odd.outcomes(samples) == {"truncated"}
    for s in samples:
        assert is_sane(s) and s["phase"] == "read" and s["unframed"] == 1 and s["status"] == 200


def test_headers_cut_in_the_middle(odd):
    def behave(connection):
        connection.read()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Le")

    samples = odd.load(behave)
    assert "ok" not in odd.outcomes(samples)
    assert odd.outcomes(samples) <= {"truncated", "bad_body"}
    assert all(s["phase"] == "read" for s in samples)


@pytest.mark.parametrize("chunks", [b"5\r\nhello\r\n", b"5\r\nhel", b"5\r\nhello\r\n0\r\n",
                                    b"zz\r\nhello\r\n"])
def test_chunks_cut_in_the_middle(odd, chunks):
    def behave(connection):
        connection.read()
        connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)

    samples = odd.load(behave)
    broken = b"zz" in chunks
    assert odd.outcomes(samples) == {"bad_body" if broken else "truncated"}
    assert all(is_sane(s) and s["phase"] == "read" for s in samples)


def test_whole_chunks_are_whole(odd):
    def behave(connection):
        while connection.read():
            connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                            b"5\r\nhello\r\n0\r\n\r\n")

    samples = odd.load(behave, connection="reused", pool=2)
    assert odd.outcomes(samples) == {"ok"}
    assert len({s["port"] for s in samples}) == 2


class Full(OddServer):
    """Answers whether it is ready, and accepts nobody else; nor has its queue room for them."""

    def _accept(self):
        sock, _ = self.listener.accept()
        self.listener.listen(0)
        self.waiting = [socket.socket() for _ in range(3)]
        for client in self.waiting:
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", self.port))
        self._serve(sock, 1)

    def close(self):
        for client in self.waiting:
            client.close()
        super().close()


def test_a_full_queue_times_out(odd):
    odd.server = Full(serve_well)
    samples = odd.load(timeout="150ms")
    odd.server.close()
    assert odd.outcomes(samples) == {"timeout"}
    assert all(is_sane(s) and s["phase"] == "connect" for s in samples)


def test_no_answer_at_all_times_out(odd):
    def behave(connection):
        connection.read()
        connection.wait_for_end()

    samples = odd.load(behave, timeout="300ms", duration="300ms")
    assert odd.outcomes(samples) == {"timeout"}
    for s in samples:
        assert is_sane(s) and s["phase"] == "wait" and s["port"]
        assert 290e6 <= s["done"] - s["due"] <= 3e9


def test_a_timeout_in_the_middle_of_the_answer(odd):
    def behave(connection):
        connection.read()
        connection.send(HALF)
        connection.wait_for_end()

    samples = odd.load(behave, timeout="300ms", duration="300ms")
    assert odd.outcomes(samples) == {"timeout"}
    assert all(is_sane(s) and s["phase"] == "read" and s["status"] == 200 for s in samples)


def test_headers_that_trickle_are_waited_for(odd):
    def behave(connection):
        wait = threading.Event()
        while connection.read():
            for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok":
                connection.send(bytes([byte]))
                wait.wait(0.002)

    samples = odd.load(behave, connection="reused", pool=4)
    assert odd.outcomes(samples) == {"ok"}
    assert all(is_sane(s) for s in samples)


def test_headers_that_trickle_too_long_time_out(odd):
    def behave(connection):
        connection.read()
        wait = threading.Event()
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok":
            connection.send(bytes([byte]))
            wait.wait(0.1)

    samples = odd.load(behave, timeout="400ms", duration="200ms")
    assert odd.outcomes(samples) == {"timeout"}


@pytest.mark.parametrize("status", [500, 503, 404, 302, 304, 204])
def test_a_status_that_is_no_success(odd, status):
    """A redirect is not followed: the one request it was is told about."""
    def behave(connection):
        while connection.read():
            connection.send(b"HTTP/1.1 %d X\r\nLocation: /elsewhere\r\n%s\r\n"
                            % (status, b"" if status in (204, 304) else b"Content-Length: 0\r\n"))

    samples = odd.load(behave)
    assert odd.outcomes(samples) == {"ok" if status == 204 else "bad_status"}
    assert {s["status"] for s in samples} == {status}
    assert {r[2].split()[1] for r in odd.server.received()} == {b"/load"}
    assert len(odd.server.received()) == len(samples)
    assert all(is_sane(s) and s["phase"] == "done" for s in samples)


def test_a_body_that_does_not_say_who(odd):
    samples = odd.load(serve_well, who={"body": "ospid:([0-9]+)"}, duration="300ms")
    assert odd.outcomes(samples) == {"bad_body"}
    assert all(is_sane(s) and s["phase"] == "done" and s["status"] == 200 for s in samples)


def test_no_listener_is_refused(odd):
    odd.serve(lambda connection: None, only_ready=True)
    samples = odd.load()
    assert odd.outcomes(samples) == {"refused"}
    for s in samples:
        assert is_sane(s) and s["phase"] == "connect" and s["error"] == errno.ECONNREFUSED
        assert "port" not in s and "connected" not in s


def test_no_http_at_all(odd):
    def behave(connection):
        connection.read()
        connection.send(b"SSH-2.0-OpenSSH_9.2\r\n")

    samples = odd.load(behave)
    assert odd.outcomes(samples) == {"bad_body"}
