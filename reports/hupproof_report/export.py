"""What do all exporters share?  The runs that they are given, and where their text goes."""

import argparse
import contextlib
import os
import pathlib
import sys
from typing import NamedTuple

from .errors import BadInput
from .runs import Matrix, Run, open_run_or_matrix


class Failed(NamedTuple):
    """A run that could not be, and so left no report."""
    scenario: str
    why: str


def add_options(parser, output="FILE"):
    parser.add_argument("runs", nargs="*", metavar="RUN",
                        help="a run's directory, its report.json, or a matrix")
    parser.add_argument("-o", "--output", metavar=output,
                        help="instead of standard output; a file is whole or absent")
    parser.add_argument("--could-not-run", metavar="NAME: WHY", action="append", default=[],
                        type=failed, help="there was to be such a run, too, but it could not be")


def failed(text):
    name, colon, why = text.partition(": ")
    if not colon:
        raise argparse.ArgumentTypeError(f"must be NAME: WHY, got {text!r}")
    return Failed(name, why)


def label_of(run, runs):
    """What names it among these: its directory's name, or where that is, if two have the same."""
    name = run.directory.resolve().name
    alike = sum(other.directory.resolve().name == name for other in runs)
    return name if alike == 1 else str(run.directory)


def open_all(options):
    """(runs, failed): those named, those of a matrix in its order."""
    runs, not_run = [], list(options.could_not_run)
    for path in options.runs:
        found = open_run_or_matrix(path)
        if not isinstance(found, Matrix):
            runs.append(found)
            continue
        for row in found.matrix["rows"]:
            for one in row["runs"]:
                if one["could_not_run"]:
                    not_run.append(Failed(row["scenario"], one["why"] or ""))
                elif one["directory"]:
                    runs.append(Run(found.directory / one["directory"] / "report.json"))
    if not runs and not not_run:
        raise BadInput("which run?  A directory that `hupproof run` left, or its report.json")
    for run in runs:
        run.label = label_of(run, runs)
    return runs, not_run


@contextlib.contextmanager
def writing(path):
    """A text file to write, UTF-8 and with line ends as they are given.  Of a file that is named
    nothing is seen until it is whole; what is no file (a pipe, /dev/stdout) is written at once."""
    if path in (None, "-"):
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="")
        yield sys.stdout
        return
    given, path = path, pathlib.Path(os.path.realpath(path))    # a link stays one
    special = path.exists() and not path.is_file()
    temporary = path if special else path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(temporary, "w", encoding="utf-8", errors="replace", newline="") as file:
            yield file
        if not special:
            os.replace(temporary, path)
    except BaseException as e:
        if not special:
            with contextlib.suppress(OSError):
                temporary.unlink()
        if isinstance(e, OSError) and e.filename == str(temporary):
            e.filename = str(given)
        raise
