"""Several requests under way on one connection: does each get its own answer, or its own end?"""

import errno
import threading

import pytest

from odd_server import OK, is_sane

pytestmark = pytest.mark.parametrize("odd", ["wire"], indirect=True)
AT_A_TIME = 4
HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b"x" * 50
CLOSES = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
GARBAGE = b"SIP/2.0 200 OK\r\n\r\n"


def ends(samples):
    return [s["outcome"] for s in samples]


def after_all(answer, reset=False):
    """Whoever waits for an answer before it sends the next waits for ever."""
    def behave(connection):
        for _ in range(AT_A_TIME):
            if not connection.read():
                return
        connection.send(answer)
        if reset:
            connection.reset()
    return behave


def load(odd, behave, **lane):
    return odd.load(behave, **{"connection": "reused", "pool": 1, "pipeline": AT_A_TIME,
                               "count": AT_A_TIME, **lane})


def test_they_leave_without_waiting(odd):
    def behave(connection):
        while all([connection.read() for _ in range(AT_A_TIME)]):
            connection.send(OK * AT_A_TIME)

    samples = load(odd, behave, count=3 * AT_A_TIME)
    assert ends(samples) == ["ok"] * 3 * AT_A_TIME and len({s["port"] for s in samples}) == 1
    assert odd.server.accepted == 2, "one asked whether it is ready"
    assert all(is_sane(s) and s["bytes"] == len(OK) and s["phase"] == "done" for s in samples)


def test_each_has_its_own_answer_however_they_are_cut(odd):
    answers = b"".join(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nospid:%d" % n
                       for n in range(1, AT_A_TIME + 1))

    def behave(connection):
        after_all(b"")(connection)
        for at in range(0, len(answers), 11):
            connection.send(answers[at:at + 11])
        connection.wait_for_end()

    samples = load(odd, behave, who={"body": "ospid:([0-9]+)"})
    assert ends(samples) == ["ok"] * AT_A_TIME
    assert [s["pid"] for s in samples] == list(range(1, AT_A_TIME + 1))


@pytest.mark.parametrize("answer, expected", [
    (b"", ["empty"] * 4),
    (OK + HALF, ["ok", "truncated", "empty", "empty"]),
    (CLOSES, ["ok", "empty", "empty", "empty"]),
    (OK + b"HTTP/1.1 200 OK\r\n\r\nwho knows", ["ok", "truncated", "empty", "empty"]),
    (OK + GARBAGE, ["ok", "bad_body", "bad_body", "bad_body"]),
    (CLOSES + OK, ["bad_body"] * 4),
    (OK * 5, ["ok", "ok", "ok", "bad_body"]),
], ids=["nothing", "half", "close", "unframed", "garbage", "more after close", "one too many"])
def test_those_behind_an_end_have_ends_of_their_own(odd, answer, expected):
    samples = load(odd, after_all(answer))
    assert ends(samples) == expected
    assert len({s["port"] for s in samples}) == 1 and all(is_sane(s) for s in samples)
    assert len(odd.server.received()) == AT_A_TIME, "nothing is sent twice"


def test_a_reset_meets_all_that_wait(odd):
    samples = load(odd, after_all(OK, reset=True))
    assert ends(samples[1:]) == ["reset"] * 3
    assert all(s["error"] == errno.ECONNRESET and s["phase"] == "wait" for s in samples[1:])


def test_an_answer_that_comes_before_its_request(odd):
    def behave(connection):
        connection.read()
        connection.send(OK + OK)
        connection.wait_for_end()

    assert set(ends(load(odd, behave))) == {"bad_body"}


def test_one_that_is_late_takes_none_behind_it_along(odd):
    """The third leaves after the first was given up; it has a connection of its own."""
    third = threading.Event()

    def behave(connection):
        if connection.number == 2:
            connection.read()
            connection.read()
            third.wait(20)
            connection.send(OK + OK)
        else:
            connection.read()
            third.set()
            connection.send(OK)
        connection.wait_for_end()

    samples = load(odd, behave, rate=0.5, timeout="3500ms", duration="4100ms")
    assert ends(samples) == ["timeout", "ok", "ok"]
    assert samples[0]["port"] == samples[1]["port"] != samples[2]["port"]


def test_one_that_is_late_may_be_the_last_that_is_not_answered(odd):
    """The second leaves while the first is waited for; the connection ends after that was given
    up, which the third shows."""
    third = threading.Event()

    def behave(connection):
        if connection.number == 2:
            third.wait(20)
        else:
            third.set()
        connection.read()
        connection.read()

    samples = load(odd, behave, rate=0.5, timeout="3500ms", duration="4100ms")
    assert ends(samples)[:2] == ["timeout", "empty"]
    assert samples[0]["port"] == samples[1]["port"] != samples[2]["port"]


def test_more_than_that_need_another_connection(odd):
    everybody = threading.Event()

    def behave(connection):
        while all([connection.read() for _ in range(AT_A_TIME)]):
            if len(odd.server.received()) == 2 * AT_A_TIME:
                everybody.set()
            everybody.wait(20)
            connection.send(OK * AT_A_TIME)

    samples = load(odd, behave, count=2 * AT_A_TIME)
    assert ends(samples) == ["ok"] * 2 * AT_A_TIME
    ports = [s["port"] for s in samples]
    assert len(set(ports[:AT_A_TIME])) == len(set(ports[AT_A_TIME:])) == 1 and len(set(ports)) == 2


def test_bodies_leave_one_behind_the_other(odd):
    samples = load(odd, after_all(OK * AT_A_TIME), method="POST", body_bytes=300_000)
    assert ends(samples) == ["ok"] * AT_A_TIME and len({s["port"] for s in samples}) == 1


@pytest.mark.parametrize("shape, expected", [("steady", ["bad_status"] * 2),
                                             ("burst", ["bad_status", "unsent"])])
def test_where_one_is_refused_unread_nothing_can_follow(odd, shape, expected):
    """The rest of its body does not leave, so that what is behind it cannot either."""
    refusal = b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"

    def behave(connection):
        connection.socket.recv(1000)
        threading.Event().wait(0.2)  # those of a burst leave at once
        connection.send(refusal)
        connection.wait_for_the_client()

    samples = load(odd, behave, method="POST", body_bytes=50_000_000, count=2, rate=1,
                   shape=shape, burst=2, duration="2500ms")
    assert ends(samples) == expected
    assert samples[0]["bytes"] == len(refusal) and samples[0]["phase"] == "done"
    assert len({s["port"] for s in samples}) == expected.count("bad_status")
