"""Does a new process get the listener when it asks, whoever started it?"""

import os
import signal
import subprocess

import pytest

from reloadable import Client, PROGRAM, get, is_alive, real_program, wait_gone, write_program
from test_hammer import Hammer, new_connections, reused_connections
from waiting import wait_for

FDPASS = ("--strategy", "fdpass", "--handover", "door")


@pytest.mark.parametrize("kind", [new_connections, reused_connections])
def test_nothing_is_lost_over_ten_reloads(start, kind, address):
    server = start(*FDPASS, *address)
    with Hammer(kind(server.port), 6) as hammer:
        for _ in range(10):
            new = server.reload()
            wait_for(lambda: hammer.lost or new in hammer.answered, "answers by the new process")
    assert hammer.lost == []
    assert len(set(hammer.answered)) == 11


def test_one_that_an_operator_starts_takes_over(start):
    old = start(*FDPASS)
    slow = Client(old.port)
    slow.ask("/?sleep=0.5")
    get(old.port)
    new = start(*FDPASS, port=old.port)
    old.wait_log(f"successor {new.pid} is ready")
    answer = Client(old.port).get()
    assert answer.pid == new.pid and answer.headers["x-generation"] == "2"
    assert slow.answer().pid == old.pid
    wait_gone(old.pid)
    assert is_alive(new.pid) and get(new.port).pid == new.pid


def test_one_that_fails_before_it_is_ready_changes_nothing(start, app):
    server = start(*FDPASS, program=app)
    write_program(app, real_program().replace('"$@"', '"$@" --startup-delay 20s'))
    server.signal(signal.SIGHUP)
    server.wait_log("handed the listener out")
    (child,) = server.pids() - {server.pid} or {int(server.wait_log(r"started (\d+)").group(1))}
    os.kill(child, signal.SIGKILL)
    server.wait_log("reload failed")
    assert get(server.port).pid == server.pid
    write_program(app, real_program())
    assert get(server.port).pid == server.pid
    assert server.reload() == get(server.port).pid


def test_the_second_that_asks_is_turned_away(start):
    server = start(*FDPASS)
    first = start(*FDPASS, "--startup-delay", "20s", port=server.port, wait=False)
    server.wait_log("handed the listener out")
    run = subprocess.run([PROGRAM, *FDPASS, "--port", "0"], cwd=server.pidfile.parent, timeout=20,
                         stderr=subprocess.PIPE, text=True, check=False)
    assert run.returncode == 1 and "turned us away" in run.stderr
    first.signal(signal.SIGTERM)
    server.wait_log("without being ready")
    assert get(server.port).pid == server.pid


def test_the_door_goes_with_the_last(start, tmp_path):
    server = start(*FDPASS)
    last = server.reload()
    wait_gone(server.pid)
    assert (tmp_path / "door").exists()
    server.signal(signal.SIGTERM, last)
    wait_gone(last)
    assert not (tmp_path / "door").exists()


def test_without_a_door_it_says_what_it_needs():
    run = subprocess.run([PROGRAM, "--strategy", "fdpass"], stderr=subprocess.PIPE, text=True,
                         timeout=20, check=False)
    assert run.returncode == 1 and "needs --handover" in run.stderr
