"""Do old and new bind beside each other, and is the queue all that can be lost?"""

import os
import signal
import subprocess

import pytest

from reloadable import (Client, get, in_flight, PROGRAM, real_program, wait_gone,
                        write_program)
from test_hammer import Hammer, new_connections, reused_connections
from variants import no_ipv6
from waiting import wait_for

REUSEPORT = ("--strategy", "reuseport")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("kind", [new_connections, reused_connections])
def test_only_resets_are_to_be_feared(start, host, kind):
    """By a connection that arrives between the last look at the queue and its close."""
    if host == "::1" and no_ipv6():
        pytest.skip(no_ipv6())
    server = start(*REUSEPORT, "--host", host)
    with Hammer(kind(server.port), 4) as hammer:
        for _ in range(5):
            new = server.reload()
            wait_for(lambda: new in hammer.answered or len(hammer.lost) == 4, "the new one's answers")
    assert all("ConnectionReset" in loss for loss in hammer.lost)
    assert get(server.port).pid == new


def test_nobody_new_comes_to_one_that_drains(start):
    server = start(*REUSEPORT)
    client = in_flight(server.port, 0.5)
    new = server.reload()
    server.signal(signal.SIGSTOP)
    newcomers = [Client(server.port) for _ in range(20)]
    for one in newcomers:
        one.ask()
    server.signal(signal.SIGCONT)
    assert {one.answer().pid for one in newcomers} == {new}
    assert client.answer().pid == server.pid


def test_what_is_in_flight_stays_with_the_old_one(start):
    server = start(*REUSEPORT)
    slow = in_flight(server.port, 0.5)
    new = server.reload()
    assert slow.answer().pid == server.pid
    assert get(server.port).pid == new
    wait_gone(server.pid)


def test_a_child_that_fails_leaves_the_old_one(start, app):
    server = start(*REUSEPORT, program=app)
    write_program(app, "exit 3")
    server.signal(signal.SIGHUP)
    server.wait_log("reload failed: child [0-9]+ exited with status 3")
    assert get(server.port).pid == server.pid
    write_program(app, real_program())
    assert get(server.port).pid == server.pid
    assert server.reload() == get(server.port).pid


@pytest.mark.parametrize("kind", [new_connections, reused_connections])
def test_nothing_is_lost_on_a_unix_socket(start, kind):
    """The path names one of them at any time, so there is no queue to lose."""
    server = start(*REUSEPORT, "--unix", "s")
    with Hammer(kind(server.port), 8) as hammer:
        wait_for(lambda: hammer.answered, "answers by the first one")
        for _ in range(20):
            new = server.reload()
            wait_for(lambda: hammer.lost or new in hammer.answered, "the new one's answers")
    assert hammer.lost == []
    assert len(set(hammer.answered)) == 21


def test_who_waits_in_the_queue_of_the_path_is_answered(start, app):
    """The old one is stopped at the moment when it hands over: its queue is full of them."""
    server = start(*REUSEPORT, "--unix", "s", program=app)
    write_program(app, real_program(after="--startup-delay 300ms"))
    server.signal(signal.SIGHUP)
    child = int(server.wait_log(r"started (\d+)").group(1))
    server.signal(signal.SIGSTOP)
    clients = [Client(server.port) for _ in range(100)]
    for client in clients:
        client.ask("/?sleep=0.01")
    server.wait_log(rf"\[{child}\].*listening on unix:s")
    server.signal(signal.SIGCONT)
    assert {client.answer().pid for client in clients} == {server.pid}
    assert server.process.wait(20) == 0
    assert get(server.port).pid == child


def test_the_last_one_takes_the_path_away(start, tmp_path):
    server = start(*REUSEPORT, "--unix", "s")
    last = server.reload()
    wait_gone(server.pid)
    assert get(server.port).pid == last, "the path is its own now"
    server.signal(signal.SIGTERM, last)
    wait_gone(last)
    assert [p.name for p in tmp_path.iterdir()] == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_one_that_fails_has_never_had_the_path(start, app, tmp_path, number):
    server = start(*REUSEPORT, "--unix", "s", program=app)
    before = os.stat(server.port).st_ino
    write_program(app, real_program(after="--startup-delay 100s"))
    server.signal(signal.SIGHUP)
    child = int(server.wait_log(r"started (\d+)").group(1))
    wait_for((tmp_path / "s.2").exists, "its socket")
    server.signal(number, child)
    server.wait_log("reload failed: child")
    wait_for(lambda: not (tmp_path / "s.2").exists(), "the end of its socket")
    assert os.stat(server.port).st_ino == before and get(server.port).pid == server.pid
    write_program(app, real_program())
    assert server.reload() == get(server.port).pid
    assert sorted(p.name for p in tmp_path.iterdir()) == ["app", "pid", "s"]


def test_one_whose_predecessor_was_killed_takes_the_path_itself(start, app):
    server = start(*REUSEPORT, "--unix", "s", program=app)
    write_program(app, real_program(after="--startup-delay 300ms"))
    server.signal(signal.SIGHUP)
    child = int(server.wait_log(r"started (\d+)").group(1))
    server.signal(signal.SIGKILL)
    server.process.wait(20)
    server.wait_log(rf"\[{child}\].*whom we succeed is gone already")
    wait_for(lambda: not os.path.exists(server.port + ".2"), "its move")
    assert get(server.port).pid == child == server.serving_pid()
    assert server.log_count(rf"\[{child}\]") == 2, "all went well"


def test_one_that_cannot_have_the_path_is_not_let_serve(start, tmp_path, app):
    server = start(*REUSEPORT, "--unix", "s", program=app)
    write_program(app, real_program(after="--unix elsewhere"))
    server.signal(signal.SIGHUP)
    server.wait_log("reload failed: move s.2 to unix:s: No such file")
    server.wait_log("successor [0-9]+ exited")
    assert get(server.port).pid == server.pid == server.serving_pid()


def test_one_that_must_not_serve_answers_whom_it_took(start, tmp_path, app):
    """Somebody found it beside the path, which cannot be moved over a directory."""
    server = start(*REUSEPORT, "--unix", "s", program=app)
    os.unlink(server.port)
    os.mkdir(server.port)
    server.signal(signal.SIGHUP)
    child = int(server.wait_log(r"started (\d+)").group(1))
    server.signal(signal.SIGSTOP)
    server.wait_log(rf"\[{child}\].*listening on unix:s")
    client = Client(server.port + ".2")
    client.ask("/?sleep=1.5")
    get(server.port + ".2")
    server.signal(signal.SIGCONT)
    server.wait_log("reload failed: move s.2 to unix:s: Is a directory")
    assert client.answer().pid == child
    os.rmdir(server.port)


def test_a_second_one_that_nobody_reloaded_is_refused(start, tmp_path):
    server = start(*REUSEPORT, "--unix", "s")
    run = subprocess.run([PROGRAM, *REUSEPORT, "--unix", server.port], stderr=subprocess.PIPE,
                         text=True, timeout=20, check=False)
    assert run.returncode == 1 and "in use" in run.stderr
    assert get(server.port).pid == server.pid


def test_a_path_that_leaves_no_room_beside_it_is_refused_at_once(tmp_path):
    path = str(tmp_path / "s").ljust(105, "s")
    run = subprocess.run([PROGRAM, *REUSEPORT, "--unix", path], stderr=subprocess.PIPE,
                         text=True, timeout=20, check=False)
    assert run.returncode == 1 and "at most 99 characters" in run.stderr
