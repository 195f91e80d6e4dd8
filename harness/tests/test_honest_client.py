"""Does the client tell what really happened to each request?  Against servers
that misbehave on purpose: what they received is counted on their side, so that
a request that was sent twice, or a failure that was smoothed over, shows."""

import errno
import os
import socket
import threading

import pytest

from odd_server import OK, OddServer


@pytest.fixture
def odd(bench):
    """Puts a load on a misbehaving server; gives the samples of one lane."""
    servers = []

    class Odd:
        server = None

        def serve(self, behave, **how):
            self.server = OddServer(behave, **how)
            servers.append(self.server)
            return self.server

        def load(self, behave=None, duration="300ms", limits=None, who="none", **lane):
            server = self.server or self.serve(behave)
            self.run = bench.run_scenario({
                "name": "odd",
                "server": {"attach": {"pid": os.getpid()}, "url": server.url,
                           "ready": {"http": "/ready", "within": "20s"}, "who": who},
                "lanes": [{"name": "l", "rate": 40, "timeout": "10s", "path": "/load", **lane}],
                "for": duration, "steps": [], "limits": {"requests": 1, **(limits or {})},
            })
            assert self.run.status in (1, 2), self.run.err
            samples = bench.samples("odd")
            assert samples, self.run.err
            return samples

        def outcomes(self, samples):
            return {s["outcome"] for s in samples}

    yield Odd()
    for server in servers:
        server.close()


def is_sane(s):
    """Times in their order, and none for what never happened."""
    times = [s[k] for k in ("sent", "connected", "first_byte", "done") if k in s]
    assert s["due"] <= s["sent"] and times == sorted(times), s
    if s["phase"] in ("connect", "send", "wait"):
        assert "first_byte" not in s, s
    else:
        assert "first_byte" in s, s
    return True


def serve_well(connection):
    while connection.read():
        connection.send(OK)


# What a client library would hide


def first_then(end):
    """Answers the first request on each connection and breaks at the second."""
    def behave(connection):
        if connection.read():
            connection.send(OK)
        if connection.read() and end == "reset":
            connection.reset()
    return behave


@pytest.mark.parametrize("end", ["fin", "reset"])
@pytest.mark.parametrize("method,body", [("GET", 0), ("POST", 0), ("POST", 100), ("POST", 50000),
                                         ("PUT", 10), ("DELETE", 0), ("HEAD", 0)])
def test_a_reused_connection_that_dies_is_told_and_never_sent_again(odd, method, body, end):
    samples = odd.load(first_then(end), connection="reused", pool=3, method=method,
                       body_bytes=body)
    resent = [s for s in samples if s["outcome"] == "resent"]
    ok = [s for s in samples if s["outcome"] == "ok"]
    assert resent and ok and len(resent) + len(ok) == len(samples), samples
    # Every second one on each connection dies; each arrived exactly once.
    assert abs(len(ok) - len(resent)) <= 3
    assert len(odd.server.received()) == len(samples)
    ledger = odd.server.by_port()
    assert sum(ledger.values()) == len(samples)
    for port, n in ledger.items():
        assert n == sum(s["port"] == port for s in samples)
    for s in resent:
        assert is_sane(s) and s["phase"] in ("send", "wait") and "status" not in s
        assert s.get("error", 0) in ((0,) if end == "fin" else (0, errno.ECONNRESET, errno.EPIPE))
        assert "connected" not in s, "it opened no connection"
    assert "resent" in odd.run.out


def test_resent_stays_resent_when_the_second_connection_would_be_refused(odd):
    def behave(connection):
        connection.read()
        connection.send(OK)
        if connection.read():
            odd.server.close()

    samples = odd.load(behave, connection="reused", pool=1, rate=20)
    assert [s["outcome"] for s in samples[:3]] == ["ok", "resent", "refused"], samples
    assert odd.outcomes(samples[2:]) == {"refused"}
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
    assert len({s["port"] for s in samples}) == len(samples) == odd.server.connections - 1
    assert all("connected" in s for s in samples)
    assert len(odd.server.received()) == len(samples)


