"""What does a matrix say, scenario by scenario?  Each cell with the run that shows it worst.

Figures are of matrix.json, verdicts of each claim of the runs' own reports, where they are."""

import os
import statistics
import urllib.parse
from typing import NamedTuple

from .errors import BadInput
from .runs import open_run

RANK = {"fail": 0, "unknown": 1, "pass": 2}
SIGN = {"fail": "✘", "unknown": "?", "pass": "✔"}

# title, name of the figure, unit: counts are summed up over runs, times are a median and the worst
COUNTS = [
    ("requests", "requests"),
    ("lost", "lost"),
    ("upgrades", "upgrades"),
    ("with loss", "upgrades_with_loss"),
    ("in flight", "in_flight"),
    ("kept", "kept"),
]
TIMES = [
    ("longest gap", "longest_gap_ms"),
    ("slowest answer", "slowest_answer_ms"),
    ("overlap", "overlap_ms"),
    ("drain", "drain_ms"),
    ("blind, new", "blind_new_ms"),
    ("blind, kept", "blind_reused_ms"),
]
GOOD = {"requests", "upgrades", "in_flight", "kept"}  # more of it is no worse


class Cell(NamedTuple):
    text: str
    href: str = ""  # of the run that shows it worst
    look: str = ""  # fail, unknown, pass or nothing
    title: str = ""


class Row(NamedTuple):
    scenario: Cell
    file: str
    verdict: Cell
    claims: list
    figures: list


class Table(NamedTuple):
    title: str
    facts: list  # (name, text)
    claims: list  # (check, claim), of those that any run put to the test
    untested: list  # names of the others
    figures: list  # titles
    rows: list
    states: list  # (state, [(scenario's place, Cell)])
    troubles: list  # sentences


def runs_of(matrix):
    """By directory, as matrix.json names it: those whose report is there."""
    runs = {}
    for row in matrix.matrix["rows"]:
        for run in row["runs"]:
            if run["directory"]:
                try:
                    runs[run["directory"]] = open_run(matrix.directory / run["directory"])
                except BadInput:
                    pass
    return runs


class Links:
    """Where a run can be looked at: in the page itself, else in its directory."""

    def __init__(self, matrix, keys, page_directory):
        self.matrix, self.keys, self.page_directory = matrix, keys, page_directory

    def of(self, directory):
        if not directory:
            return ""
        if directory in self.keys:
            return "#" + urllib.parse.quote(self.keys[directory], safe="", errors="replace")
        path = os.path.relpath(self.matrix.directory / directory, self.page_directory)
        return "./" + urllib.parse.quote(os.fsencode(path)) + "/"


def claim_cell(check, row, runs, links):
    """Of all runs of a row: how many broke the claim, and which did so first."""
    found = [
        (RANK[f["verdict"]], run["directory"], f)
        for run in row["runs"]
        if run["directory"] in runs
        for f in runs[run["directory"]].report["findings"]
        if f["check"] == check and f["applies"]
    ]
    if not found:
        return Cell("–", title="no run put it to the test")
    rank, directory, finding = min(found, key=lambda one: one[0])
    verdict = finding["verdict"]
    same = sum(one[0] == rank for one in found)
    text = SIGN[verdict] + (f" {same}/{len(found)}" if rank < RANK["pass"] else "")
    return Cell(
        text,
        links.of(directory),
        verdict,
        f"{check}: {same} of {len(found)} {verdict}. {finding['why'] or finding['claim']}",
    )


def number(value, is_time):
    return f"{value:.1f}" if is_time else f"{value:,}"


