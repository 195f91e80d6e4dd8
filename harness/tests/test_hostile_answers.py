"""Has whatever a server may send an outcome with a name, and is none of it ok?"""

import threading

import pytest

from odd_server import is_sane, OK

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def says(answer):
    """Answers each request with these bytes; then the connection ends."""
    def behave(connection):
        connection.read()
        connection.send(answer)
    return behave


def goes_on(begin, again, pause=0):
    """Never comes to an end, until the client has had enough."""
    def behave(connection):
        connection.read()
        connection.socket.sendall(begin)
        while True:
            connection.socket.sendall(again)
            threading.Event().wait(pause)
    return behave


def ended(odd, samples, *expected):
    assert all(is_sane(s) for s in samples)
    assert odd.outcomes(samples) <= set(expected), samples
    return samples


@pytest.mark.parametrize("begin,again", [
    (HEAD, b"X-More: and more\r\n" * 1000),
    (HEAD + b"X-Long: ", b"long" * 10000),
    (HEAD + b"X-Name", b"long" * 10000),
    (b"HTTP/1.1 200 ", b"OK" * 10000),
    (CHUNKED + b"2\r\nok\r\n0\r\n", b"X-More: and more\r\n" * 1000),
    (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
], ids=["headers", "value", "name", "reason", "trailers", "1xx"])
def test_headers_without_end(odd, begin, again):
    samples = odd.load(goes_on(begin, again), rate=10, timeout="1s")
    # libcurl has no limit for trailers.
    ended(odd, samples, "timeout" if odd.client == "curl" and begin[-3:] == b"0\r\n" else "bad_body")


@pytest.mark.parametrize("begin,again", [
    (HEAD + b"\r\n", b"x" * 1000),
    (HEAD + b"Content-Length: 9223372036854775807\r\n\r\n", b"x" * 1000),
    (CHUNKED, b"5\r\nhello\r\n" * 100),
], ids=["unframed", "length", "chunks"])
def test_a_body_without_end_times_out(odd, begin, again):
    samples = odd.load(goes_on(begin, again, 0.002), rate=10, timeout="400ms")
    for s in ended(odd, samples, "timeout"):
        assert s["phase"] == "read" and s["status"] == 200


def test_a_length_that_is_more_is_waited_for(odd):
    def behave(connection):
        connection.read()
        connection.send(HEAD + b"Content-Length: 3\r\n\r\nok")
        connection.wait_for_end()

    ended(odd, odd.load(behave, rate=10, timeout="400ms"), "timeout")


@pytest.mark.parametrize("length", [b"3", b"9223372036854775807"])
def test_a_length_that_is_more_and_the_end_is_truncated(odd, length):
    ended(odd, odd.load(says(HEAD + b"Content-Length: " + length + b"\r\n\r\nok")), "truncated")


@pytest.mark.parametrize("lengths", [b"-2", b"+2", b"0x2", b"99999999999999999999",
                                     b"2\r\nContent-Length: 3"])
def test_a_length_that_is_none(odd, lengths):
    """libcurl takes the last one, or does without."""
    samples = odd.load(says(HEAD + b"Content-Length: " + lengths + b"\r\n\r\nok"))
    ended(odd, samples, "bad_body", *["truncated"] * (odd.client == "curl"))


@pytest.mark.parametrize("answer", [
    HEAD + b"X\0Y: 1\r\nContent-Length: 2\r\n\r\nok",
    HEAD + b"X: \0\r\nContent-Length: 2\r\n\r\nok",
    b"HTTP/1.1 200 O\0K\r\nContent-Length: 2\r\n\r\nok",
    b"\0" + OK,
], ids=["name", "value", "reason", "first"])
def test_a_nul_in_the_headers(odd, answer):
    ended(odd, odd.load(says(answer)), "bad_body")


@pytest.mark.parametrize("connection", ["new", "reused"])
@pytest.mark.parametrize("answer", [OK + b"x", OK + OK, HEAD + b"Content-Length: 1\r\n\r\nok"],
                         ids=["byte", "answer", "less"])
def test_more_than_the_answer(odd, answer, connection):
    """libcurl drops what is too much, and the connection, and says nothing of it."""
    def behave(connection):
        if connection.read():
            connection.send(answer)
            connection.wait_for_end()

    samples = odd.load(behave, connection=connection)
    ended(odd, samples, "ok" if odd.client == "curl" else "bad_body")
    assert all("connected" in s for s in samples), "such a connection is not used again"


@pytest.mark.parametrize("version", [b"HTTP/0.9", b"HTTP/1.2", b"ICY"])
def test_another_protocol(odd, version):
    ended(odd, odd.load(says(version + OK[8:])), "bad_body")


@pytest.mark.parametrize("connection", ["new", "reused"])
def test_a_greeting_before_the_request(odd, connection):
    def behave(connection):
        connection.send(b"220 ready when you are\r\n")
        if connection.read():
            connection.send(OK)

    ended(odd, odd.load(behave, connection=connection), "bad_body")


@pytest.mark.parametrize("stray", [b"x", b"\r\n", b"\0", b"HTTP/1.1 200 OK\r\n\r\n",
                                   b"HTTP/1.1 408 Too Late\r\nContent-Length: 0\r\n\r\n"])
def test_bytes_that_come_while_nothing_was_asked(odd, stray):
    """Whoever goes on with such a connection takes them for the answer's beginning."""
    def behave(connection):
        while connection.read():
            connection.send(OK)
            threading.Event().wait(0.01)
            connection.send(stray)

    samples = odd.load(behave, connection="reused", pool=1, rate=10, timeout="2s")
    assert all(is_sane(s) for s in samples)
    for s in samples:
        assert (s["outcome"] == "ok") == ("connected" in s), samples
    if odd.client == "wire":  # it does not ask where it could not know the answer
        assert odd.outcomes(samples) == {"ok", "bad_body"}
        assert all(s.get("bytes", 0) in (0, len(OK)) for s in samples)
    else:  # who does may wait for the end of what has none
        assert odd.outcomes(samples) <= {"ok", "bad_body", "bad_status", "timeout"}
