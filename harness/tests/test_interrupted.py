"""What becomes of a run that is interrupted?"""

import signal
import subprocess

import pytest

from running import one_line, python_server, scenario, COULD_NOT_RUN, PASS, UNKNOWN
from small_runs import wait_for_load


def noticing(plan, after=0.3):
    """A step tells that the load is under way."""
    plan["steps"].insert(0, {"at": f"{after}s", "write": {"file": "came", "text": "x"},
                             "upgrade": "none"})
    return plan


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_it_still_judges(bench, number):
    plan = noticing(scenario(duration="60s", steps=[{"at": "50s", "signal": "HUP"}],
                             lanes=[{"name": "new", "rate": 40, "path": "/?sleep=0"},
                                    {"name": "slow", "rate": 20, "path": "/?sleep=0.5"}]))
    run = bench.start_scenario(plan, preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))
    wait_for_load(bench)
    run.signal(number)
    run.wait().must(UNKNOWN)
    name = signal.Signals(number).name
    report = bench.report("s")
    assert report["verdict"] == "unknown"
    assert any(name in f["why"] and "interrupted" in f["why"] for f in report["findings"])
    assert "interrupted" in run.out and name in run.out
    samples = bench.samples("s")
    assert {s["outcome"] for s in samples} == {"ok"}, "those under way were drained"
    assert any(s["lane"] == "slow" for s in samples)
    (served,) = [p for p in report["processes"] if p.get("requests")]
    assert served["exit"] == {"code": 0}, "the server was stopped"
    bench.run("check", bench.path("s", "history.ndjson")).must(UNKNOWN)


def test_interrupted_after_the_upgrade_it_is_unknown_all_the_same(bench):
    plan = scenario(duration="60s")
    plan["steps"].append({"after": "300ms", "write": {"file": "came", "text": "x"},
                          "upgrade": "none"})
    run = bench.start_scenario(plan)
    wait_for_load(bench)
    run.signal(signal.SIGINT)
    run.wait().must(UNKNOWN)
    assert any("SIGINT" in f["why"] for f in bench.report("s")["findings"])


def test_interrupted_in_the_midst_of_an_upgrade_it_stops_the_new_one_as_well(bench):
    run = bench.start_scenario(noticing(scenario(duration="60s")))
    wait_for_load(bench)
    run.signal(signal.SIGINT)
    run.wait(within=9).must(UNKNOWN)
    assert bench.events("s", "proc_left_over") == []


def test_interrupted_twice_it_ends_at_once(bench):
    plan = noticing(scenario(duration="60s", steps=[{"at": "50s", "signal": "HUP"}],
                             lanes=[{"name": "slow", "rate": 20, "path": "/?sleep=50"}]))
    run = bench.start_scenario(plan)
    wait_for_load(bench)
    run.signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        run.process.wait(0.3)
    run.signal(signal.SIGINT)
    run.wait(within=15)
    assert run.status == UNKNOWN, (run.status, run.err)
    assert "open" in {s["outcome"] for s in bench.samples("s")}


def test_interrupted_before_the_server_is_ready(bench):
    code = ["import time", "open('came', 'w').close()", "time.sleep(600)"]
    run = bench.start_scenario(scenario(server={"command": python_server(*code),
                                                "ready": {"within": "60s"}}))
    wait_for_load(bench)
    run.signal(signal.SIGINT)
    one_line(run.wait(), "interrupted", status=COULD_NOT_RUN)


def test_interrupted_it_begins_no_further_run(bench):
    plan = noticing(scenario(duration="60s", steps=[{"at": "50s", "signal": "HUP"}]))
    other = bench.write(scenario(name="other"))
    run = bench.start("run", bench.write(plan), other, "--repeat", 3, "--out", "out")
    wait_for_load(bench)
    run.signal(signal.SIGINT)
    run.wait(within=20).must(UNKNOWN)
    assert [p.name for p in (bench.directory / "out").iterdir()] == ["s-1"]


def test_who_starts_it_in_the_background_may_interrupt_it_all_the_same(bench):
    """A script's & leaves SIGINT ignored in what it starts."""
    run = bench.start_scenario(noticing(scenario(duration="60s", steps=[])),
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    wait_for_load(bench)
    run.signal(signal.SIGINT)
    run.wait().must(UNKNOWN)


def test_nohup_means_it(bench):
    run = bench.start_scenario(noticing(scenario(duration="1s")),
                               preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    wait_for_load(bench)
    run.signal(signal.SIGHUP)
    run.wait().must(PASS)
