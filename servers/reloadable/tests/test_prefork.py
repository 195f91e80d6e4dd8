"""Does a master replace its workers, as nginx does, and nobody notices?"""

import signal
import time

import pytest

from prefork import PREFORK, hup, workers
from reloadable import (Client, get, hup_before_it_is_ready, in_flight, is_alive, real_program,
                        wait_gone, write_program)
from supervised import DEAF, children, generation, until, version
from test_hammer import Hammer, new_connections, reused_connections, slow_requests
from waiting import wait_for


@pytest.mark.parametrize("kind", [new_connections, reused_connections, slow_requests])
def test_nothing_is_lost_over_ten_hups(start, address, kind):
    server = start(*PREFORK, *address)
    with Hammer(kind(server.port), 6) as hammer:
        for _ in range(10):
            new = hup(server)
            wait_for(lambda: hammer.lost or new & set(hammer.answered), "answers by the new ones")
    assert hammer.lost == []
    assert server.pid not in hammer.answered
    assert generation(server.port) == 11


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


def test_of_a_set_of_which_one_fails_the_other_stays_where_nobody_else_serves(start, app, tmp_path):
    server = start(*PREFORK, program=app)
    server.signal(signal.SIGWINCH)
    wait_for(lambda: not children(server.pid), "the end of the workers")
    write_program(app, f'if mkdir "{tmp_path}/one"; then exit 3; fi\n{real_program()}')
    server.signal(signal.SIGHUP)
    failed = server.wait_log(r"reload failed: worker (\d+) exited with status 3").group(1)
    server.wait_log("another worker in")
    started = [server.wait_log(r"started (\d+)", n).group(1) for n in (3, 4)]
    (other,) = (int(pid) for pid in started if pid != failed)
    server.wait_log(r"gen 2: accepting on", 2)
    assert other in workers(server)
    assert generation(server.port) == 2


def test_its_log_says_of_which_generation_it_speaks(start):
    server = start(*PREFORK)
    hup(server)
    server.signal(signal.SIGHUP)
    server.wait_log(rf"\[{server.pid}\] gen 2: SIGHUP")


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


def test_a_program_that_is_missing_for_a_while_is_tried_again(start, app):
    server = start(*PREFORK, program=app)
    app.unlink()
    for pid in workers(server):
        server.signal(signal.SIGKILL, pid)
    server.wait_log("another worker in 400 ms")
    assert server.log_count("No such file") == 2, "one failure is enough each time"
    write_program(app, real_program())
    assert get(server.port).pid in workers(server)


def kill_and_let_wait(server, app, victim):
    """The next worker comes in 400 ms only, and well."""
    write_program(app, "exit 3")
    server.signal(signal.SIGKILL, victim)
    server.wait_log("another worker in 400 ms")
    write_program(app, real_program())


def test_winch_ends_the_wait_of_workers_that_crash(start, app):
    server = start(*PREFORK, "--workers", "1", program=app)
    (victim,) = workers(server, 1)
    kill_and_let_wait(server, app, victim)
    server.signal(signal.SIGWINCH)
    client = Client(server.port)
    client.ask()
    assert client.is_silent(0.6)
    server.signal(signal.SIGHUP)
    assert client.answer().pid in workers(server, 1)


def test_nobody_is_started_anew_while_the_others_finish(start, app):
    server = start(*PREFORK, program=app)
    victim, other = workers(server)
    kill_and_let_wait(server, app, victim)
    client = in_flight(server.port, 1)
    server.signal(signal.SIGTERM)
    assert client.answer().pid == other
    assert server.process.wait(20) == 0


def test_nobody_is_started_anew_while_one_does_not_heed_int(start, app):
    server = start(*PREFORK, program=app)
    write_program(app, DEAF)
    victim, other = hup(server)
    kill_and_let_wait(server, app, victim)
    server.signal(signal.SIGINT)
    server.process.wait(20)
    assert not is_alive(other)


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
    client = in_flight(server.port, 0.5)
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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT])
def test_who_is_connected_is_answered_at_the_end(start, tmp_path, number, address):
    server = start(*PREFORK, *address)
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


def test_int_takes_the_path_away(start, tmp_path):
    server = start(*PREFORK, "--unix", "s")
    server.signal(signal.SIGINT)
    assert server.process.wait(20) == 0
    assert [p.name for p in tmp_path.iterdir()] == []


def test_a_worker_that_somebody_stopped_goes_as_well(start):
    server = start(*PREFORK, "--workers", "1")
    (worker,) = workers(server, 1)
    client = in_flight(server.port, 0.1)
    server.signal(signal.SIGSTOP, worker)
    server.signal(signal.SIGTERM)
    assert client.answer().pid == worker
    assert server.process.wait(20) == 0


def test_int_kills_a_worker_that_does_not_heed_it(start):
    server = start(*PREFORK)
    them = workers(server)
    server.signal(signal.SIGSTOP, min(them))
    server.signal(signal.SIGINT)
    server.process.wait(20)
    assert not any(map(is_alive, them))


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


def test_hup_before_it_is_ready_is_heeded_once_it_is(start):
    server = start(*PREFORK, "--startup-delay", "300ms", wait=False)
    hup_before_it_is_ready(server)
    server.wait_log("the workers of generation 2 are ready")
    server.signal(signal.SIGTERM)
    assert server.process.wait(20) == 0
    assert server.log_count("are ready") == 2


def test_as_many_workers_as_one_wants(start):
    server = start(*PREFORK, "--workers", "5")
    them, seen = workers(server, 5), set()
    wait_for(lambda: seen.add(get(server.port, "/?sleep=0").pid) or len(seen) > 1, "several")
    assert seen <= them