def test_a_kept_connection_is_really_kept(odd):
    samples = odd.load(serve_well, connection="reused", pool=3)
    assert odd.outcomes(samples) == {"ok"}
    assert len({s["port"] for s in samples}) == odd.server.connections - 1
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
    assert odd.server.connections - 1 == len(samples)
    assert all(b"connection: close" in r[2].lower() for r in odd.server.received())
    assert all("connected" in s for s in samples)


# How a request can end


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


def test_an_answer_before_the_request_was_sent_is_no_answer_to_it(odd):
    def behave(connection):
        connection.send(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n"
                        b"Connection: close\r\n\r\n")

    samples = odd.load(behave)
    assert odd.outcomes(samples) <= {"bad_status", "reset"}


def test_100_continue_is_not_the_answer(odd):
    def behave(connection):
        while connection.read():
            connection.send(b"HTTP/1.1 100 Continue\r\n\r\n" + OK)

    samples = odd.load(behave, method="POST", body_bytes=10)
    assert odd.outcomes(samples) == {"ok"}
    assert {s["status"] for s in samples} == {200}
    assert not any(b"expect:" in r[2].lower() for r in odd.server.received())


def test_100_continue_and_nothing_more_is_no_answer(odd):
    def behave(connection):
        connection.read()
        connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    samples = odd.load(behave, method="POST", body_bytes=10)
    assert "ok" not in odd.outcomes(samples)
    assert odd.outcomes(samples) <= {"truncated", "empty"}, samples


def test_an_early_answer_to_a_large_post(odd):
    def behave(connection):
        while b"\r\n\r\n" not in connection.buffer:
            if not connection._more():
                return
        connection.note(connection.buffer)
        connection.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n"
                        b"Connection: close\r\n\r\n")

    samples = odd.load(behave, method="POST", body_bytes=4000000, rate=10)
    # Closing with bytes unread resets the connection, which may eat the answer.
    assert odd.outcomes(samples) <= {"bad_status", "reset"}
    assert len(odd.server.received()) == len(samples)


def test_the_body_arrives_whole(odd):
    bodies = []

    def behave(connection):
        while True:
            before = connection.seen
            top = connection.read()
            if not top or connection.seen == before:
                return
            bodies.append(top)
            connection.send(OK)

    samples = odd.load(behave, connection="reused", pool=2, method="POST", body_bytes=100000)
    assert odd.outcomes(samples) == {"ok"}
    assert len(bodies) == len(samples)
    assert all(b"Content-Length: 100000" in top for top in bodies)


# An open loop waits for nobody


def due_of(samples):
    return [s["due"] - samples[0]["due"] for s in samples]


def test_a_slow_server_does_not_slow_the_schedule(odd):
    most, now, lock = [0], [0], threading.Lock()

    def behave(connection):
        connection.read()
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        threading.Event().wait(1.0)
        with lock:
            now[0] -= 1
        connection.send(OK)

    samples = odd.load(behave, rate=50, duration="1s", limits={"late": "5s"})
    assert len(samples) == 50
    assert due_of(samples) == [i * 1000000000 // 50 for i in range(50)]
    assert odd.outcomes(samples) == {"ok"}
    assert most[0] >= 25, "they overlap: nobody waits for an answer"
    for s in samples:
        assert s["done"] - s["due"] >= 1e9


def test_latency_counts_from_when_it_was_due(odd, bench):
    def behave(connection):
        connection.read()
        threading.Event().wait(0.3)
        connection.send(OK)

    samples = odd.load(behave, rate=20, duration="300ms")
    lane = bench.report("odd")["lanes"][0]
    worst = max(s["done"] - s["due"] for s in samples) / 1e6
    assert lane["latency_ms"]["max"] == pytest.approx(worst, abs=0.002)
    assert lane["latency_ms"]["p50"] >= 300


def test_a_pool_that_is_busy_delays_nobody(odd):
    def behave(connection):
        while connection.read():
            threading.Event().wait(0.5)
            connection.send(OK)

    samples = odd.load(behave, connection="reused", pool=1, rate=20, duration="500ms",
                       limits={"late": "5s"})
    assert due_of(samples) == [i * 50000000 for i in range(10)]
    assert odd.outcomes(samples) == {"ok"}
    assert all(s["done"] - s["due"] < 5e9 for s in samples)
    assert len({s["port"] for s in samples}) == 10
