"""Does nobody notice a reload by fork-exec?"""

import signal
import time

import pytest

from reloadable import Client, get, in_flight, is_alive, real_program, wait_gone, write_program


def test_request_in_flight_is_answered_by_the_old_process(start):
    server = start()
    client = in_flight(server.port, 0.5)
    new = server.reload()

    assert get(server.port).pid == new
    answer = client.answer()
    assert answer.pid == server.pid and answer.closes
    client.expect_fin()
    assert server.process.wait(20) == 0
    assert is_alive(new)


def test_generation_counts_up_and_the_new_one_serves_alone(start):
    server = start()
    for generation in range(2, 6):
        new = server.reload()
        answer = get(server.port)
        assert (answer.pid, answer.headers["x-generation"]) == (new, str(generation))
    for pid in server.pids() - {new}:
        wait_gone(pid)


def test_kept_alive_connection_gets_connection_close_then_fin_not_reset(start):
    server = start("--idle-grace", "20s")
    client = Client(server.port)
    assert not client.get().closes
    new = server.reload()
    answer = client.get()

    assert answer.pid == server.pid != new and answer.closes
    client.send("GET / HTTP/1.1\r\n\r\n")  # too late, yet no reason for a reset
    client.expect_fin()


def test_idle_connection_is_closed_after_the_grace_period_and_not_before(start):
    server = start("--idle-grace", "400ms")
    served, fresh = Client(server.port), Client(server.port)
    served.get()
    get(server.port)
    began = time.monotonic()
    server.reload()
    served.expect_fin()
    fresh.expect_fin()

    assert time.monotonic() - began >= 0.39
    served.close(), fresh.close()
    assert server.process.wait(20) == 0


def test_client_that_ignores_our_fin_does_not_hold_up_the_drain(start):
    server = start("--idle-grace", "50ms")
    clients = [Client(server.port) for _ in range(3)]
    for client in clients:
        client.get()
    server.reload()

    assert server.process.wait(20) == 0


def test_new_connection_without_a_request_is_answered_by_the_old_one(start):
    server = start("--idle-grace", "20s")
    client = Client(server.port)
    get(server.port)
    server.reload()

    answer = client.get()
    assert answer.pid == server.pid and answer.closes


@pytest.mark.parametrize("cut", [3, 20, 60, 75])
def test_half_received_request_is_answered_by_the_old_one_past_the_grace_period(start, cut):
    server = start("--idle-grace", "20ms")
    request = "POST / HTTP/1.1\r\nHost: example\r\nContent-Length: 20\r\nX: 1\r\n\r\n" + "b" * 20
    client, idle = Client(server.port), Client(server.port)
    client.send(request[:cut])
    get(server.port)
    server.reload()
    idle.expect_fin()  # so the grace period is over
    assert client.is_silent(0.1)
    client.send(request[cut:])

    answer = client.answer()
    assert answer.pid == server.pid and answer.closes
    client.expect_fin()


def test_pipelined_requests_taken_before_the_reload_are_all_answered(start):
    server = start()
    client = Client(server.port)
    client.send("GET /?sleep=0.4 HTTP/1.1\r\n\r\nGET /?sleep=0.1 HTTP/1.1\r\n\r\n"
                "GET / HTTP/1.1\r\n\r\n")
    get(server.port)
    server.reload()
    answers = [client.answer() for _ in range(3)]

    assert {a.pid for a in answers} == {server.pid}
    assert [a.closes for a in answers] == [False, False, True]
    client.expect_fin()


def test_connections_in_the_accept_queue_are_answered(start, app):
    """The old one is stopped and the new one not yet ready: the kernel alone lets them in."""
    server = start(program=app)
    write_program(app, real_program(after="--startup-delay 500ms"))
    server.signal(signal.SIGHUP)
    child = int(server.wait_log(r"started (\d+)").group(1))
    server.signal(signal.SIGSTOP)
    clients = [Client(server.port) for _ in range(200)]
    for client in clients[:100]:
        client.ask()
    for client in clients[100:]:
        client.ask("/?sleep=0.1")

    assert {client.answer().pid for client in clients} == {child}
    server.signal(signal.SIGCONT)
    assert server.process.wait(20) == 0
