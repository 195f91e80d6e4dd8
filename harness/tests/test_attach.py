"""A server that already runs, and is somebody's: is it watched, upgraded and judged by its own
ordinary user, and left as it was?"""

import os
import pathlib
import signal
import sys

import pytest

from attaching import ANOTHER, SOMEBODY, as_user, process, script, upgrade_by_another
from privileges import NOBODY, is_root
from running import (everybody, lives, one_line, stat_of, works_in, BIN, COULD_NOT_RUN, FAIL, PASS,
                     UNKNOWN)
from small_runs import findings
from waiting import wait_for

needs_root = pytest.mark.skipif(not is_root, reason="needs root, to become somebody else")
HUP_TWICE = [{"at": "300ms", "signal": "HUP"}, {"at": "800ms", "signal": "HUP"}]


def served(bench, name="s"):
    return [p for p in bench.report(name)["processes"] if p["requests"]]


def left_in_the_bench(bench):
    """What hupproof made beside its reports."""
    return sorted(p.name for p in bench.directory.iterdir()
                  if not p.name.startswith(("out.", "err.")))


@pytest.mark.parametrize("strategy", ["fork-exec", "exec", "prefork", "reuseport", "fdpass"])
def test_its_own_user_attaches(bench, theirs, watching, strategy):
    """Two upgrades: the second signal goes to the heir, who is nobody's child but init's."""
    args = ["--handover", "door"] if strategy == "fdpass" else []
    pid, port = theirs.reload_server("--strategy", strategy, *args)
    files, listeners = set(theirs.files()), theirs.listeners()
    plan = theirs.plan(port, {"pidfile": str(theirs.file("pid"))}, HUP_TWICE, duration="1300ms")
    bench.run_scenario(plan, *watching, **as_user(SOMEBODY)).must(PASS)
    report = bench.report("s")
    assert {p["generation"] for p in served(bench)} == {1, 2, 3}
    assert all(p["exe"] for p in served(bench))
    told = [s["detail"] for s in report["steps"]]
    named = pid if strategy in ("exec", "prefork") else served(bench)[1]["pid"]
    assert told == [f"HUP to {pid}", f"HUP to {named}"]
    gone = [p for p in served(bench) if p["exited_ms"] is not None]
    if strategy != "exec":
        assert len(gone) == len([p for p in served(bench) if p["generation"] < 3])

    # As it was: who should live lives, and nobody else; the port, the files.
    last = {p["pid"] for p in report["processes"] if p["exited_ms"] is None}
    wait_for(lambda: {p for p, _ in theirs.everybody()} == last, "whoever is on its way out")
    assert bench.events("s", "stop_began") == []
    if strategy != "reuseport":
        assert theirs.listeners() == listeners
    assert len(theirs.listeners()) == 1 and set(theirs.files()) == files
    if strategy != "prefork":  # whose master tells its workers so
        assert "SIGTERM" not in theirs.file("log").read_text()
    assert left_in_the_bench(bench) == ["out", "s.json", "theirs", "tmp"] and not bench.kept()


def test_a_server_that_is_only_looked_at_is_untouched(bench, theirs, watching):
    pid, port = theirs.reload_server("--strategy", "prefork")
    log = theirs.file("log")
    wait_for(lambda: "] gen 1: listening" in log.read_text(), "its being ready")
    before = theirs.everybody(), theirs.listeners(), theirs.files(), log.read_text()
    plan = theirs.plan(port, {"pid": pid}, steps=[], duration="500ms")
    bench.run_scenario(plan, *watching, **as_user(SOMEBODY)).must(UNKNOWN)
    assert (theirs.everybody(), theirs.listeners(), theirs.files(), log.read_text()) == before


def test_an_heir_whose_parent_leaves_at_once_is_found(bench, theirs, watching):
    """Its parent forks and exits: no look finds it as anybody's child but init's."""
    pid, port = theirs.start(*script("small_server.py", "heir"))
    plan = theirs.plan(port, {"pid": pid}, HUP_TWICE, duration="1500ms", limits={"lost": 100})
    bench.run_scenario(plan, *watching, **as_user(SOMEBODY))
    first, second, third = served(bench)
    assert (first["pid"], first["generation"]) == (pid, 1)
    assert (second["generation"], third["generation"]) == (2, 3)
    told = [s["detail"] for s in bench.report("s")["steps"]]
    assert told == [f"HUP to {pid}", f"HUP to {second['pid']}"]
    assert findings(bench)["answers_were_attributed"]["verdict"] == "pass"
    assert {p for p, _ in theirs.everybody()} == {third["pid"]}
    assert stat_of(third["pid"])[1] != bench.runs[-1].pid


