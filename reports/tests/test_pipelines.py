"""Does hupproof itself hand over to hupproof-report: compare, and what a pipeline asks for?"""

import json
import os
import shutil
import subprocess
import xml.etree.ElementTree as tree

import pytest

from running import BAD_INPUT, BIN, COULD_NOT_RUN, FAIL, PASS, Bench, scenario
from small_reports import report, write

HUP = scenario("hup")
KILLED = scenario("killed", steps=[{"at": "300ms", "stop_start": {"signal": "KILL"}}])
DEAD = scenario("dead", server={"command": ["/bin/false"]})
FILES = {"junit": "j.xml", "markdown": "s.md", "openmetrics": "m.txt", "hgrm": "h", "csv": "r.csv"}


@pytest.fixture
def bench(tmp_path):
    b = Bench(tmp_path)
    yield b
    b.close()


def suites(path):
    return {suite.get("name"): suite for suite in tree.parse(path).getroot()}


def test_run_writes_what_is_asked_for(bench):
    asked = [word for option, file in FILES.items() for word in (f"--{option}", file)]
    bench.run("run", bench.write(KILLED), "--out", "out", "--repeat", 2, *asked).must(FAIL)
    here = bench.directory
    found = suites(here / "j.xml")
    assert list(found) == ["killed-1", "killed-2"] and int(found["killed-1"].get("failures")) > 0
    assert "❌ killed-1: FAIL" in (here / "s.md").read_text()
    assert (here / "m.txt").read_text().endswith("# EOF\n")
    requests = sum(json.loads((here / f"out/killed-{i}/report.json").read_text())["summary"]["requests"]
                   for i in (1, 2))
    assert len((here / "r.csv").read_text().splitlines()) == requests + 1
    assert len(list((here / "h").iterdir())) == 6


def test_the_file_is_there_and_red_even_if_the_server_did_not_start(bench):
    bad = bench.write("{", "bad")
    run = bench.run("run", bench.write(DEAD), bad, bench.write(HUP), "--junit", "j.xml", "--csv", "r.csv")
    run.must(BAD_INPUT)
    found = suites(bench.directory / "j.xml")
    assert found["dead"].find("testcase/error").get("type") == "could_not_run"
    assert "exit status 1" in found["dead"].find("testcase/error").get("message")
    assert "not JSON" in found[str(bad)].find("testcase/error").get("message")
    assert int(found["hup"].get("errors")) == 0 and int(found["hup"].get("tests")) > 10


def test_matrix_and_try_do_so_too(bench):
    bench.run("matrix", bench.write(DEAD), bench.write(HUP), "--quiet", "--junit", "j.xml").must(COULD_NOT_RUN)
    found = suites(bench.directory / "j.xml")
    assert found["dead"].find("testcase/error") is not None and found["hup"].find("properties") is not None
    bench.run("matrix", bench.write("{", "bad"), "--junit", "j.xml").must(BAD_INPUT)
    assert suites(bench.directory / "j.xml")["matrix"].get("errors") == "1"
    bench.run("try", "--url", "http://127.0.0.1:${port}", "--junit", "t.xml", "--", "/bin/false").must(COULD_NOT_RUN)
    assert suites(bench.directory / "t.xml")["try"].get("errors") == "1"


def test_what_cannot_be_written_is_told(bench):
    run = bench.run("run", bench.write(HUP), "--out", "out", "--junit", "/nowhere/j.xml").must(COULD_NOT_RUN)
    assert "hupproof-report: /nowhere/j.xml: No such file or directory" in run.err
    assert "hup: PASS" in run.out


def test_compare_is_hupproof_reports(bench):
    base, new = (write(bench.directory / side, report(failed=failed))
                 for side, failed in (("base", []), ("new", ["no_long_gap"])))
    assert "worse: s: " in bench.run("compare", base, new).must(FAIL).out
    bench.run("compare", base, base).must(PASS)
    bench.run("compare", base).must(BAD_INPUT)
    bench.run("compare", base, write(bench.directory / "o", report("o"))).must(BAD_INPUT)
    out = bench.run("compare", "--help").must(PASS).out
    assert "--baseline DIR" in out and "exit status:" in out


def test_runs_of_the_same_server_compare_as_alike(bench):
    for out in ("base", "new"):
        bench.run("run", bench.write(HUP), "--out", out, "--quiet").must(PASS)
    run = bench.run("compare", "base", "new", "--json").must(PASS)
    comparison = json.loads(run.out)
    assert comparison["notices"] == [] and {r["verdict"] for r in comparison["rows"]} <= {"same", "cannot tell"}


@pytest.mark.parametrize("argv", [["compare", "a", "b"], ["run", "bad.json", "--junit", "j.xml"]])
def test_without_hupproof_report_it_is_said(tmp_path, argv):
    lone = tmp_path / "hupproof"
    shutil.copy(BIN / "hupproof", lone)
    (tmp_path / "bad.json").write_text("{")
    run = subprocess.run([lone, *argv], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert run.returncode == (3 if argv[0] == "compare" else BAD_INPUT)
    told = [line for line in run.stderr.splitlines() if "hupproof-report" in line]
    assert len(told) == 1 and f"{tmp_path}/hupproof-report: {os.strerror(2)}" in told[0]
