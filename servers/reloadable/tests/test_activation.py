"""Does the socket stay while the service is stopped and started?"""

import signal
import time

import pytest

from reloadable import (Client, DRAINING, get, hup_before_it_is_ready, in_flight, is_alive,
                        real_program, wait_gone, write_program)
from supervised import DEAF, children, generation, until, version
from test_hammer import Hammer, new_connections, reused_connections, slow_requests
from waiting import wait_for

ACTIVATION = ("--strategy", "activation")
QUICK = (*ACTIVATION, "--idle-grace", "50ms")


def service(server):
    """As soon as there is one."""
    return wait_for(lambda: children(server.pid), "a service").pop()


def reload(server):
    server.wait_log("listening on")  # its log may lag behind what it says
    n = server.log_count("is ready")
    server.signal(signal.SIGHUP)
    return int(server.wait_log(r"service (\d+) is ready", n + 1).group(1))


@pytest.mark.parametrize("kind", [new_connections, reused_connections, slow_requests])
def test_nothing_is_lost_over_ten_restarts(start, address, kind):
    server = start(*QUICK, *address)
    with Hammer(kind(server.port), 6) as hammer:
        wait_for(lambda: hammer.answered, "answers by the first one")
        for _ in range(10):
            new = reload(server)
            wait_for(lambda: hammer.lost or new in hammer.answered, "answers by the new one")
    assert hammer.lost == []
    assert len(set(hammer.answered)) == 11 and server.pid not in hammer.answered
    assert generation(server.port) == 11


def test_never_are_there_two(start):
    server = start(*ACTIVATION)
    client = in_flight(server.port, 0.5)
    old = service(server)
    server.signal(signal.SIGHUP)
    server.wait_log(rf"\[{old}\].*{DRAINING}")
    waiting = Client(server.port)
    waiting.ask()
    assert client.answer().pid == old
    new = waiting.answer().pid
    assert new != old and children(server.pid) == {new}
    server.wait_log(f"service {old} exited with status 0")


def test_the_pidfile_names_the_holder_always(start):
    server = start(*QUICK)
    assert reload(server) == get(server.port).pid != server.pid == server.serving_pid()


def test_the_service_is_told_by_the_protocol(start, tmp_path):
    server = start(*ACTIVATION)
    pid = service(server)
    get(server.port)
    words = open(f"/proc/{pid}/environ").read().split("\0")
    assert {f"LISTEN_PID={pid}", "LISTEN_FDS=1", "LISTEN_FDNAMES=http"} <= set(words)
    assert not any(word.startswith("RELOAD_SERVER_LISTEN_FD") for word in words)


def test_a_service_that_dies_is_replaced_and_nobody_who_came_meanwhile_is_lost(start):
    server = start(*ACTIVATION)
    old = service(server)
    server.signal(signal.SIGSTOP, old)
    clients = [Client(server.port) for _ in range(20)]
    for client in clients:
        client.ask()
    server.signal(signal.SIGKILL, old)
    assert {client.answer().pid for client in clients} == {service(server)} != {old}


def test_a_service_that_crashes_again_and_again_is_not_started_ever_faster(start, app):
    server = start(*ACTIVATION, program=app)
    write_program(app, "exit 3")
    began = time.monotonic()
    server.signal(signal.SIGKILL, service(server))
    server.wait_log("the service is started again in 800 ms")
    assert time.monotonic() - began > 0.1 + 0.2 + 0.4 - 0.05
    assert server.log_count("start failed: service .* exited with status 3") == 3
    waiting = Client(server.port)
    waiting.ask()
    write_program(app, real_program(after="--version-tag 2"))
    server.signal(signal.SIGHUP)
    server.wait_log("starting the service now")
    assert waiting.answer().headers["x-version"] == "2"
    only = service(server)
    server.signal(signal.SIGKILL, only)
    assert wait_after(server, 5) <= 100, "what failed before the SIGHUP is forgotten"


