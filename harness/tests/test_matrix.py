"""Do several scenarios that run in turns end in one table that compares them?"""

import json
import re
import signal

import jsonschema
import pytest

from running import (one_line, python_server, scenario, BAD_INPUT, COULD_NOT_RUN, FAIL, PASS,
                     ROOT, UNKNOWN)
from small_runs import small, wait_for_load
from waiting import wait_for

SCHEMA = json.loads((ROOT / "reports/schema/matrix.schema.json").read_text())


def good(name="good", **changes):
    return scenario(name, **changes)


def broken(name="broken"):
    return scenario(name, steps=[{"at": "300ms", "stop_start": {"signal": "KILL", "within": "20s"}}])


def impossible(name="impossible"):
    return scenario(name, server={"command": ["/nonexistent/server"]})


def start(bench, *plans, more=()):
    return bench.start("matrix", *(bench.write(p) for p in plans), "--out", "out", *more)


def matrix(bench, *plans, more=()):
    return start(bench, *plans, more=more).wait()


def written(bench):
    found = json.loads((bench.directory / "out/matrix.json").read_text())
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    return found


def rows(bench):
    return {row["scenario"]: row for row in written(bench)["rows"]}


def cells(run, name):
    """A line of the table, split where two or more spaces are."""
    head, *lines = [re.split(r"\s{2,}", line) for line in run.out.splitlines()]
    (line,) = [line for line in lines if line[0] == name]
    return dict(zip(head, line))


def report_of(bench, run):
    return json.loads((bench.directory / "out" / run["directory"] / "report.json").read_text())


def test_a_good_and_a_broken_one_compared(bench):
    run = matrix(bench, good(), broken(), more=["--repeat", 2]).must(FAIL)
    table, found = cells(run, "good"), rows(bench)
    assert table["runs"] == "2" and table["verdicts"] == "2 pass" and table["requests"] == "200"
    assert table["lost"] == "0" and "lost how" not in table
    assert table["lost at most %"].endswith(" / 78"), "1 - 0.05 ** (1 / 2), rounded up"
    assert [float(n) for n in table["blind ms"].split(" / ")] == [
        round(found["good"]["figures"][f"blind_{kind}_ms"]["worst"], 1) for kind in ("new", "reused")]
    bound = found["good"]["loss_rate_upper_bound"]
    in_handover = found["good"]["figures"]["in_handover"]["sum"]
    assert bound["per_request"] == pytest.approx(1 - 0.05 ** (1 / in_handover))
    kept, of = map(int, table["in flight kept"].split("/"))
    assert kept == of > 0
    assert re.fullmatch(r"[\d.]+ \([\d.]+\)", table["drain ms"])

    table = cells(run, "broken")
    assert table["verdicts"] == "2 fail" and int(table["lost"]) > 0 and "empty" in table["lost how"]
    kept, of = map(int, table["in flight kept"].split("/"))
    assert kept < of
    assert table["overlap ms"] == "0.0 (0.0)"
    assert str(found["broken"]["figures"]["lost"]["sum"]) == table["lost"]


def test_the_rows_add_up_what_the_reports_say(bench):
    matrix(bench, good(), broken(), more=["--repeat", 2]).must(FAIL)
    for name, row in rows(bench).items():
        assert [run["directory"] for run in row["runs"]] == [f"{name}-1", f"{name}-2"]
        assert [run["round"] for run in row["runs"]] == [1, 2]
        reports = [report_of(bench, run) for run in row["runs"]]
        for run, report in zip(row["runs"], reports):
            assert run["verdict"] == report["verdict"]
            assert run["by_outcome"] == report["summary"]["by_outcome"]
            gaps = [lane["longest_gap_ms"] for lane in report["lanes"]]
            assert run["figures"]["longest_gap_ms"] == max(gaps)
        lost = [report["summary"]["lost"] for report in reports]
        assert row["figures"]["lost"] == {"known": 2, "sum": sum(lost), "median": sum(lost) // 2,
                                          "worst": max(lost)}
        gaps = [run["figures"]["longest_gap_ms"] for run in row["runs"]]
        assert row["figures"]["longest_gap_ms"]["worst"] == max(gaps)
        assert min(gaps) <= row["figures"]["longest_gap_ms"]["median"] <= max(gaps)


