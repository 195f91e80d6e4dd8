"""Does it listen wherever it is told to, and leave no socket behind, nor take one away?"""

import os
import signal
import subprocess

import pytest

from reloadable import Client, PROGRAM, get, wait_gone, write_program
from test_hammer import Hammer, new_connections, reused_connections
from waiting import wait_for


def test_it_says_where_it_listens(start, address):
    server = start(*address)
    where = server.wait_log(r"listening on (\S+)").group(1)
    assert where == {"127.0.0.1": f"127.0.0.1:{server.port[1]}", "::1": f"[::1]:{server.port[1]}",
                     "s": "unix:s"}[address[1]]
    assert get(server.port).pid == server.pid


@pytest.mark.parametrize("kind", [new_connections, reused_connections])
def test_nothing_is_lost_wherever_it_listens(start, address, kind):
    server = start(*address)
    with Hammer(kind(server.port), 4) as hammer:
        for _ in range(5):
            new = server.reload()
            wait_for(lambda: hammer.lost or new in hammer.answered, "answers by the new process")
    assert hammer.lost == []
    assert len(set(hammer.answered)) == 6


def test_who_is_connected_is_answered_at_the_end(start, address):
    server = start(*address)
    clients = [Client(server.port) for _ in range(20)]
    for client in clients:
        client.ask("/?sleep=0.1")
    get(server.port)
    server.signal(signal.SIGTERM)
    assert {client.answer().pid for client in clients} == {server.pid}
    assert server.process.wait(20) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_last_one_takes_its_path_away(start, number):
    server = start("--unix", "s")
    last = server.reload()
    wait_gone(server.pid)
    assert os.path.exists(server.port), "it is the new one's now"
    server.signal(number, last)
    wait_gone(last)
    assert not os.path.exists(server.port)


def test_a_new_one_that_fails_leaves_the_path(start, app):
    server = start("--unix", "s", program=app)
    write_program(app, f'exec "{PROGRAM}" --startup-delay 20s --unix s & sleep 0.1; kill %1; wait')
    server.signal(signal.SIGHUP)
    server.wait_log("reload failed")
    assert get(server.port).pid == server.pid


def test_a_path_whose_server_is_gone_is_taken_over(start):
    dead = start("--unix", "s")
    dead.signal(signal.SIGKILL)
    dead.process.wait()
    assert os.path.exists(dead.port)
    assert get(start("--unix", "s").port).pid != dead.pid


def test_a_path_in_use_is_left_alone(start):
    server = start("--unix", "s")
    run = subprocess.run([PROGRAM, "--unix", server.port], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True, timeout=20, check=False)
    assert run.returncode == 1 and "in use" in run.stderr
    assert get(server.port).pid == server.pid


def test_a_file_that_is_no_socket_is_left_alone(tmp_path):
    (tmp_path / "s").write_text("precious")
    run = subprocess.run([PROGRAM, "--unix", tmp_path / "s"], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True, timeout=20, check=False)
    assert run.returncode == 1 and run.stderr.count("\n") == 1
    assert (tmp_path / "s").read_text() == "precious"


def test_another_ones_path_is_left_alone(start, tmp_path):
    server = start("--unix", "s")
    os.rename(server.port, tmp_path / "old")
    other = start("--unix", "s")
    server.signal(signal.SIGTERM)
    server.process.wait(20)
    assert get(other.port).pid == other.pid


def test_too_long_a_path_is_refused(tmp_path):
    run = subprocess.run([PROGRAM, "--unix", tmp_path / ("s" * 200)], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True, timeout=20, check=False)
    assert run.returncode == 1 and "at most 107 characters" in run.stderr
