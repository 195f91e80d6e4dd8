"""Is it refused to compare what differs in more than its server, and nothing else?"""

import copy

import pytest

from hupproof_report.comparable import LOAD, MACHINE, NOTICE, SCENARIO, differences
from small_reports import MACHINE as HOST, report


def told(base, new):
    return [(d.kind, d.text) for d in differences(base, new)]


def with_plan(change):
    new = copy.deepcopy(report())
    change(new["plan"])
    return new


@pytest.mark.parametrize("change, text", [
    (lambda p: p["lanes"][0].update(rate=200), "lanes.new.rate: 300, now 200"),
    (lambda p: p["lanes"].pop(), "lanes.slow: there, now absent"),
    (lambda p: p["lanes"][0].update(path="/big"), "lanes.new.path: absent, now /big"),
    (lambda p: p.update({"for": "8s"}), "for: 5.0, now 8.0"),
    (lambda p: p["steps"][0].update(signal="USR2"), "steps[0].signal: HUP, now USR2"),
    (lambda p: p["steps"].append({"wait": "1s"}), "steps: 1 of them, now 2 of them"),
    (lambda p: p["limits"].update(gap="1s"), "limits.gap: absent, now 1.0"),
    (lambda p: p.update(states=True), "states: absent, now True"),
    (lambda p: p.update(url="https://127.0.0.1:10228"), "server.url: http, now https"),
])
def test_another_load_is_told(change, text):
    assert told(report(), with_plan(change)) == [(LOAD, text)]


@pytest.mark.parametrize("change", [
    lambda p: p.update({"url": "http://127.0.0.1:9999"}),
    lambda p: p.update({"for": "5000ms"}),
    lambda p: p["lanes"].reverse(),
    lambda p: p["lanes"][1].update(timeout="10000ms"),
])
def test_the_same_load_in_other_words_is_the_same(change):
    assert told(report(), with_plan(change)) == []


def test_what_each_run_has_of_its_own_is_no_difference():
    base, new = copy.deepcopy(report()), copy.deepcopy(report())
    for one, work, port in ((base, "/tmp/hupproof-aaaaaa", 10228), (new, "/var/tmp/hupproof-bbbbbb", 20011)):
        one["plan"]["url"] = f"http://127.0.0.1:{port}"
        one["plan"]["steps"] = [{"run": [f"{work}/bin/reload", f"--port={port}", "-c", f"{work}/a.conf"]},
                                {"write": {"file": f"{work}/v", "text": work}}]
    assert told(base, new) == []
    new["plan"]["steps"][0]["run"][0] = "/tmp/hupproof-bbbbbb/bin/restart"
    assert told(base, new) == [(LOAD, "steps[0].run[0]: reload, now restart")]


@pytest.mark.parametrize("machine, kind, text", [
    ({"cpus": 4}, MACHINE, "cpus: 2, now 4"),
    ({"cpu": "Another"}, MACHINE, "cpu: Some CPU, now Another"),
    ({"memory": 16 << 30}, MACHINE, "memory: 8.6 GB, now 17.2 GB"),
    ({"kernel": "Linux 6.8.0-1"}, MACHINE, "kernel: Linux 6.1.0-9, now Linux 6.8.0-1"),
    ({"kernel": "Linux 6.1.0-10"}, NOTICE, "kernel: Linux 6.1.0-9, now Linux 6.1.0-10"),
])
def test_another_machine_is_told(machine, kind, text):
    assert told(report(), report(machine={**HOST, **machine})) == [(kind, text)]


def test_a_little_less_memory_is_the_same_machine():
    assert told(report(), report(machine={**HOST, "memory": 7 << 30})) == []


def test_another_scenario_is_told():
    assert told(report("a"), report("b")) == [(SCENARIO, "a, now b")]


def test_what_an_older_report_does_not_say_is_a_notice():
    old = {k: v for k, v in report().items() if k not in ("machine", "plan")}
    assert told(old, report()) == [
        (NOTICE, "which load it was is not known: an older hupproof wrote a report"),
        (NOTICE, "on what machine the base ran is not known")]


def test_who_judged_and_how_it_was_watched_is_a_notice():
    new = report(hupproof="9.9", watch={"complete": False, "how": "polling"})
    assert [kind for kind, _ in told(report(), new)] == [NOTICE, NOTICE]
