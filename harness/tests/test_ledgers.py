"""Is a request that the server did twice seen by the server's own ledger?"""

import pytest

from running import scenario, BAD_INPUT, FAIL, PASS, UNKNOWN
from small_runs import findings, handing, run_in_time

NAME = "no_request_done_twice"
LEDGER = {"ledger": "${work}/ledger"}
HUP = [{"at": "500ms", "signal": "HUP"}]


def kept(*args, **more):
    return scenario(args=["--ledger", "${work}/ledger", *args], server=LEDGER, **more)


@pytest.mark.parametrize("strategy", ["fork-exec", "exec"])
def test_each_request_is_done_once(bench, strategy):
    run_in_time(bench, kept("--strategy", strategy), PASS)
    found = findings(bench)[NAME]
    answered = bench.report("s")["summary"]["ok"]
    assert found["why"] == f"each of {answered} answered requests was done once"
    assert [e["value"] for e in bench.events("s", "ledger") if "index" not in e] == [answered]


def test_it_can_be_judged_again(bench):
    run_in_time(bench, handing("doubles", HUP, **LEDGER), FAIL)
    again = bench.run("check", bench.path("s", "history.ndjson")).must(FAIL)
    assert findings(bench)[NAME]["why"][:40] in " ".join(again.out.split())


def test_a_request_done_twice_is_seen(bench):
    run_in_time(bench, handing("doubles", HUP, **LEDGER), FAIL)
    found = findings(bench)
    assert [name for name, f in found.items() if f["verdict"] == "fail"] == [NAME]
    event = bench.events("s", "done_times")[0]
    assert event["index"] == 2 and event["value"] == found[NAME]["request"]
    pid = [s["pid"] for s in bench.samples("s") if s["request"] == event["value"]][0]
    assert event["text"] == f"{pid}, {pid}"


def test_a_ledger_that_forgets_is_not_trusted(bench):
    run_in_time(bench, handing("forgets", HUP, **LEDGER), UNKNOWN)
    assert "1 of" in findings(bench)[NAME]["why"] and "not in it" in findings(bench)[NAME]["why"]


def test_a_ledger_that_nobody_writes_is_not_trusted(bench):
    run_in_time(bench, scenario(server=LEDGER), UNKNOWN)
    assert "No such file" in findings(bench)[NAME]["why"]
    run_in_time(bench, scenario(server={"files": {"ledger": ""}, **LEDGER}), UNKNOWN)
    assert "does the server write it?" in findings(bench)[NAME]["why"]


def test_what_somebody_else_wrote_is_not_trusted(bench):
    steps = [*HUP, {"at": "600ms", "run": ["/bin/sh", "-c", "echo other-1 >>${work}/ledger"],
                    "upgrade": "none"}]
    run_in_time(bench, kept(steps=steps, duration="1500ms"), UNKNOWN)
    assert '"other-1"' in findings(bench)[NAME]["why"]


def test_what_was_there_before_is_nobodys_business(bench):
    plan = kept(steps=HUP)
    plan["server"]["files"] = {"ledger": ["other-1"]}
    run_in_time(bench, plan, PASS)


def test_a_request_that_was_lost_may_have_been_done(bench):
    """The server is killed while it works on them."""
    plan = kept("--strategy", "restart",
                steps=[{"at": "500ms", "stop_start": {"signal": "KILL"}}], limits={"lost": 1000})
    bench.run_scenario(plan)
    found = findings(bench)[NAME]
    assert found["verdict"] == "pass" and "of the lost ones had been done" in found["why"]


def test_without_a_ledger_no_request_has_a_name(odd):
    odd.load(lambda c: c.read() and c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    assert not any(b"x-request-id" in top.lower() for _, _, top in odd.server.received())


def test_a_lane_may_not_name_its_requests_as_well(bench):
    plan = kept()
    plan["lanes"][0]["headers"] = {"x-request-id": "1"}
    run = bench.run_scenario(plan).must(BAD_INPUT)
    assert "lanes[0].headers" in run.err and "server.ledger" in run.err
