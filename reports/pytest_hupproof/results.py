"""What did a run show?"""

import difflib
import functools
import pathlib
import re
from typing import NamedTuple

from . import expectations


class Finding(NamedTuple):
    """What a check says: its claim, and why it holds or not.  applies: it was put to the test."""
    check: str
    claim: str
    verdict: str    # pass, fail or unknown
    applies: bool
    why: str


class Result:
    """A run that was judged.  report: report.json, as it is; directory: where that is, with
    history.ndjson and server.log; summary: what hupproof printed; notices: what it said besides;
    expect: that of its scenario."""

    def __init__(self, report, directory, summary="", notices="", expect=None):
        self.report, self.directory = report, pathlib.Path(directory)
        self.summary, self.notices = summary, notices
        self.expect = expect or {"verdict": "pass"}
        self.page = None    # its timeline, once it is made

    @property
    def name(self):
        return self.report["scenario"]

    @property
    def verdict(self):
        """pass, fail or unknown."""
        return self.report["verdict"]

    @property
    def passed(self):
        return self.verdict == "pass"

    @property
    def requests(self):
        return self.report["summary"]["requests"]

    @property
    def lost(self):
        return self.report["summary"]["lost"]

    @property
    def upgrades(self):
        """How many were seen."""
        return self.report["summary"]["upgrades"]

    @property
    def longest_gap_ms(self):
        """Without an answer, of all lanes; one that sends rarely has long ones."""
        return max((lane["longest_gap_ms"] or 0 for lane in self.report["lanes"]), default=0)

    @property
    def findings(self):
        """By check."""
        return {f["check"]: Finding(*(f.get(name) for name in Finding._fields))
                for f in self.report["findings"]}

    def finding(self, check):
        return named(self.findings, check, "check")

    def lane(self, name):
        """As the report has it."""
        return named({lane["name"]: lane for lane in self.report["lanes"]}, name, "lane")

    @functools.cached_property
    def history(self):
        """Every request, as columns (hupproof_report.history)."""
        from hupproof_report.history import read_history
        return read_history(self.directory / "history.ndjson")

    @property
    def reasons(self):
        """Why it is what it is: sentences of the checks that say so."""
        return [f"{f.check}: {f.why}" for f in self.findings.values()
                if f.applies and f.verdict == self.verdict != "pass"]

    @property
    def problems(self):
        """Why it is not as expected: sentences, none if it is."""
        allowed = expectations.verdicts(self.expect)
        wrong = [] if self.verdict in allowed else [
            f"expected {' or '.join(allowed)}, got {self.verdict}"]
        return [*wrong, *expectations.did_not_fail(self.expect, self.report),
                *expectations.unexpected(self.expect, self.report)]

    @property
    def as_expected(self):
        return not self.problems

    @property
    def had_no_time(self):
        """Why it proves nothing, or not the failure that was expected, if that is the busy machine's
        doing; or None."""
        expected = expectations.verdicts(self.expect)
        failed_otherwise = (self.verdict == "fail" and "fail" in expected
                            and any(expectations.did_not_fail(self.expect, self.report)))
        if "unknown" in expected or not (self.verdict == "unknown" or failed_otherwise):
            return None
        return next((f"{f.check}: {f.why}" for f in self.findings.values()
                     if f.verdict == "unknown"
                     and (f.check == "load_was_on_time" or "starved" in f.why)), None)

    def properties(self):
        """(name, value), for JUnit."""
        return [("scenario", self.name), ("verdict", self.verdict), ("requests", self.requests),
                ("lost", self.lost), ("longest_gap_ms", self.longest_gap_ms),
                ("upgrades", self.upgrades), ("report", str(self.directory / "report.json"))]

    def __str__(self):
        return "\n".join(filter(None, (self.summary.rstrip(), self.notices.rstrip())))

    @property
    def headline(self):
        """In a line: the verdict, by which checks, and what was lost."""
        by = ", ".join(f.check for f in self.findings.values()
                       if f.applies and f.verdict == self.verdict != "pass")
        return (f"{self.name}: {self.verdict.upper()}{by and f' by {by}'}; "
                f"{self.lost} of {self.requests} requests lost")

    def __repr__(self):
        """pytest shows that of whatever it asserts."""
        return f"<hupproof {self.headline}>"


def named(rows, name, what):
    if name in rows:
        return rows[name]
    near = difflib.get_close_matches(name, rows, 1)
    hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(rows)}"
    raise LookupError(f"{name}: no such {what}{hint}")


def work_directory(notices):
    """The one that hupproof kept, for the run did not pass."""
    kept = re.search(r"kept for you to look at: (/.*/hupproof-\w+)$", notices, re.MULTILINE)
    return kept and kept[1]
