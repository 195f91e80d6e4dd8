"""Is a kept connection kept, and does its death stay visible?  libcurl would send the
request again and say nothing; so the curl client knows that it was lost, not how."""

import errno
import socket
import threading
import time

import pytest

from odd_server import is_sane, serve_well, OK


def first_then(end):
    """Answers the first request on each connection and breaks at the second."""
    def behave(connection):
        top = connection.read()
        if top:
            connection.send(OK[:-2] if top.startswith(b"HEAD") else OK)
        if connection.read() and end == "reset":
            connection.reset()
    return behave


@pytest.mark.parametrize("end", ["fin", "reset"])
@pytest.mark.parametrize("method,body", [("GET", 0), ("POST", 0), ("POST", 100), ("POST", 50000),
                                         ("PUT", 10), ("DELETE", 0), ("HEAD", 0)])
def test_a_reused_connection_that_dies_is_told_and_never_sent_again(odd, method, body, end):
    samples = odd.load(first_then(end), connection="reused", pool=3, method=method,
                       body_bytes=body)
    how = "resent" if odd.client == "curl" else {"fin": "empty", "reset": "reset"}[end]
    lost = [s for s in samples if s["outcome"] == how]
    ok = [s for s in samples if s["outcome"] == "ok"]
    assert lost and ok and len(lost) + len(ok) == len(samples), samples
    # The second one on each connection dies; each arrived exactly once.
    ledger = odd.server.by_port()
    assert len(odd.server.received()) == sum(ledger.values()) == len(samples)
    for port, n in ledger.items():
        assert [s["outcome"] for s in samples if s["port"] == port] == ["ok", how][:n]
    for s in lost:
        assert is_sane(s) and s["phase"] in ("send", "wait") and "status" not in s
        assert s.get("error", 0) in ((0,) if end == "fin" else (0, errno.ECONNRESET, errno.EPIPE))
        assert "connected" not in s, "it opened no connection"
    assert how in odd.run.out


def test_lost_stays_lost_when_the_second_connection_would_be_refused(odd):
    def behave(connection):
        connection.read()
        connection.send(OK)
        if connection.read():
            odd.server.close()

    samples = odd.load(behave, connection="reused", pool=1, rate=20)
    how = "resent" if odd.client == "curl" else "empty"
    assert [s["outcome"] for s in samples[:3]] == ["ok", how, "refused"], samples
    assert odd.outcomes(samples[2:]) == {"refused"} and not any("port" in s for s in samples[2:])
    assert len(odd.server.received()) == 2


