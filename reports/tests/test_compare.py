"""Does `compare` find both sides, refuse what it should, and exit as its table says?"""

import json
import re

import jsonschema
import pytest

from hupproof_report.cli import main
from running import ROOT
from small_reports import MACHINE, lane, report, write

SCHEMA = json.loads((ROOT / "reports/schema/comparison.schema.json").read_text())


@pytest.fixture
def compare(capsys):
    """Exit status, standard output and standard error of a comparison."""
    def compare(*argv):
        status = main(["compare", *map(str, argv)])
        return status, *capsys.readouterr()

    return compare


def repeats(directory, *reports):
    for i, one in enumerate(reports, 1):
        write(directory / f"{one['scenario']}-{i}", one)
    return directory


def fast(n=5, scenario="s"):
    return [report(scenario, lanes=[lane(gap=10 + i / 10)]) for i in range(n)]


def slow(n=5, scenario="s"):
    return [report(scenario, lanes=[lane(gap=400 + i)]) for i in range(n)]


def test_alike_is_0_and_worse_is_1(tmp_path, compare):
    base, new = repeats(tmp_path / "base", *fast()), repeats(tmp_path / "new", *slow())
    status, out, err = compare(base, base)
    assert (status, err) == (0, "") and "nothing got worse" in out
    status, out, _ = compare(base, new)
    assert status == 1 and "worse: s: gap ms, new" in out
    assert "10.2 (10..10.4)" in out and "402 (400..404)" in out
    assert compare(new, base)[0] == 0


def test_a_report_a_directory_and_a_directory_of_runs_will_do(tmp_path, compare):
    file = write(tmp_path / "a", report())
    bad = write(tmp_path / "many" / "s-1", report(failed=["no_request_lost"], lost=1))
    for base in (file, file.parent):
        for new in (bad, bad.parent, bad.parent.parent):
            assert compare(base, new)[0] == 1


def matrix(directory, *rows):
    """rows: (scenario, reports); None is a run that could not be."""
    written = []
    for scenario, reports in rows:
        runs = []
        for i, one in enumerate(reports, 1):
            if one:
                write(directory / f"{scenario}-{i}", one)
            runs.append({"round": i, "could_not_run": not one, "why": None if one else "no nginx",
                         "directory": f"{scenario}-{i}" if one else None})
        written.append({"scenario": scenario, "runs": runs})
    return write(directory, {"schema": "hupproof.matrix/1", "rows": written}, "matrix.json")


def test_matrices_are_compared_scenario_by_scenario(tmp_path, compare):
    base = matrix(tmp_path / "base", ("a", fast(6, "a")), ("b", fast(6, "b")), ("gone", fast(1, "gone")))
    new = matrix(tmp_path / "new", ("b", slow(6, "b")), ("a", fast(6, "a")))
    write(tmp_path / "new" / "stale", report("a", verdict="fail"))     # not of this matrix
    status, out, _ = compare(base, new.parent)
    assert status == 1 and "worse: b: gap ms, new" in out and "a: gap" not in out
    assert "a: 6 runs of the base, 6 new" in out
    assert "notice: gone: only the base has it" in out


def test_a_scenario_that_cannot_run_any_more_is_told(tmp_path, compare):
    base = matrix(tmp_path / "base", ("a", fast(2, "a")), ("b", fast(2, "b")))
    status, out, _ = compare(base, matrix(tmp_path / "n1", ("a", fast(2, "a")), ("b", [None, None])))
    assert status == 3 and "b: 2 new runs could not be made: no nginx" in out
    assert compare(base, matrix(tmp_path / "n2", ("b", [None])))[::2] == (
        3, "hupproof-report: no new run could be made: no nginx\n")


def test_the_baseline_is_found_by_the_scenarios_name(tmp_path, compare):
    write(tmp_path / "kept" / "deep" / "er", report("a"), "a.json")
    write(tmp_path / "kept" / "b-1", report("b"))
    write(tmp_path / "kept", {"what": "ever"}, "package.json")
    new_a, new_b = write(tmp_path / "a", report("a")), write(tmp_path / "b", report("b", failed=["no_long_gap"]))
    assert compare("--baseline", tmp_path / "kept", new_a)[0] == 0
    status, out, _ = compare("--baseline", tmp_path / "kept", new_a, new_b)
    assert status == 1 and "b: no_long_gap" in out


