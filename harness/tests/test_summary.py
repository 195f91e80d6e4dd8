"""Does what a run says in the end fit 80 columns, and tell what happened, worst first?"""

import re

import pytest

from running import scenario, FAIL, PASS, UNKNOWN

KILL = [{"at": "300ms", "stop_start": {"signal": "KILL"}}]
DOWN_FOR_A_WHILE = [{"at": "300ms", "stop": {"signal": "KILL"}}, {"after": "200ms", "start": True}]
PLANS = {"lost": (scenario(steps=KILL), FAIL), "good": (scenario(), PASS),
         "nothing": (scenario(steps=[]), UNKNOWN)}


def is_a_path(line):
    return line.split()[0] in ("report", "history")


@pytest.mark.parametrize("args", [[], ["--verbose"]], ids=["short", "verbose"])
@pytest.mark.parametrize("what", PLANS)
def test_it_fits_80_columns(bench, what, args):
    plan, status = PLANS[what]
    run = bench.run_scenario(plan, *args).must(status)
    wide = [line for line in run.out.splitlines() if len(line) > 80 and not is_a_path(line)]
    assert not wide
    assert "\t" not in run.out and "\033" not in run.out


def test_the_worst_comes_first_with_advice(bench):
    run = bench.run_scenario(scenario(steps=KILL)).must(FAIL)
    order = [line.split()[0] for line in run.out.splitlines()
             if re.match(r"  (FAIL|UNKNOWN|PASS|-) ", line)]
    assert order == sorted(order, key=["FAIL", "UNKNOWN", "PASS", "-"].index) and "FAIL" in order
    failed = [f for f in bench.report("s")["findings"] if f["verdict"] == "fail"]
    for finding in failed:
        assert finding["check"] in run.said and finding["why"] in run.said
        assert f"look at: {finding['look_at']} likely: {finding['likely_cause']}" in run.said


@pytest.mark.parametrize("what", PLANS)
def test_in_one_line_it_names_what_made_the_verdict(bench, what):
    plan, status = PLANS[what]
    (line,) = bench.run_scenario(plan, "--quiet").must(status).out.splitlines()
    report = bench.report("s")
    those = [f["check"] for f in report["findings"]
             if f["applies"] and f["verdict"] == report["verdict"]]
    assert line.endswith(f"; by {', '.join(those)}") == (status != PASS)


def test_the_story_is_told_as_in_the_report(bench):
    run = bench.run_scenario(scenario(steps=DOWN_FOR_A_WHILE)).must(FAIL)
    report = bench.report("s")
    (lost, began, *_) = report["story"]
    assert all(sentence in run.said for sentence in report["story"])
    number = report["summary"]["lost"]
    assert lost.startswith(f"{number} of {report['summary']['requests']} requests w")
    assert re.search(r"refused, [\d,.]+ to [\d,.]+ ms, between the old (process's end|listener's "
                     r"close) and the new one's first request", lost)
    old, new = (p for p in report["processes"] if p["requests"])
    last = re.search(rf"pid {old['pid']} gave its last answer at ([\d,]+) ms", began)[1]
    first = re.search(rf"pid {new['pid']} answered from ([\d,]+) ms on", began)[1]
    assert int(last.replace(",", "")) == pytest.approx(old["last_answer_ms"], abs=0.6)
    assert int(first.replace(",", "")) == pytest.approx(new["first_answer_ms"], abs=0.6)


def test_verbose_says_what_supports_each_claim(bench):
    bench.run_scenario(scenario()).must(PASS)
    history = bench.path("s", "history.ndjson")
    short, full = (bench.run("check", history, *args) for args in ([], ["--verbose"]))
    for finding in bench.report("s")["findings"]:
        assert finding["check"] in short.out
        assert f"{finding['check']} {finding['why']}" in full.said
    assert len(short.out) < len(full.out) / 2
