"""Do old and new bind beside each other, and is the queue all that can be lost?"""

import signal
import subprocess

import pytest

from reloadable import Client, PROGRAM, get, real_program, wait_gone, write_program
from test_addresses import has_ipv6
from test_hammer import Hammer, new_connections, reused_connections
from waiting import wait_for

REUSEPORT = ("--strategy", "reuseport")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("kind", [new_connections, reused_connections])
def test_only_resets_are_to_be_feared(start, host, kind):
    """By a connection that arrives between the last look at the queue and its close."""
    if host == "::1" and not has_ipv6():
        pytest.skip("there is no ::1 here")
    server = start(*REUSEPORT, "--host", host)
    with Hammer(kind(server.port), 4) as hammer:
        for _ in range(5):
            new = server.reload()
            wait_for(lambda: new in hammer.answered or len(hammer.lost) == 4, "the new one's answers")
    assert all("ConnectionReset" in loss for loss in hammer.lost)
    assert get(server.port).pid == new


def test_what_is_in_flight_stays_with_the_old_one(start):
    server = start(*REUSEPORT)
    slow = Client(server.port)
    slow.ask("/?sleep=0.5")
    get(server.port)
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


def test_a_unix_socket_cannot_be_shared(tmp_path):
    run = subprocess.run([PROGRAM, *REUSEPORT, "--unix", tmp_path / "s"], stderr=subprocess.PIPE,
                         text=True, timeout=20, check=False)
    assert run.returncode == 1 and "cannot be shared" in run.stderr
