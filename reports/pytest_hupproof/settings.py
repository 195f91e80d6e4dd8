"""What does somebody ask for?  One row for each setting.  A row NAME is `hupproof_NAME` in the ini
file and `--hupproof-NAME` on the command line; some may be said by the marker, too.  The command
line beats the marker, which beats the ini file."""

from typing import Callable, NamedTuple

import pytest

from .durations import seconds

MARKER = "hupproof"


def words(text):
    return text.split()


def count(text):
    number = int(text)
    if number < 1:
        raise ValueError("at least 1")
    return number


def time(text):
    """In seconds; None: not said."""
    return None if text == "" else seconds(text)


def one_of(*choices):
    def read(text):
        if text not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return text
    return read


class Row(NamedTuple):
    name: str
    default: str
    read: Callable      # of a text; a ValueError says what it has to be
    meaning: str
    marked: bool = False


SETTINGS = (
    Row("files", "*.hup.json", words, "names of the files that are scenarios; none if empty"),
    Row("bin", "", str, "the hupproof to run, or the directory it is in"),
    Row("out", "hupproof-runs", str, "where what runs leave is kept, below the root directory"),
    Row("repeat", "1", count, "run each scenario so many times, each a test", marked=True),
    Row("timeout", "", time, "how long one run may take (default: its load and two minutes)",
        marked=True),
    Row("tries", "2", count, "how often a run is tried that the machine has no time for"),
    Row("parallel", "1", count, "so many runs at a time, on the whole machine"),
    Row("wait", "10m", seconds, "how long to wait for other runs to end"),
    Row("lock", "pytest", str, "runs under another name are not waited for"),
    Row("unknown", "fail", one_of("fail", "skip"), "what a run is that proves nothing"),
    Row("page", "failed", one_of("failed", "always", "never"), "which runs get a page, a timeline"),
)
ROWS = {row.name: row for row in SETTINGS}


def pytest_addoption(parser):
    group = parser.getgroup("hupproof", "upgrades of servers under load (hupproof)")
    for row in SETTINGS:
        default = f" (default: {row.default})" if row.default else ""
        group.addoption(f"--hupproof-{row.name}", metavar=row.name.upper(), default=None,
                        help=row.meaning + default)
        parser.addini(f"hupproof_{row.name}", row.meaning, default=row.default)


def pytest_configure(config):
    marked = ", ".join(f"{row.name}={row.name.upper()}" for row in SETTINGS if row.marked)
    config.addinivalue_line("markers", f"{MARKER}({marked}): of the runs that the fixture hupproof "
                            "makes: how many times, and how long each may take")
    for row in SETTINGS:
        setting(config, row.name)


def setting(config, name, item=None):
    """Its value, for a test or for all of them.  Raises UsageError, or fails the test."""
    row = ROWS[name]
    for said, where in ((config.getoption(f"--hupproof-{name}"), f"--hupproof-{name}"),
                        (by_marker(item, row), f"marker {MARKER}: {name}"),
                        (config.getini(f"hupproof_{name}"), f"hupproof_{name}")):
        if said is None:
            continue
        try:
            return row.read(str(said).strip())
        except ValueError as e:
            complain(item, f"{where}: {said!r}: must be {expected_by(row, e)}")


def complain(item, text):
    """All settings but the markers are read at the start."""
    if item is None:
        raise pytest.UsageError(text)
    pytest.fail(f"{item.nodeid}: {text}", pytrace=False)


def expected_by(row, error):
    return "a whole number, at least 1" if row.read is count else error


def by_marker(item, row):
    """What the test, its class or its module says, whichever is nearest."""
    for mark in item.iter_markers(MARKER) if item and row.marked else ():
        may = [row.name for row in SETTINGS if row.marked]
        if mark.args or not set(mark.kwargs) <= set(may):
            complain(item, f"marker {MARKER}: takes {' and '.join(may)}, by name")
        if row.name in mark.kwargs:
            return mark.kwargs[row.name]
    return None
