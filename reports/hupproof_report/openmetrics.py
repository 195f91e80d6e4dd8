"""What does a monitoring system keep of a run?  OpenMetrics text, for Prometheus' textfile
collector or a push gateway.

All are gauges: a run is over, and the next one's numbers may be less.  Times are seconds."""

import datetime
import re
from typing import Callable, NamedTuple

from .errors import PASS, STATUS
from .export import add_options as add_common
from .export import open_all, writing


class Family(NamedTuple):
    name: str
    unit: str            # and the end of the name; "" for none
    help: str
    samples: Callable    # of a report: (labels, value) for each; a value of None is left out


def ms(value):
    return None if value is None else value / 1e3


def of_lanes(key):
    return lambda report: [({"lane": lane["name"]}, ms(lane[key])) for lane in report["lanes"]]


def figure(name):
    return lambda report: [({}, ms(report.get("figures", {}).get(name)))]


def summed(name):
    return lambda report: [({}, report["summary"][name])]


def handovers(name):
    return lambda report: [({}, report["summary"].get("handovers", {}).get(name))]


def by_verdict(report):
    return [({"verdict": v}, int(report["verdict"] == v)) for v in ("pass", "fail", "unknown")]


def by_check(report):
    return [({"check": f["check"]}, STATUS[f["verdict"]])
            for f in report["findings"] if f.get("applies", True)]


def by_outcome(report):
    return [({"lane": lane["name"], "outcome": outcome}, n)
            for lane in report["lanes"] for outcome, n in lane["by_outcome"].items()]


def latencies(report):
    quantiles = {"p50": "0.5", "p90": "0.9", "p99": "0.99", "max": "1.0"}
    return [({"lane": lane["name"], "quantile": quantile}, ms(lane["latency_ms"].get(name)))
            for lane in report["lanes"] for name, quantile in quantiles.items()]


def began(report):
    if not report["started"]:
        return []
    return [({}, datetime.datetime.fromisoformat(report["started"].replace("Z", "+00:00")).timestamp())]


FAMILIES = [
    Family("hupproof_verdict", "", "1 for the verdict of the run", by_verdict),
    Family("hupproof_check_status", "", "0: the claim holds, 1: it does not, 2: that is unknown",
           by_check),
    Family("hupproof_requests", "", "requests by how they ended", by_outcome),
    Family("hupproof_lost", "", "requests that ended other than ok", summed("lost")),
    Family("hupproof_latency_seconds", "seconds", "of ok answers, from when they were due", latencies),
    Family("hupproof_longest_gap_seconds", "seconds", "longest time without an ok answer",
           of_lanes("longest_gap_ms")),
    Family("hupproof_upgrades", "", "upgrades that struck", summed("upgrades")),
    Family("hupproof_upgrades_with_loss", "", "of these, those in whose handover a request was lost",
           handovers("upgrades_with_loss")),
    Family("hupproof_overlap_seconds", "seconds", "how long old and new processes both answered",
           figure("overlap_ms")),
    Family("hupproof_drain_seconds", "seconds", "until the last old process that served was gone",
           figure("drain_ms")),
    Family("hupproof_started_seconds", "seconds", "when the run began, since 1970", began),
]


def add_options(parser):
    add_common(parser)


def escaped(value):
    value = re.sub("[\ud800-\udfff]", "\ufffd", str(value))
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\ufffd")


def sample(name, labels, value):
    inside = ",".join(f'{key}="{escaped(text)}"' for key, text in labels.items())
    return f"{name}{{{inside}}} {value!r}"


def family_lines(family, samples):
    lines = [f"# TYPE {family.name} gauge"]
    lines += [f"# UNIT {family.name} {family.unit}"] * bool(family.unit)
    return [*lines, f"# HELP {family.name} {family.help}",
            *(sample(family.name, labels, value) for labels, value in samples)]


def lines_of(runs, failed):
    for family in FAMILIES:
        samples = [({"scenario": run.name, "run": run.label, **labels}, value)
                   for run in runs for labels, value in family.samples(run.report)
                   if value is not None]
        if samples:
            yield from family_lines(family, samples)
    times = {}
    for one in failed:
        times[one.scenario] = times.get(one.scenario, 0) + 1
    if times:
        yield from family_lines(Family("hupproof_could_not_run", "", "runs that could not be", None),
                                [({"scenario": name}, n) for name, n in times.items()])
    yield "# EOF"


def run(options):
    runs, failed = open_all(options)
    with writing(options.output) as file:
        file.writelines(f"{line}\n" for line in lines_of(runs, failed))
    return PASS
