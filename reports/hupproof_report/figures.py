"""Which figures of a run are compared with another's?  One row for each; help walks the table.

All read a report.json (its dict) and nothing else.  Of all but "share" more is worse."""

from typing import Callable, NamedTuple


class Figure(NamedTuple):
    name: str
    meaning: str
    unit: str        # "ms", "MB" or "" for a plain number
    least: float     # in that unit: less of a difference is none worth telling
    values: Callable     # of a report: {"" or a lane or a state: a number, or (k, n) of a share};
                         # what is not known is left out


def known(values):
    return {key: value for key, value in values.items() if value is not None}


def of_lanes(find):
    return lambda report: known({lane["name"]: find(lane) for lane in report["lanes"]})


def latency(which):
    return of_lanes(lambda lane: lane["latency_ms"].get(which))


def figure(name):
    return lambda report: known({"": report.get("figures", {}).get(name)})


def upgrades_that_lose(report):
    handovers = report["summary"].get("handovers")
    return {"": (handovers["upgrades_with_loss"], handovers["upgrades"])} if handovers else {}


def not_kept(report):
    figures = report.get("figures", {})
    if figures.get("in_flight") is None or figures.get("kept") is None:
        return {}
    return {"": figures["in_flight"] - figures["kept"]}


def most_of_one_process(what, unit):
    def most(report):
        held = [look["value"] for process in report["processes"] for look in process.get(what, [])]
        return {"": max(held) / unit} if held else {}

    return most


FIGURES = {f.name: f for f in [
    Figure("upgrades that lose", "upgrades in whose handover a request was lost", "", 0,
           upgrades_that_lose),
    Figure("lost", "requests of a run that ended other than ok", "", 1,
           lambda report: {"": report["summary"]["lost"]}),
    Figure("in flight, not kept", "requests that an upgrade found in flight and that were not "
           "answered as they should", "", 1, not_kept),
    Figure("lost in state", "connections held in a state across an upgrade that were lost", "", 1,
           lambda report: {row["state"]: row["lost"] for row in report.get("states", [])
                           if row["held"]}),
    Figure("gap", "longest time that a lane got no ok answer", "ms", 5,
           of_lanes(lambda lane: lane["longest_gap_ms"])),
    Figure("p50", "latency of half of a lane's requests, at most", "ms", 1, latency("p50")),
    Figure("p99", "latency of 99 of 100 of them, at most", "ms", 1, latency("p99")),
    Figure("max", "latency of the slowest", "ms", 5, latency("max")),
    Figure("overlap", "how long old and new processes both answered", "ms", 20,
           figure("overlap_ms")),
    Figure("drain", "from the begin of an upgrade to the exit of the last old process that had "
           "served", "ms", 20, figure("drain_ms")),
    Figure("descriptors", "the most that one process had open, but for our connections", "", 3,
           most_of_one_process("descriptors", 1)),
    Figure("memory", "the most that one process had of its own", "MB", 1,
           most_of_one_process("memory", 1e6)),
]}
CLAIMS = "claims"    # the verdict, and every check that a run failed


def is_share(value):
    return isinstance(value, tuple)


def broken_claims(reports):
    """{claim: (broken in so many, of so many in which it was judged)}, "verdict" first: of the
    runs in all.  A claim that a run could not judge, or not put to the test, counts in neither."""
    told = {"verdict": [report["verdict"] for report in reports]}
    for report in reports:
        for finding in report["findings"]:
            verdict = finding["verdict"] if finding.get("applies", True) else "unknown"
            told.setdefault(finding["check"], []).append(verdict)
    return {claim: (verdicts.count("fail"), len(verdicts) - verdicts.count("unknown"))
            for claim, verdicts in told.items()}


def collect(reports, names):
    """{(figure, lane or state or ""): values of the runs in which it is known}, in the order of
    the table."""
    found = {}
    for name in names:
        for report in reports:
            for where, value in FIGURES[name].values(report).items():
                found.setdefault((name, where), []).append(value)
    return found
