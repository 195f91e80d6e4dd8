"""What if the server makes more processes than anybody can follow, or its events are
lost, or a pid comes back as somebody else?"""

import os
import signal
import subprocess
import sys

import pytest

from privileges import is_root, must_have_perf_events, must_unshare
from running import scenario, wait_none, FAIL, PASS, PROGRAM, UNKNOWN
from small_runs import lanes, marked, wait_for_load
from waiting import wait_for

NOTED = 40


def beside(shell):
    """The reference server, and an orphan of its family that does something besides."""
    return {"command": ["/bin/sh", "-c",
                        f"( ({shell}) & ); exec ${{bin}}/reload_server --port ${{port}}"]}


def on_one_cpu(shell):
    """So that one buffer of the kernel's gets all."""
    return f"taskset -c {min(os.sched_getaffinity(0))} /bin/sh -c '{shell}'"


def starts(n, what):
    return f"i=0; while [ $i -lt {n} ]; do {what} i=$((i+1)); done"


def test_of_too_many_processes_the_first_are_noted(bench, way):
    argv, how = way
    plan = scenario(server=beside(starts(5 * NOTED, "sleep 0.2 &")), duration="3s",
                    steps=[{"at": "2s", "signal": "HUP"}], limits={"processes": NOTED})
    run = bench.run_scenario(plan, *argv, **how)
    run.must(UNKNOWN)   # the heir came too late to be noted
    watch = bench.report("s")["watch"]
    assert not watch["complete"]
    assert f"of the first {NOTED} processes only" in watch["how"]
    assert len({e["pid"] for e in bench.events("s", "proc_born")}) <= NOTED
    assert "limits.processes" in run.out


def test_those_that_are_not_noted_are_ended_all_the_same(bench, way):
    argv, how = way
    plan = scenario(server=beside(starts(3 * NOTED, "sleep 600 &") + "; wait")
                    | {"stop": {"within": "500ms"}}, steps=[], limits={"processes": NOTED})
    run = bench.run_scenario(plan, *argv, **how)
    run.must(FAIL)
    assert wait_none(bench.directory) == []
    (why,) = [f["why"] for f in bench.report("s")["findings"] if f["check"] == "none_left_over"]
    assert int(why.split()[0]) >= 3 * NOTED, why


@pytest.mark.slow
@pytest.mark.parametrize("how", ["events", "perf"])
def test_events_that_are_lost_are_missed(bench, how):
    """hupproof is stopped while more happens than the kernel keeps for it."""
    if how == "perf":
        must_have_perf_events()
    over = bench.directory / "over"
    plan = scenario(duration="2s", steps=[marked(bench)], lanes=lanes(slow=True), server=beside(
        on_one_cpu(f"while ! test -e {bench.directory}/came; do sleep 0.02; done; {starts(15000, '(:);')}; "
                   f": >{over}")))
    run = bench.start_scenario(plan, "--watch", how)
    wait_for_load(bench)
    run.signal(signal.SIGSTOP)
    try:
        wait_for(over.exists, "15,000 processes", within=120)
    finally:
        run.signal(signal.SIGCONT)
    run.wait().must(UNKNOWN)
    assert not bench.report("s")["watch"]["complete"]
    assert wait_none(bench.directory) == []


REUSE = """
import os, pathlib, signal, subprocess, sys, time

def wait_for(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)

def proc(pid):
    return pathlib.Path(f"/proc/{pid}")

plan, came, pidfile, *command = sys.argv[1:]
run = subprocess.Popen(command)
wait_for(pathlib.Path(came).exists)
pid = int(pathlib.Path(pidfile).read_text())
os.kill(pid, signal.SIGKILL)
wait_for(lambda: not proc(pid).exists())
other = None
for _ in range(1000):
    pathlib.Path("/proc/sys/kernel/ns_last_pid").write_text(str(pid - 1))
    other = subprocess.Popen(["/bin/sleep", "600"])
    if other.pid == pid:
        break
    other.kill()
    other.wait()
assert other.pid == pid, "the pid is not to be had again"
print("pid", pid, flush=True)
status = run.wait()
print("bystander", "lives" if other.poll() is None else other.returncode, flush=True)
other.kill()
sys.exit(status)
"""


def test_whoever_gets_the_pid_of_one_that_died_is_left_alone(bench):
    """The pidfile still names it when a signal is to be sent, and when all is over."""
    if not is_root:
        pytest.skip("needs a pid namespace of its own")
    must_unshare("-pf")
    pidfile = bench.directory / "pid"
    plan = bench.write(scenario(
        duration="4s", lanes=lanes(slow=True),
        server={"command": ["${bin}/reload_server", "--port", "${port}", "--pidfile", str(pidfile)],
                "pid": {"pidfile": str(pidfile)}},
        steps=[marked(bench), {"at": "3s", "signal": "HUP"}]))
    run = subprocess.run(
        ["unshare", "-pf", "--mount-proc", "--kill-child", sys.executable, "-c", REUSE, plan,
         bench.directory / "came", pidfile, PROGRAM, "run", plan, "--out", "out"],
        cwd=bench.directory, env=bench.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, timeout=60, check=False)
    if "ns_last_pid" in run.stderr or "mount" in run.stderr:
        pytest.skip(f"no pid can be had again here: {run.stderr.splitlines()[-1]}")
    assert "bystander lives" in run.stdout, (run.stdout, run.stderr)
    assert "stale: pid" in run.stdout + run.stderr
    assert run.returncode != PASS