def figure_cell(title, name, row, links, is_time):
    """Its worst run is the one with the most; of what is good, the one with the least."""
    of_runs = [
        (run["figures"][name], run["directory"])
        for run in row["runs"]
        if run.get("figures") and run["figures"].get(name) is not None
    ]
    if not of_runs:
        return Cell("–")
    values = [value for value, _ in of_runs]
    worst = (min if name in GOOD else max)(of_runs, key=lambda one: one[0])
    said = [number(value, is_time) for value in (statistics.median(values), max(values))]
    text = f"{said[0]} ({said[1]})" if is_time else number(sum(values), False)
    bad = name in ("lost", "upgrades_with_loss") and sum(values) > 0
    bad |= name == "kept" and any(
        run["figures"]["kept"] < (run["figures"]["in_flight"] or 0)
        for run in row["runs"]
        if run.get("figures") and run["figures"]["kept"] is not None
    )
    return Cell(
        text,
        links.of(worst[1]),
        "fail" if bad else "",
        f"{title}, by run: " + ", ".join(number(value, is_time) for value in values),
    )


def verdict_cell(row, links):
    verdicts = row["verdicts"]
    text = " ".join(f"{n} {name.replace('_', ' ')}" for name, n in verdicts.items() if n)
    ran = [run for run in row["runs"] if run["verdict"]]
    if not ran:
        return Cell(text or "no run", look="unknown")
    worst = min(ran, key=lambda run: RANK[run["verdict"]])
    return Cell(f"{SIGN[worst['verdict']]} {text}", links.of(worst["directory"]), worst["verdict"])


def states_of(rows, links):
    names = list(dict.fromkeys(state["state"] for row in rows for state in row["states"]))
    table = []
    for name in names:
        cells = []
        for row in rows:
            of_runs = [
                (s["held"] - s["served"], run["directory"])
                for run in row["runs"]
                for s in run.get("states", [])
                if s["state"] == name
            ]
            whole = next((s for s in row["states"] if s["state"] == name), None)
            if not whole:
                cells.append(Cell("–"))
                continue
            lost = whole["held"] - whole["served"]
            href = links.of(max(of_runs, key=lambda one: one[0])[1]) if of_runs else ""
            cells.append(
                Cell(
                    f"{SIGN['fail'] if lost else SIGN['pass']} {lost} of {whole['held']}",
                    href,
                    "fail" if lost else "pass",
                )
            )
        table.append((name, cells))
    return table


def troubles_of(matrix, runs):
    told = ["it was interrupted: runs may be missing"] if matrix.matrix["interrupted"] else []
    for row in matrix.matrix["rows"]:
        for run in row["runs"]:
            which = f"{row['scenario']}, round {run['round']}"
            if run["could_not_run"]:
                told.append(f"{which} could not run: {run['why'] or 'it does not say why'}")
            elif run["directory"] not in runs:
                told.append(
                    f"{which}: {run['directory'] or 'its directory'} has no report, "
                    "so that its claims are not here"
                )
    return told


def table(matrix, runs, keys, page_directory):
    """runs: what runs_of gave; keys: names within the page of those that are in it."""
    links, rows = Links(matrix, keys, page_directory), matrix.matrix["rows"]
    findings = [f for run in runs.values() for f in run.report["findings"]]
    claims = {f["check"]: f["claim"] for f in findings if f["applies"]}
    worst = {
        check: min(RANK[f["verdict"]] for f in findings if f["check"] == check and f["applies"])
        for check in claims
    }
    order = sorted(claims, key=worst.get)  # those that were broken first
    figures = [(*figure, False) for figure in COUNTS] + [(*figure, True) for figure in TIMES]
    made = []
    for row in rows:
        verdict = verdict_cell(row, links)
        made.append(
            Row(
                Cell(row["scenario"], verdict.href),
                row["file"],
                verdict,
                [claim_cell(check, row, runs, links) for check in order],
                [figure_cell(title, name, row, links, is_time) for title, name, is_time in figures],
            )
        )
    facts = [
        ("started", matrix.matrix["started"] or "-"),
        ("rounds", matrix.matrix["rounds"]),
        ("hupproof", matrix.matrix["hupproof"]),
        ("directory", str(matrix.directory)),
    ]
    return Table(
        f"Matrix of {len(rows)} scenarios",
        facts,
        [(check, claims[check]) for check in order],
        sorted({f["check"] for f in findings} - set(claims)),
        [title + (" ms" if is_time else "") for title, _, is_time in figures],
        made,
        states_of(rows, links),
        troubles_of(matrix, runs),
    )
