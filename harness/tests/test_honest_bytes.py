"""How far did a request come, to the byte?"""

import pytest

from odd_server import OK, is_sane

HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b"x" * 50
INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
FRAMING = b"5\r\n\r\n0\r\n\r\n"  # of the five bytes in it
UPLOAD = 50_000_000


@pytest.mark.parametrize("answer", [OK, HALF, INTERIM + OK, INTERIM + HALF],
                         ids=["whole", "half", "interim", "interim and half"])
def test_of_the_answer(odd, answer):
    def behave(connection):
        connection.read()
        connection.send(answer)

    for s in odd.load(behave):
        assert is_sane(s) and s["bytes"] == len(answer)


def test_of_an_answer_in_chunks(odd):
    def behave(connection):
        connection.read()
        connection.send(CHUNKED + b"5\r\nhello\r\n0\r\n\r\n")

    framing = len(FRAMING) if odd.client == "wire" else 0  # libcurl does not tell
    for s in odd.load(behave):
        assert s["outcome"] == "ok" and s["bytes"] == len(CHUNKED) + len("hello") + framing


def test_one_after_another_each_counts_its_own(odd):
    def behave(connection):
        while connection.read():
            connection.send(OK)

    samples = odd.load(behave, connection="reused", pool=1)
    assert len(samples) > 3 and {s["bytes"] for s in samples} == {len(OK)}


def test_none_while_nothing_came(odd):
    def behave(connection):
        connection.read()

    for s in odd.load(behave):
        assert is_sane(s) and s["outcome"] == "empty" and "bytes" not in s


@pytest.mark.parametrize("odd", ["wire"], indirect=True)
def test_of_a_request_that_nobody_takes(odd):
    def behave(connection):
        connection.wait_for_the_client()

    samples = odd.load(behave, method="POST", body_bytes=UPLOAD, rate=5, timeout="500ms")
    assert odd.outcomes(samples) == {"timeout"}
    for s in samples:
        assert is_sane(s) and s["phase"] == "send" and 0 < s["bytes"] < UPLOAD


def test_the_report_tells_of_those_that_were_lost(odd, bench):
    def behave(connection):
        connection.read()
        connection.send(HALF)

    odd.load(behave)
    failures = bench.report("odd")["failures"]
    assert failures and all(f["bytes"] == len(HALF) for f in failures)
