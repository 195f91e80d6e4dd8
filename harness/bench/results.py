"""How is what was measured shown?  One row a tool, and below it one a figure that has a bound."""

import statistics

from costs import CANNOT, NOT_INSTALLED, WAYS, ratios
from judging import LARGE, SIZES
from noticing import MISDEEDS
from noticing import cell as noticed
from tools import ANCHOR, BARE_CURL, FLOOR


def spread(values, form="{:.2f}"):
    low, high = form.format(min(values)), form.format(max(values))
    middle = form.format(statistics.median(values))
    return f"{middle} ({low}..{high})" if len(values) > 1 else middle


def print_table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def cpu_cells(name, found):
    for way in WAYS:
        costs = found["cpu"][way]
        beside = ratios(costs, name, ANCHOR)
        if costs.get(name):
            yield f"{statistics.median(costs[name]):.1f}"
        else:
            yield "failed" if name in costs else CANNOT
        yield spread(beside) if beside else CANNOT


def late_cell(tool, found):
    if not tool.client:
        return CANNOT
    p50, p99, _ = (statistics.median(values) for values in zip(*found["late"][tool.client]))
    return f"{p50:.0f} / {p99:.0f}"


def held_cell(name, found):
    of_it = found["held"].get(name)
    if not of_it or of_it["status"] != 0:
        return CANNOT
    return f"{of_it['peak'] / 1024:.2f}"


def tools_table(tools, found):
    """Of each tool what was measured."""
    yield ("tool", "kept: us", "of wrk's", "new: us", "of wrk's", "held: KB", "late: us",
           "record: B", *MISDEEDS.values())
    for name, tool in tools.items():
        if not tool.program():
            yield (name, NOT_INSTALLED, *[""] * (6 + len(MISDEEDS)))
            continue
        size = found["judged"][SIZES[-1]][0]["sizeof"]
        record = str(size) if tool.client else tool.record
        yield (name, *cpu_cells(name, found), held_cell(name, found), late_cell(tool, found),
               record, *(noticed(tool, found["noticed"].get(name), m) for m in MISDEEDS))


LEGEND = """\
kept, new   CPU of the client a request, 64 under way, connections kept or one for each; and how
            much that is of wrk's
held        largest resident size, all of it, divided by 10,000 requests that wait for an answer
late        p50 / p99 of how late a request left, 10,000 a second
record      kept of each request in memory
the rest    requests that failed by what the tool says, of those that the server harmed; where it
            told of more, it counts some twice, or those that it gave up before they were sent"""


class Figures:
    """Rows of a figure, what was measured, what it may be at most, and whether it is."""

    def __init__(self):
        self.rows = [("figure", "measured", "bound", "reached")]
        self.missed = 0

    def add(self, figure, measured, bound=None, value=None):
        if bound is None:
            self.rows.append((figure, measured, "", ""))
            return
        self.missed += value > bound
        self.rows.append((figure, measured, f"<= {bound:g}", "yes" if value <= bound else "NO"))

    def add_spread(self, figure, values, bound=None, form="{:.2f}"):
        if values:
            self.add(figure, spread(values, form), bound, statistics.median(values))


# client: way, beside what, at most
BOUNDS = {"wire": [("kept", ANCHOR, 0.8), ("kept", FLOOR, 1.35), ("new", ANCHOR, 0.8)],
          "curl": [("kept", BARE_CURL, 1.3), ("new", BARE_CURL, 1.3)]}
HELD_BOUNDS = {"wire": 1, "curl": 16}  # KB
LATE_BOUNDS = {"wire": 100}            # us


def client_figures(figures, tools, found):
    for name, tool in tools.items():
        client = tool.client
        if not client:
            continue
        for way, anchor, bound in BOUNDS.get(client, []):
            figures.add_spread(f"CPU a request, {name} / {anchor}: {way}",
                               ratios(found["cpu"][way], name, anchor), bound)
        for way, pairs in found["paced"].items() if client == "curl" else ():
            figures.add_spread(f"CPU a request, {name} / {BARE_CURL}: {way}, 2,000/s",
                               [lane / bare for lane, bare in pairs], 1.3)
        grown = found["held"][name]["grown"]
        if grown:
            per = grown["rss"] / 1024 / grown["in_flight"]
            figures.add(f"KB a request by which it grew, {name}, {grown['in_flight']} in flight",
                        f"{per:.2f}", HELD_BOUNDS.get(client), per)
        _, p99s, waits = zip(*found["late"][client])
        figures.add_spread(f"us late at 10,000/s, p99, {name}", p99s, LATE_BOUNDS.get(client),
                           "{:.0f}")
        figures.add_spread("  ms that it waited for a CPU in that second (an idle one: hardly any)",
                           [waited / 1e3 for waited in waits], form="{:.1f}")


def judging_figures(figures, found):
    judged, kept, lossy = found["judged"], found["kept"], found["lossy"]
    million = judged[SIZES[-1]]
    times = {n: statistics.median(line["judge_ms"] for line in judged[n]) for n in SIZES}
    figures.add("bytes a recorded request (sizeof)", str(million[0]["sizeof"]), 64,
                million[0]["sizeof"])
    grown = round(million[0]["grown"] / SIZES[-1], 1)
    figures.add("bytes resident a recorded request, of a million", f"{grown:.1f}", 64, grown)
    figures.add_spread("s of CPU to judge a million", [m["judge_ms"] / 1e3 for m in million], 1,
                       "{:.3f}")
    figures.add_spread("  the same with 1 % lost", [m["judge_ms"] / 1e3 for m in lossy], 1,
                       "{:.3f}")
    growth = times[SIZES[-1]] / times[SIZES[0]] / (SIZES[-1] / SIZES[0])
    figures.add("judging a request among a million / among 125k (linear: 1)", f"{growth:.2f}", 1.5,
                growth)
    figures.add("  s of CPU to sort : write : read again a million",
                f"{million[0]['freeze_ms'] / 1e3:.2f} : {kept['write_ms'] / 1e3:.2f} : "
                f"{kept['read_ms'] / 1e3:.2f}")
    if "large" in found:
        large_figures(figures, *found["large"])


def large_figures(figures, judged, kept):
    (line,) = judged[LARGE]
    seconds = (line["freeze_ms"] + line["judge_ms"]) / 1e3
    figures.add("s of CPU to sort and judge ten million", f"{seconds:.2f}", 5, seconds)
    seconds = kept["write_ms"] / 1e3
    figures.add("s of CPU to write ten million", f"{seconds:.2f}", 20, seconds)


def figures_of(tools, found):
    figures = Figures()
    client_figures(figures, tools, found)
    judging_figures(figures, found)
    return figures
