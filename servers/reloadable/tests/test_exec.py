"""Does a server that execs itself keep its promises?  The same pid, the next generation."""

import os
import pathlib
import re
import signal
import threading

import pytest

from reloadable import Client, in_flight, real_program, write_program
from test_hammer import Hammer, new_connections, reused_connections
from waiting import wait_for

EXEC = ("--strategy", "exec")


def generation(server):
    client = Client(server.port)
    try:
        answer = client.get()
        assert answer.pid == server.pid
        return int(answer.headers["x-generation"])
    finally:
        client.close()


def reload(server, to):
    server.signal(signal.SIGHUP)
    server.wait_log(rf"gen {to}: listening")


@pytest.mark.parametrize("kind", [new_connections, reused_connections])
def test_nothing_is_lost_over_ten_execs(start, kind, address):
    server = start(*EXEC, *address, "--idle-grace", "50ms")
    with Hammer(kind(server.port), 6) as hammer:
        for to in range(2, 12):
            reload(server, to)
            enough = len(hammer.answered) + 50
            wait_for(lambda: hammer.lost or len(hammer.answered) > enough, "more answers")
    assert hammer.lost == []
    assert generation(server) == 11
    server.signal(signal.SIGTERM)
    assert server.process.wait(20) == 0


def test_what_is_in_flight_is_finished_first(start):
    server = start(*EXEC)
    slow = in_flight(server.port, 0.5)
    server.signal(signal.SIGHUP)
    server.wait_log("finishing")
    waiting = Client(server.port)
    waiting.ask()
    assert slow.answer().headers["x-generation"] == "1"
    assert waiting.answer().headers["x-generation"] == "2"


def test_what_is_in_flight_is_lost_now(start):
    server = start(*EXEC, "--exec-when", "now")
    slow = in_flight(server.port, 20)
    reload(server, 2)
    with pytest.raises((ConnectionResetError, EOFError)):
        slow.answer()
    assert generation(server) == 2


def test_it_execs_whatever_is_on_disk_now(start, app):
    server = start(*EXEC, program=app)
    write_program(app, real_program("export RELOAD_SERVER_VERSION=2"))
    reload(server, 2)
    client = Client(server.port)
    assert client.get().headers["x-version"] == "2"


@pytest.mark.parametrize("when", ["finished", "now"])
def test_a_program_that_cannot_be_loaded_leaves_the_old_one(start, app, when):
    server = start(*EXEC, "--exec-when", when, program=app)
    app.chmod(0o644)
    server.signal(signal.SIGHUP)
    server.wait_log("reload failed")
    assert generation(server) == 1
    app.write_text("#!/no/such/interpreter\n")
    app.chmod(0o755)
    server.signal(signal.SIGHUP)
    server.wait_log("reload failed: exec")
    assert generation(server) == 1
    write_program(app, real_program())
    reload(server, 2)
    assert generation(server) == 2


def what_it_said(server):
    lines = (line.split(": ", 1)[1] for line in server.log_lines)
    return [re.sub(r"\d+ connections", "N connections", line) for line in lines]


@pytest.mark.parametrize("when", ["finished", "now"])
def test_a_reload_that_fails_leaves_no_trace(start, app, when):
    server = start(*EXEC, "--exec-when", when, "--unix", "s", program=app)
    app.write_text("#!/no/such/interpreter\n")
    server.signal(signal.SIGHUP)
    server.wait_log("reload failed: exec")
    client = Client(server.port)   # open to the end: none of its descriptors comes or goes meanwhile
    client.get()
    assert [fd for fd in passed_to_an_exec(server.pid) if fd > 2] == []
    client.close()
    server.signal(signal.SIGTERM)
    assert server.process.wait(20) == 0
    server.wait_log("drained")
    assert what_it_said(server) == [
        "listening on unix:s",
        *(["SIGHUP: finishing N connections before the exec"] if when == "finished" else []),
        f"exec of {app}, cutting 0 requests",
        f"reload failed: exec {app}: No such file or directory",
        "SIGTERM", "draining N connections", "drained"]


def passed_to_an_exec(pid):
    for entry in pathlib.Path(f"/proc/{pid}/fdinfo").iterdir():
        flags = re.search(r"^flags:\s+(\d+)$", entry.read_text(), re.M).group(1)
        if not int(flags, 8) & os.O_CLOEXEC:
            yield int(entry.name)


def test_a_storm_of_signals_ends_well(start):
    """None may find its deadly default between the old program's handlers and the new one's."""
    server = start(*EXEC)
    over = threading.Event()

    def storm():
        while not over.is_set():
            server.signal(signal.SIGHUP)

    with Hammer(new_connections(server.port), 2) as hammer:
        sender = threading.Thread(target=storm)
        sender.start()
        try:
            server.wait_log("listening", count=30)
        finally:
            over.set()
            sender.join()
    assert hammer.lost == []
    assert generation(server) > 20


@pytest.mark.parametrize("when", ["finished", "now"])
def test_term_with_a_reload_stops_it(start, when):
    """Whichever comes first, it leaves, and nobody who is connected is reset."""
    for _ in range(10):
        server = start(*EXEC, "--exec-when", when)
        client = Client(server.port)
        client.get()
        client.close()
        server.signal(signal.SIGHUP)
        server.signal(signal.SIGTERM)
        assert server.process.wait(20) == 0