def wait_after(server, crashes):
    """How long after so many a new one is started, in ms."""
    return int(server.wait_log(r"is started again in (\d+) ms", crashes).group(1))


def test_a_service_that_is_started_by_hup_is_not_started_once_more_when_its_time_has_come(start, app):
    server = start(*ACTIVATION, program=app)
    write_program(app, "exit 3")
    server.signal(signal.SIGKILL, service(server))
    server.wait_log("the service is started again in 400 ms")
    write_program(app, real_program())
    server.signal(signal.SIGHUP)
    client = Client(server.port)
    client.ask("/?sleep=0.6")
    assert {client.answer().pid} == children(server.pid)


def test_a_restart_lets_it_forget_that_the_service_crashed(start):
    server = start(*QUICK)
    for crashes in (1, 2):
        server.signal(signal.SIGKILL, service(server))
        assert wait_after(server, crashes) <= 100
        server.wait_log("service .* is ready", crashes * 2)
        reload(server)


def test_a_program_that_is_missing_for_a_while_is_tried_again(start, app):
    server = start(*QUICK, program=app)
    app.unlink()
    server.signal(signal.SIGHUP)
    server.wait_log("is started again in")
    waiting = Client(server.port)
    waiting.ask()
    write_program(app, real_program(after="--version-tag 2"))
    assert waiting.answer().headers["x-version"] == "2"


def test_a_new_program_that_fails_leaves_all_waiting_for_one_that_works(start, app):
    """There is no old one to fall back on: the price of this strategy."""
    server = start(*QUICK, program=app)
    write_program(app, "exit 3")
    server.signal(signal.SIGHUP)
    server.wait_log("start failed")
    waiting = Client(server.port)
    waiting.ask()
    write_program(app, real_program(after="--version-tag 2"))
    assert waiting.answer().headers["x-version"] == "2"


def hup_while_it_starts(server, app, second, go):
    """SIGHUP for the second program, which waits for `go`, and for a third while it does."""
    write_program(app, second)
    server.signal(signal.SIGHUP)
    wait_for(go.with_suffix(".awaited").exists, "the second program")
    write_program(app, real_program(after="--version-tag 3"))
    server.signal(signal.SIGHUP)
    server.wait_log("SIGHUP while the service starts, remembered")
    go.touch()


def test_hup_while_it_starts_reaches_the_newest_program(start, app, tmp_path):
    server = start(*QUICK, program=app)
    hup_while_it_starts(server, app, real_program(until(tmp_path / "go")), tmp_path / "go")
    server.wait_log("service .* is ready", 3)
    assert version(server.port) == "3"
    server.signal(signal.SIGTERM)
    assert server.process.wait(20) == 0
    assert server.log_count("stopping service") == 2, "each SIGHUP is heeded once"


def test_hup_while_one_starts_that_fails_is_heeded_by_the_next_start(start, app, tmp_path):
    server = start(*QUICK, program=app)
    hup_while_it_starts(server, app, until(tmp_path / "go") + "; exit 3", tmp_path / "go")
    server.wait_log("service .* is ready", 2)
    assert version(server.port) == "3"
    server.signal(signal.SIGTERM)
    assert server.process.wait(20) == 0
    assert server.log_count("stopping service") == 1, "the one that failed was enough"
    assert server.log_count("is started again in") == 0, "nobody is made to wait for what is new"


def test_hup_while_it_stops_needs_no_second_restart(start, app):
    server = start(*ACTIVATION, program=app)
    client = in_flight(server.port, 0.3)
    server.signal(signal.SIGHUP)
    server.wait_log("stopping service")
    write_program(app, real_program(after="--version-tag 2"))
    server.signal(signal.SIGHUP)
    server.wait_log("SIGHUP during a reload")
    client.answer()
    assert version(server.port) == "2"
    server.wait_log("service .* is ready", 2)
    assert server.log_count("the service") == 2


