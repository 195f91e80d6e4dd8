"""Are the processes noted truly, and is the leader found?"""

import os
import shutil

import pytest

from privileges import (in_a_net_of_its_own, is_root, must_have_perf_events, open_to_all,
                        perf_events_are_refused, NOBODY)
from running import name_of, scenario, BIN, FAIL, PASS, UNKNOWN
from small_runs import lanes, small


def test_where_the_connector_tells_nothing_another_way_is_found(bench):
    plan = bench.write(scenario())
    run = in_a_net_of_its_own(bench, "true", "run", plan, "--out", "out")
    assert run.returncode == PASS, (run.stdout, run.stderr)
    (watch,) = bench.events("s", "watch")
    assert watch["text"] == ("polling" if perf_events_are_refused() else "kernel events (perf)")


def test_processes_are_noted_truly(bench, way):
    argv, how = way
    bench.run_scenario(scenario(lanes=lanes(slow=True)), *argv, **how).must(PASS)
    report = bench.report("s")
    old, new = [p for p in report["processes"] if p.get("requests")]
    assert (old["generation"], new["generation"]) == (1, 2)
    for p in (old, new):
        assert p["exe"] == str((BIN / "reload_server").resolve())
        assert p["exit"] == {"code": 0}
        assert p["born_ms"] <= p["first_answer_ms"] <= p["last_answer_ms"]
        assert p["first_answer_ms"] <= p["exited_ms"]
    assert old["exited_ms"] < new["exited_ms"]
    assert sum(p.get("requests", 0) for p in report["processes"]) == report["summary"]["requests"]
    (step,) = report["steps"]
    assert step["action"] == "signal" and step["detail"] == f"HUP to {old['pid']}"
    assert 300 <= step["at_ms"] - bench.events("s", "load_began")[0]["at"] / 1e6 < 5000
    born = {e["pid"]: e for e in bench.events("s", "proc_born")}
    assert born[new["pid"]]["value"] == old["pid"], "its parent"


def test_a_daemon_that_forks_twice_is_adopted(bench, way):
    argv, how = way
    run = bench.run_scenario(scenario(server=small("daemon"), lanes=lanes(), steps=[]), *argv, **how)
    run.must(UNKNOWN)
    pid = int((bench.directory / "pid").read_text())
    (served,) = [p for p in bench.report("s")["processes"] if p.get("requests")]
    assert served["pid"] == pid and served["exit"] == {"code": 0}
    assert name_of(pid) is None
    assert not bench.events("s", "proc_left_over")
    assert bench.events("s", "stop_began")[0]["pid"] == pid


def test_who_answers_before_anybody_looked_is_known_all_the_same(bench, way):
    argv, how = way
    busy = [{"name": "busy", "rate": 1500, "path": "/?sleep=0"}, *lanes(slow=True)]
    plan = scenario(duration="3s", lanes=busy,
                    steps=[{"at": "300ms", "signal": "HUP", "repeat": 5, "every": "500ms"}])
    bench.run_scenario(plan, *argv, **how).must(PASS)
    assert len(bench.report("s")["processes"]) >= 6


def test_that_nobody_execd_itself_is_known(bench, way):
    """By what a poller sees, too: an upgrade without any effect fails."""
    argv, how = way
    plan = scenario(lanes=lanes(slow=True), steps=[{"at": "300ms", "write": {"file": "x", "text": ""},
                                                    "upgrade": "begins"}])
    bench.run_scenario(plan, *argv, **how).must(FAIL)
    (broken,) = [f for f in bench.report("s")["findings"] if f["verdict"] == "fail"]
    assert broken["check"] == "upgrade_took_effect"


def test_a_helper_that_lives_shortly_is_noted_with_its_exit_status(bench):
    bench.run_scenario(scenario(server=small("helper"), lanes=lanes(),
                                steps=[{"at": "300ms", "signal": "HUP", "upgrade": "none"}]))
    if not bench.report("s")["watch"]["complete"]:
        pytest.skip("the kernel does not tell of processes here, and a look comes too late")
    helpers = [p for p in bench.report("s")["processes"] if p.get("exit") == {"code": 3}]
    (helper,) = helpers
    (served,) = [p for p in bench.report("s")["processes"] if p.get("requests")]
    born = {e["pid"]: e for e in bench.events("s", "proc_born")}
    assert born[helper["pid"]]["value"] == served["pid"]
    assert served["born_ms"] < helper["born_ms"] <= helper["exited_ms"]
    assert served["exit"] == {"code": 0}