def test_a_second_answer_nobody_asked_for_answers_nothing(odd):
    def behave(connection):
        if connection.read():
            connection.send(OK + b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray")
        while connection.read():
            connection.send(OK)

    samples = odd.load(behave, connection="reused", pool=1)
    answered = [s for s in samples if s["outcome"] == "ok"]
    assert odd.outcomes(samples) <= {"ok", "bad_body"}
    assert len(odd.server.received()) >= len(answered)
    assert all(is_sane(s) for s in samples)


def test_a_stray_answer_that_comes_later_is_not_taken_for_the_next_one(odd):
    """It was there before the request: whoever takes it for the answer is wrong."""
    def behave(connection):
        while connection.read():
            connection.send(OK)
            threading.Event().wait(0.01)
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray")

    samples = odd.load(behave, connection="reused", pool=1, rate=10)
    assert len(samples) == 3
    for s in samples:
        assert s["outcome"] == ("ok" if "connected" in s else "bad_body"), samples


def test_an_idle_connection_that_was_closed_before_is_replaced(odd):
    """The client sees the FIN before it sends: any client opens a new one."""
    closed = threading.Event()

    def behave(connection):
        connection.read()
        connection.send(OK)
        connection.socket.shutdown(socket.SHUT_RDWR)
        closed.set()

    samples = odd.load(behave, connection="reused", pool=1, rate=5, duration="1s")
    assert odd.outcomes(samples) == {"ok"}
    assert len({s["port"] for s in samples}) == len(samples) == odd.server.accepted - 1
    assert all("connected" in s for s in samples)
    assert len(odd.server.received()) == len(samples)


def test_a_kept_connection_is_really_kept(odd):
    samples = odd.load(serve_well, connection="reused", pool=3)
    assert odd.outcomes(samples) == {"ok"}
    assert len({s["port"] for s in samples}) == odd.server.accepted - 1
    for i, s in enumerate(samples):
        in_flight = sum(o["sent"] <= s["sent"] <= o["done"] for o in samples) - 1
        assert ("connected" in s) == (i < 3 or in_flight >= 3), samples


def test_kept_connections_survive_a_crowd(odd):
    """More in flight than the pool holds: extra connections come and go."""
    gate = threading.Event()

    def behave(connection):
        while connection.read():
            if len(odd.server.received()) >= 12:
                gate.set()
            gate.wait(20)
            connection.send(OK)

    samples = odd.load(behave, connection="reused", pool=2, duration="1s")
    assert odd.outcomes(samples) == {"ok"}
    opened = [s for s in samples if "connected" in s]
    assert len(opened) >= 12
    assert {s["port"] for s in samples if s not in opened} == {s["port"] for s in samples[:2]}


def test_a_new_connection_for_each_request(odd):
    samples = odd.load(serve_well, connection="new")
    assert odd.outcomes(samples) == {"ok"}
    assert odd.server.accepted - 1 == len(samples)
    assert all(b"connection: close" in r[2].lower() for r in odd.server.received())
    assert all("connected" in s for s in samples)


def test_a_connection_that_is_over_is_closed(odd):
    """Though the server would keep it: the next but one is answered only then."""
    ends = [threading.Event() for _ in range(6)]

    def behave(connection):
        number = connection.number - 2  # the first asked whether it is ready
        connection.read()
        if number < 2 or ends[number - 2].wait(20):
            connection.send(OK)
        connection.wait_for_end()
        ends[number].set()

    samples = odd.load(behave, count=len(ends))
    assert odd.outcomes(samples) == {"ok"} and len(samples) == len(ends)


@pytest.mark.parametrize("odd", ["wire"], indirect=True)  # only that one can
def test_a_slow_upload_takes_its_time(odd):
    samples = odd.load(serve_well, method="POST", body_bytes=40000, send_rate=100000, rate=10)
    assert odd.outcomes(samples) == {"ok"}
    assert all(s["done"] - s["sent"] > 0.4e9 for s in samples)
    assert all(s["connected"] - s["sent"] < s["done"] - s["connected"] for s in samples)


@pytest.mark.parametrize("odd", ["wire"], indirect=True)  # only that one can
def test_slow_uploads_go_on_side_by_side(odd):
    connections, come = {}, []

    def behave(connection):
        connections[connection.number] = connection
        connection.read()
        if connection.number == 2:  # the first upload is over; the other has to be well under way
            come.append(len(connections[3].buffer))
        connection.send(OK)

    samples = odd.load(behave, method="POST", body_bytes=40000, send_rate=40000, rate=10, count=2)
    assert odd.outcomes(samples) == {"ok"} and come[0] > 10000


@pytest.mark.parametrize("odd", ["wire"], indirect=True)  # only that one can
def test_a_slow_reader_takes_its_time_and_the_server_feels_it(odd):
    size, sending = 4_000_000, []

    def behave(connection):
        while connection.read():
            began = time.monotonic()
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)
            sending.append(time.monotonic() - began)

    samples = odd.load(behave, read_rate=8_000_000, rate=10)
    assert odd.outcomes(samples) == {"ok"}
    assert all(s["done"] - s["sent"] > 0.5e9 for s in samples)
    assert all(s["first_byte"] - s["sent"] < s["done"] - s["first_byte"] for s in samples)
    assert min(sending) > 0.05, "its buffers alone would have taken less"


@pytest.mark.parametrize("odd", ["wire"], indirect=True)  # only that one can
def test_a_slow_reader_is_as_slow_with_each_answer(odd):
    size = 400_000

    def behave(connection):
        while connection.read():
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)

    samples = odd.load(behave, connection="reused", pool=1, read_rate=2_000_000, rate=1.5,
                       duration="2500ms")
    took = [s["done"] - s["sent"] for s in samples]
    assert len(took) >= 3 and min(took[1:]) < 1.5 * took[0]