@pytest.mark.parametrize("habits", [["daemon"], ["daemon", "rename"]], ids=["daemon", "renamed"])
def test_a_daemon_is_attached_by_its_pidfile(bench, theirs, watching, habits):
    _, port = theirs.start(*script("guises_server.py", *habits))
    plan = theirs.plan(port, {"pidfile": str(theirs.file("pid"))}, HUP_TWICE[:1])
    bench.run_scenario(plan, *watching, **as_user(SOMEBODY)).must(PASS)
    master = int(theirs.file("pid").read_text())
    assert bench.report("s")["steps"][0]["detail"] == f"HUP to {master}"
    assert lives(process(master))
    assert {p["generation"] for p in served(bench)} == {1, 2}
    comm = pathlib.Path(f"/proc/{master}/comm").read_text()
    assert (comm == "master of it\n") == ("rename" in habits)
    assert all("python" in p["exe"] for p in served(bench)), "it is known by what it runs"


@needs_root
@pytest.mark.parametrize("habits", [["user"], ["user", "become"]], ids=["workers", "all"])
def test_a_server_that_changes_its_user_is_seen_by_root(bench, theirs, watching, habits):
    pid, port = theirs.start(*script("guises_server.py", *habits), user=None)
    plan = theirs.plan(port, {"pid": pid}, HUP_TWICE[:1])
    run = bench.run_scenario(plan, *watching).must(PASS)
    assert "not ours to see" not in run.err
    assert findings(bench)["listener_not_leaked"]["applies"]
    assert len(served(bench)) == 4 and all(p["exe"] for p in served(bench))


@needs_root
def test_what_an_ordinary_user_cannot_see_is_said(bench, theirs, watching):
    """Of the workers not even their own user may look at the descriptors: they were root."""
    pid, port = theirs.start(*script("guises_server.py", "user"), user=None)
    plan = theirs.plan(port, {"pid": pid})
    run = upgrade_by_another(bench, plan, pid, *watching, **as_user(NOBODY)).must(PASS)
    notices = [line for line in run.err.splitlines() if "not ours to see" in line]
    assert len(notices) == 2, run.err
    assert f"pid {pid} (" in notices[0] and "runs as user root" in notices[0]
    assert "and 1 more run as user nobody, which it has become" in notices[1]
    assert notices[1].endswith("run hupproof as root")
    assert {p["generation"] for p in served(bench)} == {1, 2}
    assert len([p for p in served(bench) if p["exited_ms"] is not None]) == 2
    leaked = findings(bench)["listener_not_leaked"]
    assert not leaked["applies"] and "not ours to see" in leaked["why"]
    one_line(bench.run_scenario({**plan, "steps": HUP_TWICE[:1]}, **as_user(NOBODY)),
             "steps[0]", f"HUP to pid {pid}", "not permitted", "as root", status=COULD_NOT_RUN)


@needs_root
def test_another_user_judges_what_can_be_judged(bench, theirs, watching):
    pid, port = theirs.reload_server()
    plan = theirs.plan(port, {"pidfile": str(theirs.file("pid"))})
    run = upgrade_by_another(bench, plan, pid, *watching, **as_user(ANOTHER)).must(PASS)
    line, = [line for line in run.err.splitlines() if "not ours to see" in line]
    assert f"pid {pid} (reload_server) runs as user nobody" in line
    assert "run hupproof as user nobody or as root" in line
    old, new = served(bench)
    assert (old["pid"], old["exited_ms"] is None, new["exited_ms"]) == (pid, False, None)
    assert "the program file of 1 is not known" in findings(bench)["upgrade_took_effect"]["why"]


@needs_root
def test_a_signal_to_all_is_tried_before_the_load(bench, theirs):
    pid, port = theirs.start(*script("guises_server.py", "user"), user=None)
    plan = theirs.plan(port, {"pid": pid}, [{"at": "300ms", "signal": "HUP", "to": "all"}])
    one_line(bench.run_scenario(plan, **as_user(NOBODY)), "steps[0]", f"pid {pid}",
             "not permitted", status=COULD_NOT_RUN)
    assert not bench.path("s", "report.json").exists()