def test_helpers_that_live_no_millisecond_are_noted(bench):
    """All of them, by perf events; a look now and then would miss most."""
    must_have_perf_events()
    plan = scenario(duration="2s", server={"command": [
        "/bin/sh", "-c", "(for i in $(seq 1000); do (:); /bin/true; done) & "
                         "exec ${bin}/reload_server --port ${port}"]})
    bench.run_scenario(plan, "--watch", "perf").must(PASS)
    report = bench.report("s")
    assert report["watch"] == {"complete": True, "how": "kernel events (perf)"}
    born = {e["pid"]: e for e in bench.events("s", "proc_born")}
    execd = {e["pid"]: e["at"] for e in bench.events("s", "proc_exec")}
    over = {e["pid"]: e["at"] for e in bench.events("s", "proc_exited")}
    loop = max(born, key=lambda pid: sum(e["value"] == pid for e in born.values()))
    helpers = [pid for pid, e in born.items() if e["value"] == loop]
    assert len(helpers) >= 2000
    assert sum(pid in execd for pid in helpers) >= 1000
    lived = sorted(over[pid] - born[pid]["at"] for pid in helpers)
    assert 0 < lived[0] and lived[len(lived) // 4] < 1e6, "ns"
    assert all(born[pid]["at"] < execd[pid] < over[pid] for pid in helpers if pid in execd)


def test_who_gets_other_rights_is_looked_for(bench):
    """The kernel stops telling by perf events of a program that is set-user-id."""
    must_have_perf_events()
    if not is_root:
        pytest.skip("needs a program that belongs to somebody else")
    if os.statvfs(bench.directory).f_flag & os.ST_NOSUID:
        pytest.skip(f"{bench.directory}: no set-user-id here")
    open_to_all(bench)
    shell = bench.directory / "shell"
    shutil.copy("/bin/sh", shell)
    os.chown(shell, NOBODY, NOBODY)
    shell.chmod(0o4755)
    plan = scenario(server={"command": [
        "/bin/sh", "-c", f"{shell} -c 'sleep 0.2; sleep 0.4; true' & "
                         "exec ${bin}/reload_server --port ${port}"]})
    bench.run_scenario(plan, "--watch", "perf").must(PASS)
    (watch,) = bench.events("s", "watch")
    assert watch["text"] == "polling" and watch["value"]
    execs = bench.events("s", "proc_exec")
    sleep = os.path.realpath(shutil.which("sleep"))
    assert len({e["pid"] for e in execs if e["text"] == sleep}) == 2
    old, _ = [p for p in bench.report("s")["processes"] if p.get("requests")]
    assert old["exe"] == str((BIN / "reload_server").resolve())


def test_who_was_killed_is_noted_with_the_signal(bench):
    bench.run_scenario(scenario(lanes=lanes(slow=True),
                                steps=[{"at": "300ms", "stop_start": {"signal": "KILL"}}])).must(FAIL)
    old, new = [p for p in bench.report("s")["processes"] if p.get("requests")]
    assert old["exit"] == {"signal": "KILL"} or old["exit"] == {"signal": 9}
    assert new["exit"] == {"code": 0}


def test_an_upgrade_just_before_the_end_leaves_nobody_behind(bench):
    """Its new process never answered anything, and yet it is the one to be stopped."""
    plan = scenario(args=["--idle-grace", "20s"],
                    lanes=[{"name": "reused", "connection": "reused", "rate": 20, "pool": 4,
                            "path": "/?sleep=0"}],
                    steps=[{"at": "990ms", "signal": "HUP"}])
    bench.run_scenario(plan).must(UNKNOWN)
    processes = bench.report("s")["processes"]
    assert {p["generation"] for p in processes} == {1, 2}
    assert bench.events("s", "proc_left_over") == []


def test_helpers_that_come_and_go_are_not_left_over(bench, way):
    """Some are gone between the look that finds them and the next system call."""
    argv, how = way
    plan = scenario(duration="3s", server={"command": [
        "/bin/sh", "-c", "(for i in $(seq 2000); do /bin/true; done) & "
                         "exec ${bin}/reload_server --port ${port}"]})
    bench.run_scenario(plan, *argv, **how).must(PASS)
    assert bench.events("s", "proc_left_over") == []


def test_zombies_are_found(bench, way):
    argv, how = way
    run = bench.run_scenario(scenario(server=small("zombie"), lanes=lanes(), steps=[]), *argv, **how)
    run.must(FAIL)
    (zombie,) = bench.events("s", "proc_zombie")
    (served,) = [p for p in bench.report("s")["processes"] if p.get("requests")]
    assert zombie["value"] == served["pid"]
    assert "1 zombie" in run.out and str(zombie["pid"]) in run.out


def test_the_leader_that_moved_gets_the_second_signal(bench, way):
    argv, how = way
    plan = scenario(duration="1500ms", lanes=lanes(slow=True),
                    steps=[{"at": "300ms", "signal": "HUP"},
                           {"wait_for": {"new_pid": True}},
                           {"after": "50ms", "signal": "HUP"}])
    bench.run_scenario(plan, *argv, **how).must(PASS)
    report = bench.report("s")
    first, second, third = [p for p in report["processes"] if p.get("requests")]
    details = [s["detail"] for s in report["steps"] if s["action"] == "signal"]
    assert details == [f"HUP to {first['pid']}", f"HUP to {second['pid']}"]
    assert (first["generation"], second["generation"], third["generation"]) == (1, 2, 3)


def test_the_leader_that_left_gets_no_signal_any_more(bench):
    """The parent is gone, its child serves on: the child is told the next time."""
    plan = scenario(server=small("heir"), lanes=[{"name": "new", "rate": 30, "timeout": "1s"}],
                    duration="1500ms",
                    steps=[{"at": "300ms", "signal": "HUP"}, {"wait_for": {"new_pid": True}},
                           {"wait_for": {"gone": "old"}}, {"signal": "HUP"}])
    bench.run_scenario(plan)
    details = [s["detail"] for s in bench.report("s")["steps"] if s["action"] == "signal"]
    assert len(set(details)) == 2
    assert all(e.get("value", 0) == 0 for e in bench.events("s", "step_ended"))
