"""Does a reload that fails, or is cut short, leave the old process serving?"""

import os
import pathlib
import signal

import pytest

from reloadable import (Client, descriptors, get, hup_before_it_is_ready, in_flight, is_alive,
                        real_program, signals, wait_gone, write_program)
from supervised import until
from waiting import wait_for


def fails_then_works(server, app, program, how):
    """One reload that must fail, with the old one serving, and one that must work."""
    before = get(server.port).pid
    write_program(app, program)
    server.signal(signal.SIGHUP)
    server.wait_log(how)
    assert get(server.port).pid == before
    assert server.serving_pid() == before
    write_program(app, real_program())
    new = server.reload()
    assert get(server.port).pid == new != before


def test_child_that_crashes_leaves_the_old_one_serving_and_next_hup_works(start, app):
    server = start(program=app)
    fails_then_works(server, app, "kill -SEGV $$", r"failed: child \d+ was killed by signal 11")


def test_child_that_exits_leaves_the_old_one_serving_and_next_hup_works(start, app):
    server = start(program=app)
    fails_then_works(server, app, "exit 3", r"failed: child \d+ exited with status 3")


def test_child_that_is_not_ready_in_time_is_stopped_and_next_hup_works(start, app):
    server = start("--ready-timeout", "200ms", program=app)
    fails_then_works(server, app, real_program(after="--startup-delay 100s"),
                     r"failed: child \d+ exited with status 0")
    server.wait_log("was not ready in time")


def test_child_that_ignores_sigterm_is_killed_and_next_hup_works(start, app):
    server = start("--ready-timeout", "2s", program=app)
    fails_then_works(server, app, "trap '' TERM\nwhile :; do read -t 1 < <(sleep 2); done",
                     r"failed: child \d+ was killed by signal 9")


def test_child_that_lets_go_of_the_ready_pipe_is_stopped(start, app):
    server = start(program=app)
    fails_then_works(server, app, "exec 4>&-\nexec sleep 1000", "reload failed: child")


def test_program_that_is_missing_leaves_the_old_one_serving_and_next_hup_works(start, app):
    server = start(program=app)
    app.unlink()
    server.signal(signal.SIGHUP)
    server.wait_log("reload failed: start .*No such file")
    assert not pathlib.Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text(), "a zombie"
    write_program(app, real_program())

    assert get(server.port).pid == server.pid
    assert get(server.port, "/?sleep=0").pid == server.pid != server.reload()


def test_failed_children_are_reaped_and_leak_no_descriptors(start, app):
    server = start(program=app)
    write_program(app, "exit 1")

    before = len(descriptors(server.pid))
    for n in range(1, 6):
        server.signal(signal.SIGHUP)
        server.wait_log("reload failed", n)
    wait_for(lambda: len(descriptors(server.pid)) == before, f"{before} descriptors")
    for pid in server.pids() - {server.pid}:
        assert not os.path.exists(f"/proc/{pid}")


@pytest.mark.parametrize("program", ["exec 4>&-; exec sleep 100",
                                     "echo nonsense >&4; exec sleep 100"])
def test_one_that_will_never_be_ready_is_not_waited_for(start, app, program):
    server = start("--ready-timeout", "100s", program=app)
    write_program(app, program)
    server.signal(signal.SIGHUP)
    server.wait_log("reload failed: child [0-9]+ was killed by signal 15")
    assert get(server.port).pid == server.pid


def test_hup_during_a_reload_reaches_the_newest_program(start, app, tmp_path):
    """The second one means the program replaced after the first child was started."""
    server = start(program=app)
    write_program(app, real_program(until(tmp_path / "go"), "--version-tag 2"))
    server.signal(signal.SIGHUP)
    wait_for((tmp_path / "go.awaited").exists, "the second program")
    write_program(app, real_program(after="--version-tag 3"))
    server.signal(signal.SIGHUP)
    server.wait_log("remembered")
    (tmp_path / "go").touch()
    server.wait_log("is ready", 2)

    assert get(server.port).headers["x-version"] == "3"


def test_hup_during_a_reload_that_fails_starts_another(start, app, tmp_path):
    server = start(program=app)
    may_fail = tmp_path / "may_fail"
    os.mkfifo(may_fail)
    write_program(app, f"read < {may_fail}\nexit 1")
    server.signal(signal.SIGHUP)
    server.wait_log("SIGHUP: started")
    server.signal(signal.SIGHUP)
    server.wait_log("remembered")
    with open(may_fail, "w"):  # returns once the child has opened it too
        write_program(app, real_program())
    server.wait_log("reload failed")
    server.wait_log("is ready")

    assert get(server.port).pid != server.pid
    assert server.process.wait(20) == 0
    assert server.log_count("passed on") == 0, "it is heeded once"


def test_hup_before_it_is_ready_is_heeded_once_it_is(start):
    server = start("--startup-delay", "300ms", wait=False)
    hup_before_it_is_ready(server)
    assert server.process.wait(20) == 0
    assert server.log_count("SIGHUP: started") == 1


def test_term_during_a_reload_waits_for_the_end_of_the_child(start, app):
    server = start("--ready-timeout", "100s", program=app)
    write_program(app, "trap '' TERM; while :; do read -t 1 < <(sleep 2); done")
    server.signal(signal.SIGHUP)
    child = int(server.wait_log(r"started (\d+)").group(1))
    wait_for(lambda: signals(child, "SigIgn") & 1 << signal.SIGTERM - 1, "the child to be deaf")
    server.signal(signal.SIGTERM)
    assert server.process.wait(20) == 0
    assert not is_alive(child)


def test_hup_to_a_draining_process_is_passed_on(start):
    server = start()
    client = in_flight(server.port, 0.5)
    server.reload()
    server.signal(signal.SIGHUP)
    server.wait_log("SIGHUP passed on to successor")
    server.wait_log("is ready", 2)

    assert get(server.port).headers["x-generation"] == "3"
    assert client.answer().pid == server.pid


def test_term_during_a_reload_stops_the_child_and_drains(start, app):
    server = start(program=app)
    client = in_flight(server.port, 0.2)
    write_program(app, real_program(after="--startup-delay 100s"))
    server.signal(signal.SIGHUP)
    child = int(server.wait_log(r"started (\d+)").group(1))
    server.signal(signal.SIGTERM)

    assert client.answer().pid == server.pid
    assert server.process.wait(20) == 0
    assert not is_alive(child)
    assert not server.pidfile.exists()


def test_int_during_a_reload_takes_the_child_along(start, app):
    server = start(program=app)
    write_program(app, "trap '' TERM\nwhile :; do read -t 1 < <(sleep 2); done")
    server.signal(signal.SIGHUP)
    child = int(server.wait_log(r"started (\d+)").group(1))
    server.signal(signal.SIGINT)

    assert server.process.wait(20) == 0
    wait_gone(child)


def test_child_carries_on_when_the_old_one_is_killed_before_it_was_ready(start, app):
    server = start(program=app)
    write_program(app, real_program(after="--startup-delay 500ms"))
    server.signal(signal.SIGHUP)
    child = int(server.wait_log(r"started (\d+)").group(1))
    server.signal(signal.SIGKILL)
    server.process.wait(20)
    client = Client(server.port)  # queued: nobody accepts at the moment

    assert client.get().pid == child
    assert server.serving_pid() == child
