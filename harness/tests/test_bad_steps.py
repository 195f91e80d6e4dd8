"""What if the world does not keep to the plan, in the midst of an upgrade?"""

import os
import signal

import pytest

from running import lives, scenario, COULD_NOT_RUN, FAIL, UNKNOWN
from small_runs import findings, from_file, lanes


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


# The load ends after a second, its slowest request a second later: that long it drains.
LONG_DRAIN = {"duration": "1s", "lanes": [*lanes(), {"name": "slow", "rate": 5, "path": "/?sleep=1"}]}


@pytest.mark.parametrize("before, after", [({"write": {"file": "x", "text": ""}}, "1s"),
                                           ({"wait": "1s"}, "0ms")], ids=["due", "under-way"])
def test_no_step_begins_once_the_load_is_over(bench, before, after):
    """Neither one that is due while the last requests are answered, nor the next after one
    that was under way."""
    bench.run_scenario(scenario(**LONG_DRAIN, steps=[
        {"at": "300ms", **before, "upgrade": "none"}, {"after": after, "signal": "HUP"},
        {"after": "0ms", "write": {"file": "y", "text": ""}, "upgrade": "none"}])).must(UNKNOWN)
    assert len(bench.report("s")["steps"]) == 1
    assert "SIGHUP" not in bench.server_log("s")
    assert not bench.events("s", "proc_left_over")
    finding = findings(bench)["steps_went_as_planned"]
    assert finding["verdict"] == "unknown"
    assert finding["why"].startswith("2 of 3 steps never began, the first of them step 1: the load")
    assert "only 0 of 1 planned" in findings(bench)["upgrade_was_seen"]["why"]


def test_no_step_begins_after_one_that_failed(bench):
    run = bench.run_scenario(scenario(lanes=lanes(slow=True), steps=[
        {"at": "300ms", "run": ["/bin/false"], "upgrade": "none"},
        {"after": "0ms", "signal": "HUP"}])).must(COULD_NOT_RUN)
    assert "steps[0]" in run.err
    assert len(bench.report("s")["steps"]) == 1 and "SIGHUP" not in bench.server_log("s")
