"""Does a master replace its workers, and itself, as nginx does, and nobody notices?"""

import os
import pathlib
import signal
import shutil
import time

import pytest

from reloadable import Client, PROGRAM, get, is_alive, real_program, wait_gone, write_program
from supervised import ADDRESSES, NAMES, children, generation, parent, until, version
from test_addresses import has_ipv6
from test_hammer import Hammer, new_connections, reused_connections, slow_requests
from waiting import wait_for

PREFORK = ("--strategy", "prefork")
everywhere = pytest.mark.parametrize("where", ADDRESSES, ids=NAMES)


@pytest.fixture
def where_it_can(request):
    if "::1" in request.getfixturevalue("where") and not has_ipv6():
        pytest.skip("there is no ::1 here")


def workers(server, n=2, master=None):
    """As soon as that many accept; the master's log may lag behind."""
    pid = master or server.pid
    return wait_for(lambda: (lambda them: them if len(them) == n else None)(children(pid)),
                    f"{n} workers of {pid}")


def hup(server, master=None):
    """A set of new workers; returns them once the old ones were told to go."""
    server.wait_log("listening on")  # its log may lag behind what it says
    n = server.log_count("are ready")
    before = children(master or server.pid)
    server.signal(signal.SIGHUP, master or server.pid)
    server.wait_log("are ready", n + 1)
    wait_for(lambda: not any(map(is_alive, before)), "the end of the old workers")
    return workers(server, 2, master)


def upgrade(server):
    """A new master beside the old one; returns its pid."""
    n = server.log_count("is ready, beside us")
    server.signal(signal.SIGUSR2)
    return int(server.wait_log(r"new master (\d+) is ready, beside us", n + 1).group(1))


def oldbin(server):
    return pathlib.Path(f"{server.pidfile}.oldbin")


@everywhere
@pytest.mark.parametrize("kind", [new_connections, reused_connections, slow_requests])
def test_nothing_is_lost_over_ten_hups(start, where, where_it_can, kind):
    server = start(*PREFORK, *where)
    with Hammer(kind(server.port), 6) as hammer:
        for _ in range(10):
            new = hup(server)
            wait_for(lambda: hammer.lost or new & set(hammer.answered), "answers by the new ones")
    assert hammer.lost == []
    assert server.pid not in hammer.answered
    assert generation(server.port) == 11


@everywhere
def test_nothing_is_lost_when_masters_follow_each_other(start, where, where_it_can):
    server = start(*PREFORK, *where)
    master = server.pid
    with Hammer(new_connections(server.port), 6) as hammer:
        for n in range(1, 6):
            server.signal(signal.SIGUSR2, master)
            new = int(server.wait_log(r"new master (\d+) is ready", n).group(1))
            assert server.serving_pid() == new
            server.signal(signal.SIGQUIT, master)
            wait_gone(master)
            assert server.serving_pid() == new and not oldbin(server).exists()
            master = new
            wait_for(lambda: hammer.lost or children(master) & set(hammer.answered),
                     "answers by its workers")
    assert hammer.lost == []
    server.signal(signal.SIGTERM, master)
    wait_gone(master)


def test_both_masters_serve_until_the_old_one_is_told(start):
    server = start(*PREFORK)
    old = workers(server)
    new_master = upgrade(server)
    both = old | workers(server, 2, new_master)
    assert int(oldbin(server).read_text()) == server.pid
    seen = set()
    wait_for(lambda: seen.add(get(server.port).pid) or seen == both, "all four to answer")
    server.signal(signal.SIGWINCH)
    for pid in old:
        wait_gone(pid)
    assert is_alive(server.pid) and generation(server.port) == 2
    server.signal(signal.SIGQUIT)
    assert server.process.wait(20) == 0
    assert get(server.port).pid in both - old


