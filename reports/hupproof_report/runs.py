"""What did a run leave, and where?

A run's directory has report.json and history.ndjson; that of `hupproof matrix` has matrix.json,
which names the directories of its runs."""

import functools
import json
import pathlib
import sys

from .errors import BadInput
from .history import read_history

REPORT_SCHEMA = "hupproof.report/1"
MATRIX_SCHEMA = "hupproof.matrix/1"
NAMES = {REPORT_SCHEMA: "report.json", MATRIX_SCHEMA: "matrix.json"}


def read_json(path, *schemas):
    """A file whose "schema" is one of these."""
    try:
        value = json.loads(pathlib.Path(path).read_text("utf-8"))
        schema = value["schema"]
    except OSError as e:
        raise BadInput(f"{path}: {e.strerror}") from None
    except (ValueError, KeyError, TypeError) as e:
        what = f"line {e.lineno}: {e.msg}" if isinstance(e, json.JSONDecodeError) else "no schema"
        raise BadInput(f"{path}: damaged, or not written by hupproof: {what}") from None
    if schema not in schemas:
        raise BadInput(f"{path}: schema {schema!r}: this is for {' or '.join(schemas)}")
    return value


# What a report has to have; its schema tells the rest.
PARTS = {"scenario": str, "verdict": str, "summary": dict, "findings": list, "lanes": list,
         "processes": list, "steps": list, "upgrades": list, "failures": list}


class Run:
    """One run.  report: report.json, as it is; history: all of history.ndjson, read at its first
    use."""

    def __init__(self, report_file):
        self.file = pathlib.Path(report_file)
        self.directory = self.file.parent
        self.report = read_json(self.file, REPORT_SCHEMA)
        for part, kind in PARTS.items():
            if not isinstance(self.report.get(part), kind):
                raise BadInput(f"{self.file}: not a whole report: {part} is missing")
        self.name = self.report["scenario"]
        self.verdict = self.report["verdict"]

    @property
    def history_file(self):
        return self.directory / "history.ndjson"

    @functools.cached_property
    def history(self):
        try:
            history = read_history(self.history_file)
            if not history.whole:
                print(f"hupproof-report: {self.history_file}: cut off: it has {len(history)} requests, "
                      f"its report {self.report['summary']['requests']}", file=sys.stderr)
            return history
        except OSError as e:
            raise BadInput(f"{self.history_file}: {e.strerror}: it belongs beside report.json") from None


class Matrix:
    """Several scenarios, each run some times.  matrix: matrix.json, as it is."""

    def __init__(self, file):
        self.file = pathlib.Path(file)
        self.directory = self.file.parent
        self.matrix = read_json(self.file, MATRIX_SCHEMA)


def file_of(path, *names):
    """The file that a user means by its own name, or by its directory's."""
    path = pathlib.Path(path)
    if not path.is_dir():
        return path
    for name in names:
        if (path / name).is_file():
            return path / name
    raise BadInput(f"{path}: has no {' nor '.join(names)}: it is no run's directory"
                   f"{nearby(path, names)}")


def nearby(path, names):
    found = sorted(p.parent for name in names for p in path.glob(f"*/{name}"))
    return f"; did you mean {found[0]}?" if found else ""


def open_run(path):
    """Of a run's directory, or of its report.json.  Raises BadInput."""
    return Run(file_of(path, "report.json"))


def open_run_or_matrix(path):
    file = file_of(path, "report.json", "matrix.json")
    if read_json(file, REPORT_SCHEMA, MATRIX_SCHEMA)["schema"] == MATRIX_SCHEMA:
        return Matrix(file)
    return Run(file)