def test_they_run_in_turns(bench):
    run = matrix(bench, good("a"), good("b"), good("c"), more=["--repeat", 2]).must(PASS)
    runs = [run for row in written(bench)["rows"] for run in row["runs"]]
    order = [r["directory"] for r in sorted(runs, key=lambda r: report_of(bench, r)["started"])]
    assert order == ["a-1", "b-1", "c-1", "a-2", "b-2", "c-2"]
    assert run.err.splitlines() == [f"{i}/6  {name[0]}, round {name[2]}: PASS"
                                    for i, name in enumerate(order, 1)]


def test_without_repeat_each_runs_once_and_leaves_what_run_leaves(bench):
    run = matrix(bench, good("a"), good("b")).must(PASS)
    out = bench.directory / "out"
    assert sorted(p.name for p in out.iterdir()) == ["a", "b", "matrix.json"]
    assert sorted(p.name for p in (out / "a").iterdir()) == ["history.ndjson", "report.json",
                                                             "server.log"]
    assert "(" not in run.out, "of one run there is no worst"
    assert [row["runs"][0]["directory"] for row in written(bench)["rows"]] == ["a", "b"]


def test_json_is_the_file(bench):
    run = matrix(bench, good(), more=["--json", "--quiet"]).must(PASS)
    assert json.loads(run.out) == written(bench) and run.err == ""


def test_quiet_is_the_table_alone(bench):
    run = matrix(bench, good("a"), broken("b"), more=["--quiet"]).must(FAIL)
    assert [line.split()[0] for line in run.out.splitlines()] == ["scenario", "a", "b"]
    assert run.err == ""


def test_without_an_upgrade_little_is_known(bench):
    run = matrix(bench, good("still", steps=[])).must(UNKNOWN)
    table = cells(run, "still")
    assert table["verdicts"] == "1 unknown"
    assert table["lost at most %"] == table["blind ms"] == "-"
    assert table["in flight kept"] == table["overlap ms"] == table["drain ms"] == "-"
    assert rows(bench)["still"]["figures"]["drain_ms"] == {"known": 0, "never": 0, "median": None,
                                                           "worst": None}


def test_an_old_process_that_stays_never_drains(bench):
    plan = scenario("stays", server={**small("twin"), "stop": {"within": "100ms"}},
                    lanes=[{"name": "new", "rate": 100}], duration="2s", limits={"drain": "500ms"})
    run = matrix(bench, plan, more=["--repeat", 2]).must(FAIL)
    table, row = cells(run, "stays"), rows(bench)["stays"]
    assert table["drain ms"] == "never (never)"
    assert row["figures"]["drain_ms"] == {"known": 2, "never": 2, "median": None, "worst": None}
    assert row["figures"]["overlap_ms"]["median"] > 1000, "both answered until the end"


def test_one_that_cannot_run_does_not_lose_the_others(bench):
    run = matrix(bench, impossible(), good(), more=["--repeat", 2]).must(COULD_NOT_RUN)
    assert cells(run, "impossible")["verdicts"] == "2 could not run"
    assert cells(run, "good")["verdicts"] == "2 pass"
    assert "impossible, round 1, could not run: " in run.out and "/nonexistent/server" in run.err
    row = rows(bench)["impossible"]
    assert row["verdicts"] == {"pass": 0, "unknown": 0, "fail": 0, "could_not_run": 2}
    for one in row["runs"]:
        assert one["verdict"] is None and one["could_not_run"] and "/nonexistent" in one["why"]
        assert set(one["figures"].values()) == {None}


def test_a_step_that_fails_is_a_run_that_could_not_be(bench):
    plan = good("step", steps=[{"at": "200ms", "run": ["/bin/false"]}])
    run = matrix(bench, plan).must(COULD_NOT_RUN)
    assert cells(run, "step")["verdicts"] == "1 could not run"
    assert rows(bench)["step"]["figures"]["requests"]["known"] == 0


