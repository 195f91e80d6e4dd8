"""What do servers do to their clients at an upgrade?  A table of them, in Markdown, from what
`hupproof matrix` left of their scenarios: one row for each way to upgrade each server.

    league.py MATRIX.json... >docs/servers.md

Several matrices of the same scenarios count as one, with the runs of all.  Of each run the table
takes what its report.json says.  A number without its number of runs says nothing, nor does a
zero without a bound: both are beside it."""

import collections
import json
import math
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys

CONFIDENCE = 0.95
LANES = ("new", "reused", "slow")
RECIPES = pathlib.Path("servers/real")
AT_A_TIME = int(os.environ.get("AT_A_TIME", "1"))

# server (a folder of scenarios/real): what says its version
VERSIONS = {
    "apache": ["apache2", "-v"],
    "gunicorn": ["gunicorn", "--version"],
    "haproxy": ["haproxy", "-v"],
    "nginx": ["nginx", "-v"],
    "node": ["node", "--version"],
    "puma": ["puma", "--version"],
    "systemd": ["systemctl", "--version"],
}

# columns: how they are called, and what a row has there
COLUMNS = {
    "upgrade": lambda m: m.name,
    "verdicts": lambda m: m.verdicts(),
    "lost, new": lambda m: spread(m.lost("new")),
    "lost, reused": lambda m: spread(m.lost("reused")),
    "lost, in flight": lambda m: f"{m.sum('in_flight') - m.sum('kept')} of {m.sum('in_flight')}",
    "upgrades that lose": lambda m: share(*m.upgrades()),
    "requests in a handover": lambda m: share(*m.handover()),
    "gap ms": lambda m: times(m.gaps()),
    "slowest ms": lambda m: times(m.figure("slowest_answer_ms")),
    "overlap ms": lambda m: times(m.figure("overlap_ms")),
    "drain ms": lambda m: times(m.figure("drain_ms")),
    "states lost": lambda m: m.states(),
    "upgraded": lambda m: m.took_effect(),
}

LEGEND = """\
Each row is one way to upgrade a server, in a scenario of its own (the file is linked), under the
same kind of load: new connections, kept connections, and slow requests that are in flight when the
upgrade strikes. A client never sends anything twice.

- **lost**: requests without a good answer: of a run, the median (fewest..most); by new and by kept
  connections; *in flight*: of the requests that the upgrade found on their way, over all runs.
- **upgrades that lose**, **requests in a handover**: how many of how many were lost over all runs,
  and behind it the upper bound of that share, with 95 % confidence (Clopper and Pearson): what was
  not seen may still happen that often.
- **gap**: longest time without an answer in a lane; **slowest** answer, without the work asked for;
  **overlap**: old and new both answer; **drain**: until the last old process is gone. Median
  (worst) of the runs, in milliseconds; those below 300 are hardly more than this machine's noise.
  Where a server stops before it starts, the gap is as long as the slowest request in flight (2 s)
  and the load of the application (1 s, of gunicorn 3 s at a HUP): yours will be another.
- **states lost**: connections held in a certain state as the upgrade struck, and not served; the
  states that lost none are left out. A request that was *pipelined* behind another one is lost here
  even if the server said `Connection: close` before it, when a client may send it again.
- **upgraded**: in how many of the runs the upgrade took effect. *no, and said nothing*: none did,
  nobody noticed, and the command had no complaint: false success.
"""


def at_most(k, n):
    """Upper bound of a share of which k of n were seen: Clopper and Pearson, one-sided."""
    if n == 0 or k == n:
        return 1.0

    def log_chance(p):
        """Of seeing k or fewer.  p is k / n at least: the term of k is the largest, and each of
        those below it smaller by a factor."""
        term = terms = 1.0
        for i in range(k, 0, -1):
            term *= i / (n - i + 1) * (1 - p) / p
            terms += term
            if term < 1e-16 * terms:
                break
        return (math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
                + k * math.log(p) + (n - k) * math.log1p(-p) + math.log(terms))

    low, high = k / n, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if log_chance(middle) > math.log(1 - CONFIDENCE):
            low = middle
        else:
            high = middle
    return high


def percent(x):
    return f"{100 * x:.0f} %" if x >= 0.1 else f"{100 * x:.2g} %"


def share(k, n):
    return f"{k} of {n} (≤ {percent(at_most(k, n))})" if n else "-"


def number(x):
    return f"{x:.0f}"


def spread(values):
    if not values:
        return "-"
    if min(values) == max(values):
        return number(values[0])
    return f"{number(statistics.median(values))} ({number(min(values))}..{number(max(values))})"


def times(values):
    known = [v for v in values if v is not None]
    return f"{number(statistics.median(known))} ({number(max(known))})" if known else "-"


