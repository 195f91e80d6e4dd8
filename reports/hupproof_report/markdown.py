"""What does a person read who looks at a pipeline?  Markdown, for the summary of its step:
the verdict first, then what led to it, and only then numbers."""

from .errors import PASS
from .export import add_options as add_common
from .export import open_all, writing
from .markdown_text import cell, line

MARKS = {"fail": "❌", "unknown": "❔", "pass": "✅"}
WORST_FIRST = ("fail", "unknown", "pass")
MOST_GROUPS = 20


def add_options(parser):
    add_common(parser)


def table(head, rows, right=()):
    """Lines; right: columns of numbers."""
    yield "| " + " | ".join(head) + " |"
    yield "| " + " | ".join("---:" if i in right else "---" for i in range(len(head))) + " |"
    for row in rows:
        yield "| " + " | ".join(cell(value) for value in row) + " |"
    yield ""


def heading(run):
    summary = run.report["summary"]
    yield f"## {MARKS[run.verdict]} {line(run.label)}: {run.verdict.upper()}\n"
    upgrades = f"{summary['upgrades']} upgrade{'s' * (summary['upgrades'] != 1)}"
    yield f"{summary['requests']} requests, {summary['lost']} lost; {upgrades}\n"
    if run.report.get("story"):
        yield "\n".join(f"- {line(sentence)}" for sentence in run.report["story"]) + "\n"


def findings(run):
    """What does not hold, told; what holds, folded away."""
    told = sorted((f for f in run.report["findings"] if f.get("applies", True)),
                  key=lambda f: WORST_FIRST.index(f["verdict"]))
    for finding in told:
        if finding["verdict"] == "pass":
            continue
        mark, why = MARKS[finding["verdict"]], line(finding["why"] or "")
        yield f"- {mark} **{line(finding['check'])}**: {why}"
        for key, title in (("likely_cause", "likely cause"), ("look_at", "look at")):
            if finding.get(key):
                yield f"  - {title}: {line(finding[key])}"
    passed = [f for f in told if f["verdict"] == "pass"]
    yield f"\n<details><summary>{len(passed)} claims hold</summary>\n"
    yield from (f"- {line(f['check'])}: {line(f['why'] or '')}" for f in passed)
    yield "\n</details>\n"


def lanes(run):
    head = ("lane", "requests", "lost", "p50 ms", "p99 ms", "max ms", "longest gap ms")
    yield from table(head, [
        (lane["name"], lane["requests"], lane["lost"],
         *(lane["latency_ms"][p] for p in ("p50", "p99", "max")), lane["longest_gap_ms"])
        for lane in run.report["lanes"]], right=range(1, len(head)))


def failures(run):
    """Those alike are one row: how many, from when to when."""
    groups = {}
    for one in run.report["failures"]:
        key = (one["lane"], one["outcome"], one["phase"], one["error"] or one["status"] or "")
        groups.setdefault(key, []).append(one["sent_ms"] or 0)
    if not groups:
        return
    most = sorted(groups.items(), key=lambda item: -len(item[1]))
    yield from table(("lane", "outcome", "while", "error", "requests", "sent, ms"), [
        (*key, len(times), f"{min(times):.0f} to {max(times):.0f}")
        for key, times in most[:MOST_GROUPS]],
        right=(4, 5))
    shown, lost = sum(map(len, groups.values())), run.report["summary"]["lost"]
    if shown < lost:
        yield f"These are the first {shown} of {lost}.\n"
    if len(most) > MOST_GROUPS:
        yield f"{len(most) - MOST_GROUPS} more kinds of failure are left out.\n"


def lines_of(runs, failed):
    for one in failed:
        yield f"## ❌ {line(one.scenario)}: could not run\n\n{line(one.why)}\n"
    for run in sorted(runs, key=lambda run: WORST_FIRST.index(run.verdict)):
        for part in (heading, findings, lanes, failures):
            yield from part(run)


def run(options):
    runs, failed = open_all(options)
    with writing(options.output) as file:
        file.writelines(f"{text}\n" for text in lines_of(runs, failed))
    return PASS
