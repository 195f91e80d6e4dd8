"""What does a run's report say, on a terminal?  In 80 columns, or as many as it has; plain on a
pipe."""

import io
import sys

import numpy
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .errors import BadInput, STATUS
from .runs import open_run

COLOURS = {"pass": "green", "unknown": "yellow", "fail": "bold red"}
WORST_FIRST = ("fail", "unknown", "pass")
HEIGHTS = " ▁▂▃▄▅▆▇█"
SLICES = 24



def add_options(parser):
    parser.add_argument("runs", metavar="RUN", nargs="+", help="a run's directory or its report.json")
    parser.add_argument("--verbose", action="store_true",
                        help="also what supports each claim that holds")


def run(options):
    """The worst verdict's exit status, so that it can stand where `hupproof run` did."""
    shown = [open_run(path) for path in options.runs]
    on_terminal = sys.stdout.isatty()
    console = (Console(highlight=False) if on_terminal
               else Console(highlight=False, width=80, file=io.StringIO()))
    for one in shown:
        show(console, one, options.verbose)
    if not on_terminal:
        print(*map(str.rstrip, console.file.getvalue().splitlines()), sep="\n")
    worst = min((one.verdict for one in shown), key=WORST_FIRST.index)
    return STATUS[worst]


def show(console, one, verbose):
    report = one.report
    console.print(Text.assemble((report["scenario"], "bold"), ": ",
                                (report["verdict"].upper(), COLOURS[report["verdict"]])))
    for sentence in report.get("story", []):
        console.print(Padding(Text(sentence), (0, 0, 0, 2)))
    console.print()
    console.print(Padding(lanes(report), (0, 0, 0, 2)))
    console.print()
    console.print(Padding(processes(report, answers_of(one)), (0, 0, 0, 2)))
    console.print()
    findings(console, report, verbose)


def number(value, form="{:,}"):
    return "-" if value is None else form.format(value)


def table(*columns):
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name, justify in columns:
        made.add_column(name, justify=justify, overflow="fold")
    return made


def lanes(report):
    made = table(("lane", "left"), ("requests", "right"), ("ok", "right"), ("lost", "right"),
                 ("p50 ms", "right"), ("p99 ms", "right"), ("max ms", "right"), ("longest gap", "right"))
    for lane in report["lanes"]:
        latency = [number(lane["latency_ms"][p], "{:.1f}") for p in ("p50", "p99", "max")]
        made.add_row(Text(lane["name"]), number(lane["requests"]), number(lane["ok"]),
                     Text(number(lane["lost"]), COLOURS["fail"] if lane["lost"] else ""),
                     *latency, number(lane["longest_gap_ms"], "{:.1f} ms"))
    return made


def answers_of(one):
    """Of each process a graph of its answers over the time of the load; empty where there is no
    history.  A pid may have several lives."""
    try:
        history = one.history
    except BadInput:
        return [""] * len(one.report["processes"])
    begin, end = (one.report[key] or 0 for key in ("load_began_ms", "load_ended_ms"))
    ok = history["outcome"].codes == history["outcome"].code("ok")
    pids, done = history["pid"][ok], history["done"][ok] / 1e6
    counts = []
    for process in one.report["processes"]:
        first, last = (process[key] or 0 for key in ("first_answer_ms", "last_answer_ms"))
        its = done[(pids == process["pid"]) & (done > first - 1) & (done < last + 1)]
        counts.append(numpy.histogram(its, SLICES, (begin, max(end, begin + 1)))[0])
    most = max((c.max() for c in counts), default=0) or 1
    return ["".join(HEIGHTS[-(-int(n) * 8 // int(most))] for n in c) for c in counts]


def end_of(process):
    if process["exited_ms"] is None:
        return "still runs"
    how = process["exit"] or {}
    what = (f"exited {how['code']}" if "code" in how else
            f"killed by SIG{how['signal']}" if "signal" in how else "gone")
    return f"{what} at {process['exited_ms'] / 1e3:.3f} s"


def processes(report, graphs):
    made = table(("pid", "right"), ("gen", "right"), ("answers", "right"), ("", "left"), ("end", "left"))
    for process, graph in zip(report["processes"], graphs):
        if process["requests"]:
            made.add_row(str(process["pid"]), str(process["generation"]), number(process["requests"]),
                         graph, end_of(process))
    return made


def findings(console, report, verbose):
    for verdict in WORST_FIRST:
        of = [f for f in report["findings"] if f["applies"] and f["verdict"] == verdict]
        if verdict != "pass" or verbose:
            for finding in of:
                tell(console, finding, verdict)
        elif of:
            names(console, Text("PASS", COLOURS["pass"]), "claims hold", of)
    rest = [f for f in report["findings"] if not f["applies"]]
    if rest and not verbose:
        names(console, Text("-"), "were not put to the test", rest)
    for finding in rest if verbose else ():
        tell(console, finding, None)


def grid(console, left, width, right, indent=2):
    made = Table.grid(padding=(0, 1, 0, 0))
    made.add_column(width=width)
    made.add_column()
    made.add_row(left, right)
    console.print(Padding(made, (0, 0, 0, indent)))


def tell(console, finding, verdict):
    word = Text(verdict.upper(), COLOURS[verdict]) if verdict else Text("-")
    grid(console, word, 7, Text(finding["check"], "bold"))
    grid(console, "", 7, Text(finding["why"] or ""))
    for label, key in (("look at:", "look_at"), ("likely:", "likely_cause")):
        if finding.get(key):
            grid(console, Text(label, "dim"), 8, Text(finding[key]), indent=10)


def names(console, word, what, of):
    text = f"{len(of)} {what}: " + ", ".join(f["check"] for f in of)
    grid(console, word, 7, Text(text))
