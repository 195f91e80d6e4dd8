"""Which runs are compared with which?  From what a user names to the reports of each scenario.

A side is a run's directory or its report.json, a directory in which runs are (as `hupproof run
--repeat` leaves them), or a matrix; for a baseline, any directory in which reports are kept,
however deep and by whatever names."""

import json
import pathlib

from .errors import BadInput
from .runs import MATRIX_SCHEMA, REPORT_SCHEMA, nearby, read_json


class Side:
    """reports: {scenario: [report, ...]}; files: the same, where each is; failed: {scenario:
    [why, ...]} of runs that could not be."""

    def __init__(self):
        self.reports, self.files, self.failed = {}, {}, {}

    def add(self, file):
        report = read_json(file, REPORT_SCHEMA)
        self.reports.setdefault(report["scenario"], []).append(report)
        self.files.setdefault(report["scenario"], []).append(file)

    def add_matrix(self, file):
        for row in read_json(file, MATRIX_SCHEMA)["rows"]:
            for run in row["runs"]:
                if run["could_not_run"]:
                    self.failed.setdefault(row["scenario"], []).append(run["why"])
                elif run["directory"]:
                    self.add(file.parent / run["directory"] / "report.json")

    def add_path(self, path):
        path = pathlib.Path(path)
        if path.is_dir():
            path = next((path / name for name in ("matrix.json", "report.json")
                         if (path / name).is_file()), path)
        if path.is_dir():
            files = sorted(path.glob("*/report.json"))
            if not files:
                raise BadInput(f"{path}: neither report.json nor matrix.json is in it, nor in its "
                               f"directories{nearby(path, ('*/report.json',))}")
            for file in files:
                self.add(file)
        elif read_json(path, REPORT_SCHEMA, MATRIX_SCHEMA)["schema"] == MATRIX_SCHEMA:
            self.add_matrix(path)
        else:
            self.add(path)

    def scenarios(self):
        return [*self.reports, *(name for name in self.failed if name not in self.reports)]


def side_of(*paths):
    side = Side()
    for path in paths:
        side.add_path(path)
    return side


def schema_in(file):
    try:
        value = json.loads(file.read_text("utf-8"))
        return value.get("schema") if isinstance(value, dict) else None
    except (OSError, ValueError):
        return None


def baseline(directory, scenarios):
    """The side of those reports in a directory that are of these scenarios."""
    directory = pathlib.Path(directory)
    if not directory.is_dir():
        raise BadInput(f"{directory}: no such directory: a baseline is one in which reports are kept")
    side, others = Side(), []
    for file in sorted(directory.rglob("*.json")):
        schema = schema_in(file)
        if schema == REPORT_SCHEMA:
            side.add(file)
        elif file.name in ("report.json", *(f"{name}.json" for name in scenarios)):
            others.append(f"{file}: schema {schema!r}: this is for {REPORT_SCHEMA}")
    missing = [name for name in scenarios if name not in side.reports]
    if missing and others:
        raise BadInput(others[0])
    if missing:
        there = ", ".join(sorted(side.reports)[:10]) or "no report at all"
        raise BadInput(f"{directory}: has no report of {', '.join(missing)}; it has {there}")
    return side
