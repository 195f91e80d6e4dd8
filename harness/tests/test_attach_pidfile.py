"""A pidfile of a server to attach to that is late, wrong, unreadable, or goes: what is it that is
said, and does nobody get a signal who should not?"""

import os
import subprocess

import pytest

from attaching import ANOTHER, SOMEBODY, as_user, process, script
from privileges import is_root, must_unshare
from running import lives, one_line, BIN, COULD_NOT_RUN, UNKNOWN
from waiting import wait_for

needs_root = pytest.mark.skipif(not is_root, reason="needs root, to become somebody else")
HUP = [{"at": "300ms", "signal": "HUP"}]


def untold(theirs):
    return "SIG" not in theirs.file("log").read_text()


@pytest.mark.parametrize("text, says", [
    ("", "holds no pid: it is empty"), ("what\x1b[31m is this\n1\n", 'no pid, but "what?[31m is this"'),
    ("-12\n", 'no pid, but "-12"'), ("99999999999\n", "holds no pid"), (None, "No such file"),
    ("4194303\n", "stale: it names pid 4194303, and there is no such process")])
def test_a_pidfile_that_stays_wrong_is_quoted(bench, theirs, text, says):
    _, port = theirs.reload_server()
    path = theirs.file("other")
    if text is not None:
        path.write_text(text)
    plan = theirs.plan(port, {"pidfile": str(path)}, HUP, server={"ready": {"within": "200ms"}})
    one_line(bench.run_scenario(plan, **as_user(SOMEBODY)), f"pidfile {path}", says, "waited 0.2 s",
             status=COULD_NOT_RUN)
    assert untold(theirs)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "directory"])
def test_a_pidfile_that_is_none_does_not_hold_us_up(bench, theirs, make):
    _, port = theirs.reload_server()
    make(theirs.file("other"))
    plan = theirs.plan(port, {"pidfile": str(theirs.file("other"))},
                       server={"ready": {"within": "200ms"}})
    one_line(bench.run_scenario(plan, **as_user(SOMEBODY)), "pidfile", status=COULD_NOT_RUN)


@pytest.mark.parametrize("before", [None, "", "4194303\n"], ids=["absent", "empty", "stale"])
def test_a_pidfile_that_appears_late_is_waited_for(bench, theirs, before):
    _, port = theirs.reload_server()
    path = theirs.file("late")
    if before is not None:
        path.write_text(before)
    plan = theirs.plan(port, {"pidfile": str(path)}, steps=[], duration="300ms")
    run = bench.start_scenario(plan, **as_user(SOMEBODY))
    wait_for(lambda: (bench.directory / "out" / "s").exists(), "hupproof's start")
    path.write_text(theirs.file("pid").read_text())
    run.wait().must(UNKNOWN)
    assert bench.report("s")["summary"]["ok"] > 0


@needs_root
def test_a_pidfile_that_may_not_be_read(bench, theirs):
    _, port = theirs.reload_server()
    theirs.file("pid").chmod(0)
    plan = theirs.plan(port, {"pidfile": str(theirs.file("pid"))})
    one_line(bench.run_scenario(plan, **as_user(ANOTHER)), "Permission denied", "may read it",
             "attach by pid", status=COULD_NOT_RUN)


def test_a_pidfile_that_vanishes_gets_nobody_a_signal(bench, theirs, watching):
    pid, port = theirs.reload_server("--strategy", "restart")
    path = theirs.file("pid")
    plan = theirs.plan(port, {"pidfile": str(path)}, server={"pid": {"pidfile": str(path)}},
                       steps=[{"at": "300ms", "run": ["/bin/rm", str(path)], "upgrade": "none"},
                              {"after": "100ms", "signal": "HUP"}])
    run = bench.run_scenario(plan, *watching, **as_user(SOMEBODY)).must(COULD_NOT_RUN)
    assert f"steps[1]: pidfile {path}: No such file" in run.err
    assert lives(process(pid)) and untold(theirs)


def test_a_pidfile_that_comes_to_name_a_stranger_gets_nobody_a_signal(bench, theirs, watching):
    pid, port = theirs.reload_server("--strategy", "restart")
    stranger, _ = theirs.start(*script("lone_server.py"), name="other")
    path = theirs.file("pid")
    plan = theirs.plan(port, {"pidfile": str(path)}, server={"pid": {"pidfile": str(path)}},
                       steps=[{"at": "300ms", "write": {"file": str(path), "text": f"{stranger}\n"},
                               "upgrade": "none"}, {"after": "200ms", "signal": "TERM"}])
    run = bench.run_scenario(plan, *watching, **as_user(SOMEBODY)).must(COULD_NOT_RUN)
    assert f"stale: pid {stranger} is no living process of this server" in run.err
    assert lives(process(pid)) and lives(process(stranger)) and untold(theirs)


@needs_root
def test_a_process_that_proc_hides_is_said_to_be_hidden(bench, theirs):
    must_unshare("-m")
    pid, port = theirs.reload_server()
    path = bench.write(theirs.plan(port, {"pid": pid}))
    shell = bench.directory / "hidden"
    shell.write_text("mount -t proc -o hidepid=2 none /proc && exec setpriv --reuid=1 --regid=1 "
                     f"--clear-groups {BIN}/hupproof run {path} --out out\n")
    run = subprocess.run(["unshare", "-m", "sh", str(shell)], cwd=bench.directory, env=bench.env,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if "mount" in run.stderr:
        pytest.skip(run.stderr)
    assert run.returncode == COULD_NOT_RUN, run.stderr
    assert f"pid {pid} runs, but /proc does not show it to us (hidepid)" in run.stderr
