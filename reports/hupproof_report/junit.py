"""What does a pipeline show of its tests?  JUnit's XML: each run a suite, each check a case.

As Jenkins' junit-10.xsd has it, which GitLab, GitHub's actions and Buildkite read as well.  A
broken claim is a failure.  What could not be judged is an error, for a gate must not be green
by a run that proves nothing; so is a run that could not be.  A claim to which the run did not
come is skipped."""

import re
import xml.etree.ElementTree as tree

from .errors import PASS
from .export import add_options as add_common
from .export import open_all, writing

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")   # XML 1.0, 2.2


def add_options(parser):
    add_common(parser)


def text(value):
    """What XML cannot say at all becomes U+FFFD."""
    return NOT_XML.sub("\ufffd", str(value))


def element(parent, kind, body=None, /, **attributes):
    found = tree.SubElement(parent, kind, {k: text(v) for k, v in attributes.items()})
    found.text = text(body) if body else None
    return found


def details(finding, run):
    lines = [finding["claim"]]
    lines += [f"{title}: {finding[key]}" for key, title in
              (("likely_cause", "likely cause"), ("look_at", "look at")) if finding.get(key)]
    if finding.get("request") is not None:
        lines.append(f"request {finding['request']} shows it")
    return "\n".join([*lines, f"evidence: {run.directory}"])


def add_case(suite, finding, run, classname):
    case = element(suite, "testcase", classname=classname, name=finding["check"], time="0")
    why = finding["why"] or finding["claim"]
    if not finding.get("applies", True):
        element(case, "skipped", message=why)
    elif finding["verdict"] == "fail":
        element(case, "failure", details(finding, run), message=why, type=finding["check"])
    elif finding["verdict"] == "unknown":
        element(case, "error", details(finding, run), message=why, type="unknown")


def add_properties(suite, run):
    report, figures = run.report, run.report.get("figures", {})
    summary = report["summary"]
    values = {"hupproof": report["hupproof"], "verdict": report["verdict"],
              "directory": run.directory, "requests": summary["requests"], "lost": summary["lost"],
              "upgrades": summary["upgrades"]}
    values.update((name, figures[name]) for name in ("longest_gap_ms", "overlap_ms", "drain_ms")
                  if figures.get(name) is not None)
    parent = element(suite, "properties")
    for name, value in values.items():
        element(parent, "property", name=name, value=value)


def seconds(report):
    """Of load."""
    began, ended = report["load_began_ms"], report["load_ended_ms"]
    return 0.0 if began is None or ended is None else (ended - began) / 1e3


def count(suite):
    """Into its attributes."""
    suite.set("tests", str(len(suite.findall("testcase"))))
    for name, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f"testcase/{kind}"))))
    return suite


def add_suite(root, run, alone):
    """alone: no other run is of the same scenario.  Repeats are told apart by the names of their
    directories, for GitLab takes cases of one class and name for the same."""
    name = run.name if alone else run.label
    suite = element(root, "testsuite", name=name, time=f"{seconds(run.report):.3f}")
    if run.report["started"]:
        suite.set("timestamp", text(run.report["started"].partition(".")[0]))
    add_properties(suite, run)
    for finding in run.report["findings"]:
        add_case(suite, finding, run, name)
    story = run.report.get("story")
    if story:
        element(suite, "system-out", "\n".join(story))
    count(suite)


def add_failed(root, one):
    suite = element(root, "testsuite", name=one.scenario, time="0.000")
    case = element(suite, "testcase", classname=one.scenario, name="could_run", time="0")
    element(case, "error", one.why, message=one.why, type="could_not_run")
    count(suite)


def document(runs, failed):
    root = tree.Element("testsuites", name="hupproof")
    names = [run.name for run in runs]
    for run in runs:
        add_suite(root, run, names.count(run.name) == 1)
    for one in failed:
        add_failed(root, one)
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name)) for suite in root)))
    root.set("time", f"{sum(float(suite.get('time')) for suite in root):.3f}")
    tree.indent(root)
    return root


def run(options):
    root = document(*open_all(options))
    with writing(options.output) as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write(tree.tostring(root, "unicode") + "\n")
    return PASS