@everywhere
def test_the_way_back_from_a_new_master(start, tmp_path, where, where_it_can):
    """USR2, WINCH; then HUP to the old one, whose workers run its own program, and QUIT."""
    app = tmp_path / "app"
    shutil.copy(PROGRAM, app)
    server = start(*PREFORK, *where, program=app)
    old_program = os.stat(f"/proc/{server.pid}/exe").st_ino
    shutil.copy(PROGRAM, tmp_path / "next")
    (tmp_path / "next").rename(app)
    with Hammer(new_connections(server.port), 4) as hammer:
        first = workers(server)
        new_master = upgrade(server)
        server.signal(signal.SIGWINCH)
        for pid in first:
            wait_gone(pid)
        server.signal(signal.SIGHUP)
        server.wait_log("are ready", 3)
        again = workers(server, 3) - {new_master}
        server.signal(signal.SIGQUIT, new_master)
        wait_gone(new_master)
        wait_for(lambda: server.serving_pid() == server.pid if server.pidfile.exists() else False,
                 "its pidfile")
        wait_for(lambda: hammer.lost or again <= set(hammer.answered), "answers by the old one's")
    assert hammer.lost == []
    assert not oldbin(server).exists()
    assert {os.stat(f"/proc/{pid}/exe").st_ino for pid in again} == {old_program}
    assert old_program != app.stat().st_ino
    assert {os.stat(f"/proc/{pid}/exe").st_ino for pid in hup(server)} == {app.stat().st_ino}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_when_the_new_master_ends_the_old_one_takes_over_again(start, number):
    server = start(*PREFORK)
    new_master = upgrade(server)
    theirs = workers(server, 2, new_master)
    server.signal(signal.SIGWINCH)
    server.wait_log("letting 2 workers go")
    server.signal(number, new_master)
    wait_gone(new_master)
    client = Client(server.port)  # maybe queued: there may be no worker at the moment
    answer = client.get()
    server.wait_log("are ready", 3)
    assert answer.pid in children(server.pid) | theirs
    assert server.serving_pid() == server.pid and not oldbin(server).exists()
    for pid in theirs:
        wait_gone(pid)
    assert get(server.port).pid in children(server.pid)


def test_a_new_master_that_fails_gives_the_pidfile_back_and_the_next_one_works(start, app):
    server = start(*PREFORK, program=app)
    before = workers(server)
    write_program(app, "exit 3")
    server.signal(signal.SIGUSR2)
    server.wait_log(r"upgrade failed: new master \d+ exited with status 3")
    assert server.serving_pid() == server.pid and not oldbin(server).exists()
    assert get(server.port).pid in before
    write_program(app, real_program(after="--version-tag 2"))
    new = upgrade(server)
    server.signal(signal.SIGQUIT)
    assert server.process.wait(20) == 0
    assert get(server.port).pid in children(new) and version(server.port) == "2"


def test_a_new_master_whose_workers_fail_ends_by_itself(start, app):
    server = start(*PREFORK, program=app)
    write_program(app, f'if [ "$RELOAD_SERVER_KEPT" ]; then exit 4; fi\n{real_program()}')
    server.signal(signal.SIGUSR2)
    server.wait_log(r"upgrade failed: new master \d+ exited with status 1")
    assert server.serving_pid() == server.pid
    assert get(server.port).pid in children(server.pid)


def test_workers_that_fail_leave_the_old_ones_and_the_next_hup_works(start, app):
    server = start(*PREFORK, program=app)
    before = workers(server)
    for program, how in (("exit 3", r"worker \d+ exited with status 3"),
                         ("kill -SEGV $$", r"worker \d+ was killed by signal 11")):
        write_program(app, program)
        server.signal(signal.SIGHUP)
        server.wait_log(f"reload failed: {how}")
        assert get(server.port).pid in before
    app.unlink()
    server.signal(signal.SIGHUP)
    server.wait_log("start .*/app: No such file")
    wait_for(lambda: children(server.pid) == before, "the end of those that failed")
    write_program(app, real_program(after="--version-tag 2"))
    hup(server)
    assert version(server.port) == "2"


def test_of_a_set_of_which_one_fails_none_stays(start, app, tmp_path):
    server = start(*PREFORK, program=app)
    before = workers(server)
    write_program(app, f'if ! mkdir "{tmp_path}/one"; then exit 3; fi\n{real_program()}')
    server.signal(signal.SIGHUP)
    server.wait_log("reload failed: worker .* status 3")
    wait_for(lambda: children(server.pid) == before, "the end of the one that did not fail")
    assert get(server.port).pid in before


def test_hup_during_a_hup_that_fails_starts_one_other_set(start, app, tmp_path):
    server = start(*PREFORK, program=app)
    before = workers(server)
    write_program(app, f'{until(tmp_path / "go")}\nexit 3')
    server.signal(signal.SIGHUP)
    wait_for((tmp_path / "go.awaited").exists, "the bad program")
    server.signal(signal.SIGHUP)
    server.wait_log("remembered")
    (tmp_path / "go").touch()
    server.wait_log("reload failed", 2)
    wait_for(lambda: children(server.pid) == before, "the end of those that failed")
    write_program(app, real_program())
    hup(server)
    assert server.log_count("reload failed") == 2 and server.log_count("are ready") == 2


