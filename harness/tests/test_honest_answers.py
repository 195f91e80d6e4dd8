"""Is an answer taken for what it is: to this request, final, and whole?"""

from odd_server import OK


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


def test_who_answered_is_what_each_answer_says(odd):
    def behave(connection):
        for n in range(1, 4):
            connection.read()
            connection.send(b"HTTP/1.1 200 OK\r\nX-Version: v%d\r\nContent-Length: 7\r\n\r\nospid:%d"
                            % (n, n))

    samples = odd.load(behave, connection="reused", pool=1, count=3, who={"body": "ospid:([0-9]+)"},
                       server={"version": {"header": "X-Version"}})
    assert [(s["pid"], s["version"]) for s in samples] == [(1, "v1"), (2, "v2"), (3, "v3")]
