"""Is a stranger taken for the server?  Another's port, two at one port, a pidfile that names
somebody else: who it is has to be said, and nobody else's server is ever told anything."""

import os
import socket

import pytest

from attaching import ANOTHER, LANES, SOMEBODY, as_user, process, script
from privileges import is_root
from running import lives, name_of, one_line, scenario, BIN, COULD_NOT_RUN, PASS, UNKNOWN
from small_runs import findings
from waiting import wait_for

needs_root = pytest.mark.skipif(not is_root, reason="needs root, to become somebody else")
HUP = [{"at": "300ms", "signal": "HUP"}]


def lone(*habits, port=0):
    argv = script("lone_server.py", *habits)
    argv[2] = str(port)
    return argv


def untold(theirs, name="theirs"):
    return "SIG" not in theirs.file("log", name).read_text()


# Another's port.

@pytest.mark.parametrize("by", ["pid", "pidfile"])
@pytest.mark.parametrize("habits", [[], ["silent"]], ids=["says-who", "silent"])
def test_the_port_of_another_is_refused(bench, theirs, by, habits):
    pid, _ = theirs.reload_server()
    other, port = theirs.start(*lone(*habits), name="other")
    to = {"pid": pid} if by == "pid" else {"pidfile": str(theirs.file("pid"))}
    one_line(bench.run_scenario(theirs.plan(port, to, HUP), **as_user(SOMEBODY)),
             f"127.0.0.1:{port} is answered by pid {other} (python3", "not the server",
             f"(pid {pid}, reload_server)", status=COULD_NOT_RUN)
    assert lives(process(pid)) and untold(theirs)
    assert not bench.path("s", "report.json").exists() and not bench.kept()


@needs_root
def test_the_port_of_another_user_is_refused(bench, theirs):
    """Who that is only root sees; that it is not the server everybody does."""
    pid, _ = theirs.reload_server()
    other, port = theirs.start(*lone(), name="other", user=ANOTHER)
    plan = theirs.plan(port, {"pid": pid}, HUP)
    one_line(bench.run_scenario(plan, **as_user(SOMEBODY)),
             "is answered by a process that is not ours to see (run hupproof as root",
             f"(pid {pid}, reload_server)", status=COULD_NOT_RUN)
    one_line(bench.run_scenario(plan), f"is answered by pid {other} (", status=COULD_NOT_RUN)
    assert untold(theirs)


def test_a_pidfile_that_names_a_living_stranger_is_refused(bench, theirs):
    """Its number went to somebody else.  Who is named gets no signal."""
    _, port = theirs.reload_server()
    stranger, _ = theirs.start("/bin/sh", "-c", "trap 'echo HUP >>told' HUP; echo port 1; "
                               "while :; do sleep 0.05; done", name="other")
    theirs.file("stale").write_text(f"{stranger}\n")
    line = one_line(bench.run_scenario(theirs.plan(port, {"pidfile": str(theirs.file("stale"))}, HUP),
                                       **as_user(SOMEBODY)),
                    f"127.0.0.1:{port} is answered by pid ", "(reload_server)",
                    f"not the server that was attached (pid {stranger}, sh)", status=COULD_NOT_RUN)
    assert "kept for you" not in line
    assert lives(process(stranger)) and not theirs.file("told", "other").exists()


@needs_root
def test_init_is_nobodys_server(bench, theirs):
    """Everybody descends from it, so that the port is held in its tree."""
    _, port = theirs.reload_server()
    for how in (as_user(SOMEBODY), {}):
        one_line(bench.run_scenario(theirs.plan(port, {"pid": 1}, steps=[]), **how),
                 f"127.0.0.1:{port} is answered by", "not the server that was attached (pid 1, ",
                 status=COULD_NOT_RUN)


def test_one_that_passes_requests_on_is_no_stranger(bench, theirs):
    """As long as the answers name the server's processes."""
    pid, behind = theirs.reload_server()
    _, port = theirs.start(*lone(f"front={behind}"), name="front")
    plan = theirs.plan(port, {"pid": pid}, HUP)
    bench.run_scenario(plan, **as_user(SOMEBODY)).must(PASS)
    assert not findings(bench)["nobody_else_listened"]["applies"]
    assert not bench.events("s", "stranger")
    plan["server"].update(who="none", attach={"pidfile": str(theirs.file("pid"))})
    one_line(bench.run_scenario(plan, **as_user(SOMEBODY)), "server.who", status=COULD_NOT_RUN)


def test_nobody_answers_at_all(bench, theirs):
    pid, _ = theirs.reload_server()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free = listener.getsockname()[1]
    plan = theirs.plan(free, {"pid": pid}, server={"ready": {"within": "300ms"}})
    one_line(bench.run_scenario(plan, **as_user(SOMEBODY)), "nobody answered", f":{free}/",
             f"pid {pid} (reload_server)", "its url?", status=COULD_NOT_RUN)


def test_a_server_that_ends_before_it_is_ready(bench, theirs):
    pid, _ = theirs.start("/bin/sh", "-c", "echo port 1; exec sleep 0.5")
    plan = theirs.plan(9, {"pid": pid}, server={"ready": {"within": "20s"}})
    one_line(bench.run_scenario(plan, **as_user(SOMEBODY)), f"(pid {pid}) ended before it was ready",
             status=COULD_NOT_RUN)


# Two at one port.

@pytest.mark.parametrize("who", [None, "none"], ids=["says-who", "silent"])
def test_two_at_one_port_are_refused_before_the_load(bench, theirs, who):
    pid, port = theirs.reload_server("--strategy", "reuseport")
    other, _ = theirs.start(*lone("beside", *(["silent"] if who else []), port=port), name="other")
    plan = theirs.plan(port, {"pid": pid}, HUP, server={"who": who} if who else {})
    one_line(bench.run_scenario(plan, **as_user(SOMEBODY)), f"127.0.0.1:{port}:",
             f"pid {other} (python3", "beside the server", "two servers", status=COULD_NOT_RUN)
    assert untold(theirs)


