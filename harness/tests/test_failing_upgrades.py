"""Is an upgrade that is meant to fail judged by whether the old processes go on?"""

import pytest

from running import scenario, FAIL, PASS
from small_runs import findings, run_in_time

NAME = "failed_upgrade_kept_serving"
FAILS = {"after": "100ms", "signal": "HUP", "upgrade": "fails"}


def plan(program, *args, duration="1500ms", **more):
    """The program file becomes another one, which is meant not to work."""
    start = "cp ${bin}/reload_server ${work}/app && exec ${work}/app --port ${port} " + " ".join(args)
    return scenario(server={"command": ["/bin/sh", "-c", start], "files": {"hang": HANGS}},
                    steps=[{"at": "300ms", "replace": {"file": "${work}/app", "with": program}},
                           FAILS],
                    duration=duration, **more)


HANGS = ["#!/bin/sh", "exec sleep 600"]


@pytest.mark.parametrize("strategy", ["fork-exec", "reuseport"])
def test_who_goes_on_passes(bench, strategy):
    run_in_time(bench, plan("/bin/false", "--strategy", strategy), PASS)
    assert findings(bench)[NAME]["applies"] and "(1)" in findings(bench)[NAME]["why"]
    report = bench.report("s")
    assert [u["meant_to_fail"] for u in report["upgrades"]] == [True]
    assert ", 1 meant to fail" in bench.runs[-1].out


def test_a_reload_that_succeeds_is_seen(bench):
    run_in_time(bench, plan("${bin}/reload_server"), FAIL)
    assert "took effect" in findings(bench)[NAME]["why"]


def test_a_server_that_stakes_everything_on_the_new_program_is_seen(bench):
    run_in_time(bench, plan("/bin/false", "--strategy", "exec"), FAIL)
    assert findings(bench)[NAME]["verdict"] == "fail"


def test_what_hangs_has_to_be_gone_in_time(bench):
    hangs = plan("${work}/hang", "--ready-timeout", "600s", limits={"drain": "1s"}, duration="4s")
    hangs["server"]["command"][2] = "chmod +x ${work}/hang && " + hangs["server"]["command"][2]
    run_in_time(bench, hangs, FAIL)
    assert "still lived" in findings(bench)[NAME]["why"]


def test_the_run_waits_for_what_came_in_vain(bench):
    """It goes only after the load has ended, but well within the limit."""
    hangs = plan("${work}/hang", "--ready-timeout", "2s")
    hangs["server"]["command"][2] = "chmod +x ${work}/hang && " + hangs["server"]["command"][2]
    run_in_time(bench, hangs, PASS)
    assert findings(bench)[NAME]["applies"]