def test_how_it_ended_is_known_though_it_is_no_child_of_ours(bench, theirs, watching):
    pid, port = theirs.reload_server()
    plan = theirs.plan(port, {"pid": pid}, [{"at": "300ms", "run": ["/bin/kill", "-KILL", str(pid)]}])
    bench.run_scenario(plan, *watching, **as_user(SOMEBODY)).must(FAIL)
    (dead,) = served(bench)
    assert dead["exit"] == {"signal": "KILL"}
    assert "no_request_lost" in [f["check"] for f in bench.report("s")["findings"]
                                 if f["verdict"] == "fail"]


# What a step's command does.

RESTART = ("cd {cwd}; kill -TERM $0; while [ -e pid ]; do sleep 0.01; done; {bin} --strategy restart --port {port} --pidfile pid {args} "
           ">/dev/null 2>&1 & {then}")


def restart(theirs, pid, port, then, args=""):
    """Somebody's way of restarting: a new server, in the old one's place."""
    return ["/bin/sh", "-c", RESTART.format(cwd=theirs.file("."), bin=BIN / "reload_server",
                                            port=port, then=then, args=args), str(pid)]


@pytest.mark.parametrize("then, status", [("sleep 0.3", PASS), ("sleep 0.3; sleep 600", COULD_NOT_RUN)],
                         ids=["returns", "hangs"])
def test_a_new_server_that_a_command_started_is_left_running(bench, theirs, watching, then, status):
    """It is ours by birth, and theirs all the same; of a command that hangs the rest is ended."""
    pid, port = theirs.reload_server("--strategy", "restart")
    plan = theirs.plan(port, {"pidfile": str(theirs.file("pid"))}, limits={"lost": 1000},
                       steps=[{"at": "300ms", "run": restart(theirs, pid, port, then),
                               "within": "3s"}], duration="5s" if status else "1500ms")
    run = bench.run_scenario(plan, *watching, **as_user(SOMEBODY)).must(status)
    assert status == PASS or "still ran after 3.0 s; killed it" in run.err
    new = process(int(theirs.file("pid").read_text()))
    assert new[0] != pid
    wait_for(lambda: theirs.everybody() == {new}, "the end of all others")
    assert [p["pid"] for p in served(bench)] == [pid, new[0]]
    assert b"HUPPROOF_RUN=" not in pathlib.Path(f"/proc/{new[0]}/environ").read_bytes()


def test_a_helper_that_a_command_left_is_left(bench, theirs, watching):
    """It does not serve, but it belongs to whoever wrote the command."""
    pid, port = theirs.reload_server()
    left = f"cd {theirs.file('.')}; sleep 600 >/dev/null 2>&1 & kill -HUP {pid}"
    plan = theirs.plan(port, {"pid": pid}, [{"at": "300ms", "run": ["/bin/sh", "-c", left]}])
    bench.run_scenario(plan, *watching, **as_user(SOMEBODY)).must(PASS)
    (helper,) = [p for p in bench.report("s")["processes"] if (p["exe"] or "").endswith("/sleep")]
    assert helper["exited_ms"] is None and lives(process(helper["pid"]))
    assert not bench.events("s", "proc_left_over")


def test_a_new_server_survives_our_death(bench, theirs):
    pid, port = theirs.reload_server("--strategy", "restart")
    plan = theirs.plan(port, {"pid": pid}, duration="60s",
                       steps=[{"at": "100ms", "run": restart(theirs, pid, port, "sleep 0.2")},
                              {"wait_for": {"new_pid": True}, "within": "20s"},
                              {"run": ["/usr/bin/touch", str(bench.directory / "came")],
                               "upgrade": "none"}, {"run": ["/bin/sleep", "600"], "within": "60s"}])
    run = bench.start_scenario(plan, **as_user(SOMEBODY))
    wait_for(lambda: (bench.directory / "came").exists(), "the new server's answer")
    new = process(int(theirs.file("pid").read_text()))
    run.signal(signal.SIGKILL)
    run.wait()
    assert new[0] != pid
    wait_for(lambda: not any(c == "sleep 600" for c in commands_of_children(bench)), "sleep's end")
    assert lives(new)