@pytest.mark.parametrize("who", [None, "none"], ids=["says-who", "silent"])
def test_one_that_comes_under_load_is_named(bench, theirs, watching, who):
    pid, port = theirs.reload_server("--strategy", "reuseport")
    command = ["/bin/sh", "-c", f"touch {bench.directory}/came; while ! [ -e {bench.directory}/there "
                                "]; do sleep 0.01; done; sleep 0.6"]
    plan = theirs.plan(port, {"pid": pid}, duration="4s", server={"who": who} if who else {},
                       steps=[*HUP, {"run": command, "upgrade": "none", "within": "15s"}],
                       limits={"lost": 10000})
    run = bench.start_scenario(plan, *watching, **as_user(SOMEBODY))
    wait_for(lambda: (bench.directory / "came").exists(), "the load")
    other, _ = theirs.start(*lone("beside", *(["silent"] if who else []), port=port), name="other")
    (bench.directory / "there").write_text("")
    run.wait().must(UNKNOWN)
    finding = findings(bench)["nobody_else_listened"]
    assert finding["verdict"] == "unknown" and f"pid {other} (python3" in finding["why"]
    assert "may have answered any" in finding["why"] if who else "answered " in finding["why"]
    (stranger,) = bench.events("s", "stranger")
    assert (stranger["pid"], stranger["start"]) == process(other)
    assert other not in [p["pid"] for p in bench.report("s")["processes"]]
    assert lives(process(other)) and lives(process(int(theirs.file("pid").read_text())))


def test_one_at_all_addresses_gets_nothing_beside_one_at_this(bench, theirs):
    pid, port = theirs.reload_server("--strategy", "reuseport")
    theirs.start(*lone("beside", "any", port=port), name="other")
    bench.run_scenario(theirs.plan(port, {"pid": pid}, HUP), **as_user(SOMEBODY)).must(PASS)
    assert findings(bench)["nobody_else_listened"]["applies"]


# A port that is taken when a command is to be started.

def taken(theirs, port, **how):
    return scenario(server={"command": ["${bin}/reload_server", "--port", str(port)],
                            "url": f"http://127.0.0.1:{port}"}, lanes=LANES, **how)


def test_who_holds_a_port_in_use_is_said(bench, theirs):
    pid, port = theirs.reload_server("--strategy", "prefork")
    workers = len(theirs.everybody()) - 1
    one_line(bench.run_scenario(taken(theirs, port), **as_user(SOMEBODY)), f"127.0.0.1:{port}",
             "in use", f"pid {pid} (reload_server) and {workers} more", status=COULD_NOT_RUN)


@needs_root
def test_who_holds_it_may_be_for_root_to_see(bench, theirs):
    pid, port = theirs.reload_server(user=ANOTHER)
    plan = taken(theirs, port)
    one_line(bench.run_scenario(plan, **as_user(SOMEBODY)), "in use", "not ours to see",
             "run hupproof as root", status=COULD_NOT_RUN)
    one_line(bench.run_scenario(plan), "in use", f"pid {pid} (reload_server)", status=COULD_NOT_RUN)


# Who is an heir, though nobody saw it being born?

def restarted_by_another(bench, theirs, pid, port, plan, *argv, pidfile=None):
    """The new one is neither ours nor does it descend from the old one."""
    asked, done = bench.directory / "asked", bench.directory / "done"
    plan["steps"] = [{"at": "300ms", "within": "20s", "run": [
        "/bin/sh", "-c", f"touch {asked}; while ! [ -e {done} ]; do sleep 0.01; done; sleep 0.5"]}]
    run = bench.start_scenario(plan, *argv, **as_user(SOMEBODY))
    wait_for(asked.exists, "the step")
    old = process(pid)
    os.kill(pid, 15)
    wait_for(lambda: not lives(old), "the old one's end")
    new, _ = theirs.start("/bin/sh", "-c", 'echo "port $0"; exec "$@"', port, BIN / "reload_server",
                          "--strategy", "restart", "--port", port,
                          *(["--pidfile", pidfile] if pidfile else []), name="successor")
    wait_for(lambda: answers(port), "the new one")
    done.write_text("")
    return new, run.wait()


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


def test_one_that_the_pidfile_names_is_the_heir(bench, theirs, watching):
    """As when init restarts a service."""
    pid, port = theirs.reload_server("--strategy", "restart")
    pidfile = str(theirs.file("pid"))
    plan = theirs.plan(port, {"pidfile": pidfile}, duration="3s", limits={"lost": 10000})
    new, run = restarted_by_another(bench, theirs, pid, port, plan, *watching, pidfile=pidfile)
    run.must(PASS)
    old, heir = [p for p in bench.report("s")["processes"] if p["requests"]]
    assert (old["pid"], heir["pid"]) == (pid, new)
    assert (old["generation"], heir["generation"]) == (1, 2)
    assert name_of(new)


def test_one_that_nothing_names_is_a_stranger(bench, theirs, watching):
    pid, port = theirs.reload_server("--strategy", "restart")
    plan = theirs.plan(port, {"pid": pid}, duration="3s", limits={"lost": 10000})
    new, run = restarted_by_another(bench, theirs, pid, port, plan, *watching)
    run.must(UNKNOWN)
    why = findings(bench)["nobody_else_listened"]["why"]
    assert f"pid {new} (reload_server)" in why and "server.pidfile" in why
