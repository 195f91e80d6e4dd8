"""Does nobody notice a reload by fork-exec?"""

import os
import shutil
import signal
import stat
import threading
import time

import pytest

from reloadable import PROGRAM, Client, get, is_alive, wait_for, wait_gone


def write_program(path, text):
    """Replaces a program the way an upgrade does: whole, by rename."""
    new = path.with_suffix(".new")
    new.write_text("#!/bin/bash\n" + text)
    new.chmod(0o755)
    new.rename(path)


def real_program(before="", after=""):
    # -a: the real one then believes to be this file, and starts it anew.
    return f'{before}\nexec -a "$0" "{PROGRAM}" "$@" {after}\n'


@pytest.fixture
def app(tmp_path):
    path = tmp_path / "app"
    write_program(path, real_program())
    return path


def test_request_in_flight_is_answered_by_the_old_process(start):
    server = start()
    client = Client(server.port)
    client.ask("/?sleep=0.5")
    get(server.port)
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


def test_program_file_replaced_on_disk_is_what_runs(start, tmp_path):
    app = tmp_path / "app"
    shutil.copy(PROGRAM, app)
    server = start(program=app)
    shutil.copy(PROGRAM, tmp_path / "next")
    (tmp_path / "next").rename(app)
    new = server.reload()

    assert os.stat(f"/proc/{new}/exe").st_ino == app.stat().st_ino
    assert os.readlink(f"/proc/{new}/exe") == str(app)
    shutil.copy(PROGRAM, tmp_path / "next")
    (tmp_path / "next").rename(app)
    third = server.reload()
    assert os.stat(f"/proc/{third}/exe").st_ino == app.stat().st_ino


def test_flipped_symlink_is_followed_anew(start, tmp_path):
    for version in ("v1", "v2"):
        (tmp_path / version).mkdir()
        shutil.copy(PROGRAM, tmp_path / version / "app")
    link, flip = tmp_path / "current", tmp_path / "flip"
    link.symlink_to("v1")
    server = start(program=link / "app")
    flip.symlink_to("v2")
    flip.rename(link)
    new = server.reload()

    assert os.readlink(f"/proc/{new}/exe") == str(tmp_path / "v2" / "app")


@pytest.mark.parametrize("argv0", ["./app", "app", "a made-up name"])
def test_program_is_found_again_however_it_was_called(start, tmp_path, argv0):
    app = tmp_path / "app"
    shutil.copy(PROGRAM, app)
    server = start(program=app, argv0=argv0,
                   env={"PATH": f"/nowhere:{tmp_path}:{os.environ['PATH']}"})
    new = server.reload()

    assert os.readlink(f"/proc/{new}/exe") == str(app)


def test_replaced_program_shows_its_new_version(start, app):
    server = start(program=app)
    assert get(server.port).headers["x-version"] == "1"
    for version in ("2", "3", "2"):
        write_program(app, real_program(after=f"--version-tag {version}"))
        server.reload()
        assert get(server.port).headers["x-version"] == version


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
    server.wait_log("reload failed: start .*no such file")
    write_program(app, real_program())

    assert get(server.port).pid == server.pid
    assert get(server.port, "/?sleep=0").pid == server.pid != server.reload()


def test_failed_children_are_reaped_and_leak_no_descriptors(start, app):
    server = start(program=app)
    write_program(app, "exit 1")

    def fds():
        return len(os.listdir(f"/proc/{server.pid}/fd"))

    before = fds()
    for n in range(1, 6):
        server.signal(signal.SIGHUP)
        server.wait_log("reload failed", n)
    wait_for(lambda: fds() == before, f"{before} descriptors")
    for pid in server.pids() - {server.pid}:
        assert not os.path.exists(f"/proc/{pid}")


def test_hup_during_a_reload_reaches_the_newest_program(start, app):
    """The second one means the program replaced after the first child was started."""
    server = start(program=app)
    write_program(app, real_program(after="--version-tag 2 --startup-delay 300ms"))
    server.signal(signal.SIGHUP)
    server.wait_log(r"SIGHUP: started")
    write_program(app, real_program(after="--version-tag 3 --startup-delay 0"))
    server.signal(signal.SIGHUP)
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


def test_hup_to_a_draining_process_is_passed_on(start):
    server = start()
    client = Client(server.port)
    client.ask("/?sleep=0.5")
    get(server.port)
    server.reload()
    server.signal(signal.SIGHUP)
    server.wait_log("SIGHUP passed on to successor")
    server.wait_log("is ready", 2)

    assert get(server.port).headers["x-generation"] == "3"
    assert client.answer().pid == server.pid


def test_term_during_a_reload_stops_the_child_and_drains(start, app):
    server = start(program=app)
    client = Client(server.port)
    client.ask("/?sleep=0.2")
    get(server.port)
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


def test_pidfile_names_the_server_whenever_one_looks(start):
    server = start()
    stop = threading.Event()
    seen, wrong = set(), []

    def look():
        while not stop.is_set():
            text = server.pidfile.read_text()
            if not (text.endswith("\n") and text.strip().isdigit()):
                wrong.append(text)
            seen.add(int(text))

    looker = threading.Thread(target=look)
    looker.start()
    try:
        for _ in range(5):
            new = server.reload()
            assert server.serving_pid() == new
            wait_for(lambda: new in seen, "the pidfile to be looked at")
    finally:
        stop.set()
        looker.join()
    assert not wrong and seen <= server.pids()


def test_pidfile_is_only_removed_by_its_owner(start):
    server = start()
    new = server.reload()
    assert server.process.wait(20) == 0
    assert server.serving_pid() == new
    server.signal(signal.SIGTERM, new)
    wait_gone(new)
    assert not server.pidfile.exists()


def test_pidfile_of_somebody_else_is_left_alone(start):
    server = start()
    server.pidfile.write_text("1\n")
    server.signal(signal.SIGTERM)

    assert server.process.wait(20) == 0
    assert server.pidfile.read_text() == "1\n"
    assert [p.name for p in server.pidfile.parent.iterdir()] == ["pid"]


def test_child_inherits_the_listener_and_nothing_else(start):
    server = start()
    clients = [Client(server.port) for _ in range(20)]
    for client in clients:
        client.ask("/?sleep=2")
    get(server.port)
    new = server.reload()
    sockets = [fd for fd in os.listdir(f"/proc/{new}/fd")
               if stat.S_ISSOCK(os.stat(f"/proc/{new}/fd/{fd}").st_mode)]
    environment = open(f"/proc/{new}/environ").read()

    # libuv keeps a socket pair of its own on some systems, none on Linux.
    assert len(sockets) == 1
    assert environment.count("RELOAD_SERVER_LISTEN_FD") == 1


def test_descriptors_do_not_grow_with_reloads(start):
    server = start()

    def fds(pid):
        return len(os.listdir(f"/proc/{pid}/fd"))

    second = server.reload()
    first_count = wait_for(lambda: fds(second), "descriptors")
    for _ in range(10):
        new = server.reload()
    wait_for(lambda: fds(new) <= first_count, f"no more than {first_count} descriptors")
