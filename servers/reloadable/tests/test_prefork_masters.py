"""Does a master replace itself, as nginx does, and nobody notices?"""

import os
import shutil
import signal

import pytest

from prefork import PREFORK, hup, oldbin, upgrade, workers
from reloadable import Client, PROGRAM, descriptors, get, is_alive, real_program, wait_gone, write_program
from supervised import children, generation, parent, until, version
from test_hammer import Hammer, new_connections
from waiting import wait_for


def test_nothing_is_lost_when_masters_follow_each_other(start, address):
    server = start(*PREFORK, *address)
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


def test_the_way_back_from_a_new_master(start, tmp_path, address):
    """USR2, WINCH; then HUP to the old one, whose workers run its own program, and QUIT."""
    app = tmp_path / "app"
    shutil.copy(PROGRAM, app)
    server = start(*PREFORK, *address, program=app)
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


def test_a_new_master_that_cannot_write_the_pidfile_gives_up(start, app, tmp_path):
    server = start(*PREFORK, program=app)
    before = workers(server)
    write_program(app, real_program(until(tmp_path / "go")))
    server.signal(signal.SIGUSR2)
    wait_for((tmp_path / "go.awaited").exists, "the new master")
    server.pidfile.mkdir()
    (tmp_path / "go").touch()
    server.wait_log("upgrade failed: new master [0-9]+ exited with status 1")
    server.pidfile.rmdir()
    assert get(server.port).pid in before


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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_at_the_end_goes_a_new_master_that_is_not_ready_and_does_not_heed(start, app, tmp_path, number):
    server = start(*PREFORK, "--ready-timeout", "100s", program=app)
    write_program(app, f"trap '' TERM INT; {until(tmp_path / 'never')}")
    server.signal(signal.SIGUSR2)
    wait_for((tmp_path / "never.awaited").exists, "the new master")
    new = int(server.wait_log(r"SIGUSR2: started (\d+)").group(1))
    server.signal(number)
    assert server.process.wait(20) == 0
    assert not is_alive(new)


def test_a_new_master_has_no_more_open_than_the_first(start):
    server = start(*PREFORK)
    server.wait_log("listening on")
    before = len(descriptors(server.pid))
    new = upgrade(server)
    server.signal(signal.SIGQUIT)
    server.wait_log("the one that started us is gone")
    wait_for(lambda: len(descriptors(new)) <= before, f"no more than {before} descriptors")