def test_workers_that_are_not_ready_in_time_leave_the_old_ones(start, app):
    server = start(*PREFORK, "--ready-timeout", "300ms", program=app)
    before = workers(server)
    write_program(app, real_program(after="--startup-delay 100s"))
    server.signal(signal.SIGHUP)
    server.wait_log("was not ready in time")
    server.wait_log("reload failed")
    assert get(server.port).pid in before
    wait_for(lambda: children(server.pid) == before, "the end of those that failed")


def test_a_worker_that_dies_is_replaced_and_nobody_waits(start):
    server = start(*PREFORK)
    victim, other = workers(server)
    server.signal(signal.SIGKILL, victim)
    server.wait_log(f"worker {victim} was killed by signal 9")
    assert get(server.port).pid == other
    new = wait_for(lambda: children(server.pid) - {victim, other}, "another worker").pop()
    server.wait_log(rf"\[{new}\].*accepting on")
    wait_for(lambda: get(server.port).pid == new, "its answer")


def test_workers_that_crash_again_and_again_are_not_replaced_ever_faster(start, app):
    server = start(*PREFORK, "--workers", "1", program=app)
    (victim,) = workers(server, 1)
    write_program(app, "exit 3")
    began = time.monotonic()
    server.signal(signal.SIGKILL, victim)
    server.wait_log("another worker in 800 ms")
    assert time.monotonic() - began > 0.1 + 0.2 + 0.4 - 0.05
    assert server.log_count("exited with status 3") == 3
    client = Client(server.port)  # in the queue: there is nobody
    write_program(app, real_program())
    server.wait_log("accepting on", 2)
    assert client.get().pid in workers(server, 1)


def test_a_hup_ends_the_wait_of_workers_that_crash(start, app):
    server = start(*PREFORK, program=app)
    write_program(app, "exit 3")
    for pid in workers(server):
        server.signal(signal.SIGKILL, pid)
    server.wait_log("another worker in 800 ms")
    assert server.log_count("exited with status 3") >= 5, "they come together, not one each"
    write_program(app, real_program(after="--version-tag 2"))
    server.signal(signal.SIGHUP)
    server.wait_log("the workers of generation 2 are ready")
    assert version(server.port) == "2"
    server.signal(signal.SIGKILL, workers(server).pop())
    server.wait_log("another worker in 100 ms", 2)
    workers(server)


def test_hup_during_a_hup_reaches_the_newest_program(start, app, tmp_path):
    server = start(*PREFORK, program=app)
    write_program(app, real_program(until(tmp_path / "go"), "--version-tag 2"))
    server.signal(signal.SIGHUP)
    wait_for((tmp_path / "go.awaited").exists, "the second program")
    write_program(app, real_program(after="--version-tag 3"))
    server.signal(signal.SIGHUP)
    server.wait_log("remembered")
    (tmp_path / "go").touch()
    server.wait_log("workers of generation 3 are ready")
    wait_for(lambda: version(server.port) == "3", "the newest")
    hup(server)
    assert server.log_count("are ready") == 4, "it was remembered once"


def test_nothing_is_lost_in_a_storm_of_hups(start):
    server = start(*PREFORK)
    with Hammer(new_connections(server.port), 6) as hammer:
        while server.log_count("are ready") < 15 and not hammer.lost:
            enough = len(hammer.answered) + 3
            server.signal(signal.SIGHUP)
            wait_for(lambda: hammer.lost or len(hammer.answered) > enough, "some answers")
    assert hammer.lost == []
    assert server.log_count("remembered")


def test_when_the_master_is_killed_its_workers_finish_and_go(start):
    server = start(*PREFORK)
    them = workers(server)
    client = Client(server.port)
    client.ask("/?sleep=0.5")
    get(server.port)
    server.signal(signal.SIGKILL)
    assert client.answer().pid in them
    for pid in them:
        wait_gone(pid)


def test_a_master_without_workers_keeps_who_comes_waiting(start):
    server = start(*PREFORK)
    server.signal(signal.SIGWINCH)
    wait_for(lambda: not children(server.pid), "the end of the workers")
    client = Client(server.port)
    client.ask()
    server.signal(signal.SIGHUP)
    assert client.answer().pid in workers(server)
    server.wait_log("the workers of generation 2 are ready")
    server.signal(signal.SIGKILL, workers(server).pop())
    server.wait_log("another worker in")
    workers(server)