class Method:
    """One scenario, over all its runs."""

    def __init__(self, server, name, link):
        self.server, self.name, self.link = server, name, link
        self.why = ""
        self.runs, self.reports = [], []

    def add(self, run, report):
        self.runs.append(run)
        self.reports.append(report)

    def figure(self, name):
        return [run["figures"][name] for run in self.runs]

    def sum(self, name):
        return sum(v for v in self.figure(name) if v is not None)

    def verdicts(self):
        counts = collections.Counter(run["verdict"] for run in self.runs)
        return ", ".join(f"{n} {verdict}" for verdict, n in sorted(counts.items()))

    def lost(self, lane):
        return [row["lost"] for report in self.reports for row in report["lanes"]
                if row["name"] == lane]

    def gaps(self):
        """Slow requests are too few to tell of a gap."""
        return [max(row["longest_gap_ms"] or 0 for row in report["lanes"] if not row["name"].startswith("slow"))
                for report in self.reports]

    def upgrades(self):
        return self.sum("upgrades_with_loss"), self.sum("upgrades")

    def handover(self):
        return self.sum("in_handover_lost"), self.sum("in_handover")

    def states(self):
        held, lost = collections.Counter(), collections.Counter()
        for run in self.runs:
            for state in run["states"]:
                held[state["state"]] += state["held"]
                lost[state["state"]] += state["held"] - state["served"]
        if not sum(held.values()):
            return "-"
        some = [f"{state} {share(n, held[state])}" for state, n in sorted(lost.items()) if n]
        return ", ".join(some) or share(0, sum(held.values()))

    def took_effect(self):
        """Of an upgrade that is meant to fail the claim is another: that the old go on."""
        seen = [{f["check"]: f["verdict"] if f["applies"] else None for f in report["findings"]}
                for report in self.reports]
        good = sum(s["failed_upgrade_kept_serving"] == "pass" for s in seen)
        bad = sum(s["failed_upgrade_kept_serving"] == "fail" for s in seen)
        if good + bad:
            return f"bad one: the old went on in {good} of {len(seen)}"
        yes = sum(s["upgrade_took_effect"] == "pass" and s["last_upgrade_won"] != "fail"
                  for s in seen)
        if not yes and not any(report["summary"]["lost"] for report in self.reports):
            return f"no, and said nothing ({len(seen)} of {len(seen)})"
        return f"{yes} of {len(seen)}"


def read(files):
    """Methods by server, from matrices and the reports that these name."""
    methods = {}
    for file in map(pathlib.Path, files):
        for row in json.loads(file.read_text("utf-8"))["rows"]:
            path = pathlib.PurePath(row["file"])
            key = path.parent.name, row["scenario"]
            method = methods.setdefault(key, Method(path.parent.name, row["scenario"], row["file"]))
            for run in row["runs"]:
                if run["could_not_run"] or run["interrupted"]:
                    print(f"{row['scenario']}, round {run['round']}: left out: "
                          f"{run['why'] or 'interrupted'}", file=sys.stderr)
                    continue
                report = json.loads((file.parent / run["directory"] / "report.json")
                                    .read_text("utf-8"))
                method.why = report["why"]
                method.add(run, report)
    by_server = collections.defaultdict(list)
    for (server, _), method in sorted(methods.items()):
        if method.runs:
            by_server[server].append(method)
    return by_server


def version_of(server):
    """What runs here; of a server in Go, what its module asks for."""
    module = RECIPES / server / "go.mod"
    if module.exists():
        lines = [line.replace("require", "").split() for line in module.read_text().splitlines()
                 if " v" in line and "//" not in line and "=>" not in line]
        return ", ".join(f"{name} {version}" for name, version, *_ in lines
                         if version != "v0.0.0") or "net/http"
    argv = VERSIONS.get(server)
    program = argv and shutil.which(argv[0], path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if not program:
        return ""
    done = subprocess.run([program, *argv[1:]], capture_output=True, encoding="utf-8")
    return (done.stdout + done.stderr).strip().splitlines()[0]


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def table(methods, link_from):
    yield "| " + " | ".join(["runs", *COLUMNS]) + " |"
    yield "|" + " --- |" * (len(COLUMNS) + 1)
    for m in methods:
        values = [column(m) for column in COLUMNS.values()]
        values[0] = f"[{values[0]}]({link_from}{m.link})"
        yield "| " + " | ".join(map(cell, [str(len(m.runs)), *values])) + " |"


def machine():
    kernel = platform.release().split("-")[0]
    return (f"Linux {kernel}, {os.cpu_count()} CPUs, which harness and server share; "
            f"{AT_A_TIME} server{'s' if AT_A_TIME > 1 else ''} at a time.")


def page(by_server, how):
    yield "# What servers do to their clients at an upgrade"
    yield ""
    yield f"Made by `{how}`. {machine()}"
    yield ""
    yield LEGEND
    for server, methods in by_server.items():
        yield f"## {server}"
        yield ""
        version = version_of(server)
        if version:
            yield f"{version}"
            yield ""
        notes = RECIPES / server / "notes.md"
        if notes.exists():
            yield notes.read_text("utf-8").rstrip()
            yield ""
        yield from table(methods, "../")
        yield ""
        for m in methods:
            yield f"- **{m.name}**: {m.why}"
        yield ""


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    print("\n".join(page(read(sys.argv[1:]), "./dev league")).rstrip())
