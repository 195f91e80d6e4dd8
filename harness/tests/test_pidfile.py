"""Is it seen when the pidfile does not name whom a signal should go to?"""

import errno
import os

import pytest

from privileges import becomes_nobody, is_root, open_to_all, refusing
from running import scenario, FAIL, PASS, UNKNOWN

CLAIM = "pidfile_was_true"
PIDFILE = "pid"  # in the bench's directory, where the server works
SHORT = "50ms"  # what is untrue for ever is so for longer, however starved we are


def finding(bench, name=CLAIM):
    (found,) = [f for f in bench.report("s")["findings"] if f["check"] == name]
    return found


def judged(bench, plan, status, *argv, **how):
    """Where others have the CPUs nobody can tell: then once more, and again."""
    for _ in range(3):
        run = bench.run_scenario(plan, *argv, **how)
        if "starved" not in finding(bench)["why"]:
            break
    assert run.status == status, (run.out, run.err, bench.report("s")["pidfile"])
    return run


def with_pidfile(*more_steps, args=("--pidfile", PIDFILE), overlap="5s", **server):
    return scenario(server={"pidfile": PIDFILE, **server}, args=args, duration="1800ms",
                    steps=[{"at": "300ms", "signal": "HUP"}, *more_steps],
                    limits={"overlap": overlap})


def broken_by(*argv):
    """What an upgrade may do to a pidfile, once the new process serves and has written it."""
    return [{"wait_for": {"new_pid": True}}, {"wait_for": {"pidfile_changes": PIDFILE}},
            {"run": list(argv), "upgrade": "none"}]


def writes_once(options):
    """argv of a server that does not know of the pidfile its starter wrote."""
    return ["/bin/sh", "-c", f"echo $$ >{PIDFILE}; "
                             f"exec ${{bin}}/reload_server --port ${{port}} {options}"]


@pytest.mark.parametrize("strategy", ["fork-exec", "exec", "fdpass", "reuseport"])
def test_a_pidfile_that_follows_is_true(bench, strategy):
    args = ["--strategy", strategy, "--pidfile", PIDFILE]
    if strategy == "fdpass":
        args += ["--handover", "${work}/door"]
    plan = with_pidfile(args=args)
    plan["limits"]["lost"] = 3
    judged(bench, plan, PASS)
    assert finding(bench)["applies"] and "left behind" not in finding(bench)["why"]
    served = [p["pid"] for p in bench.report("s")["processes"] if p["requests"]]
    changes = bench.report("s")["pidfile"]["changes"]
    named = [c["pid"] for c in changes if c["names"] == "server"]
    assert named == (served if strategy != "exec" else served[:1]), changes
    assert changes[-1]["names"] == "absent", "it is gone with the server"


def test_a_pidfile_is_judged_however_processes_are_watched(bench, way):
    argv, how = way
    judged(bench, with_pidfile(), PASS, *argv, **how)
    assert finding(bench)["applies"]
    judged(bench, with_pidfile(*broken_by("/bin/rm", PIDFILE), overlap=SHORT), FAIL, *argv, **how)
    assert finding(bench)["verdict"] == "fail", bench.runs[-1].out
    assert "was not there" in finding(bench)["why"]


def test_the_pidfile_that_gets_signals_is_judged(bench):
    plan = with_pidfile(*broken_by("/bin/sh", "-c", f"echo 1 >{PIDFILE}"), overlap=SHORT)
    del plan["server"]["pidfile"]
    plan["server"]["pid"] = {"pidfile": PIDFILE}
    judged(bench, plan, FAIL)
    assert "named pid 1, which is none of the server's" in finding(bench)["why"]


def test_a_pidfile_that_is_never_written_again_is_found(bench):
    judged(bench, with_pidfile(command=writes_once(""), overlap=SHORT), FAIL)
    old, _ = [p["pid"] for p in bench.report("s")["processes"] if p["requests"]]
    assert f"named pid {old}, which had exited" in finding(bench)["why"]


def test_a_pidfile_that_says_something_else_is_found(bench):
    plan = with_pidfile(*broken_by("/bin/sh", "-c", f"echo what >{PIDFILE}"), overlap=SHORT)
    judged(bench, plan, FAIL)
    assert 'named no pid ("what")' in finding(bench)["why"]


def test_a_pidfile_that_is_untrue_for_a_moment_passes(bench):
    again = f"mv {PIDFILE} {PIDFILE}.old; sleep 0.05; mv {PIDFILE}.old {PIDFILE}"
    judged(bench, with_pidfile(*broken_by("/bin/sh", "-c", again)), PASS)
    assert {"absent", "server"} <= {c["names"] for c in bench.report("s")["pidfile"]["changes"]}


def test_one_that_stays_after_the_stop_is_told(bench):
    judged(bench, with_pidfile(command=writes_once("--strategy exec")), PASS)
    assert "left behind" in finding(bench)["why"]


def test_where_nobody_tells_of_changes_it_is_looked_at_often(bench):
    refuses = refusing("inotify_init1", errno.EMFILE)
    judged(bench, with_pidfile(), PASS, preexec_fn=refuses)
    assert finding(bench)["applies"]
    served = [p["pid"] for p in bench.report("s")["processes"] if p["requests"]]
    changes = bench.report("s")["pidfile"]["changes"]
    assert [c["pid"] for c in changes if c["names"] == "server"] == served
    plan = with_pidfile(*broken_by("/bin/rm", PIDFILE), overlap=SHORT)
    judged(bench, plan, FAIL, preexec_fn=refuses)


def test_one_that_may_not_be_read_is_unknown(bench):
    how = {}
    if is_root:
        open_to_all(bench)
        how = {"preexec_fn": becomes_nobody}
    plan = with_pidfile(*broken_by("/bin/chmod", "0", PIDFILE))
    judged(bench, plan, UNKNOWN, **how)
    assert "not known: Permission denied" in finding(bench)["why"]


def test_a_pidfile_in_a_place_that_is_no_directory_is_absent(bench):
    plan = with_pidfile(overlap=SHORT)
    plan["server"]["pidfile"] = os.devnull + "/nowhere/pid"
    judged(bench, plan, FAIL)
    assert "was not there" in finding(bench)["why"]