@pytest.mark.parametrize("plans,status", [
    ([good("a"), good("b", steps=[])], UNKNOWN),
    ([good("a", steps=[]), broken("b")], FAIL),
    ([broken("a"), impossible("b")], COULD_NOT_RUN),
    ([impossible("a"), good("b")], COULD_NOT_RUN),
], ids=["unknown", "fail", "could-not-run", "first-is-worst"])
def test_the_worst_counts(bench, plans, status):
    matrix(bench, *plans, more=["--quiet"]).must(status)


def test_bad_input_is_refused_before_anything_runs(bench):
    wrong = good("wrong")
    wrong["lanes"][0]["rate"] = -3
    run = matrix(bench, good(), wrong).must(BAD_INPUT)
    assert "lanes[0].rate" in run.err and len(run.err.splitlines()) == 1 and run.out == ""
    assert not (bench.directory / "out").exists() and bench.kept() == []


def test_every_bad_file_is_told(bench):
    run = bench.run("matrix", bench.write(good()), "none.json", bench.write("{", "half"))
    run.must(BAD_INPUT)
    assert [line for line in run.err.splitlines() if "none.json" in line]
    assert [line for line in run.err.splitlines() if "half.json" in line]
    assert run.out == ""


def test_two_of_the_same_name_would_overwrite_each_other(bench):
    paths = [bench.write(good(), "one"), bench.write(good(), "two")]
    one_line(bench.run("matrix", *paths, "--out", "out"), "one.json", "two.json", "name",
             status=BAD_INPUT)


def test_the_tables_own_name_is_taken(bench):
    one_line(matrix(bench, scenario("matrix.json")), "matrix.json", status=BAD_INPUT)


def test_where_nothing_can_be_written_nothing_runs(bench):
    (bench.directory / "out").write_text("in the way")
    one_line(matrix(bench, good()), "out", status=COULD_NOT_RUN)


def long_one(name):
    """Tells by a file that its load is under way."""
    return scenario(name, duration="60s", steps=[
        {"at": "200ms", "write": {"file": "came", "text": "x"}, "upgrade": "none"},
        {"at": "50s", "signal": "HUP"}])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_ends_with_the_table_of_what_was_run(bench, number):
    run = start(bench, good("first"), long_one("long"), good("last"), more=["--repeat", 2])
    wait_for_load(bench)
    run.signal(number)
    run.wait().must(UNKNOWN)
    assert [cells(run, name)["runs"] for name in ("first", "long", "last")] == ["1", "1", "0"]
    assert cells(run, "last")["verdicts"] == "not run"
    assert "interrupted: 2 of 6 runs" in run.out
    found = written(bench)
    assert found["interrupted"] and found["rounds"] == 2
    (cut,) = rows(bench)["long"]["runs"]
    assert cut["interrupted"] and cut["verdict"] == "unknown"
    assert rows(bench)["last"]["runs"] == []


def test_interrupted_before_a_server_is_ready_it_ends_as_well(bench):
    code = ["import time", "open('came', 'w').close()", "time.sleep(600)"]
    plan = scenario("stuck", server={"command": python_server(*code), "ready": {"within": "60s"}})
    run = start(bench, plan, good())
    wait_for_load(bench)
    run.signal(signal.SIGINT)
    run.wait().must(COULD_NOT_RUN)
    assert cells(run, "stuck")["verdicts"] == "1 could not run"
    assert cells(run, "good")["verdicts"] == "not run"
    assert written(bench)["interrupted"]


def test_interrupted_between_two_runs_it_still_writes_the_table(bench):
    run = start(bench, good("a"), good("b"), more=["--repeat", 50])
    wait_for(lambda: "1/100" in run.err, "the end of the first run")
    run.signal(signal.SIGINT)
    run.wait()
    assert run.status in (UNKNOWN, COULD_NOT_RUN), "the next run may have begun"
    assert cells(run, "a")["verdicts"] == "1 pass"
    assert written(bench)["interrupted"]
