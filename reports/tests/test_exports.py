"""Do others read what is written for them, whatever a server or a user put into its texts?"""

import os
import re
import xml.etree.ElementTree as tree

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from hupproof_report.cli import main
from small_reports import finding, lane, report, write

HOSTILE = 'x" |<b>`&#\\n\\\x00\x1b[31m\n@{}\ud800=\u202e'


@pytest.fixture
def export(capsys):
    """What a command prints; its exit status has to be 0."""
    def export(*argv):
        assert main([*map(str, argv)]) == 0
        return capsys.readouterr().out

    return export


def hostile():
    one = report(HOSTILE, "fail", lanes=[lane(HOSTILE, lost=3)], lost=3, story=[HOSTILE])
    one["findings"] = [finding(HOSTILE, "fail", HOSTILE, likely_cause=HOSTILE, look_at=HOSTILE)]
    one["failures"] = [{"lane": HOSTILE, "outcome": "reset", "phase": "send", "error": None,
                        "status": 0, "sent_ms": 1.0}]
    return one


# --- JUnit -----------------------------------------------------------------------

# Jenkins' junit-10.xsd: of each element its attributes and, in order, its children.
JUNIT = {
    "testsuites": ("name time tests failures errors disabled", ["testsuite"]),
    "testsuite": ("name tests failures errors skipped disabled time timestamp hostname id package",
                  ["properties", "testcase", "system-out", "system-err"]),
    "properties": ("", ["property"]), "property": ("name value", []),
    "testcase": ("classname name time status assertions",
                 ["skipped", "error", "failure", "system-out", "system-err"]),
    "skipped": ("message", []), "error": ("message type", []), "failure": ("message type", []),
    "system-out": ("", []), "system-err": ("", []),
}


def junit(text):
    """The document, which keeps to the schema and counts right."""
    root = tree.fromstring(text.encode())
    for one in root.iter():
        attributes, children = JUNIT[one.tag]
        assert set(one.keys()) <= set(attributes.split()), one.tag
        order = [children.index(child.tag) for child in one]
        assert order == sorted(order), one.tag
    for suite in root:
        for name, path in (("tests", "testcase"), ("failures", "testcase/failure"),
                           ("errors", "testcase/error"), ("skipped", "testcase/skipped")):
            assert int(suite.get(name)) == len(suite.findall(path)), name
    assert int(root.get("tests")) == len(root.findall(".//testcase"))
    return root


def test_junit_has_a_case_for_each_check(tmp_path, export):
    one = report(failed=["no_request_lost"], unknown=["no_long_gap"], lost=3, story=["It fell."])
    one["findings"][0].update(likely_cause="a race", look_at="the backlog", request=417)
    one["findings"].append(finding("tls", applies=False, why="no lane speaks TLS"))
    (suite,) = junit(export("junit", write(tmp_path / "s", one)))
    assert (suite.get("name"), suite.get("time"), suite.get("timestamp")) == ("s", "5.000", "2026-01-02T03:04:05")
    failed, unknown, skipped = suite.findall("testcase")
    assert failed.get("classname") == "s" and failed.get("name") == "no_request_lost"
    assert failed.find("failure").get("message") == "it did"
    for words in ("a race", "the backlog", "request 417", str(tmp_path)):
        assert words in failed.find("failure").text
    assert unknown.find("error").get("type") == "unknown"      # a gate is not green by it
    assert skipped.find("skipped").get("message") == "no lane speaks TLS"
    values = {p.get("name"): p.get("value") for p in suite.find("properties")}
    assert values["lost"] == "3" and values["verdict"] == "fail" and values["drain_ms"] == "1000.0"
    assert suite.find("system-out").text == "It fell."


def test_junit_of_repeats_has_no_case_twice(tmp_path, export):
    for i in (1, 2):
        write(tmp_path / f"s-{i}", report())
    root = junit(export("junit", tmp_path / "s-1", tmp_path / "s-2"))
    cases = [(c.get("classname"), c.get("name")) for c in root.iter("testcase")]
    assert len(cases) == len(set(cases)) == 4
    assert [suite.get("name") for suite in root] == ["s-1", "s-2"]


def test_junit_is_red_if_a_run_could_not_be(tmp_path, export):
    (suite,) = junit(export("junit", "--could-not-run", "a<b: it: died"))
    (case,) = suite
    assert suite.get("name") == "a<b" and case.find("error").get("message") == "it: died"


def test_junit_may_hold_any_text(tmp_path, export):
    (suite,) = junit(export("junit", write(tmp_path / "s", hostile())))
    assert suite.get("name").startswith('x" |<b>`&#\\n\\\ufffd\ufffd[31m')


# --- Markdown ----------------------------------------------------------------------