def test_winch_calls_a_reload_off(start, app, tmp_path):
    server = start(*PREFORK, program=app)
    write_program(app, real_program(until(tmp_path / "go")))
    server.signal(signal.SIGHUP)
    wait_for((tmp_path / "go.awaited").exists, "the new program")
    server.signal(signal.SIGHUP)
    server.wait_log("remembered")
    server.signal(signal.SIGWINCH)
    wait_for(lambda: not children(server.pid), "the end of all workers")
    write_program(app, real_program())
    hup(server)
    hup(server)
    assert server.log_count("reload failed") == 0 and server.log_count("are ready") == 3


def test_where_nobody_else_serves_workers_that_fail_are_started_again(start, app):
    server = start(*PREFORK, program=app)
    server.signal(signal.SIGWINCH)
    wait_for(lambda: not children(server.pid), "the end of the workers")
    client = Client(server.port)
    client.ask()
    write_program(app, "exit 3")
    server.signal(signal.SIGHUP)
    server.wait_log("reload failed")
    server.wait_log("another worker in 400 ms")
    write_program(app, real_program())
    assert client.answer().pid in workers(server)


@everywhere
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT])
def test_who_is_connected_is_answered_at_the_end(start, tmp_path, number, where, where_it_can):
    server = start(*PREFORK, *where)
    them = workers(server)
    clients = [Client(server.port) for _ in range(50)]
    for client in clients:
        client.ask("/?sleep=0.1")
    server.signal(number)
    assert {client.answer().pid for client in clients} <= them
    assert server.process.wait(20) == 0
    assert not any(map(is_alive, them))
    assert [p.name for p in tmp_path.iterdir()] == []
    with pytest.raises((ConnectionRefusedError, FileNotFoundError)):
        Client(server.port)


def test_term_loses_no_connection_once_it_is_made(start):
    for _ in range(10):
        server = start(*PREFORK)
        workers(server)
        server.signal(signal.SIGTERM)
        while True:
            try:
                client = Client(server.port)
            except ConnectionRefusedError:
                break
            client.get()
            client.close()
        assert server.process.wait(20) == 0


def test_int_leaves_at_once_with_its_workers(start):
    server = start(*PREFORK)
    them = workers(server)
    client = Client(server.port)
    client.ask("/?sleep=100")
    get(server.port), get(server.port)
    server.signal(signal.SIGINT)
    assert server.process.wait(20) == 1
    assert not any(map(is_alive, them))


def test_int_kills_a_worker_that_does_not_heed_it(start):
    server = start(*PREFORK)
    them = workers(server)
    server.signal(signal.SIGSTOP, min(them))
    server.signal(signal.SIGINT)
    server.process.wait(20)
    assert not any(map(is_alive, them))


def test_a_third_master_is_refused(start):
    server = start(*PREFORK)
    new = upgrade(server)
    server.signal(signal.SIGUSR2)
    server.wait_log("SIGUSR2 ignored: there are two masters already")
    server.signal(signal.SIGUSR2, new)
    server.wait_log("SIGUSR2 ignored: there are two masters already", 2)
    server.signal(signal.SIGQUIT)
    server.process.wait(20)
    server.wait_log("the listener is ours alone")
    server.signal(signal.SIGUSR2, new)
    third = int(server.wait_log(r"new master (\d+) is ready", 2).group(1))
    assert parent(third) == new


def test_a_first_worker_that_fails_ends_the_start(start):
    server = start(*PREFORK, "--startup-delay", "20s", wait=False)
    worker = int(server.wait_log(r"started (\d+)").group(1))
    server.signal(signal.SIGKILL, worker)
    server.wait_log("start failed: worker")
    assert server.process.wait(20) == 1


def test_the_first_pidfile_is_there_before_anybody_is_served(start):
    """A new master's is not: there the old one's is moved away, as nginx does."""
    server = start(*PREFORK, "--startup-delay", "20s", wait=False)
    server.wait_log("started", 2)
    assert server.serving_pid() == server.pid
    server.signal(signal.SIGTERM)
    assert server.process.wait(20) == 0
    assert not server.pidfile.exists()


def test_as_many_workers_as_one_wants(start):
    server = start(*PREFORK, "--workers", "5")
    them, seen = workers(server, 5), set()
    wait_for(lambda: seen.add(get(server.port, "/?sleep=0").pid) or len(seen) > 1, "several")
    assert seen <= them
