"""Does each signal do what the table in server.h says?"""

import os
import signal
import socket
import subprocess
import time

import pytest

from reloadable import Client, DRAINING, get, in_flight, PROGRAM
from waiting import wait_for


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT])
def test_term_and_quit_drain(start, number):
    server = start()
    busy, idle = Client(server.port), Client(server.port)
    idle.get()
    busy.ask("/?sleep=0.5")
    get(server.port)  # came later, so the two above were taken
    server.signal(number)
    answer = busy.answer()

    assert answer.pid == server.pid and answer.closes
    busy.expect_fin()
    idle.expect_fin()
    assert server.process.wait(20) == 0
    with pytest.raises(ConnectionRefusedError):
        Client(server.port)


def test_term_answers_those_still_in_the_accept_queue(start):
    """While it is stopped the kernel queues connections; SIGTERM comes before it can accept."""
    server = start()
    server.signal(signal.SIGSTOP)
    clients = [Client(server.port) for _ in range(100)]
    for client in clients[:50]:
        client.ask()
    server.signal(signal.SIGTERM)
    server.signal(signal.SIGCONT)
    for client in clients[50:]:
        client.ask()
    for client in clients:
        assert client.answer().pid == server.pid
        client.expect_fin()
    assert server.process.wait(20) == 0


def test_term_loses_no_connection_once_it_is_made(start):
    """Connecting may be refused, but who is connected is never reset."""
    for _ in range(40):
        server = start()
        server.wait_log("listening")
        get(server.port)
        server.signal(signal.SIGTERM)
        while True:
            client = Client.__new__(Client)
            client.socket, client.buffer = socket.socket(), b""
            client.socket.settimeout(20)
            try:
                client.socket.connect(("127.0.0.1", server.port))
            except ConnectionRefusedError:
                break
            assert client.get().pid == server.pid
            client.close()
        assert server.process.wait(20) == 0


def test_a_second_term_changes_nothing(start):
    server = start()
    client = in_flight(server.port, 0.5)
    server.signal(signal.SIGTERM)
    server.wait_log(DRAINING)
    server.signal(signal.SIGTERM)
    server.wait_log("SIGTERM: draining already")
    assert client.answer().pid == server.pid
    assert server.process.wait(20) == 0
    assert server.log_count(DRAINING) == 1


@pytest.mark.parametrize("strategy", ["fork-exec", "prefork"])
def test_whoever_signals_until_the_very_end_does_not_spoil_it(start, strategy):
    for _ in range(10):
        server = start("--strategy", strategy, "--idle-grace", "0s")
        while server.process.poll() is None:
            server.signal(signal.SIGTERM)
        assert server.process.returncode == 0


def test_newcomers_are_refused_as_soon_as_it_drains(start):
    """Not only when it has closed its listener, which is a little later."""
    server = start()
    client = in_flight(server.port, 0.5)
    server.signal(signal.SIGTERM)
    server.wait_log(DRAINING)
    server.signal(signal.SIGSTOP)
    with pytest.raises(ConnectionRefusedError):
        Client(server.port)
    server.signal(signal.SIGCONT)
    assert client.answer().pid == server.pid


def test_int_exits_at_once(start):
    server = start()
    client = in_flight(server.port, 100)
    began = time.monotonic()
    server.signal(signal.SIGINT)

    assert server.process.wait(20) == 1
    assert time.monotonic() - began < 10
    server.wait_log("SIGINT, cut 1 requests")
    assert not server.pidfile.exists()


def test_int_and_term_together_are_an_int(start):
    server = start()
    client = in_flight(server.port, 100)
    server.signal(signal.SIGSTOP)
    server.signal(signal.SIGINT)
    server.signal(signal.SIGTERM)
    server.signal(signal.SIGCONT)
    assert server.process.wait(20) == 1
    server.wait_log("SIGINT, cut 1 requests")
    assert server.log_count("SIGTERM") == 0


def test_int_without_anything_to_cut_is_a_success(start):
    server = start()
    server.signal(signal.SIGINT)

    assert server.process.wait(20) == 0


def test_usr2_and_pipe_are_ignored(start):
    server = start()
    server.signal(signal.SIGUSR2)
    server.signal(signal.SIGPIPE)
    server.wait_log("SIGUSR2 ignored")

    assert get(server.port).pid == server.pid


def test_restart_ignores_hup(start):
    server = start("--strategy", "restart")
    server.signal(signal.SIGHUP)
    server.wait_log("SIGHUP ignored: strategy restart")

    assert get(server.port).pid == server.pid
    server.signal(signal.SIGTERM)
    assert server.process.wait(20) == 0


def test_restarted_server_takes_the_same_port_at_once(start):
    server = start("--strategy", "restart")
    client = Client(server.port)
    assert client.get(headers="Connection: close\r\n").closes
    client.expect_fin()  # so that its side of the connection is left in TIME_WAIT
    server.signal(signal.SIGTERM)
    assert server.process.wait(20) == 0
    again = start("--strategy", "restart", port=server.port)

    assert get(again.port).pid == again.pid != server.pid


def test_drain_timeout_cuts_what_is_left_and_says_how_much(start):
    server = start("--drain-timeout", "300ms")
    asleep, half = Client(server.port), Client(server.port)
    asleep.ask("/?sleep=100")
    half.send("GET / HTTP/1.1\r\nHo")
    get(server.port)
    server.signal(signal.SIGTERM)

    assert server.process.wait(20) == 1
    server.wait_log("drain timeout, cut 2 requests")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_the_startup_delay(number):
    process = subprocess.Popen([PROGRAM, "--startup-delay", "100s"])
    try:
        handled = 1 << (number - 1)
        wait_for(lambda: handled & int(next(
            line.split()[1] for line in open(f"/proc/{process.pid}/status")
            if line.startswith("SigCgt")), 16), "its signal handlers")
        os.kill(process.pid, number)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