def test_markdown_has_the_worst_first(tmp_path, export):
    bad = report("bad", failed=["no_long_gap"], lost=2, story=["It fell.", "It rose."])
    bad["failures"] = [{"lane": "new", "outcome": "refused", "phase": "connect", "error": "ECONNREFUSED",
                        "status": 0, "sent_ms": float(ms)} for ms in (3001, 3007)]
    text = export("markdown", write(tmp_path / "g", report("good")).parent, write(tmp_path / "b", bad))
    assert text.index("## ❌ b: FAIL") < text.index("## ✅ g: PASS")
    assert "- It fell.\n- It rose.\n" in text
    assert text.index("❌ **no_long_gap**: it did") < text.index("<details>") < text.index("no_request_lost")
    assert "| new | refused | connect | ECONNREFUSED | 2 | 3001 to 3007 |" in text
    assert "| new | 100 | 0 | 0.3 | 1.0 | 5.0 | 10.0 |" in text


def test_markdown_of_hostile_text_is_text(tmp_path, export):
    text = export("markdown", write(tmp_path / "s", hostile()))
    plain = re.sub(r"\\.", "", text)
    assert "<b>" not in plain and "`" not in plain and "\x1b" not in text and "\u202e" not in text
    rows = [len(re.findall(r"\|", row)) for row in plain.splitlines() if row.startswith("|")]
    assert rows == [8, 8, 8, 7, 7, 7]


# --- OpenMetrics -------------------------------------------------------------------


def metrics(text):
    """{(sample, label values): value}, by Prometheus' own parser, which refuses what is wrong."""
    return {(sample.name, *(v for k, v in sample.labels.items() if k not in ("scenario", "run"))): sample.value
            for family in text_string_to_metric_families(text) for sample in family.samples}


def test_openmetrics_are_read_by_prometheus(tmp_path, export):
    found = metrics(export("openmetrics", write(tmp_path / "s", report(failed=["no_long_gap"], lost=3))))
    assert found["hupproof_verdict", "fail"] == 1 and found["hupproof_verdict", "pass"] == 0
    assert found["hupproof_check_status", "no_long_gap"] == 1
    assert found["hupproof_requests", "new", "refused"] == 3
    assert found["hupproof_latency_seconds", "new", "0.99"] == 0.001
    assert found["hupproof_longest_gap_seconds", "new"] == 0.01
    assert found["hupproof_drain_seconds",] == 1.0
    assert found["hupproof_started_seconds",] == 1767323045.678


def test_openmetrics_leave_out_what_is_not_known(tmp_path, export):
    one = report(figures={"drain_ms": None}, started=None)
    found = metrics(export("openmetrics", write(tmp_path / "s", one)))
    assert not {name for name, *_ in found} & {"hupproof_drain_seconds", "hupproof_started_seconds"}


def test_openmetrics_of_several_runs_are_one_series_each(tmp_path, export):
    text = export("openmetrics", *(write(tmp_path / side / "s", report()) for side in "ab"),
                  "--could-not-run=z: why", "--could-not-run=z: why")
    samples = [line for line in text.splitlines() if not line.startswith("#")]
    series = [line.rpartition(" ")[0] for line in samples]
    assert len(series) == len(set(series))
    assert metrics(text)["hupproof_could_not_run",] == 2


def test_openmetrics_may_hold_any_text(tmp_path, export):
    text = export("openmetrics", write(tmp_path / "s", hostile()))
    scenarios = {sample.labels["scenario"] for family in text_string_to_metric_families(text)
                 for sample in family.samples}
    assert scenarios == {HOSTILE.replace("\ud800", "\ufffd")}


# --- of all -----------------------------------------------------------------------


@pytest.mark.parametrize("command", ["junit", "markdown", "openmetrics"])
def test_a_matrix_is_all_of_its_runs(tmp_path, export, command):
    write(tmp_path / "s-1", report())
    write(tmp_path, {"schema": "hupproof.matrix/1", "rows": [{"scenario": "s", "runs": [
        {"could_not_run": False, "directory": "s-1", "why": None},
        {"could_not_run": True, "directory": None, "why": "no port"}]}]}, "matrix.json")
    text = export(command, tmp_path)
    assert "s-1" in text or 'name="s"' in text
    assert "no port" in text or "hupproof_could_not_run" in text


def test_a_file_is_whole_or_absent(tmp_path, export, capsys):
    run, out = write(tmp_path / "s", report()), tmp_path / "out.csv"
    out.write_text("before")
    assert main(["csv", str(run), "-o", str(out)]) == 4            # there is no history
    assert out.read_text() == "before" and len(list(tmp_path.iterdir())) == 2
    assert export("junit", run, "-o", out) == "" and junit(out.read_text()) is not None


def test_what_is_no_file_is_not_replaced(tmp_path, export):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    export("openmetrics", write(tmp_path / "s", report()), "-o", pipe)
    with open(reader) as file:
        assert file.read().endswith("# EOF\n") and pipe.is_fifo()


def test_where_nothing_can_be_written_is_told(tmp_path, capsys):
    run = write(tmp_path / "s", report())
    assert main(["junit", str(run), "-o", "/nowhere/x.xml"]) == 3
    assert capsys.readouterr().err == "hupproof-report: /nowhere/x.xml: No such file or directory\n"


@pytest.mark.parametrize("command", ["junit", "markdown", "openmetrics", "csv", "hgrm"])
def test_no_run_at_all_is_bad_input(command, capsys):
    assert main([command]) == 4 and "which run?" in capsys.readouterr().err
