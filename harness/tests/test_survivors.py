"""Does anything that a run started survive it?"""

import signal

import pytest

from running import (everybody, is_keeper, lives, name_of, scenario, stat_of, COULD_NOT_RUN, FAIL,
                     PASS, UNKNOWN)
from small_runs import from_file, lanes, marked, small, wait_for_load, wait_gone
from waiting import wait_for


def servers_of(run):
    """The living descendants of hupproof, but for its keeper."""
    parents, found, new = {}, [], [run.pid]
    for pid, _ in everybody():
        stat = stat_of(pid)
        if stat:
            parents[pid] = stat[1]
    while new:
        new = [pid for pid, parent in parents.items() if parent in new]
        found += [name_of(pid) for pid in new if not is_keeper(pid)]
    return list(filter(None, found))


def test_kill_9_in_the_middle_of_a_handover(bench, way):
    argv, how = way
    plan = scenario(args=["--startup-delay", "1s"], duration="60s",
                    steps=[{"at": "100ms", "signal": "HUP"}])
    run = bench.start_scenario(plan, *argv, **how)
    servers = wait_for(lambda: len(servers_of(run)) >= 2 and servers_of(run), "the handover")
    run.signal(signal.SIGKILL)
    run.wait()
    wait_gone(servers)


@pytest.mark.parametrize("habit,file", [("daemon", "pid"), ("offspring", "offspring")])
def test_kill_9_reaches_who_has_gone_his_own_ways(bench, way, habit, file):
    argv, how = way
    run = bench.start_scenario(scenario(server=small(habit), lanes=lanes(), duration="60s",
                                        steps=[marked(bench)]), *argv, **how)
    wait_for_load(bench)
    process = from_file(bench, file)
    run.signal(signal.SIGKILL)
    run.wait()
    wait_gone([process])


def test_kill_9_before_it_is_ready(bench):
    code = ["import os, time", "os.setsid() if os.fork() == 0 else 0",
            "open(f'came{os.getpid()}', 'w').close()", "time.sleep(600)"]
    run = bench.start_scenario(scenario(server={
        "command": ["/usr/bin/python3", "-c", "\n".join(code)], "ready": {"within": "60s"}}))
    wait_for(lambda: len(list(bench.directory.glob("came*"))) == 2, "both")
    servers = servers_of(run)
    assert len(servers) == 2
    run.signal(signal.SIGKILL)
    run.wait()
    wait_gone(servers)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("habit,file", [("daemon", "pid"), ("offspring", "offspring")])
def test_interrupted_nothing_survives(bench, habit, file, number):
    run = bench.start_scenario(scenario(server=small(habit) | {"stop": {"within": "300ms"}},
                                        lanes=lanes(), duration="60s", steps=[marked(bench)]))
    wait_for_load(bench)
    process = from_file(bench, file)
    run.signal(number)
    run.wait()
    assert not lives(process)


def test_what_could_not_run_leaves_nothing(bench):
    code = ["import os, time", "os.setsid() if os.fork() == 0 else 0", "os.chdir('/')",
            f"open(f'{bench.directory}/pid{{os.getpid()}}', 'w').close()", "time.sleep(600)"]
    bench.run_scenario(scenario(server={
        "command": ["/usr/bin/python3", "-c", "\n".join(code)], "ready": {"within": "700ms"}}
    )).must(COULD_NOT_RUN)
    noted = [int(p.name[3:]) for p in bench.directory.glob("pid*")]
    assert len(noted) == 2 and not any(map(name_of, noted))


def test_who_ignores_the_stop_is_killed_and_told(bench):
    run = bench.run_scenario(scenario(server=small("offspring") | {"stop": {"within": "300ms"}},
                                      lanes=lanes(), steps=[]))
    run.must(FAIL)
    pid = int((bench.directory / "offspring").read_text())
    assert name_of(pid) is None
    assert bench.events("s", "proc_left_over")[0]["pid"] == pid
    assert f"pid {pid}" in run.out and "none_left_over" in run.out


def test_the_work_directory_goes_on_pass_and_stays_otherwise(bench):
    files = {"files": {"deep/er/app.conf": ["one", "two"], "current": {"link": "deep/er"}}}
    run = bench.run_scenario(scenario(server=files))
    run.must(PASS)
    assert bench.kept() == [] and run.err == ""
    run = bench.run_scenario(scenario(server=files, duration="300ms", steps=[]))
    run.must(UNKNOWN)
    (kept,) = bench.kept()
    assert str(kept) in run.err
    assert (kept / "deep/er/app.conf").read_text() == "one\ntwo\n"
    assert (kept / "current/app.conf").read_text() == "one\ntwo\n"