@pytest.mark.parametrize("name, kept, told", [
    ("x.json", {"schema": "hupproof.report/1", "scenario": "other"}, "has no report of s; it has other"),
    ("x.json", {}, "has no report of s; it has no report at all"),
    ("s.json", {"schema": "hupproof.report/9"}, "s.json: schema 'hupproof.report/9'"),
    ("report.json", ["?"], "report.json: schema None"),
])
def test_a_baseline_that_is_none_is_told(tmp_path, compare, name, kept, told):
    if "scenario" in kept:
        kept = report(kept["scenario"])
    write(tmp_path / "kept", kept, name)
    status, out, err = compare("--baseline", tmp_path / "kept", write(tmp_path / "new", report()))
    assert status == 4 and told in err and out == ""


@pytest.mark.parametrize("new, told", [
    (report("other"), "another scenario: s, now other"),
    (report(plan={**report()["plan"], "for": "9s"}), "another load: s: for: 5.0, now 9.0"),
    (report(machine={**MACHINE, "cpus": 64}), "another machine: s: cpus: 2, now 64"),
])
def test_what_cannot_be_compared_is_refused_unless_it_is_wanted(tmp_path, compare, new, told):
    base, new = write(tmp_path / "base", report()), write(tmp_path / "new", new)
    status, out, err = compare(base, new)
    assert status == 4 and told in err and out == "" and err.count("\n") == 1
    status, out, err = compare(base, new, "--anyway")
    assert status == 0 and "compared nevertheless" in out


def test_repeats_of_one_side_have_to_be_alike_too(tmp_path, compare):
    other = report(plan={**report()["plan"], "for": "9s"})
    assert compare(repeats(tmp_path / "base", report(), other), write(tmp_path / "new", report()))[0] == 4


def test_times_of_another_machine_are_not_judged_even_if_wanted(tmp_path, compare):
    base = repeats(tmp_path / "base", *fast(6))
    new = repeats(tmp_path / "new", *({**r, "machine": {**MACHINE, "cpus": 64}} for r in slow(6)))
    status, out, _ = compare(base, new, "--anyway", "--fail-on", "cannot-tell")
    assert status == 2 and "they ran on two machines" in out


def test_cannot_tell_is_2_where_that_is_asked_for(tmp_path, compare):
    base = write(tmp_path / "base", report())
    assert compare(base, base)[0] == 0
    status, out, _ = compare(base, base, "--fail-on", "cannot-tell")
    assert status == 2 and "it takes 5 runs of each, these are 1 and 1" in out


def test_new_runs_that_prove_nothing_are_no_pass(tmp_path, compare):
    base, new = write(tmp_path / "base", report()), write(tmp_path / "new", report(unknown=["no_long_gap"]))
    status, out, _ = compare(base, new)
    assert status == 2 and "no new run proves anything" in out


def test_fewer_figures_take_fewer_runs(tmp_path, compare):
    base, new = repeats(tmp_path / "base", *fast(3)), repeats(tmp_path / "new", *slow(3))
    assert compare(base, new)[0] == 0
    assert compare(base, new, "--only", "gap")[0] == 1
    assert compare(base, new, "--only", "gap", "--ratio", "100")[0] == 0
    assert compare(base, new, "--only", "gap", "--confidence", "0.99")[0] == 0


def test_as_json_it_has_everything(tmp_path, compare):
    base, new = repeats(tmp_path / "base", *fast()), repeats(tmp_path / "new", *slow())
    status, out, _ = compare(base, new, "--json")
    comparison = json.loads(out)
    assert (comparison["verdict"], comparison["exit_status"], status) == ("worse", 1, 1)
    jsonschema.Draft202012Validator(SCHEMA).validate(comparison)
    (row,) = [r for r in comparison["rows"] if r["figure"] == "gap"]
    assert row["base"] == [10, 10.1, 10.2, 10.3, 10.4] and row["verdict"] == "worse" and row["p"] < 0.05


def test_as_markdown_no_name_becomes_a_cell_or_a_tag(tmp_path, compare):
    hostile = "a|b<img src=x>`"
    base, new = (write(tmp_path / side, report(hostile, lanes=[lane(hostile)])) for side in "ab")
    _, out, _ = compare(base, new, "--markdown")
    assert "\\|b\\<img" in out and hostile not in out
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in out.splitlines() if line.startswith("|")}) == 1


@pytest.mark.parametrize("argv", [
    ["one"], ["a", "b", "c"], ["a", "b", "--only", "gaps"], ["a", "b", "--ratio", "0.5"],
    ["a", "b", "--confidence", "95"], ["a", "b", "--least", "x"], ["/nowhere", "/nowhere"],
])
def test_bad_input_is_4_and_one_line(compare, capsys, argv):
    try:
        status, out, err = compare(*argv)
    except SystemExit as e:
        status, (out, err) = e.code, capsys.readouterr()
    assert status == 4 and out == "" and err.count("\n") == 1