def test_hup_before_it_is_ready_is_heeded_once_it_is(start):
    server = start(*ACTIVATION, "--startup-delay", "300ms", wait=False)
    hup_before_it_is_ready(server)
    server.wait_log("service .* is ready", 2)
    server.signal(signal.SIGTERM)
    assert server.process.wait(20) == 0
    assert server.log_count("stopping service") == 1


def test_a_service_that_does_not_end_is_killed(start, app):
    server = start(*ACTIVATION, "--drain-timeout", "100ms", program=app)
    write_program(app, DEAF)
    stubborn = reload(server)
    waiting = Client(server.port)
    waiting.ask()
    write_program(app, real_program())
    server.signal(signal.SIGHUP)
    server.wait_log(f"service {stubborn} was killed by signal 9")
    assert waiting.answer().pid == service(server) != stubborn


def test_when_the_holder_is_killed_a_service_that_drains_goes_on_draining(start):
    server = start(*ACTIVATION)
    pid, client = service(server), in_flight(server.port, 0.5)
    server.signal(signal.SIGHUP)
    server.wait_log(rf"\[{pid}\].*{DRAINING}")
    server.signal(signal.SIGKILL)
    assert client.answer().pid == pid
    wait_gone(pid)
    server.wait_log(rf"\[{pid}\].*drained")
    assert server.log_count(rf"\[{pid}\].*{DRAINING}") == 1


def test_when_the_holder_is_killed_the_service_finishes_and_goes(start):
    server = start(*ACTIVATION)
    pid, client = service(server), in_flight(server.port, 0.5)
    server.signal(signal.SIGKILL)
    assert client.answer().pid == pid
    wait_gone(pid)


def test_hup_to_the_service_is_not_for_it(start):
    server = start(*ACTIVATION)
    pid = service(server)
    server.signal(signal.SIGHUP, pid)
    server.wait_log("SIGHUP ignored: it is for the process that holds the listener")
    assert get(server.port).pid == pid


def test_who_is_connected_is_answered_at_the_end(start, tmp_path, address):
    server = start(*ACTIVATION, *address)
    pid = service(server)
    clients = [Client(server.port) for _ in range(50)]
    for client in clients:
        client.ask("/?sleep=0.1")
    server.signal(signal.SIGTERM)
    assert {client.answer().pid for client in clients} == {pid}
    assert server.process.wait(20) == 0
    assert not is_alive(pid)
    assert [p.name for p in tmp_path.iterdir()] == []


def test_a_first_service_that_fails_ends_the_start(start):
    server = start(*ACTIVATION, "--startup-delay", "20s", wait=False)
    server.signal(signal.SIGKILL, int(server.wait_log(r"started (\d+)").group(1)))
    server.wait_log("start failed: service")
    assert server.process.wait(20) == 1


def test_a_first_service_that_cannot_be_executed_ends_the_start(start, tmp_path):
    broken = tmp_path / "broken"
    broken.write_text("#!/no/such/interpreter\n")
    broken.chmod(0o755)
    server = start(*ACTIVATION, argv0=str(broken), wait=False)
    assert server.process.wait(20) == 1


def test_its_log_says_of_which_generation_it_speaks(start):
    server = start(*QUICK)
    reload(server)
    assert [int(server.wait_log(rf"\[{server.pid}\] gen (\d+): started", n).group(1))
            for n in (1, 2)] == [1, 2]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_holder_can_leave_while_there_is_no_service(start, app, number):
    server = start(*ACTIVATION, program=app)
    write_program(app, "exit 3")
    server.signal(signal.SIGKILL, service(server))
    server.wait_log("the service is started again in 400 ms")
    server.signal(number)
    assert server.process.wait(20) == 0


def test_int_leaves_at_once(start):
    server = start(*ACTIVATION)
    pid, client = service(server), in_flight(server.port, 100)
    server.signal(signal.SIGINT)
    assert server.process.wait(20) == 1
    assert not is_alive(pid)