@pytest.mark.parametrize("times", [1, 2])
def test_a_command_under_way_may_finish_when_we_are_interrupted_once(bench, theirs, times):
    pid, port = theirs.reload_server()
    began, ended = bench.directory / "began", bench.directory / "ended"
    steps = [{"at": "100ms", "run": ["/bin/sh", "-c", f"touch {began}; sleep 1.5; touch {ended}"]}]
    run = bench.start_scenario(theirs.plan(port, {"pid": pid}, steps, duration="60s"),
                               **as_user(SOMEBODY))
    wait_for(began.exists, "the command")
    run.signal(signal.SIGINT)
    if times == 2:
        run.signal(signal.SIGTERM)
    run.wait()
    assert ended.exists() == (times == 1)
    assert lives(process(pid))


def commands_of_children(bench):
    for pid, _ in everybody():
        if works_in(pid, bench.directory):
            try:
                yield pathlib.Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()
            except (FileNotFoundError, ProcessLookupError):
                pass


def test_a_command_that_does_nothing_and_exits_with_0_is_found(bench, theirs, watching):
    pid, port = theirs.reload_server("--strategy", "restart")
    plan = theirs.plan(port, {"pid": pid}, [{"at": "300ms", "run": ["/bin/true"]}])
    bench.run_scenario(plan, *watching, **as_user(SOMEBODY)).must(FAIL)
    why = findings(bench)["upgrade_took_effect"]["why"]
    assert f"pid {pid} of generation 1 still served" in why
    assert "the command of step 0 exited with 0" in why
    assert lives(process(pid))


def test_who_takes_long_to_die_execs_nothing_meanwhile(bench, theirs):
    """Of a process that frees much memory the looks find no stack for a while."""
    pid, port = theirs.reload_server("--strategy", "restart")
    big = [sys.executable, "-c", """
import mmap, os
memory = mmap.mmap(-1, 600 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
memory.madvise(mmap.MADV_NOHUGEPAGE)
for page in range(0, len(memory), mmap.PAGESIZE):
    memory[page] = 1
os._exit(0)
"""]
    plan = theirs.plan(port, {"pid": pid}, [{"at": "100ms", "run": big}], duration="1500ms")
    bench.run_scenario(plan, "--watch", "polling", **as_user(SOMEBODY)).must(FAIL)
    assert "the command of step 0 exited with 0" in findings(bench)["upgrade_took_effect"]["why"]


def test_a_command_that_fails_is_quoted(bench, theirs):
    pid, port = theirs.reload_server()
    plan = theirs.plan(port, {"pid": pid}, [
        {"at": "300ms", "run": ["/bin/sh", "-c", "echo no such service; exit 7"]}])
    run = bench.run_scenario(plan, **as_user(SOMEBODY)).must(COULD_NOT_RUN)
    assert "steps[0]: /bin/sh exited with 7, not 0; what it said is in out/s/server.log" in run.err
    assert "no such service" in bench.server_log("s")
    assert lives(process(pid)) and "SIGHUP" not in theirs.file("log").read_text()


@pytest.mark.parametrize("then", ["sleep 600", "sleep 600 & wait"], ids=["itself", "child"])
def test_a_command_that_hangs_is_ended_and_nothing_else(bench, theirs, then):
    pid, port = theirs.reload_server()
    before = theirs.everybody()
    plan = theirs.plan(port, {"pid": pid}, duration="30s",
                       steps=[{"at": "300ms", "run": ["/bin/sh", "-c", then], "within": "300ms"}])
    run = bench.run_scenario(plan, **as_user(SOMEBODY)).must(COULD_NOT_RUN)
    assert "steps[0]: /bin/sh still ran after 0.3 s; killed it" in run.err
    assert theirs.everybody() == before
    wait_for(lambda: not list(commands_of_children(bench))[len(before):], "the rest's end")


def test_try_attaches_as_an_ordinary_user(bench, theirs):
    pid, port = theirs.reload_server()
    for by in (["--pid", pid], ["--pidfile", theirs.file("pid")]):
        run = bench.run("try", "--url", f"http://127.0.0.1:{port}/?sleep=0", "--rate", "40", "--for",
                        "1500ms", "--at", "300ms", "--out", "out", *by, **as_user(SOMEBODY))
        assert run.status in (PASS, UNKNOWN), run.err
        report = bench.report("try")
        assert report["summary"]["lost"] == 0 and len(served(bench, "try")) == 2
        assert report["steps"][0]["detail"] == f"HUP to {pid}"
        pid = int(theirs.file("pid").read_text())
    assert os.getpgid(pid) and lives(process(pid))
