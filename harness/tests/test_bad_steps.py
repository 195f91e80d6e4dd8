"""What if the world does not keep to the plan, in the midst of an upgrade?"""

import os
import signal

from running import lives, scenario, COULD_NOT_RUN, FAIL
from small_runs import from_file, lanes


def failed(bench):
    return {f["check"]: f["why"] for f in bench.report("s")["findings"] if f["verdict"] == "fail"}


def endless(bench):
    """A step that says when it is under way, and never ends by itself."""
    return {"at": "300ms", "run": ["/bin/sh", "-c", f"echo $$ > {bench.directory}/step; sleep 600"]}


def test_a_server_that_is_killed_from_outside_in_the_midst_of_a_step(bench):
    plan = scenario(duration="2s", lanes=lanes(slow=True), steps=[{**endless(bench), "within": "60s"}],
                    args=["--pidfile", str(bench.directory / "pid")])
    run = bench.start_scenario(plan)
    step, server = from_file(bench, "step"), from_file(bench, "pid")
    os.kill(server[0], signal.SIGKILL)
    run.wait()
    assert run.status in (FAIL, COULD_NOT_RUN), (run.out, run.err)
    assert "no_request_lost" in failed(bench)
    (dead,) = [p for p in bench.report("s")["processes"] if p["pid"] == server[0]]
    assert dead["exit"] == {"signal": "KILL"}
    assert not lives(step)


def test_a_stop_script_that_lies(bench):
    """What was to be the new server cannot listen, for the old one serves on."""
    run = bench.run_scenario(scenario(lanes=lanes(slow=True), duration="2s", steps=[
        {"at": "300ms", "run": ["/bin/echo", "stopped"], "upgrade": "begins"},
        {"after": "0ms", "start": True}]))
    run.must(FAIL)
    assert list(failed(bench)) == ["upgrade_took_effect"], run.out
    assert "still served" in failed(bench)["upgrade_took_effect"]
    assert "Address already in use" in bench.server_log("s")
    assert len(bench.events("s", "server_started")) == 2
    assert not bench.events("s", "proc_left_over")


def test_a_reload_command_that_never_ends_is_ended(bench):
    run = bench.run_scenario(scenario(duration="30s", lanes=lanes(slow=True),
                                      steps=[{**endless(bench), "within": "500ms"}]))
    run.must(COULD_NOT_RUN)
    assert "still ran after 0.5 s; killed it" in run.err
    assert bench.report("s")["steps"], "a report all the same"


def test_the_stop_finds_who_never_answered_and_came_by_an_earlier_upgrade(bench):
    """The old one lives until it is told; another upgrade, later, brought nobody."""
    plan = scenario(args=["--fault", "never_exit"], server={"stop": {"signal": "KILL"}},
                    lanes=[{"name": "new", "rate": 40, "path": "/?sleep=0", "until": "300ms"}],
                    steps=[{"at": "400ms", "signal": "HUP"},
                           {"after": "300ms", "write": {"file": "x", "text": ""}, "upgrade": "begins"}])
    bench.run_scenario(plan, within=9)
    assert len(bench.report("s")["processes"]) == 2
    assert [e["pid"] for e in bench.events("s", "stop_began")] == \
        [p["pid"] for p in bench.report("s")["processes"]]
    assert bench.events("s", "proc_left_over") == []
