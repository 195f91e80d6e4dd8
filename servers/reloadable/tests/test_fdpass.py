"""Does a new process get the listener when it asks, whoever started it?"""

import os
import pathlib
import signal
import socket
import subprocess

import pytest

from reloadable import (Client, descriptors, DRAINING, get, in_flight, is_alive, PROGRAM,
                        real_program, sockets, wait_gone, write_program)
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
    new.wait_log("gen 2: listening on")
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


def refusal(door, cwd):
    """What one says that cannot have a listener from there."""
    run = subprocess.run([PROGRAM, "--strategy", "fdpass", "--port", "0", "--handover", door], cwd=cwd,
                         timeout=20, stderr=subprocess.PIPE, text=True, check=False)
    assert run.returncode == 1
    return run.stderr


def test_the_second_that_asks_is_turned_away(start, tmp_path):
    server = start(*FDPASS)
    first = start(*FDPASS, "--startup-delay", "20s", port=server.port, wait=False)
    server.wait_log("handed the listener out")
    assert "turned us away" in refusal("door", tmp_path)
    first.signal(signal.SIGTERM)
    server.wait_log("without being ready")
    assert get(server.port).pid == server.pid


def test_the_first_that_asks_takes_over_though_a_second_was_turned_away(start, app, tmp_path):
    server = start(*FDPASS, program=app)
    write_program(app, real_program(after="--startup-delay 500ms"))
    server.signal(signal.SIGHUP)
    server.wait_log("handed the listener out")
    assert "turned us away" in refusal("door", tmp_path)
    first = int(server.wait_log(r"successor (\d+) is ready").group(1))
    assert server.log_count("handed the listener out") == 1
    assert get(server.port).pid == first
    assert server.process.wait(20) == 0


def test_term_while_somebody_has_asked_is_heeded(start):
    server = start(*FDPASS)
    start(*FDPASS, "--startup-delay", "20s", port=server.port, wait=False)
    server.wait_log("handed the listener out")
    server.signal(signal.SIGTERM)
    assert server.process.wait(20) == 0


def test_who_drains_has_neither_listener_nor_door(start):
    server = start(*FDPASS)
    client = in_flight(server.port, 0.5)
    new = server.reload()
    wait_for(lambda: len(sockets(server.pid)) == 1, "the end of all but the connection")
    assert client.answer().pid == server.pid
    assert server.process.wait(20) == 0
    assert server.log_count(rf"\[{server.pid}\].*{DRAINING}") == 1
    server.wait_log(rf"\[{new}\] gen 2: listening")


def test_who_is_told_to_leave_hands_out_nothing(start, tmp_path):
    server = start(*FDPASS)
    client = in_flight(server.port, 0.5)
    server.signal(signal.SIGTERM)
    server.wait_log(DRAINING)
    assert not (tmp_path / "door").exists()
    assert client.answer().pid == server.pid


def test_int_takes_the_door_away(start, tmp_path):
    server = start(*FDPASS)
    server.signal(signal.SIGINT)
    assert server.process.wait(20) == 0
    assert not (tmp_path / "door").exists()


def test_files_are_made_as_its_user_wants(start):
    server = start(*FDPASS, preexec=lambda: os.umask(0o027))
    assert "\nUmask:\t0027\n" in pathlib.Path(f"/proc/{server.pid}/status").read_text()


def test_who_asks_in_vain_leaves_nothing(start, tmp_path):
    server = start(*FDPASS)
    get(server.port)
    before = len(descriptors(server.pid))
    for n in range(1, 6):
        with socket.socket(socket.AF_UNIX) as asker:
            asker.connect(str(tmp_path / "door"))
            assert asker.recv(16) == b"1\n"
        server.wait_log("without being ready", n)
    wait_for(lambda: len(descriptors(server.pid)) <= before, f"only {before} descriptors")
    assert server.reload() == get(server.port).pid


def test_each_has_its_listener_and_its_door_and_no_other_socket(start):
    server = start(*FDPASS)
    assert len(sockets(server.pid)) == 2
    new = server.reload()
    wait_gone(server.pid)
    wait_for(lambda: len(sockets(new)) == 2, "the end of the connection to its predecessor")


def test_it_does_not_wait_for_ever_for_one_who_does_not_answer(tmp_path):
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "door"))
        deaf.listen()
        assert "no listener came: Resource temporarily unavailable" in refusal("door", tmp_path)


def test_where_no_door_can_be_it_does_not_serve(tmp_path):
    (tmp_path / "file").touch()
    assert "handover at file/door: Not a directory" in refusal("file/door", tmp_path)
    (tmp_path / "door").mkdir()
    assert "handover at door: Is a directory" in refusal("door", tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["door", "file"]


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
